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
    let lines = reports.flatMap { Self.lines(of: $0, model, width: rect.width) }
    let first = max(0, min(lines.count - rect.height, -(model.scroll[.guarantees] ?? 0)))
    for (row, line) in lines.dropFirst(first).prefix(rect.height).enumerated() {
      switch line {
      case .text(let text, let style): frame.line(text, row: row, style, in: rect)
      case .diagram(let diagram, let part):
        diagram.render(row: part, in: Rect(rect.x + 4, rect.y + row, rect.width - 4, 1), &frame)
      }
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

  /// A row of the panel.
  private enum Line {
    case text(String, Style)
    case diagram(WitnessDiagram, row: Int)
  }

  /// The verdict and, where it is a no, the operations that show it: as a diagram where that fits, else one below the other.
  private static func lines(of report: GuaranteeReport, _ model: ScreenModel, width: Int) -> [Line] {
    let operations = report.operations.compactMap { model.session.operation(numbered: $0) }
    let isWhole = operations.count == report.operations.count
    let diagram = isWhole ? WitnessDiagram(operations, width: width - 4) : nil
    let style = report.isHeld.map { Style($0 ? .ok : .bad) } ?? .dim
    let texts = report.lines.enumerated().flatMap { index, line -> [Line] in
      guard index == 0 || diagram == nil else { return [] }
      return TextWrap.hanging(line, width: width, indent: index == 0 ? 24 : 6).map {
        .text($0, $0.hasPrefix(" ") ? .text : style)
      }
    }
    return texts + (diagram.map { diagram in (0..<diagram.height).map { .diagram(diagram, row: $0) } } ?? [])
  }
}
