import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Why an operation answered as it did, in sentences.
@Suite struct WhyTests {
  /// The explanation of an operation, without its line breaks.
  private func why(_ number: Int? = nil, _ script: String) throws -> String {
    var session = try play(script).session
    var shown: [String] = []
    let line = SourceLine(file: "why", number: 1, text: "why" + (number.map { " \($0)" } ?? ""))
    try session.execute(line, isPrompt: true) {
      if case .explained(let explanation) = $0 { shown += explanation.lines }
    }
    #expect(shown.allSatisfy { TextWidth.of($0) <= 80 })
    return shown.joined(separator: " ").split(separator: " ").joined(separator: " ")
  }

  @Test func whatWasHeldWhenDigestsWereAskedForIsToldWhereDataSayOtherwise() throws {
    // The write reaches us1 between the two rounds.
    let text = try why(
      3, "write cart old at ALL\nrun 1s\nasync write cart new at ONE via us2\nasync read cart at QUORUM via us1\nrun 2s"
    )
    #expect(text.contains("Their digests differed"))
    #expect(text.contains("us1 had held old when it was asked first"), "\(text)")
    #expect(text.contains("us1 held new, up to date."))
    let alike = try why(2, "write cart old at ALL\nrun 1s\nread cart at QUORUM")
    #expect(!alike.contains("when it was asked first"))
  }

  // MARK: Stale reads

