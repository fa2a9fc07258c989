import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What a session can ask of stand-ins, rows, tombstones and coalesced reads, and what is said there.
@Suite struct StandInSessionTests {
  private static let five = """
    cluster a:5 rf=3
    set sloppy-quorum on
    set failure-detector oracle
    write cart old at ALL
    run 1s
    """

  /// The owners of `cart` by name, and the others.
  private func replicas() throws -> (owners: [String], others: [String]) {
    let names = (1...5).map { "a\($0)" }
    let played = try play(Self.five)
    let owners = try names.filter { try played.fact("value(\($0), cart)") == "old" }
    return (owners, names.filter { !owners.contains($0) })
  }

  private func text(_ operation: Int, _ played: Played) throws -> String {
    try #require(Explanation(of: operation, in: played.session.timeline)).facts.map(\.text).joined(separator: "\n")
  }

  @Test func aStandInIsShownReadAndHandsBack() throws {
    let (owners, others) = try replicas()
    let script = "\(Self.five)\ncrash \(owners[0])\nwrite cart new at ALL via \(owners[1])"
    let down = try play("\(script)\nrun 1s\nshow cart\nshow hints")
    let standIn = try #require(try others.first { try down.fact("value(\($0), cart)") == "new" })
    #expect(down.last.outcome == .ok)
    #expect(try down.holds("holders(cart) == 3 and writes.lost == 0 and converged and holds(\(standIn), op 2)"))
    #expect(down.shown.contains { $0.contains(standIn) && $0.contains("for \(owners[0])") }, "\(down.shown)")
    let report = KeyReport(of: "cart", comparedWith: nil, in: down.session.timeline)
    #expect(report.owners == 3 && report.newest == 2 && report.copies.last?.standsInFor == [owners[0]])
    let back = try play("\(script)\nrestart \(owners[0])\nrun until converged within 1m\nrun 1s\nshow cart")
    #expect(try back.fact("value(\(owners[0]), cart)") == "new")
    #expect(try back.fact("value(\(standIn), cart)") == "none")
    #expect(try back.holds("hints.replayed == 1 and hints.pending == 0"))
  }

