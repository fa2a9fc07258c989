import Language
import Workbench

/// Explanations on the screen: each fact that has an instant leads there.
extension ScreenModel {
  /// Asks why the selected operation answered as it did; where none is selected, the latest.
  mutating func explain() -> [ScreenEffect] {
    return run(focus.pane.subject(self).map { "why \($0)" } ?? "why")
  }

  /// Takes a key over an explanation: up and down choose a fact, Enter goes to its instant; nil for any other key.
  mutating func pressedAmongStops(_ key: Key, _ overlay: Overlay) -> [ScreenEffect]? {
    var overlay = overlay
    let last = overlay.stops.count - 1
    switch keyMap.action(for: key) {
    case .up: overlay.selected = max(0, (overlay.selected ?? last + 1) - 1)
    // Below the last fact there is more to read.
    case .down where overlay.selected == last: return nil
    case .down: overlay.selected = min(last, (overlay.selected ?? -1) + 1)
    case .finish:
      guard let selected = overlay.selected else { return nil }
      mode = .keys
      return go(to: overlay.stops[selected].at)
    default: return nil
    }
    // The selected line, and what follows of its fact, stay in sight.
    let rows = Overlay.rows(on: size)
    if let selected = overlay.selected {
      let line = overlay.stops[selected].line
      if selected == 0 { overlay.offset = 0 }
      if line < overlay.offset { overlay.offset = line }
      if line + 3 > overlay.offset + rows {
        overlay.offset = max(0, min(overlay.lines.count - rows, line + 3 - rows))
      }
    }
    mode = .overlay(overlay)
    return []
  }
}
