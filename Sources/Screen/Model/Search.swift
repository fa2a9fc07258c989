import Language
import Workbench

/// A search in a pane: what is looked for, and where it was found.
public struct Search: Hashable, Sendable {
  /// What is looked for.
  public internal(set) var text = ""
  /// Where it was found, in the order of the rows from the top; what the numbers mean, the pane knows.
  public internal(set) var matches: [Int] = []
  /// Which of them is shown.
  public internal(set) var place = 0
  /// What was selected before.
  let start: ViewSelection
  /// Which key was selected before.
  let key: String?
  /// At which rows of tables somebody looked before.
  let tables: [ViewName: TableLook]

  init(in model: ScreenModel) { (start, key, tables) = (model.selection, model.key, model.tables) }

  /// Such as `3/17`.
  public var count: String { matches.isEmpty ? "no match" : "\(place + 1)/\(matches.count)" }
}

extension ScreenModel {
  /// A key goes to the search that is being typed.
  mutating func pressedInSearch(_ search: Search, _ key: Key) -> [ScreenEffect] {
    var search = search
    switch key {
    case .escape:
      mode = .keys
      (selection, self.key) = (search.start, search.key)
      tables = search.tables
      focus.pane.narrow(&self, to: "")
      self.search = nil
      return []
    case .enter:
      mode = .keys
      self.search = search.matches.isEmpty ? nil : search
      if search.matches.isEmpty { say("\(Printable.escaped(search.text)) isn\'t found here", .warn) }
      return []
    case .control("u"): search.text = ""
    case .backspace, .control("h"): search.text = String(search.text.dropLast())
    case .character(let character): search.text = String((search.text + String(character)).prefix(80))
    case .down, .control("n"): search.place = max(0, min(search.matches.count - 1, search.place + 1))
    case .up, .control("p"): search.place = max(0, search.place - 1)
    default: return []
    }
    if key != .down, key != .up {
      focus.pane.narrow(&self, to: search.text)
      search.matches = search.text.isEmpty ? [] : focus.pane.matches(of: search.text, in: self)
      search.place =
        focus.pane.nearestMatch(in: self).flatMap(search.matches.firstIndex(of:))
        ?? (focus.pane.isLatestLast ? max(0, search.matches.count - 1) : 0)
    }
    mode = .search(search)
    show(search)
    return []
  }

  /// The next match, or the one before; past the last comes the first.
  mutating func nextMatch(by step: Int) {
    guard var search, !search.matches.isEmpty else {
      say("nothing is being looked for; / begins a search", .dim)
      return
    }
    let next = search.place + step
    let count = search.matches.count
    search.place = (next + count) % count
    self.search = search
    show(search)
    let isWrapped = next != search.place
    say("\(Printable.escaped(search.text)): \(search.count)\(isWrapped ? ", once around" : "")", .focus)
  }

  private mutating func show(_ search: Search) {
    guard search.matches.indices.contains(search.place) else { return }
    focus.pane.show(search.matches[search.place], in: &self)
  }
}
