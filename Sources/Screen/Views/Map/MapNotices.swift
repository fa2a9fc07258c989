import Analysis
import Kernel
import Language
import Workbench

/// What is amiss and has no place in the drawing: faults among replicas, who thinks whom dead, clocks that are wrong.
///
/// Each is said in words as long as there is room; the rest is counted. Nothing that is wrong goes unmentioned.
struct MapNotices {
  /// One thing that is amiss.
  struct Notice: Hashable {
    let text: String
    let style: Style
  }

  private(set) var notices: [Notice]
  /// How many of them are faults, of links and of clocks; these are first.
  private let faults: Int

  /// All but what the drawing tells of itself.
  ///
  /// - Parameter isTold: whether the drawing tells all that is amiss with a link.
  init(_ scene: MapScene, isTold: (MapReport.Link) -> Bool) {
    let map = scene.map
    let told = Set(map.links.filter(isTold).map { [$0.first, $0.second] })
    let faults = map.faults.filter { fault in
      let ends = [fault.from, fault.to].map { scene.regions(of: $0) }
      return !ends[0].allSatisfy { one in
        ends[1].allSatisfy { one != $0 && told.contains([min(one, $0), max(one, $0)]) }
      }
    }
    let clocks = map.regions.flatMap(\.replicas).filter { $0.skew != .zero }
    self.faults = faults.count + clocks.count
    notices = faults.map {
      Notice(text: scene.names.drawing($0), style: $0.isCut ? Style(.bad, bold: true) : Style(.warn))
    }
    notices += clocks.map {
      let sign = $0.skew > .zero ? "+" : ""
      return Notice(text: "\($0.name) clock \(sign)\(Quantity.text($0.skew))", style: Style(.warn))
    }
    notices += map.suspicions.map { Notice(text: scene.names.text($0), style: Style(.warn)) }
  }

  private static let separator = " · "

  /// The notices, as many on a line as fit.
  private func lines(width: Int) -> [[Notice]] {
    var lines: [[Notice]] = []
    var used = 0
    for notice in notices {
      let length = TextWidth.of(notice.text)
      if let last = lines.indices.last, used + Self.separator.count + length <= width {
        lines[last].append(notice)
        used += Self.separator.count + length
      } else {
        lines.append([notice])
        used = length
      }
    }
    return lines
  }

  /// How many rows they take, at most so many.
  func rows(width: Int, atMost limit: Int) -> Int {
    notices.isEmpty ? 0 : max(1, min(limit, lines(width: width).count))
  }

  /// In how many rows all faults are said.
  func rowsOfFaults(width: Int) -> Int {
    var told = 0
    let rows = lines(width: width).prefix { line in
      defer { told += line.count }
      return told < faults
    }
    // The last of the rows may have to say how many are missing.
    return max(1, rows.count + (faults > 0 && faults < notices.count ? 1 : 0))
  }

  /// Writes them into a rectangle; where not all fit, the last row says how many are missing.
  func render(in rect: Rect, _ frame: inout Frame) {
    guard rect.height > 0 else { return }
    var lines = lines(width: rect.width)
    var missing = 0
    if lines.count > rect.height {
      let shown = lines.prefix(rect.height).reduce(0) { $0 + $1.count }
      missing = notices.count - shown
      lines = Array(lines.prefix(rect.height))
      while lines[rect.height - 1].count > 1, Self.length(lines[rect.height - 1], missing: missing) > rect.width {
        lines[rect.height - 1].removeLast()
        missing += 1
      }
    }
    for (row, line) in lines.enumerated() {
      let tail = missing > 0 && row == rect.height - 1 ? "+\(missing) more" : ""
      let (text, end) = Rect(rect.x, rect.y + row, rect.width, 1).splitLeft(
        rect.width - (tail.isEmpty ? 0 : tail.count + 1))
      var x = text.x
      for (index, notice) in line.enumerated() {
        if index > 0 { x = frame.write(Self.separator, at: Point(x, text.y), .dim, clip: text) }
        let room = Rect(x, text.y, text.right - x, 1)
        frame.line(notice.text, row: 0, notice.style, in: room)
        x += min(room.width, TextWidth.of(notice.text))
      }
      if !tail.isEmpty { frame.lineRight(tail, row: 0, Style(.bad, bold: true), in: end) }
    }
  }

  private static func length(_ line: [Notice], missing: Int) -> Int {
    line.reduce(0) { $0 + TextWidth.of($1.text) + separator.count } + "+\(missing) more".count - separator.count + 1
  }
}
