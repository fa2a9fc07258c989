import Insight
import Kernel
import Language
import Replication

/// Alerts, how they stand, and what is done when they fire: part of a world, and so of every moment that can be gone back to.
public struct AlertBoard: Sendable {
  /// How often a remedy is carried out: what makes its own alert fire again would never end.
  public static let mostTimes = 100

  /// A remedy, and how often it was carried out.
  struct Armed: Sendable {
    let remedy: Remedy
    var times = 0
    /// No longer wanted; its number stays.
    var isOff = false
  }

  /// A remedy that is to be carried out.
  package struct Due: Hashable, Sendable {
    package let remedy: Remedy
    let number: Int
    package let at: Instant
    /// When the alert had fired.
    package let fired: Instant
  }

  private(set) var rules: [AlertStanding] = []
  private var silenced: [String] = []
  private var escalations: [(alert: String, escalation: Escalation)] = []
  private var armed: [Armed] = []
  private(set) var due: [Due] = []
  /// Each time that an alert fired, in that order.
  public private(set) var firings: [AlertFiring] = []
  /// What alerts did, in that order.
  public private(set) var events: [AlertEvent] = []
  private var fresh: [AlertEvent] = []
  /// How many changes of indicators' own alerts have been taken in.
  private var seen = 0
  /// Whether somebody has decided anything about alerts: then what they do is told.
  public private(set) var isInUse = false
  private var clocks = ClockWatch()
  private var pages = AlertPages()
  /// What is promised, and over which time.
  private var promises = OperatingSettings()
  /// When a clock may let something expire or be purged that a rule asks for.
  private var nextExpiry: Instant?

  init() {}

  /// Whether it has to be looked after each event: what has fired is to be found before the next one.
  private(set) var isStepwise = false
  /// Whether there are rules of one's own.
  var hasRules: Bool { !rules.isEmpty }
  /// Whether indicators' own alerts must be found at the very instant.
  private(set) var followsIndicators = false
  /// Whether a rule asks what replicas hold.
  private var asksOfCopies = false
  /// One's own rules.
  package var ownRules: [AlertRule] { rules.map(\.rule) }
  /// The names of one's own alerts.
  package var ownNames: [String] { rules.map(\.rule.name) }
  /// The remedies that wait for an alert.
  public func remedies(of alert: String) -> [Remedy] {
    armed.filter { !$0.isOff && $0.remedy.alert == alert }.map(\.remedy)
  }

  /// How often something was done, or would have been, because an alert had fired.
  func carriedOut(for alert: String) -> Int {
    armed.reduce(0) { $0 + ($1.remedy.alert == alert ? $1.times : 0) }
  }

  /// Whether an alert is judged at all.
  public func isOff(_ name: String) -> Bool { silenced.contains(name) }

  /// How closely time must be looked after: asked at each event, and so worked out only as something is decided.
  private mutating func refreshPace() {
    let isArmed = armed.contains { !$0.isOff }
    isStepwise = !rules.isEmpty || isArmed
    followsIndicators = isArmed || rules.contains { $0.rule.condition.asksOfService }
    asksOfCopies = rules.contains(where: \.asksOfCopies)
  }

  // MARK: Decisions

  mutating func decide(_ decision: OperatingDecision, at now: Instant) {
    isInUse = true
    switch decision {
    case .rule(let rule):
      clear(rule.name, at: now)
      pages.forget(rule.name)
      rules.removeAll { $0.rule.name == rule.name }
      rules.append(AlertStanding(rule))
      refreshPace()
      silenced.removeAll { $0 == rule.name }
      escalations.removeAll { $0.alert == rule.name }
      if let escalation = rule.escalation { escalations.append((rule.name, escalation)) }
    case .off(let name):
      clear(name, at: now)
      rules.removeAll { $0.rule.name == name }
      refreshPace()
      if BurnAlert(named: name) != nil, !silenced.contains(name) { silenced.append(name) }
    case .escalation(let name, let escalation):
      escalations.append((name, escalation))
    case .acknowledged(let name):
      guard let index = openFiring(of: name), firings[index].acknowledged == nil else { return }
      firings[index].acknowledged = now
      tell(firings[index], .acknowledged, at: now)
    case .remedy(let remedy):
      armed.append(Armed(remedy: remedy))
      refreshPace()
    case .noRemedy(let name):
      for index in armed.indices where armed[index].remedy.alert == name { armed[index].isOff = true }
      refreshPace()
      due.removeAll { $0.remedy.alert == name }
    }
  }

