import Analysis
import Kernel
import Language
import Workbench

/// All hints that wait, by the replica that they are for.
enum HintsView: TableView {
  static let name = ViewName.hints
  static let summary = "hints that wait: for whom, kept by whom, since when"
  static let room = PaneRoom((60, 8), preferred: (100, 20))
  static let look = TableLook(sortedBy: 1)
  static let noun = CountedNoun("target")
  static let keys = [PaneKey(.finish, "inside", "the hints one by one", needsRepair: true)] + tableKeys

  static func table(_ model: ScreenModel) -> Table {
    Table(
      columns: [.text("for"), .number("hints"), .number("oldest"), .text("kept by")],
      rows: RepairReport.hints(in: model.session.timeline.cluster).map { hints in
        Table.Row(
          name: hints.target,
          cells: [
            .init(hints.target), .count(hints.count, alarming: Style(.warn)),
            .init(Quantity.figure(hints.oldest), rank: Double(hints.oldest.microseconds)),
            .init(hints.keepers.joined(separator: " ")),
          ])
      },
      absence: model.session.timeline.waiting == nil
        ? "no hint waits: every copy was taken, or hinted handoff is off"
        : "this replication scheme keeps no hints; `show backlog` says what waits")
  }

  static func open(_ row: String, in model: inout ScreenModel) -> [ScreenEffect] { model.run("show hints") }
}
