import Analysis
import Kernel
import Language
import Workbench

/// Repair: pairs of replicas with their progress, the trees of one pair, hints that wait, and how copies caught up.
enum RepairPanel: PaneView {
  static let summary = "how copies catch up: pairs of replicas, Merkle trees, hints"
  static let room = PaneRoom((72, 12), preferred: (100, 26))
  static let keys = [
    PaneKey(.down, "pair", "the next pair of replicas, and its Merkle trees", needsRepair: true),
    PaneKey(.repair, "repair", "repair the selected pair, else the key", needsRepair: true),
    PaneKey(.finish, "trees", "the Merkle trees of the selected pair in full", needsRepair: true),
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    if let waiting = model.session.timeline.waiting {
      for (row, line) in waiting.prefix(rect.height).enumerated() {
        frame.line(Printable.escaped(line), row: row, row == 0 ? .dim : .text, in: rect)
      }
      let hidden = waiting.count - rect.height
      return PaneHeading(
        title: "REPAIR", detail: hidden > 0 ? "what waits · `show backlog`: \(hidden) more" : "what waits")
    }
    let isWide = rect.width >= 70
    let below = rect.height >= 12 ? min(rect.height / 2 + 1, 22) : 0
    let report = model.repair(treeLines: max(0, below - 2))
    let (top, rest) = rect.splitTop(rect.height - below)
    PairList(report).render(in: top, &frame)
    if below > 0 {
      for x in rest.x..<rest.right { frame.put("─", at: Point(x, rest.y), .dim, clip: rest) }
      let content = Rect(rest.x, rest.y + 1, rest.width, rest.height - 1)
      let (left, right) = isWide ? content.splitLeft(content.width * 11 / 20) : (Rect(rest.x, rest.y, 0, 0), content)
      if isWide { MerkleDrawing(report).render(in: Rect(left.x, left.y, left.width - 2, left.height), &frame) }
      WaysDrawing(report).render(in: right, &frame)
    }
    return PaneHeading(title: "REPAIR", detail: detail(report))
  }

  private static func detail(_ report: RepairReport) -> String {
    let keys = report.keys
    // Where there are very many, not all of them are looked at after each event.
    let isPart = keys.lookedAt < keys.all
    let level =
      keys.differing == 0
      ? keys.lookedAt == 1
        ? "the one key is level"
        : "\(isPart ? "the first" : "all") \(keys.lookedAt) \(isPart ? "of \(keys.all) " : "")keys level"
      : "\(keys.differing) of \(isPart ? "the first " : "")\(CountedNoun("key").text(keys.lookedAt)) \(CountedNoun("differs", "differ").form(keys.differing))"
    let failed = report.sessions.failed == 0 ? "" : ", \(report.sessions.failed) failed"
    let sessions =
      report.sessions.begun == 0
      ? "" : " · \(report.sessions.completed)/\(CountedNoun("session").text(report.sessions.begun)) done\(failed)"
    return keys.lookedAt == 0 ? "" : level + sessions
  }
}

/// The pairs, one in a row.
private struct PairList {
  private let report: RepairReport

  init(_ report: RepairReport) { self.report = report }

  func render(in rect: Rect, _ frame: inout Frame) {
    guard !report.pairs.isEmpty else {
      frame.line("every two replicas hold the same", row: 0, Style(.ok), in: rect)
      frame.line("`repair` compares them with Merkle trees, and would find nothing", row: 1, .dim, in: rect)
      return
    }
    let name = min(rect.width / 3, report.pairs.map { TextWidth.of($0.name) }.max() ?? 9) + 1
    let state = 13
    let isWide = rect.width >= 60
    let numbers = isWide ? 24 : 7
    let bar = rect.width - name - state - numbers - 8
    frame.line("pair", row: 0, .dim, in: Rect(rect.x + 1, rect.y, name, 1))
    let heads = isWide ? ["differ", "sent", "acked"] : ["differ"]
    for (column, head) in heads.enumerated() {
      frame.lineRight(head, row: 0, .dim, in: Rect(rect.x + name + 1 + column * 8, rect.y, 7, 1))
    }
    frame.line("state", row: 0, .dim, in: Rect(rect.right - state, rect.y, state, 1))
    let rows = rect.height - 1
    let selected = report.selected ?? 0
    let first = max(0, min(selected - rows / 2, report.pairs.count - rows))
    for (row, pair) in report.pairs[first...].prefix(rows).enumerated() {
      let y = rect.y + row + 1
      let isSelected = first + row == report.selected
      if isSelected { frame.put("►", at: Point(rect.x, y), Style(.focus, bold: true), clip: rect) }
      frame.line(pair.name, row: 0, isSelected ? Style(.focus, bold: true) : .text, in: Rect(rect.x + 1, y, name, 1))
      let values = isWide ? [pair.differing, pair.streamed, pair.acknowledged] : [pair.differing]
      for (column, value) in values.enumerated() {
        let isAlarm = column == 0 && value > 0
        frame.lineRight(
          column > 0 && pair.phase == .unrepaired ? "–" : "\(value)", row: 0, isAlarm ? Style(.warn) : .text,
          in: Rect(rect.x + name + 1 + column * 8, y, 7, 1))
      }
      if bar >= 6 {
        let x = rect.x + name + numbers + 2
        Bar.render(pair.progress, at: Point(x, y), width: bar, pair.phase.style, clip: rect, &frame)
        let percent = pair.phase == .unrepaired ? "–" : "\(Int(pair.progress * 100))%"
        frame.lineRight(percent, row: 0, .text, in: Rect(x + bar, y, 5, 1))
      }
      frame.line(words(of: pair), row: 0, pair.phase.style, in: Rect(rect.right - state, y, state, 1))
    }
  }

