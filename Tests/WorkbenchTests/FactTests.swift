import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What facts are worth.
@Suite struct FactTests {
  /// Every fact of the catalogue with each combination of a few arguments, good and strange.
  private static func named(under scheme: SchemeName) -> [String] {
    FactCatalog.all(under: scheme.specification).flatMap { fact -> [String] in
      var lists: [String] = [""]
      for form in fact.arguments + fact.alsoOf {
        lists = lists.flatMap { list in words(for: form).map { list.isEmpty ? $0 : "\(list), \($0)" } }
      }
      let calls = lists.map { "\(fact.name)(\($0))" }
      return fact.arguments.isEmpty ? [fact.name] + (fact.alsoOf.isEmpty ? [] : calls) : calls
    }
  }

  private static func words(for form: FactSpecification.ArgumentForm) -> [String] {
    switch form {
    case .key: ["cart", "nothing", "k0", "\"\""]
    case .replica: ["us1", "eu2", "ap3"]
    case .region: ["us-east-1", "ap-south-1"]
    case .client: ["us-east-1", "ap-south-1"]
    case .user: ["alice", "nobody"]
    case .indicator: ["lag", "stale-reads"]
    case .span: ["5s", "2h"]
    case .alert: ["lag-page", "availability-ticket"]
    case .component: ["storage", "people"]
    case .setting: ["read-timeout", "client-delay"]
    case .operation: numbers.map { "op \($0)" }
    }
  }

  private static let numbers = [
    1, -1, 2, -5, 999, 2_147_483_647, 9_223_372_036_854_775_807, -9_223_372_036_854_775_808,
  ]

  private static let fields: [String] = numbers.flatMap { number in
    OperationField.units.keys.sorted().map { "op(\(number)).\($0)" }
  }

  private static let counts: [String] =
    FactCatalog.filterWords.filter { !$0.hasSuffix("=") }.map { "count(\($0))" }
    + [
      "count(level=ONE)", "count(level=each_quorum)", "count(client=us-east-1)", "count(key=cart)",
      "count(key=\"no key\")", "count(outcome=timeout)", "latency(p99)", "latency(mean, read level=ONE)",
      "count(coordinator=us1)", "count()",
      "count(read, level=ONE stale client=us-east-1)", "ever(converged)", "ever(not ever(settled))",
    ]

  @Test(arguments: [
    "", "write cart milk\n", "async write cart milk at ALL\n", "write cart milk at ALL\nrun 1s\nread cart at QUORUM\n",
    "crash us-east-1\ncrash eu-west-1\ncrash ap-south-1\nwrite cart milk\nread cart\n",
    "write cart milk\nwipe us-east-1\nread cart in eu-west-1\ndelete cart at ONE in eu-west-1\n",
    "load 100/s for 1s keys 3 poisson\nrun 500ms\npause us1\ncut us2 eu2\nrun 2s\n",
    "write cart milk\nback 100\n", "write cart milk\nwrite cart eggs\nundo\nfork other\n",
    "seed 4\nread cart\nseed 5\n",
    "hold us1 eu1\nwrite cart milk at ALL\nrun 10s\n", "destroy us-east-1\nrun 3h\nrun 10000d\n",
  ]) func everyFactIsWorthSomethingInEveryWorld(script: String) throws {
    let played = try play(script)
    try expectWorth(of: Self.named(under: .leaderless) + Self.fields + Self.counts, in: played)
  }

  @Test(arguments: SchemeName.allCases) func everyFactOfASchemeIsWorthSomething(scheme: SchemeName) throws {
    let played = try play(
      "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=\(scheme.rawValue)\nwrite cart milk\nread cart\ncrash us1\ncrash us2\n"
        + "write cart tea\nrun 3s\n")
    try expectWorth(of: Self.named(under: scheme), in: played)
  }

  private func expectWorth(of facts: [String], in played: Played) throws {
    for fact in facts {
      let text = try played.fact(fact)
      #expect(!text.isEmpty || fact.hasPrefix("clock"), "\(fact)")
      #expect(!["nan", "inf", "-inf"].contains(text), "\(fact) is \(text)")
    }
  }

