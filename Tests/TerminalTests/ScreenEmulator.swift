import Language
import Testing
import Workbench

/// As much of a terminal as ncurses uses of xterm: bytes go in, a grid of characters comes out.
struct ScreenEmulator {
  /// A place on the screen, from 0.
  struct Place: Hashable {
    var row: Int
    var column: Int
  }

  /// The modes that are on, by their numbers: 1 arrow keys as the application wants them, 7 lines wrap, 25 the cursor is
  /// shown, 1049 the alternate screen, 2004 pastes come between marks, 2026 a picture is being drawn.
  private(set) var modes: Set<Int> = [7, 25]
  /// Whether the keypad sends sequences of its own.
  private(set) var hasApplicationKeypad = false
  /// How many titles were put aside and not fetched again.
  private(set) var savedTitles = 0
  /// Where the cursor stands.
  private(set) var cursor = Place(row: 0, column: 0)
  /// What is seen while the next picture is being drawn: the last one.
  private var seen: [[String]]?
  /// All colours that were ever asked for, as the numbers that ask for them: 31, or 38 for one of the palette.
  private(set) var colors: Set<Int> = []
  /// What came that is not known here; a test of ncurses with some here proves nothing.
  private(set) var unknown: Set<String> = []
  private(set) var columns: Int
  private(set) var rows: Int

  private var grid: [[String]]
  private var other: (grid: [[String]], cursor: Place)?
  private var margins: ClosedRange<Int>
  private var saved = Place(row: 0, column: 0)
  /// Whether the last character stands in the last column, and the next one goes to the next line.
  private var isWrapDue = false
  /// Whether characters are drawn differently from how they were before anything was sent.
  private(set) var isStyled = false
  private var last = " "
  private var state = State.text
  private var decoder = ScalarDecoder()

