import Kernel
import TestSupport
import Testing

@testable import Replication

/// What holds where servers take lost copies' places: every seed is a history of its own, looked at after every event.
@Suite struct LogOnlySoakTests {
  static let adversities = [
    StreamsSoakTests.Adversity(name: "cuts, crashes, pauses, holds, skews"),
    StreamsSoakTests.Adversity(name: "messages lost and doubled, too", losesMessages: true),
    StreamsSoakTests.Adversity(name: "disks lost, too", losesDisks: true),
    StreamsSoakTests.Adversity(name: "disks and messages", losesMessages: true, losesDisks: true),
  ]

  /// Those of few seeds that have found something are always played: who was whole kept quiet about it (17, 48), and a member that
  /// had yet to hear that it was one kept the others from electing (159, 272).
  static let seeds = Set(1...SoakSeeds.last(8)).union([17, 48, 159, 272]).sorted()

  @Test(arguments: adversities, seeds) func whateverHappens(
    adversity: StreamsSoakTests.Adversity, seed: Int
  ) {
    var (cluster, dice) = (Cluster.spare(seed: UInt64(seed)), Dice(seed: seed))
    if seed.isMultiple(of: 2) { cluster.apply(.set(.followerDelay(.uniform(.zero, .milliseconds(80))))) }
    for round in 0..<50 {
      let (replica, other, number) = (dice.roll(below: 9), dice.roll(below: 9), dice.roll(below: 15))
      if !cluster.sufferAtRandom(number, replica, other, losesMessages: adversity.losesMessages, &dice) {
        if number == 12, adversity.losesDisks { cluster.wipe(replica) } else { cluster.restart(replica) }
      }
      for write in 0..<3 { cluster.askAtRandom("\(round).\(write)", keys: 6, reads: 20, strong: 50, &dice) }
      cluster.pass(TimeSpan(microseconds: Int64(1_000 + dice.roll(below: 2_900_000))))
      if !adversity.losesDisks { checkDurability(cluster, seed) }
    }
    cluster.mendEverything()
    cluster.pass(.seconds(40))
    #expect(cluster.broken == nil, "seed \(seed)")
    if adversity.losesDisks {
      for number in 0..<6 { cluster.writeAndWait("last", to: "k\(number)", via: number % 9) }
      cluster.pass(.seconds(5))
    }
    let (divergent, isSettled) = (cluster.divergentKey, cluster.isSettled)
    #expect(divergent == nil && isSettled, "seed \(seed)")
    for region in 0..<2 {
      #expect(cluster.leaders(of: 0, in: region).count == 1, "seed \(seed): \(cluster.leadership(of: 0, in: region))")
      #expect(
        cluster.roles(in: region).count { $0 == .follower } == 2,
        "seed \(seed): \(cluster.leadership(of: 0, in: region))")
    }
    guard !adversity.losesDisks else { return }
    for id in (cluster.members() + cluster.members(in: 1)).map(ReplicaID.init) {
      let missing = cluster.missing(at: id)
      #expect(missing.isEmpty, "seed \(seed): \(missing.map(\.raw)) at \(id.index)")
    }
  }

  private func checkDurability(_ cluster: Cluster, _ seed: Int) {
    for operation in cluster.ended.elements where operation.isAcknowledgedUpdate {
      let count = cluster.disks(with: operation)
      #expect(count >= 2, "seed \(seed): operation \(operation.id.raw) is on \(count) disks")
    }
  }

  /// One disk is lost for good, and once its place is taken another one: nothing acknowledged is.
  @Test(arguments: 1...SoakSeeds.last(20)) func oneDiskAfterAnother(seed: Int) {
    var (cluster, dice) = (Cluster.spare(seed: UInt64(seed)), Dice(seed: seed))
    cluster.apply(.set(.followerDelay(.uniform(.zero, .milliseconds(200)))))
    // All in one region: what is acknowledged there and not sent yet is to be lost with its disks, if anything is.
    cluster.cut([0, 1, 2, 3, 4], [5, 6, 7, 8])
    func write(_ name: String, _ cluster: inout Cluster, _ dice: inout Dice) {
      for number in 0..<10 {
        let coordinator = dice.roll(below: 5)
        guard cluster.replicas.status(of: ReplicaID(coordinator)) == .running else { continue }
        cluster.write("\(name).\(number)", to: "k\(dice.roll(below: 6))", at: .fixed, via: coordinator)
        cluster.pass(TimeSpan(microseconds: Int64(dice.roll(below: 3_000))))
      }
    }
    for round in 0..<2 {
      write("before \(round)", &cluster, &dice)
      let victim = cluster.members()[dice.roll(below: 3)]
      cluster.wipe(victim)
      for moment in 0..<20 {
        write("after \(round).\(moment)", &cluster, &dice)
        cluster.pass(.milliseconds(500))
      }
      #expect(cluster.roles().count { $0 == .follower } == 2, "seed \(seed): \(cluster.leadership(of: 0, in: 0))")
      #expect(!cluster.members().contains(victim), "seed \(seed)")
    }
    cluster.healAll()
    cluster.pass(.seconds(5))
    #expect(cluster.ended.elements.count { $0.isAcknowledgedUpdate } > 100)
    for id in (cluster.members() + cluster.members(in: 1)).map(ReplicaID.init) {
      #expect(cluster.missing(at: id).isEmpty, "seed \(seed) at \(id.index)")
    }
    let divergent = cluster.divergentKey
    #expect(divergent == nil && cluster.broken == nil, "seed \(seed)")
  }
}
