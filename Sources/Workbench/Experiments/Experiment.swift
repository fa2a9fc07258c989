import Kernel
import Language

/// An experiment: what is done to a cluster, and what must hold all the same.
///
/// It is read from a YAML file whose shape ``ExperimentSchema`` has; ``ExperimentReader`` reads it.
public struct Experiment: Sendable {
  /// Its name.
  public let name: String
  /// What it is about; may be empty.
  public let description: String
  /// The commands that begin its cluster and choose its settings.
  public let setUp: [String]
  /// The seed that it asks for; nil: 1, or what the command line says.
  public let seed: UInt64?
  /// What must hold before anything is done.
  public let steadyState: SteadyState?
  /// What is done, each on a cluster of its own.
  public let scenarios: [Scenario]
  /// The defects of the model that it claims to tell from the model as it should be.
  public let catches: [Mutant]
  /// What is said of dashboards and channels: told again, never contacted.
  public let monitoring: [String]
  /// What isn't wrong, but is perhaps not meant.
  public let warnings: [String]
  /// By what files are known to hold the same experiment.
  public let fingerprint: String
}

/// What is checked before a scenario begins: where it doesn't hold, nothing was tested.
public struct SteadyState: Hashable, Sendable {
  /// For how long its load runs.
  public let duration: TimeSpan
  /// The load.
  public let load: LoadPlan
  /// What must hold at its end.
  public let assertions: [Assertion]
}

/// One scenario: actions on a new cluster, and what must hold.
public struct Scenario: Hashable, Sendable {
  /// Its name, which no other of the experiment has.
  public let name: String
  /// What it is about; may be empty.
  public let description: String
  /// What is done, in the order of the file.
  public let actions: [Action]
  /// What must hold: the experiment's assertions and its own.
  public let assertions: [Assertion]
  /// What ends it early.
  public let stops: [Assertion]
  /// How long is waited for replicas to agree, once all is undone.
  public let patience: TimeSpan
  /// How often the state is looked at on the way.
  public let interval: TimeSpan
  /// What it must have met for its outcome to mean anything; one of them is enough.
  public let dangers: [InterestingState]

  /// How long it takes before all is undone.
  public var length: TimeSpan { actions.map(\.lastEnd).max() ?? .zero }

  /// Whether it has anything that is a fault of the cluster.
  public var hasFaults: Bool { actions.contains { $0.kind.isFault } }

  /// How many keys its loads have together at most; nil if it has none.
  public var keys: Int? { actions.compactMap { $0.load?.keys }.max() }
}

/// A load, as an experiment states it.
public struct LoadPlan: Hashable, Sendable {
  /// How many operations a second.
  public let rate: String
  /// The share of writes, as a word such as `90%`.
  public let writes: String
  /// How many keys.
  public let keys: Int
  /// What else its command says, such as `zipf 1.1 poisson`.
  public let rest: String
  /// Its levels; nil where the scheme's writes have none.
  public let level: String?

  /// The command that begins it.
  ///
  /// - Parameter isPoisson: whether arrivals are random though the file doesn't say so.
  public func command(for span: TimeSpan, isPoisson: Bool = false) -> String {
    let random = isPoisson && !rest.contains("poisson") ? " poisson" : ""
    let levels = level.map { " at \($0)" } ?? ""
    return "load \(rate) for \(Quantity.text(span)) write \(writes) keys \(keys)\(rest)\(random)\(levels)"
  }
}

/// One thing that is done.
public struct Action: Hashable, Sendable {
  /// What.
  public let kind: ActionKind
  /// What others call it; nil if it has no name.
  public let name: String?
  /// What it is done to.
  public let targets: [Target]
  /// When it begins, from the scenario's beginning.
  public var start: TimeSpan
  /// How long it lasts; nil: until the end of the scenario, or no time at all.
  public let duration: TimeSpan?
  /// What it issues; nil if it is no load.
  public let load: LoadPlan?
  /// What else it says.
  public let parameters: ActionParameters
  /// The line of the file that it begins on.
  public let line: Int

  /// When it ends by itself.
  public var end: TimeSpan? { duration.map { TimeSpan(microseconds: start.microseconds + $0.microseconds) } }
  /// The latest instant that it names.
  var lastEnd: TimeSpan { end ?? start }

  /// What it is called in a plan: its name, or what it does and to what.
  public var title: String {
    let what = ([kind.rawValue] + [targets.map(\.text).joined(separator: ", ")].filter { !$0.isEmpty })
      .joined(separator: " ")
    return name.map { "\($0): \(what)" } ?? what
  }
}

/// What an action says besides when, where and how much load.
public struct ActionParameters: Hashable, Sendable {
  /// How much later messages come, or a disk answers.
  public var latency: TimeSpan?
  /// How many millionths of the messages are lost, or come twice.
  public var share: Int?
  /// How far clocks are ahead, in microseconds; negative: behind.
  public var skew: Int64?
  /// What they gain every second, in microseconds.
  public var drift: Int64?
  /// A key, whose leader is meant.
  public var key: String?
  /// At what rate a gateway lets requests through.
  public var rate: String?
  /// Operations, as commands.
  public var commands: [String] = []
}

/// What must hold.
public struct Assertion: Hashable, Sendable {
  /// When it is judged.
  public enum Mode: String, CaseIterable, Hashable, Sendable {
    /// At every look on the way, and at the end: once false, it doesn't hold.
    case continuous
    /// Before anything is done, and at the end.
    case edge
    /// At the end.
    case end
  }

  /// What is measured.
  public let metric: Metric
  /// What it must be.
  public let threshold: Threshold
  /// When it is judged.
  public let mode: Mode
}
