import Kernel
import Language
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// Nothing is said of logs that wasn't seen: what another region's log has, what was never appended, what was cut off.
@Suite struct LogWordsTests {
  private static let two = "cluster us-east-1:3 eu-west-1:3 rf=3 scheme=log\nset partitions 1"

  @Test func anotherRegionsEmptyLogIsNotGuaranteedToBeFresh() throws {
    let played = try play("\(Self.two)\nwrite cart milk in us-east-1\nwhatif read cart")
    let rows = played.shown.filter { $0.contains("eu-west-1") && $0.contains("none") }
    #expect(rows.count == 2 && rows.allSatisfy { !$0.contains("guaranteed") && !$0.contains("luck") }, "\(rows)")
    #expect(played.shown.contains { $0.contains("us-east-1") && $0.contains("guaranteed") })
  }

  @Test func whatASessionWroteInOneRegionIsNotJudgedByWhatItReadInAnother() throws {
    let script = "\(Self.two)\nclient alice in us-east-1\nwrite cart milk as alice"
    let elsewhere = GuaranteeCheck(try play("\(script)\nread cart as alice via eu1").session.world)
    #expect(elsewhere.report(.readYourWrites).isHeld == nil)
    let home = GuaranteeCheck(try play("\(script)\nread cart as alice").session.world)
    #expect(home.report(.readYourWrites).isHeld == true)
    let both = GuaranteeCheck(try play("\(script)\nread cart as alice\nread cart as alice via eu1").session.world)
    #expect(both.report(.readYourWrites).isHeld == nil && both.report(.monotonicReads).isHeld == nil)
    #expect(both.report(.monotonicWrites).isHeld == true)
  }

  @Test func aWriteThatTooFewWereInSyncForSaysSo() throws {
    let played = try play("\(Self.two)\ncrash us2\ncrash us3\nrun 2s\nwrite cart milk")
    #expect(played.last.outcome == .unavailable)
    #expect(played.last.shortfall == "needs 2 in sync, has 1")
    let sentence = played.last.sentence(in: played.session.world)
    #expect(sentence.contains("1 of the 2 copies that it needs is in sync"), "\(sentence)")
    let nobody = try play("\(Self.two)\ncrash us1\ncrash us2\nrun 2s\ncrash us3\nrestart us2\nwrite cart milk")
    #expect(nobody.last.shortfall == "finds no replica that may serve it" || nobody.last.outcome != .unavailable)
  }

  @Test func noMoreCanBeInSyncThanThereAreCopies() {
    #expect(refusal(of: "set min-insync 4", after: Self.two)?.contains("rf is 3") == true)
    #expect(refusal(of: "set min-insync 3", after: Self.two) == nil)
    #expect(refusal(of: "set min-insync 2", after: "cluster a:3 rf=1 scheme=log")?.contains("rf is 1") == true)
  }

  @Test func whatWasNeverAppendedIsNoVersion() throws {
    let script = "\(Self.two)\nwrite cart milk\ncrash us1\nasync write cart lost via us2\nrun 3s\nwrite cart eggs"
    let timeline = try play(script).session.timeline
    let report = ClocksReport(of: "cart", selected: nil, reference: nil, in: timeline)
    #expect(report.versions.map(\.value).sorted() == ["eggs", "milk"])
    #expect(report.comparison?.standing == .after || report.comparison?.standing == .before)
  }

  /// `old` is cleaned away for `new`, which the next leader has never had: with it `old` is gone, too.
  @Test func whatWasCleanedForTheSakeOfWhatIsCutOffIsLost() throws {
    let script = """
      cluster us-east-1:2 rf=2 scheme=log
      set partitions 1
      set min-insync 1
      set segment 1
      set compaction 10s
      set unclean-election on
      crash us2
      run 2s
      write cart old
      write cart new
      write other x
      run 11s
      crash us1
      restart us2
      run 400s
      write cart newest via us2
      restart us1
      run 10s
      """
    let played = try play(script)
    #expect(try played.holds("writes.lost == 3 and converged"))
  }

