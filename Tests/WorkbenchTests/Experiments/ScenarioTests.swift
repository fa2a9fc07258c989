import Kernel
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What scenarios come to, on clusters whose figures are known.
@Suite struct ScenarioTests {
  private func verdict(_ result: ScenarioResult, _ metric: String) throws -> Verdict {
    try #require(result.verdicts.first { $0.assertion.metric.name == metric })
  }

  @Test func withoutFaultsConvergenceCountsFromAcceptance() throws {
    // Nine replicas; the farthest from us-east-1 is ap-south-1, 90 ms away.
    let result = try ExperimentByHand.run(
      ["{type: write_load, qps: 10, duration: 10s, keys: 1000, region: us-east-1}"],
      assertions: [
        "{metric: convergence_time_p99, threshold: \"= 90ms\"}",
        "{metric: convergence_time_p50, threshold: \"< 90ms\"}",
        "{metric: availability, threshold: \"= 100%\"}", "{metric: replication_lag_p99, threshold: \"<= 90ms\"}",
      ])
    #expect(result.verdicts.map(\.isHeld) == [true, false, true, true])
    #expect(try verdict(result, "convergence_time_p99").reading.remark.contains("1000 keys"))
    #expect(result.hasMetDanger && result.agreement != nil && !result.isHeld)
  }

  @Test func afterFaultsConvergenceCountsFromTheLastOnesEnd() throws {
    // What goes past the cut is 200 ms late as messages are slow, and hints wait up to 10 s: within that all is there.
    let result = try ExperimentByHand.run(
      [
        "{type: network_partition, start: 2s, duration: 20s, targets: [\"us-east-1 <-> eu-west-1\"]}",
        "{type: write_load, qps: 10, duration: 30s, keys: 100000}",
      ],
      assertions: [
        "{metric: convergence_time_p99, threshold: \"< 11s\"}", "{metric: convergence_time_p99, threshold: \"> 5s\"}",
        "{metric: convergence.p99, threshold: \"> 11s\"}", "{metric: recovery.missing, threshold: \"> 120\"}",
        "{metric: recovery.missing, threshold: \"< 140\"}", "{metric: data_loss_rate, threshold: \"= 0%\"}",
      ])
    #expect(result.isHeld, "\(result.verdicts.filter { !$0.isHeld })")
    #expect(result.reached.contains { $0.state == .gap && $0.times > 120 })
  }

  @Test func whatNeverComesIsNeverThere() throws {
    let result = try ExperimentByHand.run(
      [
        "{type: node_crash, start: 1s, duration: 20s, targets: [eu1]}",
        "{type: write_load, qps: 10, duration: 22s, keys: 100000}",
      ],
      assertions: ["{metric: convergence_time_p99, threshold: \"< 60s\"}"], spec: ["setup: [\"set hints off\"]"],
      scenario: ["heal: {within: 30s}"])
    #expect(try verdict(result, "convergence_time_p99").reading.value == .never)
    #expect(result.agreement == nil && !result.isHeld)
  }

  @Test func aWriteIsLostAlsoWhereALaterOneReplacedIt() throws {
    // Both copies of a region's only replica are one; wiped, what nobody else had is gone, and then written again.
    let result = try ExperimentByHand.run(
      [
        "{type: operation, commands: [\"write k1 a at ONE in us-east-1\"]}",
        "{type: node_wipe, start: 1s, duration: 1s, targets: [us1]}",
        "{type: operation, start: 3s, commands: [\"write k1 b at ONE in us-east-1\"]}",
      ],
      assertions: ["{metric: data_loss_rate, threshold: \"= 50%\"}", "{metric: writes.lost, threshold: \"= 0\"}"],
      spec: ["targets: [{regions: [us-east-1], nodes: 1}]"])
    let isAllHeld = result.verdicts.allSatisfy { $0.isHeld }
    #expect(isAllHeld, "\(result.verdicts)")
    #expect(try verdict(result, "data_loss_rate").reading.remark.contains("overwritten 0"))
  }

