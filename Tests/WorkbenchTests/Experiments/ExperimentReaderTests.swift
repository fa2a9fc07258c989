import Kernel
import Testing

@testable import Language
@testable import Workbench

/// Experiments from files: what is wrong is told with its line and column, whatever it is.
@Suite struct ExperimentReaderTests {
  private static let load = "{type: write_load, qps: 10, duration: 1s, keys: 10}"

  @Test func anExperimentIsReadWhole() throws {
    let experiment = try ExperimentReader.read(
      ExperimentByHand.text(
        [
          "{type: network_partition, name: cut, duration: 300s, targets: [\"us-east-1 <-> eu-west-1\"]}",
          "{type: node_crash, after: cut, start: 5s, targets: [\"random 1 of eu-west-1\"]}",
          "{type: write_load, qps: 6000, duration: 600s}",
        ],
        spec: ["targets: [{service: cassandra, regions: [us-east-1, eu-west-1], nodes: 6}]"]), file: "a.yaml")
    let scenario = experiment.scenarios[0]
    #expect(experiment.setUp == ["cluster us-east-1:3 eu-west-1:3 rf=3"])
    #expect(scenario.actions.map(\.start) == [.zero, .seconds(305), .zero])
    #expect(scenario.length == .seconds(600) && scenario.keys == 1_000_000)
    #expect(scenario.actions[2].load?.level == "LOCAL_QUORUM")
    #expect(scenario.actions[0].targets == [.links("us-east-1", "eu-west-1", bothWays: true)])
  }

  @Test(arguments: ["chaos.netflix.com/v1", "eventually/v1"]) func bothVersionsMeanTheSame(version: String) throws {
    let text = ExperimentByHand.text([Self.load]).replacing("eventually/v1", with: version)
    #expect(try ExperimentByHand.problem(text) == nil)
  }

  /// Actions that are wrong, and what is said of them.
  @Test(arguments: [
    ("{type: network_partitoin, targets: [us1]}", "did you mean network_partition?"),
    ("{type: write_load, qps: 10, duration: 1s, key: 10}", "did you mean keys?"),
    ("{type: write_load, qps: 10, duration: 1}", "`duration` is a duration"),
    ("{type: write_load, qps: 10, duration: -1s}", "can't be negative"),
    ("{type: write_load, qps: 1e3, duration: 1s}", "write 1000"),
    ("{type: write_load, qps: 1_000, duration: 1s}", "write 1000"),
    ("{type: write_load, qps: 010, duration: 1s}", "write 10"),
    ("{type: write_load, qps: 0, duration: 1s}", "a number above 0"),
    ("{type: write_load, qps: 10, duration: 1s, level: QUROUM}", "QUROUM"),
    ("{type: write_load, qps: 10, duration: 1s, level: NO}", "quote it: \"NO\""),
    ("{type: write_load, duration: 1s}", "needs `qps`"),
    ("{type: network_partition, targets: [\"us-east-1 <-> us-east-1\"]}", "both are us-east-1"),
    ("{type: network_partition, targets: [\"us-east-1 <-> eu-west-2\"]}", "did you mean eu-west-1?"),
    ("{type: node_crash, targets: [\"us-east-1 -> eu-west-1\"]}", "done to places"),
    ("{type: node_crash, targets: [\"random 4 of us-east-1\"]}", "4 can't be drawn"),
    ("{type: node_crash}", "needs `targets`"),
    ("{type: node_crash, targets: [us1], after: nobody}", "no action named"),
    ("{type: clock_skew, targets: [us1], skew: 0s}", "0 ahead is right"),
    ("{type: cache_flush, targets: [us1]}", "has nothing for cache_flush to do"),
    ("{type: packet_loss, targets: [us1], loss: 150%}", "`loss` is a share"),
    ("{type: operation, commands: [\"crash us1\"]}", "this is no operation"),
    ("{type: write_load, <<: {qps: 1}, duration: 1s}", "merge keys"),
  ]) func aWrongActionIsToldAtItsPlace(action: String, words: String) throws {
    let problem = try #require(try ExperimentByHand.problem(ExperimentByHand.text([Self.load, action])))
    #expect(problem.text.contains(words), "\(problem.text)")
    #expect(problem.line.number == 9 && problem.span.start >= 10, "\(problem.text)")
  }

  @Test func actionsCantComeAfterEachOtherInACircle() throws {
    let actions = ["a", "b", "c"].enumerated().map { index, name in
      "{type: node_pause, name: \(name), after: \(["c", "a", "b"][index]), duration: 1s, targets: [us1]}"
    }
    let problem = try #require(try ExperimentByHand.problem(ExperimentByHand.text(actions)))
    #expect(problem.message.contains("in a circle: a, c, b"))
  }

