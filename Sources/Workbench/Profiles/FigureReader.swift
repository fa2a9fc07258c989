import Analysis
import Yams

/// Reads a `calibration.yaml`.
///
///     asked: at LOCAL_QUORUM
///     workloads:
///       steady: |
///         load 100/s for 10s write 10% keys 1000 at LOCAL_QUORUM
///         run 12s
///     figures:
///       - name: replication lag, p99
///         unit: ms
///         stated: [200, 500]
///         published: 400
///         source: where that stands
///         tolerance: [300, 450]
///         because: why that much counts as inside
///         workload: steady
///         fact: lag.p99
///         scale: nine replicas for a thousand
struct FigureReader {
  private static let known = [
    "group", "name", "unit", "stated", "published", "tolerance", "because", "predicted", "closed-form", "source",
    "workload", "fact", "over", "minus", "times", "lag", "pairs", "bill-above", "incomparable", "scale", "note",
    "outside",
    "by-construction",
  ]

  private let mapping: Node.Mapping
  private let node: Node

  /// The table in a text.
  ///
  /// - Throws: a ``YAMLProblem``.
  static func read(_ text: String) throws(YAMLProblem) -> FigureTable {
    guard let root = try YAMLText.compose(text), let mapping = root.mapping else {
      throw YAMLProblem(line: 1, column: 1, message: "this is a mapping of `workloads` and `figures`")
    }
    var workloads: [FigureTable.Workload] = []
    for (key, value) in mapping[Node("workloads")]?.mapping ?? [:] {
      guard let name = key.string, let script = value.scalar?.string else {
        throw YAMLProblem(key, "a workload is a name and a script")
      }
      workloads.append(FigureTable.Workload(name: name, script: script))
    }
    var figures: [Figure] = []
    for item in mapping[Node("figures")]?.sequence ?? [] {
      guard let mapping = item.mapping else { throw YAMLProblem(item, "a figure is a mapping") }
      figures.append(try FigureReader(mapping: mapping, node: item).figure(workloads.map(\.name)))
    }
    return FigureTable(
      asked: mapping[Node("asked")]?.scalar?.string ?? "", workloads: workloads, figures: figures)
  }

  private func figure(_ workloads: [String]) throws(YAMLProblem) -> Figure {
    for (key, _) in mapping where !Self.known.contains(key.string ?? "") {
      throw YAMLProblem(key, "a figure has \(Self.known.joined(separator: ", ")), and no `\(key.string ?? "?")`")
    }
    guard let unit = Figure.Unit(rawValue: try text("unit") ?? "") else {
      let units = Figure.Unit.allCases.map(\.rawValue).joined(separator: ", ")
      throw YAMLProblem(mapping[Node("unit")] ?? node, "`unit` is one of \(units)")
    }
    let measure = try measure
    let workload = try text("workload")
    if case .nothing = measure {
      guard workload == nil else { throw YAMLProblem(node, "what isn't comparable has no workload") }
    } else {
      guard let workload, workloads.contains(workload) else {
        throw YAMLProblem(mapping[Node("workload")] ?? node, "`workload` names one of \(workloads)")
      }
    }
    let (stated, published, prediction) = (try bounds("stated"), try bounds("published"), try prediction)
    let tolerance = try tolerance(for: [stated, published].compactMap { $0 }.filter(\.isSingle))
    guard workload == nil || stated != nil || published != nil || prediction != nil else {
      throw YAMLProblem(node, "there is nothing to compare this figure with")
    }
    let source = try text("source") ?? ""
    guard published == nil || !source.isEmpty else { throw YAMLProblem(node, "what was published has a `source`") }
    guard let name = try text("name") else { throw YAMLProblem(node, "a figure has a `name`") }
    let (outside, byConstruction) = (try text("outside"), try text("by-construction"))
    guard outside == nil || byConstruction == nil else {
      throw YAMLProblem(node, "what is inside by construction isn't outside")
    }
    guard byConstruction == nil || workload != nil else {
      throw YAMLProblem(node, "what isn't measured is nothing by construction")
    }
    return Figure(
      group: try text("group"), name: name, unit: unit, stated: stated, published: published, tolerance: tolerance,
      prediction: prediction, source: source, workload: workload, measure: measure, scale: try text("scale") ?? "",
      note: try text("note") ?? "", outside: outside, byConstruction: byConstruction)
  }