  @Test func whatIsLostIsNotSaidToBeCommittedYet() throws {
    let script = """
      \(Self.two)
      hold us1 us2
      hold us1 us3
      write cart milk at ACKS_1
      read cart at FOLLOWER via us2
      """
    let before = try play(script)
    #expect(before.last.isStale == true)
    #expect(before.last.sentence(in: before.session.world).hasSuffix("which us1, its leader, has not committed yet"))
    let after = try play("\(script)\ncrash us1\nrun 3s")
    let read = try #require(OperationReport(OperationID(before.last.id), in: after.session.world))
    let sentence = read.sentence(in: after.session.world)
    #expect(sentence.hasSuffix("which is lost"), "\(sentence)")
  }

  @Test("why says where a record was when a follower was read, also after it was cut off") func whereItWasThen() throws
  {
    let script = """
      \(Self.two)
      write cart tea
      run 1s
      hold us1 us2
      hold us1 us3
      write cart milk at ACKS_1
      read cart at FOLLOWER via us2
      """
    let read = try play(script).last.id
    let fact = "us1, its leader, had milk at offset 1, and us2's log ended at 1: it had yet to fetch it"
    for rest in ["", "\ncrash us1\nrun 3s\nrestart us1\nrelease us1 us2\nrelease us1 us3\nrun 3s\nwrite cart bread"] {
      let played = try play(script + rest)
      let explanation = try #require(Explanation(of: read, in: played.session.timeline))
      let words = explanation.lines(width: 400)
      #expect(words.contains { $0.contains(fact) && $0.contains("`hold us1 us2`") }, "\(words)")
      #expect(words.contains { $0.contains("us2 held tea") && $0.contains("1 acknowledged write behind") }, "\(words)")
      let witness = Witness(played.session)
      for fact in explanation.facts { #expect(witness.flaw(in: fact) == nil, "\(fact.text)") }
    }
  }

  @Test func whatAFollowerHasAndDoesNotKnowToBeCommittedIsSaid() throws {
    let played = try play("\(Self.two)\nwrite cart tea\nwrite cart milk\nread cart at FOLLOWER via us2")
    guard played.last.isStale == true else { return }
    let words = try #require(Explanation(of: played.last.id, in: played.session.timeline)).lines(width: 400)
    #expect(words.contains { $0.contains("us2 had milk") && $0.contains("committed below 1") }, "\(words)")
  }

  // MARK: Consumers

  private static let consumer = "\(two)\nconsumer billing in us-east-1\nwrite cart milk\nrun 1s"

  @Test func whatAConsumerGotWithTheTimeoutItHasGot() throws {
    let script = """
      cluster us-east-1:3 rf=3 scheme=log
      consumer billing in us-east-1
      write cart milk
      run 1s
      pause us2
      consume billing
      consume billing
      """
    let played = try play(script)
    #expect(try played.holds("consumed(billing) == 1 and consumed.duplicates(billing) == 0"))
    let first = try #require(Explanation(of: played.last.id - 1, in: played.session.timeline)).lines(width: 400)
    #expect(first.contains { $0.contains("us2: it was paused (`pause us2`") }, "\(first)")
  }

  @Test func whatIsAdvisedToAConsumerCanBeTyped() throws {
    let played = try play(
      "\(Self.consumer)\nset coordinator round-robin\nconsume billing\nhold us1 us2\nconsume billing")
    #expect(played.last.outcome == .timeout)
    #expect(played.last.shortfall == "us2 had no answer to pass on")
    let explanation = try #require(Explanation(of: played.last.id, in: played.session.timeline))
    let words = explanation.lines(width: 400)
    #expect(!words.contains { $0.contains("level") || $0.contains("\"\"") }, "\(words)")
    let via = try play("\(Self.consumer)\nconsume billing via us3\nconsume billing 2 via us2")
    #expect(via.last.coordinator == "us2")
    let text = CommandText(via.session.timeline.cluster)
    for remedy in explanation.remedies {
      let line = text.text(of: remedy.plan)
      #expect(refusal(of: line, after: Self.consumer) == nil, "\(line)")
    }
  }

  @Test func whatGoesOnIsNamed() throws {
    let played = try play("\(Self.consumer)\nasync consume billing")
    #expect(!played.shown.contains { $0.contains("\"\"") })
  }

  @Test func consumersAloneAreOffered() throws {
    let context = NameContext(cluster: try play(Self.consumer).session.timeline.cluster)
    #expect(context.candidates(for: .other("a consumer")) == ["billing"])
  }
}
