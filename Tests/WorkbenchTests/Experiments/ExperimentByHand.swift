import Testing

@testable import Language
@testable import Workbench

/// Small experiments that tests write by hand.
enum ExperimentByHand {
  /// An experiment of one scenario with those actions and assertions, a line each as YAML's flow style has it.
  static func text(
    _ actions: [String], assertions: [String] = ["{metric: availability, threshold: \"> 0%\"}"], spec: [String] = [],
    scenario: [String] = []
  ) -> String {
    let lines =
      ["apiVersion: eventually/v1", "kind: ChaosExperiment", "metadata: {name: by-hand}", "spec:"]
      + spec.map { "  \($0)" } + ["  scenarios:", "    - name: only"] + scenario.map { "      \($0)" }
      + ["      actions:"] + actions.map { "        - \($0)" } + ["  assertions:"] + assertions.map { "    - \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What becomes of it.
  static func run(
    _ actions: [String], assertions: [String] = ["{metric: availability, threshold: \"> 0%\"}"], spec: [String] = [],
    scenario: [String] = [], seed: UInt64 = 1
  ) throws -> ScenarioResult {
    let experiment = try ExperimentReader.read(
      text(actions, assertions: assertions, spec: spec, scenario: scenario), file: "a.yaml")
    return try experiment.run(seed: seed).scenarios[0]
  }

  /// What is said of a text that can't be read; nil if it can.
  static func problem(_ text: String) throws -> Diagnostic? {
    do {
      _ = try ExperimentReader.read(text, file: "a.yaml")
      return nil
    } catch ScriptError.wrong(let diagnostics) {
      return diagnostics.first
    }
  }
}
