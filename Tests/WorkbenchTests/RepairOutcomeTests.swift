import Kernel
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Replication
@testable import Workbench

/// What came of a repair: told in one sentence, the same whoever of a pair it was that failed.
@Suite struct RepairOutcomeTests {
  private func outcomes(_ script: String, seed: UInt64? = nil) throws -> [RepairOutcome] {
    try play(script, seed: seed).repairs.map(\.outcome)
  }

  /// Two keys that us1 has and the other two lack.
  private let apart = """
    cluster us-east-1:3 rf=3
    set hints off
    write tea green at ALL
    isolate us1
    run 2s
    write cart milk at ONE via us1
    write list eggs at ONE via us1
    run 3s
    heal
    run 2s

    """

  @Test func aRepairTellsItsPairsRangesKeysAndBytes() throws {
    let played = try play(apart + "repair")
    let outcome = try #require(played.repairs.first?.outcome)
    #expect(played.repairs.count == 1 && outcome.pairs == 3 && outcome.completed == 3 && outcome.failures.isEmpty)
    // Two copies of two keys were missing, and only us1's pairs differ.
    #expect(outcome.keys == 2 && outcome.copies == 4)
    #expect(String(outcome.bytes) == (try played.fact("bytes.repair")))
    let sentence = try #require(played.repairs.first?.sentence)
    #expect(
      sentence == "repaired: 2 keys in \(outcome.ranges) ranges, 3 pairs compared, \(Quantity.size(outcome.bytes)) sent"
    )
    let json = try #require(played.json.first { $0.contains(#""kind":"repair""#) })
    #expect(
      json.contains(
        #""pairs":3,"completed":3,"ranges":\#(outcome.ranges),"keys":2,"copies":4,"bytes":\#(outcome.bytes),"failed":[]"#
      ))
  }

  @Test func whereNothingDiffersItSaysSo() throws {
    let played = try play("write cart milk at ALL\nrun 1s\nrepair")
    let sentence = try #require(played.repairs.first?.sentence)
    #expect(sentence.hasPrefix("repaired: 0 keys, nothing differed, 36 pairs compared, "))
    #expect(try play("repair").repairs.first?.sentence == "repaired: nothing, for no two replicas own a key together")
  }

  @Test(
    "a neighbour known to be dead fails a session at once, whichever of the two it is",
    arguments: ["us1", "us2", "us3"], ["crash", "wipe", "pause"]
  ) func deadNeighbour(replica: String, fault: String) throws {
    let script = "cluster us-east-1:3 rf=3\nwrite cart milk at ALL\n\(fault) \(replica)\nrun 2s\nrepair"
    let played = try play(script)
    let outcome = try #require(played.repairs.first)
    #expect(outcome.outcome.pairs == 3 && outcome.outcome.completed == 1 && outcome.outcome.failures.count == 2)
    // The third pair compares within the region: two hops of half a millisecond.
    #expect(outcome.outcome.ended - outcome.outcome.began == .milliseconds(1))
    let word = fault == "pause" ? "paused" : "dead"
    #expect(outcome.sentence.hasSuffix(", 2 pairs failed: \(replica) is \(word)"), "\(outcome.sentence)")
    #expect(try played.holds("repairs.begun == 3 and repairs.completed == 1 and repairs.failed == 2"))
  }

  @Test func aPairThatIsCutOffIsNotCalledDead() throws {
    let played = try play("write cart milk at ALL\ncut us-east-1 eu-west-1\nrun 2s\nrepair")
    let outcome = try #require(played.repairs.first)
    #expect(outcome.outcome.failures.count == 9 && outcome.outcome.completed == 27)
    #expect(
      outcome.sentence.hasSuffix(", 9 pairs failed: us1 ⇄ eu1, us1 ⇄ eu2, us1 ⇄ eu3 and 6 more can't reach each other"),
      "\(outcome.sentence)")
  }

  @Test(arguments: ["us1", "us2"]) func whoeverDiesMeanwhileIsNoticedAfterASecondAndNotAfterAMinute(replica: String)
    throws
  {
    let outcome = try #require(
      try outcomes("cluster us-east-1:2 rf=2\nwrite cart milk at ALL\ncrash \(replica)\nrepair us1 us2").first)
    // The crash has not been noticed yet: us2's is after a second; where us1 itself is down, its partner begins.
    #expect(outcome.failures.count == 1 && outcome.ended - outcome.began == .seconds(1))
  }

  @Test func whoeverDoesNotAnswerFailsAfterAMinute() throws {
    let played = try play("cluster us-east-1:2 rf=2\nwrite cart milk at ALL\nhold us1 us2\nrepair")
    let outcome = try #require(played.repairs.first)
    #expect(outcome.outcome.ended - outcome.outcome.began == .seconds(60))
    #expect(
      outcome.sentence == "repaired: nothing, 1 pair failed: us1 ⇄ us2 gave no answer within 1m", "\(outcome.sentence)")
  }

  @Test(
    "an initiator that has lost its memory, or its disk, doesn't go on repairing from it",
    arguments: ["crash us1\nrestart us1", "wipe us1\nrestart us1", "destroy us-east-1\nrestart us-east-1"])
  func lostMemory(fault: String) throws {
    let played = try play(
      """
      cluster us-east-1:1 eu-west-1:1 rf=1
      set hints off
      set failure-detector oracle
      isolate us1
      write cart milk at ONE via us1
      heal
      set anti-entropy 5s
      run until repairs.begun == 1 within 6s
      set anti-entropy off
      # The partner's tree is on its way.
      run 50ms
      \(fault)
      run 2m
      """)
    #expect(try played.holds("repairs.begun == 1 and repairs.completed == 0 and repairs.failed == 1"))
    #expect(try played.holds("merkle.keys-streamed == 0 and value(eu1, cart) == none"))
    #expect(played.session.cluster.openRepairs == 0)
  }

  @Test(arguments: 1...40) func whatWasBegunHasCompletedOrFailedOrGoesOn(seed: Int) throws {
    var dice = Dice(seed: seed)
    var script = "write cart milk at ALL\nset anti-entropy 1s\n"
    let faults = [
      "crash eu1", "restart eu1", "wipe ap2", "restart ap2", "pause us2", "resume us2", "cut us-east-1 eu-west-1",
      "heal",
      "hold us1 ap1", "release us1 ap1", "lose 30% us-east-1 ap-south-1", "lose 0% us-east-1 ap-south-1",
      "write cart tea at ONE", "repair", "repair us1", "repair cart",
    ]
    for _ in 0..<12 { script += "\(dice.pick(faults))\nrun \(dice.roll(below: 3_000))ms\n" }
    let cluster = try play(script).session.cluster
    let tally = cluster.repairTally
    #expect(tally.begun == tally.completed + tally.failed + cluster.openRepairs, "seed \(seed)\n\(script)")
    let over = try play(script + "set anti-entropy off\nheal\nrelease us1 ap1\nrun 61s").session.cluster
    #expect(over.openRepairs == 0, "seed \(seed)\n\(script)")
  }

  @Test func aSyncTellsWhatItCarried() throws {
    let played = try play(apart + "sync us1 -> us2\nsync us1 us2")
    let sentences = played.repairs.map(\.sentence)
    // Registers of 40 + key + value + 8 bytes: cart=milk 56, list=eggs 56, tea=green 56.
    #expect(sentences.count == 2)
    #expect(sentences[0] == "synced us1 → us2 by hand: 2 keys, 168 B carried")
    #expect(sentences[1] == "synced us1 ⇄ us2 by hand: nothing was new, 336 B carried")
    #expect(played.json.contains { $0.contains(#""kind":"sync","from":"us1","to":"us2","bothWays":false"#) })
  }

  @Test func anOutcomeIsToldOnceAndNotAgainWhenTimeIsReplayed() throws {
    let played = try play(apart + "repair\nback 3\nrun 1s\nundo")
    #expect(played.repairs.count == 1)
  }

  @Test func theLogAndTheSentenceAgree() throws {
    let played = try play(apart + "repair", keepsTrace: true)
    let sentence = try #require(played.repairs.first?.sentence)
    #expect(LogReport.lines(50, in: played.session.timeline).contains { $0.text == sentence })
    #expect(
      TextReport(isColored: false).lines(for: .repaired(played.repairs[0])).allSatisfy { $0.text.hasSuffix(sentence) })
  }
}
