import Kernel
import Language
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// What a session shows of mirrors between regions, and of consumers that go on elsewhere.
@Suite struct LogMirrorSessionTests {
  private static let two = "cluster us-east-1:3 eu-west-1:3 rf=3 scheme=log\nset partitions 1"
  private static let mirrored = "\(two)\nset mirror us-east-1 -> eu-west-1"

  @Test("M07 · keys are called by the region that they come from") func names() throws {
    let played = try play(
      """
      \(Self.mirrored)
      set mirror eu-west-1 -> us-east-1
      write cart milk in us-east-1
      write cart eggs in eu-west-1
      run until converged
      run 1s
      """)
    #expect(try played.holds("converged and value(eu1, us-east-1.cart) == milk and value(us1, eu-west-1.cart) == eggs"))
    #expect(try played.holds("value(us1, cart) == milk and value(eu1, cart) == eggs"))
    let names = played.session.timeline.cluster.catalogue.names
    #expect(names.keys.map { names.name(of: $0) }.allSatisfy { $0.split(separator: ".").count <= 2 })
  }

  @Test func whatIsYetToComeIsToldOf() throws {
    let script = """
      \(Self.mirrored)
      write cart milk
      run 1s
      cut us-east-1 eu-west-1
      write cart eggs
      run 10s
      """
    let played = try play("\(script)\nshow backlog")
    #expect(try played.holds("not converged and backlog(us-east-1, eu-west-1) == 1"))
    #expect(try played.holds("backlog(eu-west-1, us-east-1) == 0"))
    #expect(try played.holds("lag.oldest(us-east-1, eu-west-1) >= 10s and lag.oldest >= 10s"))
    #expect(try played.fact("lag.delivered(us-east-1, eu-west-1)") == "none")
    #expect(played.shown.contains { $0.contains("us-east-1") && $0.contains("eu-west-1") && $0.contains(" 1 ") })
    #expect(played.session.timeline.waiting?.contains { $0.contains("mirror from") } == true)
    let lines = played.session.timeline.explanation(of: .converged(nil)).lines(width: 400)
    #expect(lines.contains { $0.contains("has yet to bring 1 record") && $0.contains("`cut us-east-1 eu-west-1`") })
    #expect(lines.contains { $0.contains("`heal`: they agree") }, "\(lines)")
    let healed = try play("\(script)\nheal\nrun until converged")
    #expect(try healed.holds("converged and backlog(us-east-1, eu-west-1) == 0"))
    #expect(try healed.holds("lag.delivered(us-east-1, eu-west-1) >= 10s and lag.oldest(us-east-1, eu-west-1) == 0ms"))
  }

