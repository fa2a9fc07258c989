import Insight
import Kernel
import Replication

/// What who operates the cluster decides about watching it: nothing of it reaches a replica, but for what a remedy does.
public indirect enum OperatingDecision: Hashable, Sendable {
  /// A rule of one's own; it replaces one of its name.
  case rule(AlertRule)
  /// An alert is judged no more.
  case off(String)
  /// Who is told, and when, if an alert goes on.
  case escalation(of: String, Escalation)
  /// Somebody has taken an alert on: nobody else is told while it goes on.
  case acknowledged(String)
  /// What is done when an alert fires.
  case remedy(Remedy)
  /// Nothing is done any more when it does.
  case noRemedy(String)
}

/// When an alert fires: a condition that has held without a break for a while.
public struct AlertRule: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// What must hold.
  public let condition: Condition
  /// The same as it was written.
  public let text: String
  /// For how long it must have held.
  public let span: TimeSpan
  /// How urgent it is.
  public let severity: AlertSeverity
  /// Who is told if it goes on.
  public let escalation: Escalation?
}

/// Who is told of an alert that goes on for so long and that nobody has acknowledged.
public struct Escalation: Hashable, Sendable {
  /// After what time from its firing on.
  public let after: TimeSpan
  /// Whom.
  public let receiver: String
}

/// A command that is carried out when an alert fires.
public struct Remedy: Hashable, Sendable {
  /// Which alert.
  public let alert: String
  /// How long after its firing; it is left out where the alert has cleared by then.
  public let delay: TimeSpan
  /// What is done.
  public let command: Command
  /// The same as it was written.
  public let text: String
}

extension Command {
  /// Whether it needs indicators that were counted over windows from the beginning.
  package var asksOfService: Bool {
    switch self {
    case .operating, .show(.alerts), .show(.serviceLevels): true
    case .whatIf(.remedy), .whatIf(.noRemedy): true
    case .export(let plan, to: _): plan.format == .openmetrics
    case .expect(let condition, _), .runUntil(let condition, within: _, text: _): condition.asksOfService
    case .breakpoint(let condition): condition?.asksOfService ?? false
    default: false
    }
  }
}

extension Condition {
  /// Whether one of its facts is about indicators over windows, or alerts.
  package var asksOfService: Bool {
    facts.contains { fact in
      switch fact {
      case .named(let name, _): FactCatalog.operating.contains { $0.name == name }
      case .ever(let condition): condition.asksOfService
      case .operation, .predicted, .guarantee, .count, .latency: false
      }
    }
  }
}
