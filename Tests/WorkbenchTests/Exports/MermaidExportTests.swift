import Kernel
import Replication
import Testing

@testable import Workbench

/// A sequence diagram that Mermaid takes.
@Suite struct MermaidExportTests {
  private struct Arrow: Equatable {
    let from: String
    let kind: String
    let to: String
    let text: String
  }

  /// Reads a diagram by Mermaid's grammar, as far as it is used.
  private func parse(_ lines: [String]) throws -> (names: [String: String], arrows: [Arrow], notes: [String]) {
    #expect(lines.first == "sequenceDiagram")
    var (names, arrows, notes, boxes): ([String: String], [Arrow], [String], Int) = ([:], [], [], 0)
    for line in lines.dropFirst() {
      let line = line.drop { $0 == " " }
      let plain = line.replacing(#/#(35|59|lt|gt);/#, with: "")
      #expect(!plain.contains(";") && !plain.contains("#"), "\(line)")
      if let match = line.wholeMatch(of: #/(?:participant|actor) (\w+) as (.+)/#) {
        names[String(match.1)] = String(match.2)
      } else if line.wholeMatch(of: #/box .+/#) != nil {
        boxes += 1
      } else if line == "end" {
        boxes -= 1
      } else if let match = line.wholeMatch(of: #/(\w+)(-->>|->>|-x)(\w+): (.+)/#) {
        arrows.append(
          Arrow(
            from: names[String(match.1)] ?? "?", kind: String(match.2), to: names[String(match.3)] ?? "?",
            text: String(match.4)))
      } else if let match = line.wholeMatch(of: #/Note over (\w+)(?:,(\w+))?: (.+)/#) {
        #expect(names[String(match.1)] != nil && match.2.map { names[String($0)] != nil } ?? true)
        notes.append(String(match.3))
      } else {
        Issue.record("no line of a sequence diagram: \(line)")
      }
    }
    #expect(boxes == 0 && !arrows.contains { $0.from == "?" || $0.to == "?" })
    return (names, arrows, notes)
  }

  private func diagram(_ script: String, from: Int64? = nil, to: Int64? = nil) throws -> [String] {
    try play(script).session.lines(
      of: ExportPlan(
        .mermaid, from: from.map { .start + .milliseconds($0) }, to: to.map { .start + .milliseconds($0) }))
  }

  @Test func aWriteIsARequestMessagesAndAnAnswer() throws {
    let (names, arrows, _) = try parse(diagram("write cart milk at ALL"))
    #expect(names.values.contains("eu-west-1") == false && names.values.contains("us-east-1"), "only who took part")
    #expect(
      arrows.first == Arrow(from: "us-east-1", kind: "->>", to: "us1", text: "0.000 ms op 1: write cart milk at ALL"))
    #expect(
      arrows.filter { $0.text.contains("write cart = milk") }.map(\.to) == [
        "us2", "us3", "eu1", "eu2", "eu3", "ap1", "ap2", "ap3",
      ])
    #expect(arrows.last == Arrow(from: "us1", kind: "-->>", to: "us-east-1", text: "181.000 ms op 1: ok 181.0 ms"))
  }

  @Test func faultsAreNotesAndLostMessagesAreCrossed() throws {
    let (_, arrows, notes) = try parse(
      diagram("cut us-east-1 eu-west-1\nwrite \"a;#1\" \"<b>\"\ncrash ap1\nrun 3s"))
    #expect(notes.contains("0.000 ms cut us-east-1 eu-west-1") && notes.contains { $0.contains("is crashed") })
    #expect(notes.contains { $0.contains("keeps a hint for eu1") })
    #expect(arrows.filter { $0.kind == "-x" && $0.from == "us1" && $0.to.hasPrefix("eu") }.count == 3)
    #expect(arrows.contains { $0.text.contains("write a#59;#35;1 #lt;b#gt; at ONE") })
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
    let (_, arrows, _) = try parse(session.lines(of: plan))
    let clients = Set(session.cluster.clients.elements.map(\.name))
    #expect(arrows.count { !clients.contains($0.from) && !clients.contains($0.to) } == messages.count, "seed \(seed)")
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
