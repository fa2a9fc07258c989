import Testing

@testable import Workbench

/// What is left of a counterexample is what it takes.
@Suite struct BreakShrinkingTests {
  /// Another key is needed only for being another one: what the claim doesn't name goes, or becomes the same.
  @Test func keysAreFewer() throws {
    let script = [
      "cluster us-east-1:3 rf=3", "set hints off", "write other 0 at ALL", "write x 1 at ONE", "run 30s",
    ]
    let result = try BreakResult(try BreakTests.plan(script, "value(us3, x) == 1", kinds: [.loss]))
    let found = try #require(result.counterexample)
    #expect(!found.script.contains { $0.contains("other") }, "\(found.script)")
    #expect(try BreakTests.failures(of: found) == 1)
  }

  /// Half a minute was what somebody had written; a millisecond shows the same.
  @Test func timesAreShorter() throws {
    let script = ["cluster us-east-1:2 rf=2", "set hints off", "write x 1 at ONE", "run 30s"]
    let result = try BreakResult(try BreakTests.plan(script, "value(us2, x) == 1", kinds: [.loss]))
    let found = try #require(result.counterexample)
    #expect(!found.script.contains("run 30s"), "\(found.script)")
    #expect(try BreakTests.failures(of: found) == 1)
  }
}
