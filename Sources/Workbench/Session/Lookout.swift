import Analysis
import Kernel
import Language
import Replication

/// What is looked at after every event that is played towards a goal, and what was found last.
struct Lookout {
  /// What the goal waits for, if it is a condition.
  let goal: Question?
  /// What stops the playing once it comes true.
  let breakpoint: Question?
  /// Whether that held when it was last looked at.
  var isHeld = false
  /// Whether the replicas have converged.
  var watch = ConvergenceWatch()
  /// When a clock changes something next.
  var clocks = ClockWatch()
  /// Whether it is about service levels over windows, or alerts.
  let asksOfService: Bool
  /// Whether neither goal nor breakpoint can be reached while the replicas are apart.
  let isIdleWhileApart: Bool

  init(_ goal: Goal, _ breakpoint: Condition?) {
    self.breakpoint = breakpoint.map(Question.init)
    switch goal {
    case .condition(let condition, _, _, _):
      let question = Question(condition)
      self.goal = question
      asksOfService = condition.asksOfService || breakpoint?.asksOfService ?? false
      isIdleWhileApart = question.whileApart == false && (self.breakpoint.map { $0.whileApart != nil } ?? true)
    case .instant:
      self.goal = nil
      asksOfService = breakpoint?.asksOfService ?? false
      isIdleWhileApart = self.breakpoint.map { $0.whileApart != nil } ?? false
    case .answer, .answers, .repair, .events:
      self.goal = nil
      asksOfService = breakpoint?.asksOfService ?? false
      isIdleWhileApart = false
    }
  }
}

/// A condition that is judged after every event.
struct Question {
  /// What is asked.
  let condition: Condition
  /// Whether it asks if the replicas have converged.
  let asksConvergence: Bool
  /// What it comes to while they have not, whatever else is the case; nil if that depends.
  let whileApart: Bool?

  init(_ condition: Condition) {
    self.condition = condition
    asksConvergence = condition.facts.contains(Self.convergence)
    whileApart = asksConvergence ? Self.answer(condition) : nil
  }

  private static let convergence = Fact.named("converged", [])

  private static func answer(_ condition: Condition) -> Bool? {
    switch condition {
    case .fact, .comparison:
      guard condition.facts.allSatisfy({ $0 == convergence }) else { return nil }
      return condition.holds { _ in .boolean(false) }
    case .not(let inner):
      guard let inner = answer(inner) else { return nil }
      return !inner
    case .and(let left, let right):
      let (left, right) = (answer(left), answer(right))
      if left == false || right == false { return false }
      return left == true && right == true ? true : nil
    case .or(let left, let right):
      let (left, right) = (answer(left), answer(right))
      if left == true || right == true { return true }
      return left == false && right == false ? false : nil
    }
  }
}
