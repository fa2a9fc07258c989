import Foundation
import Testing
import Workbench

@testable import Screen

/// Frames as they were last approved. `make golden` draws them anew; what changes is reviewed like code.
@Suite struct GoldenFrameTests {
  /// A moment worth looking at.
  struct Scene: Sendable, CustomTestStringConvertible {
    let name: String
    let script: String
    var sizes = [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)]
    var isASCII = false
    var keys: [Key] = []

    var testDescription: String { name }
  }

  static let scenes =
    [
      Scene(
        name: "welcome", script: "",
        sizes: [
          Size(columns: 39, rows: 9), Size(columns: 40, rows: 10), Size(columns: 80, rows: 24),
          Size(columns: 80, rows: 60),
          Size(columns: 120, rows: 40), Size(columns: 200, rows: 60),
        ]),
      Scene(name: "in-flight", script: "write cart milk at ALL\nasync write cart eggs at QUORUM\nrun 25ms"),
      Scene(
        name: "stale", script: "write cart milk at ALL\nwrite cart eggs at ONE\nread cart at ONE in eu-west-1"),
      Scene(
        name: "conflict",
        script: """
          write cart milk at ALL
          cut us-east-1 eu-west-1
          crash ap2
          pause eu3
          skew us3 by 250ms
          write cart bread at LOCAL_QUORUM
          write cart jam at LOCAL_QUORUM in eu-west-1
          run 2500ms
          async write cart tea at QUORUM
          run 30ms
          """),
      Scene(
        name: "held-and-one-way",
        script: """
          write cart milk at ONE
          hold us-east-1 ap-south-1
          cut eu-west-1 -> us-east-1
          slow eu-west-1 ap-south-1 by 200ms
          async write cart eggs at ALL
          run 50ms
          """),
      Scene(
        name: "five-regions",
        script: """
          cluster us-east-1:4 us-west-2:4 eu-west-1:3 ap-south-1:3 sa-east-1:2 rf=2
          async write cart eggs at QUORUM
          cut us-east-1 sa-east-1
          run 20ms
          """),
      Scene(name: "one-region", script: "cluster home:3 rf=3\nasync write cart eggs at QUORUM\nrun 600us"),
      Scene(
        name: "wide-text",
        script: """
          write "買い物" "ほうれん草と豆腐" at ALL
          write "買い物" "\\n\\ttab" at ALL
          """,
        sizes: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)]),
      Scene(
        name: "ascii", script: "write cart milk at ALL\nasync write cart eggs at QUORUM\nrun 25ms",
        sizes: [Size(columns: 52, rows: 15), Size(columns: 80, rows: 24)], isASCII: true),
      Scene(
        name: "past", script: "write cart milk at ALL\nwrite cart eggs at ONE\nback 3\nview operations",
        sizes: [Size(columns: 60, rows: 20), Size(columns: 120, rows: 40)]),
      Scene(
        name: "help", script: "write cart milk", sizes: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)],
        keys: [.character("?")]),
      Scene(
        name: "completion", script: "write cart milk", sizes: [Size(columns: 80, rows: 24)],
        keys: [.character(":")] + "write cart eggs at ".map { .character($0) } + [.tab, .tab]),
      Scene(
        name: "wrong-word", script: "write cart milk",
        sizes: [Size(columns: 80, rows: 24), Size(columns: 40, rows: 12)],
        keys: [.character(":")] + "write cart eggs at QUORAM".map { .character($0) } + [.enter]),
    ] + ViewScenes.all + EveryViewScenes.all

  @Test(arguments: scenes) func aFrameLooksAsItWasApproved(_ scene: Scene) throws {
    for size in scene.sizes {
      var model = try stage(scene.script, size: size)
      for key in scene.keys { model.press(key) }
      var frame = ScreenView.render(model)
      if scene.isASCII { frame = frame.inASCII }
      try Self.approve(frame, of: scene.name, seed: model.session.seed)
    }
  }

  /// Compares a frame with the one that was approved last, or approves it.
  static func approve(_ frame: Frame, of scene: String, seed: UInt64) throws {
    let drawn = TextEncoder.golden(frame, title: "scene \(scene) seed \(seed)")
    let file = folder.appending(path: "\(scene)-\(frame.size.columns)x\(frame.size.rows).txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try drawn.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    let approved = try String(contentsOf: file, encoding: .utf8)
    if drawn != approved { Issue.record("\(file.lastPathComponent), \(difference(drawn, approved))") }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  /// The first cell that differs, and its rows.
  private static func difference(_ drawn: String, _ approved: String) -> String {
    let (left, right) = (drawn.components(separatedBy: "\n"), approved.components(separatedBy: "\n"))
    for (row, pair) in zip(left, right).enumerated() where pair.0 != pair.1 {
      let column = zip(pair.0, pair.1).prefix { $0 == $1 }.count
      return "line \(row + 1), column \(column + 1): drawn\n\(pair.0)\napproved\n\(pair.1)\n"
    }
    return "drawn \(left.count) lines, approved \(right.count)"
  }
}
