import Language

/// What a key does.
public enum ScreenAction: Hashable, Sendable {
  case quit, quitNow, help, openPrompt, nextPane, previousPane, pane(Int)
  case up, down, left, right, top, bottom, pageUp, pageDown
  case scope, previousKey, nextKey, runOrPause, stepForward, stepBack, finish, faster, slower
  case undo, redo, zoom, redraw, suspend, interrupt, cancel
  case write, read, cutOrHeal, faults, level, repair, kind, why, breakpoint, palette, messages, earlier, later
  case lesson(LessonAction)
  case duty(DutyAction)
  case branches, search, next, previous, previousMatch, mouse
  /// This moment as a text that can be passed on.
  case share
  /// The list of all views.
  case views, inspect, copy
  /// Turns the order of a table round.
  case reverse
  /// One of them.
  case view(ViewName)
}

/// One line of the key table: keys, what they do, and how that is said.
public struct KeyBinding: Hashable, Sendable {
  /// Parts of the help.
  public enum Group: String, CaseIterable, Sendable {
    case time = "TIME"
    case hands = "DOING"
    case lesson = "LESSON"
    case duty = "DUTY"
    case panes = "PANES"
    case prompt = "PROMPT"
    case program = "PROGRAM"
  }

  /// The keys, the first as the footer names it.
  public let keys: [Key]
  /// How the keys are written.
  public let label: String
  /// What they do.
  public let action: ScreenAction
  /// In one or two words, for the footer; nil if it has no place there.
  public let hint: String?
  /// In a few words, for the help.
  public let summary: String
  /// Where it stands in the help.
  public let group: Group

  init(
    _ keys: [Key], _ label: String, _ action: ScreenAction, hint: String? = nil, _ summary: String, _ group: Group
  ) {
    self.keys = keys
    self.label = label
    self.action = action
    self.hint = hint
    self.summary = summary
    self.group = group
  }

  /// The same with other keys.
  func with(_ keys: [Key]) -> KeyBinding {
    KeyBinding(keys, keys.map(\.name).joined(separator: " "), action, hint: hint, summary, group)
  }
}

/// The one table from which bindings, footer and help are made.
public struct KeyMap: Hashable, Sendable {
  /// All bindings that apply while the prompt is closed.
  public let bindings: [KeyBinding]
  private let table: [Key: ScreenAction]

  /// A table of keys; where one stands twice, the later line has it.
  public init(_ bindings: [KeyBinding]) {
    self.bindings = bindings
    table = bindings.reduce(into: [:]) { table, binding in
      for key in binding.keys { table[key] = binding.action }
    }
  }

  /// The keys that hold as long as nobody has chosen others.
  public static let standard = KeyMap(standardBindings)

