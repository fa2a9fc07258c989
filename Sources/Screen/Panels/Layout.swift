import Language
import Workbench

/// Which panes a screen of some size shows, and where. Computed from the size alone.
public struct Layout: Hashable, Sendable {
  /// The smallest screen that shows anything but a notice.
  public static let smallest = Size(columns: 40, rows: 10)

  /// A pane and its place.
  public struct Pane: Hashable, Sendable {
    /// Which.
    public let view: ViewName
    /// Where, its border included.
    public let rect: Rect
  }

  /// The panes.
  public let panes: [Pane]
  /// Whether there is room for one pane only: then it has no border, and the others are named in a row of tabs.
  public let isSingle: Bool
  /// The row of tabs, where there is one.
  public let tabs: Int?
  /// The row of the bar of time, where there is room for it.
  public let timeBar: Int?
  /// Where somebody's words stand, if anybody says anything.
  public let caption: Rect?
  /// The row of the status line.
  public let status: Int
  /// The row of the prompt.
  public let prompt: Int
  /// The row of the footer.
  public let footer: Int

  /// The layout for a size and the pane that has the focus, with that many rows for somebody's words.
  public init(_ size: Size, focus: ViewName, isZoomed: Bool, captionRows: Int = 0, isLearning: Bool = false) {
    footer = size.rows - 1
    prompt = size.rows - 2
    status = size.rows - 3
    let hasTimeBar = size.rows >= 28 && size.columns >= 80
    timeBar = hasTimeBar ? size.rows - 4 : nil
    let room = Rect(0, 1, size.columns, size.rows - (hasTimeBar ? 5 : 4))
    let captionRows = min(captionRows, room.height / 4)
    let (body, spoken) = room.splitTop(room.height - captionRows)
    caption = captionRows > 0 ? spoken : nil
    isSingle = size.columns < 80 || size.rows < 24
    if isSingle {
      tabs = 1
      panes = [Pane(view: focus, rect: body.splitTop(1).bottom)]
      return
    }
    tabs = nil
    let arranged = isLearning ? Self.learning(body, focus) : Self.arrange(body)
    panes = isZoomed || !arranged.contains { $0.view == focus } ? [Pane(view: focus, rect: body)] : arranged
  }

  /// The lesson at the left, beside it the map and one more view: the focused one, or the key.
  private static func learning(_ body: Rect, _ focus: ViewName) -> [Pane] {
    let (lesson, rest) = body.splitLeft(max(38, min(72, body.width * 4 / 10)))
    let pane = Pane(view: .lesson, rect: lesson)
    let other = [.lesson, .map].contains(focus) ? ViewName.key : focus
    guard rest.height >= 30 else {
      return [pane, Pane(view: [.lesson, .map].contains(focus) ? .map : focus, rect: rest)]
    }
    let (map, below) = rest.splitTop(rest.height * 55 / 100)
    return [pane, Pane(view: .map, rect: map), Pane(view: other, rect: below)]
  }

  private static func arrange(_ body: Rect) -> [Pane] {
    if body.width >= 180, body.height >= 40 { return threeColumns(body) }
    if body.width <= 84, body.height >= 42 { return stacked(body) }
    if body.width >= 110, body.height >= 30 { return quarters(body) }
    let logHeight = max(7, body.height * 3 / 10)
    let (top, log) = body.splitTop(body.height - logHeight)
    let (map, key) = top.splitLeft(top.width * 5 / 8)
    return [Pane(view: .map, rect: map), Pane(view: .key, rect: key), Pane(view: .log, rect: log)]
  }

  private static func quarters(_ body: Rect) -> [Pane] {
    let (top, bottom) = body.splitTop(body.height * 6 / 10)
    let (map, key) = top.splitLeft(top.width * 4 / 7)
    let (log, metrics) = bottom.splitLeft(bottom.width * 5 / 9)
    return [
      Pane(view: .map, rect: map), Pane(view: .key, rect: key), Pane(view: .log, rect: log),
      Pane(view: .metrics, rect: metrics),
    ]
  }

  private static func threeColumns(_ body: Rect) -> [Pane] {
    let (left, rest) = body.splitLeft(min(100, body.width * 42 / 100))
    let (middle, right) = rest.splitLeft(rest.width * 53 / 100)
    let (map, spaceTime) = left.splitTop(body.height * 55 / 100)
    let (key, repair) = middle.splitTop(body.height * 45 / 100)
    let (metrics, lists) = right.splitTop(body.height * 36 / 100)
    let (operations, log) = lists.splitTop(lists.height * 4 / 10)
    return [
      Pane(view: .map, rect: map), Pane(view: .spaceTime, rect: spaceTime), Pane(view: .key, rect: key),
      Pane(view: .repair, rect: repair), Pane(view: .metrics, rect: metrics),
      Pane(view: .operations, rect: operations), Pane(view: .log, rect: log),
    ]
  }

  private static func stacked(_ body: Rect) -> [Pane] {
    let (map, rest) = body.splitTop(body.height * 4 / 10)
    let (key, log) = rest.splitTop(14)
    return [Pane(view: .map, rect: map), Pane(view: .key, rect: key), Pane(view: .log, rect: log)]
  }
}