  /// How far off single figures what is measured may be.
  private func tolerance(for figures: [Figure.Bounds]) throws(YAMLProblem) -> Figure.Tolerance? {
    guard let bounds = try bounds("tolerance") else {
      if let because = mapping[Node("because")] { throw YAMLProblem(because, "`because` says why a `tolerance`") }
      return nil
    }
    let node = mapping[Node("tolerance")] ?? node
    guard let first = figures.first, figures.allSatisfy({ $0 == first }) else {
      throw YAMLProblem(node, "a `tolerance` is for one figure that is stated or published, not for a band")
    }
    guard bounds.contains(first.low ?? 0) else {
      throw YAMLProblem(node, "the `tolerance` leaves the figure itself out")
    }
    guard let reason = try text("because") else { throw YAMLProblem(node, "a `tolerance` says `because` of what") }
    return Figure.Tolerance(bounds: bounds, reason: reason)
  }

  private var measure: Figure.Measure {
    get throws(YAMLProblem) {
      if let reason = try text("incomparable") { return .nothing(reason: reason) }
      if let fact = try text("fact") {
        return .fact(
          fact, over: try text("over"), minus: try number(mapping[Node("minus")]) ?? 0,
          times: try number(mapping[Node("times")]) ?? 1)
      }
      if let percentile = try number(mapping[Node("lag")]) { return .lag(percentile: percentile) }
      if try text("pairs") == "fresh then stale" { return .freshThenStale }
      if let above = mapping[Node("bill-above")] {
        guard let lesser = Figure.LesserBill.allCases.first(where: { $0.rawValue == above.string }) else {
          let known = Figure.LesserBill.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
          throw YAMLProblem(above, "a bill is above that of \(known)")
        }
        return .bill(against: lesser)
      }
      throw YAMLProblem(
        node, "a figure has a `fact`, a `lag`, a `bill-above`, `pairs: fresh then stale`, or is `incomparable`")
    }
  }

  private var prediction: Figure.Prediction? {
    get throws(YAMLProblem) {
      if let tolerance = try number(mapping[Node("closed-form")]) { return .closedForm(tolerance: tolerance) }
      return try bounds("predicted").map { .bounds($0) }
    }
  }

  private func text(_ name: String) throws(YAMLProblem) -> String? {
    guard let node = mapping[Node(name)] else { return nil }
    guard let text = node.scalar?.string, !text.isEmpty else { throw YAMLProblem(node, "`\(name)` is a text") }
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  private func bounds(_ name: String) throws(YAMLProblem) -> Figure.Bounds? {
    guard let node = mapping[Node(name)], node.null == nil else { return nil }
    if node.scalar != nil { return try number(node).map { Figure.Bounds(exactly: $0) } }
    guard let ends = node.sequence, ends.count == 2 else {
      throw YAMLProblem(node, "`\(name)` is a number, [LOW, HIGH] or null")
    }
    let (low, high) = (try number(ends[0]), try number(ends[1]))
    guard low ?? -.infinity <= high ?? .infinity else { throw YAMLProblem(node, "`\(name)` goes from low to high") }
    return Figure.Bounds(low: low, high: high)
  }

  private func number(_ node: Node?) throws(YAMLProblem) -> Double? {
    guard let node, node.null == nil else { return nil }
    guard let number = node.float ?? node.int.map(Double.init), number.isFinite else {
      throw YAMLProblem(node, "this is a number or null")
    }
    return number
  }
}
