import Language
import Workbench

extension PlayedScreen {
  /// How many bytes the frames on a page take about, at most.
  private static let limit = 1_200_000
  /// How long frames are seen at least, in milliseconds: the first with which they don't take more.
  private static let intervals = [66, 100, 200, 400, 800, 1_600, 3_200, 6_400]

  /// A screen of the frames of a demo: as many as a page can well hold.
  public init(of reel: FrameReel) {
    var screen = Self(whole: reel.thinned(to: Self.intervals[0]))
    for interval in Self.intervals.dropFirst() where screen.json.utf8.count > Self.limit {
      screen = Self(whole: reel.thinned(to: interval))
    }
    self = screen
  }

  private init(whole reel: FrameReel) {
    var lines: [[Piece]] = []
    var numbers: [Int: Int] = [:]
    var standing = [Int?](repeating: nil, count: reel.size.rows)
    var shots: [Shot] = []
    for shot in reel.shots {
      var changes: [(row: Int, line: Int)] = []
      for (row, number) in shot.rows.enumerated() where standing[row] != number {
        standing[row] = number
        if numbers[number] == nil {
          numbers[number] = lines.count
          lines.append(Self.pieces(of: reel.rows[number]))
        }
        if let line = numbers[number] { changes.append((row, line)) }
      }
      shots.append((shot.at, changes))
    }
    self.init(
      columns: reel.size.columns, rows: reel.size.rows, lines: lines, shots: shots,
      chapters: reel.markers.map { ($0.at, $0.name) }, steps: reel.steps.map { ($0.at, $0.line.command) },
      length: reel.length)
  }

  /// Neighbouring cells of one style, without blanks at the row's end.
  private static func pieces(of row: [Cell]) -> [Piece] {
    var pieces: [Piece] = []
    for cell in row where !cell.isTail {
      let style = classes(of: cell.style)
      if let last = pieces.indices.last, pieces[last].style == style {
        pieces[last].text.append(cell.glyph)
      } else {
        pieces.append((String(cell.glyph), style))
      }
    }
    while let last = pieces.last, !last.style.contains("reversed"), last.text.allSatisfy({ $0 == " " }) {
      pieces.removeLast()
    }
    return pieces
  }

  /// The classes of a style in the style sheet of pages.
  private static func classes(of style: Style) -> String {
    let role =
      switch style.role {
      case .text: ""
      case .dim: "dim"
      case .ok: "ok"
      case .warn, .conflict: "doubt"
      case .bad: "down"
      case .focus: "focus"
      case .flight: "flight"
      case .repair: "repair"
      }
    return [role, style.isBold ? "bold" : "", style.isReversed ? "reversed" : ""].filter { !$0.isEmpty }
      .joined(separator: " ")
  }
}
