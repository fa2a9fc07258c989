import Analysis
import Kernel
import Language
import Workbench

/// All replicas: how each is, what it lacks, what waits at it, and who thinks it dead.
enum ReplicasView: TableView {
  static let name = ViewName.replicas
  static let summary = "all replicas: state, keys behind, queue, what it keeps for others, clock, who thinks them dead"
  static let room = PaneRoom((60, 8), preferred: (100, 30))
  static let look = TableLook(sortedBy: nil)
  static let noun = CountedNoun("replica")
  static let keys =
    [
      PaneKey(.finish, "select", "select the replica, on the map too"),
      PaneKey(.faults, "fault", "what can be done to the selected replica"),
    ] + tableKeys

  static func table(_ model: ScreenModel) -> Table {
    let report = ReplicasReport(model.session.timeline)
    return Table(
      columns: [
        .text("replica"), .text("state"), .number("behind"), .number("queue"), .number(report.wordForKept),
        .number("clock"),
        .number("thought dead by"), .number("level"), .text("region"),
      ],
      rows: report.rows.map { row in
        let skew =
          row.skew == .zero ? "" : "\(row.skew > .zero ? "+" : "")\(Quantity.text(row.skew))"
        return Table.Row(
          name: row.name,
          cells: [
            .init(row.name), .init("\(row.condition.glyph) \(row.condition.rawValue)", Style(row.condition.role)),
            .count(row.behind, alarming: Style(.warn)), .count(row.queue), .count(row.kept),
            .init(skew, rank: Double(row.skew.microseconds), Style(.warn)),
            .count(row.doubters, alarming: Style(.warn)), .count(row.level), .init(Printable.escaped(row.region)),
          ])
      }, absence: "there are no replicas")
  }

  static func open(_ row: String, in model: inout ScreenModel) -> [ScreenEffect] {
    model.choose(.replica(row))
    model.say("\(row) is selected: f lists what can be done to it, 1 shows the map", .focus)
    return []
  }
}
