/// How many copies must answer before the client does.
///
/// Cassandra's levels (`db/ConsistencyLevel.java`); what each needs is in ``Quorum``.
public enum ConsistencyLevel: UInt8, CaseIterable, Sendable {
  case any, one, two, three, localOne, quorum, localQuorum, eachQuorum, all, serial, localSerial

  /// The name as in Cassandra, such as `LOCAL_QUORUM`.
  public var name: String {
    switch self {
    case .any: "ANY"
    case .one: "ONE"
    case .two: "TWO"
    case .three: "THREE"
    case .localOne: "LOCAL_ONE"
    case .quorum: "QUORUM"
    case .localQuorum: "LOCAL_QUORUM"
    case .eachQuorum: "EACH_QUORUM"
    case .all: "ALL"
    case .serial: "SERIAL"
    case .localSerial: "LOCAL_SERIAL"
    }
  }

  /// Whether a read may use it: ANY is for writes only, as a hint can't be read (`validateForRead`).
  public var allowsReads: Bool { self != .any }

  /// Whether only the coordinator's own region counts.
  public var isLocal: Bool { self == .localOne || self == .localQuorum || self == .localSerial }

  /// Whether it is decided by Paxos: for reads, and for writes with a condition.
  public var isSerial: Bool { self == .serial || self == .localSerial }

  /// The level at which a transaction reads (`StorageProxy.cas`), and here commits, too; every other level is its own.
  public var dataLevel: ConsistencyLevel {
    switch self {
    case .serial: .quorum
    case .localSerial: .localQuorum
    case .any, .one, .two, .three, .localOne, .quorum, .localQuorum, .eachQuorum, .all: self
    }
  }
}
