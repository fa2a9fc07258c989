import Kernel
import Language
import Workbench

/// A part of the screen that can be clicked, and what it stands for.
public struct Hit: Hashable, Sendable {
  /// What a part of the screen stands for.
  public enum Target: Hashable, Sendable {
    /// A pane: a click gives it the focus, the wheel scrolls it.
    case pane(ViewName)
    /// What a key does.
    case action(ScreenAction)
    /// Something on the map.
    case thing(MapThing)
    /// A copy of the selected key, by its replica.
    case copy(String)
    /// A row of a view's list; what the number means, the view knows.
    case row(ViewName, Int)
    /// The title of a table's column.
    case column(ViewName, Int)
    /// A moment of the present branch.
    case instant(Instant)
    /// A line of a menu, among those shown.
    case item(Int)
    /// A choice of a lesson's question, from 1.
    case choice(Int)
    /// The prompt.
    case prompt
  }

  /// Where.
  public let rect: Rect
  /// What.
  public let target: Target
}

/// What somebody sees: what can be clicked in a frame, and how far its texts go on. The model is told, and asks no view.
public struct Sight: Hashable, Sendable {
  /// What can be clicked, the topmost last.
  public internal(set) var hits: [Hit] = []
  /// How many rows the text of a view can be scrolled, of those that know it only once they are drawn.
  public internal(set) var reach: [ViewName: Int] = [:]

  /// What stands at a place, the topmost first.
  func targets(at point: Point) -> [Hit.Target] {
    hits.reversed().filter { $0.rect.contains(point) }.map(\.target)
  }
}

/// What somebody does with a mouse.
public enum MouseAction: Hashable, Sendable {
  case press, drag, release
  /// The wheel, by that many rows; negative: up.
  case wheel(Int)
}
