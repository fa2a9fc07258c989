import Kernel
import Language

/// What a metric is held against, such as `< 60s` or `= 0%`.
public struct Threshold: Hashable, Sendable {
  /// How the two are compared.
  public enum Comparison: String, CaseIterable, Hashable, Sendable {
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case equal = "="
    case different = "!="
  }

  /// What stands on the right.
  public enum Limit: Hashable, Sendable {
    /// In microseconds.
    case duration(Int64)
    /// From 0 to 1.
    case share(Double)
    case number(Double)
    case truth(Bool)
    case text(String)
  }

  /// How the two are compared.
  public let comparison: Comparison
  /// What the metric is compared with.
  public let limit: Limit
  /// As it was written, with one blank after the sign.
  public let text: String

  /// Reads a threshold for a metric of a unit.
  ///
  /// - Throws: a sentence that says what is wrong.
  static func read(_ text: String, for unit: FactUnit) throws(ThresholdProblem) -> Threshold {
    let trimmed = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let sign = trimmed.prefix { "<>=!".contains($0) }
    let word = trimmed.dropFirst(sign.count).trimmed
    guard let comparison = Comparison(rawValue: sign == "==" ? "=" : String(sign)) else {
      throw ThresholdProblem(
        "a threshold is a comparison and a value, such as `\(example(unit))`; signs are < <= > >= = !=")
    }
    guard !word.isEmpty else { throw ThresholdProblem("a threshold ends with a value, such as `\(example(unit))`") }
    let isOrder = comparison != .equal && comparison != .different
    let limit: Limit
    switch unit {
    case .duration:
      guard let span = Quantity.duration(word) else { throw wrong(word, "a duration", unit) }
      limit = .duration(span.microseconds)
    case .share:
      guard let share = PlainNumber.share(word) else { throw wrong(word, "a share", unit) }
      limit = .share(share)
    case .number:
      guard let number = PlainNumber.decimal(word) else {
        throw wrong(word, "a number without a unit", unit)
      }
      limit = .number(number)
    case .truth:
      guard !isOrder, word == "true" || word == "false" else { throw wrong(word, "true or false", unit) }
      limit = .truth(word == "true")
    case .text:
      guard !isOrder else { throw wrong(word, "a word that it is, or is not", unit) }
      limit = .text(word)
    }
    return Threshold(comparison: comparison, limit: limit, text: "\(comparison.rawValue) \(word)")
  }

  private static func wrong(_ word: String, _ what: String, _ unit: FactUnit) -> ThresholdProblem {
    ThresholdProblem(
      "`\(word.prefix(40))` is not \(what), in which this metric is measured, such as `\(example(unit))`")
  }

  private static func example(_ unit: FactUnit) -> String {
    switch unit {
    case .duration: "< 60s"
    case .share: "< 0.1%"
    case .number: "< 10"
    case .truth: "= true"
    case .text: "= ok"
    }
  }

  /// What makes it hold always, or never, if anything does; nil if it can go both ways.
  var oddity: String? {
    guard case .share(let limit) = limit else {
      if case .duration(let limit) = limit, limit <= 0, comparison == .less || comparison == .greater {
        return limit < 0 || comparison == .less
          ? "`\(text)` \(comparison == .less ? "can't hold: no span is less than none" : "always holds")" : nil
      }
      return nil
    }
    let never = "can't hold: a share is from 0 to 100%"
    let always = "always holds: a share is from 0 to 100%"
    switch comparison {
    case .greater: return limit >= 1 ? "`\(text)` \(never)" : limit < 0 ? "`\(text)` \(always)" : nil
    case .atLeast: return limit > 1 ? "`\(text)` \(never)" : limit <= 0 ? "`\(text)` \(always)" : nil
    case .less: return limit <= 0 ? "`\(text)` \(never)" : limit > 1 ? "`\(text)` \(always)" : nil
    case .atMost: return limit < 0 ? "`\(text)` \(never)" : limit >= 1 ? "`\(text)` \(always)" : nil
    case .equal, .different:
      guard limit < 0 || limit > 1 else { return nil }
      return "`\(text)` \(comparison == .equal ? never : always)"
    }
  }

  /// Whether a value meets it.
  func isMet(by value: MetricValue) -> Bool {
    switch (value, limit) {
    case (.duration(let value), .duration(let limit)): compare(Double(value), Double(limit))
    case (.share(let value), .share(let limit)), (.number(let value), .number(let limit)): compare(value, limit)
    case (.truth(let value), .truth(let limit)): (value == limit) == (comparison == .equal)
    case (.text(let value), .text(let limit)): (value == limit) == (comparison == .equal)
    // What never came is longer than any span.
    case (.never, .duration): comparison == .greater || comparison == .atLeast || comparison == .different
    default: false
    }
  }

  private func compare(_ value: Double, _ limit: Double) -> Bool {
    switch comparison {
    case .less: value < limit
    case .atMost: value <= limit
    case .greater: value > limit
    case .atLeast: value >= limit
    case .equal: value == limit
    case .different: value != limit
    }
  }

  /// Whether one value is worse than another, as far as this threshold goes.
  func isWorse(_ value: MetricValue, than other: MetricValue) -> Bool {
    guard isMet(by: value) == isMet(by: other) else { return !isMet(by: value) }
    guard let first = value.magnitude, let second = other.magnitude else { return value == .never && other != .never }
    switch comparison {
    case .less, .atMost, .equal, .different: return first > second
    case .greater, .atLeast: return first < second
    }
  }
}

/// What is wrong with a threshold.
struct ThresholdProblem: Error {
  let sentence: String
  init(_ sentence: String) { self.sentence = sentence }
}

extension StringProtocol {
  /// Without the blanks around it.
  fileprivate var trimmed: String {
    var text = drop { $0.isWhitespace }
    while text.last?.isWhitespace ?? false { text = text.dropLast() }
    return String(text)
  }
}
