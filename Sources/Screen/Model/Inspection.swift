import Analysis
import Kernel
import Language
import Workbench

/// Something in full: a value, a version, a message, a line that a pane has to cut.
struct Inspection: Hashable, Sendable {
  /// What it is.
  let title: String
  /// What there is to say of it, each in as many lines as it takes.
  let paragraphs: [String]

  init(_ title: String, _ paragraphs: [String]) {
    self.title = title
    self.paragraphs = paragraphs.filter { !$0.isEmpty }
  }

  /// As it is copied: without borders, and without breaks that are the screen's only.
  var text: String { ([title] + paragraphs).joined(separator: "\n") }
}

extension ScreenModel {
  /// Shows in full what is selected in the focused view.
  mutating func inspect() {
    guard let inspection = focus.pane.inspection(self) else {
      say("nothing is selected in \(focus.rawValue): j and k choose, i shows it in full", .warn)
      return
    }
    mode = .overlay(overlay(for: inspection))
  }

  /// The inspector: wrapped to the screen, and copied whole.
  func overlay(for inspection: Inspection) -> Overlay {
    let width = max(10, min(100, size.columns - 8))
    let lines = inspection.paragraphs.flatMap { TextWrap.lines(Printable.escaped($0), width: width) }
    return Overlay(title: Printable.escaped(inspection.title), lines: lines, text: inspection.text)
  }

  /// Copies what lies over the screen, or else what is selected, or else what the screen says.
  mutating func copySeen() -> [ScreenEffect] {
    let text: String?
    if case .overlay(let overlay) = mode {
      text = overlay.text ?? overlay.lines.joined(separator: "\n")
    } else {
      text = focus.pane.inspection(self)?.text ?? status?.text
    }
    guard let text, !text.isEmpty else {
      say("nothing is selected that could be copied: j and k choose", .warn)
      return []
    }
    return [.copy(text)]
  }
}

extension KeyPanel {
  static func inspection(_ model: ScreenModel) -> Inspection? {
    guard let key = model.key else { return nil }
    let copies = model.session.copies(of: key)
    let report = KeyReport(of: key, comparedWith: model.replica, in: model.session.timeline)
    guard
      let copy = copies.first(where: { $0.replica == model.replica }) ?? copies.first(where: { $0.relation == .newest })
    else { return nil }
    return Inspection(
      "\(key) at \(copy.replica)",
      [
        copy.value ?? copy.shownValue, "\(copy.relation.words); \(copy.replica) is \(copy.state)",
        copy.vector.isEmpty ? "" : "clock \(copy.vector)", copy.age.map { "written \(Quantity.figure($0)) ago" } ?? "",
      ] + report.contents)
  }
}

extension MapPanel {
  static func inspection(_ model: ScreenModel) -> Inspection? {
    let map = model.session.map
    switch model.selectedThing {
    case .message(let number):
      guard let message = map.messages.first(where: { $0.number == number }) else { return nil }
      let due = message.arrives.map { "arrives at \(Quantity.milliseconds($0.microseconds))" } ?? "its link is held"
      return Inspection("message \(number)", [message.route, message.text, due])
    case .link(let first, let second):
      guard
        let link = map.links.first(where: {
          map.regions[$0.first].name == first && map.regions[$0.second].name == second
        })
      else { return nil }
      let names = MapNames(map, width: 40)
      return Inspection("\(first) ─ \(second)", ["takes \(link.delay)"] + link.faults.map(names.drawing))
    case .inside(let name):
      guard let region = map.regions.firstIndex(where: { $0.name == name }) else { return nil }
      return Inspection("inside \(name)", [MapNames(map, width: 40).title(inside: region)])
    case .replica(let name): return ReplicasView.inspection(of: name, in: model)
    case nil: return nil
    }
  }
}

extension LogPanel {
  static func inspection(_ model: ScreenModel) -> Inspection? {
    let line = model.selectedLogLine ?? LogReport.lines(1, in: model.session.timeline).last
    return line.map { line in
      Inspection(
        "at \(Quantity.milliseconds(line.at.microseconds))",
        [line.place, line.text, line.outcome, line.operation.map { "op \($0)" } ?? ""])
    }
  }
}

extension OperationsPanel {
  static func inspection(_ model: ScreenModel) -> Inspection? {
    let hasLoads = model.selection.hasLoads
    let number = model.selection.operation ?? model.session.operation(0, after: nil, withLoads: hasLoads)
    return number.flatMap { OperationStory(of: $0, in: model.session.timeline) }.map { Inspection($0.title, $0.lines) }
  }
}

extension ClocksPanel {
  static func inspection(_ model: ScreenModel) -> Inspection? {
    let report = model.clocks
    guard let selected = report.selected else { return nil }
    let version = report.versions[selected]
    let held = version.holders.isEmpty ? "held by nobody" : "held by \(version.holders.joined(separator: " "))"
    return Inspection(
      "a version of \(model.key ?? "")",
      [
        version.value, version.dot.isEmpty ? "came of a merge" : "made by \(version.dot)",
        version.operation.map { "op \($0), accepted at \(Quantity.milliseconds(version.accepted.microseconds))" } ?? "",
        version.timestamp.map { "timestamp \($0) µs" } ?? "", "clock \(version.vector)", held, version.elsewhere,
      ] + (report.comparison.map { [$0.reason, $0.consequence] } ?? []))
  }
}

extension SpaceTimePanel {
  static func inspection(_ model: ScreenModel) -> Inspection? {
    model.selection.event.map { event in
      Inspection("an event at \(Quantity.milliseconds(event.at.microseconds))", [event.text])
    }
  }
}

extension RepairPanel {
  static func inspection(_ model: ScreenModel) -> Inspection? {
    let report = model.repair(treeLines: 0)
    return report.selected.map { selected in
      let pair = report.pairs[selected]
      return Inspection(
        pair.name,
        [
          "differ on \(CountedNoun("key").text(pair.differing))",
          "\(pair.streamed) sent, \(pair.acknowledged) acknowledged",
          pair.failure ?? "",
        ])
    }
  }
}

extension MetricsPanel {
  static func inspection(_ model: ScreenModel) -> Inspection? {
    let rows = ServiceReport(columns: 1, in: model.session.timeline).rows
    let row = rows.first { $0.name == model.selection.level } ?? rows.first
    return row.map { Inspection($0.name, ["\($0.value), promised \($0.objective)", $0.sentence]) }
  }
}

extension GuaranteesPanel {
  static func inspection(_ model: ScreenModel) -> Inspection? {
    let reports = model.guarantees?.reports
    let report = reports?.first { $0.guarantee == model.selection.guarantee } ?? reports?.first
    return report.map { Inspection($0.guarantee.rawValue, $0.lines) }
  }
}

extension TableView {
  static func inspection(_ model: ScreenModel) -> Inspection? {
    selectedRow(model).flatMap { inspection(of: $0, in: model) }
  }

  /// The row of that name, a line for each column.
  static func inspection(of row: String, in model: ScreenModel) -> Inspection? {
    let table = table(model)
    return table.rows.first { $0.name == row }.map { row in
      Inspection(
        row.name,
        zip(table.columns, row.cells).dropFirst().map { "\($0.title): \($1.text.isEmpty ? "–" : $1.text)" })
    }
  }
}
