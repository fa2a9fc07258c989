import Analysis
import Kernel
import Language

/// A space-time diagram as a picture: replicas side by side, time runs down, messages are lines from sender to receiver
/// (Lamport, *Time, Clocks, and the Ordering of Events in a Distributed System*, CACM 1978, figure 1).
struct SpaceTimePicture {
  private static let (top, row, lane, left) = (52.0, 24.0, 62.0, 128.0)

  private let report: SpaceTimeReport
  /// What it is about, in words.
  private let subject: String
  /// What a script shows of each event that is pointed at: its clock, and what came right before it. None without a script.
  private let accounts: [EventAccount]

  init(_ report: SpaceTimeReport, key: String) {
    (self.report, subject, accounts) = (report, Printable.named(key), [])
  }

  /// A picture whose events can be pointed at.
  init(pointedAt report: SpaceTimeReport, about subject: String) {
    (self.report, self.subject) = (report, subject)
    accounts = EventAccount.all(in: report)
  }

  private func x(_ replica: Int) -> Double? {
    report.lanes.firstIndex { $0.replica == replica }.map { Self.left + Self.lane * (Double($0) + 0.5) }
  }

  private func y(_ row: Int) -> Double { Self.top + Self.row * (Double(row) + 0.5) }

  private var textStart: Double { Self.left + Self.lane * Double(report.lanes.count) + 14 }
  private var bottom: Double { Self.top + Self.row * Double(report.rows.count) }

  private static func time(_ row: SpaceTimeReport.Row) -> String {
    row.at.map { Quantity.milliseconds($0.microseconds) } ?? "held"
  }

  /// What is said below it.
  var caption: String {
    """
    Replicas side by side, time runs down; lines are messages, from who sent them to who got them, dashed where they were lost or \
    are still under way. Times count from the cluster's beginning, as `why` has them. Of what came before, no more is shown.
    """
  }

  /// The rows, in words.
  var words: [String] {
    report.rows.map { row in
      let names = row.events.map { event in
        let senders = event.origins.compactMap { origin in report.lanes.first { $0.replica == origin.replica }?.name }
          .filter { $0 != event.replicaName }
        return event.replicaName + (senders.isEmpty ? "" : " (from \(senders.joined(separator: ", ")))")
      }
      return "\(Self.time(row)): \(names.isEmpty ? "" : "\(names.joined(separator: ", ")): ")\(row.text)"
    }
  }

  /// The picture.
  func drawing(title: String) -> SVGDrawing {
    let longest = report.rows.map { TextWidth.of(Printable.escaped($0.text)) }.max() ?? 0
    let width = textStart + 7.2 * Double(longest) + 16
    let description =
      "\(CountedNoun("row").text(report.rows.count)) of what happened to \(subject) at \(report.lanes.map(\.name).joined(separator: ", ")); the list below says the same in words."
    var drawing = SVGDrawing(width: width, height: bottom + 12, title: title, description: description)
    for (index, lane) in report.lanes.enumerated() {
      let place = Self.left + Self.lane * (Double(index) + 0.5)
      drawing.upright(place, from: Self.top - 8, to: bottom, .grid)
      drawing.text(lane.name, place, Self.top - 16, size: 12.5, .middle, bold: true)
      let isFirst = index == 0 || report.lanes[index - 1].region != lane.region
      if isFirst, report.regions.indices.contains(lane.region) {
        drawing.text(report.regions[lane.region], place - 16, Self.top - 34, .muted, size: 12)
      }
    }
    for index in report.rows.indices { drawMessages(of: index, in: &drawing) }
    var next = 0
    for (index, row) in report.rows.enumerated() {
      draw(row, at: y(index), first: next, in: &drawing)
      next += row.events.count
    }
    return drawing
  }

  /// - Parameter first: the number of the row's first event among all.
  private func draw(_ row: SpaceTimeReport.Row, at y: Double, first: Int, in drawing: inout SVGDrawing) {
    drawing.text(Self.time(row), Self.left - 14, y + 4.5, .muted, size: 12, .end)
    let (paint, isBold): (SVGDrawing.Paint, Bool) =
      switch row.note {
      case .command: (.ink, true)
      case .bad: (.blocked, true)
      case .present: (.muted, true)
      case .good, .warning, nil: (.ink, false)
      }
    drawing.text(row.text, textStart, y + 4.5, paint, size: 12.5, bold: isBold)
    if row.note == .present { drawing.line([(Self.left, y), (textStart - 8, y)], .muted, isDashed: true) }
    for (offset, event) in row.events.enumerated() {
      guard let place = x(event.name.replica) else { continue }
      let account = accounts.indices.contains(first + offset) ? accounts[first + offset] : nil
      if let account { drawing.open(event: first + offset, named: account.words, after: account.causes) }
      defer { if account != nil { drawing.close() } }
      switch event.mark {
      case .act: drawing.disc(place, y, 4.5, .ink)
      case .receipt: drawing.disc(place, y, 4.5, .answered)
      case .answer: drawing.disc(place, y, 3.5, .muted)
      case .merge: drawing.diamond(place, y, 6, .stale)
      case .repair: drawing.diamond(place, y, 6, .owed)
      case .loss: drawing.diamond(place, y, 5, .blocked)
      case .stop: drawing.rect(place - 5, y - 5, 10, 10, .blocked)
      case .prediction: drawing.disc(place, y, 3.5, .grid)
      }
    }
  }

  private func drawMessages(of index: Int, in drawing: inout SVGDrawing) {
    for event in report.rows[index].events {
      for origin in event.origins {
        guard let from = x(origin.replica), let here = x(event.name.replica) else { continue }
        let isLost = event.mark == .loss
        // A message that is gone at its sender leads towards where it was meant to go.
        let isGoneAtSender = isLost && origin.replica == event.name.replica
        let to = isGoneAtSender ? x(origin.target).map { here + ($0 - here) * 0.35 } ?? here : here
        let start = origin.departed
        let sent = report.rows.firstIndex { row in
          row.at == start && row.events.contains { $0.name.replica == origin.replica && $0.mark != .loss }
        }
        // What left before the first row comes from above.
        let before = report.rows.lastIndex { row in row.at.map { $0 <= start } ?? false }
        let height = sent.map(y) ?? before.map { $0 < index ? y($0) + Self.row / 2 : y(index) } ?? Self.top - 8
        let isOpen = isLost || event.mark == .prediction
        drawing.line(
          [(from, min(height, y(index))), (to, y(index))], isLost ? .blocked : .muted, isDashed: isOpen)
      }
    }
  }
}
