import Kernel
import Language
import Replication

/// What a fact is asked about, in the cluster at hand: who computes a fact sees no names.
struct Subjects {
  private var replicas: [ReplicaID] = []
  private var regions: [RegionID] = []
  private var keys: [KeyID] = []
  /// The name of the key, be it one that never came up; empty where none is named.
  private(set) var keyName = ""
  private var operations: [OperationID] = []
  private var clients: [ClientID] = []
  private var users: [UserID] = []
  /// Of what a service is measured, where that is named.
  private(set) var indicator: Indicator?
  /// Over what time, where that is named.
  private(set) var span: TimeSpan?
  /// The alert that is named.
  private(set) var alert: String?
  /// The part of a bill, where one is named.
  private(set) var component: CostComponent?

  /// The setting that is named.
  private(set) var setting: SettingName?

  /// Whether nothing is asked about.
  private(set) var isEmpty = true

  /// The subjects of those names; nil if one of them isn't there.
  ///
  /// - Parameter takesNewKeys: whether a key need not have come up; there is a ``keyName`` then, and no ``key``.
  init?(_ arguments: [Fact.Argument], in context: FactContext, takesNewKeys: Bool = false) {
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
        keyName = name.text
        if let key = context.cluster.identity(of: name) {
          keys.append(key)
        } else if !takesNewKeys {
          return nil
        }
      case .client(let name):
        guard let client = context.cluster.identity(of: name) else { return nil }
        clients.append(client)
      case .user(let name):
        guard let user = context.cluster.identity(of: name) else { return nil }
        users.append(user)
      case .indicator(let indicator): self.indicator = indicator
      case .span(let span): self.span = span
      case .alert(let name): alert = name
      case .component(let part): component = part
      case .setting(let name): setting = name
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
  /// The client.
  var client: ClientID { clients[0] }
  /// Who posts or follows.
  var user: UserID { users[0] }
  /// The key.
  var key: KeyID { keys[0] }
  /// The operation.
  var operation: OperationID { operations[0] }
  /// The region, where one is named.
  var region: RegionID? { regions.first }
  /// The regions from and to which something goes; nil where none are named.
  var route: (from: RegionID, to: RegionID)? { regions.count == 2 ? (regions[0], regions[1]) : nil }
}
