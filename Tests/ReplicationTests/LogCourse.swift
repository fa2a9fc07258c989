import Kernel

@testable import Replication

/// A random course of events that belongs to a seed.
struct LogCourse {
  var cluster: Cluster
  private let randomness: Randomness
  private var drawn: UInt64 = 0
  private let size: Int
  /// Whether disks may be lost, and clocks be wrong, too.
  private let losesDisks: Bool
  /// What has been committed according to some copy, by partition: its version at each offset.
  private var committed: [[VersionID]]
  private(set) var contradiction: String?
  /// Whether any disk was lost.
  private(set) var hasLostDisks = false

  init(seed: UInt64, losingDisks: Bool = false, _ settings: [Setting] = []) {
    losesDisks = losingDisks
    let sizes = [[3], [3, 3], [4], [5]][Int(seed % 4)]
    let regions = sizes.enumerated().map {
      ClusterPlan.Region(name: "r\($0.offset)", replicas: $0.element, factor: 3)
    }
    cluster = Cluster(ClusterPlan(regions: regions, scheme: .log), seed: seed)
    cluster.isTracing = true
    cluster.isDetailed = true
    cluster.isScrutinized = true
    randomness = Randomness(seed: seed)
    size = sizes.reduce(0, +)
    committed = Array(repeating: [], count: sizes.count * 2)
    cluster.apply(.set(.partitions(2)))
    cluster.apply(.set(.inSyncLag(.seconds(3))))
    for setting in settings { cluster.apply(.set(setting)) }
  }

  mutating func roll(_ bound: Int) -> Int {
    drawn += 1
    return Int(randomness.draw(.workload, owner: 7, number: drawn).below(UInt64(bound)))
  }

  private mutating func pair() -> Fault.Links {
    let first = roll(size)
    let second = (first + 1 + roll(size - 1)) % size
    return Cluster.links(from: first, to: second, bothWays: roll(2) == 0)
  }

  private mutating func fault() {
    let replica = roll(size)
    switch roll(16) {
    case 0: cluster.crash(replica)
    case 1, 2: cluster.restart(replica)
    case 3: cluster.pause(replica)
    case 4: cluster.resume(replica)
    case 5, 6: cluster.apply(.fault(.cut([pair()])))
    case 7: cluster.heal()
    case 8: cluster.apply(.fault(.hold(pair())))
    case 9: cluster.apply(.fault(.release(pair())))
    case 10: cluster.apply(.fault(.lose(Probability(millionths: roll(2) == 0 ? 0 : 300_000), pair())))
    case 11: cluster.apply(.fault(.duplicate(Probability(millionths: roll(2) == 0 ? 0 : 300_000), pair())))
    case 12: cluster.apply(.fault(.slowReplicas(Cluster.set([replica]), by: .milliseconds(Int64(roll(3) * 40)))))
    case 13 where losesDisks:
      hasLostDisks = true
      cluster.wipe(replica)
    case 14 where losesDisks:
      let span = TimeSpan(microseconds: Int64(roll(2_000_000)) - 1_000_000)
      cluster.apply(.fault(.skew(Cluster.set([replica]), by: span, driftPerSecond: 0)))
    case 15 where losesDisks:
      if let heir = cluster.heirs(of: roll(2), in: RegionID(0)).last {
        cluster.apply(.moveLeader(partition: roll(2), in: RegionID(0), to: heir))
      }
    default: break
    }
  }

  mutating func play(rounds: Int) {
    for round in 0..<rounds {
      fault()
      for number in 0..<3 {
        let coordinator = roll(size)
        let level = [ConsistencyLevel.acksAll, .acksAll, .acks1, .acks0][roll(4)]
        let (key, isDelete) = ("k\(roll(6))", roll(8) == 0)
        guard cluster.replicas.status(of: ReplicaID(coordinator)) == .running else { continue }
        if isDelete {
          cluster.ask(.delete, of: key, at: level, via: coordinator)
        } else if roll(3) == 0 {
          cluster.read(key, at: roll(2) == 0 ? .committed : .follower, via: coordinator)
        } else {
          cluster.write("\(round).\(number)", to: key, at: level, via: coordinator)
        }
      }
      cluster.pass(TimeSpan(microseconds: Int64(500 + roll(900_000))))
      compare()
    }
  }

  /// Ends all that goes wrong, and lets time pass.
  mutating func recover() {
    let everyone = cluster.topology.everyone
    let all = Fault.Links(from: everyone, to: everyone, bothWays: false)
    cluster.heal()
    cluster.apply(.fault(.lose(Probability(millionths: 0), all)))
    cluster.apply(.fault(.duplicate(Probability(millionths: 0), all)))
    cluster.apply(.fault(.release(all)))
    cluster.apply(.fault(.slowReplicas(everyone, by: .zero)))
    cluster.apply(.fault(.resume(everyone)))
    cluster.apply(.fault(.restart(everyone)))
    cluster.pass(.seconds(30))
    compare()
  }

  /// Two copies that end apart, or that hold different records at one offset, in words. One may hold what the other has cleaned.
  var conflict: String? {
    for region in cluster.controller.partitions {
      for (partition, decided) in region.enumerated() {
        let copies = decided.members.map { cluster.replicas.log[$0].copies[partition].log }
        guard let first = copies.first else { continue }
        if copies.contains(where: { $0.end != first.end }) { return "partition \(partition): \(copies.map(\.end))" }
        for offset in 0..<first.end {
          let records = Set(copies.map { $0[offset].version }).subtracting([.none])
          if records.count > 1 { return "partition \(partition), offset \(offset): \(records.map(\.raw))" }
        }
      }
    }
    return nil
  }

  /// Compares what copies know to be committed with all that any of them ever knew to be.
  private mutating func compare() {
    for server in cluster.replicas.log.elements {
      for (partition, copy) in server.copies.enumerated() where copy.isHeld {
        let place = server.region.index * 2 + partition
        for offset in 0..<copy.watermark where copy.log[offset].version != .none {
          while committed[place].count <= offset { committed[place].append(.none) }
          let known = committed[place][offset]
          if known == .none {
            committed[place][offset] = copy.log[offset].version
          } else if known != copy.log[offset].version, contradiction == nil {
            contradiction = "partition \(partition), offset \(offset) at \(server.id.index): two records committed"
          }
        }
      }
    }
  }
}
