import Language

/// How keys are written, in the help and in the configuration alike.
extension Key {
  /// Such as `w`, `Space`, `Ctrl-P`, `F2`, `PgUp`.
  public var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let character): "Ctrl-\(character.uppercased())"
    case .alt("\u{7F}"): "Alt-Backspace"
    case .alt(let character): "Alt-\(character)"
    case .function(let number): "F\(number)"
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .backspace: "Backspace"
    case .delete: "Delete"
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    }
  }

  /// The same, escaped.
  var shown: String { Printable.escaped(name) }

  private static let named: [Key] = [
    .character(" "), .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end,
    .pageUp, .pageDown,
  ]
  private static let others: [String: Key] = [
    "up": .up, "down": .down, "left": .left, "right": .right, "pageup": .pageUp, "pagedown": .pageDown,
    "escape": .escape,
  ]

  /// The key of that name; nil if there is none. Names of more than one letter may be in either case.
  public init?(named name: String) {
    let lower = name.lowercased()
    if let known = Self.named.first(where: { $0.name.lowercased() == lower }) ?? Self.others[lower] {
      self = known
    } else if name.count == 1, let character = name.first, !character.isWhitespace {
      self = .character(character)
    } else if lower.hasPrefix("ctrl-"), lower.count == 6, let letter = lower.last, ("a"..."z").contains(letter) {
      self = .control(letter)
    } else if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...12).contains(number) {
      self = .function(number)
    } else {
      return nil
    }
  }
}