  private enum State {
    case text
    case escape
    case control(String)
    case designation
    case command(isEnding: Bool)
  }

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    grid = Self.empty(columns, rows)
    margins = 0...rows - 1
  }

  /// Whether the alternate screen is shown.
  var isAlternate: Bool { modes.contains(1049) }

  /// The rows as text, without blanks at their ends.
  var lines: [String] {
    (seen ?? grid).map { row in
      let text = row.joined()
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// Whether some line contains a text.
  func shows(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

  /// The window has another size: what is cut off is lost.
  mutating func resize(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    grid = fitted(grid)
    seen = seen.map(fitted)
    margins = 0...rows - 1
    go(cursor.row, cursor.column)
  }

  private func fitted(_ grid: [[String]]) -> [[String]] {
    let kept = grid.prefix(rows).map { Array($0.prefix(columns)) + Self.blanks(columns - $0.count) }
    return kept + Self.empty(columns, rows - kept.count)
  }

  // MARK: Bytes

  /// Takes in what was written to the terminal; a sequence or a character may come in pieces.
  mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      switch state {
      case .text:
        if byte == 0x1B {
          state = .escape
        } else if byte < 0x20 || byte == 0x7F {
          control(byte)
        } else if let scalar = decoder.take(byte) {
          put(scalar)
        }
      case .escape: escape(byte)
      case .control(let text):
        guard (0x40...0x7E).contains(byte) else {
          state = .control(text + String(UnicodeScalar(byte)))
          continue
        }
        state = .text
        sequence(text, Character(UnicodeScalar(byte)))
      case .designation: state = .text
      case .command(let isEnding):
        // A command to the window, such as its title, ends with a bell or with Esc and a backslash.
        state = byte == 0x07 || isEnding && byte == 0x5C ? .text : .command(isEnding: byte == 0x1B)
      }
    }
  }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 0x08: go(cursor.row, cursor.column - 1)
    case 0x09: go(cursor.row, (cursor.column / 8 + 1) * 8)
    case 0x0A, 0x0B, 0x0C: lineFeed()
    case 0x0D: go(cursor.row, 0)
    default: break
    }
  }

  private mutating func escape(_ byte: UInt8) {
    state = .text
    switch Character(UnicodeScalar(byte)) {
    case "[": state = .control("")
    case "]": state = .command(isEnding: false)
    case "(", ")", "*", "+": state = .designation
    case "7": saved = cursor
    case "8": go(saved.row, saved.column)
    case "=": hasApplicationKeypad = true
    case ">": hasApplicationKeypad = false
    case "D": lineFeed()
    case "M": if cursor.row == margins.lowerBound { scroll(-1) } else { go(cursor.row - 1, cursor.column) }
    case let other: unknown.insert("ESC \(other)")
    }
  }

  private mutating func sequence(_ text: String, _ final: Character) {
    let isPrivate = text.hasPrefix("?")
    let numbers = text.drop { $0 == "?" }.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let first = numbers.first ?? 0
    let count = max(1, first)
    switch (isPrivate, final) {
    case (true, "h"): for mode in numbers { set(mode, true) }
    case (true, "l"): for mode in numbers { set(mode, false) }
    case (false, "H"), (false, "f"): go(count - 1, max(1, numbers.count > 1 ? numbers[1] : 1) - 1)
    case (false, "A"): go(cursor.row - count, cursor.column)
    case (false, "B"), (false, "e"): go(cursor.row + count, cursor.column)
    case (false, "C"), (false, "a"): go(cursor.row, cursor.column + count)
    case (false, "D"): go(cursor.row, cursor.column - count)
    case (false, "E"): go(cursor.row + count, 0)
    case (false, "F"): go(cursor.row - count, 0)
    case (false, "G"), (false, "`"): go(cursor.row, count - 1)
    case (false, "d"): go(count - 1, cursor.column)
    case (false, "J"): eraseDisplay(first)
    case (false, "K"): eraseLine(first)
    case (false, "X"): fill(cursor.row, cursor.column..<cursor.column + count)
    case (false, "b"): for _ in 0..<count { put(last) }
    case (false, "@"): shift(by: count)
    case (false, "P"): shift(by: -count)
    case (false, "L"): scroll(-count, from: cursor.row)
    case (false, "M"): scroll(count, from: cursor.row)
    case (false, "S"): scroll(count)
    case (false, "T"): scroll(-count)
    case (false, "m"): style(numbers)
    case (false, "r"):
      margins = min(rows - 1, count - 1)...max(count - 1, min(rows, numbers.count > 1 ? numbers[1] : rows) - 1)
      go(0, 0)
    case (false, "t"): savedTitles += first == 22 ? 1 : first == 23 ? -1 : 0
    case (true, "c"): break
    case (false, "h"), (false, "l"):
      // 34, and the sequence above, say how the cursor looks; what is off from the start may be switched off.
      if numbers != [34], text + String(final) != "4l" { unknown.insert("CSI \(text)\(final)") }
    default: unknown.insert("CSI \(text)\(final)")
    }
  }

  private mutating func set(_ mode: Int, _ isOn: Bool) {
    if mode == 2026 { seen = isOn ? grid : nil }
    if mode == 1049, isOn != isAlternate {
      if isOn {
        other = (grid, cursor)
        grid = Self.empty(columns, rows)
      } else if let other {
        grid = fitted(other.grid)
        go(other.cursor.row, other.cursor.column)
      }
    }
    if isOn { modes.insert(mode) } else { modes.remove(mode) }
  }

  private mutating func style(_ numbers: [Int]) {
    var rest = numbers[...]
    while let number = rest.popFirst() {
      switch number {
      case 0: isStyled = false
      case 30...37, 40...47, 90...97, 100...107: colors.insert(number)
      case 38, 48:
        colors.insert(number)
        rest = rest.dropFirst(rest.first == 5 ? 2 : 4)
      default: break
      }
      if number != 0, number != 39, number != 49 { isStyled = true }
    }
  }

  // MARK: The grid

  private static func blanks(_ count: Int) -> [String] { Array(repeating: " ", count: max(0, count)) }
  private static func empty(_ columns: Int, _ rows: Int) -> [[String]] {
    Array(repeating: blanks(columns), count: max(0, rows))
  }

  private mutating func go(_ row: Int, _ column: Int) {
    cursor = Place(row: max(0, min(rows - 1, row)), column: max(0, min(columns - 1, column)))
    isWrapDue = false
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    if TextWidth.of(Character(scalar)) == 0 {
      // It belongs to the character before.
      let column = isWrapDue ? cursor.column : cursor.column - 1
      guard column >= 0 else { return }
      let base = grid[cursor.row][column].isEmpty ? column - 1 : column
      grid[cursor.row][base].unicodeScalars.append(scalar)
      return
    }
    put(String(scalar))
  }

  private mutating func put(_ glyph: String) {
    let width = max(1, TextWidth.of(glyph))
    if isWrapDue || cursor.column + width > columns {
      cursor.column = 0
      isWrapDue = false
      lineFeed()
    }
    fill(cursor.row, cursor.column..<cursor.column + width)
    grid[cursor.row][cursor.column] = glyph
    if width == 2 { grid[cursor.row][cursor.column + 1] = "" }
    last = glyph
    let next = cursor.column + width
    isWrapDue = next == columns
    cursor.column = min(next, columns - 1)
  }

  /// Blanks a part of a row; half a wide character leaves a blank behind.
  private mutating func fill(_ row: Int, _ part: Range<Int>) {
    let part = part.clamped(to: 0..<columns)
    guard !part.isEmpty else { return }
    if grid[row][part.lowerBound].isEmpty { grid[row][part.lowerBound - 1] = " " }
    if part.upperBound < columns, grid[row][part.upperBound].isEmpty { grid[row][part.upperBound] = " " }
    grid[row].replaceSubrange(part, with: Self.blanks(part.count))
  }

  private mutating func eraseLine(_ what: Int) {
    let part = what == 0 ? cursor.column..<columns : what == 1 ? 0..<cursor.column + 1 : 0..<columns
    fill(cursor.row, part)
  }

  private mutating func eraseDisplay(_ what: Int) {
    if what < 2 { eraseLine(what) }
    for row in what == 0 ? cursor.row + 1..<rows : what == 1 ? 0..<cursor.row : 0..<rows { fill(row, 0..<columns) }
  }

  private mutating func shift(by count: Int) {
    var row = grid[cursor.row]
    if count > 0 {
      row.insert(contentsOf: Self.blanks(count), at: cursor.column)
    } else {
      row.removeSubrange(cursor.column..<min(columns, cursor.column - count))
    }
    grid[cursor.row] = Array((row + Self.blanks(columns)).prefix(columns))
  }

  private mutating func lineFeed() {
    isWrapDue = false
    if cursor.row == margins.upperBound { scroll(1) } else { cursor.row = min(rows - 1, cursor.row + 1) }
  }

  /// Moves rows up, or down where the count is negative, within the margins.
  private mutating func scroll(_ count: Int, from row: Int? = nil) {
    let first = row ?? margins.lowerBound
    guard first <= margins.upperBound else { return }
    let moved = min(abs(count), margins.upperBound - first + 1)
    var part = Array(grid[first...margins.upperBound])
    if count > 0 {
      part = part.dropFirst(moved) + Self.empty(columns, moved)
    } else {
      part = Self.empty(columns, moved) + part.dropLast(moved)
    }
    grid.replaceSubrange(first...margins.upperBound, with: part)
  }
}

/// Puts characters together from bytes that come in pieces.
private struct ScalarDecoder {
  private var pending: [UInt8] = []

  mutating func take(_ byte: UInt8) -> Unicode.Scalar? {
    if byte < 0x80 {
      pending = []
      return Unicode.Scalar(byte)
    }
    if byte >= 0xC0 { pending = [] }
    pending.append(byte)
    let needed = pending[0] >= 0xF0 ? 4 : pending[0] >= 0xE0 ? 3 : 2
    guard pending.count == needed else { return nil }
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self).unicodeScalars.first
  }
}

/// A test that fails shows the screen, not the whole emulator.
extension ScreenEmulator: CustomTestStringConvertible {
  /// The screen as text.
  var testDescription: String { "\n" + lines.joined(separator: "\n") + "\n" }
}
