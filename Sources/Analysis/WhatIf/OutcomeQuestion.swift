import Insight
import Kernel
import Language
import Replication

/// A condition that is asked of many courses of the same session: as soon as it is decided in one, that one needs no more playing.
struct OutcomeQuestion: Sendable {
  /// The condition.
  let condition: Condition
  /// What it asks of the past (`ever`), the innermost first.
  let asksOfPast: [Condition]
  /// How many commands there were, for the fact `commands`.
  private let commands: Int
  /// The operation after whose end nothing can change it any more; nil where it asks for other things, too.
  private let lastOperation: OperationID?
  /// Whether it is true for good once it is true: all that it asks is whether something has ever been.
  private let staysTrue: Bool

  init(_ condition: Condition, commands: Int) {
    self.condition = condition
    self.commands = commands
    asksOfPast = condition.facts.flatMap(\.conditionsWithin)
    staysTrue = condition.isMonotone
    let numbers = condition.facts.map(\.settledByOperation)
    lastOperation = numbers.contains(nil) ? nil : numbers.compactMap { $0 }.max().map { OperationID($0) }
  }

  /// Whether every event must be looked at, and not just the end.
  var needsEachEvent: Bool { !asksOfPast.isEmpty }

  /// Whether it makes sense to look now and then whether it is decided.
  var canEndEarly: Bool { lastOperation != nil || staysTrue }

  /// Takes in what of the past has come true with the present event.
  func remember(_ world: borrowing World, _ recalled: inout Set<Condition>) {
    for condition in asksOfPast where !recalled.contains(condition) {
      if context(world, recalled).holds(condition) { recalled.insert(condition) }
    }
  }

  /// Whether the condition holds.
  func holds(in world: borrowing World, _ recalled: Set<Condition>) -> Bool {
    context(world, recalled).holds(condition)
  }

  /// What it has come to, if nothing can change that any more.
  func decision(in world: borrowing World, _ recalled: Set<Condition>) -> Bool? {
    if let lastOperation, world.observer.history[lastOperation] != nil { return holds(in: world, recalled) }
    return staysTrue && holds(in: world, recalled) ? true : nil
  }

  private func context(_ world: borrowing World, _ recalled: Set<Condition>) -> FactContext {
    FactContext(world, commands: commands, recalled: recalled, predictions: PredictionMemo())
  }
}

extension Condition {
  /// Whether it can't become false again: it asks whether something was ever so, and nothing is negated.
  fileprivate var isMonotone: Bool {
    switch self {
    case .fact(.ever): true
    case .fact, .comparison, .not: false
    case .and(let left, let right), .or(let left, let right): left.isMonotone && right.isMonotone
    }
  }
}

extension Fact {
  /// The number of the operation whose end settles it; nil if it isn't settled so. What an operation costs grows after its end.
  fileprivate var settledByOperation: Int? {
    guard case .operation(let number, let field) = self, number > 0, field != "messages", field != "bytes" else {
      return nil
    }
    return number
  }
}
