import Insight
import Kernel
import Replication

/// What names mean at a place in a script, or at the prompt.
public struct NameContext: Sendable {
  /// Regions and replicas.
  public var topology: Topology
  /// How the replicas hold and pass on what is written.
  public var scheme: SchemeName
  /// Clients, in the order of their numbers.
  public var clients: [String]
  /// Those of the clients that consume, and what.
  package private(set) var consumers: [ConsumerName]
  /// How many copies of a key the region has that has most.
  public private(set) var mostCopies: Int
  /// Keys that have come up, for completion at the prompt; a script's parser has no use for them.
  public var keys: [String]
  /// Those who follow or post, for completion at the prompt.
  public var users: [String]
  /// The data types of keys, by their names; a key that isn't there is a register.
  public var types: [String: ValueForm] = [:]
  /// Branches of time, for completion and for `switch`.
  public var branches: [String]
  /// Whether it is known which cluster there will be; a script that goes back in time can't be sure before it runs.
  public var isCertain = true
  /// Whether commands come from a prompt, not from a file.
  public var isPrompt = false
  /// Whether conditions can name somebody whom the present cluster lacks: so it is while a script runs that was read whole.
  package var mayNameAbsent = false
  /// Alerts of rules that were given; those that every cluster has are known anyway.
  package var ownAlerts: [String] = []
  /// Whether a command that was read needs indicators that are counted from the beginning.
  package private(set) var asksOfService = false
  private var met: SubjectsMet

  /// The names of a cluster.
  public init(cluster: Cluster, branches: [String] = ["main"], isPrompt: Bool = false) {
    self.init(cluster: cluster, branches: branches, isPrompt: isPrompt, met: SubjectsMet(of: cluster))
  }

  package init(cluster: Cluster, branches: [String], isPrompt: Bool, met: SubjectsMet) {
    self.met = met
    topology = cluster.topology
    scheme = cluster.plan.scheme
    clients = cluster.clients.elements.map(\.name)
    consumers = cluster.clients.ids.compactMap { client in
      guard let holder = cluster.consumerGroupHolder(of: client) else { return nil }
      return ConsumerName(
        name: cluster.clients[client].name, region: cluster.clients[client].region,
        source: cluster.consumerGroup(of: client)?.source, group: cluster.clients[holder].name,
        isRunning: cluster.isConsuming(client))
    }
    mostCopies = cluster.plan.regions.map(\.factor).max() ?? 0
    keys = isPrompt ? cluster.catalogue.names.keys.map { cluster.catalogue.names.name(of: $0) } : []
    users = isPrompt ? cluster.timelines.users.map(\.name) : []
    for type in cluster.environment.types { types[type.key] = type.form }
    self.branches = branches
    self.isPrompt = isPrompt
  }

  /// The names of the default cluster.
  public static let standard = NameContext(cluster: Cluster())

  /// The words that could stand for what is expected; empty where anything can.
  public func candidates(for expectation: Expectation) -> [String] {
    switch expectation {
    case .keyword(let word): [word]
    case .command:
      CommandCatalog.all.filter { (isPrompt || !$0.isPromptOnly) && ($0.feature.map { has($0) } ?? true) }.map(\.name)
    case .region: topology.regions.map(\.name)
    case .replica: topology.replicas.map(\.name)
    case .client: clients
    case .other("an alert"): BurnAlert.all.map(\.name) + ownAlerts
    case .other("an indicator"): Indicator.allCases.map(\.rawValue)
    case .other("a consumer"): consumers.map(\.name)
    case .user: users
    case .key: keys
    case .level: levelNames
    case .profile: ProfileCatalog.names
    case .setting: SettingCatalog.all.map(\.name).filter { has(setting: $0) }.map(\.rawValue)
    case .view: ViewName.allCases.map(\.rawValue)
    case .pane: ViewName.allCases.map(\.rawValue)
    case .branch: branches
    case .fact: factNames
    case .distribution: ["uniform(", "exponential(", "pareto(", "mix("]
    case .condition: factNames + ["not"]
    case .other("region or replica"): topology.regions.map(\.name) + topology.replicas.map(\.name)
    case .other("region, replica or client"): topology.regions.map(\.name) + topology.replicas.map(\.name) + clients
    case .value, .lineEnd, .duration, .number, .wholeNumber, .percentage, .text, .file, .rate, .byteRate, .name,
      .filter, .other:
      []
    }
  }

  /// The row and the column that a name stands for; nil for any other name.
  func column(named name: String) -> (row: String, column: String)? {
    types.isEmpty ? nil : TypedKey.column(named: name) { types[$0] == .row }
  }

