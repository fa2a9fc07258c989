import Insight
import Language
import Testing

@testable import Analysis
@testable import Workbench

/// The fact `phi-consistency`, and the closed form of stale reads beside what was measured.
@Suite struct AgreementTests {
  @Test func itIsTheShareOfKeysOnWhichAllAgree() throws {
    try check(
      """
      expect phi-consistency == none
      write a 1 at ALL
      expect phi-consistency == 100%
      cut us-east-1 eu-west-1
      write b 1 at ONE
      run 200ms
      expect phi-consistency == 50%
      write c 1 at ONE
      write d 1 at ONE
      run 200ms
      expect phi-consistency == 0.25
      heal
      run until converged
      expect phi-consistency == 1
      """)
  }

  @Test func whoeverIsDownAnswersNobody() throws {
    try check(
      """
      set hints off
      crash eu1
      write a 1 at QUORUM
      run 1s
      expect phi-consistency == 1
      restart eu1
      expect phi-consistency == 0
      sync us1 eu1
      expect phi-consistency == 1
      """)
  }

  @Test func aCacheThatHoldsWhatIsOldCountsToo() throws {
    try check(
      """
      cluster us-east-1:4 eu-west-1:4 scheme=primary-cache
      set invalidation off
      write a 1 in us-east-1
      run 1s
      read a in eu-west-1
      write a 2 in us-east-1
      run 1s
      expect value(eu1, a) == 2 and value(eu3, a) == 1
      expect phi-consistency == 0
      flush eu-west-1
      expect phi-consistency == 1
      """)
  }

  @Test(arguments: ["streams", "log"]) func eachRegionIsJudgedByWhatItIsToAgreeOn(scheme: String) throws {
    try check(
      """
      cluster us-east-1:3 eu-west-1:3 scheme=\(scheme)
      write a 1
      run 1s
      expect phi-consistency == 1
      """)
  }

  /// With writes spread evenly over keys, and reads of any copy, the closed form needs to ask no read.
  @Test(arguments: [(keys: 20, seed: 1), (keys: 20, seed: 2), (keys: 100, seed: 3), (keys: 500, seed: 4)])
  func theClosedFormForetellsStaleReads(keys: Int, seed: Int) throws {
    let played = try play(
      "seed \(seed)\nload 500/s for 40s write 20% poisson keys \(keys) at ONE\nrun 41s")
    let expected = try #require(played.session.world.observer.closedStaleness(overKeys: keys))
    let measured = try #require(played.session.facts.value(.named("reads.stale-rate", [])).magnitude)
    #expect(abs(measured - expected) < 0.2 * expected + 0.002, "\(measured) for \(expected)")
  }

  @Test func nothingWrittenHasNoClosedForm() throws {
    let session = try play("load 10/s for 1s write 0%\nrun 2s").session
    #expect(session.world.observer.closedStaleness(overKeys: 100) == nil)
  }
}
