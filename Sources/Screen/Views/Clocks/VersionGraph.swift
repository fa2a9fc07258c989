import Analysis
import Workbench

/// The happened-before graph of versions, the newest at the top: from each a line leads down to those that it came right after,
/// and versions on different lines are concurrent.
struct VersionGraph {
  /// What is drawn in the row of one version.
  private struct Row {
    /// The lane of the version itself.
    let lane: Int
    /// Lanes that end in it: of newer versions that came right after it.
    let joining: [Int]
    /// Lanes to its further predecessors.
    let parting: [Int]
    /// Lanes that lead past it.
    let passing: [Int]
    /// Whether its own lane goes on down.
    let goesOn: Bool
  }

  private var rows: [Row] = []
  private var lanes = 1

  /// The columns that it takes.
  var width: Int { lanes * 2 }

  init(_ report: ClocksReport) {
    var waiting: [Int?] = []
    func free() -> Int {
      if let lane = waiting.firstIndex(of: nil) { return lane }
      waiting.append(nil)
      return waiting.count - 1
    }
    for (version, parents) in report.parents.enumerated() {
      let mine = waiting.indices.filter { waiting[$0] == version }
      let lane = mine.first ?? free()
      for place in mine { waiting[place] = nil }
      let passing = waiting.indices.filter { waiting[$0] != nil }
      var parting: [Int] = []
      var goesOn = false
      // Its own lane is taken while others are looked for.
      waiting[lane] = -1
      for parent in parents {
        if let known = waiting.firstIndex(of: parent) {
          parting.append(known)
        } else if !goesOn {
          waiting[lane] = parent
          goesOn = true
        } else {
          let new = free()
          waiting[new] = parent
          parting.append(new)
        }
      }
      if !goesOn { waiting[lane] = nil }
      rows.append(Row(lane: lane, joining: Array(mine.dropFirst()), parting: parting, passing: passing, goesOn: goesOn))
    }
    lanes = max(1, waiting.count)
  }

  /// Draws the rows of some versions, one below the other.
  func render(_ shown: Range<Int>, of report: ClocksReport, in rect: Rect, _ frame: inout Frame) {
    var canvas = LineCanvas(rect)
    for (offset, row) in rows[shown].enumerated() {
      let y = rect.y + offset
      func x(_ lane: Int) -> Int { rect.x + lane * 2 }
      for lane in row.passing { canvas.add([.up, .down], x(lane), y, .dim, 1) }
      for lane in row.joining { turn(from: x(row.lane), to: x(lane), .up, y, &canvas) }
      for lane in row.parting { turn(from: x(row.lane), to: x(lane), .down, y, &canvas) }
    }
    canvas.render(&frame)
    for (offset, row) in rows[shown].enumerated() {
      let version = report.versions[shown.lowerBound + offset]
      let glyph: Character = version.holders.isEmpty ? "○" : "●"
      let style: Style =
        version.isNewest ? Style(.ok, bold: true) : version.holders.isEmpty ? .dim : Style(.text, bold: true)
      frame.put(glyph, at: Point(rect.x + row.lane * 2, rect.y + offset), style, clip: rect)
    }
  }

  /// A line sideways from a version to a lane, up or down which it goes on.
  private func turn(from start: Int, to end: Int, _ onward: LineCanvas.Arms, _ y: Int, _ canvas: inout LineCanvas) {
    let back: LineCanvas.Arms = end > start ? .left : .right
    for x in min(start, end) + 1..<max(start, end) { canvas.add([.left, .right], x, y, .dim, 1) }
    canvas.add([back, onward], end, y, .dim, 1)
  }
}