  /// The row that a name ends with a dot behind, and no column; nil for any other name.
  func rowLackingColumn(named name: String) -> String? {
    guard name.hasSuffix("."), types[name] == nil else { return nil }
    let row = String(name.dropLast())
    return types[row] == .row ? row : nil
  }

  /// Whether a condition can name that replica.
  func knowsReplica(_ name: String) -> Bool {
    topology.replica(named: name) != nil || canBeAbsent && met.hasReplica(name)
  }

  /// Whether a condition can name that region.
  func knowsRegion(_ name: String) -> Bool {
    topology.region(named: name) != nil || canBeAbsent && met.hasRegion(name)
  }

  /// Whether a condition can name that client.
  func knowsClient(_ name: String) -> Bool { clients.contains(name) || canBeAbsent && met.hasClient(name) }

  /// Whether there is an alert of that name, or was one that going back may bring back.
  func knowsAlert(_ name: String) -> Bool { BurnAlert(named: name) != nil || ownAlerts.contains(name) }

  private var canBeAbsent: Bool { mayNameAbsent || !isCertain }

  /// Whether a name could stand for what is expected once the script has run so far, where only that will show.
  func mayTurnOut(_ expectation: Expectation, _ name: String) -> Bool {
    guard !isCertain else { return false }
    switch expectation {
    case .region: return met.hasRegion(name)
    case .replica: return met.hasReplica(name)
    case .client: return met.hasClient(name)
    case .other: return met.hasRegion(name) || met.hasReplica(name)
    default: return false
    }
  }

  /// Takes in what a command will have changed once it has run.
  package mutating func follow(_ command: Command) {
    if case .input(let input) = command { met.meet(input) }
    if command.asksOfService { asksOfService = true }
    if case .operating(.rule(let rule)) = command { ownAlerts.append(rule.name) }
    switch command {
    case .profile(let plan):
      for line in plan.lines { follow(.input(line.input)) }
    case .input(.setUp(let plan)):
      topology = Topology(regions: plan.regions.map { ($0.name, $0.replicas) })
      scheme = plan.scheme
      clients = plan.regions.map(\.name)
      consumers = []
      mostCopies = plan.regions.map(\.factor).max() ?? 0
      types = [:]
      isCertain = true
    case .input(.type(let key, let form)):
      types[key] = form
    case .input(.addClient(let name, _)):
      clients.append(name)
    case .input(.addConsumer(let name, let region)):
      follow(ConsumerName(name: name, region: region, source: nil, group: name, isRunning: true))
    case .input(.followConsumer(let name, let region, let source)):
      let isRunning = consumers.first { $0.name == name }?.isRunning ?? true
      follow(ConsumerName(name: name, region: region, source: source, group: name, isRunning: isRunning))
    case .input(.group(let change)):
      follow(change)
    case .fork(let name):
      branches.append(name)
    case .undo, .redo, .back, .goto, .gotoEvent, .play, .switchTo:
      isCertain = false
    default:
      break
    }
  }

  private mutating func follow(_ consumer: ConsumerName) {
    if !clients.contains(consumer.name) { clients.append(consumer.name) }
    // All of its group go on there.
    let others = consumers.filter { $0.group == consumer.name && $0.name != consumer.name }
    consumers.removeAll { $0.name == consumer.name || $0.group == consumer.name }
    consumers.append(consumer)
    for other in others {
      consumers.append(
        ConsumerName(
          name: other.name, region: consumer.region, source: consumer.source, group: other.group,
          isRunning: other.isRunning))
    }
  }

  private mutating func follow(_ change: GroupChange) {
    func consumer(_ client: ClientID) -> Int? {
      clients.indices.contains(client.index) ? consumers.firstIndex { $0.name == clients[client.index] } : nil
    }
    switch change {
    case .join(let name, let holder):
      guard let place = consumer(holder) else { return }
      let first = consumers[place]
      clients.append(name)
      consumers.append(
        ConsumerName(name: name, region: first.region, source: first.source, group: first.name, isRunning: true))
    case .comeBack(let client):
      if let place = consumer(client) { consumers[place].isRunning = true }
    case .leave(let client), .crash(let client):
      if let place = consumer(client) { consumers[place].isRunning = false }
    }
  }
}

/// A consumer by its name: where it consumes, and whose records if not all; in whose group, and whether it runs there.
package struct ConsumerName: Hashable, Sendable {
  package let name: String
  package let region: RegionID
  package let source: RegionID?
  package let group: String
  package fileprivate(set) var isRunning: Bool
}
