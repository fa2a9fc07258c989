import Analysis
import Language
import Workbench

/// Commands to choose from, each with its meaning: for what is selected, or all there are.
public struct Menu: Hashable, Sendable {
  /// One line: the command, and what it does.
  public struct Item: Hashable, Sendable {
    /// The command, or the beginning of one.
    public let command: String
    /// What it does, in a few words.
    public let summary: String
    /// The key that does the same; empty if there is none.
    public var key = ""
    /// Why it can't be done now; nil if it can.
    public var reason: String?
    /// Whether choosing it carries it out; otherwise it goes to the prompt, for the rest of it.
    public var isWhole = true
    /// What is shown in place of the command.
    var label: String?
    /// Whether it begins a lesson.
    var isLesson = false
    /// What the key does, where the item is a key's.
    var action: ScreenAction?
    /// Whether what it is called and what it means are both shown; a key's item is called what it does.
    var isDescribed = false
    /// Whether it can be chosen: a heading can't, nor what only explains.
    var isChoice = true

    /// The heading of those that follow.
    static func heading(_ text: String) -> Item { Item(command: text, summary: "", isChoice: false) }
  }

  /// What it is about.
  public let title: String
  /// All items.
  public let items: [Item]
  /// Whether letters narrow it; else they are keys.
  public let isFiltered: Bool
  /// The letters.
  public internal(set) var filter = ""
  /// The item that Enter takes, among those shown.
  public internal(set) var selected = 0
  /// Whether it was opened from the prompt, to which leaving it leads back.
  var isOfPrompt = false

  /// The items that contain all words of the filter.
  public var shown: [Item] {
    let words = filter.lowercased().split(separator: " ")
    if words.isEmpty { return items }
    let found = items.filter { item in
      guard item.isChoice || !item.summary.isEmpty else { return false }
      let text = "\(item.command) \(item.summary) \(item.key)".lowercased()
      return words.allSatisfy { text.contains($0) }
    }
    // What is called just that comes first.
    guard let first = words.first else { return found }
    func isCalled(_ item: Item) -> Bool { item.command.hasPrefix(first) || item.summary == first }
    return found.filter(isCalled) + found.filter { !isCalled($0) }
  }
}

extension ScreenModel {
  /// A key goes to the menu.
  mutating func pressedInMenu(_ menu: Menu, _ key: Key) -> [ScreenEffect] {
    var menu = menu
    let shown = menu.shown
    /// Headings are passed over, and at the ends the nearest choice is kept.
    func moved(_ rows: Int) -> Int { shown.place(rows, after: menu.selected) }
    switch key {
    case .escape:
      mode = menu.isOfPrompt || tutorial.step != nil ? .prompt : .keys
      return []
    case .enter:
      guard shown.indices.contains(menu.selected), shown[menu.selected].isChoice else { return [] }
      return choose(shown[menu.selected])
    case .down, .control("n"), .tab: menu.selected = moved(1)
    case .up, .control("p"), .backTab: menu.selected = moved(-1)
    case .pageDown: menu.selected = moved(10)
    case .pageUp: menu.selected = moved(-10)
    case .home: menu.selected = moved(-shown.count)
    case .end: menu.selected = moved(shown.count)
    case .backspace where menu.isFiltered, .control("h") where menu.isFiltered:
      menu.filter = String(menu.filter.dropLast())
      menu.selected = menu.shown.place(0, after: 0)
    case .control("u") where menu.isFiltered:
      menu.filter = ""
      menu.selected = menu.shown.place(0, after: 0)
    case .character(let character) where menu.isFiltered:
      menu.filter = String((menu.filter + String(character)).prefix(60))
      menu.selected = menu.shown.place(0, after: 0)
    case .character("j"): menu.selected = moved(1)
    case .character("k"): menu.selected = moved(-1)
    case .character("q"):
      mode = .keys
      return []
    default: return []
    }
    mode = .menu(menu)
    return []
  }

  /// Takes an item.
  private mutating func choose(_ item: Menu.Item) -> [ScreenEffect] {
    mode = .keys
    if let reason = item.reason {
      say(reason, .warn)
      return []
    }
    if item.isLesson {
      begin(lessonNamed: item.command)
      return []
    }
    if let action = item.action, item.isWhole { return perform(action) }
    guard item.isWhole else {
      mode = .prompt
      prompt.set(item.action == .openPrompt ? item.command : item.command + " ")
      return []
    }
    return run(item.command)
  }

  /// Opens the menu of faults for what is selected in the map.
  mutating func openFaults() {
    guard let thing = selectedThing else {
      say("select a replica, a link or a message in the map first: h j k l, and o for what they choose among", .warn)
      return
    }
    mode = .menu(Menu(title: thing.title.uppercased(), items: thing.faults(in: session), isFiltered: false))
  }

  /// Opens the tree of branches: each can be gone to, and compared with the present one.
  mutating func openBranches() {
    let tree = session.branchTree
    let items = tree.flatMap { branch in
      let indent = String(repeating: "  ", count: branch.depth) + (branch.depth > 0 ? "└ " : "")
      let name = branch.name
      let present = session.timeline.branchName
      var items = [
        Menu.Item(
          command: "switch \(name)", summary: branch.summary, label: "\(indent)\(name)\(branch.isPresent ? " ◆" : "")")
      ]
      if !branch.isPresent {
        let blank = String(repeating: " ", count: indent.count + 2)
        items.append(
          Menu.Item(
            command: "diff \(present) \(name)", summary: "side by side with \(present)", label: "\(blank)compare"))
      }
      return items
    }
    mode = .menu(Menu(title: "BRANCHES", items: items, isFiltered: false))
  }

  /// Opens the prompt's history, the latest first; Enter puts a line into the prompt.
  mutating func openHistory() {
    var seen: Set<String> = []
    let items = prompt.history.reversed().filter { seen.insert($0).inserted }.map {
      Menu.Item(command: $0, summary: "", isWhole: false, action: .openPrompt)
    }
    guard !items.isEmpty else {
      say("nothing has been typed yet", .dim)
      return
    }
    mode = .menu(Menu(title: "HISTORY", items: Array(items), isFiltered: true, isOfPrompt: true))
  }
}

extension [Menu.Item] {
  /// The place of the choice that stands that many rows further on, or as far as there are any.
  func place(_ rows: Int, after place: Int) -> Int {
    let choices = indices.filter { self[$0].isChoice }
    guard let last = choices.last, let first = choices.first else { return 0 }
    let target = Swift.max(first, Swift.min(last, place + rows))
    return (rows < 0 ? choices.last { $0 <= target } : choices.first { $0 >= target }) ?? first
  }
}
