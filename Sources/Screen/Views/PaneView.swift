import Analysis
import Language
import Workbench

/// A view of the workbench: what it shows, how much room it wants, what it draws, and what keys do in it.
///
/// A new view is a file with one of these, its name in `ViewName`, and the line that the compiler then asks for in
/// ``ViewName/pane``. Layout, tabs, palette, help, footer and list of views are made from these.
protocol PaneView {
  /// What it shows, in a few words.
  static var summary: String { get }
  /// How much room it wants.
  static var room: PaneRoom { get }
  /// What keys do in it, the most useful first.
  static var keys: [PaneKey] { get }

  /// Works out what takes long to work out, before it is drawn with the focus; asked for after every message.
  static func refresh(_ model: inout ScreenModel)
  /// Draws it.
  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading

  /// Moves the selection by that many rows; down is positive.
  static func move(_ model: inout ScreenModel, by rows: Int)
  /// Moves the selection sideways.
  static func moveAside(_ model: inout ScreenModel, by columns: Int)
  /// Looks inside what is selected, or goes there.
  static func open(_ model: inout ScreenModel) -> [ScreenEffect]
  /// What is selected, in full; nil: nothing is.
  static func inspection(_ model: ScreenModel) -> Inspection?
  /// Shows all there is, or only what matters.
  static func changeScope(_ model: inout ScreenModel)
  /// Selects nothing any more. False if nothing was selected.
  static func deselect(_ model: inout ScreenModel) -> Bool
  /// The operation that `y` explains; nil: the latest.
  static func subject(_ model: ScreenModel) -> Int?
  /// What would make time stop at what is selected: the next change of it.
  static func condition(_ model: ScreenModel) -> String?
  /// Where a text stands in it, from the top; what the numbers mean, it knows itself.
  static func matches(of text: String, in model: ScreenModel) -> [Int]
  /// The match that is selected already: a search begins there. Nil: none is.
  static func nearestMatch(in model: ScreenModel) -> Int?
  /// Shows only what contains a text; all if that is empty.
  static func narrow(_ model: inout ScreenModel, to text: String)
  /// Sorts by a column.
  static func sort(_ model: inout ScreenModel, by column: Int)
  /// Turns the order round.
  static func reverse(_ model: inout ScreenModel)
  /// Whether what comes last is the latest, and so the nearest: a search begins there.
  static var isLatestLast: Bool { get }
  /// Shows one of those places.
  static func show(_ match: Int, in model: inout ScreenModel)
}

/// How much room a view wants, its border included.
struct PaneRoom: Hashable {
  /// With less it isn't drawn beside others.
  let smallest: Size
  /// With more it shows little more.
  let preferred: Size
  /// A third of the way from the one to the other.
  var comfortable: Size {
    Size(
      columns: (2 * smallest.columns + preferred.columns) / 3, rows: (2 * smallest.rows + preferred.rows) / 3)
  }

  init(_ smallest: (columns: Int, rows: Int), preferred: (columns: Int, rows: Int)) {
    self.smallest = Size(columns: smallest.columns, rows: smallest.rows)
    self.preferred = Size(columns: preferred.columns, rows: preferred.rows)
  }
}

/// What a key does in a view.
struct PaneKey: Hashable {
  /// The action whose key it is.
  let action: ScreenAction
  /// In one or two words, for the footer.
  let hint: String
  /// In a few words, for the help.
  let summary: String
  /// Whether it does anything only where replicas are repaired by comparing them, and keep hints.
  let needsRepair: Bool

  init(_ action: ScreenAction, _ hint: String, _ summary: String, needsRepair: Bool = false) {
    self.action = action
    self.hint = hint
    self.summary = summary
    self.needsRepair = needsRepair
  }
}

extension PaneView {
  /// What keys do in it under the cluster's replication scheme.
  static func keys(in model: ScreenModel) -> [PaneKey] {
    let hasRepair = model.session.timeline.waiting == nil
    return keys.filter { hasRepair || !$0.needsRepair }
  }
}

/// What stands in the border above a pane.
struct PaneHeading {
  /// At the left, after its digit.
  let title: String
  /// At the right, if there is room.
  let detail: String
}

extension PaneView {
  static var isLatestLast: Bool { true }
  static func nearestMatch(in model: ScreenModel) -> Int? { nil }
  static func refresh(_ model: inout ScreenModel) {}
  static func moveAside(_ model: inout ScreenModel, by columns: Int) { move(&model, by: columns) }

  static func changeScope(_ model: inout ScreenModel) {
    model.say("\(model.focus.rawValue) shows all there is", .dim)
  }

  static func narrow(_ model: inout ScreenModel, to text: String) {}
  static func sort(_ model: inout ScreenModel, by column: Int) {}

  static func reverse(_ model: inout ScreenModel) {
    let name = model.focus.rawValue
    model.say("\(name) has an order of its own; keys, replicas, clients, hints and timelines are sorted", .dim)
  }

  static func deselect(_ model: inout ScreenModel) -> Bool { false }
  static func inspection(_ model: ScreenModel) -> Inspection? { nil }
  static func subject(_ model: ScreenModel) -> Int? { nil }
  static func condition(_ model: ScreenModel) -> String? { nil }
  static func matches(of text: String, in model: ScreenModel) -> [Int] { [] }
  static func show(_ match: Int, in model: inout ScreenModel) { model.scroll[model.focus] = match }
}
