import Analysis
import Kernel
import Language
import Workbench

/// All keys: how far their copies stand apart, how many conflict, how old and how large they are; Enter selects one.
enum KeysView: TableView {
  static let name = ViewName.keys
  static let summary = "all keys: whose copies differ most, conflict, are old or large"
  static let room = PaneRoom((60, 8), preferred: (100, 30))
  static let look = TableLook(sortedBy: 1)
  static let noun = CountedNoun("key")
  static let keys =
    [
      PaneKey(.finish, "select", "select the key: all views show it"),
      PaneKey(.repair, "repair", "repair the key", needsRepair: true),
    ] + tableKeys

  static func table(_ model: ScreenModel) -> Table {
    let report = model.keysReport?.report ?? KeysReport(model.session.timeline)
    return Table(
      columns: [
        .text("key"), .number("differ"), .number("conflicts"), .text("newest"), .number("age"), .number("bytes"),
        .number("owners"),
      ],
      rows: report.rows.map { row in
        Table.Row(
          name: row.name,
          cells: [
            .init(Printable.escaped(row.name)), .count(row.differing, alarming: Style(.warn)),
            .count(row.conflicts, alarming: Style(.conflict, bold: true)), .init(row.value),
            .init(row.age.map(Quantity.figure) ?? "", rank: row.age.map { Double($0.microseconds) }, .dim),
            .count(row.bytes), .count(row.owners),
          ])
      }, absence: "no key has come up yet; write one: `write cart milk`")
  }

  static func open(_ row: String, in model: inout ScreenModel) -> [ScreenEffect] {
    model.key = row
    model.say("\(Printable.escaped(row)) is selected: 2 shows its copies, 7 its versions, R repairs it", .focus)
    return []
  }
}
