import Analysis
import Kernel
import Workbench

/// What the mouse does: it points at what is seen.
extension ScreenModel {
  /// Takes in something that was done with the mouse.
  mutating func take(_ action: MouseAction, at point: Point) -> [ScreenEffect] {
    let targets = sight.targets(at: point)
    switch action {
    case .press: return press(targets)
    case .drag:
      // Only time can be dragged along.
      if case .instant(let instant)? = targets.first, instant != session.now { return go(to: instant) }
    case .wheel(let rows): wheel(rows, targets)
    case .release: break
    }
    return []
  }

  private mutating func press(_ targets: [Hit.Target]) -> [ScreenEffect] {
    guard let target = targets.first else { return [] }
    for case .pane(let view) in targets where mode == .keys || mode == .prompt { focus = view }
    // Who points elsewhere doesn't type just now; what was typed stands there still.
    if mode == .prompt, target != .prompt { mode = .keys }
    if target != .prompt { status = nil }
    switch target {
    case .pane: break
    case .action(let action): return perform(action)
    case .thing(let thing): choose(thing)
    case .copy(let name): replica = name
    case .row(let view, let row):
      let before = (selection, tables)
      view.pane.show(row, in: &self)
      // What is selected already is opened.
      if (selection, tables) == before { return view.pane.open(&self) }
    case .column(let view, let column):
      if tables[view]?.column == column { view.pane.reverse(&self) } else { view.pane.sort(&self, by: column) }
    case .instant(let instant):
      if case .overlay = mode { mode = .keys }
      return go(to: instant)
    case .choice(let number): _ = guess(number)
    case .prompt: mode = .prompt
    case .item(let position):
      guard case .menu(var menu) = mode else { return [] }
      menu.selected = position
      mode = .menu(menu)
      return update(.key(.enter))
    }
    return []
  }

  /// Scrolls what the pointer is over; the focus stays where it is.
  private mutating func wheel(_ rows: Int, _ targets: [Hit.Target]) {
    switch mode {
    case .overlay, .menu: _ = update(.key(rows > 0 ? .down : .up))
    case .keys, .prompt, .search:
      for case .pane(let view) in targets {
        view.pane.move(&self, by: rows)
      }
    case .form, .question: break
    }
  }
}

/// Moving along the branch by its bar.
extension ScreenModel {
  /// Goes to an instant of the present branch, as `goto` does.
  mutating func go(to instant: Instant) -> [ScreenEffect] { run("goto \(instant.microseconds)us") }

  /// Goes a tenth of the branch's time back or forth.
  mutating func seek(by tenths: Int64) -> [ScreenEffect] {
    let end = max(session.timeline.tip.time, session.now).microseconds
    let now = session.now.microseconds
    let target = max(0, min(end, now + tenths * max(1, end / 10)))
    guard target != now else {
      say(tenths < 0 ? "this is the beginning of time" : "this is the end of the branch; Space lets time run on", .dim)
      return []
    }
    return go(to: Instant(microseconds: target))
  }
}