  private static let standardBindings: [KeyBinding] = [
    KeyBinding([.character(":")], ":", .openPrompt, hint: "command", "type a command", .program),
    KeyBinding([.character(" ")], "Space", .runOrPause, hint: "run/pause", "let time run, or pause it", .time),
    KeyBinding(
      [.character(".")], ". n", .stepForward, hint: "step", "play the next event; n: or the next match", .time),
    KeyBinding([.character("n")], "", .next, "", .time),
    KeyBinding(
      [.character(",")], ", p", .stepBack, hint: "back", "take the last event back; p: or the match before", .time),
    KeyBinding([.character("p")], "", .previous, "", .time),
    KeyBinding([.enter], "Enter", .finish, "finish what is played; else look inside", .time),
    KeyBinding([.character("+"), .character("=")], "+", .faster, "play faster", .time),
    KeyBinding([.character("-")], "-", .slower, "play slower", .time),
    KeyBinding([.character("u")], "u", .undo, hint: "undo", "undo the last command", .time),
    KeyBinding([.control("r")], "Ctrl-R", .redo, "redo it", .time),
    KeyBinding([.character("{")], "{ }", .earlier, "a tenth of the time back, or forth", .time),
    KeyBinding([.character("}")], "", .later, "", .time),
    KeyBinding([.character("B")], "B", .branches, "the tree of branches: switch, or compare", .time),
    KeyBinding([.character("b")], "b", .breakpoint, "stop time when what is selected changes", .time),
    KeyBinding([.character("w")], "w", .write, hint: "write", "write: a form with what will come of it", .hands),
    KeyBinding([.character("r")], "r", .read, hint: "read", "read: the same", .hands),
    KeyBinding([.character("v")], "v", .level, "the next consistency level, with its arithmetic", .hands),
    KeyBinding([.character("o")], "o", .kind, "h j k l choose replicas, links, messages", .hands),
    KeyBinding([.character("x")], "x", .cutOrHeal, hint: "cut", "cut or heal the selected link or replica", .hands),
    KeyBinding([.character("f")], "f", .faults, hint: "fault", "what can be done to what is selected", .hands),
    KeyBinding([.character("R")], "R", .repair, "repair the selected key or pair", .hands),
    KeyBinding([.character("y")], "y", .why, "why the selected or latest operation answered so", .hands),
    KeyBinding([.character("i")], "i", .inspect, "what is selected, in full", .hands),
    KeyBinding([.character("Y")], "Y", .copy, "copy what is selected, or what lies over the screen", .hands),
    KeyBinding([.character("H")], "H", .lesson(.hint), "the next hint", .lesson),
    KeyBinding([.character("S")], "S", .lesson(.solution), "show the solution", .lesson),
    KeyBinding([.character("E")], "E", .lesson(.again), "the step anew", .lesson),
    KeyBinding([.character(">")], ">", .lesson(.skip), "skip the step", .lesson),
    KeyBinding([.character("<")], "<", .lesson(.previous), "the step before", .lesson),
    KeyBinding([.character("L")], "L", .lesson(.menu), "all lessons", .lesson),
    KeyBinding([.character("C")], "C", .duty(.cause), "name a cause, with what shows it", .duty),
    KeyBinding([.character("T")], "T", .duty(.score), "what the day has come to", .duty),
    KeyBinding([.tab], "Tab", .nextPane, hint: "pane", "next pane", .panes),
    KeyBinding([.backTab], "Shift-Tab", .previousPane, "previous pane", .panes),
    KeyBinding([.character("1")], "1 … 9", .pane(1), "that pane", .panes),
    KeyBinding([.character("2")], "", .pane(2), "", .panes),
    KeyBinding([.character("3")], "", .pane(3), "", .panes),
    KeyBinding([.character("4")], "", .pane(4), "", .panes),
    KeyBinding([.character("5")], "", .pane(5), "", .panes),
    KeyBinding([.character("6")], "", .pane(6), "", .panes),
    KeyBinding([.character("7")], "", .pane(7), "", .panes),
    KeyBinding([.character("8")], "", .pane(8), "", .panes),
    KeyBinding([.character("9")], "", .pane(9), "", .panes),
    KeyBinding([.character("0")], "0", .pane(10), "the guarantees that the history has kept", .panes),
    KeyBinding([.character("V")], "V", .views, "all views, by name", .panes),
    KeyBinding([.character("z")], "z", .zoom, hint: "zoom", "the pane alone, and back", .panes),
    KeyBinding([.character("h"), .left], "h ←", .left, "left: the replica before, another line", .panes),
    KeyBinding([.character("j"), .down], "j ↓", .down, "down: the next replica, event or row", .panes),
    KeyBinding([.character("k"), .up], "k ↑", .up, "up: the replica, event or row before", .panes),
    KeyBinding([.character("l"), .right], "l →", .right, "right: the next replica, another line", .panes),
    KeyBinding([.character("a")], "a", .scope, "all there is, or only the key and commands", .panes),
    KeyBinding([.character("s")], "s", .reverse, "turn the order of a table round", .panes),
    KeyBinding([.character("[")], "[", .previousKey, "the key before", .panes),
    KeyBinding([.character("]")], "]", .nextKey, hint: "key", "the next key", .panes),
    KeyBinding([.pageUp, .control("u")], "PgUp", .pageUp, "a page up", .panes),
    KeyBinding([.pageDown, .control("d")], "PgDn", .pageDown, "a page down", .panes),
    KeyBinding([.character("g"), .home], "g Home", .top, "the oldest row", .panes),
    KeyBinding([.character("G"), .end], "G End", .bottom, "the latest row", .panes),
    KeyBinding([.character("/")], "/", .search, "search this pane", .panes),
    KeyBinding([.character("N")], "N", .previousMatch, "the match before", .panes),
    KeyBinding([.control("p")], "Ctrl-P", .palette, "every key and command, to search and choose", .program),
    KeyBinding([.character("M")], "M", .messages, "what was said so far", .program),
    KeyBinding([.control("y")], "Ctrl-Y", .share, "this moment as a text to pass on", .program),
    KeyBinding([.function(2)], "F2", .mouse, "the mouse off, so that text can be selected, and on", .program),
    KeyBinding([.escape], "Esc", .cancel, "one level out", .program),
    KeyBinding([.control("l")], "Ctrl-L", .redraw, "draw the screen anew", .program),
    KeyBinding([.control("z")], "Ctrl-Z", .suspend, "back to the shell; `fg` returns", .program),
    KeyBinding([.control("c")], "Ctrl-C", .interrupt, "stop what runs; twice leaves", .program),
    KeyBinding([.character("q")], "q", .quit, hint: "quit", "close the zoom or overlay, else leave", .program),
    KeyBinding([.character("Q")], "Q", .quitNow, "leave at once", .program),
    KeyBinding([.character("?"), .function(1)], "?", .help, hint: "keys", "these keys", .program),
  ]

  /// What the prompt's own keys do, for the help.
  public static let promptKeys: [(label: String, summary: String)] = [
    ("Tab", "complete, then the next candidate"),
    ("↑ ↓", "earlier commands that begin alike"),
    ("Ctrl-R", "search earlier commands"),
    ("Enter", "carry it out; empty: take the offered one"),
    ("Esc", "leave; what was typed stays for ↑"),
    ("Ctrl-A E W U K", "as in a shell"),
  ]

  /// How the key of an action is written; nil if it has none.
  public func label(for action: ScreenAction) -> String? {
    let binding = bindings.first { $0.action == action && !$0.keys.isEmpty }
    return binding.map { $0.label.isEmpty ? $0.keys[0].name : $0.label }
  }

  /// What a key does while the prompt is closed; nil for nothing.
  public func action(for key: Key) -> ScreenAction? { table[key] }

  /// The same table with other keys for some actions; what had them before has them no more.
  public func with(_ keys: [(action: ScreenAction, keys: [Key])]) -> KeyMap {
    let taken = Set(keys.flatMap(\.keys))
    return KeyMap(
      bindings.map { binding in
        let chosen = keys.first { $0.action == binding.action }?.keys
        let kept = chosen ?? binding.keys.filter { !taken.contains($0) }
        return kept == binding.keys ? binding : binding.with(kept)
      })
  }
}
