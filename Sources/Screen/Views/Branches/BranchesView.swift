import Analysis
import Kernel
import Language
import Workbench

/// Two branches of time side by side at the same instant: their maps, where they parted, and whose copies differ.
enum BranchesView: PaneView {
  static let summary = "two branches of time side by side, and where they parted"
  static let room = PaneRoom((80, 16), preferred: (140, 40))
  static let keys = [
    PaneKey(.down, "other", "another branch beside the present one"),
    PaneKey(.right, "more", "the copies further down; h: further up"),
    PaneKey(.finish, "switch", "switch to the branch at the right"),
    PaneKey(.branches, "tree", "the tree of branches"),
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    guard let report = model.branchesReport?.report ?? report(model) else {
      let lines = [
        "there is one branch only, \(Printable.escaped(model.session.timeline.branchName))",
        "go back and give another command, or `fork NAME`: the old one stays, and both are shown here",
      ]
      let wrapped = lines.flatMap { TextWrap.lines($0, width: rect.width) }
      for (row, line) in wrapped.enumerated() { frame.line(line, row: row, .dim, in: rect) }
      return PaneHeading(title: "BRANCHES", detail: "")
    }
    let differing = report.differing
    let rows = min(report.present.copies.count, max(0, rect.height / 3))
    let (maps, below) = rect.splitTop(rect.height - rows - report.parting.count - (rows > 0 ? 1 : 0))
    let (left, right) = maps.splitLeft(maps.width / 2)
    renderSide(report.present, differing, in: Rect(left.x, left.y, left.width - 1, left.height), &frame)
    renderSide(report.other, differing, in: Rect(right.x + 2, right.y, right.width - 2, right.height), &frame)
    for y in maps.y..<maps.bottom { frame.put("┈", at: Point(right.x, y), .dim, clip: maps) }
    for (row, line) in report.parting.enumerated() {
      frame.line(line, row: row, row == 0 ? Style(.focus, bold: true) : .text, in: below)
    }
    if rows > 0 {
      let table = Rect(below.x, below.y + report.parting.count, below.width, below.height - report.parting.count)
      frame.extend(.branches, by: max(0, report.present.copies.count - (table.height - 1)))
      renderCopies(report, differing, from: -(model.scroll[.branches] ?? 0), in: table, &frame)
    }
    let count =
      differing.isEmpty ? "same copies" : "\(CountedNoun("copy differs", "copies differ").text(differing.count))"
    return PaneHeading(title: "BRANCHES \(model.key.map(Printable.escaped) ?? "")", detail: count)
  }

  private static func renderSide(
    _ side: BranchesReport.Side, _ differing: [String], in rect: Rect, _ frame: inout Frame
  ) {
    let (title, body) = rect.splitTop(1)
    let end = side.isPastItsEnd ? ", past its end: played on a copy" : ""
    frame.line(
      "\(Printable.escaped(side.name)) at \(Quantity.milliseconds(side.now.microseconds))\(end)", row: 0,
      Style(.text, bold: true), in: title)
    MapPanel.drawing(of: MapScene(side.map, side.copies + side.entries, side.roles, in: body), in: body).render(&frame)
  }

  /// A row for each owner of the key, those that differ first and lit.
  private static func renderCopies(
    _ report: BranchesReport, _ differing: [String], from first: Int, in rect: Rect, _ frame: inout Frame
  ) {
    let name = (report.present.copies.map { TextWidth.of($0.replica) }.max() ?? 3) + 4
    let half = (rect.width - name) / 2
    let (count, shown) = (report.present.copies.count, rect.height - 1)
    let start = max(0, min(first, count - shown))
    let place = count > shown ? "\(start + 1)–\(start + shown)/\(count)" : "copy"
    frame.line(place, row: 0, count > shown ? Style(.focus) : .dim, in: rect)
    for (column, side) in [report.present, report.other].enumerated() {
      frame.line(
        Printable.escaped(side.name), row: 0, .dim,
        in: Rect(rect.x + name + column * half, rect.y, half - 1, rect.height))
    }
    let ordered =
      report.present.copies.filter { differing.contains($0.replica) }
      + report.present.copies.filter { !differing.contains($0.replica) }
    for (row, copy) in ordered.dropFirst(start).prefix(shown).enumerated() {
      let differs = differing.contains(copy.replica)
      let style: Style = differs ? Style(.conflict, bold: true) : .dim
      frame.line("\(differs ? "≠" : "=") \(copy.replica)", row: row + 1, style, in: rect)
      let other = report.other.copies.first { $0.replica == copy.replica }
      for (column, held) in [copy, other].enumerated() {
        frame.line(
          held.map { "\($0.shownValue)  \($0.vector)" } ?? "–", row: row + 1, style,
          in: Rect(rect.x + name + column * half, rect.y, half - 1, rect.height))
      }
    }
  }
}

extension BranchesView {
  /// The branches beside which the present one can be put.
  private static func others(_ model: ScreenModel) -> [String] {
    model.session.timeline.branchNames.filter { $0 != model.session.timeline.branchName }
  }

  /// The branch at the right: the selected one, else the one that the present one parted from or was opened last.
  private static func other(_ model: ScreenModel) -> String? {
    let others = others(model)
    return others.first { $0 == model.selection.branch } ?? others.last
  }

  static func report(_ model: ScreenModel) -> BranchesReport? {
    other(model).flatMap { BranchesReport(with: $0, key: model.key, in: model.session.timeline) }
  }

  static func move(_ model: inout ScreenModel, by rows: Int) {
    let others = others(model)
    guard let present = other(model).flatMap({ others.firstIndex(of: $0) }) else {
      model.say("there is one branch only; `fork NAME` opens another", .warn)
      return
    }
    model.selection.branch =
      others[max(0, min(others.count - 1, present + max(-others.count, min(others.count, rows))))]
  }

  static func moveAside(_ model: inout ScreenModel, by columns: Int) {
    let reach = model.sight.reach[.branches] ?? 0
    let present = max(0, min(reach, -(model.scroll[.branches] ?? 0)))
    let target = max(0, min(reach, present + max(-reach, min(reach, columns))))
    guard target != present else {
      model.say(reach == 0 ? "all copies are in sight" : "there are no more copies that way", .dim)
      return
    }
    model.scroll[.branches] = -target
  }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    guard let other = other(model) else {
      model.say("there is one branch only; `fork NAME` opens another", .warn)
      return []
    }
    return model.run("switch \(CommandText.word(other))")
  }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    defer { model.selection.branch = nil }
    return model.selection.branch != nil
  }

  static func inspection(_ model: ScreenModel) -> Inspection? {
    report(model).map { report in
      Inspection("\(report.present.name) and \(report.other.name)", report.parting.map { $0 })
    }
  }
}
