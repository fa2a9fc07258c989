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

  @Test(arguments: adversities, 1...SoakSeeds.last(12)) func whateverHappens(adversity: Adversity, seed: Int) {
    var (cluster, dice) = (Cluster.strong(seed: UInt64(seed)), Dice(seed: seed))
    cluster.apply(.set(.partitions(2)))
    if adversity.hasWitness { cluster.apply(.set(.witness(RegionID(seed % 3)))) }
    let everyone = Array(0..<9)
    let links = Fault.Links(from: Cluster.set(everyone), to: Cluster.set(everyone), bothWays: true)
    if adversity.isJittery {
      cluster.apply(.link(.uniform(.milliseconds(1), .milliseconds(60)), MessageClass.allCases, links))
      cluster.apply(.set(.followerDelay(.uniform(.zero, .milliseconds(80)))))
    }
    for round in 0..<50 {
      suffer(adversity, &cluster, &dice)
      for number in 0..<3 {
        let coordinator = dice.roll(below: 9)
        guard cluster.replicas.status(of: ReplicaID(coordinator)) == .running else { continue }
        let key = "k\(dice.roll(below: 6))"
        if dice.chance(30) {
          cluster.read(key, at: dice.chance(80) ? .strong : .eventual, via: coordinator)
        } else {
          let condition: WriteCondition? = dice.chance(10) ? .absent : nil
          cluster.write("\(round).\(number)", to: key, at: .fixed, via: coordinator, if: condition)
        }
      }
      cluster.pass(TimeSpan(microseconds: Int64(1_000 + dice.roll(below: 900_000))))
      checkDurability(cluster, seed)
    }
    cluster.apply(.fault(.lose(.zero, links)))
    cluster.apply(.fault(.duplicate(.zero, links)))
    cluster.healAll()
    cluster.apply(.fault(.release(links)))
    cluster.apply(.fault(.resume(cluster.topology.everyone)))
    cluster.apply(.fault(.restart(cluster.topology.everyone)))
    let region = [Cluster.us, Cluster.eu, Cluster.ap][dice.roll(below: 3)]
    cluster.apply(.fault(.destroy(Cluster.set(region))))
    cluster.pass(.seconds(15))
    cluster.apply(.fault(.restart(Cluster.set(region))))
    cluster.pass(.seconds(30))
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
    #expect(acknowledged.count > 2)
    for operation in acknowledged {
      for id in cluster.topology.replicaIDs {
        let cell = cluster.cell(operation.key, at: id)
        let isThere = cluster.catalogue.isSuperseded(operation.version, byHeld: cell.version, seen: cell.seen)
        #expect(isThere, "seed \(seed): operation \(operation.id.raw) is missing at \(id.index)")
      }
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
    let everyone = Array(0..<9)
    let all = Fault.Links(from: Cluster.set(everyone), to: Cluster.set(everyone), bothWays: true)
    let regions = [Cluster.us, Cluster.eu, Cluster.ap]
    switch dice.roll(below: 14) {
    case 0: cluster.crash(replica)
    case 1: cluster.restart(replica)
    case 2: cluster.apply(.fault(.restart(cluster.topology.everyone)))
    case 3: cluster.apply(.fault(.pause(Cluster.set([replica]))))
    case 4: cluster.apply(.fault(.resume(Cluster.set([replica]))))
    case 5 where replica != other: cluster.cut([replica], [other])
    case 6: cluster.healAll()
    case 7: cluster.cut(regions[replica % 3], regions[(replica + 1) % 3])
    case 8:
      cluster.apply(.fault(.hold(Fault.Links(from: Cluster.set([replica]), to: Cluster.set([other]), bothWays: true))))
    case 9: cluster.apply(.fault(.release(all)))
    case 10:
      let span = TimeSpan(microseconds: Int64(dice.roll(below: 2_000_000)) - 1_000_000)
      cluster.apply(.fault(.skew(Cluster.set([replica]), by: span, driftPerSecond: 0)))
    case 11 where adversity.losesMessages:
      cluster.apply(.fault(.lose(Probability(millionths: dice.roll(below: 100_000)), all)))
      cluster.apply(.fault(.duplicate(Probability(millionths: dice.roll(below: 100_000)), all)))
    case 12 where dice.chance(40):
      cluster.apply(.fault(.crash(Cluster.set(regions[replica % 3]))))
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
        members.count { isOnDisk(operation, $0, partition, cluster) } > members.count / 2
      }
      #expect(regions >= 2, "seed \(seed): operation \(operation.id.raw) is durable in \(regions) regions")
    }
  }

  private func isOnDisk(_ write: Operation, _ id: ReplicaID, _ partition: Int, _ cluster: Cluster) -> Bool {
    let cell = cluster.replicas.streams[id].cells[write.key]
    if cluster.catalogue.isSuperseded(write.version, byHeld: cell.version, seen: cell.seen) { return true }
    guard let place = cluster.replicas.streams[id].place(of: partition) else { return false }
    let log = cluster.replicas.streams[id].copies[place].log
    return log.end > log.base && (log.base + 1...log.end).contains { log[$0].version == write.version }
  }
}
