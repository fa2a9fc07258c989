import Kernel
import Language
import Replication

/// A rule, since when its condition holds, and when it is to be judged again.
struct AlertStanding: Sendable {
  /// What came of judging it.
  enum Verdict {
    case cleared
    /// Its condition had held since then.
    case fired(since: Instant)
  }

  let rule: AlertRule
  let pace: AlertPace
  /// Whether it asks what replicas hold, which may expire.
  let asksOfCopies: Bool
  private(set) var since: Instant?
  private(set) var isFiring = false
  private var watch: ConditionWatch
  private let isClocked: Bool
  /// When the clock alone may change its condition.
  private var nextChange: Instant?
  /// When it is judged next by the interval; nil where nothing has happened that could change it.
  private var nextTurn: Instant?
  /// When it was judged last by the interval.
  private var lastTurn: Instant?

  init(_ rule: AlertRule) {
    self.rule = rule
    pace = AlertPace(of: rule.condition)
    asksOfCopies = rule.condition.asksOfCopies
    isClocked = rule.condition.isClocked
    watch = ConditionWatch(rule.condition)
  }

  /// When it will fire, if its condition goes on to hold.
  private var deadline: Instant? { isFiring ? nil : since.map { pace.next(from: $0 + rule.span) } }

  /// The next instant after another at which it may change though nothing happens.
  func nextInstant(after now: Instant) -> Instant? {
    var earliest = EarliestInstant(after: now)
    earliest.take(deadline)
    earliest.take(pace == .event ? nextChange : nextTurn)
    earliest.take(watch.deadline(after: now))
    return earliest.instant
  }

  /// Something was decided or done to the cluster.
  mutating func forget() { watch.forget() }

  /// Judges it after something has happened, or a clock may have changed something, if it is its turn.
  ///
  /// - Parameter expiry: when a clock next lets something expire or be purged.
  mutating func judge(in context: FactContext, expiry: Instant?) -> Verdict? {
    let now = context.cluster.now
    guard isItsTurn(at: now) else { return nil }
    let isHeld = watch.holds(in: context)
    if isClocked { nextChange = ConditionClock(context: context).next(rule.condition) }
    if pace == .interval {
      lastTurn = now
      let changes = [nextChange, asksOfCopies ? expiry : nil].compactMap { $0 }.filter { $0 > now }
      nextTurn = changes.min().map(pace.next(from:))
    }
    return take(isHeld, at: now)
  }

  private mutating func isItsTurn(at now: Instant) -> Bool {
    guard pace == .interval else { return true }
    if lastTurn != now || nextTurn != nil {
      let turn = lastTurn == now ? pace.next(after: now) : pace.next(from: now)
      nextTurn = min(nextTurn ?? .end, turn)
    }
    return [nextTurn, deadline].compactMap { $0 }.contains { $0 <= now } && lastTurn != now
  }

  private mutating func take(_ isHeld: Bool, at now: Instant) -> Verdict? {
    guard isHeld else {
      since = nil
      defer { isFiring = false }
      return isFiring ? .cleared : nil
    }
    let began = since ?? now
    since = began
    guard !isFiring, began + rule.span <= now else { return nil }
    isFiring = true
    return .fired(since: began)
  }
}