  @Test(arguments: SchemeName.allCases) func aFactsValueIsOfItsKind(scheme: SchemeName) throws {
    let played = try play(
      "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=\(scheme.rawValue)\nload 100/s for 2s keys 3\nrun 3s\n"
        + "write cart milk\nrun 1s\nread cart\nrun 1s")
    // The last operation is a read, and none has a condition.
    for fact in FactCatalog.all(under: scheme.specification)
    where fact.arguments.isEmpty && fact.name != "last.applied" {
      let value = played.session.facts.value(.named(fact.name, []))
      switch (fact.unit, value) {
      case (.truth, .boolean), (.number, .number), (.share, .number), (.duration, .duration), (.text, .text): break
      // Where no rate is bounded there is nothing to drain.
      case (.duration, .none) where fact.name == "lag.drain" && scheme != .leaderless: break
      // No fault has ended.
      case (_, .none) where fact.isOfRecovery: break
      // Nothing was posted.
      case (.duration, .none) where fact.name == "fanout.p99": break
      // Where nothing stands between clients and coordinators, some of its figures are about nothing.
      case (.duration, .none), (.share, .none): #expect(fact.isOfPath, "\(fact.name)")
      default: Issue.record("\(fact.name) is \(value), not a \(fact.unit)")
      }
      if fact.unit == .share, let share = value.magnitude { #expect((0...1).contains(share), "\(fact.name)") }
    }
  }

  @Test func theLastOperationIsTheLatestThatACommandIssued() throws {
    try check(
      """
      write cart milk at QUORUM
      load 100/s for 100ms at ONE
      run 1s
      expect last.value == milk and last.level == QUORUM and last.outcome == ok
      expect last.stale == none and last.siblings == none and last.versions-behind == none
      read cart at ONE
      expect last.siblings == 1 and last.stale == false and last.versions-behind == 0
      read nothing
      expect last.value == none and last.siblings == 0
      async read cart at ALL
      expect last.outcome == none and last.level == ALL and last.latency == none
      """)
  }

  @Test func anyFieldOfAnyOperation() throws {
    try check(
      """
      write cart milk at QUORUM in eu-west-1
      read cart at ONE
      delete cart at ALL
      expect op(1).operation == write and op(1).key == cart and op(1).value == milk and op(1).client == eu-west-1
      expect op(1).coordinator == eu1 and op(1).id == 1 and op(1).start == 0ms and op(1).end == 81ms
      expect op(1).latency == 81ms and op(1).messages == 16 and op(1).bytes > 300
      expect op(2).stale == false and op(2).start == 81.001ms and op(2).messages == 0
      expect op(-1).operation == delete and op(-1).value == none and op(-1).level == ALL
      expect op(-3).id == 1 and op(-4).id == none and op(4).id == none
      """)
  }

  @Test func copiesAndHowTheyStandToEachOther() throws {
    try check(
      """
      cluster us-east-1:2 eu-west-1:1 rf=us-east-1:2,eu-west-1:1
      write cart milk at ALL
      expect holders(cart) == 3 and relation(us1, eu1, cart) == equal and clock(eu1, cart) == us1:1
      cut us-east-1 eu-west-1
      write cart eggs at ONE via us2
      expect relation(us2, eu1, cart) == after and relation(eu1, us2, cart) == before
      write cart bread at ONE in eu-west-1
      run 1ms
      expect relation(us1, eu1, cart) == concurrent and clock(us1, cart) == "us1:1 us2:1"
      expect clock(eu1, cart) == "us1:1 eu1:1" and holders(cart) == 1
      expect value(us1, cart) == eggs and siblings(us1, cart) == 1 and siblings(us1, nothing) == none
      expect holds(us1, op 2) and holds(us1, op 1) and not holds(us1, op 3) and not holds(us1, op -1)
      expect holds(eu1, op 3) and holds(eu1, op 1)
      expect relation(us1, eu1, nothing) == none and holders(nothing) == none and value(us1, nothing) == none
      crash eu1
      expect holders(cart) == 2
      delete cart at ONE via us1
      expect value(us1, cart) == none and siblings(us1, cart) == 0 and relation(us1, eu1, cart) == concurrent
      """)
  }

  @Test func whoIsAliveAndWhoThinksSo() throws {
    try check(
      """
      crash us2
      expect not alive(us2) and not reachable(us1, us2) and not suspects(us1, us2)
      run 1s
      expect suspects(us1, us2) and not suspects(us1, us3) and not suspects(us1, us1)
      restart us2
      pause us3
      expect alive(us3) and not reachable(us1, us3)
      cut us1 -> eu1
      expect alive(eu1) and not reachable(us1, eu1) and not reachable(eu1, us1) and reachable(us2, eu1)
      run 1s
      expect not suspects(us1, us2) and suspects(us1, us3) and suspects(us1, eu1) and suspects(eu1, us1)
      """)
  }

  @Test func operationsAreCountedByWhatTheyAre() throws {
    try check(
      """
      client alice in eu-west-1
      write cart milk at ONE
      read cart at ONE in ap-south-1
      read cart at QUORUM as alice
      delete cart at ALL via us2
      load 10/s for 1s write 100% at TWO
      crash us-east-1
      crash ap-south-1
      run 3s
      write cart eggs at ALL as alice
      expect count(read) == 2 and count(write level=ONE) == 1 and count(delete coordinator=us2) == 1
      expect count(client=alice) == 2 and count(client=alice unavailable) == 1 and count(read stale) == 1
      expect count(read fresh) == 1 and count(stale client=ap-south-1 level=ONE) == 1 and count(key=cart) == 5
      expect count(load) == 10 and count(load, write, level=TWO) == 10 and count(outcome=unavailable) >= 1
      expect count(read write) == 0
      expect latency(p50 write level=ONE client=us-east-1) == 1ms and latency(max load) >= 2ms
      expect latency(p99 read write) == none
      """)
  }

  @Test func whatHeldInAnEarlierClusterIsNoPartOfTheHistory() throws {
    try check(
      """
      write cart milk
      expect ever(value(us1, cart) == milk)
      cluster us-east-1:1 rf=1
      expect not ever(value(us1, cart) == milk)
      write cart milk
      expect ever(value(us1, cart) == milk)
      """)
  }

  @Test func whatEverHeldDidSoAfterSomeEvent() throws {
    try check(
      """
      write cart milk at QUORUM
      expect ever(value(us1, cart) == milk and value(us2, cart) == none)
      expect not ever(value(ap1, cart) == milk)
      run 1s
      expect ever(value(ap1, cart) == milk and time < 100ms)
      crash us1
      restart us1
      expect ever(not alive(us1)) and not ever(not alive(us2))
      expect ever(ever(not alive(us1))) and ever(ever(not alive(us1)) and alive(us1))
      expect not ever(ever(not alive(us2))) and not ever(ever(not alive(us1)) and value(us1, cart) == none)
      """)
  }

  @Test func commandsAndFaultsAreCounted() throws {
    try check(
      """
      expect commands == 0 and faults == 0
      write cart milk
      cut us1 us2
      heal
      lose 5% us1 us2
      lose 0% us1 us2
      skew us1 by 0ms
      say hello
      mark here
      show cart
      run 1s
      step
      await
      expect commands == 9 and faults == 2
      """)
  }

  @Test func messagesAndBytesAreCounted() throws {
    // A write from one region of three: eight copies out, six of them across regions, and eight acknowledgements.
    let played = try play("write cart milk at ALL\nrun 1s")
    #expect(try played.fact("op(1).messages") == "16")
    let (copy, ack) = (40 + 4 + 4 + 8, 40)
    #expect(try played.fact("op(1).bytes") == String(8 * copy + 8 * ack))
    #expect(try played.fact("bytes.cross-region") == String(6 * copy + 6 * ack))
    let read = try play("write cart milk at ALL\nrun 1s\nread cart at QUORUM")
    #expect(try read.fact("op(2).bytes") == String(4 * 40 + 4 * (40 + 16)), "four digests, the data is at home")
  }

  @Test("every fact of the catalogue can be worked out, and no other")
  func theCatalogueAndTheEvaluationsAgree() {
    #expect(FactEvaluation.all.keys.sorted() == FactCatalog.all.map(\.name).sorted())
  }

  // MARK: Of how many

  @Test("a share of few things is said as a count, of many as a percentage, and of nothing not at all")
  func aShareSaysOfHowMany() throws {
    func metric(_ name: String, _ script: String) throws -> [String] {
      let session = try play(script).session
      let shown = MetricText.text(try #require(FactCatalog.named(name)), in: session.facts)
      return [shown, try #require(LessonPlay.value(of: name, in: session))]
    }
    // Caches' shares are of another scheme than the scripts'.
    let shares = FactCatalog.all.filter { $0.unit == .share && $0.arguments.isEmpty && !$0.name.hasPrefix("cache.") }
    #expect(shares.count == 7 && shares.allSatisfy { FactEvaluation.all[$0.name]?.counts != nil })
    for share in shares { #expect(try metric(share.name, "") == ["–", "–"]) }
    let one = "write x 1 at ALL\nread x at ONE in eu-west-1"
    #expect(try metric("reads.stale-rate", one) == ["0 of 1", "0 of 1"])
    #expect(try metric("availability", one) == ["2 of 2", "2 of 2"])
    #expect(try metric("conflicts.rate", one) == ["0 of 9", "0 of 9"])
    let many = try metric("availability", "load 200/s for 1s write 0%\nrun 2s")
    #expect(many == ["100%", "100%"])
  }

  @Test(
    "what is asked about somebody who isn't there has no value",
    arguments: [
      "count(client=alice)", "count(read client=alice)", "latency(p99, client=alice)",
      "latency(mean, read client=alice)",
      "guarantee(read-your-writes, alice)", "guarantee(monotonic-writes, alice)",
    ])
  func whoIsNotThereHasNoValue(fact: String) throws {
    let walk = try Walk("client alice in us-east-1\nwrite x 1 as alice\nread x as alice")
    #expect(try walk.value(fact) != "none")
    let worth = fact.hasPrefix("latency") ? "1ms" : fact.hasPrefix("count") ? "1" : "true"
    var names = walk.session.names(isPrompt: false)
    names.mayNameAbsent = true
    let parsed = try CommandParser.parse("run until \(fact) == \(worth) within 1s", in: names)
    guard case .runUntil(let condition, _, _)? = parsed else {
      Issue.record("\(fact) is no condition")
      return
    }
    let other = try play("client alice in us-east-1\ncluster a:3 rf=3\nclient bob in a\nwrite x 1 as bob").session
    for asked in condition.facts { #expect(other.facts(for: condition).value(asked) == .none) }
    #expect(!other.facts(for: condition).holds(condition))
  }
}
