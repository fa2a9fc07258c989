/// What a client asks of the system for one operation, in the words of the system that its scheme is taken from.
///
/// Each scheme has levels of its own; see ``SchemeSpecification``.
public enum ConsistencyLevel: UInt8, CaseIterable, Sendable {
  // Cassandra's (`db/ConsistencyLevel.java`): how many copies must answer before the client does. See ``Requirement``.
  case any, one, two, three, localOne, quorum, localQuorum, eachQuorum, all, serial, localSerial
  /// Whatever the scheme always does: there is no choice, and so no name.
  case fixed
  // DynamoDB's read options (`ConsistentRead`): from any copy of the region, or from its leader.
  case eventual, strong
  // Kafka's: how many have a record before its producer is told (`acks`), and from whom a consumer reads (KIP-392).
  case acks0, acks1, acksAll, committed, follower
  // TAO's: from the caches, or from the primary's database ("critical" reads).
  case cached, critical

  /// The name as in the system that it is taken from, such as `LOCAL_QUORUM`; nil where there is no choice.
  public var name: String? {
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
    case .fixed: nil
    case .eventual: "EVENTUAL"
    case .strong: "STRONG"
    case .acks0: "ACKS_0"
    case .acks1: "ACKS_1"
    case .acksAll: "ACKS_ALL"
    case .committed: "COMMITTED"
    case .follower: "FOLLOWER"
    case .cached: "CACHED"
    case .critical: "CRITICAL"
    }
  }
}
