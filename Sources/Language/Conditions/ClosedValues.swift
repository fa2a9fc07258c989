import Kernel
import Replication

/// The values that a fact can have, where there are only so many: a condition that compares it with any other word would
/// never hold, or always, and nobody would learn why.
struct ClosedValues {
  /// What such a value is.
  let kind: Expectation
  /// All of them, `none` left out.
  let words: [String]

  /// The values of a fact, with the levels of a context's schemes; nil where it can have any.
  init?(of fact: Fact, _ unit: FactUnit?, in context: NameContext) {
    if unit == .truth {
      self.init(.other("a truth value"), ["true", "false"])
      return
    }
    switch fact {
    case .named("last.outcome", _), .operation(_, field: "outcome"):
      self.init(.other("an outcome"), Outcome.allCases.map(\.rawValue))
    case .named("last.level", _), .operation(_, field: "level"):
      self.init(.level, context.levelNames)
    case .operation(_, field: "operation"):
      self.init(.other("a kind of operation"), OperationKind.allCases.map(\.rawValue))
    case .named("relation", _):
      self.init(.other("a relation"), Relation.allCases.map(\.rawValue))
    case .named("slo", _):
      self.init(.other("a service level"), ["ok", "warning", "critical"])
    case .named("alert", _):
      self.init(.other("an alert's state"), ["firing", "pending", "ok"])
    case .named, .operation, .ever, .count, .latency, .guarantee, .predicted:
      return nil
    }
  }

  private init(_ kind: Expectation, _ words: [String]) { (self.kind, self.words) = (kind, words) }
}
