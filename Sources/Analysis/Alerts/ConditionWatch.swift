import Insight
import Kernel
import Language
import Replication

/// The comparison of `lag.oldest` with a duration, within an alert's condition.
///
/// Its value isn't worked out: which side of the limit it is on is known from one event to the next (see ``AgeWatch``).
struct AgeComparison: Sendable {
  private let comparison: Condition
  private let limit: Int64
  /// Whether something is as old as the limit, and whether something is older.
  private var (reached, passed): (AgeWatch, AgeWatch)

  /// Whether a comparison of a fact with what was written is one of those.
  static func compares(_ fact: Fact, with text: String) -> Bool {
    guard case .named("lag.oldest", _) = fact else { return false }
    return Quantity.duration(text) != nil
  }

  /// That comparison; nil if it is another.
  init?(_ condition: Condition, in context: FactContext) {
    guard case .comparison(.named(let name, let arguments), _, .literal(let text)) = condition,
      Self.compares(.named(name, arguments), with: text), let limit = Quantity.duration(text),
      let subjects = Subjects(arguments, in: context)
    else { return nil }
    comparison = condition
    self.limit = limit.microseconds
    reached = AgeWatch(limit.microseconds, on: subjects.route)
    passed = AgeWatch(limit.microseconds + 1, on: subjects.route)
  }

  /// Whether it is the one that stands there.
  func isOf(_ condition: Condition) -> Bool { comparison == condition }

  /// Whether it holds: asked of a value on the same side of the limit.
  mutating func holds(in context: FactContext) -> Bool {
    let convergence = context.observer.convergence
    let isReached = reached.holds(convergence, in: context.cluster)
    let isPassed = isReached && passed.holds(convergence, in: context.cluster)
    let value = isPassed ? limit + 1 : isReached ? limit : 0
    return comparison.holds { _ in .duration(value) }
  }

  /// When the clock alone may change it.
  var deadlines: [Instant] { [reached.deadline, passed.deadline].compactMap { $0 } }

  mutating func forget() {
    reached.forget()
    passed.forget()
  }
}

/// Judges a condition again and again as time goes on, with what it remembers from one time to the next.
struct ConditionWatch: Sendable {
  /// What is judged.
  let condition: Condition
  private var ages: [AgeComparison] = []
  /// Until the first judgement nothing is known of the cluster that its facts are about.
  private var isPrepared = false

  init(_ condition: Condition) { self.condition = condition }

  /// Whether it holds now.
  mutating func holds(in context: FactContext) -> Bool {
    if !isPrepared {
      isPrepared = true
      prepare(condition, in: context)
    }
    return holds(condition, in: context)
  }

  private mutating func prepare(_ condition: Condition, in context: FactContext) {
    switch condition {
    case .fact: break
    case .not(let inner): prepare(inner, in: context)
    case .and(let left, let right), .or(let left, let right):
      prepare(left, in: context)
      prepare(right, in: context)
    case .comparison:
      if let age = AgeComparison(condition, in: context) { ages.append(age) }
    }
  }

  private mutating func holds(_ condition: Condition, in context: FactContext) -> Bool {
    switch condition {
    case .fact: return context.holds(condition)
    case .not(let inner): return !holds(inner, in: context)
    case .and(let left, let right): return holds(left, in: context) && holds(right, in: context)
    case .or(let left, let right): return holds(left, in: context) || holds(right, in: context)
    case .comparison:
      guard let place = ages.firstIndex(where: { $0.isOf(condition) }) else { return context.holds(condition) }
      return ages[place].holds(in: context)
    }
  }

  /// Something was decided: what is remembered may no longer be so.
  mutating func forget() { for place in ages.indices { ages[place].forget() } }

  /// The next instant after another at which an age may pass its limit though nothing happens.
  func deadline(after instant: Instant) -> Instant? {
    var earliest = EarliestInstant(after: instant)
    for age in ages { age.deadlines.forEach { earliest.take($0) } }
    return earliest.instant
  }
}
