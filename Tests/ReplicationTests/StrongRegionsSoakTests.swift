import Kernel
import TestSupport
import Testing

@testable import Replication

/// What holds under whatever goes wrong where regions are replicated synchronously: every seed is a history of random faults and
/// updates, looked at after every event, and at its end a region is lost for good.
@Suite struct StrongRegionsSoakTests {
  struct Adversity: Sendable, CustomTestStringConvertible {
    let name: String
    var losesMessages = false
    var hasWitness = false
    var isJittery = false
    var testDescription: String { name }
  }

  static let adversities = [
    Adversity(name: "cuts, crashes, pauses, holds, skews"),
    Adversity(name: "messages lost and doubled, too", losesMessages: true),
    Adversity(name: "a witness, and delays that vary", hasWitness: true, isJittery: true),
  ]

  /// Of few seeds one that has found something is always played: a relay that hadn't got a record was told that the others of its
  /// region had (52, with losses); and one in which nearly nobody reaches anybody (302).
  static let seeds = Set(1...SoakSeeds.last(12)).union([52, 302]).sorted()

  @Test(arguments: adversities, seeds) func whateverHappens(adversity: Adversity, seed: Int) {
    var (cluster, dice) = (Cluster.strong(seed: UInt64(seed)), Dice(seed: seed))
    cluster.apply(.set(.partitions(2)))
    if adversity.hasWitness { cluster.apply(.set(.witness(RegionID(seed % 3)))) }
    if adversity.isJittery {
      let links = Fault.Links(from: cluster.topology.everyone, to: cluster.topology.everyone, bothWays: true)
      cluster.apply(.link(.uniform(.milliseconds(1), .milliseconds(60)), MessageClass.allCases, links))
      cluster.apply(.set(.followerDelay(.uniform(.zero, .milliseconds(80)))))
    }
    for round in 0..<50 {
      suffer(adversity, &cluster, &dice)
      for number in 0..<3 {
        cluster.askAtRandom("\(round).\(number)", keys: 6, reads: 30, strong: 80, &dice)
      }
      cluster.pass(TimeSpan(microseconds: Int64(1_000 + dice.roll(below: 900_000))))
      checkDurability(cluster, seed)
    }
    cluster.mendEverything()
    let region = [Cluster.us, Cluster.eu, Cluster.ap][dice.roll(below: 3)]
    cluster.apply(.fault(.destroy(Cluster.set(region))))
    cluster.pass(.seconds(15))
    cluster.apply(.fault(.restart(Cluster.set(region))))
    cluster.pass(.seconds(30))
    // However little was acknowledged before: once all is over, each region's writes are.
    for home in 0..<3 where !adversity.hasWitness || home != seed % 3 {
      for number in 0..<2 {
        let write = cluster.write("over", to: "k\(number)", at: .fixed, via: home * 3)
        cluster.pass(.seconds(5))
        #expect(cluster.end(of: write)?.outcome == .ok, "seed \(seed): a write in region \(home)")
      }
    }
    checkEnd(cluster, seed)
  }

  private func checkEnd(_ cluster: Cluster, _ seed: Int) {
    #expect(cluster.broken == nil, "seed \(seed)")
    let (divergent, isSettled) = (cluster.divergentKey, cluster.isSettled)
    #expect(divergent == nil && isSettled, "seed \(seed)")
    for partition in 0..<2 {
      let leaders = (0..<3).flatMap { cluster.leaders(of: partition, in: $0) }
      #expect(leaders.count == 1, "seed \(seed), partition \(partition)")
      guard divergent != nil || leaders.count != 1 else { continue }
      for region in 0..<3 { Issue.record("\(cluster.leadership(of: partition, in: region))") }
    }
    let ended = cluster.ended.elements
    let acknowledged = ended.filter { $0.isAcknowledgedUpdate }
    #expect(acknowledged.count > 2, "seed \(seed)")
    for id in cluster.topology.replicaIDs {
      let missing = cluster.missing(at: id)
      #expect(missing.isEmpty, "seed \(seed): \(missing.map(\.raw)) at \(id.index)")
    }
    // A strong read sees all that was acknowledged before it began, wherever.
    for read in ended where read.kind == .read && read.level == .strong && read.outcome == .ok {
      for write in acknowledged where write.key == read.key && write.ended < read.began {
        let isSeen = cluster.catalogue.isSuperseded(write.version, byHeld: read.version, seen: read.seen)
        #expect(isSeen, "seed \(seed): operation \(read.id.raw) misses \(write.id.raw)")
      }
    }
    for refused in ended where refused.outcome == .conflict || refused.outcome == .unavailable {
      #expect(cluster.version(writtenBy: refused.id) == nil, "seed \(seed): operation \(refused.id.raw)")
    }
  }

  private func suffer(_ adversity: Adversity, _ cluster: inout Cluster, _ dice: inout Dice) {
    let (replica, other) = (dice.roll(below: 9), dice.roll(below: 9))
    let number = dice.roll(below: 14)
    if cluster.sufferAtRandom(number, replica, other, losesMessages: adversity.losesMessages, &dice) { return }
    switch number {
    case 2: cluster.apply(.fault(.restart(cluster.topology.everyone)))
    case 12 where dice.chance(40):
      cluster.apply(.fault(.crash(Cluster.set([Cluster.us, Cluster.eu, Cluster.ap][replica % 3]))))
    case 13:
      let heirs = cluster.heirs(of: replica % 2, in: RegionID(0))
      if !heirs.isEmpty {
        let heir = heirs[other % heirs.count]
        cluster.apply(.moveLeader(partition: replica % 2, in: RegionID(0), to: heir))
      }
    default: break
    }
  }

  /// What is acknowledged is on most disks of two regions, of which some may be down.
  private func checkDurability(_ cluster: Cluster, _ seed: Int) {
    for operation in cluster.ended.elements where operation.isAcknowledgedUpdate {
      let partition = cluster.environment.placement.partition(ofKey: cluster.catalogue.names.name(of: operation.key))
      let regions = cluster.environment.placement.copies[partition].count { members in
        members.count { cluster.hasOnDisk(operation, $0, partition) } > members.count / 2
      }
      #expect(regions >= 2, "seed \(seed): operation \(operation.id.raw) is durable in \(regions) regions")
    }
  }
}
