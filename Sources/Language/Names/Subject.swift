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
/// The name of somebody who follows or posts.
public typealias UserName = SubjectName<UserKind>
/// A key's name.
public typealias KeyName = SubjectName<KeyKind>

extension Cluster {
  /// The replica of that name here; nil if there is none.
  package func identity(of name: ReplicaName) -> ReplicaID? { topology.replica(named: name.text) }

  /// The region of that name here; nil if there is none.
  package func identity(of name: RegionName) -> RegionID? { topology.region(named: name.text) }

  /// The client of that name here; nil if there is none.
  package func identity(of name: ClientName) -> ClientID? {
    clients.elements.firstIndex { $0.name == name.text }.map { ClientID($0) }
  }

  /// The user of that name here; nil if nobody has heard of them.
  package func identity(of name: UserName) -> UserID? { timelines.user(named: name.text) }

  /// The key of that name here; nil if nothing has touched it and it has no type.
  package func identity(of name: KeyName) -> KeyID? { catalogue.names.key(named: name.text) }
}