  @Test func whySaysWhoStoodInAndThatThereNeedBeNoOverlap() throws {
    let (owners, others) = try replicas()
    let rest = [owners[2]] + others
    let cuts = owners.prefix(2).flatMap { one in rest.map { "cut \(one) \($0)" } }.joined(separator: "\n")
    let script = """
      \(Self.five)
      \(cuts)
      write cart new at QUORUM via \(owners[2])
      read cart at QUORUM via \(owners[0])
      """
    let played = try play(script)
    #expect(played.last.isStale == true && played.last.value == "old")
    let why = try text(played.last.id, played)
    #expect(why.contains("one of them counted stand-ins: "), "\(why)")
    #expect(why.contains("held") && why.contains("in the place of"), "\(why)")
    let write = try text(2, played)
    #expect(write.contains("(`sloppy-quorum`)"), "\(write)")
    #expect(try !played.holds("guarantee(linearizable)"))
    for id in [2, 3] {
      let witness = Witness(played.session)
      let facts = try #require(Explanation(of: id, in: played.session.timeline)).facts
      for fact in facts { #expect(witness.flaw(in: fact) == nil, "op \(id): \(fact.text)") }
    }
  }

  @Test func whatIfSaysGuaranteedOnlyOfTheCopiesThatCountNow() throws {
    let (owners, _) = try replicas()
    let whole = try play("\(Self.five)\nwhatif read cart via \(owners[0])")
    #expect(whole.shown.contains { $0.contains("QUORUM") && $0.contains("guaranteed") })
    // Two stand-ins have nothing of what was written before.
    let down = try play("\(Self.five)\ncrash \(owners[1])\ncrash \(owners[2])\nwhatif read cart via \(owners[0])")
    #expect(!down.shown.contains { $0.contains("LOCAL_QUORUM") && $0.contains("guaranteed") }, "\(down.shown)")
  }

  @Test func predictSaysWhatAStandInDoesToTheSum() throws {
    #expect(try play("\(Self.five)\npredict r=2 w=2").shown.contains { $0.contains("sloppy-quorum") })
  }

  @Test func otherSchemesRefuseTheirSettings() {
    for setting in ["sloppy-quorum on", "tombstone-scan 1ms", "tombstone-limit 5", "coalesce on"] {
      let sentence = refusal(of: "set \(setting)", after: "cluster a:3 scheme=log") ?? ""
      #expect(sentence.contains("the replication scheme log has no setting"), "\(sentence)")
    }
  }

  // MARK: Rows

  @Test func aRowIsWrittenByItsColumnsAndReadWhole() throws {
    let played = try play(
      """
      type user:7 row
      read user:7
      expect last.value == "{}"
      write user:7.text hi at ALL
      write user:7.author Ann at ALL
      read user:7 at QUORUM
      expect last.value == "{author=Ann, text=hi}"
      expect op(2).key == "user:7.text" and op(2).value == hi
      expect value(us1, user:7) == "{author=Ann, text=hi}"
      delete user:7.text at ALL
      read user:7 at QUORUM
      expect last.value == "{author=Ann}"
      delete user:7 at ALL
      read user:7 at QUORUM
      expect last.value == none
      run until converged within 1m
      """)
    let missed = played.expectations.filter { !$0.isHeld }.map(\.condition)
    #expect(missed.isEmpty, "\(missed)")
    #expect(played.operations[1].key == "user:7.text" && played.operations[1].value == "hi")
  }

  @Test func theRowWithoutItsAuthor() throws {
    let played = try play(
      """
      type message row
      write message.author Ann at ALL
      write message.text hi at ALL
      async delete message at QUORUM in us-east-1
      run 1ms
      write message.text "hi!" at QUORUM in ap-south-1
      run until converged within 1m
      read message at ALL
      """)
    #expect(played.last.value == "{text=hi!}")
    let report = KeyReport(of: "message", comparedWith: nil, in: played.session.timeline)
    #expect(report.form == "row" && report.contents.contains { $0.contains("row deleted") }, "\(report.contents)")
  }

  @Test func aColumnExpires() throws {
    let script = "type user:7 row\nwrite user:7.name Ann at ALL\nwrite user:7.code 1234 ttl 10s at ALL\n"
    #expect(try play("\(script)run 1s\nread user:7").last.value == "{code=1234, name=Ann}")
    #expect(try play("\(script)run 11s\nread user:7").last.value == "{name=Ann}")
  }

  @Test func whatARowHasNotIsRefused() {
    let before = "type user:7 row"
    #expect(refusal(of: "write user:7 Ann", after: before)?.contains("its columns are written") == true)
    #expect(refusal(of: "read user:7.name", after: before)?.contains("read whole") == true)
    #expect(refusal(of: "add user:7 x", after: before)?.contains("of type row, which has write and delete") == true)
    #expect(refusal(of: "write user:7.name Ann if absent", after: before) != nil)
  }

  @Test func withoutARowADotIsPartOfTheKeysName() throws {
    let played = try play("write user:7.name Ann\nread user:7.name")
    #expect(played.last.value == "Ann" && played.last.key == "user:7.name")
  }

  @Test func theCommandsOfARowAreKept() throws {
    let played = try play("type user:7 row\nwrite user:7.name Ann ttl 10s")
    let text = CommandText(played.session.cluster)
    let entry = try #require(played.session.world.observer.history[OperationID(1)])
    let plan = played.session.timeline.plan(of: entry.operation)
    #expect(text.text(of: plan).hasPrefix("write user:7.name Ann"))
  }

  // MARK: Tombstones, and reads that wait for others

  @Test func beyondTheLimitOfTombstonesAReadIsAFailure() throws {
    let script = """
      type user:7 row
      delete user:7.a at ALL
      delete user:7.b at ALL
      run 1s
      set tombstone-limit 1
      read user:7 at QUORUM
      """
    let played = try play(script)
    #expect(played.last.outcome == .failure)
    #expect(try played.holds("last.outcome == failure and availability < 1"))
    let why = try text(played.last.id, played)
    #expect(why.contains("set tombstone-limit"), "\(why)")
    let witness = Witness(played.session)
    for fact in try #require(Explanation(of: played.last.id, in: played.session.timeline)).facts {
      #expect(witness.flaw(in: fact) == nil, "\(fact.text)")
    }
  }

  @Test func aReadThatWaitsForAnothersAnswerSaysSo() throws {
    let played = try play(
      """
      set coalesce on
      write cart milk at ALL
      run 1s
      async read cart at QUORUM via us1
      async read cart at QUORUM via us1
      await
      """)
    #expect(played.last.value == "milk" && played.operations.suffix(2).allSatisfy { $0.outcome == .ok })
    #expect(try played.fact("coalesced(us1)") == "1")
    let why = try text(3, played)
    #expect(why.contains("`coalesce`"), "\(why)")
  }

  @Test(arguments: 2...4) func readsThatWaitForOneAnswerHaveHadAsManyWhenItDoesNotCome(count: Int) throws {
    let reads = Array(repeating: "async read cart at QUORUM via us1", count: count).joined(separator: "\n")
    let played = try play(
      """
      set coalesce on
      set failure-detector after 1h
      write cart milk at ALL
      run 1s
      crash us2
      crash eu1
      \(reads)
      await
      """)
    let texts = Set(played.operations.suffix(count).map(\.shortOutcome))
    #expect(texts.count == 1 && texts.first?.contains("3 of 5") == true, "\(texts)")
    let why = try text(played.last.id, played)
    #expect(why.contains("us1 had no answer for op 2, for which this one waited: `why 2` says of whom."), "\(why)")
    let witness = Witness(played.session)
    for fact in try #require(Explanation(of: played.last.id, in: played.session.timeline)).facts {
      #expect(witness.flaw(in: fact) == nil, "\(fact.text)")
    }
  }
}
