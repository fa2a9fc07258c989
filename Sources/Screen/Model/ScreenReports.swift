import Analysis
import Kernel
import Language
import Workbench

/// Reports that take long: worked out where somebody sees them, once something has happened.
extension ScreenModel {
  /// Works out anew what is seen and no longer true.
  mutating func refreshReports() { focus.pane.refresh(&self) }
}

extension GuaranteesPanel {
  static func refresh(_ model: inout ScreenModel) {
    let mark = model.session.historyMark
    if model.guarantees?.mark != mark { model.guarantees = (mark, model.session.guarantees) }
  }
}

extension KeysView {
  static func refresh(_ model: inout ScreenModel) {
    let mark = model.session.historyMark
    if model.keysReport?.mark != mark { model.keysReport = (mark, KeysReport(model.session.timeline)) }
  }
}

/// What a user's timeline depends on.
struct TimelineMark: Hashable {
  let position: Int
  let now: Instant
  let branch: String
  let user: String
}

extension TimelinesView {
  static func refresh(_ model: inout ScreenModel) {
    guard let user = selectedRow(model) else { return model.timelineReport = nil }
    let timeline = model.session.timeline
    let mark = TimelineMark(
      position: timeline.position, now: timeline.now, branch: timeline.branchName, user: user)
    if model.timelineReport?.mark != mark { model.timelineReport = (mark, report(of: user, model)) }
  }
}

/// What two branches side by side depend on.
struct BranchesMark: Hashable {
  let position: Int
  let now: Instant
  let branch: String
  let other: String?
  let key: String?
  let count: Int
}

extension BranchesView {
  static func refresh(_ model: inout ScreenModel) {
    let timeline = model.session.timeline
    let mark = BranchesMark(
      position: timeline.position, now: timeline.now, branch: timeline.branchName, other: model.selection.branch,
      key: model.key, count: timeline.branchNames.count)
    if model.branchesReport?.mark != mark { model.branchesReport = (mark, report(model)) }
  }
}
