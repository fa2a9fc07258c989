import Kernel
import Language
import Workbench

/// The lowest rows: what the screen says, the prompt, and which keys there are.
enum CommandLine {
  static func render(_ model: ScreenModel, _ layout: Layout, _ frame: inout Frame) {
    func row(_ y: Int) -> Rect { Rect(1, y, model.size.columns - 2, 1) }
    frame.mark(Rect(0, layout.prompt, model.size.columns, 1), .prompt)
    renderStatus(model, in: row(layout.status), &frame)
    renderPrompt(model, in: Rect(0, layout.prompt, model.size.columns, 1), &frame)
    renderFooter(model, in: row(layout.footer), &frame)
    if model.mode == .prompt { renderCandidates(model, above: layout.prompt, &frame) }
  }

  private static func renderStatus(_ model: ScreenModel, in row: Rect, _ frame: inout Frame) {
    guard model.mode == .prompt, !model.prompt.text.isEmpty, let left = model.pasted?.left else {
      return renderWords(model, in: row, row, &frame)
    }
    // The row of the prompt is taken: what was pasted waits for this line.
    let words = "  \(CountedNoun("line waits", "lines wait").text(left)) for this one"
    renderWords(model, in: Rect(row.x, row.y, max(0, row.width - TextWidth.of(words)), 1), row, &frame)
    frame.lineRight(words, row: 0, Style(.flight), in: row)
  }

  /// What is said, up from a row, of which a part may be taken.
  private static func renderWords(_ model: ScreenModel, in rect: Rect, _ row: Rect, _ frame: inout Frame) {
    if model.mode == .prompt, let fault = model.prompt.fault {
      write(Self.lines("✗ \(fault.message)", width: rect.width), Style(.bad), upFrom: rect, &frame)
    } else if model.mode == .prompt, model.prompt.line == "q" {
      frame.line("► q Enter quits; Esc first makes q a key", row: 0, Style(.focus), in: rect)
    } else if case .search(let search) = model.mode {
      let x = frame.write("/\(Printable.escaped(search.text))", at: Point(rect.x, rect.y), Style(.focus), clip: rect)
      frame.cursor = Point(min(x, rect.right - 1), rect.y)
      let said = model.status?.text ?? (search.text.isEmpty ? "" : search.count)
      let room = Rect(min(x + 2, rect.right), rect.y, max(0, rect.right - x - 2), 1)
      if !said.isEmpty { frame.lineRight(said, row: 0, .dim, in: room) }
    } else if model.status.map({ $0.role == .dim }) ?? true, let usage = usage(model), !fits(usage, model) {
      frame.line("· \(usage)", row: 0, .dim, in: rect)
    } else if let status = model.status, !status.text.isEmpty {
      let lines = statusLines(model, width: isPromptFree(model) ? row.width : rect.width)
      // What goes over takes the row of the prompt, where that is free, and then rows above.
      let last = lines.count > 1 && isPromptFree(model) ? Rect(row.x, row.y + 1, row.width, 1) : rect
      write(lines, Style(status.role), upFrom: last, &frame)
    } else if let playback = model.playback {
      frame.line("► time runs\(progress(of: playback, model))", row: 0, Style(.flight), in: rect)
    }
  }

  /// How far time has come on its way to a goal, where that is an instant, and which keys end it.
  private static func progress(of playback: Playback, _ model: ScreenModel) -> String {
    guard let goal = playback.goal else { return "; Space pauses" }
    let keys = "; Enter finishes at once, Esc stops"
    let (begun, now) = (playback.begun, model.session.now)
    guard goal.bound < .end, goal.bound > begun, now >= begun else { return keys }
    let share = Double((now - begun).microseconds) / Double((goal.bound - begun).microseconds)
    return ": \(Quantity.figure(now - begun)) of \(Quantity.figure(goal.bound - begun)), \(Int(share * 100))%\(keys)"
  }

  /// How the command goes that is being typed; nil where none is known yet.
  private static func usage(_ model: ScreenModel) -> String? {
    guard model.mode == .prompt, model.prompt.fault == nil, !model.prompt.text.isEmpty else { return nil }
    return model.prompt.candidates(in: model.session.names(isPrompt: true)).usage.first
  }

  /// Whether the usage has room beside what was typed.
  private static func fits(_ usage: String, _ model: ScreenModel) -> Bool {
    let typed = model.prompt.text.reduce(0) { $0 + TextWidth.of(Printable.escaped(String($1))) }
    return typed + 4 + TextWidth.of(usage) < model.size.columns
  }

  /// What is said, in as many lines as it takes.
  private static func statusLines(_ model: ScreenModel, width: Int) -> [String] {
    guard let status = model.status, !status.text.isEmpty else { return [] }
    let text = "\(glyph(status.role)) \(status.text)"
    // A hint hides nothing of what it is about.
    guard status.role != .dim || model.mode != .prompt else { return [text] }
    return lines(text, width: width)
  }

