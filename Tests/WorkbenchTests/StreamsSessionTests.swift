import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What a session can ask where partitions have leaders, and what is said there: nothing that counts answers of a level.
@Suite struct StreamsSessionTests {
  private static let cluster = "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=streams"

  @Test func theLeaderOfAKeyIsNamedAndKilled() throws {
    let before = try play("\(Self.cluster)\nwrite cart milk")
    let leader = try before.fact("leader(cart)")
    #expect(try before.holds("role(\(leader), cart) == leader"))
    for region in ["us-east-1", "eu-west-1", "ap-south-1"] {
      #expect(try before.fact("leader(cart, \(region))") != "none", "\(region)")
    }
    let after = try play("\(Self.cluster)\nwrite cart milk\nkill-leader cart")
    #expect(try after.holds("not alive(\(leader)) and leader(cart) == none"))
    let later = try play("\(Self.cluster)\nwrite cart milk\nkill-leader cart\nrun 20s\nread cart at STRONG")
    #expect(try later.fact("leader(cart)") != leader && later.last.value == "milk")
  }

  @Test func whoDoesNotLeadIsNotKilled() throws {
    let script = "\(Self.cluster)\nwrite cart milk\nkill-leader cart"
    let sentence = refusal(of: "kill-leader cart", after: script) ?? ""
    #expect(sentence.contains("nobody leads it in us-east-1 now"), "\(sentence)")
    #expect(refusal(of: "kill-leader cart", after: "cluster a:3")?.contains("leaders of partitions") == true)
  }

  @Test func rolesAndBacklogsAreListed() throws {
    let played = try play("\(Self.cluster)\nset partitions 2\nwrite cart milk\nshow roles\nshow backlog")
    #expect(played.shown.count { $0.contains("eu-west-1") && $0.contains("eu1") } == 2)
    #expect(played.shown.contains { $0.contains("us-east-1") && $0.contains("ap-south-1") })
  }

  @Test func whatWaitsForAnotherRegionDrainsAtTheCapacity() throws {
    let script = """
      \(Self.cluster)
      set stream-capacity 10/s
      cut us-east-1 eu-west-1
      load 100/s for 1s write 100% keys 50
      run 2s
      """
    #expect(try play(script).holds("backlog(us-east-1, eu-west-1) > 20"))
    #expect(try play(script).fact("lag.drain(us-east-1, eu-west-1)") == "none", "what is cut doesn't drain")
    let healed = try play("\(script)\nheal\nrun 1s")
    #expect(try healed.holds("lag.drain(us-east-1, eu-west-1) > 1s"))
    #expect(try play("\(script)\nheal\nrun 60s").holds("backlog(us-east-1, eu-west-1) == 0 and converged"))
  }

  @Test func factsOfAnotherSchemeAreRefusedWithTheListOfThisOnes() {
    for fact in ["hints.pending", "repairs.begun"] {
      let sentence = refusal(of: "expect \(fact) == 0", after: Self.cluster) ?? ""
      #expect(sentence.contains("the replication scheme streams has no fact \(fact); it has:"), "\(sentence)")
      #expect(sentence.contains("stream.expired"))
    }
    for fact in ["leader(k) == a1", "stream.expired == 0", "role(a1, k) == leader"] {
      let sentence = refusal(of: "expect \(fact)", after: "cluster a:3") ?? ""
      #expect(sentence.contains("the replication scheme leaderless has no fact"), "\(sentence)")
    }
  }

  @Test func theEndCountsNothingThatTheSchemeDoesNotHave() throws {
    let played = try play("\(Self.cluster)\nwrite cart milk")
    let end = JSONReport.metrics(of: played.session).text
    #expect(!end.contains("hints.") && !end.contains("repairs.") && end.contains("stream.expired"), "\(end)")
  }

  @Test func noSentenceCountsTheAnswersOfALevel() throws {
    let script = """
      \(Self.cluster)
      write cart milk
      read cart at STRONG
      read cart at EVENTUAL
      kill-leader cart
      run 1200ms
      write cart eggs
      """
    let played = try play(script)
    #expect(played.last.outcome == .unavailable)
    for operation in played.operations {
      let sentence = operation.sentence(in: played.session.world)
      #expect(!sentence.contains("by 1 replica") && !sentence.contains("needs 1") && !sentence.contains(" of 1"))
    }
    #expect(
      played.last.sentence(in: played.session.world).hasSuffix(
        "finds no replica that may serve it; nothing has happened"))
    let why = try play("\(script)\nwhy").shown.joined(separator: " ")
    #expect(!why.contains("owns no copy") && !why.contains("needs 1 of"), "\(why)")
  }
}
