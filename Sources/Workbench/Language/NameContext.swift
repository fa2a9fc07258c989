import Kernel
import Replication

/// What names mean at a place in a script, or at the prompt.
public struct NameContext: Sendable {
  /// Regions and replicas.
  public var topology: Topology
  /// Clients, in the order of their numbers.
  public var clients: [String]
  /// Keys that have come up, for completion at the prompt; a script's parser has no use for them.
  public var keys: [String]
  /// The data types of keys, by their names; a key that isn't there is a register.
  public var types: [String: ValueForm] = [:]
  /// Branches of time, for completion and for `switch`.
  public var branches: [String]
  /// Whether it is known which cluster there will be; a script that goes back in time can't be sure before it runs.
  public var isCertain = true
  /// Whether commands come from a prompt, not from a file.
  public var isPrompt = false

  /// The names of a cluster.
  public init(cluster: Cluster, branches: [String] = ["main"], isPrompt: Bool = false) {
    topology = cluster.topology
    clients = cluster.clients.elements.map(\.name)
    keys = isPrompt ? cluster.catalogue.names.keys.map { cluster.catalogue.names.name(of: $0) } : []
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
    case .command: CommandCatalog.all.filter { isPrompt || !$0.isPromptOnly }.map(\.name)
    case .region: topology.regions.map(\.name)
    case .replica: topology.replicas.map(\.name)
    case .client: clients
    case .key: keys
    case .level: ConsistencyLevel.allCases.map(\.name)
    case .setting: SettingCatalog.all.map(\.name)
    case .view: ViewName.allCases.map(\.rawValue)
    case .pane: ViewName.allCases.map(\.rawValue)
    case .branch: branches
    case .fact: FactCatalog.all.map(\.name)
    case .distribution: ["uniform(", "exponential(", "pareto(", "mix("]
    case .condition: FactCatalog.all.map(\.name) + ["not"]
    case .other("region or replica"): topology.regions.map(\.name) + topology.replicas.map(\.name)
    case .value, .lineEnd, .duration, .number, .wholeNumber, .percentage, .text, .file, .rate, .byteRate, .name,
      .filter, .other:
      []
    }
  }

  /// Takes in what a command will have changed once it has run.
  mutating func follow(_ command: Command) {
    switch command {
    case .input(.setUp(let plan)):
      topology = Topology(regions: plan.regions.map { ($0.name, $0.replicas) })
      clients = plan.regions.map(\.name)
      types = [:]
      isCertain = true
    case .input(.type(let key, let form)):
      types[key] = form
    case .input(.addClient(let name, _)):
      clients.append(name)
    case .fork(let name):
      branches.append(name)
    case .undo, .redo, .back, .goto, .switchTo:
      isCertain = false
    default:
      break
    }
  }
}