  /// Assertions that are wrong, and what is said of them.
  @Test(arguments: [
    ("{metric: convergence_time_p98, threshold: \"< 1s\"}", "did you mean convergence_time_p99?"),
    ("{metric: convergence_time_p99, threshold: \"< 60\"}", "is not a duration"),
    ("{metric: availability, threshold: \"> 99s\"}", "is not a share"),
    ("{metric: availability, threshold: \"99%\"}", "a comparison and a value"),
    ("{metric: reads.stale, threshold: \"< 5%\"}", "a number without a unit"),
    ("{metric: \"guarantee(read-your-writes)\", threshold: \"> true\"}", "true or false"),
    ("{metric: cache.hit-rate, threshold: \"> 0%\"}", "has no fact cache.hit-rate"),
    ("{metric: availability, threshold: \"> 9%\", mode: alays}", "there is no mode"),
  ]) func aWrongAssertionIsToldAtItsPlace(assertion: String, words: String) throws {
    let problem = try #require(
      try ExperimentByHand.problem(ExperimentByHand.text([Self.load], assertions: [assertion])))
    #expect(problem.text.contains(words), "\(problem.text)")
    #expect(problem.line.number == 10, "\(problem.text)")
  }

  /// A text that is refused: where, and what is said of it.
  struct Hostile: Sendable {
    let text: String
    let line: Int
    let column: Int
    let words: String

    init(_ text: String, _ line: Int, _ column: Int, _ words: String) {
      (self.text, self.line, self.column, self.words) = (text, line, column, words)
    }
  }

  /// YAML that isn't what it looks like, is too much, or is none.
  @Test(arguments: [
    Hostile("a: &x [1]\nb: *x\n", 1, 4, "anchors and aliases"),
    Hostile("a: 1\na: 2\n", 1, 1, "stands twice"),
    Hostile("a: 1\n---\nb: 1\n", 2, 1, "one document"),
    Hostile("a: !!binary aGk=\n", 1, 4, "tags aren't understood"),
    Hostile("a: [1\n", 2, 1, "isn't YAML"),
    Hostile("- a\n", 1, 1, "an experiment is a mapping"),
    Hostile("", 1, 1, "nothing in this file"),
    Hostile("a: \u{1}\n", 1, 1, "isn't YAML"),
    Hostile(
      "kind: ChaosExperimnet\napiVersion: eventually/v1\nmetadata: {name: a}\nspec: {scenarios: []}", 1, 7,
      "did you mean"),
  ]) func hostileTextIsRefused(hostile: Hostile) throws {
    let problem = try #require(try ExperimentByHand.problem(hostile.text))
    #expect(problem.text.contains(hostile.words), "\(problem.text)")
    #expect(problem.line.number == hostile.line && problem.span.start + 1 == hostile.column, "\(problem.text)")
  }

  @Test func ampersandsAndStarsWithinTextsAreNoAnchors() throws {
    let text = ExperimentByHand.text(
      [Self.load], spec: ["description: R & D *writes* \"a & b\" !", "monitoring: {alerts: [\"&a *b !c\"]}"])
    #expect(try ExperimentByHand.problem(text) == nil)
  }

  @Test func whatIsTooLongIsRefusedBeforeItIsRead() throws {
    let text = String(repeating: "- {name: a}\n", count: 1_000_000)
    let problem = try #require(try ExperimentByHand.problem(text))
    #expect(problem.message.contains("at most 1 MiB") && problem.line.number > 80_000)
  }

  @Test func scenariosAreToldApartAndSomethingMustBeAsserted() throws {
    let twice = ExperimentByHand.text([Self.load]).replacing(
      "  assertions:", with: "    - {name: only, actions: [\(Self.load)]}\n  assertions:")
    #expect(try ExperimentByHand.problem(twice)?.message.contains("two scenarios only") == true)
    let none = ExperimentByHand.text([Self.load], assertions: []).replacing("  assertions:\n", with: "")
    #expect(try ExperimentByHand.problem(none)?.message.contains("nothing could fail") == true)
  }

  @Test func aSessionHoldsWhatItsLoadsIssue() throws {
    let text = ExperimentByHand.text(["{type: write_load, qps: 1000, duration: 30000s}"])
    #expect(try ExperimentByHand.problem(text)?.message.contains("a session holds") == true)
  }

  @Test func nodesAreSharedByRegionsEvenly() throws {
    let text = ExperimentByHand.text([Self.load], spec: ["targets: [{regions: [us-east-1, eu-west-1], nodes: 7}]"])
    #expect(try ExperimentByHand.problem(text)?.message.contains("8 can") == true)
  }

  @Test func aThresholdThatCantHoldIsWarnedOf() throws {
    let text = ExperimentByHand.text([Self.load], assertions: ["{metric: availability, threshold: \"> 100%\"}"])
    #expect(try ExperimentReader.read(text, file: "a.yaml").warnings.first?.contains("can't hold") == true)
  }

  @Test func aSetUpDoesNothingYet() throws {
    let text = ExperimentByHand.text([Self.load], spec: ["setup: [\"set hints off\", \"crash us1\"]"])
    let problem = try #require(try ExperimentByHand.problem(text))
    #expect(problem.message.contains("stands in `actions`"))
  }

  @Test func theSchemaNamesEveryAction() {
    for kind in ActionKind.allCases { #expect(ExperimentSchema.text.contains("\"\(kind.rawValue)\"")) }
  }
}
