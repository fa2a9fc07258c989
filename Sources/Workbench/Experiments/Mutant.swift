import Analysis
import Language
import Replication

/// A defect of the model that only `--mutants` can switch on: an experiment that passes with it can't tell right from wrong.
///
/// The habit is that of mutation testing (DeMillo, Lipton and Sayward, *Hints on Test Data Selection*, 1978): a test is as good
/// as the wrong programs that it tells from the right one.
public typealias Mutant = Defect

extension Defect {
  /// What is wrong with it.
  public var summary: String {
    switch self {
    case .readRepairOff: "reads leave stale copies as they are"
    case .quorumOneShort: "a quorum is one answer short of a majority"
    case .hintsDropped: "what a replica did not take is kept for nobody"
    case .timestampsReversed: "what is written later has the smaller timestamp"
    case .ackBeforeStore: "a replica acknowledges a write a second before it stores it"
    case .cacheNeverInvalidated: "caches never hear that something has changed"
    }
  }

  /// Whether a cluster has what it breaks.
  func isApplicable(to cluster: Cluster) -> Bool {
    switch self {
    case .readRepairOff, .quorumOneShort, .hintsDropped, .timestampsReversed, .ackBeforeStore:
      cluster.plan.scheme == .leaderless
    case .cacheNeverInvalidated: cluster.scheme.features.contains(.caches)
    }
  }
}

/// How an experiment fares against a defect.
public struct MutantResult: Hashable, Sendable {
  /// What it came to.
  public enum Outcome: String, Hashable, Sendable {
    /// Something asserted doesn't hold that holds without the defect.
    case caught
    /// All that was asserted holds all the same.
    case missed
    /// Its cluster has nothing that the defect could break.
    case notApplicable = "not applicable"
  }

  /// The defect.
  public let mutant: Mutant
  /// What it came to.
  public let outcome: Outcome
  /// By what it was caught; empty where it wasn't.
  public let by: [String]

  /// In one line.
  public var line: String {
    let sign = outcome == .caught ? "✓" : outcome == .missed ? "✗" : "–"
    let how = by.isEmpty ? "" : ", by \(by.joined(separator: ", "))"
    return "\(sign) \(mutant.rawValue): \(mutant.summary): \(outcome.rawValue)\(how)"
  }

  /// For programs.
  public var json: String {
    JSONText.object([
      .init("kind", .string("mutant")), .init("mutant", .string(mutant.rawValue)),
      .init("outcome", .string(outcome.rawValue)),
      .init("by", .array(by.map { .string($0) })),
    ]).text
  }
}

extension Experiment {
  /// Plays it against every defect, and says which it tells from the model as it should be.
  ///
  /// - Parameter sound: what became of it without any.
  /// - Throws: a ``ScriptError`` if a command can't be carried out.
  public func mutants(
    seed: UInt64, sound: ExperimentResult, progress: (ExperimentProgress) -> Void = { _ in }
  ) throws -> [MutantResult] {
    let cluster = try ScenarioRun.session(self, seed: seed, mutant: nil).cluster
    return try Mutant.allCases.map { mutant in
      guard mutant.isApplicable(to: cluster) else {
        return MutantResult(mutant: mutant, outcome: .notApplicable, by: [])
      }
      let result = try run(seed: seed, mutant: mutant, progress: progress)
      let by = zip(sound.scenarios, result.scenarios).flatMap { Self.differences($0, $1) }
      return MutantResult(mutant: mutant, outcome: by.isEmpty ? .missed : .caught, by: by)
    }
  }

  /// What holds in one run and doesn't in the other.
  private static func differences(_ sound: ScenarioResult, _ broken: ScenarioResult) -> [String] {
    var names = zip(sound.verdicts, broken.verdicts).filter { $0.isHeld && !$1.isHeld }
      .map { "\($1.assertion.metric.name) (\($1.reading.value.text))" }
    if sound.agreement != nil, broken.agreement == nil, broken.isTested { names.append("replicas didn't agree") }
    if sound.isTested, !broken.isTested { names.append("the steady state") }
    return names
  }
}
