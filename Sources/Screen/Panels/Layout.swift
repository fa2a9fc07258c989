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

  /// The layout for a size and the view that has the focus.
  ///
  /// - Parameters:
  ///   - captionRows: how many rows somebody's words take.
  ///   - guide: what stands at the left of the map, and what belongs beside it; nil: nobody learns, or is on duty.
  init(_ size: Size, focus: ViewName, isZoomed: Bool, captionRows: Int = 0, guide: Guide? = nil) {
    footer = size.rows - 1
    prompt = size.rows - 2
    status = size.rows - 3
    let hasTimeBar = size.rows >= 28 && size.columns >= 80
    timeBar = hasTimeBar ? size.rows - 4 : nil
    let room = Rect(0, 1, size.columns, size.rows - (hasTimeBar ? 5 : 4))
    // What is said is all of it to be read; half of the screen is the least that what it is about needs.
    let captionRows = min(captionRows, room.height / 2)
    let (body, spoken) = room.splitTop(room.height - captionRows)
    caption = captionRows > 0 ? spoken : nil
    isSingle = size.columns < 80 || size.rows < 24
    tabs = isSingle ? 1 : nil
    let rect = isSingle ? body.splitTop(1).bottom : body
    let isAlone = isSingle || isZoomed
    panes = (isAlone ? .pane(focus) : Self.arrangement(in: body, focus, guide: guide)).panes(in: rect)
  }

  /// The first that fits, of those that show the focused view, the richest first.
  private static func arrangement(in body: Rect, _ focus: ViewName, guide: Guide?) -> Arrangement {
    let size = Size(columns: body.width, rows: body.height)
    if let guide { return guided(in: size, focus, guide) }
    let overviews: [Arrangement] = [
      .row([
        .column([.pane(.map), .pane(.spaceTime)]),
        .column([.row([.pane(.key), .pane(.metrics)]), .pane(.repair), .pane(.operations), .pane(.log)]),
      ]),
      .column([.row([.pane(.map), .column([.pane(.key), .pane(.metrics)])]), .pane(.log)]),
    ]
    if let found = overviews.first(where: { size.holds($0.comfortable) }), found.views.contains(focus) { return found }
    let upright = Arrangement.column([.pane(.map), .pane(.key), .pane(.log)])
    let usual = Arrangement.column([.row([.pane(.map), .pane(.key)]), .pane(.log)])
    if usual.views.contains(focus) {
      let isUpright = size.rows * 2 >= size.columns && size.holds(upright.smallest)
      return isUpright ? upright : usual
    }
    // What has no place of its own stands beside the map, if it has as much room there as it likes.
    let beside = Arrangement.column([.row([.pane(focus), .pane(.map)]), .pane(.log)])
    let rest = beside.smallest.columns - focus.pane.room.smallest.columns
    let isRoomy = size.columns - rest >= focus.pane.room.comfortable.columns
    return isRoomy && size.holds(beside.smallest) ? beside : .pane(focus)
  }

  /// What guides somebody, and what belongs beside it.
  struct Guide: Hashable {
    /// The lesson, or the duty.
    let view: ViewName
    /// What the step is about.
    let companion: ViewName
  }

  /// The guide at the left; beside it the map, the focused view or the one that the step is about, and the log.
  private static func guided(in size: Size, _ focus: ViewName, _ guide: Guide) -> Arrangement {
    let isElsewhere = ![guide.view, .map, .log].contains(focus)
    let other = isElsewhere ? focus : guide.companion
    func beside(_ views: [ViewName]) -> Arrangement {
      .row([.pane(guide.view), .column(views.map { .pane($0) })])
    }
    let arrangements = [
      beside([.map, other, .log]), beside([.map, other]), beside([focus == guide.view ? .map : focus]),
    ]
    return arrangements.first { size.holds($0.smallest) && $0.views.contains(focus) } ?? .pane(focus)
  }
}
