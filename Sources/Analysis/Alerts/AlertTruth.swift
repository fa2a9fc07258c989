import Insight
import Kernel
import Language
import Replication

/// What alerts are measured against: a simulation knows what was bad, since when, and which fault was at work.
///
/// An indicator *really was bad* in a breach: from the beginning of the first bad event in it (the operation, or the write whose
/// copy is late) until the share of bad events within a 720th of the period is again within what the objective allows. The *cause*
/// of a breach is the latest fault that began no later than the first bad event was judged and was at work at some time since that
/// event began; where there is none, that event itself. An alert is *true* if it fires at some time during a breach of an
/// indicator that it is about, and *false* if not. A breach is *missed* by an alert that did not fire at all from its beginning to
/// its end; one that goes on can't be missed yet. A rule of one's own that names no indicator is true if any was bad, and
/// misses nothing.
struct AlertTruth {
  /// Where something began.
  struct Cause: Hashable {
    let at: Instant
    /// The command, or what the first bad event was.
    let text: String
  }

  private let breaches: [ServiceWatch.Breach]
  private let board: AlertBoard
  private let faults: [(spell: StandingFaults.Spell, text: String)]
  private let now: Instant

  init(_ timeline: Timeline) {
    breaches = timeline.world.observer.convergence.service?.breaches ?? []
    board = timeline.world.board
    now = timeline.now
    let texts = timeline.lastingFaults.map(\.text)
    faults = timeline.world.faults.spells.enumerated().map { index, spell in
      (spell, index < texts.count ? texts[index] : "a fault")
    }
  }

  /// The indicators that an alert is about.
  private func indicators(of alert: String) -> [Indicator] {
    if let own = BurnAlert(named: alert) { return [own.indicator] }
    guard let rule = board.standing(of: alert)?.rule else { return [] }
    return rule.condition.facts.flatMap { fact -> [Indicator] in
      guard case .named(let name, let arguments) = fact else { return [] }
      return Self.indicators(of: name, arguments, self)
    }
  }

  private static func indicators(
    of name: String, _ arguments: [Fact.Argument], _ truth: AlertTruth
  ) -> [Indicator] {
    switch arguments.first {
    case .indicator(let indicator): return [indicator]
    case .alert(let name): return BurnAlert(named: name).map { [$0.indicator] } ?? []
    case .key, .replica, .region, .client, .user, .operation, .span, .component, .setting, nil: break
    }
    if name.hasPrefix("lag.") { return [.lag] }
    if name.hasPrefix("convergence.") { return [.convergence] }
    if name.hasPrefix("conflicts.") { return [.conflicts] }
    if name.hasPrefix("reads.stale") { return [.staleReads] }
    if name.hasPrefix("repairs.") { return [.antiEntropy] }
    return name == "availability" ? [.availability] : []
  }

  /// The breaches during which an alert fired at some time.
  private func breaches(during firing: AlertFiring) -> [ServiceWatch.Breach] {
    let indicators = indicators(of: firing.alert)
    return breaches.filter { breach in
      (indicators.isEmpty || indicators.contains(breach.indicator)) && breach.began <= (firing.cleared ?? now)
        && firing.fired <= (breach.ended ?? now)
    }
  }

  /// Whether an alert fired for something.
  func isTrue(_ firing: AlertFiring) -> Bool { !breaches(during: firing).isEmpty }

  /// Where what an alert told of began; nil if it is false.
  func cause(of firing: AlertFiring) -> Cause? { breaches(during: firing).first.map(cause) }

  func cause(of breach: ServiceWatch.Breach) -> Cause {
    let culprit = faults.last { fault in
      fault.spell.began <= breach.judged && (fault.spell.ended ?? .end) >= breach.began
    }
    return culprit.map { Cause(at: $0.spell.began, text: $0.text) }
      ?? Cause(at: breach.began, text: breach.indicator.firstBad)
  }

  /// The breaches that came and went without an alert.
  func missed(by alert: String) -> [ServiceWatch.Breach] {
    let firings = board.firings.filter { $0.alert == alert }
    let indicators = indicators(of: alert)
    return breaches.filter { breach in
      guard let end = breach.ended, indicators.contains(breach.indicator) else { return false }
      return !firings.contains { $0.fired <= end && ($0.cleared ?? now) >= breach.began }
    }
  }
}

extension Indicator {
  /// What the first bad event of a breach is, where no fault was at work.
  fileprivate var firstBad: String {
    switch self {
    case .lag: "the first write with a late copy"
    case .convergence: "the first write that was late somewhere"
    case .conflicts: "the first conflict"
    case .staleReads: "the first stale read"
    case .antiEntropy: "the first round with a failed session"
    case .availability: "the first operation that failed"
    }
  }
}
