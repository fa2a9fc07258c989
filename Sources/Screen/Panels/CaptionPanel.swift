import Language
import Workbench

/// What somebody says about what is seen: a chapter, and sentences below the panes.
struct CaptionPanel {
  /// The widest line that reads well.
  private static let widest = 96
  /// How many columns are left free on either side, that of the bar beside the words among them.
  private static let margin = 3

  /// A line, and whether it is of a chapter's name.
  typealias Line = (text: String, isChapter: Bool)

  /// The lines.
  let lines: [Line]

  /// The words that a model has to show; nil if nobody says anything.
  init?(_ model: ScreenModel) {
    let width = min(Self.widest, model.size.columns - 2 * Self.margin)
    var lines: [Line] = []
    if model.demo != nil, let chapter = model.chapter {
      lines += TextWrap.lines("── \(chapter) ──", width: width).map { ($0, true) }
    }
    if let caption = model.caption { lines += TextWrap.lines(caption, width: width).map { ($0, false) } }
    guard !lines.isEmpty, width > 10 else { return nil }
    self.lines = lines
  }

  func render(in rect: Rect, _ frame: inout Frame) {
    // Where there is too little room, what is said now goes before the chapter's name, which stays for long.
    let spoken = lines.filter { !$0.isChapter }
    let shown = lines.count > rect.height && !spoken.isEmpty ? spoken : lines
    for (row, line) in shown.prefix(rect.height).enumerated() {
      if line.isChapter {
        frame.line(line.text, row: row, Style(.focus, bold: true), in: rect.inset(Self.margin - 1, 0))
      } else {
        frame.write("▌", at: Point(rect.x + 1, rect.y + row), Style(.focus), clip: rect)
        frame.line(line.text, row: row, Style(.text, bold: true), in: rect.inset(Self.margin, 0))
      }
    }
  }
}

/// A question in a box: no is the safe answer.
enum QuestionPanel {
  static func render(_ question: Question, _ frame: inout Frame) {
    let width = min(frame.size.columns - 4, max(30, TextWidth.of(question.sentence) + 4))
    let rect = Rect((frame.size.columns - width) / 2, max(1, frame.size.rows / 2 - 2), width, 4)
    frame.clear(rect)
    frame.border(rect, isFocused: true, clip: frame.bounds)
    frame.line(question.sentence, row: 0, Style(.warn), in: rect.inset(2, 1))
    frame.line("y yes   n no (Enter, Esc)", row: 1, .text, in: rect.inset(2, 1))
  }
}
