import Analysis
import Language
import Workbench

/// What the history so far has kept: each guarantee with a tick or the operations that broke it; dim, with why, what wasn't
/// judged or is undecided.
enum GuaranteesPanel {
  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    guard let reports = model.guarantees?.reports else {
      for (row, line) in TextWrap.lines(
        "The history is long: `check` judges it when you ask.", width: rect.width
      ).enumerated() {
        frame.line(line, row: row, .dim, in: rect)
      }
      return PaneHeading(title: "GUARANTEES", detail: "")
    }
    let lines = reports.flatMap { report in
      report.lines.enumerated().flatMap { index, line in
        TextWrap.hanging(line, width: rect.width, indent: index == 0 ? 24 : 6).map { (text: $0, report: report) }
      }
    }
    let first = max(0, min(lines.count - rect.height, -(model.scroll[.guarantees] ?? 0)))
    for (row, line) in lines.dropFirst(first).prefix(rect.height).enumerated() {
      let style: Style =
        line.text.hasPrefix(" ") ? .text : line.report.isHeld.map { Style($0 ? .ok : .bad) } ?? .dim
      frame.line(line.text, row: row, style, in: rect)
    }
    let broken = reports.filter { $0.isHeld == false }.count
    let notJudged = reports.filter(\.isNotJudged).count
    let undecided = reports.filter { $0.isHeld == nil }.count - notJudged
    let more = lines.count > first + rect.height ? " · j more" : ""
    let kept = reports.filter { $0.isHeld == true }.count
    let open = (undecided > 0 ? "  · \(undecided)" : "") + (notJudged > 0 ? "  – \(notJudged)" : "")
    let detail = "✗ \(broken)  ✓ \(kept)\(open)\(more)"
    return PaneHeading(title: "GUARANTEES", detail: detail)
  }
}
