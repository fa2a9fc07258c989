import Analysis
import Language
import Workbench

/// What keys do in the space-time diagram.
extension SpaceTimePanel {
  static func move(_ model: inout ScreenModel, by rows: Int) { model.moveEvent(by: rows) }
  static func moveAside(_ model: inout ScreenModel, by columns: Int) { model.moveLine(by: columns) }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    guard let event = model.selection.event else {
      model.say("Enter goes to the selected event: j and k choose one", .warn)
      return []
    }
    return model.go(to: event.at)
  }

  static func changeScope(_ model: inout ScreenModel) { model.selection.hasAllKeys.toggle() }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    defer { model.selection.event = nil }
    return model.selection.event != nil
  }

  static func condition(_ model: ScreenModel) -> String? { model.conditionOfStaleness }
}

/// The space-time diagram.
extension ScreenModel {
  /// What it is about, in words.
  var subject: String { selection.hasAllKeys ? "all keys" : key.map(Printable.escaped) ?? "all keys" }

  /// The diagram, with at least that many rows before and after what is selected, where there are as many.
  func spaceTime(rows: Int) -> SpaceTimeReport {
    let scope = selection.hasAllKeys ? .everything : key.map { SpaceTimeReport.Scope.key($0) } ?? .everything
    return session.spaceTime(scope, around: selection.event, count: rows)
  }

  /// Moves the selection by that many rows of events, at the same replica where it has an event there.
  mutating func moveEvent(by rows: Int) {
    let reach = min(abs(rows), 10_000)
    let report = spaceTime(rows: max(size.rows, reach + 1))
    let places = report.rows.indices.filter { report.rows[$0].events.contains { $0.mark != .prediction } }
    guard let last = places.last else { return }
    let present = report.selectedRow.flatMap { places.firstIndex(of: $0) }
    let target = present.map { places[max(0, min(places.count - 1, $0 + max(-reach, min(reach, rows))))] } ?? last
    let events = report.rows[target].events
    let same = events.first { $0.name.replica == selection.event?.replica }
    selection.event = (same ?? events.first)?.name
  }

  /// Moves the selection to the nearest event on the next line that has any.
  mutating func moveLine(by step: Int) {
    let report = spaceTime(rows: size.rows)
    guard let row = report.selectedRow, let replica = selection.event?.replica else {
      moveEvent(by: step)
      return
    }
    let order = report.rows.indices.sorted { (abs($0 - row), $0) < (abs($1 - row), $1) }
    let lanes = report.lanes.map(\.replica)
    let beyond = step > 0 ? lanes.filter { $0 > replica } : lanes.filter { $0 < replica }.reversed()
    for lane in beyond {
      for place in order {
        let found = report.rows[place].events.first { $0.name.replica == lane && $0.mark != .prediction }
        if let found {
          selection.event = found.name
          return
        }
      }
    }
  }
}
