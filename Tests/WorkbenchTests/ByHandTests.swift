import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// One message at a time, by the number that `show messages` gives it.
@Suite struct ByHandTests {
  private let one = "cluster us-east-1:3 rf=3\nasync write a 1 at ALL via us1\nrun 700us\n"

  /// The number of the first message in flight, after a script, of which those words tell.
  private func number(after script: String, of words: String) throws -> UInt32 {
    let cluster = try play(script).session.cluster
    let messages = cluster.messagesInFlight
    return try #require(messages.first { MessageText.contents($0.event, cluster).contains(words) }).number
  }

  @Test func showMessagesListsThemWithTheirNumbers() throws {
    let shown = try play(one + "show messages").shown
    let number = try number(after: one, of: "write a")
    #expect(shown.count == 3)
    #expect(shown[1].contains("\(number)  us1 → us2  write a = 1"))
  }

  @Test func aMessageThatIsDroppedIsGone() throws {
    let number = try number(after: one, of: "write a")
    let played = try play(one + "drop \(number)\nawait")
    #expect(played.last.outcome == .timeout)
    #expect((played.last.required, played.last.received) == (3, 2))
    #expect(try played.fact("faults") == "1")
    #expect(throws: Diagnostic.self) { try play(one + "drop \(number)\ndrop \(number)") }
  }

  @Test func aMessageThatIsDeliveredArrivesNow() throws {
    let number = try number(after: one, of: "write a")
    let played = try play(one + "deliver \(number)")
    #expect(try played.holds("value(us2, a) == 1 and value(us3, a) == none and time == 700us"))
    #expect(try played.holds("faults == 0"))
    // Its acknowledgement takes its time all the same.
    #expect(played.session.cluster.messagesInFlight.contains { $0.departed == played.session.cluster.now })
  }

  @Test func aMessageOnAHeldLinkCanBeDelivered() throws {
    let held = "cluster us-east-1:3 rf=3\nhold us1 us3\nasync write a 1 at ALL via us1\nrun 1s\n"
    let number = try number(after: held, of: "write a")
    let played = try play(held + "deliver \(number)\nrun 1ms\nexpect op(1).outcome == none\nrelease us3 us1\nrun 1s")
    #expect(try played.fact("value(us3, a)") == "1")
    #expect(try played.fact("op(1).outcome") == "ok")
  }

  @Test func ofAMessageThatWasDoubledOnlyTheOneOfThatNumberGoes() throws {
    let doubled = "cluster us-east-1:2 rf=2\nduplicate 100% us1 -> us2\nasync write a 1 at ALL via us1\nrun 700us\n"
    let number = try number(after: doubled, of: "write a")
    let played = try play(doubled + "drop \(number)\nawait")
    #expect(played.last.outcome == .ok)
  }

  /// The client has given up before its coordinator woke; whoever then delivers the answer gives it to nobody.
  @Test func anAnswerDeliveredAfterTheTimeoutEndsNothingTwice() throws {
    let late = """
      slow eu-west-1 -> us-east-1 by 3s
      async write a 1 at ONE via eu1
      run 100ms
      pause eu1
      run 2s

      """
    let number = try number(after: late, of: "op 1 ok")
    let played = try play(late + "deliver \(number)\nrun 5s\nawait\nwrite b 1")
    #expect(played.operations.map(\.id) == [1, 2])
    #expect(played[1]?.outcome == .timeout)
    #expect(played.session.cluster.openCommands == 0)
    #expect(try played.holds("writes.failed == 1 and writes.acked == 1"))
  }

  @Test func thereMustBeSuchAMessage() {
    for command in ["deliver 1", "drop 4294967295", "deliver 0", "drop -1", "drop 4294967296", "deliver us1"] {
      #expect(throws: Diagnostic.self, "\(command)") { try play(command) }
    }
  }
}
