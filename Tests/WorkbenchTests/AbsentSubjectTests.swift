import Foundation
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Facts about a replica, region, client or key that the present cluster lacks: they have no value, whenever they were asked.
@Suite struct AbsentSubjectTests {
  @Test(arguments: [
    "run until not reachable(us1, us2) within 5s", "run until suspects(us1, us2) within 5s",
    "run until phi(us1, eu1) > 1 within 5s", "run until value(us3, k) == v within 5s",
    "run until siblings(eu1, k) > 0 within 5s", "run until clock(ap3, k) == x within 5s",
    "run until relation(us1, ap3, k) == before within 5s", "run until holders(k) == 9 within 5s",
    "run until alive(ap3) and time > 1s within 5s", "run until holds(us2, op 1) within 5s",
    "run until hears(us1, us2) and time > 1s within 5s",
    "run until lag.oldest(us-east-1, eu-west-1) > 1s within 5s",
    "run until count(client=eu-west-1) > 0 within 5s", "run until count(coordinator=us2) > 0 within 5s",
    "run until latency(p99 client=eu-west-1) > 1s within 5s",
    "run until guarantee(read-your-writes, eu-west-1) and time > 1s within 5s",
    "run until ever(value(ap3, k) == v) and time > 1s within 5s",
  ]) func whatWasBoundBeforeAnotherClusterIsReplayedHasNoValueThere(goal: String) throws {
    // The cluster that is replayed has one replica; the condition was written while nine stood there.
    let played = try play("write k v\nwrite k w\ncluster a:1 rf=1\nwrite k v\nback 100\n\(goal)\nrun 1s")
    #expect(played.session.cluster.topology.replicas.map(\.name) == ["a1"])
  }

  @Test func aFactWithoutItsSubjectPrintsNoneAndComparisonsAreFalse() throws {
    try check(
      """
      client alice in us-east-1
      write cart milk as alice
      cluster a:1 rf=1
      back 1
      step
      expect alive(us1) == none and reachable(us1, a1) == none and suspects(a1, us1) == none and phi(us1, us1) == none
      expect value(us1, cart) == none and relation(a1, us1, cart) == none and clock(us1, cart) == none
      expect count(client=alice) == none and count(read coordinator=us1) == none and latency(max client=alice) == none
      expect guarantee(read-your-writes, alice) == none and holds(us1, op 1) == none and holds(a1, op 1) == none
      expect hears(us1, a1) == none and lag.oldest(us-east-1, a) == none and lag.drain(a, us-east-1) == none
      expect not (phi(us1, a1) < 1) and not (phi(us1, a1) >= 0) and not (count(client=alice) >= 0)
      expect alive(a1) and count(key=cart) == 0 and holders(cart) == none and siblings(a1, cart) == none
      """)
  }

