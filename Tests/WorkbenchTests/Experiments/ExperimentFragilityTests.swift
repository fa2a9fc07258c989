import Language
import Testing

@testable import Workbench

/// The nearest change of one number that flips an assertion of an experiment.
@Suite struct ExperimentFragilityTests {
  private static let text = """
    apiVersion: eventually/v1
    kind: ChaosExperiment
    metadata: {name: short}
    spec:
      targets:
        - {service: cassandra, regions: [us-east-1, eu-west-1], nodes: 6}
      setup:
        - set read-timeout 300ms
        - "link us-east-1 eu-west-1 40ms"
      scenarios:
        - name: a pause
          actions:
            - {type: node_pause, start: 1s, duration: 500ms, targets: [us1, us2]}
            - {type: mixed_load, qps: 40, duration: 5s, keys: 100, write: 50%, level: LOCAL_QUORUM}
        - name: nothing
          actions:
            - {type: read_load, qps: 10, duration: 1s, keys: 5}
      assertions:
        - {metric: availability, threshold: "> 99%"}
        - {metric: data_loss_rate, threshold: "= 0%"}
    """

  @Test func numbersAreFoundWhereTheyStand() throws {
    let numbers = try ExperimentNumber.all(in: Self.text, file: "short.yaml")
    let told = numbers.map { "\($0.name) \($0.text($0.value)) \($0.scenario.map(String.init) ?? "-")" }
    for wanted in [
      "set read-timeout 300ms -", "link us-east-1 eu-west-1 40ms -", "node_pause.duration 500ms 0",
      "mixed_load.qps 40 0",
      "mixed_load.write 50% 0", "read_load.keys 5 1",
    ] {
      #expect(told.contains(wanted), "\(told)")
    }
    #expect(!told.contains { $0.contains("targets") }, "regions and replicas are names")
    for number in numbers {
      #expect(number.text(Self.text, changedTo: number.value) == Self.text, "\(number.name)")
      let doubled = number.text(Self.text, changedTo: number.value * 2)
      #expect(throws: Never.self, "\(number.name)") { try ExperimentReader.read(doubled, file: "short.yaml") }
    }
  }

  /// Both sides of each change that is told are played again here, by hand.
  @Test func bothSidesOfAChangeAreAsTheyWereTold() throws {
    let fragility = try ExperimentFragility(Self.text, file: "short.yaml", seed: 3)
    var changes = 0
    for finding in fragility.findings {
      let scenario = finding.scenario == "nothing" ? 1 : 0
      #expect(zip(finding.flips, finding.flips.dropFirst()).allSatisfy { $0.factor <= $1.factor })
      for flip in finding.flips {
        changes += 1
        func isHeld(_ value: Double) throws -> Bool? {
          let experiment = try ExperimentReader.read(flip.number.text(Self.text, changedTo: value), file: "short.yaml")
          let result = try experiment.run(seed: 3).scenarios[scenario]
          return result.verdicts.first { $0.assertion == finding.verdict.assertion }?.isHeld
        }
        #expect(try isHeld(flip.before.value) == finding.verdict.isHeld, "\(flip.number.name)")
        #expect(try isHeld(flip.after.value) == !finding.verdict.isHeld, "\(flip.number.name)")
      }
    }
    #expect(changes > 0 && fragility.findings.count == 4)
    let lines = fragility.lines
    #expect(lines.contains { $0.contains("nearest: ") } && lines.allSatisfy { TextWidth.of($0) <= 80 })
    #expect(fragility.json.contains { $0.contains("\"nearest\":true") })
  }
}