  /// A text in lines, of which all but the first are set off.
  private static func lines(_ text: String, width: Int) -> [String] { TextWrap.hanging(text, width: width, indent: 2) }

  /// Writes lines of which the last stands in a row, and the others above it, over whatever is there.
  private static func write(_ lines: [String], _ style: Style, upFrom last: Rect, _ frame: inout Frame) {
    let count = min(lines.count, max(1, last.y))
    guard count > 0 else { return }
    let rect = Rect(last.x, last.y - count + 1, last.width, count)
    if count > 1 { frame.clear(Rect(0, rect.y, frame.size.columns, count)) }
    for (row, line) in lines.prefix(count).enumerated() { frame.line(line, row: row, style, in: rect) }
  }

  /// Whether nothing is typed, searched for or waiting in the row of the prompt.
  private static func isPromptFree(_ model: ScreenModel) -> Bool {
    let isSearching = if case .search = model.mode { true } else { false }
    return model.mode != .prompt && !isSearching && model.queueWords == nil
  }

  private static func glyph(_ role: Role) -> String {
    switch role {
    case .ok: "●"
    case .warn: "▲"
    case .bad: "✗"
    case .focus, .flight: "►"
    case .repair: "■"
    case .conflict: "‖"
    case .text, .dim: "·"
    }
  }

  // MARK: The prompt

  private static func renderPrompt(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) {
    let isOpen = model.mode == .prompt
    // What is said and takes more than a row stands there; no colon before it: nobody has typed it.
    if isPromptFree(model), statusLines(model, width: rect.width - 2).count > 1 { return }
    frame.write(":", at: Point(rect.x, rect.y), isOpen ? Style(.focus, bold: true) : .dim, clip: rect)
    if let queue = model.queueWords, !isOpen || model.prompt.text.isEmpty {
      frame.line(" \(queue)", row: 0, Style(.flight), in: Rect(1, rect.y, rect.width - 2, 1))
      if isOpen { frame.cursor = Point(1, rect.y) }
      return
    }
    guard isOpen else {
      // The hint is true where keys go to the views; under a form or a menu `:` is a letter.
      guard model.mode == .keys, model.demo.map(\.isTakenOver) ?? true else { return }
      let hint = " opens the prompt: write KEY VALUE, read KEY, cut REGION REGION …"
      frame.line(hint, row: 0, .dim, in: Rect(1, rect.y, rect.width - 2, 1))
      return
    }
    if let offer = model.offer {
      let end = frame.write(offer.command, at: Point(1, rect.y), .dim, clip: rect)
      frame.line(offer.sentence, row: 0, Style(.focus), in: Rect(end + 3, rect.y, rect.right - end - 4, 1))
      frame.cursor = Point(1, rect.y)
      return
    }
    let width = rect.width - 2
    let text = model.prompt.text
    let first = firstShown(text, cursor: model.prompt.cursor, width: width)
    let shown = text[first...].map { Printable.escaped(String($0)) }
    var x = 1
    for (offset, piece) in shown.enumerated() {
      let isFault = model.prompt.fault.map { ($0.start..<$0.start + $0.length).contains(first + offset) } ?? false
      x = frame.write(piece, at: Point(x, rect.y), isFault ? Style(.bad, reversed: true) : .text, clip: rect)
    }
    // What is missing at the end is marked there.
    if let fault = model.prompt.fault, fault.start >= text.count {
      frame.write(" ", at: Point(x, rect.y), Style(.bad, reversed: true), clip: rect)
    }
    let cursor = 1 + shown.prefix(model.prompt.cursor - first).reduce(0) { $0 + TextWidth.of($1) }
    frame.cursor = Point(min(cursor, rect.right - 1), rect.y)
    if let usage = usage(model), fits(usage, model) { frame.lineRight(usage, row: 0, .dim, in: rect.inset(1, 0)) }
  }

  /// A long line is shown from that character on, so that the cursor is in view.
  private static func firstShown(_ text: [Character], cursor: Int, width: Int) -> Int {
    var first = cursor
    var used = 1
    while first > 0 {
      used += TextWidth.of(Printable.escaped(String(text[first - 1])))
      if used > width { break }
      first -= 1
    }
    return first
  }

  /// The candidates of a completion, in a box above the prompt.
  private static func renderCandidates(_ model: ScreenModel, above row: Int, _ frame: inout Frame) {
    guard let completion = model.prompt.completion else { return }
    let limit = min(8, row - 4)
    guard limit > 0, completion.candidates.count > 1 else { return }
    let chosen = completion.chosen ?? 0
    let first = max(0, min(chosen - limit / 2, completion.candidates.count - limit))
    let words = Array(completion.candidates[first..<min(first + limit, completion.candidates.count)])
    let more = completion.candidates.count > limit ? " \(chosen + 1)/\(completion.candidates.count) " : ""
    let width = max(TextWidth.of(more), words.map { TextWidth.of(Printable.escaped($0)) }.max() ?? 0) + 5
    let before = model.prompt.text.prefix(completion.start)
    let column = 1 + before.reduce(0) { $0 + TextWidth.of(Printable.escaped(String($1))) }
    let rect = Rect(max(0, min(column - 2, model.size.columns - width)), row - words.count - 2, width, words.count + 2)
    frame.clear(rect)
    frame.border(rect, isFocused: true, clip: frame.bounds)
    frame.lineRight(more, row: 0, Style(.focus), in: Rect(rect.x, rect.y, rect.width - 1, 1))
    for (offset, word) in words.enumerated() {
      let isChosen = first + offset == completion.chosen
      frame.line(
        "\(isChosen ? "►" : " ")\(Printable.escaped(word))", row: offset + 1,
        isChosen ? Style(.focus, bold: true) : .text,
        in: rect.inset(1, 0))
    }
  }

