import Analysis
import Language
import Workbench

/// All clients: where each is, what it was promised, and what became of what it asked for.
enum ClientsView: TableView {
  static let name = ViewName.clients
  static let summary = "all clients: promises, operations, failures, stale reads"
  static let room = PaneRoom((60, 8), preferred: (100, 24))
  static let look = TableLook(sortedBy: nil)
  static let noun = CountedNoun("client")
  static let keys =
    [
      PaneKey(.finish, "latest", "the messages of its latest operation"),
      PaneKey(.why, "why", "why its latest operation answered so"),
    ] + tableKeys

  static func table(_ model: ScreenModel) -> Table {
    Table(
      columns: [
        .text("client"), .number("operations"), .number("failed"), .number("stale"), .text("promised"),
        .text("region"), .number("latest op"),
      ],
      rows: ClientsReport(model.session.timeline).rows.map { row in
        Table.Row(
          name: row.name,
          cells: [
            .init(Printable.escaped(row.name)), .count(row.operations), .count(row.failed, alarming: Style(.bad)),
            .count(row.stale, alarming: Style(.bad)),
            .init(row.guarantees.isEmpty ? "nothing" : row.guarantees, row.guarantees.isEmpty ? .dim : .text),
            .init(Printable.escaped(row.region)),
            .init(row.latest.map(String.init) ?? "", rank: row.latest.map(Double.init), .dim),
          ])
      }, absence: "there are no clients")
  }

  static func open(_ row: String, in model: inout ScreenModel) -> [ScreenEffect] {
    guard let latest = latest(of: row, in: model) else {
      model.say("no operation of \(Printable.escaped(row)) has ended yet", .dim)
      return []
    }
    model.tellStory(of: latest)
    return []
  }

  static func subject(_ model: ScreenModel) -> Int? {
    model.tables[name]?.selected.flatMap { latest(of: $0, in: model) }
  }

  private static func latest(of client: String, in model: ScreenModel) -> Int? {
    ClientsReport(model.session.timeline).rows.first { $0.name == client }?.latest
  }
}
