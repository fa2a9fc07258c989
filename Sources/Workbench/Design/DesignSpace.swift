import Analysis
import Insight
import Kernel
import Language
import Replication

/// One way to set a cluster up and to ask it.
public struct DesignCandidate: Hashable, Sendable {
  /// The scheme.
  public let scheme: SchemeName
  /// How many copies, and replicas, a region has; of primary-cache: servers.
  public let copies: Int
  /// The levels, as `at` takes them; empty where there are none.
  public let level: String
  /// How copies are brought level besides by writes, or what else a scheme has in its place.
  public let repair: String
  /// How coordinators are chosen.
  public let routing: String
  /// The commands that set it up.
  public let commands: [String]
}

/// All the ways that are looked at.
public struct DesignSpace: Sendable {
  /// The regions of each cluster.
  public static let regions = ["us-east-1", "eu-west-1", "ap-south-1"]

  /// The schemes. A log isn't among them: each region keeps one of its own, so that none can stand in for another.
  public var schemes: [SchemeName] = [.leaderless, .streams, .primaryCache]
  /// How many copies a region has.
  public var copies = [1, 2, 3]
  /// The levels of leaderless replication; nil: all that are worth comparing.
  public var levels: [String]?
  /// How copies of leaderless replication are brought level, each with its commands.
  public var repairs: [(name: String, commands: [String])] = [
    ("none", ["set read-repair off"]), ("reads", ["set read-repair blocking"]), ("async", ["set read-repair async"]),
    ("trees 5s", ["set read-repair off", "set anti-entropy 5s"]),
  ]
  /// How coordinators are chosen.
  public var routings = ["nearest", "round-robin"]

  /// All of them.
  public init() {}

  /// Each of them, in a fixed order.
  public var candidates: [DesignCandidate] { schemes.flatMap { candidates(of: $0) } }

  private func candidates(of scheme: SchemeName) -> [DesignCandidate] {
    switch scheme {
    case .leaderless: all(scheme, copies, levels ?? names(scheme), repairs)
    case .streams:
      all(scheme, copies, names(scheme), [("stream", []), ("synchronous", ["set multi-region strong"])])
    case .primaryCache:
      all(
        scheme, [3, 4], names(scheme), [("binlog", []), ("direct", ["set invalidation direct"])])
    case .log: []
    }
  }

  private func names(_ scheme: SchemeName) -> [String] { scheme.specification.ladder.map(\.name) }

  private func all(
    _ scheme: SchemeName, _ copies: [Int], _ levels: [String], _ repairs: [(name: String, commands: [String])]
  ) -> [DesignCandidate] {
    copies.flatMap { copies in
      levels.flatMap { level in
        repairs.flatMap { repair in
          routings.map { routing in
            let regions = Self.regions.map { "\($0):\(copies)" }.joined(separator: " ")
            let factor = scheme == .primaryCache ? "" : " rf=\(copies)"
            return DesignCandidate(
              scheme: scheme, copies: copies, level: level, repair: repair.name, routing: routing,
              commands: ["cluster \(regions)\(factor) scheme=\(scheme.rawValue)"] + repair.commands
                + ["set coordinator \(routing)"])
          }
        }
      }
    }
  }
}