  /// A remedy was carried out, or couldn't be.
  mutating func carriedOut(_ number: Int, _ text: String, at now: Instant) {
    due.removeAll { $0.number == number && $0.at <= now }
    guard armed.indices.contains(number) else { return }
    armed[number].times += 1
    let name = armed[number].remedy.alert
    let severity = firings.last { $0.alert == name }?.severity ?? .page
    tell(name, severity, .remedied(text), at: now)
  }

  /// A remedy waits until something can be issued.
  mutating func postpone(_ due: Due, to instant: Instant) {
    guard let index = self.due.firstIndex(of: due) else { return }
    self.due[index] = Due(remedy: due.remedy, number: due.number, at: instant, fired: due.fired)
  }

  mutating func takeFresh() -> [AlertEvent] {
    defer { forgetFresh() }
    return isInUse ? fresh : []
  }

  mutating func forgetFresh() { if !fresh.isEmpty { fresh = [] } }

  /// The remedy that is to be carried out now.
  package func firstDue(at now: Instant) -> Due? { due.first { $0.at <= now } }

  /// How often a remedy was carried out.
  package func times(_ due: Due) -> Int { armed.indices.contains(due.number) ? armed[due.number].times : 0 }

  // MARK: Judging

  /// Takes in what indicators' own alerts did, and who is to be told by now.
  mutating func take(_ changes: [ServiceWatch.Change], _ promises: OperatingSettings, at now: Instant) {
    self.promises = promises
    while seen < changes.count {
      let change = changes[seen]
      seen += 1
      guard !silenced.contains(change.alert.name) else { continue }
      catchUp(to: change.at)
      if change.isFiring {
        fire(change.alert.name, change.alert.rule.severity, since: change.at, at: change.at)
      } else {
        clear(change.alert.name, at: change.at)
      }
    }
    catchUp(to: now)
  }

  /// Tells what only time makes so: who is to be told by now, and which alerts that flapped are quiet.
  private mutating func catchUp(to now: Instant) {
    escalate(upTo: now)
    for (alert, at) in pages.settle(upTo: now) {
      tell(alert, firings.last { $0.alert == alert }?.severity ?? .page, .quietened, at: at)
    }
  }

  /// Judges one's own rules by their conditions, all by how things stood before.
  mutating func judge(in context: FactContext) {
    let now = context.cluster.now
    if asksOfCopies { nextExpiry = clocks.nextChange(in: context.cluster) }
    for index in rules.indices {
      switch rules[index].judge(in: context, expiry: nextExpiry) {
      case .cleared: clear(rules[index].rule.name, at: now)
      case .fired(let since): fire(rules[index].rule.name, rules[index].rule.severity, since: since, at: now)
      case nil: break
      }
    }
  }

  /// Something was decided or done to the cluster: what rules remember of it may no longer be so.
  mutating func forgetFindings() { for index in rules.indices { rules[index].forget() } }

  /// The next instant after another at which something is to happen though nothing does: a rule has held for long enough, a clock
  /// changes what it asks for, or a remedy is due.
  func nextInstant(after now: Instant) -> Instant? {
    var earliest = EarliestInstant(after: now)
    for index in rules.indices {
      earliest.take(rules[index].nextInstant(after: now))
      if rules[index].pace == .event, rules[index].asksOfCopies { earliest.take(nextExpiry) }
    }
    for remedy in due { earliest.take(remedy.at) }
    return earliest.instant
  }

