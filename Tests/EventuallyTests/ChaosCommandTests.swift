import Foundation
import Testing

/// `eventually chaos` as a user runs it: what it prints, and by which status it leaves.
@Suite struct ChaosCommandTests {
  private static func experiment(_ threshold: String, steady: String = "") -> String {
    """
    apiVersion: eventually/v1
    kind: ChaosExperiment
    metadata: {name: small}
    spec:
      \(steady)
      scenarios:
        - name: only
          actions:
            - {type: node_pause, start: 1s, duration: 1s, targets: [us1]}
            - {type: write_load, qps: 20, duration: 3s, keys: 20}
      assertions:
        - {metric: availability, threshold: "\(threshold)"}
    """
  }

  @Test(arguments: [("> 0%", 0), ("> 100%", 1)]) func theStatusSaysWhetherItHolds(threshold: String, status: Int) throws
  {
    let result = try BuiltBinary.run(["chaos", "-"], input: Self.experiment(threshold))
    #expect(Int(result.status) == status, "\(result.output)\(result.errors)")
    #expect(result.output.contains(status == 0 ? "✓ 1 scenario passed" : "✗ 1 scenario failed: review only"))
  }

  @Test func aSteadyStateThatDoesntHoldHasAStatusOfItsOwn() throws {
    let steady = "steady_state: {duration: 1s, qps: 10, assertions: [{metric: availability, threshold: \"< 1%\"}]}"
    let result = try BuiltBinary.run(["chaos", "-"], input: Self.experiment("> 0%", steady: steady))
    #expect(result.status == 2 && result.output.contains("nothing was tested"))
  }

  @Test func aWrongFileIsRefusedWithItsPlace() throws {
    let text = Self.experiment("> 0%").replacing("node_pause", with: "node_pasue")
    let result = try BuiltBinary.run(["chaos", "-"], input: text)
    #expect(result.status == 65 && result.output.isEmpty)
    #expect(result.errors.contains("<stdin>:9:") && result.errors.contains("did you mean node_pause?"))
    #expect(try BuiltBinary.run(["chaos", "nowhere.yaml"]).status == 66)
  }

  @Test func programsGetLinesOfJSON() throws {
    let result = try BuiltBinary.run(["chaos", "-", "--json"], input: Self.experiment("> 0%"))
    let kinds = try result.lines.map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: any Sendable]
      return object?["kind"] as? String
    }
    #expect(kinds.first == "assertion" && kinds.last == "experiment" && kinds.contains("reached"))
  }

  @Test func aDangerThatWasNotMetCanBeAsked() throws {
    let text = Self.experiment("> 0%").replacing("scenarios:", with: "dangers: [stale-hit]\n  scenarios:")
    #expect(try BuiltBinary.run(["chaos", "-"], input: text).status == 0)
    let result = try BuiltBinary.run(["chaos", "-", "--require-reached"], input: text)
    #expect(result.status == 1 && result.output.contains("never met its danger"))
  }

  @Test(arguments: [("> 0%", 0), ("> 100%", 1)])
  func aPageIsWrittenAndTheStatusStays(threshold: String, status: Int) throws {
    let result = try BuiltBinary.shell(
      """
      cd "$(mktemp -d)"; cat > a.yaml <<'END'
      \(Self.experiment(threshold))
      END
      "$0" chaos a.yaml > plain; "$0" chaos a.yaml --report one.html > told; status=$?
      "$0" chaos a.yaml --report two.html > /dev/null; cmp plain told && cmp one.html two.html && tail -1 one.html; exit $status
      """)
    #expect(Int(result.status) == status && result.output.contains("</html>"), "\(result.output)\(result.errors)")
  }

  @Test func aPageThatCantBeWrittenIsToldBeforeAnythingIsPlayed() throws {
    let result = try BuiltBinary.run(
      ["chaos", "-", "--report", "/nowhere/a.html"], input: Self.experiment("> 0%"))
    #expect(result.status == 73 && result.output.isEmpty && result.errors.contains("/nowhere/a.html can't be written"))
    #expect(try BuiltBinary.run(["chaos", "zombie", "--seeds", "1..2", "--report", "a.html"]).status == 64)
  }

  @Test func shippedExperimentsAreListedAndPlanned() throws {
    let list = try BuiltBinary.run(["chaos"])
    for name in [
      "five-minute-partition", "high-write-load", "region-failover", "rolling-restart", "clock-skew", "zombie",
      "hint-overflow", "retry-storm", "unclean-election", "cache-race", "metastable-overload",
    ] {
      #expect(list.output.contains(name))
      #expect(try BuiltBinary.run(["chaos", name, "--dry-run"]).status == 0, "\(name)")
    }
  }

  @Test func partsOfASweepMakeTheWhole() throws {
    let result = try BuiltBinary.shell(
      """
      set -e; cd "$(mktemp -d)"; cat > a.yaml <<'END'
      \(Self.experiment("> 0%"))
      END
      "$0" chaos a.yaml --seeds 1..5 --json > whole; for i in 1 2 3; do "$0" chaos a.yaml --seeds 1..5 --shard $i/3 --json > part$i; done
      "$0" chaos merge part3 part1 part2 --json > merged; cmp whole merged && "$0" chaos merge part2 part3 part1 | tail -1
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("0 of 5 failed: rate below 60% at 95 %"), "\(result.output)")
  }
}
