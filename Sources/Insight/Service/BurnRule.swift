import Kernel
import Replication

/// The three alerts that each indicator has: how fast its budget of bad events may burn, over a long and a short window at once.
///
/// The SRE workbook, chapter 5, table 5-8: 2 % of the budget in 1 h and 5 % in 6 h page, 10 % in 3 d is a ticket; the short window
/// is a twelfth of the long one, so that the alert clears soon. Both must be exceeded, strictly.
public enum BurnRule: String, CaseIterable, Hashable, Sendable {
  case page, slow, ticket

  /// How many times what is allowed is too much, in tenths.
  public var tenths: Int {
    switch self {
    case .page: 144
    case .slow: 60
    case .ticket: 10
    }
  }

  /// The long window, in minutes of a period of 30 days.
  public var longMinutes: Int64 {
    switch self {
    case .page: 60
    case .slow: 360
    case .ticket: 4_320
    }
  }

  /// The short one.
  public var shortMinutes: Int64 { longMinutes / 12 }

  /// How urgent it is.
  public var severity: AlertSeverity { self == .ticket ? .ticket : .page }

  var index: Int {
    switch self {
    case .page: 0
    case .slow: 1
    case .ticket: 2
    }
  }
}

/// How urgent an alert is.
public enum AlertSeverity: String, CaseIterable, Hashable, Sendable {
  /// Somebody is called out of bed.
  case page
  /// Somebody looks into it on a working day.
  case ticket
}

/// What a window says.
public enum BurnWindow: Hashable, Sendable {
  /// No event fell into it.
  case empty
  /// How many of how many events are bad.
  case counted(bad: Int, whole: Int)

  /// How many times what an objective allows is used; nil if nothing fell into it.
  public func burn(_ objective: Objective) -> Double? {
    guard case .counted(let bad, let whole) = self else { return nil }
    return Double(bad) / Double(whole) * 1_000_000 / Double(1_000_000 - objective.target.millionths)
  }

  /// Whether more than so many tenths of what is allowed are used; nil if nothing fell into it. Exact: whole numbers are compared.
  func exceeds(tenths: Int, _ objective: Objective) -> Bool? {
    guard case .counted(let bad, let whole) = self else { return nil }
    return bad * 10_000_000 > tenths * (1_000_000 - objective.target.millionths) * whole
  }
}

/// An alert that comes with an indicator: which, and by which rule.
public struct BurnAlert: Hashable, Sendable {
  /// Of what.
  public let indicator: Indicator
  /// By which rule.
  public let rule: BurnRule

  /// An alert.
  public init(_ indicator: Indicator, _ rule: BurnRule) { (self.indicator, self.rule) = (indicator, rule) }

  /// Its name, such as `lag-page`.
  public var name: String { "\(indicator.rawValue)-\(rule.rawValue)" }

  /// All of them.
  public static let all = Indicator.allCases.flatMap { indicator in
    BurnRule.allCases.map { BurnAlert(indicator, $0) }
  }

  /// The one of that name.
  public init?(named name: String) {
    guard let alert = Self.all.first(where: { $0.name == name }) else { return nil }
    self = alert
  }
}