  // MARK: The footer

  private static func renderFooter(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) {
    if let demo = model.demo, !demo.isTakenOver {
      DemoFooter.render(demo, in: rect, &frame)
      return
    }
    let hints: [(key: String, hint: String, action: ScreenAction?)]
    switch model.mode {
    case .question:
      hints = [("y", "yes", nil), ("n", "no", nil), ("Esc", "no", nil)]
    case .form:
      hints = [("Enter", "send", nil), ("Tab", "next field", nil), ("← →", "choose", nil), ("Esc", "leave", nil)]
    case .menu: hints = [("↑ ↓", "choose", nil), ("Enter", "take it", nil), ("Esc", "leave", nil)]
    case .search: hints = [("Enter", "keep", nil), ("↑ ↓", "other matches", nil), ("Esc", "leave", nil)]
    case .prompt:
      let enter = model.playback?.goal != nil ? "finish" : model.offer == nil ? "run" : "take it"
      hints = [
        ("Enter", enter, nil), ("Tab", "complete", nil), ("↑", "history", nil),
        ("Esc", model.offer == nil ? "leave" : "no, thanks", nil),
      ]
    case .overlay(let overlay):
      hints =
        overlay.stops.isEmpty
        ? [("j k", "scroll", nil), ("Esc", "close", nil)]
        : [("j k", "choose", nil), ("Enter", "go there", nil), ("Esc", "close", nil)]
    case .keys:
      let playing: [(String, String, ScreenAction?)] =
        model.playback?.goal != nil ? [("Enter", "finish", .finish), ("Esc", "stop", .cancel)] : []
      let bindings = keyHints(model)
      let isReached = model.classroom?.isReached ?? false
      let learning: [(String, String, ScreenAction?)] =
        model.classroom?.play == nil
        ? []
        : [
          isReached ? ("Enter", "next step", .finish) : ("H", "hint", .lesson(.hint)), ("E", "again", .lesson(.again)),
        ]
      hints =
        playing + learning
        + bindings.filter { model.duty == nil || !Self.isBackward($0.2) }.filter { hint in
          !learning.contains { $0.2 == hint.2 }
        }
    }
    let last = model.mode == .keys ? hints.last : nil
    var width = last.map { $0.key.count + $0.hint.count + 3 } ?? 0
    var x = rect.x
    for hint in last == nil ? hints[...] : hints.dropLast() {
      let needed = TextWidth.of(hint.key) + TextWidth.of(hint.hint) + 3
      // Whole hints go from the right; the last one, which leads to all others, stays.
      guard width + needed <= rect.width else { break }
      width += needed
      x = write(hint, at: Point(x, rect.y), rect, &frame)
    }
    if let last { _ = write(last, at: Point(x, rect.y), rect, &frame) }
  }

  /// Whether a key leads back, or goes on by single events: on duty time runs forward, as it does.
  private static func isBackward(_ action: ScreenAction?) -> Bool {
    action.map { [.stepForward, .stepBack, .undo, .redo].contains($0) } ?? false
  }

  /// What keys do in the focused view, then what they do everywhere.
  private static func keyHints(_ model: ScreenModel) -> [(String, String, ScreenAction?)] {
    let own = model.focus.pane.keys(in: model).filter { !$0.hint.isEmpty }.map { ($0.action, $0.hint) }
    let others = model.keyMap.bindings.compactMap { binding -> (ScreenAction, String)? in
      guard let hint = binding.hint, !own.contains(where: { $0.0 == binding.action }) else { return nil }
      return (binding.action, hint)
    }
    return (own + others).compactMap { action, hint in
      model.keyMap.label(for: action).map { (String($0.prefix { $0 != " " }), hint, action) }
    }
  }

  private static func write(
    _ hint: (key: String, hint: String, action: ScreenAction?), at point: Point, _ rect: Rect, _ frame: inout Frame
  ) -> Int {
    if let action = hint.action {
      frame.mark(Rect(point.x, point.y, TextWidth.of(hint.key) + TextWidth.of(hint.hint) + 1, 1), .action(action))
    }
    let x = frame.write(hint.key, at: point, Style(.focus), clip: rect)
    return frame.write(" \(hint.hint)  ", at: Point(x, point.y), .dim, clip: rect)
  }
}
