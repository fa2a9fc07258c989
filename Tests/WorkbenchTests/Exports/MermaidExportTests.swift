import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// A sequence diagram that Mermaid takes.
@Suite struct MermaidExportTests {
  private func parse(_ lines: [String]) throws -> MermaidDiagram { try MermaidDiagram(lines) }

  private func diagram(_ script: String, from: Int64? = nil, to: Int64? = nil) throws -> [String] {
    try play(script).session.lines(
      of: ExportPlan(
        .mermaid, from: from.map { .start + .milliseconds($0) }, to: to.map { .start + .milliseconds($0) }))
  }

  @Test func aWriteIsARequestMessagesAndAnAnswer() throws {
    let read = try parse(diagram("write cart milk at ALL"))
    let (names, arrows) = (read.names, read.arrows)
    #expect(names.values.contains("eu-west-1") == false && names.values.contains("us-east-1"), "only who took part")
    #expect(
      arrows.first
        == MermaidDiagram.Arrow(
          from: "us-east-1", kind: "->>", to: "us1", text: "0.000 ms op 1: write cart milk at ALL"))
    #expect(
      arrows.filter { $0.text.contains("write cart = milk") }.map(\.to) == [
        "us2", "us3", "eu1", "eu2", "eu3", "ap1", "ap2", "ap3",
      ])
    #expect(
      arrows.last
        == MermaidDiagram.Arrow(from: "us1", kind: "-->>", to: "us-east-1", text: "181.000 ms op 1: ok 181 ms"))
  }

  @Test func faultsAreNotesAndLostMessagesAreCrossed() throws {
    let read = try parse(diagram("cut us-east-1 eu-west-1\nwrite \"a;#1\" \"<b>\"\ncrash ap1\nrun 3s"))
    let (arrows, notes) = (read.arrows, read.notes)
    #expect(notes.contains("0.000 ms cut us-east-1 eu-west-1") && notes.contains { $0.contains("is crashed") })
    #expect(notes.contains { $0.contains("keeps a hint for eu1") })
    #expect(arrows.filter { $0.kind == "-x" && $0.from == "us1" && $0.to.hasPrefix("eu") }.count == 3)
    #expect(arrows.contains { $0.text.contains("write a;#1 <b> at ONE") })
  }

  @Test(arguments: 1...10) func everyMessageOfAHistoryIsDrawn(seed: Int) throws {
    let session = try play(RandomScript(seed: seed, length: 12).text).session
    let records = try #require(session.timeline.records(in: .start ... .end, atMost: .max))
    let messages = records.filter { record in
      switch record.what {
      case .delivered(let message, _), .lost(let message, _, _): message.from != message.to
      default: false
      }
    }
    let plan = ExportPlan(.mermaid)
    guard messages.count <= 300 else {
      #expect(throws: ExportRefusal.self) { try session.lines(of: plan) }
      return
    }
    let arrows = try parse(session.lines(of: plan)).arrows
    let clients = Set(session.cluster.clients.elements.map(\.name))
    #expect(arrows.count { !clients.contains($0.from) && !clients.contains($0.to) } == messages.count, "seed \(seed)")
  }

  /// What opens something in Mermaid's language, or ends it, by its documentation and the lexer of its sequence diagrams.
  static let nasty = [
    "%%", "%%{init: {'theme': 'dark'}}%%", "%%{wrap}%%", "%", "$$x^2$$", "$", "#", "#35;", "#quot;", ";", "a;b", "end",
    "END", "End of it", "(end)", "\"", "`code`", "```", "<br/>", "<b>", "&lt;", "&", "a->>b: hi", "-x", "+", "wrap:",
    "wrap: x",
    "nowrap:x", ":", "a:b", "style", "style a:b#1", "classDef x:#f00;", "style:", "Note over r0: hi", "alt", "else",
    "loop",
    "box red", "participant x", "activate r0", "title: x", "accTitle: x", "links r0: {\"a\": \"b\"}", "{", "}",
    "[x](y)", "---",
    "line\nbreak", "tab\there", "\\", "*bold*", "_it_", "~", "^", "|", "'", "ﬂ°°35¶ß", "¶ß", "#\u{20E3}", "ü", "買い物",
    "👩‍👩‍👧",
    "\u{2028}", "\u{202E}", "\u{7F}", " ", "x y", "rgb(1,2,3)", "transparent",
  ]

  /// A text as the language takes it.
  static func quoted(_ text: String) -> String {
    "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
      .replacing("\t", with: "\\t") + "\""
  }

  @Test func whateverAKeyOrValueHoldsIsShownAndNothingElseHappens() throws {
    let plain = try parse(diagram("write k v at ALL"))
    for (index, text) in Self.nasty.enumerated() {
      let other = Self.nasty[(index * 7 + 3) % Self.nasty.count]
      let read = try parse(diagram("write \(Self.quoted(text)) \(Self.quoted(other)) at ALL"))
      #expect(read.arrows.count == plain.arrows.count && read.names == plain.names, "\(text) and \(other)")
      let (key, value) = (Printable.escaped(text), Printable.escaped(other))
      #expect(read.arrows.contains { $0.text.hasSuffix("op 1: write \(key) \(value) at ALL") }, "\(text) and \(other)")
      #expect(read.arrows.count { $0.text.contains("write \(key) = \(value)") } == 8, "\(text) and \(other)")
    }
  }

  @Test func regionsAndClientsCanBeCalledAsTheyLike() throws {
    let clients = ["end", "wrap", "alt", "activate", "participant", "note", "title", "over", "links"]
    for (index, region) in ["red", "end", "wrap", "style", "loop", "transparent", "box", "rgb", "inherit"].enumerated()
    {
      let client = clients[index]
      let script =
        "cluster \(region):2 other:1 rf=1\nclient \(client) in other\nwrite k v as \(client)\nwrite k v as \(region)"
      let read = try parse(diagram(script))
      #expect(read.boxes == [region, "other"] && read.names.values.contains(client), "\(region), \(client)")
    }
  }

  @Test(arguments: 1...300) func anyTextAtAllIsRead(seed: Int) throws {
    var dice = Dice(seed: seed)
    let alphabet = Array("%$#;:<>{}\"'`~end style wrap-+x,()[]&|\\ﬂ°¶ß0aé")
    let text = String((0...dice.roll(0...30)).map { _ in dice.pick(alphabet) })
    let written = MermaidText.message(text).written
    #expect(try MermaidDiagram.shown(written) == text, "seed \(seed): \(written)")
    #expect(try MermaidDiagram.shown(MermaidText.name(text).written) == text, "seed \(seed)")
  }

  @Test func whatNobodyCouldReadIsRefusedWithAWayOut() throws {
    let session = try play("load 100/s for 5s\nrun 5s").session
    let refusal = #expect(throws: ExportRefusal.self) { try session.lines(of: ExportPlan(.mermaid)) }
    #expect(refusal?.sentence.contains("`from` and `to` narrow it down") ?? false)
    _ = try parse(diagram("load 100/s for 5s\nrun 5s", from: 1_000, to: 1_040))
    let nothing = #expect(throws: ExportRefusal.self) { try diagram("run 1s", from: 100, to: 200) }
    #expect(nothing?.sentence == "nothing happened in that time")
  }
}
