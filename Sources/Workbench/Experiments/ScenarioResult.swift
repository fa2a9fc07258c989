import Kernel
import Language

/// What became of an assertion.
public struct Verdict: Hashable, Sendable {
  /// What was asserted.
  public let assertion: Assertion
  /// What it came to: at the end, or the worst that was seen.
  public internal(set) var reading: MetricReading
  /// When that was, from the scenario's beginning.
  public internal(set) var at: TimeSpan
  /// What is behind it, where it doesn't hold; nil where nothing is known of it.
  public internal(set) var issue: String?

  /// Whether it holds; what wasn't judged doesn't.
  public var isHeld: Bool { assertion.threshold.isMet(by: reading.value) }
}

/// A look on the way.
public struct Look: Hashable, Sendable {
  /// When, from the scenario's beginning.
  public let at: TimeSpan
  /// Operations that had ended.
  public let ended: Int
  /// Those of them that were answered.
  public let answered: Int
  /// Reads that were stale.
  public let stale: Int
  /// Versions that some live owner lacked.
  public let missing: Int
  /// How old the oldest write was that some owner lacked; nil where that wasn't looked for.
  public let oldest: TimeSpan?
}

/// What became of a scenario under one seed.
public struct ScenarioResult: Sendable {
  /// How it ended.
  public enum Ending: Hashable, Sendable {
    /// It was played to its end.
    case whole
    /// A condition ended it early.
    case stopped(String, at: TimeSpan)
    /// The steady state didn't hold: nothing was tested.
    case untested
  }

  /// The scenario's name.
  public let name: String
  /// What it is about; may be empty.
  public let description: String
  /// The seed.
  public let seed: UInt64
  /// How it ended.
  public internal(set) var ending = Ending.whole
  /// What was drawn, in words.
  public internal(set) var draw: [String] = []
  /// What was done besides what the file says, and why.
  public internal(set) var notes: [String] = []
  /// What became of the steady state; empty where none is demanded.
  public internal(set) var steadyState: [Verdict] = []
  /// What became of the assertions, in their order.
  public internal(set) var verdicts: [Verdict] = []
  /// How long after all was undone replicas agreed; nil if they didn't in time.
  public internal(set) var agreement: TimeSpan?
  /// How long they had.
  public let patience: TimeSpan
  /// Figures that nothing is asserted of.
  public internal(set) var figures: [String] = []
  /// How often each interesting state was met.
  public internal(set) var reached: [(state: InterestingState, times: Int)] = []
  /// Those of which one has to be met.
  public let dangers: [InterestingState]
  /// The looks on the way.
  public internal(set) var looks: [Look] = []
  /// When faults began and ended.
  public internal(set) var faults: [(title: String, from: TimeSpan, to: TimeSpan)] = []
  /// The scenario as a script that gives the same figures.
  public internal(set) var script: [String] = []
  /// How it went, for pictures; nil where nobody asked for them, or nothing was tested.
  public internal(set) var course: ScenarioCourse?
  /// The operation that shows the first failed assertion; nil where none does, or nobody asked.
  public internal(set) var witness: ScenarioWitness?
  /// How many events there were.
  public internal(set) var events = 0

  /// Whether anything was tested.
  public var isTested: Bool { ending != .untested }

  /// Whether it passed: everything asserted holds, replicas agreed, nothing stopped it.
  public var isHeld: Bool { ending == .whole && agreement != nil && verdicts.allSatisfy(\.isHeld) }

  /// Whether the danger was met that it was made for; one without any needs none.
  public var hasMetDanger: Bool {
    dangers.isEmpty || reached.contains { dangers.contains($0.state) && $0.times > 0 }
  }
}