  @Test func aWriteInFlightIsNamedWithItsSenderAndWhenItIsDue() throws {
    let text = try why("write cart milk\nread cart in eu-west-1")
    #expect(text.contains("0.000 ms") == false)
    #expect(text.contains("1.501 ms ONE needs 1 of 9 answers. eu1 asks its own copy."))
    #expect(text.contains("1.501 ms eu1 held nothing, 1 acknowledged write behind. That is the answer."))
    #expect(
      text.contains(
        "milk was in flight to eu1: sent by us1 at 0.500 ms, due at 40.500 ms, 38.999 ms after eu1 answered."))
    #expect(text.contains("ONE reads 1 and ONE writes 1 of 9 copies: 1 + 1 ≤ 9, so they need not share one."))
    #expect(text.contains("38.999 ms later: milk, fresh, answered 39.999 ms after the issue."))
    #expect(text.contains("at QUORUM: milk, fresh, answered 161.000 ms after the issue."))
    #expect(text.hasSuffix("The smallest change is the one that answers soonest: 38.999 ms later."))
  }

  @Test func aWriteLostByACutIsNamedWithTheCommandThatCut() throws {
    let text = try why("run 7ms\ncut us-east-1 eu-west-1\nwrite cart milk\nread cart in eu-west-1")
    #expect(
      text.contains(
        "8.501 ms milk, sent by us1 to eu1, was lost at 7.500 ms: the link was cut by `cut us-east-1 eu-west-1` "
          + "at 7.000 ms. us1 still waits for eu1 to acknowledge it."))
    #expect(text.contains("via ap1, "))
  }

  @Test func aWriteKeptAsAHintIsNamedWithItsKeeper() throws {
    let text = try why("cut us-east-1 eu-west-1\nrun 2s\nwrite cart milk\nread cart in eu-west-1")
    #expect(
      text.contains(
        "us1 kept milk for eu1 as a hint since 2000.500 ms, as it thought it dead: `cut us-east-1 eu-west-1` at 0.000 ms."
      ))
    let late = try why("cut us-east-1 eu-west-1\nwrite cart milk\nrun 3s\nread cart in eu-west-1")
    #expect(late.contains("as a hint since 2000.000 ms, as no acknowledgement had come by the timeout: `cut us-east"))
  }

  @Test func aWriteOnAHeldLinkIsNamedWithTheCommandThatHolds() throws {
    let text = try why("hold us1 eu1\nwrite cart milk\nread cart via eu1")
    #expect(text.contains("eu1 asks its own copy") && text.contains("as `via eu1` says, to coordinate."))
    #expect(
      text.contains("milk, sent by us1 at 0.500 ms, waited on the link to eu1, held by `hold us1 eu1` at 0.000 ms."))
  }

  @Test func aWriteThatReachedAStoppedReplicaIsLostOnIt() throws {
    let text = try why("crash eu1\nwrite cart milk\nrun 100ms\nrestart eu1\nread cart via eu1")
    #expect(text.contains("was lost at 40.500 ms: it was stopped by `crash eu1` at 0.000 ms."))
  }

  private func why(_ script: String, _ number: Int) throws -> String { try why(number, script) }
  private func why(_ script: String) throws -> String { try why(nil, script) }

  @Test func aWriteThatWasNeverSentIsSaidToBe() throws {
    let text = try why(
      "set hints off\ncrash eu1\nrun 2s\nwrite cart milk\nrun 1s\nrestart eu1\nrun 2s\nread cart via eu1")
    #expect(
      text.contains("milk was never sent to eu1, and no hint was kept: us1 thought it dead: `crash eu1` at 0.000 ms."))
  }

  @Test func aWriteThatWentWithTheDiskIsSaidTo() throws {
    let text = try why("write cart milk at ALL\nwipe eu1\nrestart eu1\nrun 2s\nread cart via eu1")
    #expect(text.contains("eu1 had milk, and lost its disk at 181.000 ms: `wipe eu1` at 181.000 ms."))
  }

  @Test func aMessageDroppedByHandIsSaidToBe() throws {
    let text = try why("write cart milk\ndrop 4\nrun 1s\nread cart via eu1")
    #expect(text.contains("was lost at 1.000 ms: it was dropped by hand, `drop 4` at 1.000 ms."))
  }

  @Test func aZombieIsExplainedByThePurgedTombstone() throws {
    let text = try why(
      """
      set tombstone-grace 10s
      set hint-window 1s
      write cart milk at ALL
      crash eu1
      run 4s
      delete cart at QUORUM
      run 20s
      restart eu1
      run 2s
      read cart via eu1
      """)
    #expect(text.contains("the delete of op 2 was never sent to eu1, and no hint was kept"))
    #expect(text.contains("14181.500 ms The tombstone was purged everywhere else once it was older than 10s"))
    #expect(
      text.contains(
        "milk is a zombie. 26343.000 ms A repair at that moment, tried on a fork, spreads milk to 8 more copies."))
    #expect(!text.contains("milk, fresh"))
  }

  // MARK: Fresh reads

  @Test func siblingsAreExplainedByWhatTheirWritersHadNotSeen() throws {
    let text = try why(
      "set conflict siblings\ncut us-east-1 eu-west-1\nwrite cart milk\nwrite cart eggs in eu-west-1\nrun 3s\nheal\n"
        + "run 20s\nread cart at QUORUM")
    #expect(text.contains("They agree: that is the answer. Why 2 values stand"))
    #expect(
      text.contains("0.500 ms milk was accepted by us1, op 1")
        && text.contains("1.501 ms eggs was accepted by eu1, op 2"))
  }

  // MARK: Writes

  @Test func anAcknowledgedWriteNamesTheAnswerThatMadeItAndHowLongThatTook() throws {
    let text = try why("write cart milk at QUORUM")
    #expect(text.contains("0.500 ms us1 itself has it (1)."))
    #expect(text.contains("eu2 has it (5): the last that QUORUM needed, 40.000 ms there and 40.000 ms back."))
    #expect(text.contains("81.000 ms us-east-1 has the answer, 81.000 ms after it asked."))
  }

  @Test func aSlowWriteNamesTheCommandThatSlowedIt() throws {
    let text = try why("slow us-east-1 eu-west-1 by 300ms\nwrite cart milk at EACH_QUORUM")
    #expect(
      text.contains("340.000 ms there and 340.000 ms back; slowed by `slow us-east-1 eu-west-1 by 300ms` at 0.000 ms."))
  }

  @Test func anUnavailableWriteNamesWhoWasThoughtDeadAndByWhichCommand() throws {
    let text = try why("crash ap-south-1\nrun 2s\nwrite cart milk at ALL")
    #expect(
      text.contains("ALL needs 9 of 9 answers; us1 thought 6 of 9 copies alive: us1, us2, us3, eu1, eu2 and eu3."))
    #expect(text.contains("ap1, ap2 and ap3: dead since 1000.000 ms: `crash ap-south-1` at 0.000 ms."))
    #expect(text.hasSuffix("verified on a fork at QUORUM: ok, answered 81.000 ms after the issue."))
  }

  @Test func aTimeoutNamesWhoDidNotAnswerAndWhatBecameOfTheWrite() throws {
    let text = try why("cut us1 ap1\npause ap2\nwrite cart milk at ALL")
    #expect(text.contains("ALL needs 9 of 9 answers, and 7 came in time."))
    #expect(
      text.contains("ap1: what was sent to it was lost at 0.500 ms: the link was cut by `cut us1 ap1` at 0.000 ms."))
    #expect(text.contains("ap2: it was paused (`pause ap2` at 0.000 ms), and what was sent to it waited."))
    #expect(text.contains("us1 keeps it as a hint for ap1 and ap2."))
    #expect(text.contains("it may take effect all the same"))
  }

  @Test func anOverwrittenWriteNamesTheWinnerAndTheClockThatWasWrong() throws {
    let text = try why("skew eu1 by 250ms\nwrite cart milk in eu-west-1\nrun 100ms\nwrite cart eggs\nrun 1s", 2)
    #expect(text.contains("milk, op 1, beat it: the last writer wins, by timestamp 250500 µs over 101500 µs."))
    #expect(text.contains("eu1's clock ran 250.000 ms ahead: `skew eu1 by 250ms` at 0.000 ms."))
    #expect(text.contains("It was accepted 101.000 ms after the winner, and lost all the same"))
  }

  // MARK: Refusals

  @Test func whatCantBeExplainedIsSaidWhy() throws {
    func refusal(_ script: String, _ command: String) throws -> String {
      var session = try play(script).session
      do {
        try session.execute(SourceLine(file: "why", number: 1, text: command), isPrompt: true) { _ in }
        return ""
      } catch let error as Diagnostic { return error.text }
    }
    #expect(try refusal("", "why").contains("there is no operation yet"))
    #expect(try refusal("write a 1", "why 7").contains("there is no operation 7; the latest is 1"))
    let open = try refusal("async write a 1 at ALL\nrun 100ms", "why")
    #expect(open.contains("operation 1 has not been answered yet: us1 waits for answers from ap1, ap2 and ap3"))
    #expect(try refusal("write a 1\ncluster us-east-1:3 rf=3", "why 1").contains("earlier cluster"))
  }

  @Test func explainingChangesNothingAndIsNotWrittenDown() throws {
    var session = try play("write cart milk\nread cart in eu-west-1").session
    let before = (session.recipe, session.cluster.fingerprint, session.timeline.branchNames, session.timeline.moment)
    try session.execute(SourceLine(file: "why", number: 1, text: "why"), isPrompt: true) { _ in }
    #expect(session.recipe == before.0 && session.cluster.fingerprint == before.1)
    #expect(session.timeline.branchNames == before.2 && session.timeline.moment == before.3)
  }
}
