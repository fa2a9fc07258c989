import Language
import Workbench

/// The lowest row while a demo is played: how far it is, and what the presenter can do.
enum DemoFooter {
  static func render(_ demo: Demo, in rect: Rect, _ frame: inout Frame) {
    let place = "► step \(demo.position)/\(demo.steps.count)"
    var x = frame.write(place, at: Point(rect.x, rect.y), Style(.focus, bold: true), clip: rect) + 3
    let isWaiting = demo.pace == .presenter || demo.phase == .holding
    var hints = [("Space", isWaiting ? "next" : demo.isPaused ? "go on" : "pause")]
    if demo.isOver { hints = [] } else if !isWaiting { hints.append(("→", "hurry")) }
    hints += [("←", "back")] + (demo.isGuarded ? [] : [("t", "take over")])
    hints += [("b", "blank"), ("+ -", "speed"), ("1-9", "chapter"), ("q", "leave")]
    for (key, hint) in hints {
      guard x + TextWidth.of(key) + TextWidth.of(hint) + 1 <= rect.right else { break }
      x = frame.write(key, at: Point(x, rect.y), Style(.focus), clip: rect)
      x = frame.write(" \(hint)  ", at: Point(x, rect.y), .dim, clip: rect)
    }
  }
}