  @Test func whoNeverWasAnywhereIsRefusedBeforeAnythingRuns() throws {
    for condition in ["alive(us9)", "count(client=bob) > 0", "lag.oldest(us-east-1, mars) > 1s", "phi(us1, zz1) > 1"] {
      for script in ["expect \(condition)", "cluster a:1 rf=1\nback 1\nexpect \(condition)"] {
        #expect(throws: ScriptError.self, "\(script)") {
          var names = NameContext.standard
          _ = try Script("x", from: MemoryScripts(files: ["x": script]), names: &names)
        }
      }
    }
    // Where it is known which cluster there will be, only that one counts.
    #expect(throws: Diagnostic.self) { try play("cluster a:1 rf=1\nexpect alive(us1)") }
    for command in ["crash us9", "isolate mars", "read cart as bob", "back 1\ncrash us9", "undo\nread cart as bob"] {
      #expect(throws: Diagnostic.self, "\(command)") { try play("write k v\n\(command)") }
    }
  }

  @Test func aBreakpointOutlivesItsCluster() throws {
    var session = Session()
    func run(_ text: String) throws { try session.execute(.prompt(text), isPrompt: true) { _ in } }
    try run("client alice in eu-west-1")
    try run("breakpoint not alive(us1) and suspects(us2, us1) or count(client=alice) > 0")
    try run("cluster a:1 rf=1")
    try run("run 2s")
    try run("write cart milk")
    try run("seed 4")
    try run("run 1s")
    #expect(session.cluster.now == Instant(microseconds: 1_000_000))
  }

  /// All that lessons ask, of a cluster that has nothing of what they speak of: what they play matters to none of it, so it isn't
  /// played.
  @Test(arguments: [
    ["cluster a:1 rf=1"], ["client alice in us-east-1", "write cart milk", "cluster a:1 rf=1", "run 1s"],
  ])
  func whatALessonAsksOutlivesItsCluster(script: [String]) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../lessons")
    var session = Session()
    for line in script { try session.execute(.prompt(line), isPrompt: true) { _ in } }
    var asked = 0
    for step in try Course(folder: folder.path).lessons.flatMap(\.steps) {
      let clauses = step.goal + (step.trial?.clauses ?? []) + (step.idea.map { [$0] } ?? [])
      for condition in clauses.map(\.condition) + (step.prediction?.choices.map(\.condition) ?? []) {
        let facts = session.facts(for: condition)
        _ = (facts.holds(condition), condition.canComeTrue(in: facts), condition.facts.map(facts.value))
        asked += 1
      }
      for text in step.notice { #expect(!LessonPlay.filled(text, in: session).isEmpty) }
    }
    #expect(asked > 300)
  }

  @Test func aLessonsGoalOutlivesItsCluster() throws {
    let lesson = try LessonReader.read(LessonTemplate.lines.joined(separator: "\n"), file: "a.md", name: "a")
    var play = try LessonPlay(lesson)
    var session = play.beginning
    try session.execute(.prompt("cluster a:1 rf=1"), isPrompt: true) { _ in }
    for _ in lesson.steps {
      let step = try #require(play.step)
      play.look(at: session)
      #expect(play.clauses(in: session).count == step.goal.count + (step.trial == nil ? 0 : 1))
      _ = play.notice(in: session)
      play.guess(0)
      session = play.goOn(from: session)
      try session.execute(.prompt("cluster a:1 rf=1"), isPrompt: true) { _ in }
    }
  }
}

/// Random conditions over random names, held while clusters come and go and time moves both ways.
@Suite struct AbsentSubjectFuzzTests {
  /// A fact and whom it is about.
  private struct Asked {
    let text: String
    let replicas: [String]
    let regions: [String]
    let clients: [String]
    let keys: [String]

    init(_ text: String, replicas: [String] = [], regions: [String] = [], clients: [String] = [], keys: [String] = []) {
      (self.text, self.replicas, self.regions) = (text, replicas, regions)
      (self.clients, self.keys) = (clients, keys)
    }

    func isAbsent(in session: Session) -> Bool {
      let cluster = session.cluster
      return !replicas.allSatisfy { cluster.topology.replica(named: $0) != nil }
        || !regions.allSatisfy { cluster.topology.region(named: $0) != nil }
        || !clients.allSatisfy { session.clientNames.contains($0) }
        || !keys.allSatisfy { session.keys.contains($0) }
    }
  }

  private struct Dealer {
    var dice: Dice
    static let replicas = ["us1", "us3", "eu2", "ap3", "a1", "b2", "us-east-1/2", "a/1", "b/3"]
    static let regions = ["us-east-1", "eu-west-1", "ap-south-1", "a", "b"]
    static let clients = regions + ["alice", "bob"]
    static let keys = ["cart", "k0", "ghost", "likes"]

    mutating func replica() -> String { dice.pick(Self.replicas) }
    mutating func region() -> String { dice.pick(Self.regions) }
    mutating func client() -> String { dice.pick(Self.clients) }
    mutating func key() -> String { dice.pick(Self.keys) }

    mutating func fact() -> Asked {
      let (r, s, k, c) = (replica(), replica(), key(), client())
      let (from, to) = (region(), region())
      switch dice.roll(0...15) {
      case 0: return Asked("alive(\(r))", replicas: [r])
      case 1: return Asked("reachable(\(r), \(s))", replicas: [r, s])
      case 2: return Asked("suspects(\(r), \(s))", replicas: [r, s])
      case 3: return Asked("phi(\(r), \(s))", replicas: [r, s])
      case 4: return Asked("hears(\(r), \(s))", replicas: [r, s])
      case 5: return Asked("value(\(r), \(k))", replicas: [r], keys: [k])
      case 6: return Asked("siblings(\(r), \(k))", replicas: [r], keys: [k])
      case 7: return Asked("clock(\(r), \(k))", replicas: [r], keys: [k])
      case 8: return Asked("relation(\(r), \(s), \(k))", replicas: [r, s], keys: [k])
      case 9: return Asked("holders(\(k))", keys: [k])
      case 10: return Asked("holds(\(r), op \(dice.pick([1, 2, 9, -1, -3])))", replicas: [r])
      case 11: return Asked("count(client=\(c) coordinator=\(r))", replicas: [r], clients: [c])
      case 12: return Asked("latency(p99 client=\(c) key=\(k))", clients: [c])
      case 13: return Asked("guarantee(read-your-writes, \(c))", clients: [c])
      case 14:
        let name = dice.pick(["lag.delivered", "lag.oldest", "lag.drain"])
        return Asked("\(name)(\(from), \(to))", regions: [from, to])
      default: return Asked("ever(value(\(r), \(k)) == x or alive(\(s)))")
      }
    }

