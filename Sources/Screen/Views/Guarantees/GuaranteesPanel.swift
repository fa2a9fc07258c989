import Analysis
import Language
import Workbench

/// What the history so far has kept: each guarantee with a tick or the operations that broke it; dim, with why, what wasn't
/// judged or is undecided.
enum GuaranteesPanel: PaneView {
  static let summary = "which guarantees the history has kept, and what broke the others"
  static let room = PaneRoom((50, 10), preferred: (100, 34))
  static let keys = [
    PaneKey(.down, "guarantee", "the next guarantee"),
    PaneKey(.finish, "go there", "go to the instant at which the selected guarantee was broken"),
    PaneKey(.why, "why", "why the operation that broke it answered so"),
  ]

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
      Self.lines(of: report, model, width: rect.width).map { (row: $0, report: report) }
    }
    let selected = lines.firstIndex { $0.report.guarantee == model.selection.guarantee }
    let first = max(0, min(lines.count - rect.height, (selected ?? 0) - rect.height / 3))
    for (row, line) in lines.dropFirst(first).prefix(rect.height).enumerated() {
      switch line.row {
      case .text(let text, let style):
        frame.line(text, row: row, first + row == selected ? Style(.focus, bold: true) : style, in: rect)
      case .diagram(let diagram, let part):
        diagram.render(row: part, in: Rect(rect.x + 4, rect.y + row, rect.width - 4, 1), &frame)
      }
      let place = Guarantee.allCases.firstIndex(of: line.report.guarantee) ?? 0
      frame.mark(Rect(rect.x, rect.y + row, rect.width, 1), .row(.guarantees, place))
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
    let texts = report.lines(width: width, first: diagram == nil ? nil : 1).map { line in
      Line.text(line, line.hasPrefix(" ") ? .text : style)
    }
    return texts + (diagram.map { diagram in (0..<diagram.height).map { .diagram(diagram, row: $0) } } ?? [])
  }
}

extension GuaranteesPanel {
  static func move(_ model: inout ScreenModel, by rows: Int) {
    let guarantees = model.guarantees?.reports?.map(\.guarantee) ?? []
    guard let last = guarantees.indices.last else { return }
    let present = guarantees.firstIndex { $0 == model.selection.guarantee }
    let target = present.map { $0 + max(-last, min(last, rows)) } ?? (rows > 0 ? rows - 1 : last)
    model.selection.guarantee = guarantees[max(0, min(last, target))]
  }

  /// Where the selected guarantee was broken: when the last operation of its witness ended.
  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    guard let number = subject(model) else {
      model.say("Enter goes to where a guarantee was broken: j and k choose one with a ✗", .warn)
      return []
    }
    guard let end = model.session.operations(1, upTo: number, withLoads: true).last?.end else { return [] }
    return model.go(to: end)
  }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    defer { model.selection.guarantee = nil }
    return model.selection.guarantee != nil
  }

  static func show(_ match: Int, in model: inout ScreenModel) { model.selection.guarantee = Guarantee.allCases[match] }

  static func subject(_ model: ScreenModel) -> Int? {
    let report = model.guarantees?.reports?.first { $0.guarantee == model.selection.guarantee }
    guard case .broken(let operations, _)? = report?.finding else { return nil }
    return operations.last
  }
}
