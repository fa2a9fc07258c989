import Analysis
import Insight
import Kernel
import Language

/// What the runs of a sweep come to together, where an assertion is about a percentile: that of all their spans, which the
/// percentiles of the runs don't say.
extension SweepRun.Judgement {
  /// The percentile of all spans, as people read it; a dash where there is none.
  static func pooled(_ judgements: [SweepRun.Judgement]) -> String {
    guard let percentile = judgements.lazy.compactMap(\.percentile).first else { return "–" }
    var pool = SpanPool()
    for judgement in judgements { if let spans = judgement.spans { pool.merge(spans) } }
    guard pool.count > 0 else { return "–" }
    return pool.percentile(percentile).map { Quantity.figure(TimeSpan(microseconds: $0)) } ?? "never"
  }

  /// For programs, the spans included: whoever puts the parts of a sweep together reads them again.
  var json: JSONText {
    var fields: [JSONText.Field] = [
      .init("scenario", .string(scenario)), .init("metric", .string(metric)), .init("threshold", .string(threshold)),
      .init("shown", .string(shown)), .init("amount", amount.map { .number($0) } ?? .null),
      .init("held", .boolean(held)),
    ]
    if let spans, let percentile {
      fields += [JSONText.Field("percentile", .number(percentile)), JSONText.Field("spans", spans.json)]
    }
    return .object(fields)
  }
}

extension SpanPool {
  /// As it is read again.
  fileprivate var json: JSONText {
    func list(_ numbers: [Int]) -> JSONText { .array(numbers.map { .integer(Int64($0)) }) }
    return .object([.init("places", list(places)), .init("counts", list(counts)), .init("open", .integer(Int64(open)))])
  }
}

extension Metric {
  /// Of 100 spans how many are no longer than what it comes to, where it is a percentile.
  var percentile: Double { self == .measure(.convergenceP50) ? 50 : 99 }
}
