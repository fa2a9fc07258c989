/// Whose answers a level counts, and how many of them it needs: all that tells one level from another where any owner
/// may answer (Cassandra's `ConsistencyLevel.blockFor`).
public struct Requirement: Hashable, Sendable {
  /// Whose answers count.
  public enum Scope: Hashable, Sendable {
    /// Every owner's.
    case everywhere
    /// Those of the coordinator's region.
    case local
    /// Every owner's, and each region has to give enough by itself.
    case eachRegion
  }

  /// How many are needed, of those that count.
  public enum Count: Hashable, Sendable {
    case number(Int)
    case majority
    case all
  }

  /// Whose answers count.
  public let scope: Scope
  /// How many are needed.
  public let count: Count
  /// Whether Paxos decides: then a key's copies are counted as they are, and not as the replication factor says.
  public var isSerial = false
  /// Whether a hint will do where no owner answers.
  public var acceptsHint = false

  /// How many answers are needed of those many that count.
  public func required(of counted: Int) -> Int {
    switch count {
    case .number(let number): number
    case .majority: Quorum.majority(counted)
    case .all: counted
    }
  }
}

extension ConsistencyLevel {
  /// What the level requires, where any owner may answer; nil for what is no such level.
  public var requirement: Requirement? {
    switch self {
    case .any: Requirement(scope: .everywhere, count: .number(1), acceptsHint: true)
    case .one: Requirement(scope: .everywhere, count: .number(1))
    case .two: Requirement(scope: .everywhere, count: .number(2))
    case .three: Requirement(scope: .everywhere, count: .number(3))
    case .localOne: Requirement(scope: .local, count: .number(1))
    case .quorum: Requirement(scope: .everywhere, count: .majority)
    case .localQuorum: Requirement(scope: .local, count: .majority)
    case .eachQuorum: Requirement(scope: .eachRegion, count: .majority)
    case .all: Requirement(scope: .everywhere, count: .all)
    case .serial: Requirement(scope: .everywhere, count: .majority, isSerial: true)
    case .localSerial: Requirement(scope: .local, count: .majority, isSerial: true)
    case .fixed, .eventual, .strong, .acks0, .acks1, .acksAll, .committed, .follower, .cached, .critical: nil
    }
  }

  /// Whether only the coordinator's own region counts.
  public var isLocal: Bool { requirement?.scope == .local }

  /// Whether it is decided by Paxos: for reads, and for writes with a condition.
  @inline(__always) public var isSerial: Bool { self == .serial || self == .localSerial }

  /// The level at which a transaction reads (`StorageProxy.cas`), and here commits, too; every other level is its own.
  public var dataLevel: ConsistencyLevel {
    switch self {
    case .serial: .quorum
    case .localSerial: .localQuorum
    case .any, .one, .two, .three, .localOne, .quorum, .localQuorum, .eachQuorum, .all, .fixed, .eventual, .strong,
      .acks0, .acks1, .acksAll, .committed, .follower, .cached, .critical:
      self
    }
  }
}
