import Language
import Workbench

/// A demo as frames, one after another: what pictures that move and pages that play are made of.
///
/// Rows that are alike are kept once; a shot says which stand where.
public struct FrameReel: Sendable {
  /// A frame, from when on it is seen.
  public struct Shot: Hashable, Sendable {
    /// Since the beginning, in milliseconds.
    public let at: Int
    /// Which of the reel's rows stand where, from the top.
    public let rows: [Int]
    /// How many steps of the script have begun.
    public let step: Int
  }

  /// Where a chapter begins.
  public struct Marker: Hashable, Sendable {
    /// Since the beginning, in milliseconds.
    public let at: Int
    /// What it is called.
    public let name: String
  }

  /// How long a frame is shown at least, in nanoseconds.
  private static let frameTime: UInt64 = 33_000_000
  /// How long the last frame stands, in milliseconds.
  private static let epilogue = 3_000

  /// The size of every frame.
  public let size: Size
  /// All rows that were seen, in the order in which they came up.
  public private(set) var rows: [[Cell]] = []
  /// The frames, each other than the one before.
  public private(set) var shots: [Shot] = []
  /// The chapters.
  public private(set) var markers: [Marker] = []
  /// The lines of the script, and when each was begun, in milliseconds.
  public private(set) var steps: [(at: Int, line: SourceLine)] = []
  /// How long it all takes, in milliseconds.
  public private(set) var length = 0
  /// The demo's exit status: 1 if an expectation failed, 65 if a command could not be carried out.
  public private(set) var status: Int32 = 0

  private var known: [[Cell]: Int] = [:]
  private let isASCII: Bool

  private init(_ size: Size, isASCII: Bool) { (self.size, self.isASCII) = (size, isASCII) }

  /// Plays a model's demo to its end.
  ///
  /// - Parameters:
  ///   - patience: after how many seconds a step is played to its end at once; nil: it takes as long as it takes.
  ///   - longest: after how many seconds every step is.
  public static func film(
    _ model: inout ScreenModel, isASCII: Bool = false, patience: Int? = nil, longest: Int = 4 * 3_600
  ) -> FrameReel {
    var reel = FrameReel(model.size, isASCII: isASCII)
    var elapsed: UInt64 = 0
    var begun: (step: Int, at: UInt64) = (0, 0)
    reel.take(model, at: 0)
    while model.isMoving {
      _ = model.update(.tick(nanoseconds: frameTime))
      elapsed += frameTime
      if let position = model.demo?.position, position != begun.step { begun = (position, elapsed) }
      let isLate = patience.map { elapsed - begun.at > UInt64($0) * 1_000_000_000 } ?? false
      if isLate || elapsed > UInt64(longest) * 1_000_000_000, model.demo?.isOver == false {
        _ = model.update(.key(.right))
        if let position = model.demo?.position, position != begun.step { begun = (position, elapsed) }
      }
      reel.take(model, at: Int(elapsed / 1_000_000))
    }
    reel.length = Int(elapsed / 1_000_000) + epilogue
    reel.status = model.demo?.status ?? 0
    return reel
  }

  private mutating func take(_ model: ScreenModel, at: Int) {
    if let chapter = model.chapter, chapter != markers.last?.name { markers.append(Marker(at: at, name: chapter)) }
    let position = model.demo?.position ?? 0
    while steps.count < position, let line = model.demo?.steps[steps.count] { steps.append((at, line)) }
    var frame = ScreenView.render(model)
    if isASCII { frame = frame.inASCII }
    let numbers = (0..<frame.size.rows).map { y in
      var row = Array(frame.row(y))
      if let cursor = frame.cursor, cursor.y == y, row.indices.contains(cursor.x) {
        row[cursor.x].style.isReversed.toggle()
      }
      return number(of: row)
    }
    if shots.last?.rows != numbers { shots.append(Shot(at: at, rows: numbers, step: position)) }
  }

  private mutating func number(of row: [Cell]) -> Int {
    if let number = known[row] { return number }
    known[row] = rows.count
    rows.append(row)
    return rows.count - 1
  }

  /// The same with at most one shot in so many milliseconds. Where chapters begin, and at the end, it shows what the whole shows.
  public func thinned(to interval: Int) -> FrameReel {
    var reel = self
    reel.shots = []
    for (index, shot) in shots.enumerated() {
      let next = index + 1 < shots.count ? shots[index + 1].at : .max
      // Of all that is seen within one interval, only what stands at its end is.
      let isSeen = next == .max || shot.at / interval != next / interval || index == 0
      if isSeen || shot.step != shots[index + 1].step, reel.shots.last?.rows != shot.rows { reel.shots.append(shot) }
    }
    return reel
  }
}

extension FrameReel {
  /// Neighbouring cells of one style.
  struct Run: Hashable {
    /// The first column.
    let start: Int
    var text: String
    var columns: Int
    let style: Style
  }

  /// What is to be drawn of a row: no blanks but those that are reversed, or stand within a text.
  func runs(of number: Int) -> [Run] {
    var runs: [Run] = []
    for (x, cell) in rows[number].enumerated() {
      if let last = runs.indices.last, runs[last].style == cell.style, runs[last].start + runs[last].columns == x {
        if !cell.isTail { runs[last].text.append(cell.glyph) }
        runs[last].columns += 1
      } else {
        runs.append(Run(start: x, text: cell.isTail ? "" : String(cell.glyph), columns: 1, style: cell.style))
      }
    }
    return runs.flatMap(Self.split)
  }

  /// The parts of a run between long stretches of blanks.
  private static func split(_ run: Run) -> [Run] {
    guard !run.style.isReversed else { return [run] }
    var parts: [Run] = []
    var x = run.start
    var blanks = 0
    for glyph in run.text {
      let width = TextWidth.of(glyph)
      if glyph == " " {
        blanks += 1
      } else if let last = parts.indices.last, blanks < 4 {
        parts[last].text += String(repeating: " ", count: blanks) + String(glyph)
        parts[last].columns += blanks + width
        blanks = 0
      } else {
        parts.append(Run(start: x, text: String(glyph), columns: width, style: run.style))
        blanks = 0
      }
      x += width
    }
    return parts
  }
}
