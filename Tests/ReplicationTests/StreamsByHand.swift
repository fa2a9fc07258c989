import Kernel

@testable import Replication

/// What the tests of the streams scheme do to a cluster, and what they see of it: the default cluster, whose replicas are us 0 to
/// 2, eu 3 to 5, ap 6 to 8.
extension Cluster {
  static func streams(
    _ plan: ClusterPlan = ClusterPlan(regions: ClusterPlan.standard.regions, scheme: .streams), seed: UInt64 = 1,
    with settings: Setting...
  ) -> Cluster {
    var cluster = Cluster(plan, seed: seed)
    cluster.isTracing = true
    cluster.isDetailed = true
    cluster.isScrutinized = true
    for setting in settings { cluster.apply(.set(setting)) }
    return cluster
  }

  /// The same with regions that are replicated synchronously.
  static func strong(seed: UInt64 = 1, with settings: Setting...) -> Cluster {
    var cluster = streams(seed: seed, with: .multiRegion(.strong))
    for setting in settings { cluster.apply(.set(setting)) }
    return cluster
  }

  /// A key of a partition: `k0`, or whichever comes next.
  func key(in partition: Int, after number: Int = 0) -> String {
    (number...).lazy.map { "k\($0)" }.first { environment.placement.partition(ofKey: $0) == partition } ?? ""
  }

  /// Writes, and lets it end.
  @discardableResult
  mutating func writeAndWait(
    _ value: String, to key: String = "k", via coordinator: Int, if condition: WriteCondition? = nil
  ) -> Operation {
    let id = write(value, to: key, at: .fixed, via: coordinator, if: condition)
    step { $0.end(of: id) != nil }
    return end(of: id) ?? .none
  }

  /// Reads, and lets it end.
  @discardableResult
  mutating func readAndWait(
    _ key: String = "k", at level: ConsistencyLevel = .eventual, via coordinator: Int
  ) -> Operation {
    let id = read(key, at: level, via: coordinator)
    step { $0.end(of: id) != nil }
    return end(of: id) ?? .none
  }

  /// Who may serve as a leader of a partition now.
  func leaders(of partition: Int, in region: Int = 0) -> [Int] {
    topology.members(of: RegionID(region)).filter { id in
      replicas.status(of: id) == .running
        && replicas.streams[id].copies.contains {
          Int($0.partition) == partition && $0.serves(at: now, lease: environment.settings.lease)
        }
    }.map(\.index)
  }

  /// What the copies of a partition in a region know of its leadership, for what fails.
  func leadership(of partition: Int, in region: Int) -> String {
    topology.members(of: RegionID(region)).map { id in
      replicas.streams[id].copies.filter { Int($0.partition) == partition }.map { copy in
        "\(topology.name(of: id)): epoch \(copy.epoch), \(copy.leads ? "leads" : "follows \(copy.leader.index)"), "
          + "hears \(copy.hearsLeader), misses \(copy.missesLeader), watches \(copy.isWatching), "
          + "asks \(copy.inquiry != nil), campaigns \(copy.candidacy != nil), log \(copy.log.base)-\(copy.log.end) "
          + "verified \(copy.verified) committed \(copy.committed) applied \(copy.applied) "
          + "followers \(copy.leadership?.followers.map { "\($0.replica.index) \($0.follows) \($0.persisted) \($0.sent)" } ?? [])"
      }.joined()
    }.joined(separator: "\n")
  }

  mutating func isolate(_ replica: Int) {
    let others = topology.replicas.indices.filter { $0 != replica }
    apply(.fault(.cut([Fault.Links(from: Self.set([replica]), to: Self.set(others), bothWays: true)])))
  }

  /// Lets time pass, while every message of a kind to somebody gets lost.
  mutating func pass(_ span: TimeSpan, losing kind: StreamsMessage, to replica: Int) {
    let end = now + span
    repeat {
      for travelling in messagesInFlight {
        guard case .message(let message) = travelling.event else { continue }
        if message.kind.streams == kind, message.to.index == replica { apply(.drop(travelling.number)) }
      }
    } while step(notAfter: end)
  }

  mutating func healAll() { apply(.fault(.healAll)) }

  static let (us, eu, ap) = ([0, 1, 2], [3, 4, 5], [6, 7, 8])

  mutating func cut(_ first: [Int], _ second: [Int]) {
    apply(.fault(.cut([Fault.Links(from: Self.set(first), to: Self.set(second), bothWays: true)])))
  }
}