  private mutating func fire(_ name: String, _ severity: AlertSeverity, since: Instant, at now: Instant) {
    let (telling, isNew) = pages.fire(name, at: now)
    let firing = AlertFiring(alert: name, severity: severity, pending: since, fired: now, isNewPage: isNew)
    firings.append(firing)
    switch telling {
    case .page: tell(firing, .fired, at: now)
    case .again: tell(firing, .firedAgain, at: now)
    case .flapping: tell(firing, .flaps(within: quietSpan(of: name)), at: now)
    case .nothing: break
    }
    for (number, armed) in armed.enumerated()
    where !armed.isOff && armed.remedy.alert == name && armed.times <= Self.mostTimes {
      due.append(Due(remedy: armed.remedy, number: number, at: now + armed.remedy.delay, fired: now))
    }
  }

  private mutating func clear(_ name: String, at now: Instant) {
    guard let index = openFiring(of: name) else { return }
    firings[index].cleared = now
    if pages.clear(name, at: now, quietFor: quietSpan(of: name)) { tell(firings[index], .cleared, at: now) }
    due.removeAll { $0.remedy.alert == name && $0.at > now }
  }

  /// For how long an alert must have been quiet so that its next firing is another page: its long window, of one's own rule the longest
  /// that it asks for, but not less than what is 5 min of 30 days, nor than the time for which it waits.
  private func quietSpan(of name: String) -> TimeSpan {
    if let own = BurnAlert(named: name) { return promises.window(minutesOf30Days: own.rule.longMinutes) }
    let rule = standing(of: name)?.rule
    return [promises.window(minutesOf30Days: 5), rule?.span, rule?.condition.longestSpan].compactMap { $0 }.max()
      ?? .zero
  }

  private mutating func escalate(upTo now: Instant) {
    guard !escalations.isEmpty else { return }
    for (name, escalation) in escalations {
      guard let index = openFiring(of: name), firings[index].acknowledged == nil else { continue }
      let at = firings[index].fired + escalation.after
      let told = AlertFiring.Told(receiver: escalation.receiver, at: at)
      guard at <= now, !firings[index].told.contains(told) else { continue }
      firings[index].told.append(told)
      tell(firings[index], .escalated(to: escalation.receiver), at: at)
    }
  }

  private mutating func tell(_ firing: AlertFiring, _ kind: AlertEvent.Kind, at now: Instant) {
    tell(firing.alert, firing.severity, kind, at: now)
  }

  private mutating func tell(_ name: String, _ severity: AlertSeverity, _ kind: AlertEvent.Kind, at now: Instant) {
    let event = AlertEvent(alert: name, severity: severity, at: now, kind: kind)
    events.append(event)
    fresh.append(event)
  }

  // MARK: Questions

  private func openFiring(of name: String) -> Int? {
    firings.lastIndex { $0.alert == name && $0.cleared == nil }
  }

  /// How an alert stands; nil if there is none of that name, or it is off.
  public func state(of name: String) -> AlertState? {
    if openFiring(of: name) != nil { return .firing }
    if let standing = rules.first(where: { $0.rule.name == name }) { return standing.since == nil ? .ok : .pending }
    return BurnAlert(named: name) != nil && !silenced.contains(name) ? .ok : nil
  }

  /// How many alerts fire now.
  public var firingCount: Int { firings.count { $0.cleared == nil } }

  /// To whom an alert is escalated, and when.
  public func escalations(of name: String) -> [Escalation] {
    escalations.filter { $0.alert == name }.map(\.escalation)
  }

  /// The rule of that name, and since when its condition holds.
  func standing(of name: String) -> AlertStanding? { rules.first { $0.rule.name == name } }
}