    /// A condition over facts.
    mutating func condition() -> String {
      let parts = (0...dice.roll(0...2)).map { _ in
        "\(dice.chance(30) ? "not " : "")\(fact().text) \(dice.pick(["==", "!=", "contains"])) none"
      }
      return parts.joined(separator: dice.pick([" and ", " or "]))
    }

    mutating func line() -> String {
      switch dice.roll(0...21) {
      case 0:
        dice.pick(["cluster a:1 rf=1", "cluster a:2 b:3 rf=2", "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 rf=3"])
      case 1: "seed \(dice.roll(1...9))"
      case 2, 3: "back \(dice.roll(1...80))"
      case 4: "goto \(dice.roll(0...400))ms"
      case 5, 6: "undo"
      case 7: "redo"
      case 8: "fork f\(dice.roll(1...4))"
      case 9: "switch \(dice.pick(["main", "f1", "f2", "main~1", "main~2"]))"
      case 10: "client \(dice.pick(["alice", "bob"])) in \(region())"
      case 11: "run \(dice.roll(1...300))ms"
      case 12: "step \(dice.roll(1...40))"
      case 13: "crash \(replica())"
      case 14: "cut \(region()) \(region())"
      case 15: "read \(key()) at ONE as \(client())"
      case 16: "set gossip 1s"
      case 17, 18: "run until \(condition()) within \(dice.roll(1...90))ms"
      default: "async write \(dice.pick(["cart", "k0", "likes"])) x at \(dice.pick(["ONE", "QUORUM"])) via \(replica())"
      }
    }
  }

  @Test(arguments: 1...60) func noConditionTrapsAndWhatLacksItsSubjectHasNoValue(seed: Int) throws {
    var dealer = Dealer(dice: Dice(seed: seed))
    var session = Session(keyframeSpacing: 20)
    // Everybody has been there once, so that everybody can be named.
    for line in [
      "client alice in us-east-1", "client bob in us-east-1", "cluster a:1 b:3 rf=1", "undo", "cluster a:2 b:3 rf=2",
      "undo",
    ] {
      try session.execute(SourceLine(file: "x", number: 1, text: line), isPrompt: false) { _ in }
    }
    var held: [(asked: Asked, fact: Fact)] = []
    var breakpoints: [Condition] = []
    var names = session.names(isPrompt: false)
    names.mayNameAbsent = true
    for _ in 0..<40 {
      let asked = dealer.fact()
      var reader = CommandReader(asked.text, context: names)
      held.append((asked, try reader.fact().fact))
      var another = CommandReader(dealer.condition(), context: names)
      breakpoints.append(try another.condition())
    }
    var (absent, present) = (0, 0)
    for number in 0..<40 {
      let line = dealer.line()
      do {
        try session.execute(SourceLine(file: "x", number: number, text: line), isPrompt: false) { _ in }
      } catch is Diagnostic {
        // What can't be carried out now changes nothing.
      }
      for (asked, fact) in held {
        let value = session.facts.value(fact)
        let isAbsent = asked.isAbsent(in: session)
        if isAbsent { absent += 1 } else { present += 1 }
        if isAbsent {
          #expect(
            value == .none && value.text == "none", "seed \(seed), after `\(line)`: \(asked.text) is \(value.text)")
          let isBelow = Condition.comparison(fact, .less, .literal("5")).holds(session.facts.value)
          let isAbove = Condition.comparison(fact, .greaterOrEqual, .literal("0")).holds(session.facts.value)
          #expect(!isBelow && !isAbove)
        }
      }
      for condition in breakpoints { _ = session.facts.holds(condition) }
    }
    #expect(absent > 0 && present > 0, "seed \(seed)")
  }
}
