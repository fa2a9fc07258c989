import Insight
import Language

/// How likely a read is consistent, drawn against the time since the write was acknowledged.
struct ConsistencyCurve {
  private static let width = 64
  private static let height = 10
  private static let blocks: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  private let end: Double
  private let low: Double
  private let shares: [Double]

  /// The curve from 0 to a little after an instant in milliseconds.
  init(_ consistency: Consistency, until instant: Double) {
    let end = Self.round(instant > 0 ? instant : consistency.visibility(0.9999).value)
    self.end = end
    let shares = consistency.curve(at: (0..<Self.width).map { Double($0) / Double(Self.width) * end })
    // The axis begins at a round share below the first.
    self.shares = shares
    low = [0.999, 0.99, 0.95, 0.9, 0.8, 0.6, 0.4, 0.2].first { $0 <= (shares.first ?? 0) } ?? 0
  }

  /// The drawing, in lines of at most 80 cells.
  var lines: [String] {
    let heights = shares.map { share in
      Int((max(0, share - low) / (1 - low) * Double(Self.height * 8)).rounded())
    }
    let rows = (0..<Self.height).map { row in
      let floor = (Self.height - 1 - row) * 8
      let cells = heights.map { Self.blocks[min(8, max(0, $0 - floor))] }
      let curve = String(cells.reversed().drop { $0 == " " }.reversed())
      return "\(TextWidth.padLeft(share(at: row), 8)) │\(curve)"
    }
    let base = TextWidth.padLeft(Quantity.percent(low).replacingPercent, 8) + " └"
    let quarter = Self.width / 4
    let axis = base + (0..<4).map { _ in String(repeating: "─", count: quarter - 1) + "┴" }.joined()
    var labels = String(repeating: " ", count: 9) + "0"
    for part in 1...4 {
      let text = Quantity.number(end * Double(part) / 4, decimals: 4) + (part == 4 ? " ms" : "")
      let place = 10 + quarter * part - 1
      let start = min(place - TextWidth.of(text) / 2, 80 - TextWidth.of(text))
      labels += String(repeating: " ", count: max(1, start - TextWidth.of(labels))) + text
    }
    return ["consistent reads, by the time t since the write was acknowledged"] + rows + [axis, labels]
  }

  private func share(at row: Int) -> String {
    guard row % 5 == 0 else { return "" }
    return Quantity.percent(1 - (1 - low) * Double(row) / Double(Self.height)).replacingPercent
  }

  /// The next number of 1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten.
  private static func round(_ value: Double) -> Double {
    guard value > 0 else { return 1 }
    var power = 1.0
    while power > value { power /= 10 }
    while power * 10 <= value { power *= 10 }
    let factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].first { $0 * power >= value } ?? 10
    return factor * power
  }
}

extension String {
  /// A percentage with a blank before its sign.
  fileprivate var replacingPercent: String { dropLast() + " %" }
}
