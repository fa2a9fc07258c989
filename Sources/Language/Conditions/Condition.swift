import Kernel
import Replication

/// A condition of the language: what `expect`, `run until`, goals and breakpoints take.
public indirect enum Condition: Hashable, Sendable {
  /// A fact that must be true.
  case fact(Fact)
  /// A fact compared with a value or another fact.
  case comparison(Fact, Comparison, Operand)
  case and(Condition, Condition)
  case or(Condition, Condition)
  case not(Condition)

  /// How two things are compared.
  public enum Comparison: String, CaseIterable, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contains = "contains"
  }

  /// What stands on the right of a comparison.
  public enum Operand: Hashable, Sendable {
    /// A word as it was written.
    case literal(String)
    /// Another fact.
    case fact(Fact)
  }
}

/// A fact about the cluster and its history, with what it is asked about.
public indirect enum Fact: Hashable, Sendable {
  /// A fact of the catalogue, with its arguments.
  case named(String, [Argument])
  /// A field of an operation's line; a negative number counts the commands' operations from the end.
  case operation(Int, field: String)
  /// Whether a condition held after some event of this branch.
  case ever(Condition)
  /// A number of the prediction for the present cluster.
  case predicted(PredictedFact)
  /// Whether the history has kept a guarantee, everybody's or one client's.
  case guarantee(Guarantee, ClientName?)
  /// How many operations are as described.
  case count([Filter])
  /// How long the answered operations took that are as described.
  case latency(Measure, [Filter])

  /// What is taken of many latencies.
  public enum Measure: String, CaseIterable, Sendable {
    case p50, p90, p95, p99, p999, max, mean

    /// How many of 100 are no longer; nil for the mean.
    package var percentile: Double? {
      switch self {
      case .p50: 50
      case .p90: 90
      case .p95: 95
      case .p99: 99
      case .p999: 99.9
      case .max: 100
      case .mean: nil
      }
    }
  }

  /// What a fact is asked about.
  public enum Argument: Hashable, Sendable {
    case key(KeyName)
    case replica(ReplicaName)
    case region(RegionName)
    case client(ClientName)
    case user(UserName)
    case component(CostComponent)
    /// The operation of that number; negative ones count the commands' operations from the end.
    case operation(Int)
    case indicator(Indicator)
    case span(TimeSpan)
    /// The alert of that name.
    case alert(String)
    case setting(SettingName)
  }

  /// A property that an operation must have to be counted.
  public enum Filter: Hashable, Sendable {
    case kind(OperationKind)
    case level(ConsistencyLevel)
    case outcome(Outcome)
    case client(ClientName)
    case coordinator(ReplicaName)
    case key(KeyName)
    case stale(Bool)
    case load(Bool)
  }
}

/// What a fact is worth at an instant.
public enum FactValue: Hashable, Sendable {
  /// Nothing yet, or a missing key.
  case none
  case boolean(Bool)
  case number(Double)
  /// In microseconds.
  case duration(Int64)
  case text(String)

  /// What it is printed as, and what `==` compares.
  public var text: String {
    switch self {
    case .none: "none"
    case .boolean(let value): value ? "true" : "false"
    case .number(let value): Quantity.number(value)
    case .duration(let value): Quantity.text(TimeSpan(microseconds: value))
    case .text(let value): value
    }
  }

  /// The value as a number in the unit of its kind; nil if it has none.
  public var magnitude: Double? {
    switch self {
    case .number(let value): value
    case .duration(let value): Double(value)
    case .none, .boolean, .text: nil
    }
  }
}

extension Fact {
  /// Whether its values are words, of which `none` is one: what a missing key holds.
  package var isText: Bool {
    switch self {
    case .named(let name, _): FactCatalog.named(name)?.unit == .text
    case .operation(_, let field): OperationField.units[field] == .text
    case .ever, .predicted, .guarantee, .count, .latency: false
    }
  }
}

extension Condition {
  /// The facts that it is made of, in order.
  package var facts: [Fact] {
    switch self {
    case .fact(let fact): [fact]
    case .comparison(let fact, _, .fact(let other)): [fact, other]
    case .comparison(let fact, _, .literal): [fact]
    case .and(let left, let right), .or(let left, let right): left.facts + right.facts
    case .not(let condition): condition.facts
    }
  }

  /// Whether it asks about the past.
  package var looksBack: Bool {
    facts.contains { if case .ever = $0 { true } else { false } }
  }

  /// Whether judging it takes time in proportion to the history.
  package var isCostly: Bool { facts.contains { $0.cost == .history } }
}

extension Condition {
  /// Whether the condition holds.
  public func holds(_ value: (Fact) -> FactValue) -> Bool {
    switch self {
    case .fact(let fact): value(fact) == .boolean(true)
    case .not(let condition): !condition.holds(value)
    case .and(let left, let right): left.holds(value) && right.holds(value)
    case .or(let left, let right): left.holds(value) || right.holds(value)
    case .comparison(let fact, let comparison, let operand):
      Self.compare(value(fact), comparison, operand.value(beside: value(fact), value))
    }
  }

  private static func compare(_ left: FactValue, _ comparison: Comparison, _ right: FactValue) -> Bool {
    switch comparison {
    case .equal: equal(left, right)
    case .notEqual: !equal(left, right)
    case .contains: contains(left, right.text)
    case .less: ordered(left, right) { $0 < $1 }
    case .lessOrEqual: ordered(left, right) { $0 <= $1 }
    case .greater: ordered(left, right) { $0 > $1 }
    case .greaterOrEqual: ordered(left, right) { $0 >= $1 }
    }
  }

  private static func equal(_ left: FactValue, _ right: FactValue) -> Bool {
    if let first = left.magnitude, let second = right.magnitude { return first == second }
    return left.text == right.text
  }

  private static func ordered(_ left: FactValue, _ right: FactValue, _ isOrdered: (Double, Double) -> Bool) -> Bool {
    guard let first = number(left), let second = number(right) else { return false }
    return isOrdered(first, second)
  }

  private static func number(_ value: FactValue) -> Double? {
    if case .text(let text) = value { return Double(text) }
    return value.magnitude
  }

  /// Whether a set or a list of siblings has an element, or else a text has a part.
  private static func contains(_ value: FactValue, _ part: String) -> Bool {
    guard case .text(let text) = value else { return false }
    if text.hasPrefix("{"), text.hasSuffix("}") {
      return text.dropFirst().dropLast().split(separator: ",").contains { $0.trimmed == part }
    }
    if text.hasPrefix("["), text.hasSuffix("]") {
      return text.dropFirst().dropLast().split(separator: "|").contains { $0.trimmed == part }
    }
    return text.contains(part)
  }
}

extension Condition.Operand {
  /// What a literal means beside the value that it is compared with: numbers, durations and percentages in one unit.
  fileprivate func value(beside other: FactValue, _ value: (Fact) -> FactValue) -> FactValue {
    switch self {
    case .fact(let fact):
      return value(fact)
    case .literal(let text):
      switch other {
      case .number: return Self.number(text).map { .number($0) } ?? .text(text)
      case .duration: return Quantity.duration(text).map { .duration($0.microseconds) } ?? .text(text)
      case .none, .boolean, .text: return .text(text)
      }
    }
  }

  /// A number or a percentage.
  static func number(_ text: String) -> Double? {
    let number = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
    return number.flatMap { $0.isFinite ? $0 : nil }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }
}
