import Foundation
import Insight
import Testing

/// The table of Bailis et al., *Probabilistically Bounded Staleness for Practical Partial Quorums*, VLDB 2012, section
/// 5.6, with the model's values computed independently.
@Suite struct PublishedTableTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let fit: PublishedFit
    let r: Int
    let w: Int
    let read: Double
    let write: Double
    let visibility: Double
    let consistentAtZero: Double

    var testDescription: String { "\(fit.rawValue) R=\(r) W=\(w)" }
  }

  static let rows: [Row] = {
    guard let url = Bundle.module.url(forResource: "Fixtures/pbs", withExtension: "md"),
      let text = try? String(contentsOf: url, encoding: .utf8)
    else { return [] }
    return text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 10, let fit = PublishedFit(rawValue: cells[0]), let r = Int(cells[1]), let w = Int(cells[2]),
        let read = Double(cells[4]), let write = Double(cells[6]), let visibility = Double(cells[8]),
        let zero = Double(cells[9])
      else { return nil }
      return Row(fit: fit, r: r, w: w, read: read, write: write, visibility: visibility, consistentAtZero: zero)
    }
  }()

  @Test func theTableIsRead() { #expect(Self.rows.count == 12) }

  @Test("the published table, row by row", arguments: rows)
  func row(_ row: Row) {
    let quorum = PartialQuorum(n: 3, r: row.r, w: row.w, legs: .init(row.fit))
    let prediction = Prediction(of: quorum, trials: 40_000)
    let read = prediction.readLatency.p999
    let write = prediction.writeLatency.p999
    #expect(abs(read - row.read) <= row.read * 0.02, "read \(read), not \(row.read)")
    #expect(abs(write - row.write) <= row.write * 0.02, "write \(write), not \(row.write)")
    let visibility = prediction.consistency.visibility(0.999)
    #expect(
      abs(visibility.value - row.visibility) <= max(0.1, row.visibility * 0.05),
      "t \(visibility), not \(row.visibility)")
    let zero = prediction.consistency.at(0)
    #expect(abs(zero.value - row.consistentAtZero) <= 0.003, "P0 \(zero), not \(row.consistentAtZero)")
  }
}