  @Test func nothingIsSaidOfWhatWasntSeen() throws {
    let result = try ExperimentByHand.run(
      ["{type: write_load, qps: 10, duration: 1s, keys: 10}"],
      assertions: [
        "{metric: stale_read_rate, threshold: \"< 1%\"}", "{metric: anti_entropy_success, threshold: \"> 1%\"}",
        "{metric: failover_time, threshold: \"< 1h\"}",
      ])
    for verdict in result.verdicts { #expect(!verdict.reading.value.isJudged && !verdict.isHeld) }
  }

  @Test func aSteadyStateThatDoesntHoldLeavesNothingTested() throws {
    let result = try ExperimentByHand.run(
      ["{type: write_load, qps: 10, duration: 1s, keys: 10}"],
      spec: [
        "steady_state: {duration: 1s, qps: 10, keys: 10, assertions: [{metric: availability, threshold: \"< 50%\"}]}"
      ])
    #expect(!result.isTested && result.verdicts.isEmpty && result.script.isEmpty)
  }

  @Test func whatWasOnceFalseDoesntHoldContinuously() throws {
    let actions = [
      "{type: node_crash, start: 2s, duration: 2s, targets: [us-east-1, eu-west-1, ap-south-1]}",
      "{type: write_load, qps: 10, duration: 60s, keys: 10}",
    ]
    func isHeld(_ mode: String) throws -> Bool {
      let assertion = "{metric: availability, threshold: \"> 90%\", mode: \(mode)}"
      return try ExperimentByHand.run(actions, assertions: [assertion]).verdicts[0].isHeld
    }
    let held = try ["end", "edge", "continuous"].map { try isHeld($0) }
    #expect(held == [true, true, false])
  }

  @Test func aConditionStopsItAndAllIsUndone() throws {
    let result = try ExperimentByHand.run(
      [
        "{type: region_outage, start: 2s, targets: [us-east-1]}",
        "{type: write_load, qps: 10, duration: 60s, keys: 10}",
      ], spec: ["stop_when: [{metric: writes.failed, threshold: \"> 0\"}, {metric: time, threshold: \"> 10s\"}]"])
    guard case .stopped(_, let at) = result.ending else {
      Issue.record("it was not stopped")
      return
    }
    #expect(at <= .seconds(12) && !result.isHeld && result.agreement != nil)
  }

  /// Every fault, with a load beside it.
  @Test(arguments: [
    "{type: network_partition, start: 1s, targets: [eu-west-1]}",
    "{type: network_partition, start: 1s, duration: 2s, targets: [\"us-east-1 -> eu-west-1\", \"us1 <-> eu1\"]}",
    "{type: node_crash, start: 1s, targets: [us1]}", "{type: node_restart, start: 1s, targets: [us1]}",
    "{type: node_wipe, start: 1s, targets: [us1]}", "{type: node_pause, start: 1s, targets: [us1, eu-west-1]}",
    "{type: region_outage, start: 1s, targets: [us-east-1]}",
    "{type: region_failover, start: 1s, targets: [us-east-1]}",
    "{type: latency_injection, start: 1s, latency: 50ms, targets: [us1]}",
    "{type: packet_loss, start: 1s, loss: 50%, targets: [us-east-1]}",
    "{type: packet_duplication, start: 1s, duplication: 5%, targets: [\"us-east-1 -> eu-west-1\"]}",
    "{type: clock_skew, start: 1s, skew: -3s, drift: 1ms, targets: [\"random 2 of us-east-1\"]}",
    "{type: disk_slow, start: 1s, latency: 20ms, targets: [us1]}", "{type: throttle, start: 1s, rate: 5}",
    "{type: repair, start: 1s}",
  ]) func everythingIsUndoneAndAScriptDoesItAgain(action: String) throws {
    let result = try ExperimentByHand.run(
      [action, "{type: mixed_load, qps: 20, duration: 5s, keys: 100}"],
      spec: ["setup: [\"set anti-entropy 5s\"]"], seed: 7)
    #expect(result.agreement != nil, "\(result.figures)")
    let again = try play(result.script.joined(separator: "\n"))
    #expect(again.expectations.count >= 5)
    for expectation in again.expectations {
      #expect(expectation.isHeld, "\(expectation.condition) \(expectation.facts)")
    }
    #expect(try again.holds("faults.now == 0 and converged"), "\(result.script)")
  }
}
