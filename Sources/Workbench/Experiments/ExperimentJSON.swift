import Kernel
import Language

/// What is told of an experiment to programs, as JSON Lines; times are integers in microseconds.
public enum ExperimentJSON {
  /// The lines of a result: assertions, states that were met, and one of the whole, last.
  public static func lines(_ experiment: Experiment, _ result: ExperimentResult) -> [String] {
    result.scenarios.flatMap { lines(of: $0, seed: result.seed) } + [last(experiment, result)]
  }

  private static func lines(of scenario: ScenarioResult, seed: UInt64) -> [String] {
    scenario.steadyState.map { line(of: $0, kind: "steady-state", scenario) }
      + scenario.verdicts.map { line(of: $0, kind: "assertion", scenario) }
      + scenario.reached.map { entry in
        JSONText.object([
          .init("kind", .string("reached")), .init("scenario", .string(scenario.name)),
          .init("state", .string(entry.state.rawValue)), .init("times", .integer(Int64(entry.times))),
        ]).text
      }
      + [
        JSONText.object([
          .init("kind", .string("scenario")), .init("scenario", .string(scenario.name)),
          .init("held", .boolean(scenario.isHeld)), .init("tested", .boolean(scenario.isTested)),
          .init("stopped", stopped(scenario)),
          .init("agreedAfter", scenario.agreement.map { .integer($0.microseconds) } ?? .null),
          .init("metDanger", .boolean(scenario.hasMetDanger)), .init("draw", .array(scenario.draw.map { .string($0) })),
          .init("notes", .array((scenario.notes + scenario.figures).map { .string($0) })),
          .init("events", .integer(Int64(scenario.events))),
        ]).text
      ]
  }

  private static func stopped(_ scenario: ScenarioResult) -> JSONText {
    guard case .stopped(let reason, _) = scenario.ending else { return .null }
    return .string(reason)
  }

  private static func line(of verdict: Verdict, kind: String, _ scenario: ScenarioResult) -> String {
    JSONText.object([
      .init("kind", .string(kind)), .init("scenario", .string(scenario.name)),
      .init("metric", .string(verdict.assertion.metric.name)), .init("value", verdict.reading.value.json),
      .init("threshold", .string(verdict.assertion.threshold.text)),
      .init("held", verdict.reading.value.isJudged ? .boolean(verdict.isHeld) : .null),
      .init("remark", .string(verdict.reading.remark)), .init("issue", .optional(verdict.issue)),
    ]).text
  }

  private static func last(_ experiment: Experiment, _ result: ExperimentResult) -> String {
    JSONText.object([
      .init("kind", .string("experiment")), .init("name", .string(experiment.name)),
      .init("held", result.isUntested ? .null : .boolean(result.isHeld)),
      .init("seed", .integer(Int64(clamping: result.seed))),
      .init("metDanger", .boolean(result.hasMetDanger)),
    ]).text
  }
}
