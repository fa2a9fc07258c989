import Kernel

/// What somebody who looks at things every so often believes of them.
///
/// All is believed well at first. While what is so and what is believed agree, nobody has to look: the next look is due only
/// where they differ, at the checker's own beat.
struct HealthWatch: Sendable {
  /// A thing that is looked after.
  private struct Target: Sendable {
    var isHealthy = true
    /// Whether it is, whatever is believed.
    var isWell = true
    /// How many looks in a row have said otherwise.
    var streak = 0
    /// When the next look is due; nil while all is as believed.
    var due: Instant?
    /// When it last turned out otherwise than believed.
    var changed = Instant.start
  }

  private var targets: [Target]

  /// So many things, all believed well.
  init(count: Int) { targets = Array(repeating: Target(), count: count) }

  /// Whether a thing is believed well.
  func isHealthy(_ target: Int) -> Bool { targets[target].isHealthy }

  /// How many looks in a row have said otherwise.
  func streak(_ target: Int) -> Int { targets[target].streak }

  /// Since when a thing is otherwise than believed, or was last.
  func changed(_ target: Int) -> Instant { targets[target].changed }

  /// Takes in how a thing is. Whether somebody must begin to look.
  mutating func observe(_ target: Int, isWell: Bool, at now: Instant) -> Bool {
    if isWell != targets[target].isWell {
      targets[target].isWell = isWell
      if isWell != targets[target].isHealthy {
        targets[target].changed = now
        targets[target].streak = 0
      }
    }
    return isWell != targets[target].isHealthy && targets[target].due == nil
  }

  /// Says when the next look at a thing is due.
  mutating func plan(_ target: Int, at due: Instant) { targets[target].due = due }

  /// Whether a look at a thing is due at that instant: one that was planned under another setting isn't.
  func isDue(_ target: Int, at now: Instant) -> Bool { targets[target].due == now }

  /// Gives up all looks that are due, as they come at other times from now on, or never; what is believed stays.
  mutating func forgetPlans() {
    for target in targets.indices { targets[target].due = nil }
  }

  /// What a look leads to.
  enum Look {
    /// It must go on being looked at.
    case again
    /// All is as believed.
    case asBelieved
    /// From now on it is believed otherwise.
    case otherwise
  }

  /// Looks at a thing.
  mutating func look(_ target: Int, isWell: Bool, _ check: HealthCheck) -> Look {
    targets[target].due = nil
    guard isWell != targets[target].isHealthy else {
      targets[target].streak = 0
      return .asBelieved
    }
    targets[target].streak += 1
    guard targets[target].streak >= check.failures else { return .again }
    targets[target].isHealthy = isWell
    targets[target].streak = 0
    return .otherwise
  }

  /// The first beat after an instant, of those that are an interval apart.
  ///
  /// - Parameter phase: when the first beat is, below the interval.
  static func beat(after now: Instant, every interval: TimeSpan, phase: TimeSpan) -> Instant {
    let since = now.microseconds - phase.microseconds
    let beats = since < 0 ? 0 : since / interval.microseconds + 1
    return Instant(microseconds: phase.microseconds + beats * interval.microseconds)
  }
}
