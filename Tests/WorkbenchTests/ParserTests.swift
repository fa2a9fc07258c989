import Kernel
import Replication
import Testing

@testable import Language
@testable import Workbench

/// The command language: what it takes, and what it says to what it doesn't.
@Suite struct ParserTests {
  private func parse(_ line: String, _ names: NameContext = .standard) throws -> Command? {
    try CommandParser.parse(line, in: names)
  }

  private func operation(_ line: String) throws -> OperationPlan {
    guard case .operate(let plan, _) = try parse(line) else { throw LanguageError(.refused(line), at: .none) }
    return plan
  }

  // MARK: The catalogue

  @Test func everyExampleOfTheReferenceCanBeTyped() throws {
    var count = 0
    for command in CommandCatalog.all {
      var names = NameContext.standard
      names.isPrompt = command.isPromptOnly
      for example in command.examples {
        #expect(throws: Never.self, "\(example)") { try #require(try parse(example, names)) }
        count += 1
      }
    }
    #expect(count > 60)
  }

  @Test func everyCommandHasAUsageASummaryAndANameThatNoOtherHas() {
    let words = CommandCatalog.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(words).count == words.count)
    for command in CommandCatalog.all {
      #expect(!command.usage.isEmpty && command.summary.hasSuffix("."), "\(command.name)")
      #expect(command.usage[0].hasPrefix(command.name), "\(command.name)")
    }
  }

  /// Set to what its specification calls its default, a setting stays as it is in a new cluster.
  @Test(arguments: SchemeName.allCases) func everySettingTakesItsDefault(scheme: SchemeName) throws {
    let own = SettingName.general + scheme.specification.settings
    for setting in SettingCatalog.all where own.contains(setting.name) {
      var session = Session()
      try session.execute(.prompt("cluster a:3 b:3 c:3 scheme=\(scheme.rawValue)"), isPrompt: true) { _ in }
      func set(_ name: String, _ value: String) throws {
        try session.execute(.prompt("set \(name) \(value)"), isPrompt: true) { _ in }
      }
      if let policy = setting.policies.first { try set("conflict", policy.rawValue) }
      /// The settings that are in force.
      func settings() -> Settings {
        var settings = session.cluster.environment.settings
        settings.coordinator = session.cluster.environment.coordinatorPolicy
        settings.partitions = settings.partitions ?? scheme.specification.partitions
        return settings
      }
      let before = settings()
      let standard: String =
        switch setting.name {
        case .partitions: "\(scheme.specification.partitions ?? 0)"
        case .primary: "a"
        default: setting.standard
        }
      try set(setting.name.rawValue, standard)
      #expect(settings() == before, "\(setting.name) \(standard)")
    }
  }

  // MARK: Words

  @Test func keywordsAreCaseInsensitiveAndNamesAreNot() throws {
    #expect(try parse("WRITE Cart Milk AT quorum IN us-east-1") == parse("write Cart Milk at QUORUM in us-east-1"))
    #expect(try operation("Put Cart Milk").key == "Cart")
    #expect(throws: LanguageError.self) { try parse("write cart milk in US-EAST-1") }
    #expect(throws: LanguageError.self) { try parse("crash US1") }
  }

  @Test func quotesMakeAnythingOneWord() throws {
    #expect(try operation(#"write "my cart" "two eggs""#).key == "my cart")
    #expect(try operation(#"write "my cart" "two eggs""#).value == "two eggs")
    #expect(try operation(#"write cart "say \"hi\"\\\n\t""#).value == "say \"hi\"\\\n\t")
    #expect(try operation(#"write cart """#).value == "")
    #expect(try operation(##"write cart "a # b" # and a comment"##).value == "a # b")
    #expect(try operation("write cart a#b").value == "a#b")
  }

  @Test(arguments: [
    ("", true), ("   \t ", true), ("# a comment", true), ("   # write cart milk", true), ("heal # all", false),
  ]) func commentsAndBlanksAreNothing(line: String, isNothing: Bool) throws {
    #expect((try parse(line) == nil) == isNothing)
  }

  @Test func inAPlaceForAKeyOrValueEveryWordStandsAsItIs() throws {
    #expect(try operation("write at in at ONE in eu-west-1").key == "at")
    #expect(try operation("write at in at ONE in eu-west-1").value == "in")
    #expect(try operation("write us1 eu-west-1").value == "eu-west-1")
    #expect(try operation("write 42 3.5").value == "3.5")
    #expect(try operation("write (a) f(x,y)==z<3").value == "f(x,y)==z<3")
    #expect(try operation("read write").key == "write")
    #expect(try parse("show messages") == .show(.messages))
    #expect(try parse(#"show "messages""#) == .show(.key("messages")))
    #expect(try parse("show clocks clocks") == .show(.clocks("clocks")))
  }

  @Test func aQuotedWordIsNoKeywordAndNoName() {
    for line in [
      #""write" cart milk"#, #"write cart milk at "ONE""#, #"write cart milk "at" ONE"#, #"crash "us1""#, #"seed "4""#,
      #"run "1s""#, #"heal "us1""#,
    ] {
      #expect(throws: LanguageError.self, "\(line)") { try parse(line) }
    }
  }

  // MARK: Modifiers

  @Test func modifiersStandInAnyOrder() throws {
    let modifiers = ["at QUORUM", "in eu-west-1", "via us2", "timestamp 17"]
    let wanted = try operation("write cart milk at QUORUM in eu-west-1 via us2 timestamp 17")
    #expect(wanted.level == .quorum && wanted.client == ClientID(1))
    #expect(wanted.coordinator == ReplicaID(1) && wanted.timestamp == 17)
    for first in 0..<4 {
      for second in 0..<4 where second != first {
        for third in 0..<4 where third != first && third != second {
          let order = [first, second, third, 6 - first - second - third]
          let line = "write cart milk " + order.map { modifiers[$0] }.joined(separator: " ")
          #expect(try operation(line) == wanted, "\(line)")
        }
      }
    }
  }

  @Test(arguments: [
    "write cart milk at ONE at ONE", "read cart in us-east-1 in us-east-1", "read cart via us1 via us1",
    "write cart milk in us-east-1 as eu-west-1", "write cart milk as eu-west-1 at ONE in us-east-1",
    "write cart milk timestamp 1 timestamp 2", "load 1/s for 1s for 2s", "load 1/s for 1s in us-east-1 as eu-west-1",
  ]) func eachModifierStandsAtMostOnceAndInAndAsExcludeEachOther(line: String) {
    #expect(throws: LanguageError.self) { try parse(line) }
  }

  @Test(arguments: [
    "read cart timestamp 5", "read cart at ANY", "load 10/s for 1s at ANY", "load 10/s for 1s at ONE/ANY",
    "load 10/s for 1s at ONE/ONE/ONE", "load 10/s", "load for 1s", "load 10/s for 1s hop us-east-1", "write cart",
    "read", "delete", "async crash us1", "async", "async await",
  ]) func whatAnOperationDoesNotHaveIsRefused(line: String) {
    #expect(throws: LanguageError.self) { try parse(line) }
  }

  // MARK: Places and clusters

  @Test func aReplicaHasAShortNameAndALongOne() throws {
    #expect(try parse("crash eu2") == parse("crash eu-west-1/2"))
    #expect(try parse("crash eu2") == .input(.fault(.crash(ReplicaSet([ReplicaID(4)])))))
    #expect(try parse("crash eu-west-1") == .input(.fault(.crash(ReplicaSet([3, 4, 5].map(ReplicaID.init))))))
  }

  @Test func linksGoBothWaysOrOne() throws {
    let (us1, eu2) = (ReplicaSet([ReplicaID(0)]), ReplicaSet([ReplicaID(4)]))
    #expect(try parse("cut us1 eu2") == .input(.fault(.cut([Fault.Links(from: us1, to: eu2, bothWays: true)]))))
    #expect(try parse("cut us1 -> eu2") == .input(.fault(.cut([Fault.Links(from: us1, to: eu2, bothWays: false)]))))
    #expect(throws: LanguageError.self) { try parse("cut us1 us1") }
    #expect(throws: LanguageError.self) { try parse("cut us1") }
  }

  @Test func aPartitionPutsTheUnnamedInAGroupOfTheirOwn() throws {
    guard case .input(.fault(.cut(let links))) = try parse("partition us-east-1 | eu1 eu2") else {
      Issue.record("no cut")
      return
    }
    let groups = [[0, 1, 2], [3, 4], [5, 6, 7, 8]].map { ReplicaSet($0.map(ReplicaID.init)) }
    #expect(
      links.map { [$0.from, $0.to] } == [[groups[0], groups[1]], [groups[0], groups[2]], [groups[1], groups[2]]])
    for wrong in ["partition", "partition us-east-1 eu-west-1 ap-south-1", "partition us1 | us1", "partition | us1"] {
      #expect(throws: LanguageError.self, "\(wrong)") { try parse(wrong) }
    }
  }

  private func factors(_ line: String) throws -> [[Int]] {
    guard case .input(.setUp(let plan)) = try parse(line) else { throw LanguageError(.refused(line), at: .none) }
    return plan.regions.map { [$0.replicas, $0.factor] }
  }

  @Test func aClusterHasThreeCopiesPerRegionOrAsManyAsReplicas() throws {
    #expect(try factors("cluster a:5 b:2") == [[5, 3], [2, 2]])
    #expect(try factors("cluster a:5 b:2 rf=1") == [[5, 1], [2, 1]])
    #expect(try factors("cluster a:2 rf=3") == [[2, 3]])
    #expect(try factors("cluster a:5 b:2 rf=a:4") == [[5, 4], [2, 0]])
    #expect(try factors("cluster a:5 b:2 RF=a:4,b:1") == [[5, 4], [2, 1]])
  }

  @Test(arguments: [
    "cluster", "cluster rf=3", "cluster a", "cluster a:", "cluster a:0", "cluster a:-1", "cluster a:1025",
    "cluster a:1000 b:25", "cluster a:3 a:3", "cluster a:3 rf=0", "cluster a:3 rf=999", "cluster a:3 rf=x:1",
    "cluster a:3 rf=a:0", "cluster a:3 rf=a:65", "cluster a:3 rf=3 b:3", "cluster 1a:3", "cluster a/b:3", "cluster :3",
    "cluster a:3:3", "cluster a:3 rf=a:1,", "cluster \"a:3\"", "cluster a:99999999999999999999",
  ]) func aClusterThatCantBeIsRefused(line: String) {
    #expect(throws: LanguageError.self) { try parse(line) }
  }

  // MARK: Numbers

  @Test(
    arguments: [
      ("250us", 250), ("10ms", 10_000), ("1.5s", 1_500_000), ("5m", 300_000_000), ("2h", 7_200_000_000),
      ("10d", 864_000_000_000), ("0ms", 0), (".5ms", 500), ("1.ms", 1_000), ("0.0004ms", 0), ("0.0005ms", 1),
      ("7µs", 7), ("10000d", 864_000_000_000_000),
    ] as [(String, Int64)]) func durations(word: String, microseconds: Int64) throws
  {
    #expect(try parse("run \(word)") == .run(TimeSpan(microseconds: microseconds)))
  }

  @Test(arguments: [
    "1", "ms", "1 ms", "-1ms", "1e3ms", "1.2.3s", "1y", "++1s", "10001d", "99999999999999999999s", "1.5", "1,5s", "∞s",
    "١s", "0x10s", "1.123456789xs", "-0.5ms", "nans", "infs",
  ]) func otherWordsAreNoDurations(word: String) {
    #expect(throws: LanguageError.self) { try parse("run \(word)") }
  }

  @Test(arguments: [
    "lose -0.5% us1 us2", "lose -1% us1 us2", "lose 101% us1 us2", "lose 5 us1 us2", "lose % us1 us2",
    "lose nan% us1 us2", "lose +5% us1 us2", "lose 1e1% us1 us2", "lose 1.123456789z% us1 us2", "speed -0.5x",
    "speed 0x", "speed x", "load -1/s for 1s", "load 0/s for 1s", "load -0.5/s for 1s", "load 1e9/s for 1s",
    "load 1/s for 0s", "load 1/y for 1s", "load 1/s/s for 1s", "load 1/s for 1s zipf -0.5", "load 1/s for 1s zipf 9",
    "load 1/s for 1s keys 0", "load 1/s for 1s keys 99999999999999999999", "load 1/s for 1s size 17MB",
    "load 1/s for 1s size -5B", "load 1000000/s for 1h", "load 1000000000/ms for 10000d",
    "link us1 us2 exponential(0ms)", "link us1 us2 exponential(rate=nan/ms)", "link us1 us2 exponential(rate=-1/ms)",
    "link us1 us2 exponential(rate=inf/ms)", "link us1 us2 exponential(rate=1e-300/ms)", "link us1 us2 25h",
    "link us1 us2 pareto(1ms, 0)", "link us1 us2 pareto(0ms, 1)", "link us1 us2 pareto(1ms, nan)",
    "link us1 us2 uniform(2ms, 1ms)", "link us1 us2 mix(0 1ms)", "link us1 us2 mix(1.5)", "link us1 us2 empirical()",
    "link us1 us2 1ms~", "link us1 us2 1ms~2ms~3ms", "link us1 us2 -1ms", "link us1 us2 pareto(1ms, -0.5)",
    "step 99999999999999999999", "step 0", "step -1", "step 1.5", "back 0", "goto -1ms", "goto 10001d", "seed -1",
    "seed 18446744073709551616", "seed 1.5", "write a b timestamp 99999999999999999999", "write a b timestamp 1.5",
    "slow us1 by 25h", "slow us1 by -1ms", "skew us1 by 366d", "skew us1 by 0ms drift 2s", "set hint-window -3h",
    "set read-timeout 0s", "set failure-detector after -1s",
  ]) func numbersThatMakeNoSenseAreRefused(line: String) {
    #expect(throws: LanguageError.self) { try parse(line) }
  }

  @Test(arguments: [
    "seed 18446744073709551615", "write a b timestamp -9007199254740992", "step 100000000",
    "skew us1 by -365d drift -1s",
    "lose 100% us1 us2", "lose 0.0001% us1 us2", "speed 0.001x", "load 0.5/h for 10000d", "slow us1 by 24h",
    "link us1 us2 exponential(rate=0.183/ms)", "link us1 us2 pareto(24h, 0.01)", "load 1/s for 1s size 16384KiB",
  ]) func numbersAtTheEdgeAreTaken(line: String) throws {
    #expect(try parse(line) != nil)
  }
}

extension SourceSpan {
  fileprivate static let none = SourceSpan(start: 0, length: 0)
}
