import Analysis
import Language
import Replication

/// A defect of the model that only `--mutants` can switch on: an experiment that passes with it can't tell right from wrong.
///
/// The habit is that of mutation testing (DeMillo, Lipton and Sayward, *Hints on Test Data Selection*, 1978): a test is as good
/// as the wrong programs that it tells from the right one.
public enum Mutant: String, CaseIterable, Hashable, Sendable {
  case readRepairOff = "read-repair-off"
  case quorumOneShort = "quorum-one-short"
  case hintsDropped = "hints-dropped"
  case timestampsReversed = "timestamps-reversed"
  case ackBeforeStore = "ack-before-store"
  case cacheNeverInvalidated = "cache-never-invalidated"

  /// What is wrong with it.
  public var summary: String {
    switch self {
    case .readRepairOff: "reads leave stale copies as they are"
    case .quorumOneShort: "a quorum is one answer short of a majority"
    case .hintsDropped: "what a replica did not take is kept for nobody"
    case .timestampsReversed: "what is written later has the smaller timestamp"
    case .ackBeforeStore: "a write is acknowledged though no owner has stored it"
    case .cacheNeverInvalidated: "caches never hear that something has changed"
    }
  }

  /// Whether an experiment's cluster has what it breaks.
  func isApplicable(to cluster: Cluster, _ loads: [LoadPlan]) -> Bool {
    switch self {
    case .readRepairOff, .hintsDropped, .timestampsReversed: cluster.plan.scheme == .leaderless
    case .quorumOneShort, .ackBeforeStore: loads.contains { level(of: $0, cluster) != nil }
    case .cacheNeverInvalidated: cluster.scheme.features.contains(.caches)
    }
  }

  /// Breaks a session that is set up.
  func apply(to session: inout Session) throws {
    switch self {
    case .readRepairOff: try ScenarioRun.carryOut("set read-repair off", on: &session)
    case .hintsDropped: try ScenarioRun.carryOut("set hints off", on: &session)
    case .cacheNeverInvalidated: try ScenarioRun.carryOut("set invalidation off", on: &session)
    case .timestampsReversed: session.timeline.perform(.set(.timestamps(.reversed)))
    case .quorumOneShort, .ackBeforeStore: break
    }
  }

  /// A load as it comes to be served; itself where this breaks something else.
  func broken(_ load: LoadPlan, _ cluster: Cluster) -> LoadPlan {
    guard let level = level(of: load, cluster) else { return load }
    return LoadPlan(rate: load.rate, writes: load.writes, keys: load.keys, rest: load.rest, level: level)
  }

  /// The levels that come to the same as the defect; nil where none does.
  private func level(of load: LoadPlan, _ cluster: Cluster) -> String? {
    let parts = (load.level ?? "").split(separator: "/").map(String.init)
    let (write, read) = (parts.first ?? "", parts.count == 2 ? parts[1] : parts.first ?? "")
    switch self {
    case .quorumOneShort:
      let factor = cluster.plan.regions.map(\.factor).max() ?? 0
      guard write == "LOCAL_QUORUM" || read == "LOCAL_QUORUM", factor == 2 || factor == 3 else { return nil }
      let short = { (level: String) in level == "LOCAL_QUORUM" ? "LOCAL_ONE" : level }
      return "\(short(write))/\(short(read))"
    case .ackBeforeStore:
      switch cluster.plan.scheme {
      case .leaderless: return write.isEmpty || load.writes == "0%" ? nil : "ANY/\(read)"
      case .log: return load.writes == "0%" ? nil : read.isEmpty || read.hasPrefix("ACKS") ? "ACKS_0" : "ACKS_0/\(read)"
      case .streams, .primaryCache: return nil
      }
    case .readRepairOff, .hintsDropped, .timestampsReversed, .cacheNeverInvalidated: return nil
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
    let sign = outcome == .caught ? "✅" : outcome == .missed ? "❌" : "–"
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
    let loads = scenarios.flatMap { $0.actions.compactMap(\.load) }
    return try Mutant.allCases.map { mutant in
      guard mutant.isApplicable(to: cluster, loads) else {
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