  @Test func whatAMirrorHasYetToBringIsMissedByWhoReadsThere() throws {
    let script =
      "\(Self.mirrored)\nwrite cart milk\nrun 1s\ncut us-east-1 eu-west-1\nwrite cart eggs\nwrite cart tea\nrun 5s"
    let read = "read us-east-1.cart in eu-west-1"
    let stale = try play("\(script)\n\(read)")
    #expect(try stale.holds("last.value == milk and last.stale and reads.stale == 1"))
    let why = try play("\(script)\n\(read)\nwhy").explained.joined(separator: " ").replacing(#/ +/#, with: " ")
    #expect(why.contains("the mirror had yet to bring it to") && why.contains("`cut us-east-1 eu-west-1`"), "\(why)")
    let fresh = try play("\(script)\nheal\nrun until converged\n\(read)")
    #expect(try fresh.holds("last.value == tea and not last.stale"))
    // In its own region the key has its own name; and what its clients write under the mirror's name is judged by itself.
    let home = try play("\(script)\nread cart in us-east-1\nwrite us-east-1.cart jam in eu-west-1\n\(read)")
    #expect(try home.holds("last.value == jam and reads.stale == 0"))
  }

  @Test func itIsSetAsAnybodyWouldExpect() throws {
    for line in [
      "set mirror us-east-1 -> eu-west-1 off", "set mirror off", "set mirror us-east-1 -> eu-west-1 checkpoint 5s",
    ] {
      _ = try play("\(Self.mirrored)\n\(line)")
    }
    let off = try play("\(Self.mirrored)\nset mirror us-east-1 -> eu-west-1 off\nwrite cart milk\nrun 1s")
    #expect(try off.holds("converged and not holders(us-east-1.cart) > 0"))
    #expect(refusal(of: "set mirror us-east-1 -> us-east-1", after: Self.two)?.contains("to itself") == true)
    #expect(refusal(of: "set mirror us-east-1", after: Self.two)?.contains("`->`") == true)
    #expect(refusal(of: "set mirror us-east-1 -> ap", after: Self.two)?.contains("ap") == true)
    #expect(refusal(of: "set mirror us-east-1 -> eu-west-1", after: "")?.contains("leaderless has no") == true)
  }

  @Test func mirroredKeysAreNoRegistersThatCouldBeJudged() throws {
    let played = try play("\(Self.mirrored)\nwrite cart milk\nrun 1s\nread us-east-1.cart in eu-west-1\nread cart")
    let check = GuaranteeCheck(played.session.world)
    #expect(check.report(.linearizable).isHeld == nil)
    #expect(check.leftOut(of: [.linearizable])?.contains("us-east-1.cart: what it holds was mirrored") == true)
  }

  private static let failOver = """
    \(mirrored)
    consumer billing in us-east-1
    write a 1
    write b 2
    consume billing
    run 61s
    write c 3
    consume billing
    run 1s
    write d 4
    destroy us-east-1
    consumer billing in eu-west-1 from us-east-1
    """

  @Test("M22 · who goes on elsewhere gets twice what it got since the checkpoint, and misses what was not mirrored")
  func goingOnElsewhere() throws {
    let played = try play("\(Self.failOver)\nconsume billing")
    #expect(played.last.records == ["0 2 us-east-1.c 3"])
    #expect(try played.holds("consumed(billing) == 4 and consumed.duplicates(billing) == 1"))
    #expect(try played.holds("consumed.missing(billing) == 1 and lag.consumer(billing) == 0"))
    #expect(played.last.coordinator == "eu1")
  }

  @Test("why names the checkpoint that repeats and gaps rest on: when it was taken, and the offset translated")
  func whyItGotThat() throws {
    let played = try play("\(Self.failOver)\nconsume billing")
    let explanation = try #require(Explanation(of: played.last.id, in: played.session.timeline))
    let words = explanation.lines(width: 400)
    #expect(words.contains { $0.contains("billing left us-east-1 and goes on in eu-west-1") }, "\(words)")
    #expect(
      words.contains {
        $0.contains("taken in us-east-1 at 60000.000 ms") && $0.contains("translates offset 2 there into 2 here")
          && $0.contains("1 offset less than it had read when it left")
      }, "\(words)")
    #expect(
      words.contains { $0.contains("billing had got c 3 before") && $0.contains("offset 2 of partition 0") }, "\(words)"
    )
    #expect(
      words.contains {
        $0.contains("billing has not got d 4, at offset 3 of partition 0") && $0.contains("has not brought it")
      }, "\(words)")
    let witness = Witness(played.session)
    for fact in explanation.facts { #expect(witness.flaw(in: fact) == nil, "\(fact.text)") }
    #expect(explanation.lines.allSatisfy { TextWidth.of($0) <= 80 })
  }

  @Test func whyOfAMirroredKeySaysWhereItComesFrom() throws {
    let script = """
      \(Self.mirrored)
      consumer billing in us-east-1
      write a 1
      write cart milk
      consume billing
      run 61s
      read us-east-1.cart in eu-west-1
      """
    let played = try play(script)
    let explanation = try #require(Explanation(of: played.last.id, in: played.session.timeline))
    let words = explanation.lines(width: 400)
    #expect(
      words.contains {
        $0.contains("us-east-1.cart is cart of us-east-1: what was written there by op 2, at offset 1 of partition 0")
      }, "\(words)")
    #expect(
      words.contains { $0.contains("The latest checkpoint of billing, taken in us-east-1 at 60000.000 ms") }, "\(words)"
    )
    let witness = Witness(played.session)
    for fact in explanation.facts { #expect(witness.flaw(in: fact) == nil, "\(fact.text)") }
  }

  @Test func whatComesAfterAllIsNotMissed() throws {
    let script = """
      \(Self.mirrored)
      consumer billing in us-east-1
      write a 1
      consume billing
      cut us-east-1 eu-west-1
      write b 2
      consumer billing in eu-west-1 from us-east-1
      """
    #expect(try play(script).holds("consumed.missing(billing) == 1"))
    #expect(try play("\(script)\nheal\nrun 1s").holds("consumed.missing(billing) == 0 and lag.consumer(billing) == 2"))
    let all = try play("\(script)\nheal\nrun 1s\nconsume billing")
    #expect(try all.holds("consumed.missing(billing) == 0 and consumed.duplicates(billing) == 1"))
  }

  @Test func aConsumerIsMovedByItsName() {
    let start = "\(Self.mirrored)\nconsumer billing in us-east-1"
    #expect(refusal(of: "consumer billing in us-east-1", after: start)?.contains("there is a client") == true)
    #expect(
      refusal(of: "consumer us-east-1 in eu-west-1 from us-east-1", after: start)?.contains("there is a client") == true
    )
    #expect(refusal(of: "consumer billing in us-east-1 from us-east-1", after: start)?.contains("to itself") == true)
    #expect(refusal(of: "consumer billing in eu-west-1 from us-east-1", after: start) == nil)
    #expect(refusal(of: "consumer billing in eu-west-1", after: start) == nil)
  }
}
