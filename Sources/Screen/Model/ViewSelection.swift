import Analysis
import Language
import Workbench

/// What is selected in the views that have more to select than a replica; nil follows the latest.
public struct ViewSelection: Hashable, Sendable {
  /// What is selected on the map; nil: the selected replica.
  public var thing: MapThing?
  /// What h j k l choose among on the map.
  public var kind = MapThing.Kind.replicas
  /// The event of the space-time diagram whose light cone is shown.
  public var event: SpaceTimeReport.EventName?
  /// Whether the space-time diagram shows all keys.
  public var hasAllKeys = false
  /// The version that the clocks view compares, by number.
  public var version: Int?
  /// The version that it is compared with.
  public var reference: Int?
  /// The pair whose trees the repair view opens, by name.
  public var pair: String?
  /// The service level whose course is drawn, by name.
  public var level: String?
  /// The operation that is selected, by number.
  public var operation: Int?
  /// Whether operations of loads are listed too.
  public var hasLoads = false

  /// Nothing selected.
  public init() {}
}

/// Selecting: what the keys that move do in each view.
extension ScreenModel {
  /// Moves sideways: to another line of the space-time diagram, elsewhere as up and down.
  mutating func moveAside(by step: Int) {
    switch focus {
    case .spaceTime: moveLine(by: step)
    default: move(by: step)
    }
  }

  /// Looks inside what is selected.
  mutating func inspect() {
    switch focus {
    case .map: openFaults()
    case .clocks: holdVersion()
    case .operations: tellStory()
    default: break
    }
  }

  /// Shows all there is, or only what concerns the key.
  mutating func changeScope() {
    switch focus {
    case .spaceTime: selection.hasAllKeys.toggle()
    case .operations: selection.hasLoads.toggle()
    default: say("\(focus.rawValue) shows all there is", .dim)
    }
  }

  /// Selects nothing in the focused view. False if nothing was selected.
  mutating func deselect() -> Bool {
    let before = selection
    switch focus {
    case .map: (selection.thing, selection.kind, replica) = (nil, .replicas, nil)
    case .spaceTime: selection.event = nil
    case .clocks: (selection.version, selection.reference) = (nil, nil)
    case .repair: selection.pair = nil
    case .operations: selection.operation = nil
    case .metrics: (selection.level, scroll[.metrics]) = (nil, nil)
    default: break
    }
    return selection != before
  }
}

/// The space-time diagram.
extension ScreenModel {
  /// What it is about, in words.
  var subject: String { selection.hasAllKeys ? "all keys" : key.map(Printable.escaped) ?? "all keys" }

  /// The diagram, with at least that many rows before and after what is selected, where there are as many.
  func spaceTime(rows: Int) -> SpaceTimeReport {
    let scope = selection.hasAllKeys ? .everything : key.map { SpaceTimeReport.Scope.key($0) } ?? .everything
    return session.spaceTime(scope, around: selection.event, count: rows)
  }

  /// Moves the selection by that many rows of events, at the same replica where it has an event there.
  mutating func moveEvent(by rows: Int) {
    let reach = min(abs(rows), 10_000)
    let report = spaceTime(rows: max(size.rows, reach + 1))
    let places = report.rows.indices.filter { report.rows[$0].events.contains { $0.mark != .prediction } }
    guard let last = places.last else { return }
    let present = report.selectedRow.flatMap { places.firstIndex(of: $0) }
    let target = present.map { places[max(0, min(places.count - 1, $0 + max(-reach, min(reach, rows))))] } ?? last
    let events = report.rows[target].events
    let same = events.first { $0.name.replica == selection.event?.replica }
    selection.event = (same ?? events.first)?.name
  }

  /// Moves the selection to the nearest event on the next line that has any.
  private mutating func moveLine(by step: Int) {
    let report = spaceTime(rows: size.rows)
    guard let row = report.selectedRow, let replica = selection.event?.replica else {
      moveEvent(by: step)
      return
    }
    let order = report.rows.indices.sorted { (abs($0 - row), $0) < (abs($1 - row), $1) }
    let lanes = report.lanes.map(\.replica)
    let beyond = step > 0 ? lanes.filter { $0 > replica } : lanes.filter { $0 < replica }.reversed()
    for lane in beyond {
      for place in order {
        let found = report.rows[place].events.first { $0.name.replica == lane && $0.mark != .prediction }
        if let found {
          selection.event = found.name
          return
        }
      }
    }
  }
}

/// The clocks view.
extension ScreenModel {
  /// The versions of the selected key, two of them compared.
  var clocks: ClocksReport {
    ClocksReport(of: key ?? "", selected: selection.version, reference: selection.reference, in: session.timeline)
  }

  /// Compares the version that many rows further down.
  mutating func moveVersion(by rows: Int) {
    let report = clocks
    guard let selected = report.selected, let reference = report.reference else { return }
    // The other one stays what it is while this one moves.
    selection.reference = report.versions[reference].number
    let target = max(0, min(report.versions.count - 1, selected + max(-10_000, min(10_000, rows))))
    selection.version = report.versions[target].number
  }

  /// Holds the selected version: what is selected next is compared with it.
  private mutating func holdVersion() {
    let report = clocks
    guard let selected = report.selected else { return }
    selection.reference = report.versions[selected].number
    selection.version = report.versions[selected].number
    say("compared with \(report.versions[selected].value); j and k choose the other", .dim)
  }
}

/// The repair view.
extension ScreenModel {
  /// The state of repair, with at most that many lines of the selected pair's trees.
  func repair(treeLines: Int) -> RepairReport {
    RepairReport(selecting: selection.pair, treeLines: treeLines, in: session.timeline)
  }

  /// Opens the trees of the pair that many rows further down.
  mutating func movePair(by rows: Int) {
    let report = repair(treeLines: 0)
    guard let selected = report.selected else { return }
    let target = max(0, min(report.pairs.count - 1, selected + max(-10_000, min(10_000, rows))))
    selection.pair = report.pairs[target].name
  }
}

/// The service levels, and the numbers below them.
extension ScreenModel {
  /// Selects another service level; past the last one the numbers below are scrolled.
  mutating func moveLevel(by rows: Int) {
    let names = ServiceReport(columns: 1, in: session.timeline).rows.map(\.name)
    let scrolled = scroll[.metrics] ?? 0
    let place = scrolled > 0 ? names.count - 1 + scrolled : names.firstIndex { $0 == selection.level } ?? 0
    let last = names.count - 1 + session.rowCount(of: .metrics)
    let target = max(0, min(last, place + max(-10_000, min(10_000, rows))))
    selection.level = names[min(target, names.count - 1)]
    scroll[.metrics] = max(0, target - names.count + 1)
  }
}

/// The operations view.
extension ScreenModel {
  /// Selects the operation that many rows further down.
  mutating func moveOperation(by rows: Int) {
    let reach = max(-1_000_000, min(1_000_000, rows))
    selection.operation = session.operation(reach, after: selection.operation, withLoads: selection.hasLoads)
  }

  /// Shows the messages of the selected operation, or of the latest.
  private mutating func tellStory() {
    let number = selection.operation ?? session.operation(0, after: nil, withLoads: selection.hasLoads)
    guard let number, let story = OperationStory(of: number, in: session.timeline) else {
      say("no operation has ended yet", .dim)
      return
    }
    selection.operation = number
    mode = .overlay(Overlay(title: story.title, lines: story.lines))
  }
}
