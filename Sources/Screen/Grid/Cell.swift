/// What a cell means. A theme turns that into colours, last of all.
public enum Role: UInt8, CaseIterable, Sendable {
  /// Ordinary text.
  case text
  /// Context: frames, older rows, axes.
  case dim
  /// Up, answered, newest.
  case ok
  /// Slow, waiting, doubtful.
  case warn
  /// Down, cut, stale.
  case bad
  /// What is focused or selected, and keys that can be pressed.
  case focus
  /// Messages on their way.
  case flight
  /// Copies being brought level.
  case repair
  /// Concurrent versions.
  case conflict

  /// The letter that stands for it in golden files.
  public var letter: Character {
    switch self {
    case .text: "."
    case .dim: "d"
    case .ok: "o"
    case .warn: "w"
    case .bad: "b"
    case .focus: "f"
    case .flight: "m"
    case .repair: "r"
    case .conflict: "c"
    }
  }
}

/// How something is drawn: a role, and whether it is bold or reversed.
public struct Style: Hashable, Sendable {
  /// What it means.
  public var role: Role
  /// Whether it is yours now: focused, or next.
  public var isBold: Bool
  /// Whether foreground and background are exchanged.
  public var isReversed: Bool

  /// A style.
  public init(_ role: Role, bold: Bool = false, reversed: Bool = false) {
    self.role = role
    isBold = bold
    isReversed = reversed
  }

  /// Ordinary text.
  public static let text = Style(.text)
  /// Context.
  public static let dim = Style(.dim)
}

/// One cell of the screen.
public struct Cell: Hashable, Sendable {
  /// What stands in it; a wide character stands in its left cell.
  public var glyph: Character = " "
  /// How it is drawn.
  public var style = Style.text
  /// Whether it is the right half of a wide character.
  public var isTail = false

  /// An empty cell.
  public static let blank = Cell()
}
