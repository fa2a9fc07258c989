import Kernel
import TestSupport
import Testing

@testable import Replication

/// What holds under whatever goes wrong: every seed is a history of random faults and updates, looked at after every event.
@Suite struct StreamsSoakTests {
  /// Which faults a history may have.
  struct Adversity: Sendable, CustomTestStringConvertible {
    let name: String
    var losesMessages = false
    var losesDisks = false
    var isSmall = false
    var testDescription: String { name }
  }

  static let adversities = [
    Adversity(name: "cuts, crashes, pauses, holds, skews"),
    Adversity(name: "messages lost and doubled, too", losesMessages: true),
    Adversity(name: "disks lost, too", losesDisks: true),
    Adversity(name: "disks and messages", losesMessages: true, losesDisks: true),
    Adversity(name: "one partition, little capacity, batches", isSmall: true),
  ]

  @Test(arguments: adversities, 1...SoakSeeds.last(12)) func whateverHappens(adversity: Adversity, seed: Int) {
    var (cluster, dice) = (Cluster.streams(seed: UInt64(seed)), Dice(seed: seed))
    if adversity.isSmall {
      cluster.apply(.set(.partitions(1)))
      cluster.apply(.set(.streamCapacity(40)))
      cluster.apply(.set(.streamBatch(StreamBatch(count: 3, within: .milliseconds(200)))))
      cluster.apply(.set(.followerDelay(.uniform(.zero, .milliseconds(80)))))
    }
    for round in 0..<50 {
      suffer(adversity, &cluster, &dice)
      for number in 0..<3 {
        cluster.askAtRandom("\(round).\(number)", keys: 12, reads: 20, strong: 50, &dice)
      }
      cluster.pass(TimeSpan(microseconds: Int64(1_000 + dice.roll(below: 900_000))))
      // An acknowledged write is on most disks of its region, of which some may be down.
      if !adversity.losesDisks { checkDurability(cluster, seed) }
    }
    cluster.mendEverything()
    cluster.pass(.seconds(30))
    #expect(cluster.broken == nil, "seed \(seed)")
    if adversity.losesDisks {
      // What no region could tell the others before its disks were lost stands in some regions, and in others not; each agrees with
      // itself, and whatever is written from now on reaches everybody.
      for key in cluster.catalogue.names.keys {
        for region in [Cluster.us, Cluster.eu, Cluster.ap] {
          #expect(Set(region.map { cluster.cell(key, at: ReplicaID($0)).version }).count == 1, "seed \(seed)")
        }
      }
      for number in 0..<12 { cluster.writeAndWait("last", to: "k\(number)", via: number % 9) }
      cluster.pass(.seconds(5))
    }
    let (divergent, isSettled) = (cluster.divergentKey, cluster.isSettled)
    #expect(divergent == nil && isSettled, "seed \(seed)")
    if let divergent {
      let partition = cluster.environment.placement.partition(ofKey: cluster.catalogue.names.name(of: divergent))
      for region in 0..<3 { Issue.record("\(cluster.leadership(of: partition, in: region))") }
    }
    for partition in 0..<cluster.environment.placement.partitionCount {
      for region in 0..<3 {
        #expect(cluster.leaders(of: partition, in: region).count == 1, "seed \(seed), partition \(partition)")
        for other in 0..<3 {
          #expect(cluster.backlog(from: RegionID(region), to: RegionID(other)) == 0, "seed \(seed)")
        }
      }
    }
    checkOrder(cluster, seed)
    #expect(cluster.ended.elements.count { $0.isAcknowledgedUpdate } > 15)
    guard !adversity.losesDisks else { return }
    for id in cluster.topology.replicaIDs {
      let missing = cluster.missing(at: id)
      #expect(missing.isEmpty, "seed \(seed): \(missing.map(\.raw)) at \(id.index)")
    }
  }

  private func suffer(_ adversity: Adversity, _ cluster: inout Cluster, _ dice: inout Dice) {
    let (replica, other) = (dice.roll(below: 9), dice.roll(below: 9))
    let number = dice.roll(below: 15)
    if cluster.sufferAtRandom(number, replica, other, losesMessages: adversity.losesMessages, &dice) { return }
    switch number {
    case 2: cluster.restart(replica)
    case 14:
      let (partition, region) = (replica % cluster.environment.placement.partitionCount, RegionID(other % 3))
      if let heir = cluster.heirs(of: partition, in: region).last {
        cluster.apply(.moveLeader(partition: partition, in: region, to: heir))
      }
    case 12 where adversity.losesDisks: cluster.wipe(replica)
    case 13 where adversity.losesDisks && dice.chance(40):
      let region = Cluster.set([Cluster.us, Cluster.eu, Cluster.ap][replica % 3])
      cluster.apply(.fault(.destroy(region)))
      cluster.apply(.fault(.restart(region)))
    default: break
    }
  }

  private func checkDurability(_ cluster: Cluster, _ seed: Int) {
    for operation in cluster.ended.elements where operation.isAcknowledgedUpdate {
      let partition = cluster.environment.placement.partition(
        ofKey: cluster.catalogue.names.name(of: operation.key))
      let region = cluster.topology.region(of: operation.coordinator)
      let members = cluster.environment.placement.copies[partition][region.index]
      let count = members.count { cluster.hasOnDisk(operation, $0, partition) }
      #expect(count >= 2, "seed \(seed): operation \(operation.id.raw) is on \(count) disks")
    }
  }

  /// The changes of one region's partition are applied in their order wherever they come by the stream.
  private func checkOrder(_ cluster: Cluster, _ seed: Int) {
    var latest: [[Int]: UInt32] = [:]
    for record in cluster.records.elements {
      switch record.what {
      case .wiped(let id): latest = latest.filter { $0.key[0] != id.index }
      case .stored(let version, let id, _, _, .streams(.item)):
        let made = cluster.catalogue.version(version)
        let partition = cluster.environment.placement.partition(ofKey: cluster.catalogue.names.name(of: made.key))
        let source = [id.index, cluster.topology.region(of: made.writer.replica).index, partition]
        let number = cluster.turn.parcels.streams.numbers[version]
        if let before = latest[source] { #expect(number > before, "seed \(seed): change \(number) after \(before)") }
        latest[source] = number
      default: break
      }
    }
  }
}
