import Insight
import Kernel
import Language
import Replication

/// Alerts, how they stand, and what is done when they fire: part of a world, and so of every moment that can be gone back to.
public struct AlertBoard: Sendable {
  /// How often a remedy is carried out: what makes its own alert fire again would never end.
  public static let mostTimes = 100

  /// A rule, and since when its condition holds.
  struct Standing: Sendable {
    let rule: AlertRule
    /// Whether the clock alone may change its condition.
    let isClocked: Bool
    /// Whether it asks what replicas hold, which may expire.
    let asksOfCopies: Bool
    var since: Instant?
    var isFiring = false

    init(_ rule: AlertRule) {
      self.rule = rule
      isClocked = rule.condition.isClocked
      asksOfCopies = rule.condition.asksOfCopies
    }

    /// When it will fire, if its condition goes on to hold.
    var deadline: Instant? { isFiring ? nil : since.map { $0 + rule.span } }
  }

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

  private(set) var rules: [Standing] = []
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
  var clocks = ClockWatch()

  init() {}

  /// Whether it has to be looked after each event: what has fired is to be found before the next one.
  private(set) var isStepwise = false
  /// Whether there are rules of one's own.
  var hasRules: Bool { !rules.isEmpty }
  /// Whether indicators' own alerts must be found at the very instant.
  private(set) var followsIndicators = false
  /// Whether the clock alone may change a rule's condition.
  private(set) var isClocked = false
  /// Whether a rule asks what replicas hold.
  private(set) var asksOfCopies = false
  /// One's own rules.
  package var ownRules: [AlertRule] { rules.map(\.rule) }
  /// The names of one's own alerts.
  package var ownNames: [String] { rules.map(\.rule.name) }
  /// The remedies that wait for an alert.
  public func remedies(of alert: String) -> [Remedy] {
    armed.filter { !$0.isOff && $0.remedy.alert == alert }.map(\.remedy)
  }

  /// Whether an alert is judged at all.
  public func isOff(_ name: String) -> Bool { silenced.contains(name) }

  /// How closely time must be looked after: asked at each event, and so worked out only as something is decided.
  private mutating func refreshPace() {
    let isArmed = armed.contains { !$0.isOff }
    isStepwise = !rules.isEmpty || isArmed
    followsIndicators = isArmed || rules.contains { $0.rule.condition.asksOfService }
    isClocked = rules.contains(where: \.isClocked)
    asksOfCopies = rules.contains(where: \.asksOfCopies)
  }

  // MARK: Decisions

  mutating func decide(_ decision: OperatingDecision, at now: Instant) {
    isInUse = true
    switch decision {
    case .rule(let rule):
      clear(rule.name, at: now)
      rules.removeAll { $0.rule.name == rule.name }
      rules.append(Standing(rule))
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
  mutating func take(_ changes: [ServiceWatch.Change], at now: Instant) {
    while seen < changes.count {
      let change = changes[seen]
      seen += 1
      guard !silenced.contains(change.alert.name) else { continue }
      escalate(upTo: change.at)
      if change.isFiring {
        fire(change.alert.name, change.alert.rule.severity, since: change.at, at: change.at)
      } else {
        clear(change.alert.name, at: change.at)
      }
    }
    escalate(upTo: now)
  }

  /// Judges one's own rules by their conditions, all by how things stood before.
  mutating func judge(at now: Instant, _ holds: (Condition) -> Bool) {
    let verdicts = rules.map { holds($0.rule.condition) }
    for (index, isHeld) in verdicts.enumerated() {
      let rule = rules[index].rule
      guard isHeld else {
        rules[index].since = nil
        if rules[index].isFiring {
          rules[index].isFiring = false
          clear(rule.name, at: now)
        }
        continue
      }
      let since = rules[index].since ?? now
      rules[index].since = since
      guard !rules[index].isFiring, since + rule.span <= now else { continue }
      rules[index].isFiring = true
      fire(rule.name, rule.severity, since: since, at: now)
    }
  }

  /// When something is to happen though nothing does: a rule has held for long enough, or a remedy is due.
  var nextInstant: Instant? {
    [rules.compactMap(\.deadline).min(), due.map(\.at).min()].compactMap { $0 }.min()
  }

  private mutating func fire(_ name: String, _ severity: AlertSeverity, since: Instant, at now: Instant) {
    let firing = AlertFiring(alert: name, severity: severity, pending: since, fired: now)
    firings.append(firing)
    tell(firing, .fired, at: now)
    for (number, armed) in armed.enumerated()
    where !armed.isOff && armed.remedy.alert == name && armed.times <= Self.mostTimes {
      due.append(Due(remedy: armed.remedy, number: number, at: now + armed.remedy.delay, fired: now))
    }
  }

  private mutating func clear(_ name: String, at now: Instant) {
    guard let index = openFiring(of: name) else { return }
    firings[index].cleared = now
    tell(firings[index], .cleared, at: now)
    due.removeAll { $0.remedy.alert == name && $0.at > now }
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
  func standing(of name: String) -> Standing? { rules.first { $0.rule.name == name } }
}
