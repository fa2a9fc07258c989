import Insight
import Kernel
import Testing

@testable import Analysis
@testable import Language
@testable import Replication
@testable import Workbench

/// What is said of updates that were handed to an owner of the key and not answered in time, whatever befell the
/// coordinator, the leader, or what went between them, and whenever.
@Suite struct LedUpdateStoryTests {
  private static let start = """
    cluster us-east-1:1 eu-west-1:3 rf=us-east-1:0,eu-west-1:3
    set coordinator nearest
    type c counter
    type s or-set

    """
  private static let faults = [
    "crash us1", "pause us1", "crash eu1", "pause eu1", "cut us1 eu1", "cut eu1 -> us1", "hold us1 eu1",
    "hold eu1 -> us1", "hold eu1 eu2", "slow us1 eu1 by 1960ms", "slow us1 by 3s", "lose 100% us1 eu1",
    "crash eu1\nrestart eu1", "crash us1\nrestart us1", "pause eu1\nrun 5ms\nresume eu1",
  ]
  /// Before the request came, while it is handed over, while it is led, and while the answer goes back.
  private static let instants = ["0ms", "300us", "10ms", "41ms", "60ms", "80600us"]

  @Test(arguments: ["increment c at ALL", "add s e at ONE", "remove s e at QUORUM"], faults)
  func everySentenceIsTrueAndNothingIsDeniedThatStillHappens(operation: String, fault: String) throws {
    for instant in Self.instants {
      let script = "\(Self.start)async \(operation) via us1\nrun \(instant)\n\(fault)\nawait"
      let context: Comment = "\(script)"
      let session = try play(script).session
      let report = try #require(OperationReport(OperationID(1), in: session.world), context)
      let explanation = try #require(Explanation(of: 1, in: session.timeline), context)
      let text = explanation.lines(width: 500).joined(separator: "\n")
      let witness = Witness(session)
      for fact in explanation.facts {
        let flaw = witness.flaw(in: fact) ?? Grammar.slip(in: fact.text)
        #expect(flaw == nil, "\(flaw ?? ""): \(fact.text)\n\(script)")
      }
      guard report.outcome == .timeout else { continue }
      #expect(!text.contains("0 of "), "\(text)\n\(script)")
      #expect(text.contains("us1 did not answer"), "\(text)\n\(script)")
      let later = try play(
        "\(script)\nheal\nrelease us1 eu1\nrelease eu1 eu2\nresume us1\nresume eu1\nrun 1s\nrestart us1\nrestart eu1\nrun 5s"
      )
      let hasHappened = later.session.cluster.version(writtenBy: OperationID(1)) != nil
      if text.contains("it did not happen") { #expect(!hasHappened, "\(text)\n\(script)") }
    }
  }

  @Test func aHandOverThatIsOnItsWayMayStillBeTakenUp() throws {
    var session = try play("\(Self.start)slow us1 eu1 by 1959700us\nincrement c via us1").session
    func text() throws -> String {
      try #require(Explanation(of: 1, in: session.timeline)).lines(width: 500).joined(separator: "\n")
    }
    #expect(try text().contains("Nobody has accepted it so far, but eu1, to which it was handed, has yet to get it"))
    try session.execute(.prompt("run 1s"), isPrompt: false) { _ in }
    #expect(try text().contains("eu1 accepted it"))
  }

  @Test func aLeaderThatStoppedDoesNotWaitAnyMore() throws {
    for (fault, words) in [("crash eu1", "had stopped"), ("pause eu1", "was paused")] {
      let session = try play("\(Self.start)async increment c at ALL via us1\nrun 41ms\n\(fault)\nawait").session
      let text = try #require(Explanation(of: 1, in: session.timeline)).lines(width: 500).joined(separator: "\n")
      #expect(text.contains("eu1, which led it, \(words): `\(fault)` at 41.000 ms."), "\(text)")
      #expect(!text.contains("still waited"), "\(text)")
    }
  }
}
