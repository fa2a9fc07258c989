import Testing

@testable import Language
@testable import Workbench

/// Many seeds, whole or in parts.
@Suite struct SweepTests {
  private let experiment: Experiment

  init() throws {
    experiment = try ExperimentReader.read(
      ExperimentByHand.text(
        [
          "{type: node_pause, start: 1s, duration: 1s, targets: [\"random 1 of us-east-1\"]}",
          "{type: packet_loss, start: 1s, duration: 2s, loss: 20%, targets: [\"us-east-1 <-> eu-west-1\"]}",
          "{type: mixed_load, qps: 20, duration: 4s, keys: 20}",
        ],
        assertions: [
          "{metric: availability, threshold: \"> 50%\"}", "{metric: stale_read_rate, threshold: \"< 30%\"}",
        ]), file: "a.yaml")
  }

  private func sweep(_ shard: Int, of shards: Int) throws -> Sweep {
    try Sweep.run(experiment, SweepPlan(experiment, seeds: 1...7, shard: shard, of: shards, isSwarm: true), jobs: 2)
  }

  @Test(arguments: [2, 3, 7]) func partsMakeTheWholeByteForByte(shards: Int) throws {
    let whole = try sweep(1, of: 1)
    let parts = try (1...shards).map { ("part \($0)", try sweep($0, of: shards).json.joined(separator: "\n")) }
    let merged = try Sweep.merge(parts.reversed())
    #expect(merged.json == whole.json && merged.lines == whole.lines)
  }

  @Test func partsThatDontBelongTogetherAreRefused() throws {
    let part = try ("a", sweep(1, of: 2).json.joined(separator: "\n"))
    #expect(throws: ScriptError.self) { try Sweep.merge([part]) }
    #expect(throws: ScriptError.self) { try Sweep.merge([part, part]) }
    #expect(throws: ScriptError.self) { try Sweep.merge([("a", "{\"kind\":\"operation\"}")]) }
  }

  @Test func theDrawOfEachSeedIsTold() throws {
    let runs = try sweep(1, of: 1).runs
    for run in runs { #expect(run.draw.contains { $0.hasPrefix("faults: ") }, "\(run.line)") }
    #expect(Set(runs.map(\.draw)).count > 2)
  }

  @Test func ofNoneInNTheRuleOfThreeSaysTheRate() throws {
    let runs = try sweep(1, of: 1).runs
    let sweep = Sweep(SweepPlan(experiment, seeds: 1...7, isSwarm: true), runs)
    #expect(sweep.verdict.contains(sweep.isHeld ? "0 of 7 failed: rate below 42.8571%" : "of 7 failed"))
  }
}
