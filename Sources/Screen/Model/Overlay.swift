import Kernel
import Language
import Workbench

extension ScreenModel {
  /// Text that lies over the screen until Esc.
  public struct Overlay: Hashable, Sendable {
    /// What it is.
    public let title: String
    /// Its lines.
    public let lines: [String]
    /// The first line that is shown.
    public var offset = 0
    /// The first column that is shown: what is wider than the screen is moved sideways.
    public var column = 0
    /// The lines that tell of an instant, and which.
    public var stops: [Stop] = []
    /// The selected one of them, by position.
    public var selected: Int?
    /// What is copied, where it isn't the lines as they are broken here.
    var text: String?

    /// How many lines are seen at once: the box leaves the title, the status line and what is below it.
    static func rows(on size: Size) -> Int { max(1, size.rows - 6) }

    /// How many columns of text are seen at once: the box has a border and a margin.
    static func columns(on size: Size) -> Int { max(1, size.columns - 6) }

    /// How wide the widest line is.
    var width: Int { lines.map { TextWidth.of(Printable.escaped($0)) }.max() ?? 0 }

    /// A line that tells of an instant.
    public struct Stop: Hashable, Sendable {
      /// Which line.
      public let line: Int
      /// When.
      public let at: Instant
    }
  }
}

extension ScreenModel.Overlay {
  /// Lines for a screen of that size: sentences are broken where they don't fit, and so is what stands in the last column of a
  /// table, under itself.
  static func fitted(_ lines: [String], on size: Size) -> [String] {
    let width = columns(on: size)
    return lines.flatMap { line in
      guard TextWidth.of(line) > width else { return [line] }
      if !line.hasPrefix(" "), !line.contains("  ") { return TextWrap.lines(line, width: width) }
      let column = lastColumn(of: line)
      // A table of which more than the end of its last column is out of sight is moved sideways instead.
      return column < width ? TextWrap.hanging(line, width: width, indent: column) : [line]
    }
  }

  /// Where the last column of a line begins: behind two blanks or more.
  private static func lastColumn(of line: String) -> Int {
    var (column, start, blanks) = (0, 0, 2)
    for character in line {
      if character != " ", blanks >= 2 { start = column }
      blanks = character == " " ? blanks + 1 : 0
      column += TextWidth.of(character)
    }
    return start
  }
}

extension ScreenModel.Overlay {
  /// A moment as a text, broken so that all of it is seen, and what to do with it.
  init(sharing token: ShareToken, on size: Size) {
    let width = Self.columns(on: size)
    let letters = Array(token.text)
    let pieces = stride(from: 0, to: letters.count, by: width).map {
      String(letters[$0..<min(letters.count, $0 + width)])
    }
    let words = [
      "This moment in \(CountedNoun.bytes.text(letters.count)) of text, copied as one line: `eventually open TEXT` reopens it.",
      "",
    ]
    title = "SHARE"
    lines = Self.fitted(words, on: size) + pieces
    text = token.text
  }
}

extension ScreenModel {
  /// A key goes to the overlay.
  mutating func pressedInOverlay(_ overlay: Overlay, _ key: Key) -> [ScreenEffect] {
    var overlay = overlay
    if !overlay.stops.isEmpty, let effects = pressedAmongStops(key, overlay) { return effects }
    let page = Overlay.rows(on: size)
    func scrolled(_ rows: Int) -> Int { max(0, min(max(0, overlay.lines.count - page), overlay.offset + rows)) }
    let hidden = max(0, overlay.width - Overlay.columns(on: size))
    switch keyMap.action(for: key) {
    case .left where hidden > 0: overlay.column = max(0, min(hidden, overlay.column) - 8)
    case .right where hidden > 0: overlay.column = min(hidden, overlay.column + 8)
    case .up, .left: overlay.offset = scrolled(-1)
    case .down, .right: overlay.offset = scrolled(1)
    case .pageUp: overlay.offset = scrolled(-page)
    case .pageDown, .runOrPause: overlay.offset = scrolled(page)
    case .top: overlay.offset = 0
    case .bottom: overlay.offset = scrolled(.max / 2)
    case .cancel, .quit, .help, .finish:
      mode = tutorial.step == nil ? .keys : .prompt
      return []
    case .quitNow: return [.quit(demo?.status ?? 0)]
    case .copy: return copySeen()
    case .openPrompt:
      mode = .prompt
      return []
    default: return []
    }
    mode = .overlay(overlay)
    return []
  }
}
