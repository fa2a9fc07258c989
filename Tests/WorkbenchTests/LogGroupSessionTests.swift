import Insight
import Kernel
import Language
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// What a session shows of consumer groups.
@Suite struct LogGroupSessionTests {
  private static let start = """
    cluster us-east-1:3 rf=3 scheme=log
    consumer billing in us-east-1
    write a 1
    write b 2
    write c 3
    write d 4
    run 1s
    """

  @Test func partitionsAreSharedAndCounted() throws {
    let played = try play(
      """
      \(Self.start)
      consumer billing-2 in us-east-1 group billing
      consumer billing-3 in us-east-1 group billing
      expect consumer.partitions(billing) == "{0}"
      expect consumer.partitions(billing-3) == "{2}"
      expect consumer.generation(billing-2) == 3
      consume billing
      consume billing-2
      consume billing-3
      expect consumed.duplicates(billing) == 0 and consumed.missing(billing-2) == 0
      expect lag.consumer(billing) == 0 and lag.consumer(billing-2) == 0 and lag.consumer(billing-3) == 0
      show roles
      """)
    let isAllHeld = played.expectations.allSatisfy { $0.isHeld }
    #expect(isAllHeld)
    let sum = try ["billing", "billing-2", "billing-3"].reduce(0.0) {
      try $0 + (Double(played.fact("consumed(\($1))")) ?? 0)
    }
    #expect(sum == 4)
    #expect(played.shown.contains { $0.contains("billing-2") && $0.contains("billing ") && $0.contains("us-east-1") })
  }

  @Test func aRebalanceIsToldAndWhyNamesTheRefusedCommit() throws {
    let script = """
      \(Self.start)
      async consume billing
      consumer billing-2 in us-east-1 group billing
      run 1s
      consume billing
      consume billing-2
      """
    let played = try play(script)
    #expect(try played.holds("consumed(billing) > 4 or consumed.duplicates(billing-2) > 0"))
    let witness = Witness(played.session)
    var words: [String] = []
    for operation in played.session.world.observer.history.all where operation.operation.kind == .consume {
      let explanation = try #require(Explanation(of: operation.operation.id.index, in: played.session.timeline))
      words += explanation.lines(width: 400)
      for fact in explanation.facts { #expect(witness.flaw(in: fact) == nil, "\(fact.text)") }
    }
    #expect(words.contains { $0.contains("billing could not commit it: it had asked in a group of one") }, "\(words)")
    #expect(words.contains { $0.contains("when billing-2 joined") }, "\(words)")
    #expect(words.contains { $0.contains("which could not commit it") }, "\(words)")
    #expect(words.contains { $0.contains("billing-2 had partition 2 of 3 in generation 2") }, "\(words)")
  }

  @Test func leavingCrashingAndComingBackAreWords() throws {
    let script = "\(Self.start)\nconsumer billing-2 in us-east-1 group billing"
    let left = try play("\(script)\nconsumer billing-2 off")
    #expect(try left.fact("consumer.partitions(billing)") == "{0, 1, 2}")
    #expect(
      refusal(of: "consume billing-2", after: "\(script)\nconsumer billing-2 off")?.contains("on` brings it back")
        == true)
    let crashed = try play("\(script)\nconsumer billing-2 crash\nrun 44s")
    #expect(try crashed.fact("consumer.partitions(billing)") == "{0, 1}")
    #expect(
      try play("\(script)\nconsumer billing-2 crash\nrun 46s").fact("consumer.partitions(billing)") == "{0, 1, 2}")
    let back = try play("\(script)\nconsumer billing-2 crash\nrun 46s\nconsumer billing-2 on")
    #expect(try back.fact("consumer.partitions(billing-2)") == "{2}")
  }

  @Test func whatMakesNoSenseIsRefused() {
    let script = "\(Self.start)\nconsumer billing-2 in us-east-1 group billing"
    for (line, words) in [
      ("consumer billing-2 in us-east-1 group billing", "there is a consumer"),
      ("consumer x in us-east-1 group nobody", "nobody"),
      ("consumer x in us-east-1 group billing-2", "is a member of the group"),
      ("consumer billing-2 in us-east-1", "is a member of the group"),
      ("consumer billing-2 on", "consumes already"),
      ("consumer nobody off", "is no consumer"),
      ("consumer us-east-1 off", "there is a client"),
    ] {
      #expect(
        refusal(of: line, after: script)?.contains(words) == true, "\(line): \(refusal(of: line, after: script) ?? "")")
    }
    let two = "cluster us-east-1:3 eu-west-1:3 rf=3 scheme=log\nconsumer billing in us-east-1"
    #expect(refusal(of: "consumer x in eu-west-1 group billing", after: two)?.contains("consumes in us-east-1") == true)
  }

  @Test func timeTravelAndReseedingKeepGroups() throws {
    let script =
      "\(Self.start)\nconsumer billing-2 in us-east-1 group billing\nconsume billing\nconsumer billing-2 off\nundo"
    #expect(try play(script).fact("consumer.partitions(billing-2)") == "{2}")
  }
}
