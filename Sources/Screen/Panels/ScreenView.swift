import Analysis
import Kernel
import Language
import Workbench

/// The whole screen, drawn from the model and from nothing else.
public enum ScreenView {
  /// The screen as it is now.
  public static func render(_ model: ScreenModel) -> Frame {
    var frame = Frame(model.size)
    if model.demo?.isBlank ?? false { return frame }
    guard model.size.columns >= Layout.smallest.columns, model.size.rows >= Layout.smallest.rows else {
      renderNotice(model.size, &frame)
      return frame
    }
    let caption = CaptionPanel(model)
    let layout = layout(of: model)
    TitleBar.render(model, in: Rect(0, 0, model.size.columns, 1), &frame)
    if let row = layout.tabs { renderTabs(model, row, &frame) }
    for pane in layout.panes { render(pane, isSingle: layout.isSingle, model, &frame) }
    if let row = layout.timeBar { TimeBar.render(model, in: Rect(1, row, model.size.columns - 2, 1), &frame) }
    if let caption, let rect = layout.caption { caption.render(in: rect, &frame) }
    CommandLine.render(model, layout, &frame)
    if model.mode != .keys, model.mode != .prompt { frame.cover() }
    switch model.mode {
    case .overlay(let overlay): OverlayPanel.render(overlay, &frame)
    case .question(let question): QuestionPanel.render(question, &frame)
    case .form(let form): FormPanel.render(form, isWithheld: model.classroom?.flow?.play.hidesGoal ?? false, &frame)
    case .menu(let menu): MenuPanel.render(menu, &frame)
    case .keys, .prompt, .search: break
    }
    return frame
  }

  private static func layout(of model: ScreenModel) -> Layout {
    Layout(
      model.size, focus: model.focus, isZoomed: model.isZoomed, captionRows: CaptionPanel(model)?.lines.count ?? 0,
      guide: model.guide)
  }

  private static func renderNotice(_ size: Size, _ frame: inout Frame) {
    let lines = [
      "eventually", "needs \(Layout.smallest.columns)x\(Layout.smallest.rows)", "has \(size.columns)x\(size.rows)",
      "q quits",
    ]
    let top = max(0, (size.rows - lines.count) / 2)
    for (offset, line) in lines.enumerated() {
      let x = max(0, (size.columns - line.count) / 2)
      frame.line(line, row: 0, offset == 1 ? Style(.warn) : .text, in: Rect(x, top + offset, size.columns - x, 1))
    }
  }

  private static func renderTabs(_ model: ScreenModel, _ row: Int, _ frame: inout Frame) {
    let rect = Rect(1, row, model.size.columns - 1, 1)
    let views = ViewName.allCases.filter { $0.digit != nil || $0 == model.focus }
    let whole = views.reduce(0) { $0 + $1.rawValue.count + 4 }
    var x = rect.x
    for view in views {
      let isFocused = view == model.focus
      // Where there is no room for all names, the digits do.
      let label = isFocused ? "[\(view.label)]" : whole <= rect.width ? " \(view.label) " : " \(view.digit ?? 0) "
      frame.mark(Rect(x, row, label.count, 1), .pane(view))
      x = frame.write(label, at: Point(x, row), isFocused ? Style(.focus, bold: true) : .dim, clip: rect)
    }
  }

  private static func content(of pane: Layout.Pane, isSingle: Bool) -> Rect {
    isSingle ? pane.rect.inset(1, 0) : pane.rect.inset(2, 1)
  }

  private static func render(_ pane: Layout.Pane, isSingle: Bool, _ model: ScreenModel, _ frame: inout Frame) {
    let isFocused = pane.view == model.focus
    frame.mark(pane.rect, .pane(pane.view))
    let content = content(of: pane, isSingle: isSingle)
    if !isSingle { frame.border(pane.rect, isFocused: isFocused, clip: frame.bounds) }
    let heading = pane.view.pane.render(model, in: content, &frame)
    if isFocused { frame.selected = frame.mark(in: content) }
    guard !isSingle else { return }
    let edge = Rect(pane.rect.x + 2, pane.rect.y, pane.rect.width - 4, 1)
    // A digit before a lesson's title would be taken for its number.
    let digit = pane.view == .lesson ? "" : pane.view.digit.map { "\($0) " } ?? ""
    let title = TextWidth.fit(" \(digit)\(heading.title) ", edge.width)
    frame.write(title, at: Point(edge.x, edge.y), isFocused ? Style(.focus, bold: true) : .text, clip: edge)
    if TextWidth.of(title) + TextWidth.of(heading.detail) + 4 <= edge.width, !heading.detail.isEmpty {
      frame.lineRight(" \(heading.detail) ", row: 0, isFocused ? Style(.focus) : .dim, in: edge)
    }
  }
}

/// The top row: what runs, when it is, and which cluster this is.
enum TitleBar {
  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) {
    let session = model.session
    let bar = Style(.text, reversed: true)
    frame.clear(rect, bar)
    let state =
      model.playback != nil ? "► RUNNING" : session.timeline.isInPast ? "◄ PAST   " : "‖ PAUSED "
    // Of one width while it runs, or all that follows would jitter.
    let instant = model.duty?.clock ?? "t=\(Quantity.milliseconds(session.now.microseconds))"
    let time = TextWidth.pad(instant, 15)
    var parts = ["EVENTUALLY", state, time]
    parts += ["branch \(Printable.escaped(session.timeline.branchName))", speed(session.speed), "seed \(session.seed)"]
    parts += ["\(CountedNoun("replica").text(session.replicaNames.count)) rf \(session.factors)"]
    let faults = session.faults
    // Facts about the present and about the past are told apart. They matter more than what never changes.
    // On duty that is to be found out.
    if faults.soFar > 0, model.duty == nil { parts.insert("faults now \(faults.now), \(faults.soFar) so far", at: 3) }
    let help = model.keyMap.label(for: .help).map { "\($0) help " } ?? ""
    var text = ""
    // Whole parts go from the right where there is no room.
    for part in parts {
      let next = text + (text.isEmpty ? " " : "  ") + part
      if TextWidth.of(next) + TextWidth.of(help) + 1 > rect.width { break }
      text = next
    }
    frame.write(text, at: Point(rect.x, rect.y), bar, clip: rect)
    frame.lineRight(help, row: 0, bar, in: rect)
    frame.mark(Rect(rect.right - help.count, rect.y, help.count, 1), .action(.help))
  }

  private static func speed(_ speed: Speed) -> String {
    switch speed {
    case .auto: "speed auto"
    case .step: "speed step"
    case .max: "speed max"
    case .factor(let thousandths): "speed \(Quantity.number(Double(thousandths) / 1_000))x"
    }
  }
}
