import Kernel
import Language
import Workbench

/// Time that is being played: towards a command's goal, or on and on.
///
/// At `speed auto` time is stretched so that the longest hop of what is played takes about two seconds, and silence, when
/// nothing is on its way, is skipped. A command that has been played for ``patience`` is played ever faster.
public struct Playback: Sendable {
  /// How long the longest hop takes on the screen.
  static let hopSeconds = 2.0
  /// After how many seconds on the screen a command's time begins to run faster: twice as fast each second.
  static let patience = 8.0
  /// How many events are looked ahead for the longest hop.
  private static let scouted = 600
  /// How many events one tick plays at most, so that keys are answered while much happens.
  private static let eventsPerTick = 10_000
  /// The same where a condition is judged after each that takes long to judge.
  private static let costlyEventsPerTick = 20

  /// Where it began.
  let start: Standpoint
  /// What is played for; nil: until somebody pauses.
  public private(set) var goal: Goal?
  /// Virtual microseconds in a second on the screen; nil: as many as can be.
  private var rate: Double?
  /// Whether the rate follows what is on its way.
  private var isAutomatic: Bool
  /// For how many seconds it has been shown.
  private var shown = 0.0
  /// What is left of a microsecond.
  private var rest = 0.0
  /// Whether somebody wants to see the end of it at once.
  public private(set) var isHurried = false

  /// When it began.
  let begun: Instant

  /// Whether time runs as fast as can be.
  var isUnbounded: Bool { rate == nil || isHurried }

  /// Plays for a goal, or for none, at a speed.
  init(_ goal: Goal?, in session: Session) {
    self.goal = goal
    start = Standpoint(session)
    begun = session.now
    isAutomatic = session.speed == .auto
    switch session.speed {
    case .auto, .step: rate = goal.map { Self.automaticRate(for: $0, in: session) } ?? Self.rate(of: session)
    case .factor(let thousandths): rate = Double(thousandths) * 1_000
    case .max: rate = nil
    }
  }

  /// Plays for a goal, or for none, at a rate of so many virtual microseconds in a second, unless somebody has set a speed.
  init(_ goal: Goal?, in session: Session, rate: Double) {
    self.init(goal, in: session)
    if session.speed == .auto { (self.rate, isAutomatic) = (rate, false) }
  }

  /// Plays the rest at once.
  mutating func hurry() { isHurried = true }

  /// Lets real time pass. Says whether there is more to play.
  mutating func tick(
    nanoseconds: UInt64, _ player: inout some TimePlayer, report: (SessionEvent) -> Void
  ) -> GoalProgress {
    if goal == nil, isAutomatic { rate = Self.rate(of: player.session) }
    guard let rate, !isHurried else { return play(until: .end, &player, report) }
    if isAutomatic, !player.session.isAnythingMoving, !player.session.isAnswered(goal) {
      // Silence: straight to whatever happens next.
      if let next = player.session.nextInstant, goal.map({ next <= $0.bound }) ?? true {
        return play(until: max(next, player.session.now), &player, report)
      }
      return goal == nil ? .reached : play(until: .end, &player, report)
    }
    // A screen that stood still for long doesn't jump.
    let seconds = Double(min(nanoseconds, 200_000_000)) / 1e9
    shown += seconds
    if isAutomatic, goal != nil, shown > Self.patience { self.rate = min(rate * (1 + seconds), 1e12) }
    let span = rate * seconds + rest
    rest = span - span.rounded(.down)
    return play(until: player.session.now + TimeSpan(microseconds: Int64(span)), &player, report)
  }

  private mutating func play(
    until limit: Instant, _ player: inout some TimePlayer, _ report: (SessionEvent) -> Void
  ) -> GoalProgress {
    guard var goal else {
      guard player.session.nextInstant != nil else { return .reached }
      var free = limit == .end ? Goal.events(Self.eventsPerTick) : .instant(limit)
      let progress = player.pursue(&free, until: .end, atMost: Self.eventsPerTick, report: report)
      return progress == .stopped ? .stopped : .ongoing
    }
    let count = goal.isCostly ? Self.costlyEventsPerTick : Self.eventsPerTick
    let progress = player.pursue(&goal, until: limit, atMost: count, report: report)
    self.goal = goal
    return progress
  }

  /// The rate at which the longest hop now on its way takes two seconds.
  private static func rate(of session: Session) -> Double {
    Double(max(session.longestHop.microseconds, 100)) / hopSeconds
  }

  /// The rate for a goal: the workbench looks ahead how long its longest hop will be.
  private static func automaticRate(for goal: Goal, in session: Session) -> Double {
    Double(max(session.longestHop(towards: goal, atMost: scouted).microseconds, 100)) / hopSeconds
  }
}
