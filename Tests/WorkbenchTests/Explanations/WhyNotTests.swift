import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Why something is not so, in sentences.
@Suite struct WhyNotTests {
  private func answer(_ question: String, after script: String) throws -> String {
    var session = try play(script).session
    let before = (session.cluster.fingerprint, session.timeline.moment)
    var shown: [String] = []
    try session.execute(SourceLine(file: "why", number: 1, text: "why not \(question)"), isPrompt: true) {
      if case .explained(let explanation) = $0 { shown += explanation.lines }
    }
    #expect(shown.allSatisfy { TextWidth.of($0) <= 80 })
    #expect(session.cluster.fingerprint == before.0 && session.timeline.moment == before.1, "it changes nothing")
    return shown.joined(separator: " ").split(separator: " ").joined(separator: " ")
  }

  // MARK: Converged

  @Test func whatIsInFlightIsLeftToArriveAndTimeAloneBringsIt() throws {
    let text = try answer("converged", after: "write cart milk")
    #expect(text.contains("cart: us1, us2 and us3 hold milk; eu1, eu2, eu3, ap1, ap2 and ap3 hold nothing."))
    #expect(text.contains("40.500 ms cart = milk is in flight to eu1, eu2 and eu3, due at 40.500 ms."))
    #expect(text.contains("90.500 ms cart = milk is in flight to ap1, ap2 and ap3, due at 90.500 ms."))
    #expect(text.hasSuffix("Nothing: time alone: they agree 89.500 ms from now."))
  }

  @Test func hintsAreNamedWithTheirKeeperAndTheCutThatHoldsThemUp() throws {
    let text = try answer("converged", after: "cut us-east-1 eu-west-1\nwrite cart milk\nrun 20s")
    #expect(
      text.contains("us1 keeps 1 hint each for eu1, eu2 and eu3, out of reach: `cut us-east-1 eu-west-1` at 0.000 ms."))
    #expect(text.contains("`heal`: they agree"))
  }

  @Test func aWriteThatStillWaitsForAcknowledgementsWillLeaveHints() throws {
    let text = try answer("converged", after: "cut us-east-1 eu-west-1\nwrite cart milk\nrun 200ms")
    #expect(
      text.contains("us1 waits for op 1 to be acknowledged by eu1, eu2 and eu3, until 2000.000 ms."))
  }

  @Test func whatNothingWillBringNeedsARepair() throws {
    let text = try answer(
      "converged cart", after: "set hints off\ncut us-east-1 eu-west-1\nwrite cart milk\nrun 5s\nheal\nrun 5s")
    #expect(text.contains("Nothing is in flight or hinted. What differs stays so until a read or a repair"))
    #expect(text.contains("`repair`: they agree"))
  }

  @Test func aMessageOnAHeldLinkNeedsItsRelease() throws {
    let text = try answer("converged", after: "hold us1 eu1\nwrite cart milk\nrun 1s")
    #expect(text.contains("cart = milk is in flight to eu1, on a held link."))
    #expect(text.contains("`release us1 eu1`: they agree 40.000 ms from now."))
  }

  @Test func whatAgreesIsSaidTo() throws {
    #expect(
      try answer("converged", after: "write cart milk at ALL")
        == "All copies agree, and nothing is on its way that would change that.")
    #expect(
      try answer("converged cart", after: "write cart milk at ALL\nwrite list eggs").hasPrefix(
        "The copies of cart agree"))
  }

  // MARK: Siblings

  @Test func lastWriterWinsKeepsOneValue() throws {
    let text = try answer("siblings cart", after: "write cart milk\nwrite cart eggs in eu-west-1")
    #expect(
      text.contains("the last writer wins, by timestamp") && text.contains("1 of 2 writes had not seen the one before.")
    )
  }

  @Test func aWriteThatCarriedItsContextTookThePlaceOfWhatItHadSeen() throws {
    let text = try answer("siblings cart", after: "set conflict siblings\nwrite cart milk\nwrite cart eggs")
    #expect(text.contains("1001.500") == false)
    #expect(text.contains("op 2 carried a context that had seen op 1's value, and so took its place."))
  }

  @Test func whereThereAreSiblingsThatIsSaid() throws {
    let text = try answer(
      "siblings cart", after: "set conflict siblings\nwrite cart milk\nwrite cart eggs in eu-west-1\nrun 1s")
    #expect(text == "There are siblings: us1 holds 2 values of cart side by side.")
  }

  @Test func aDataTypeMerges() throws {
    let text = try answer("siblings likes", after: "type likes counter\nincrement likes")
    #expect(text.contains("likes is a counter: what is concurrent is merged"))
  }

  // MARK: Available

  @Test func anOperationThatWouldBeRefusedIsExplainedBeforeItIsIssued() throws {
    let text = try answer("available write cart milk at ALL", after: "crash ap-south-1\nrun 2s")
    #expect(text.hasPrefix("Issued now, write cart at ALL would end as unavailable."))
    #expect(text.contains("ap1, ap2 and ap3: dead since 1000.000 ms: `crash ap-south-1` at 0.000 ms."))
    #expect(text.contains("at QUORUM: ok"))
  }

  /// An operation of the load gets its number at the very instant at which the question's would begin.
  @Test func theOperationThatIsAskedAboutIsTriedAndNotOneOfARunningLoad() throws {
    let text = try answer("available write a v6 at ALL", after: "crash us2\nrun 2s\nload 60/s for 1s")
    #expect(text.hasPrefix("Issued now, write a at ALL would end as unavailable."))
  }

  @Test func anOperationThatWouldBeAnsweredIsSaidToBeAvailable() throws {
    #expect(
      try answer("available read cart at QUORUM", after: "")
        == "It is available: issued now, read cart at QUORUM would be answered after 81.0 ms.")
  }

  @Test func whatCantBeAskedIsRefused() throws {
    #expect(throws: Diagnostic.self) { try answer("siblings cart", after: "") }
    #expect(throws: Diagnostic.self) { try answer("available heal", after: "") }
    #expect(throws: Diagnostic.self) { try answer("perfect", after: "") }
  }
}
