import Analysis
import Kernel
import Language
import Workbench

/// The operations that break a guarantee as a space-time diagram: time runs to the right, each client is a line, each operation
/// spans from when it was asked to when it was answered. Only the order is to scale.
struct WitnessDiagram {
  /// One operation, from its first column to its last.
  private struct Span {
    let client: Int
    let start: Int
    let end: Int
    let label: String
    let time: String
  }

  private let clients: [String]
  private var spans: [Span] = []
  private let nameWidth: Int

  /// How many rows it takes: one for each client, and one for the times.
  var height: Int { clients.count + 1 }

  /// The diagram; nil if it is too wide, or there is nothing to draw.
  init?(_ operations: [OperationReport], width: Int) {
    guard !operations.isEmpty else { return nil }
    let clients = operations.map(\.client).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    self.clients = clients.map(Printable.escaped)
    nameWidth = min(16, self.clients.map(TextWidth.of).max() ?? 0)
    // The moments in their order; of one instant, what begins is first: they overlap.
    let labels = operations.map(Self.label)
    let moments = operations.indices.flatMap { [(operations[$0].start, 0, $0), (operations[$0].end, 1, $0)] }
      .sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
    var starts = Array(repeating: 0, count: operations.count)
    var ends = starts
    var column = nameWidth
    for (_, kind, index) in moments {
      column += 2
      if kind == 0 {
        starts[index] = column
      } else {
        column = max(column, starts[index] + TextWidth.of(labels[index]) + 5)
        ends[index] = column
      }
    }
    guard column < width else { return nil }
    spans = operations.enumerated().map { index, operation in
      Span(
        client: clients.firstIndex(of: operation.client) ?? 0, start: starts[index], end: ends[index],
        label: labels[index], time: Quantity.milliseconds(operation.start.microseconds))
    }
    // Two operations of one client side by side at the same time would be written over each other.
    for (index, span) in spans.enumerated() {
      let others = spans[(index + 1)...].filter { $0.client == span.client }
      if others.contains(where: { $0.start <= span.end && span.start <= $0.end }) { return nil }
    }
  }

  /// What an operation did, and what came of it.
  private static func label(_ operation: OperationReport) -> String {
    let what = "\(operation.id) \(operation.action)"
    if let shortfall = operation.shortfall { return "\(what): \(shortfall)" }
    // Only what was read has a number of versions.
    return operation.siblings == nil ? what : "\(what) → \(operation.answerText)"
  }

  /// Draws one of its rows.
  func render(row: Int, in rect: Rect, _ frame: inout Frame) {
    guard row < clients.count else {
      var free = rect.x
      for span in spans.sorted(by: { $0.start < $1.start }) {
        let place = Point(rect.x + span.start, rect.y)
        guard place.x >= free, place.x + TextWidth.of(span.time) <= rect.right else { continue }
        free = frame.write(span.time, at: place, .dim, clip: rect) + 1
      }
      return
    }
    frame.line(clients[row], row: 0, Style(.text, bold: true), in: rect.splitLeft(nameWidth).left)
    for x in rect.x + nameWidth + 1..<max(rect.x + nameWidth + 1, rect.right) {
      frame.put("┈", at: Point(x, rect.y), .dim, clip: rect)
    }
    for span in spans where span.client == row {
      for x in span.start...span.end {
        let glyph: Character = x == span.start ? "├" : x == span.end ? "┤" : "─"
        frame.put(glyph, at: Point(rect.x + x, rect.y), Style(.flight), clip: rect)
      }
      frame.write(" \(span.label) ", at: Point(rect.x + span.start + 2, rect.y), .text, clip: rect)
    }
  }
}
