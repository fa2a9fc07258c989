import Kernel
import Replication

/// The name of a replica, region, client or key, for as long as it isn't known of which cluster.
///
/// Conditions are written once and judged again and again, perhaps after `cluster`, `back` or `switch` has put another cluster
/// in place of the one they were written for. So they hold names, and only ``Subjects`` turns a name into an identity: one of
/// the cluster at hand, and nothing that cluster lacks. An identity is the position in a table; one of another cluster
/// would be somebody else's, or nobody's.
public struct SubjectName<Kind>: Hashable, Sendable {
  /// The name as it was written.
  public let text: String

  /// The name of that text.
  public init(_ text: String) { self.text = text }
}

/// A replica's name: the short one or `REGION/N`.
public typealias ReplicaName = SubjectName<ReplicaKind>
/// A region's name.
public typealias RegionName = SubjectName<RegionKind>
/// A client's name.
public typealias ClientName = SubjectName<ClientKind>
/// A key's name.
public typealias KeyName = SubjectName<KeyKind>

extension Cluster {
  /// The replica of that name here; nil if there is none.
  func identity(of name: ReplicaName) -> ReplicaID? { topology.replica(named: name.text) }

  /// The region of that name here; nil if there is none.
  func identity(of name: RegionName) -> RegionID? { topology.region(named: name.text) }

  /// The client of that name here; nil if there is none.
  func identity(of name: ClientName) -> ClientID? {
    clients.elements.firstIndex { $0.name == name.text }.map { ClientID($0) }
  }

  /// The key of that name here; nil if nothing has touched it and it has no type.
  func identity(of name: KeyName) -> KeyID? { catalogue.names.key(named: name.text) }
}

/// What a fact is asked about, in the cluster at hand: who computes a fact sees no names.
struct Subjects {
  private var replicas: [ReplicaID] = []
  private var regions: [RegionID] = []
  private var keys: [KeyID] = []
  private var operations: [OperationID] = []

  /// Whether nothing is asked about.
  private(set) var isEmpty = true

  /// The subjects of those names; nil if one of them isn't there.
  init?(_ arguments: [Fact.Argument], in context: FactContext) {
    for argument in arguments {
      isEmpty = false
      switch argument {
      case .replica(let name):
        guard let replica = context.cluster.identity(of: name) else { return nil }
        replicas.append(replica)
      case .region(let name):
        guard let region = context.cluster.identity(of: name) else { return nil }
        regions.append(region)
      case .key(let name):
        guard let key = context.cluster.identity(of: name) else { return nil }
        keys.append(key)
      case .operation(let number):
        guard let operation = context.identity(number) else { return nil }
        operations.append(operation)
      }
    }
  }

  /// The only replica, or the first of two.
  var replica: ReplicaID { replicas[0] }
  /// The second replica.
  var otherReplica: ReplicaID { replicas[1] }
  /// The key.
  var key: KeyID { keys[0] }
  /// The operation.
  var operation: OperationID { operations[0] }
  /// The regions from and to which something goes; nil where none are named.
  var route: (from: RegionID, to: RegionID)? { regions.count == 2 ? (regions[0], regions[1]) : nil }
}
