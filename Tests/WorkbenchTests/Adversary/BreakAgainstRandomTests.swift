import Testing

@testable import Workbench

/// How many runs a verdict takes, beside trying at random.
@Suite struct BreakAgainstRandomTests {
  /// Over all clusters and claims together: one claim is broken by the first message that anybody thinks of, another by none of
  /// hundreds of sets.
  @Test func verdictsTakeATenthOfTheRunsOfARandomSearch() throws {
    let (faults, seeds) = (3, UInt64(1)...5)
    var (thoughtful, random) = (0, 0)
    for one in BreakAgainstBruteForceTests.cases {
      let plan = try BreakTests.plan(one.script, one.claim, faults: faults, kinds: [.loss])
      let search = RandomSearch(plan, faults: faults)
      let result = try BreakResult(plan)
      #expect((result.counterexample != nil) == search.isBroken, "\(one)")
      let tries = seeds.map { search.tries(seed: $0) }.sorted()[2]
      thoughtful += result.runs
      random += tries
    }
    #expect(random >= 10 * thoughtful, "\(thoughtful) runs, \(random) at random")
  }

  /// What can be done from a state that was met before comes to what it came to then.
  @Test(arguments: BreakAgainstBruteForceTests.cases) func statesThatWereMetBeforeChangeNoVerdict(
    _ one: BreakAgainstBruteForceTests.Case
  ) throws {
    for kinds in [AdversaryFaultKind.standard, [.loss, .delay]] {
      var plan = try BreakTests.plan(one.script, one.claim, faults: 2, kinds: kinds)
      let remembering = try BreakResult(plan)
      plan.remembersStates = false
      let forgetting = try BreakResult(plan)
      #expect((remembering.counterexample == nil) == (forgetting.counterexample == nil), "\(one)")
      #expect(remembering.isCertificate == forgetting.isCertificate, "\(one)")
      #expect(remembering.runs <= forgetting.runs && forgetting.spared == 0, "\(one)")
    }
  }
}
