import Kernel
import Language

/// What became of an experiment under one seed.
public struct ExperimentResult: Sendable {
  /// The seed.
  public let seed: UInt64
  /// What became of its scenarios, in their order.
  public let scenarios: [ScenarioResult]

  /// Whether everything that was asserted holds, and anything was tested at all.
  public var isHeld: Bool { scenarios.allSatisfy(\.isHeld) }
  /// Whether a steady state didn't hold: then nothing is said of the rest.
  public var isUntested: Bool { scenarios.contains { !$0.isTested } }
  /// Whether every scenario met the danger that it was made for.
  public var hasMetDanger: Bool { scenarios.allSatisfy(\.hasMetDanger) }
}

extension Experiment {
  /// Plays all scenarios under a seed, one after another.
  ///
  /// - Parameters:
  ///   - seed: the seed.
  ///   - isSwarm: whether each fault is kept or left out by chance.
  ///   - mutant: a defect of the model to play it against.
  ///   - isPictured: whether what pictures are made of is kept too: a ``ScenarioCourse`` and a ``ScenarioWitness``, for which
  ///     parts of the run are played again. All else is the same.
  ///   - progress: told how far it has come, from time to time.
  /// - Throws: a ``ScriptError`` if a command can't be carried out.
  public func run(
    seed: UInt64, isSwarm: Bool = false, mutant: Mutant? = nil, isPictured: Bool = false,
    progress: (ExperimentProgress) -> Void = { _ in }
  ) throws -> ExperimentResult {
    let results = try scenarios.indices.map { number in
      try result(
        ofScenario: number, seed: seed, isSwarm: isSwarm, mutant: mutant, isPictured: isPictured, progress: progress)
    }
    return ExperimentResult(seed: seed, scenarios: results)
  }

  /// Plays one scenario, as ``run(seed:isSwarm:mutant:isPictured:progress:)`` does.
  func result(
    ofScenario number: Int, seed: UInt64, isSwarm: Bool = false, mutant: Mutant? = nil, isPictured: Bool = false,
    progress: (ExperimentProgress) -> Void = { _ in }
  ) throws -> ScenarioResult {
    var run = try ScenarioRun(self, number: number, seed: seed, isSwarm: isSwarm, mutant: mutant)
    if isPictured { run.recorder = CourseRecorder(length: scenarios[number].length) }
    return try run.play(progress: progress)
  }

  /// What would be done under a seed, in lines; nothing is played.
  ///
  /// - Throws: a ``ScriptError`` if the cluster can't be set up.
  public func plan(seed: UInt64, isSwarm: Bool = false) throws -> [String] {
    let session = try ScenarioRun.session(self, seed: seed, mutant: nil)
    var lines = ["\(Printable.escaped(name)) · seed \(seed)"] + setUp.map { "  \($0)" }
    if let steadyState {
      lines.append("  first, for each scenario: \(steadyState.load.command(for: steadyState.duration))")
      lines += steadyState.assertions.map { "    \($0.metric.name) \($0.threshold.text), or nothing is tested" }
    }
    for (number, scenario) in scenarios.enumerated() {
      let plan = ScenarioPlan(
        scenario, number: number, in: self, seed: seed, isSwarm: isSwarm, session.cluster)
      lines += ["", Printable.escaped(scenario.name)]
      lines += (plan.draw.map { "drawn: \($0)" } + plan.lines).map { "  \(Printable.escaped($0))" }
      lines += scenario.stops.map { "  stops when \($0.metric.name) \($0.threshold.text)" }
      lines += scenario.assertions.map { assertion in
        let mode = assertion.mode == .end ? "" : " (\(assertion.mode.rawValue))"
        return "  asserted: \(Printable.escaped(assertion.metric.name)) \(assertion.threshold.text)\(mode)"
      }
      if !scenario.dangers.isEmpty {
        lines.append("  must meet one of: \(scenario.dangers.map(\.rawValue).joined(separator: ", "))")
      }
    }
    return lines
  }
}
