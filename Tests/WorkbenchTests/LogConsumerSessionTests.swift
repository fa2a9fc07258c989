import Language
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// What a session shows of consumers.
@Suite struct LogConsumerSessionTests {
  private static let start = """
    cluster us-east-1:3 eu-west-1:3 rf=3 scheme=log
    set partitions 1
    consumer billing in us-east-1
    write cart milk
    write cart eggs
    delete cart
    write other x in eu-west-1
    run 1s
    """

  /// What is consumed has no key by which a coordinator could be chosen.
  @Test(arguments: ["nearest", "token-aware", "round-robin", "random", "sticky"])
  func recordsAreConsumedThroughAnyReplicaAlsoWhereNotAllKeepThem(_ policy: String) throws {
    let played = try play(
      """
      cluster us-east-1:5 rf=3 scheme=log
      set coordinator \(policy)
      consumer billing in us-east-1
      write cart milk
      run 1s
      consume billing
      """)
    #expect(played.last.records?.map { $0.suffix(9) } == ["cart milk"], "\(policy)")
  }

  @Test func consumingIsNoHypothesisAndNobodyHandsOverWhoIsDown() throws {
    var diagnostic = #expect(throws: Diagnostic.self) { try play("\(Self.start)\nwhatif consume billing") }
    #expect(diagnostic?.sentence.contains("consuming has no levels to compare") == true)
    diagnostic = #expect(throws: Diagnostic.self) {
      try play("\(Self.start)\nkill-leader cart in us-east-1\nmove-leader cart in us-east-1")
    }
    #expect(diagnostic?.sentence.contains("can't hand over") == true)
  }

  @Test func eachRecordIsShownWithItsPlace() throws {
    let played = try play("\(Self.start)\nconsume billing")
    #expect(played.last.records == ["0 0 cart milk", "0 1 cart eggs", "0 2 cart none"])
    #expect(played.last.sentence(in: played.session.world) == "consume billing: 3 records in 1.00 ms")
    let line = try #require(played.json.last { $0.contains("\"consume\"") })
    #expect(line.contains("\"key\":null") && line.contains("\"level\":null") && line.contains("\"value\":null"))
    #expect(line.contains("\"values\":[\"0 0 cart milk\",\"0 1 cart eggs\",\"0 2 cart none\"]"), "\(line)")
    let text = TextReport(isColored: false).lines(for: .operation(played.last)).map(\.text)
    #expect(text.count == 4 && text[0].contains("consume billing") && text[1].hasSuffix("0 0 cart milk"))
  }

  @Test func itCommitsAndCounts() throws {
    let some = try play("\(Self.start)\nconsume billing 2")
    #expect(try some.holds("consumed(billing) == 2 and lag.consumer(billing) == 1"))
    #expect(try some.holds("consumed.duplicates(billing) == 0 and consumed.missing(billing) == 0"))
    #expect(try some.holds("reads.total == 0 and op(-1).operation == consume and op(-1).key == none"))
    let all = try play("\(Self.start)\nconsume billing 2\nconsume billing\nconsume billing")
    #expect(try all.holds("consumed(billing) == 3 and lag.consumer(billing) == 0"))
    #expect(all.last.records == [] && all.last.outcome == .ok)
    #expect(try all.holds("count(consume client=billing) == 3 and converged"))
    #expect(try all.fact("consumed(us-east-1)") == "none")
  }

  @Test func aSlowConsumerMissesWhatIsCleanedAway() throws {
    let script = """
      cluster a:3 scheme=log
      set partitions 1
      set segment 1
      set compaction 10s
      consumer slow in a
      write cart milk
      write cart eggs
      write other x
      run 11s
      consume slow
      """
    let played = try play(script)
    #expect(played.last.records == ["0 1 cart eggs", "0 2 other x"])
    #expect(try played.holds("consumed(slow) == 2 and consumed.missing(slow) == 1 and writes.lost == 0"))
  }

  @Test func itCanBeAskedWhy() throws {
    let played = try play("\(Self.start)\nconsume billing")
    let answered = try #require(Explanation(of: played.last.id, in: played.session.timeline))
    #expect(answered.title.hasPrefix("consume billing: 3 records"))
    let silent = "\(Self.start)\nset coordinator round-robin\nconsume billing\nhold us1 us2\nconsume billing\nrun 6s"
    let late = try play(silent)
    #expect(late.last.outcome == .timeout)
    let words = try #require(Explanation(of: late.last.id, in: late.session.timeline)).lines(width: 400)
    #expect(
      words.contains { $0.contains("us1: what was sent to it waited on a held link, `hold us1 us2`") }, "\(words)"
    )
  }

  @Test func whoConsumesNothingIsTold() {
    #expect(refusal(of: "consume us-east-1", after: Self.start)?.contains("us-east-1 consumes nothing") == true)
    #expect(refusal(of: "consume nobody", after: Self.start)?.contains("nobody") == true)
    #expect(refusal(of: "consumer billing in us-east-1", after: Self.start)?.contains("there is a client") == true)
    for line in ["consumer billing in us-east-1", "expect consumed(us-east-1) == 0"] {
      #expect(refusal(of: line, after: "")?.contains("leaderless has no") == true, "\(line)")
    }
  }
}
