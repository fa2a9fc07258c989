import Testing

@testable import Workbench

/// Which change of one number makes a claim false.
@Suite struct FragilityTests {
  private let text = """
    # parameter wait 1..9 by 1
    # parameter keep 5..60 by 5
    # claim last.value == 1
    cluster us-east-1:1 eu-west-1:1
    write x 1 in us-east-1 at ALL ttl {keep}s
    run {wait}s
    read x in us-east-1 at ONE
    """

  private func plan(at values: [String] = [], claims: [String] = []) throws -> Fragility.Plan {
    try Fragility.Plan("a.ev", text: text, claims: claims, axes: [], values: values, seeds: 1...1)
  }

  @Test func theNearestChangeIsFoundAndBothSidesArePlayed() throws {
    let plan = try plan(at: ["wait=9", "keep=15"])
    let finding = try #require(try Fragility(plan).findings.first)
    #expect(finding.cell.holds == true)
    let flips = finding.flips
    #expect(flips[0] == nil, "nobody waits for longer than 9 s")
    let flip = try #require(flips[1])
    #expect(flip.before > flip.after && flip.before - flip.after < 1, "\(flip)")
    #expect(try plan.cell("last.value == 1", [9, flip.before]).holds == true)
    #expect(try plan.cell("last.value == 1", [9, flip.after]).holds == false)
  }

  @Test func whatIsToldIsWhatWasPlayed() throws {
    let found = try Fragility(try plan(at: ["keep=5"], claims: ["last.value == 1", "last.outcome == ok"]))
    #expect(found.lines.contains { $0.hasPrefix("  wait: as at 4") && $0.contains("does not hold") }, "\(found.lines)")
    #expect(found.lines.contains("  keep: no change from 5 to 60 flips it"))
    #expect(found.json.count == 4)
  }

  @Test func wrongValuesAreRefused() {
    for value in ["wait", "nobody=1", "wait=x", "wait=-1"] {
      #expect(throws: ScriptError.self) { try plan(at: [value]) }
    }
  }
}
