import Analysis
import Language
import Workbench

/// What keys do in the repair view.
extension RepairPanel {
  static func move(_ model: inout ScreenModel, by rows: Int) { model.movePair(by: rows) }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    if model.session.timeline.waiting != nil { return model.run("show backlog") }
    let report = model.repair(treeLines: 0)
    guard let selected = report.selected else {
      model.say("every two replicas hold the same, so there are no trees to compare", .dim)
      return []
    }
    return model.run("show merkle \(report.pairs[selected].first) \(report.pairs[selected].second)")
  }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    defer { model.selection.pair = nil }
    return model.selection.pair != nil
  }

  static func condition(_ model: ScreenModel) -> String? { "converged" }
}

/// The repair view.
extension ScreenModel {
  /// The state of repair, with at most that many lines of the selected pair's trees.
  func repair(treeLines: Int) -> RepairReport {
    RepairReport(selecting: selection.pair, treeLines: treeLines, in: session.timeline)
  }

  /// Opens the trees of the pair that many rows further down.
  mutating func movePair(by rows: Int) {
    let report = repair(treeLines: 0)
    guard let selected = report.selected else { return }
    let target = max(0, min(report.pairs.count - 1, selected + max(-10_000, min(10_000, rows))))
    selection.pair = report.pairs[target].name
  }
}
