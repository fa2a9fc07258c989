import Insight
import Kernel

/// What is to be predicted for the present cluster.
public struct PredictionPlan: Hashable, Sendable {
  /// How many copies there are: the first so many owners; nil: all of them.
  public var n: Int?
  /// How many answers a read waits for.
  public var r = 1
  /// How many acknowledgements a write waits for.
  public var w = 1
  /// From where both are coordinated; nil: from everywhere.
  public var region: RegionName?

  /// One answer to a write or a read, as at ONE.
  public init() {}
}

/// A number of the prediction for the present cluster, by the names of `eventually predict --json`.
public struct PredictedFact: Hashable, Sendable {
  /// Which number.
  public let name: String
  /// For which quorum.
  public let plan: PredictionPlan

  /// What kind of value it has; nil if there is none of that name.
  static func unit(_ name: String) -> FactUnit? {
    if name == "consistentAtZero" || number(after: "kStaleness.", in: name) != nil { return .share }
    return milliseconds.contains(name) ? .duration : nil
  }

  /// Every name.
  static let names =
    milliseconds + ["consistentAtZero"] + (1...10).map { "kStaleness.\($0)" }

  private static let milliseconds =
    ["readLatency", "writeLatency"].flatMap { latency in ["p50", "p95", "p99", "p999"].map { "\(latency).\($0)" } }
    + ["p90", "p99", "p999"].map { "tVisibility.\($0)" }

  private static func number(after prefix: String, in name: String) -> Int? {
    guard name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)), (1...10).contains(number) else {
      return nil
    }
    return number
  }

  /// What it is worth in a prediction.
  package func value(in prediction: Prediction) -> FactValue {
    if let k = Self.number(after: "kStaleness.", in: name) { return .number(prediction.withinVersions[k - 1]) }
    let consistency = prediction.consistency
    switch name {
    case "consistentAtZero": return .number(consistency.at(0).value)
    case "tVisibility.p90": return Self.duration(consistency.visibility(0.9).value)
    case "tVisibility.p99": return Self.duration(consistency.visibility(0.99).value)
    case "tVisibility.p999": return Self.duration(consistency.visibility(0.999).value)
    default:
      let latency = name.hasPrefix("read") ? prediction.readLatency : prediction.writeLatency
      switch name.split(separator: ".").last {
      case "p50": return Self.duration(latency.p50)
      case "p95": return Self.duration(latency.p95)
      case "p99": return Self.duration(latency.p99)
      case "p999": return Self.duration(latency.p999)
      default: return .none
      }
    }
  }

  private static func duration(_ milliseconds: Double) -> FactValue {
    .duration(Int64((milliseconds * 1_000).rounded()))
  }
}

extension CommandReader {
  /// Takes what `predicted` is asked about: a name, and perhaps the quorum.
  mutating func predicted() throws -> PredictedFact {
    try symbol("(")
    let token = try takeToken(.other("a number of the prediction such as consistentAtZero"))
    guard token.kind == .word, PredictedFact.unit(token.text) != nil else {
      throw LanguageError(
        .unknownName(.other("a number of the prediction"), token.text), at: token.span,
        candidates: PredictedFact.names)
    }
    var plan = PredictionPlan()
    while try optionalSymbol(",") {
      let part = try takeToken(.other("n=, r= or w="))
      try symbol("=")
      let number = try takeToken(.wholeNumber)
      guard let value = Int(number.text) else {
        throw LanguageError(.expected([.wholeNumber], found: number.text), at: number.span)
      }
      try set(part.text, value, part.span, in: &plan)
    }
    try symbol(")")
    return PredictedFact(name: token.text, plan: plan)
  }

  /// Takes the quorum that `predict` is asked about: `n=3 r=1 w=1 in REGION`, in any order.
  mutating func predictionPlan() throws -> PredictionPlan {
    var plan = PredictionPlan()
    note(.lineEnd)
    while try !isAtEnd() {
      if try optionalKeyword("in") != nil {
        plan.region = RegionName(context.topology.name(of: try region()))
      } else {
        let word = try take(.other("n=, r= or w= and a number"))
        let parts = word.text.split(separator: "=", omittingEmptySubsequences: false)
        guard !word.isQuoted, parts.count == 2, let value = Int(parts[1]) else {
          throw LanguageError(
            .expected([.other("n=, r= or w= and a number, such as r=2"), .keyword("in")], found: word.text),
            at: word.span)
        }
        try set(String(parts[0]), value, word.span, in: &plan)
      }
      note(.lineEnd)
    }
    return plan
  }

  private func set(_ name: String, _ value: Int, _ span: SourceSpan, in plan: inout PredictionPlan) throws {
    guard PartialQuorum.copies.contains(value) else {
      throw refused(
        "\(value) is out of range: from \(PartialQuorum.copies.lowerBound) to \(PartialQuorum.copies.upperBound)", span)
    }
    switch name.lowercased() {
    case "n": plan.n = value
    case "r": plan.r = value
    case "w": plan.w = value
    default: throw refused("`\(Printable.escaped(name))` means nothing here; there are n=, r= and w=", span)
    }
  }
}
