import Language
import Testing

@testable import Workbench

/// `eventually map`: a claim over two parameters.
@Suite struct ClaimMapTests {
  static let script = """
    # parameter cut 1..3 by 1
    # claim not last.stale
    cluster us-east-1:1 eu-west-1:1
    cut us-east-1 eu-west-1
    write x 1 in us-east-1
    run {wait}s
    heal
    run {cut}s
    read x in eu-west-1
    """

  private func plan(x: String = "cut", y: String = "wait=1..2/1", claim: String? = nil) throws -> MapPlan {
    try MapPlan("a.ev", text: Self.script, x: x, y: y, claim: claim, seeds: 1...2)
  }

  @Test func axesAreWrittenOrUsual() throws {
    let plan = try plan(x: "cut", y: "wait=0.5..2/0.5")
    #expect(plan.x.values == [1, 2, 3] && plan.y.values == [0.5, 1, 1.5, 2])
    #expect(plan.script(x: 1, y: 2).contains("run 1.5s") && plan.script(x: 1, y: 2).contains("run 2s"))
    #expect(try MapPlan.Axis("a=0..9", usual: []).values.count == 10)
  }

  @Test(arguments: ["", "nobody", "cut=3..1", "cut=1", "cut=1..1e9", "cut=0..1000/1", "cut=1..2/0", "wait=1..2/1"])
  func wrongAxesAreRefused(_ x: String) {
    #expect(throws: ScriptError.self) { try plan(x: x) }
  }

  @Test func aScriptHasItsParametersAndReadsWithAllOfThem() throws {
    #expect(throws: ScriptError.self) { try plan(x: "nothing=1..2/1") }
    let wrong = try MapPlan(
      "a.ev", text: "run {a}s\nrun {b}x", x: "a=1..2/1", y: "b=1..2/1", claim: "converged", seeds: 1...1)
    #expect(throws: ScriptError.self) { try ClaimMap(wrong) }
  }

  @Test func eachPairIsJudgedOnItsOwn() throws {
    let map = try ClaimMap(try plan(claim: "last.versions-behind == 0"))
    for (row, cells) in map.cells.enumerated() {
      for (column, cell) in cells.enumerated() {
        let script = map.plan.script(x: column, y: row)
        var runner = ScriptRunner(Session(seed: 1)) { _ in }
        try runner.run(["a.ev"], from: MemoryScripts(files: ["a.ev": script + "\nexpect last.versions-behind == 0"]))
        #expect(cell.judged == 2 && (cell.held == 2) == (runner.session.expectations.failed == 0))
      }
    }
  }

  @Test func whatAnAbsentTriggerWouldNotDoIsHysteresis() throws {
    let text = "write x 1\nset read-timeout 1s\nload {load}/s for {trigger}s write 0%\nrun 1ms\nread x"
    let plan = try MapPlan(
      "a.ev", text: text, x: "load=1..2/1", y: "trigger=1..2/1", claim: "operations.ended < 4", seeds: 1...1)
    let map = try ClaimMap(plan)
    #expect(
      map.csv.count == 5 && map.json.count == 4 && map.svg[0].hasPrefix("<svg")
        && map.svg.contains { $0.hasPrefix("<title") })
    #expect(map.lines.contains { $0.hasSuffix("  load") })
  }
}
