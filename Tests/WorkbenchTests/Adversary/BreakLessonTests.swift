import Foundation
import Language
import Testing

@testable import Workbench

/// What lessons 4 and 20 have their reader find is found by a search, too.
@Suite struct BreakLessonTests {
  private func plan(
    _ name: String, _ claim: String, faults: Int = 1, kinds: [AdversaryFaultKind]
  ) throws -> BreakPlan {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/break/\(name)", withExtension: "ev"))
    let script = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
    return try BreakTests.plan(script, claim, faults: faults, kinds: kinds)
  }

  /// Two of three copies have the seats, and the third is asked.
  @Test func aReadAtOneMissesAWriteAtQuorum() throws {
    let found = try #require(
      try BreakResult(try plan("lesson-04", "not last.stale", kinds: AdversaryFaultKind.standard)).counterexample)
    #expect(found.faults.count == 1 && found.isReproduced, "\(found.script)")
    #expect(try BreakTests.failures(of: found) == 1)
  }

  @Test func readsThatOverlapTheWritesAreCertified() throws {
    let result = try BreakResult(
      try plan("lesson-04-mended", "not last.stale", kinds: AdversaryFaultKind.standard))
    #expect(result.counterexample == nil && result.isCertificate)
  }

  /// Orders are acknowledged by two replicas of one region. What was on its way when that burns down still comes to the others, so
  /// that it takes two regions to lose one.
  @Test func aRegionThatIsLostTakesAcknowledgedOrdersAlong() throws {
    let found = try #require(
      try BreakResult(try plan("lesson-20", "writes.lost == 0", faults: 2, kinds: [.destroy])).counterexample)
    #expect(found.faults.count == 2 && found.faults.allSatisfy { $0.hasSuffix("is destroyed") } && found.isReproduced)
    #expect(try BreakTests.failures(of: found) == 1, "\(found.script)")
  }

  @Test func ordersThatAMajorityHasOutliveARegion() throws {
    let result = try BreakResult(try plan("lesson-20-mended", "writes.lost == 0", kinds: [.destroy]))
    #expect(result.counterexample == nil && result.isCertificate)
  }
}
