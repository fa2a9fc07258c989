import Foundation
import Insight
import Testing

@testable import Workbench

/// Histories of any origin and what is to be said of them: `contract.md` §4, `semantics.md` §9 and §10.11.
@Suite struct VerifyTests {
  struct Expected: Decodable, Sendable {
    let linearizable: Bool
    let anomalies: Int
    let readYourWrites: Bool
    let monotonicReads: Bool
    let monotonicWrites: Bool
    let writesFollowReads: Bool

    enum CodingKeys: String, CodingKey {
      case linearizable, anomalies
      case readYourWrites = "read-your-writes"
      case monotonicReads = "monotonic-reads"
      case monotonicWrites = "monotonic-writes"
      case writesFollowReads = "writes-follow-reads"
    }

    var verdicts: [Bool] { [linearizable, readYourWrites, monotonicReads, monotonicWrites, writesFollowReads] }
  }

  private static func data(_ name: String) throws -> Data {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/histories/\(name)", withExtension: nil))
    return try Data(contentsOf: url)
  }

  static let expected = (try? JSONDecoder().decode([String: Expected].self, from: data("expected.json"))) ?? [:]

  @Test func thereAreHistories() { #expect(Self.expected.count == 60) }

  @Test(arguments: expected.keys.sorted()) func aHistoryGetsItsVerdict(name: String) throws {
    let text = String(decoding: try Self.data(name + ".jsonl"), as: UTF8.self)
    let verdicts = HistoryVerdicts(try HistoryFile(text, file: name))
    #expect(verdicts.verdicts.map(\.verdict.isHeld) == Self.expected[name]?.verdicts)
    #expect(verdicts.anomalies.count == Self.expected[name]?.anomalies)
  }

  /// `1w2` is an acknowledged write of 2 to x by process 1, `1r2` a read, `1w2?` a write whose outcome is unknown.
  private func verdicts(_ steps: String, order: String = "") throws -> HistoryVerdicts {
    var lines: [String] = []
    for step in steps.split(separator: " ") {
      let parts = Array(step)
      let function = parts[1] == "w" ? "write" : "read"
      let value = parts[2] == "0" ? "null" : "\"\(parts[2])\""
      let head = "{\"process\":\(parts[0]),\"f\":\"\(function)\",\"key\":\"\(parts.last == "y" ? "y" : "x")\""
      lines.append("\(head),\"type\":\"invoke\",\"value\":\(function == "read" ? "null" : value)}")
      lines.append("\(head),\"type\":\"\(parts.contains("?") ? "info" : "ok")\",\"value\":\(value)}")
    }
    if !order.isEmpty { lines.append("{\"type\":\"order\",\"key\":\"x\",\"values\":[\(order)]}") }
    return HistoryVerdicts(try HistoryFile(lines.joined(separator: "\n"), file: "test"))
  }

  private func broken(_ verdicts: HistoryVerdicts) -> [String] {
    verdicts.verdicts.filter { !$0.verdict.isHeld }.map(\.name)
  }

  @Test("K05, K06 · across keys nothing is said, as guarantees are judged key by key") func acrossKeys() throws {
    #expect(try broken(verdicts("1w1 1w1y 2r1y 2r0")) == ["linearizable"])
    #expect(try broken(verdicts("1w1 2r1 2w1y 3r1y 3r0")) == ["linearizable"])
  }

  @Test("K07 · reads that go back break monotonic reads where the order is stated") func readsGoBack() throws {
    #expect(try broken(verdicts("1w1 1w2 2r2 2r1", order: "\"1\",\"2\"")) == ["linearizable", "monotonic-reads"])
  }

  @Test("K12 · an unknown write may take effect late, but not come and go") func unknownWrite() throws {
    #expect(try broken(verdicts("1w1? 2r0 2r1 2r0")).contains("linearizable"))
    #expect(try broken(verdicts("1w1? 2r0 2r0 2r1")).isEmpty)
  }

  @Test("B16 · a read of a value whose write certainly failed is impossible") func dirtyRead() throws {
    let lines = [
      #"{"process":1,"type":"invoke","f":"write","key":"x","value":7}"#,
      #"{"process":1,"type":"fail","f":"write","key":"x","value":7}"#,
      #"{"process":2,"type":"invoke","f":"read","key":"x","value":null}"#,
      #"{"process":2,"type":"ok","f":"read","key":"x","value":7}"#,
    ]
    let verdicts = HistoryVerdicts(try HistoryFile(lines.joined(separator: "\n"), file: "test"))
    #expect(verdicts.anomalies.map(\.reason) == [.failed] && broken(verdicts) == ["linearizable"])
  }

  @Test(
    "B17 · a write that timed out may be seen, not be seen, or be seen later",
    arguments: ["1w1? 2r1", "1w1? 2r0", "1w1? 2r0 2r1"])
  func timedOut(steps: String) throws {
    #expect(try verdicts(steps).areAllHeld)
  }

  @Test("K14 · a history is not linearizable if one of its keys isn't, and that is named") func oneKey() throws {
    let verdicts = try verdicts("1w1 2r0 1w1y 2r1y")
    #expect(broken(verdicts) == ["linearizable"] && verdicts.json.contains(#""witness":{"linearizable":{"key":"x""#))
  }

  @Test(arguments: [
    ("{", "this line is no JSON object"), ("[1]", "this line is no JSON object"),
    (#"{"type":"invoke","f":"read","key":"x"}"#, "this line has no `process`"),
    (#"{"process":1,"type":"invoke","f":"read"}"#, "this line has no `key`"),
    (#"{"process":1,"f":"read","key":"x"}"#, "this line has no `type`"),
    (#"{"process":1,"type":"ok","f":"read","key":"x"}"#, "process 1 has no such read in flight"),
    (#"{"process":1,"type":"start","f":"read","key":"x"}"#, "`start` is no type"),
    (#"{"process":1,"type":"invoke","f":"write","key":"x","value":null}"#, "a write needs a value"),
  ]) func whatIsNoHistoryIsRefusedWithItsLine(line: String, message: String) {
    let good = #"{"process":2,"type":"invoke","f":"write","key":"x","value":7}"#
    let error = #expect(throws: Diagnostic.self) { try HistoryFile(good + "\n" + line, file: "h.jsonl") }
    #expect(error?.line.number == 2 && error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test func aValueWrittenTwiceIsRefused() {
    let error = #expect(throws: Diagnostic.self) { try verdicts("1w1 2w1") }
    #expect(error?.message == "1 was written on line 1 already; the values written to a key must be unique")
  }

  @Test func keysWithOtherOperationsAreLeftOutAndNamed() throws {
    let played = try play("write a 1\ndelete a\nwrite b 1\nread b")
    var lines: [String] = []
    HistoryExport.write(played.session.world) { lines.append($0) }
    let verdicts = HistoryVerdicts(try HistoryFile(lines.joined(separator: "\n"), file: "test"))
    #expect(verdicts.areAllHeld && verdicts.lines.last?.hasSuffix("was done to them: a") == true)
  }

  @Test func aStaleReadOfOurOwnBreaksWhatItShould() throws {
    let played = try play(
      """
      client alice in eu-west-1
      write cart milk at ALL
      cut eu-west-1 ap-south-1
      write cart eggs at ONE as alice
      read cart at ONE as alice via ap1
      """.replacing(" via ap1", with: " via us1"))
    var lines: [String] = []
    HistoryExport.write(played.session.world) { lines.append($0) }
    let verdicts = HistoryVerdicts(try HistoryFile(lines.joined(separator: "\n"), file: "test"))
    #expect(verdicts.verdicts[0].verdict.isHeld == (played.last.isStale != true))
  }
}

/// The checkers against what they mean: all orders tried out.
@Suite struct CheckerPropertyTests {
  /// A small history at random.
  private func history(_ dice: inout Dice) -> RegisterHistory {
    var history = RegisterHistory()
    var open: [Int: Int] = [:]
    var written = 0
    for place in 0..<dice.roll(6...16) {
      let process = dice.roll(0...2)
      if let number = open[process] {
        let isUnknown = !history.operations[number].isRead && dice.chance(20)
        history.end(number, isUnknown ? .unknown : .ok, value: dice.roll(0...max(1, written)), at: place)
        open[process] = nil
      } else {
        let isRead = written > 3 || dice.chance(55)
        if !isRead { written += 1 }
        open[process] = history.append(
          .init(process: process, key: 0, isRead: isRead, value: isRead ? 0 : written, invoked: place))
      }
    }
    return history
  }

  /// Whether some order of the operations that respects time makes every read answer the write before it.
  private func isLinearizable(_ history: RegisterHistory) -> Bool {
    let operations = history.operations.filter { $0.isRead ? $0.ending == .ok : $0.ending != .failed }
    func search(_ rest: [RegisterHistory.Operation], _ value: Int) -> Bool {
      if rest.allSatisfy({ $0.ending == .unknown }) { return true }
      for (index, operation) in rest.enumerated() where !rest.contains(where: { $0.precedes(operation) }) {
        if operation.isRead, operation.value != value { continue }
        var others = rest
        others.remove(at: index)
        if search(others, operation.isRead ? value : operation.value) { return true }
      }
      return false
    }
    return search(operations, 0)
  }

  @Test(arguments: 1...20) func theRegisterCheckerAgreesWithTryingEverything(seed: Int) {
    var dice = Dice(seed: seed)
    var verdicts: Set<Bool> = []
    for _ in 0..<150 {
      let history = history(&dice)
      let verdict = Linearizability.judge(history, without: history.anomalies).isHeld
      verdicts.insert(verdict)
      #expect(verdict == isLinearizable(history), "seed \(seed): \(history.operations)")
    }
    #expect(verdicts.count == 2)
  }

  /// Whether some ranking of all values keeps every demand of a guarantee.
  private func canBeKept(_ history: RegisterHistory, obliging: Bool, obliged: Bool) -> Bool {
    let impossible = Set(history.anomalies.map(\.read))
    let answered = history.operations.indices.filter {
      history.operations[$0].ending == .ok && !impossible.contains($0)
    }.map { history.operations[$0] }
    func keeps(_ ranks: [Int: Int]) -> Bool {
      for (index, later) in answered.enumerated() where later.isRead == obliged {
        for earlier in answered[..<index] where earlier.process == later.process && earlier.isRead == obliging {
          if (ranks[later.value] ?? -1) < (ranks[earlier.value] ?? -1) { return false }
        }
      }
      return true
    }
    func search(_ ranks: [Int: Int], _ rest: [Int]) -> Bool {
      if rest.isEmpty { return keeps(ranks) }
      return rest.contains { value in
        var ranks = ranks
        ranks[value] = ranks.count
        return search(ranks, rest.filter { $0 != value })
      }
    }
    return search([0: -1], history.operations.filter { !$0.isRead }.map(\.value))
  }

  @Test(arguments: 1...10) func theSessionCheckersAgreeWithTryingEveryOrder(seed: Int) {
    var dice = Dice(seed: seed + 500)
    for _ in 0..<60 {
      let history = history(&dice)
      let anomalies = history.anomalies
      let context = "seed \(seed): \(history.operations)"
      #expect(
        ReadYourWrites.judge(history, without: anomalies).isHeld
          == canBeKept(history, obliging: false, obliged: true), "\(context)")
      #expect(
        MonotonicReads.judge(history, without: anomalies).isHeld
          == canBeKept(history, obliging: true, obliged: true), "\(context)")
      #expect(
        MonotonicWrites.judge(history, without: anomalies).isHeld
          == canBeKept(history, obliging: false, obliged: false), "\(context)")
      #expect(
        WritesFollowReads.judge(history, without: anomalies).isHeld
          == canBeKept(history, obliging: true, obliged: false), "\(context)")
    }
  }
}
