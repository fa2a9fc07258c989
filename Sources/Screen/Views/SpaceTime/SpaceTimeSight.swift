import Analysis
import Kernel

/// Which rows of a space-time diagram are in sight, and where they stand: time in which nothing happens has a row of its own.
struct SpaceTimeSight {
  /// A break in the axis of time.
  struct Gap: Hashable {
    /// Its row, from the top.
    let place: Int
    /// How much time it stands for.
    let length: TimeSpan
  }

  /// The rows of the report.
  private(set) var rows: Range<Int>
  /// The row of each, from the top.
  private(set) var places: [Int] = []
  /// The breaks between them.
  private(set) var gaps: [Gap] = []

  /// How many rows all of it takes.
  var height: Int { (places.last ?? -1) + 1 }

  /// The rows that fit: around the selected one, else the latest.
  init(_ report: SpaceTimeReport, height: Int) {
    let end = report.rows.count
    if let selected = report.selectedRow {
      let first = max(0, min(selected - height / 2, end - height))
      rows = first..<min(end, first + height)
    } else {
      rows = max(0, end - height)..<end
    }
    place(report)
    while self.height > height, rows.count > 1 {
      // What is farther from the selected row goes first.
      let selected = report.selectedRow ?? rows.upperBound
      let isEarlyFarther = selected - rows.lowerBound >= rows.upperBound - selected
      rows = isEarlyFarther ? rows.lowerBound + 1..<rows.upperBound : rows.lowerBound..<rows.upperBound - 1
      place(report)
    }
  }

  private mutating func place(_ report: SpaceTimeReport) {
    places = []
    gaps = []
    let least = Self.leastGap(report)
    var last: Instant?
    var next = 0
    for row in report.rows[rows] {
      if let at = row.at, let last, at - last >= least {
        gaps.append(Gap(place: next, length: at - last))
        next += 1
      }
      last = row.at ?? last
      places.append(next)
      next += 1
    }
  }

  /// From where on the axis is broken: three times as long as any message travels, but a tenth of a second at least; a second
  /// always is.
  private static func leastGap(_ report: SpaceTimeReport) -> TimeSpan {
    let longest =
      report.rows.flatMap(\.events).flatMap { event in
        event.mark == .loss ? [] : event.origins.map { (event.name.at - $0.departed).microseconds }
      }.max() ?? 0
    return TimeSpan(microseconds: min(1_000_000, max(100_000, 3 * longest)))
  }
}
