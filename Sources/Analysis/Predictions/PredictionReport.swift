import Insight
import Language

/// A prediction as `eventually predict` prints it: for people, and as one JSON object.
public struct PredictionReport: Sendable {
  private let request: PredictionRequest
  private let prediction: Prediction
  private let visibility: [(name: String, share: Double, after: Interval)]

  /// Makes the prediction that is asked for.
  ///
  /// - Throws: a ``PredictionRequest/Refusal`` of what makes no sense.
  public init(_ request: PredictionRequest) throws {
    self.request = request
    prediction = Prediction(of: try request.quorum(), trials: request.trials, seed: request.seed)
    let consistency = prediction.consistency
    visibility = [("p90", 0.9), ("p99", 0.99), ("p999", 0.999)].map { name, share in
      (name, share, consistency.visibility(share))
    }
  }

  // MARK: JSON

  /// The one object of `predict --json`.
  public var json: String {
    let zero = prediction.consistency.at(0)
    return JSONText.object([
      .init("n", .integer(Int64(request.n))), .init("r", .integer(Int64(request.r))),
      .init("w", .integer(Int64(request.w))),
      .init("trials", .integer(Int64(prediction.consistency.trialCount))),
      .init("readLatency", Self.object(of: prediction.readLatency)),
      .init("writeLatency", Self.object(of: prediction.writeLatency)),
      .init("tVisibility", .object(visibility.map { .init($0.name, Self.number($0.after.value)) })),
      .init("tVisibilityInterval", .object(visibility.map { .init($0.name, Self.bounds($0.after)) })),
      .init("consistentAtZero", Self.number(zero.value)),
      .init("consistentAtZeroInterval", Self.bounds(zero)),
      .init("kStaleness", .array(prediction.withinVersions.map(Self.number))),
    ]).text
  }

  /// To a nanosecond, or a millionth.
  private static func number(_ value: Double) -> JSONText { .number((value * 1e6).rounded() / 1e6) }

  private static func bounds(_ interval: Interval) -> JSONText {
    .array([number(interval.low), number(interval.high)])
  }

  private static func object(of latency: PartialQuorum.Latency) -> JSONText {
    .object([
      .init("p50", number(latency.p50)), .init("p95", number(latency.p95)), .init("p99", number(latency.p99)),
      .init("p999", number(latency.p999)),
    ])
  }

  // MARK: For people

  /// The prediction in lines of at most 80 cells.
  public var lines: [String] { title + [""] + latencies + [""] + freshness + [""] + versions }

  private var title: [String] {
    let quorum = "N = \(request.n), R = \(request.r), W = \(request.w)"
    return [TextWidth.fit("\(quorum)  ·  \(request.origin)", 80)]
  }

  private var latencies: [String] {
    func row(_ name: String, _ rank: Int, _ latency: PartialQuorum.Latency) -> [String] {
      [name, "\(ordinal(rank)) of \(request.n) answers"]
        + [latency.p50, latency.p95, latency.p99, latency.p999].map(PredictionText.milliseconds)
    }
    return Listing.table(
      [
        ["latency", "", "50 %", "95 %", "99 %", "99.9 %"],
        row("read", request.r, prediction.readLatency), row("write", request.w, prediction.writeLatency),
      ], right: [2, 3, 4, 5])
  }

  private var freshness: [String] {
    guard request.r + request.w <= request.n else {
      return [
        "R + W > N: every read meets every acknowledged write, so no read is stale:",
        "t-visibility is 0 ms at every share.",
      ]
    }
    let zero = prediction.consistency.at(0)
    let rows = visibility.map { row in
      [
        "\(Quantity.percent(row.share).dropLast()) % of reads consistent",
        "from t = " + PredictionText.milliseconds(row.after.value),
        PredictionText.milliseconds(row.after), "",
      ]
    }
    let now = [
      "at t = 0", PredictionText.percent(zero.value) + " consistent",
      "\(PredictionText.percent(zero.low)) … \(PredictionText.percent(zero.high))",
    ]
    let table = Listing.table([["t after the write's answer", "", "95 % confidence"], now] + rows, right: [1, 2])
    let curve = zero.value < 1 ? ConsistencyCurve(prediction.consistency, until: visibility[2].after.value).lines : []
    let trials = "\(PredictionText.grouped(prediction.consistency.trialCount)) trials, seed \(request.seed)"
    return table + (curve.isEmpty ? [] : [""]) + curve + [trials]
  }

  private var versions: [String] {
    Listing.table(
      [
        ["within k versions, k ="] + (1...5).map { "\($0)" },
        ["delays left aside"] + prediction.withinVersions.prefix(5).map(PredictionText.percent),
        ["k ="] + (6...10).map { "\($0)" },
        [""] + prediction.withinVersions.dropFirst(5).map(PredictionText.percent),
      ], right: Set(1...5))
  }

  private func ordinal(_ number: Int) -> String {
    let isTeen = (11...13).contains(number % 100)
    let suffix = isTeen ? "th" : [1: "st", 2: "nd", 3: "rd"][number % 10] ?? "th"
    return "\(number)\(suffix)"
  }
}

/// Numbers of a prediction: four digits that count, and always a unit.
enum PredictionText {
  static func milliseconds(_ value: Double) -> String { decimals(value, value < 100 ? 3 : 1) + " ms" }

  static func milliseconds(_ interval: Interval) -> String {
    let places = interval.high < 100 ? 3 : 1
    return "\(decimals(interval.low, places)) … \(decimals(interval.high, places)) ms"
  }

  /// With two decimals, or with four where these would hide what is missing to the whole.
  static func percent(_ share: Double) -> String {
    if share >= 1 { return "100 %" }
    return decimals(min(share * 100, 99.9999), share < 0.999 ? 2 : 4) + " %"
  }

  /// A number with exactly so many decimals.
  static func decimals(_ value: Double, _ places: Int) -> String {
    guard value < 1e15 else { return "\(value)" }
    let scale = (0..<places).reduce(1) { product, _ in product * 10 }
    let scaled = Int64((value * Double(scale)).rounded())
    guard places > 0 else { return "\(scaled)" }
    return "\(scaled / Int64(scale)).\(String(scaled % Int64(scale) + Int64(scale)).dropFirst())"
  }

  /// A count with commas between its thousands.
  static func grouped(_ count: Int) -> String {
    var (rest, text) = (count, "")
    while rest >= 1_000 {
      text = ",\(String(rest % 1_000 + 1_000).dropFirst())\(text)"
      rest /= 1_000
    }
    return "\(rest)\(text)"
  }
}
