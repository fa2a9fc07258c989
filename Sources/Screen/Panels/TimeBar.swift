import Analysis
import Kernel
import Language
import Workbench

/// The present branch from its beginning to its end, with what happened, and where the present stands.
enum TimeBar {
  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) {
    let session = model.session
    let end = Quantity.milliseconds(max(session.timeline.tip.time, session.now).microseconds, decimals: 1)
    let name = Printable.escaped(TextWidth.fit(session.timeline.branchName, 14))
    let left = frame.write("\(name) ", at: Point(rect.x, rect.y), .dim, clip: rect)
    frame.lineRight(end, row: 0, .dim, in: rect)
    let bar = Rect(left, rect.y, rect.right - left - TextWidth.of(end) - 1, 1)
    guard bar.width >= 10 else { return }
    let report = TimeReport(places: bar.width, in: session.timeline)
    for (place, mark) in report.marks.enumerated() {
      let point = Point(bar.x + place, bar.y)
      let isPast = place <= report.present
      let (glyph, style): (Character, Style) =
        switch mark {
        case .stale: ("✗", Style(.bad))
        case .fault: ("▲", Style(.warn))
        case .branch: ("┬", Style(.focus))
        case .write: ("■", isPast ? .text : .dim)
        case .command: ("·", .text)
        case nil: (isPast ? "━" : "╌", isPast ? Style(.focus) : .dim)
        }
      frame.put(glyph, at: point, style, clip: bar)
      frame.mark(Rect(point.x, point.y, 1, 1), .instant(report.instant(at: place)))
    }
    frame.put("◆", at: Point(bar.x + report.present, bar.y), Style(.focus, bold: true), clip: bar)
  }
}
