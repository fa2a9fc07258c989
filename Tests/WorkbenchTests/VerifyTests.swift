import Foundation
import Insight
import Testing

@testable import Analysis
@testable import Language
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
    verdicts.verdicts.filter(\.verdict.isBroken).map(\.name)
  }

  @Test("K05, K06 · across keys nothing is said, as guarantees are judged key by key") func acrossKeys() throws {
    #expect(try broken(verdicts("1w1 1w1y 2r1y 2r0")) == ["linearizable"])
    #expect(try broken(verdicts("1w1 2r1 2w1y 3r1y 3r0")) == ["linearizable"])
  }

  @Test("K07 · reads that go back break monotonic reads where the order is stated") func readsGoBack() throws {
    #expect(try broken(verdicts("1w1 1w2 2r2 2r1", order: "\"1\",\"2\"")) == ["linearizable", "monotonic-reads"])
  }

  @Test func whereNoOrderIsStatedItIsSaidThatAGuaranteeIsHeldUnderSomeOrder() throws {
    let note = "  no order is stated: each session guarantee by itself is held if some order of the writes keeps it"
    #expect(try verdicts("1w1 1w2 2r2 2r1").lines.contains(note))
    #expect(try !verdicts("1w1 1w2 2r2 2r1", order: "\"1\",\"2\"").lines.contains(note), "the order is stated")
    #expect(try !verdicts("1w1 1w2 2r2 2r2").lines.contains(note), "one order keeps all of them")
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
    (#"{"process":1,"type":"invoke","f":"txn","key":"x"}"#, "`txn` can't be judged: only registers can"),
    (#"{"process":1,"type":"invoke","f":"cas","key":"x","value":[1]}"#, "a cas wants [from, to] as its value"),
    (#"{"process":1,"f":"read","key":"x"}"#, "this line has no `type`"),
    (#"{"process":1,"type":"ok","f":"read","key":"x"}"#, "process 1 has no such read in flight"),
    (#"{"process":1,"type":"start","f":"read","key":"x"}"#, "`start` is no type"),
    (#"{"process":1,"type":"invoke","f":"write","key":"x"}"#, "a write needs a value; null deletes"),
    (#"{"process":1,"type":"invoke","f":"write","f":"read","key":"x"}"#, "`f` is said twice"),
  ]) func whatIsNoHistoryIsRefusedWithItsLine(line: String, message: String) {
    let good = #"{"process":2,"type":"invoke","f":"write","key":"x","value":7}"#
    let error = #expect(throws: Diagnostic.self) { try HistoryFile(good + "\n" + line, file: "h.jsonl") }
    #expect(error?.line.number == 2 && error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test func valuesMayRepeatAndThenOrdersAreSearched() throws {
    #expect(try verdicts("1w1 2w1 3r1").areAllHeld)
    #expect(try broken(verdicts("1w1 2w2 1w1 3r1 3r2")) == ["linearizable"])
  }

  @Test func keysOfDataTypesAndOfValuesThatExpireAreNotJudgedAndNamed() throws {
    let played = try play("write a 1\ndelete a\ntype s or-set\nadd s x\nwrite e 1 ttl 5s\nread a")
    var lines: [String] = []
    HistoryExport.write(played.session.world) { lines.append($0) }
    let verdicts = HistoryVerdicts(try HistoryFile(lines.joined(separator: "\n"), file: "test"))
    #expect(verdicts.verdicts.allSatisfy(\.verdict.isNotJudged) && verdicts.areAllHeld)
    #expect(verdicts.json.contains(#"{"key":"s","why":"it holds a counter or a set, and only registers are judged"}"#))
    #expect(verdicts.json.contains(#"{"key":"e","why":"a value written to it expires"#))
    #expect(!verdicts.json.contains(#"{"key":"a""#), "a delete is a write of null")
  }

  // MARK: Text and JSON

  private static let told: [(text: String, outcome: HistoryVerdicts.Outcome)] = {
    func operation(_ f: String, _ value: String, _ end: String = "ok", process: Int = 0, key: String = "x") -> String {
      let head = #"{"process":\#(process),"f":"\#(f)","key":"\#(key)","value":\#(value)"#
      return "\(head),\"type\":\"invoke\"}\n\(head),\"type\":\"\(end)\"}\n"
    }
    let fault = #"{"process":"nemesis","type":"info","f":"kill"}"#
    return [
      ("", .nothing), ("\n \n", .nothing), (fault, .kept), (fault + "\n" + operation("write", "1", "fail"), .nothing),
      (operation("read", "null", "fail"), .nothing), (operation("read", "null", "info"), .nothing),
      (operation("write", "1", "info"), .kept), (operation("write", "1"), .kept), (operation("read", "null"), .kept),
      (operation("read", "1"), .broken), (operation("write", "1") + operation("read", "null", process: 1), .broken),
      (operation("add", "1"), .nothing), (operation("add", "1") + operation("read", "[\"1\"]"), .nothing),
      (operation("add", "1") + operation("write", "1", key: "y"), .kept),
      (operation("add", "1") + operation("write", "1", key: "y") + operation("read", "null", key: "y"), .broken),
      (operation("write", "1") + operation("read", "[1,2]"), .nothing),
    ]
  }()

  @Test(arguments: told.indices, NilReads.allCases) func theTextAndTheJSONSayTheSame(place: Int, nilReads: NilReads)
    throws
  {
    let (text, outcome) = Self.told[place]
    let verdicts = HistoryVerdicts(try HistoryFile(text, file: "test", nilReads: nilReads))
    if nilReads == .missing { #expect(verdicts.outcome == outcome, "\(text)") }
    let json = try #require(try JSONSerialization.jsonObject(with: Data(verdicts.json.utf8)) as? [String: Any])
    for (line, verdict) in zip(verdicts.lines.filter { "✓✗·–".contains($0.first ?? " ") }, verdicts.verdicts) {
      let said: String =
        switch json[verdict.name] {
        case is NSNull: "–"
        case let text as String: text == "undecided" ? "·" : "?"
        case let held as Bool: held ? "✓" : "✗"
        default: "?"
        }
      #expect(line.hasPrefix("\(said) \(verdict.name)"), "\(line): \(verdicts.json)")
    }
    let keys = (json["notJudged"] as? [[String: Any]] ?? []).compactMap { $0["key"] as? String }
    #expect(keys.count == verdicts.lines.count { $0.hasPrefix("  key ") })
    for key in keys { #expect(verdicts.lines.contains { $0.hasPrefix("  key \(key) is not judged") }) }
    #expect((json["anomalies"] as? [Any])?.count == verdicts.lines.count { $0.hasPrefix("✗ anomaly") })
    #expect((json["nemesis"] as? Int ?? 0 > 0) == verdicts.lines.contains { $0.contains("of a nemesis") })
    #expect(
      (json["unknownReads"] as? Int ?? 0 > 0) == verdicts.lines.contains { $0.contains("of nil taken as unknown") })
    // Something is held only where something was judged, and nothing is held where a key was left out.
    let isHeld = verdicts.verdicts.contains(where: \.verdict.isHeld)
    #expect(!isHeld || keys.isEmpty && verdicts.outcome != .nothing)
  }

  @Test(arguments: [
    ("1w1 2w2", ["monotonic-writes"]), ("1r0 2r0", ["monotonic-reads"]),
    ("1w1 2r1", ["read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads"]),
  ])
  func aSessionGuaranteeIsJudgedWhereThereIsWhatObligesAndWhatIsObliged(text: String, judged: [String]) throws {
    let verdicts = try verdicts(text).verdicts.dropFirst()
    #expect(verdicts.filter(\.verdict.isHeld).map(\.name) == judged, "\(verdicts)")
    #expect(verdicts.allSatisfy { $0.verdict.isHeld || $0.verdict.isNotJudged })
  }

  @Test func nothingToJudgeIsNoVerdict() throws {
    let verdicts = HistoryVerdicts(try HistoryFile("", file: "test"))
    #expect(verdicts.outcome == .nothing && !verdicts.areAllHeld)
    #expect(verdicts.json.hasPrefix(#"{"linearizable":null,"read-your-writes":null,"monotonic-reads":null"#))
    #expect(verdicts.lines.allSatisfy { $0.hasPrefix("–") && $0.contains("not judged") })
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
    #expect(verdicts.verdicts[0].verdict.isBroken == (played.last.isStale == true))
  }
}
