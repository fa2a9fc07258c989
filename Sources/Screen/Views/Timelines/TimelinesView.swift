import Analysis
import Kernel
import Language
import Workbench

/// Timelines: all who follow or post, and below how each post stands in the selected user's timeline in each region.
enum TimelinesView: TableView {
  static let name = ViewName.timelines
  static let summary = "who follows whom, what each region's cached timelines hold, and what is missing there"
  static let room = PaneRoom((60, 12), preferred: (110, 40))
  static let look = TableLook(sortedBy: 1)
  static let noun = CountedNoun("user")
  static let keys =
    [
      PaneKey(.finish, "inside", "the timeline in words: what is missing and why, what daemons insert"),
      PaneKey(.why, "why", "why the user's latest timeline shows what it does"),
    ] + tableKeys

  static func table(_ model: ScreenModel) -> Table {
    let report = UsersReport(model.session.timeline)
    return Table(
      columns: [
        .text("user"), .number("lacks"), .number("wrong"), .number("cached"), .number("posts"), .number("follows"),
        .number("followers"), .text("home"),
      ],
      rows: report.rows.map { row in
        Table.Row(
          name: row.name,
          cells: [
            .init(Printable.escaped(row.name)),
            row.lacking.map { .count($0, alarming: Style(.warn)) } ?? .init("?", rank: -1, Style(.bad)),
            .count(row.wrong, alarming: Style(.bad)), .count(row.cached), .count(row.posts), .count(row.authors),
            .init(Quantity.grouped(row.followers), rank: Double(row.followers), row.followers == 0 ? .dim : .text),
            .init(row.home ?? "", .dim),
          ])
      },
      absence: report.isPossible
        ? "nobody follows anybody yet: `follow bob alice`, then `post alice hello`"
        : "this replication scheme has no timelines: leaderless and streams do")
  }

  static func report(of user: String, _ model: ScreenModel) -> TimelineReport? {
    TimelineReport(of: user, in: nil, model.session.timeline)
  }

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let look = model.tables[name] ?? look
    let table = table(model)
    let rows = table.shown(look)
    let place = rows.firstIndex { $0.name == look.selected } ?? 0
    let heading = PaneHeading(
      title: "TIMELINES", detail: rows.isEmpty ? noun.text(0) : "\(place + 1)/\(rows.count)")
    // Those below the table want more room: a user is a row, a timeline many.
    let (top, bottom) = rect.splitTop(rect.height < 8 ? rect.height : min(rows.count + 1, max(3, rect.height / 3)))
    TableDrawing(table, rows, look, view: name).render(in: top, &frame)
    guard bottom.height > 2, rows.indices.contains(place) else { return heading }
    let user = rows[place].name
    let known = model.timelineReport.flatMap { $0.mark.user == user && model.focus == name ? $0.report : nil }
    guard let report = known ?? report(of: user, model) else { return heading }
    TimelineDrawing(report).render(in: bottom.splitTop(1).bottom, &frame)
    return heading
  }

  static func open(_ row: String, in model: inout ScreenModel) -> [ScreenEffect] {
    model.run("show timeline \(CommandText.word(row))")
  }

  static func subject(_ model: ScreenModel) -> Int? {
    selectedRow(model).flatMap { report(of: $0, model) }?.latest
  }
}