  private func words(of pair: RepairReport.Pair) -> String {
    switch pair.phase {
    case .unrepaired: "≠ unrepaired"
    case .comparing: "· comparing"
    case .streaming: "■ streaming"
    case .failed: "✗ \(pair.failure ?? "failed")"
    case .done where pair.differing > 0: "▲ differ anew"
    case .done: pair.streamed == 0 ? "● were equal" : "● done"
    }
  }
}

extension RepairReport.Phase {
  fileprivate var style: Style {
    switch self {
    case .unrepaired: Style(.warn)
    case .comparing, .streaming: Style(.repair)
    case .done: Style(.ok)
    case .failed: Style(.bad)
    }
  }
}

/// The trees of the selected pair: what is equal is folded and dim, what differs is open and bold.
private struct MerkleDrawing {
  private let report: RepairReport

  init(_ report: RepairReport) { self.report = report }

  func render(in rect: Rect, _ frame: inout Frame) {
    guard let index = report.selected else {
      frame.line("MERKLE TREES: no pair to compare", row: 0, .dim, in: rect)
      return
    }
    let pair = report.pairs[index]
    guard let tree = report.tree else {
      frame.line("MERKLE \(pair.name)", row: 0, Style(.text, bold: true), in: rect)
      frame.line("too many keys to build the trees while you watch:", row: 1, .dim, in: rect)
      frame.line("`show merkle \(pair.first) \(pair.second)`", row: 2, .dim, in: rect)
      return
    }
    let title = "MERKLE \(tree.first) ⇄ \(tree.second)"
    let count =
      "\(tree.differing) of \(CountedNoun("leaf", "leaves").text(tree.leaves)) \(CountedNoun("differs", "differ").form(tree.differing))"
    frame.line(title, row: 0, Style(.text, bold: true), in: rect)
    if TextWidth.of(title) + TextWidth.of(count) + 2 <= rect.width {
      frame.lineRight(count, row: 0, tree.differing == 0 ? Style(.ok) : Style(.warn), in: rect)
    }
    for (row, line) in tree.lines.prefix(rect.height - 1).enumerated() {
      let y = rect.y + row + 1
      let x = rect.x + min(2 * line.depth, max(0, rect.width - 24))
      let room = Rect(x, y, rect.right - x, 1)
      switch line.content {
      case .node(let leaves, let first, let second, let isEqual):
        let name =
          leaves.count == tree.leaves
          ? "root" : leaves.count == 1 ? "leaf \(leaves.lowerBound)" : "\(leaves.lowerBound)..\(leaves.upperBound)"
        let hashes = isEqual ? first : "\(first) ╌ \(second)"
        frame.line("\(isEqual ? "=" : "≠") \(name)", row: 0, isEqual ? .dim : Style(.repair, bold: true), in: room)
        frame.lineRight(hashes, row: 0, isEqual ? .dim : Style(.repair), in: room)
      case .key(let name, let first, let second, let isEqual):
        frame.line(
          "\(isEqual ? "=" : "≠") \(name): \(isEqual ? first : "\(first) ╌ \(second)")", row: 0,
          isEqual ? .dim : Style(.warn), in: room)
      case .omitted(let count):
        frame.line("… \(CountedNoun("level").text(count))", row: 0, .dim, in: room)
      }
    }
  }
}

/// How copies caught up, and hints that wait.
private struct WaysDrawing {
  private let report: RepairReport

  init(_ report: RepairReport) { self.report = report }

  func render(in rect: Rect, _ frame: inout Frame) {
    frame.line("HOW COPIES CAUGHT UP", row: 0, Style(.text, bold: true), in: rect)
    // Writes outnumber all else: the other ways are compared with each other.
    let most = max(1, report.ways.dropFirst().map(\.count).max() ?? 1)
    let setting = 11
    for (row, way) in report.ways.enumerated() where row + 1 < rect.height {
      let y = rect.y + row + 1
      frame.line(way.name, row: 0, .text, in: Rect(rect.x, y, 15, 1))
      frame.lineRight(
        "\(way.count)", row: 0, way.count > 0 && row > 0 ? Style(.repair) : .text, in: Rect(rect.x + 15, y, 8, 1))
      let bar = Rect(rect.x + 24, y, rect.width - 24 - setting - 1, 1)
      if row > 0, bar.width >= 4 {
        Bar.render(
          Double(way.count) / Double(most), at: Point(bar.x, y), width: bar.width, Style(.repair), clip: rect, &frame)
      }
      frame.lineRight(way.setting, row: 0, .dim, in: Rect(rect.x + 24, y, rect.width - 24, 1))
    }
    renderHints(in: Rect(rect.x, rect.y + 6, rect.width, rect.height - 6), &frame)
  }

  private func renderHints(in rect: Rect, _ frame: inout Frame) {
    guard rect.height >= 2 else { return }
    let total = report.hints.reduce(0) { $0 + $1.count }
    frame.line("HINTS THAT WAIT", row: 0, Style(.text, bold: true), in: rect)
    frame.lineRight(total == 0 ? "none" : "\(total)", row: 0, total == 0 ? Style(.ok) : Style(.warn), in: rect)
    for (row, hints) in report.hints.enumerated() where row + 1 < rect.height {
      let keepers = hints.keepers.count > 3 ? "\(hints.keepers.count) replicas" : hints.keepers.joined(separator: " ")
      frame.line("for \(hints.target)  \(hints.count) kept by \(keepers)", row: row + 1, .text, in: rect)
      frame.lineRight(" oldest \(Quantity.figure(hints.oldest))", row: row + 1, .dim, in: rect)
    }
  }
}
