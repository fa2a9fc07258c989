import Replication
import Testing

@testable import Language
@testable import Workbench

/// Defects of the model, and what tells them from the model as it should be.
@Suite struct MutantTests {
  private func results(_ actions: [String], _ assertions: [String], spec: [String] = []) throws -> [Mutant: MutantResult
    .Outcome]
  {
    let experiment = try ExperimentReader.read(
      ExperimentByHand.text(actions, assertions: assertions, spec: spec), file: "a.yaml")
    let sound = try experiment.run(seed: 1)
    #expect(sound.isHeld, "\(ExperimentText(experiment, sound).lines.joined(separator: "\n"))")
    let results = try experiment.mutants(seed: 1, sound: sound)
    return Dictionary(uniqueKeysWithValues: results.map { ($0.mutant, $0.outcome) })
  }

  @Test func defectsOfLeaderlessReplicasAreCaughtByWhatTheyBreak() throws {
    let results = try results(
      [
        "{type: node_crash, start: 2s, duration: 5s, targets: [eu1]}",
        "{type: mixed_load, qps: 40, duration: 12s, keys: 5, region: eu-west-1}",
      ],
      [
        "{metric: stale_read_rate, threshold: \"= 0%\"}", "{metric: convergence_time_p99, threshold: \"< 20s\"}",
        "{metric: writes.late-overwritten, threshold: \"= 0\"}", "{metric: data_loss_rate, threshold: \"= 0%\"}",
      ], spec: ["heal: {within: 60s}"])
    #expect(results[.timestampsReversed] == .caught)
    #expect(results[.quorumOneShort] == .caught)
    #expect(results[.ackBeforeStore] == .caught)
    #expect(results[.cacheNeverInvalidated] == .notApplicable)
  }

  @Test func nothingOfAnotherSchemeIsPlayed() throws {
    let results = try results(
      ["{type: write_load, qps: 5, duration: 2s, keys: 5}"], ["{metric: data_loss_rate, threshold: \"= 0%\"}"],
      spec: ["targets: [{service: dynamodb, regions: [us-east-1, eu-west-1], nodes: 6}]"])
    #expect(results.values.allSatisfy { $0 == .notApplicable })
  }

  /// A cache that takes no notice of what it is told serves what is old, however it is told.
  @Test func cachesThatNeverHearOfAChangeAreCaught() throws {
    let results = try results(
      ["{type: mixed_load, qps: 40, duration: 12s, keys: 5, write: 20%}"],
      ["{metric: stale_read_rate, threshold: \"< 20%\"}"],
      spec: ["targets: [{service: tao, regions: [us-east-1, eu-west-1], nodes: 8}]", "heal: {within: 60s}"])
    #expect(results[.cacheNeverInvalidated] == .caught)
    #expect(results[.hintsDropped] == .notApplicable)
  }

  @Test func noCommandSwitchesADefectOn() {
    for word in ["reversed", "\"reversed\""] {
      #expect(throws: LanguageError.self) { try CommandParser.parse("set timestamps \(word)", in: .standard) }
    }
  }
}
