import Analysis
import Insight
import Kernel
import Language

/// What looks at a drill's cluster again and again: alarms, those who write tickets, and the account of the trouble.
struct DrillWatch: Sendable {
  /// What operations had come to at a look.
  private struct Count {
    let ended: Int
    let succeeded: Int
    let answered: Int
    let stale: Int

    init(_ tally: Tally) {
      (ended, succeeded) = (tally.ended, tally.succeeded)
      (answered, stale) = (tally.readsAnswered, tally.readsStale)
    }

    /// How much of what has come since an earlier look was as bad; nil where nothing came.
    func share(of kind: DrillSign.Kind, since earlier: Count) -> Double? {
      let (bad, all) =
        switch kind {
        case .failed: (ended - earlier.ended - (succeeded - earlier.succeeded), ended - earlier.ended)
        case .stale: (stale - earlier.stale, answered - earlier.answered)
        }
      return all > 0 ? Double(bad) / Double(all) : nil
    }
  }

  private var before: Count
  private var present: Count
  /// Since when each alarm's sign has shown at every look; nil where it doesn't.
  private var pending: [Instant?]
  private var isFiring: [Bool]
  private var hasCome: [Bool]
  /// When the next look is due.
  private(set) var next: Instant
  /// When the trouble showed first, and when last; nil if it never has.
  private(set) var trouble: (first: Instant, last: Instant)?
  /// For how long it has shown, look by look.
  private(set) var duration = TimeSpan.zero
  /// Whether it showed at the latest look.
  private(set) var isTroubled = false

  init(_ drill: Drill, _ session: Session) {
    before = Count(session.world.observer.tally)
    present = before
    pending = Array(repeating: nil, count: drill.alarms.count)
    isFiring = Array(repeating: false, count: drill.alarms.count)
    hasCome = Array(repeating: false, count: drill.tickets.count)
    next = Instant.start + drill.interval
  }

  /// Looks; says what alarms and others have to say now.
  mutating func look(_ drill: Drill, _ session: Session) -> [DrillEntry] {
    let now = session.now
    before = present
    present = Count(session.world.observer.tally)
    next = now + drill.interval
    isTroubled = now >= drill.onset && shows(drill.symptom, session)
    if isTroubled {
      trouble = (trouble?.first ?? now, now)
      duration = duration + drill.interval
    }
    var entries: [DrillEntry] = []
    for (index, alarm) in drill.alarms.enumerated() {
      guard shows(alarm.sign, session) else {
        if isFiring[index] { entries.append(DrillEntry(at: now, .cleared(alarm.name), "\(alarm.name) clears")) }
        (pending[index], isFiring[index]) = (nil, false)
        continue
      }
      let since = pending[index] ?? now
      pending[index] = since
      if !isFiring[index], now - since >= alarm.span {
        isFiring[index] = true
        entries.append(DrillEntry(at: now, .paged(alarm.name), alarm.words))
      }
    }
    for (index, ticket) in drill.tickets.enumerated() where !hasCome[index] && isDue(ticket, session) {
      hasCome[index] = true
      entries.append(DrillEntry(at: now, .ticket(from: ticket.sender), ticket.words))
    }
    return entries
  }

  private func isDue(_ ticket: DrillTicket, _ session: Session) -> Bool {
    switch ticket.due {
    case .at(let instant): session.now >= instant
    case .when(let sign): shows(sign, session)
    }
  }

  /// Whether a sign shows; a share is that between the two latest looks.
  private func shows(_ sign: DrillSign, _ session: Session) -> Bool {
    switch sign {
    case .condition(let condition): session.facts(for: condition).holds(condition)
    case .share(let kind, let limit): present.share(of: kind, since: before).map { $0 > limit } ?? false
    }
  }

  /// Whether the trouble shows now: what is a share showed at the latest look.
  func shows(symptomOf drill: Drill, in session: Session) -> Bool {
    if case .share = drill.symptom { return isTroubled }
    return session.now >= drill.onset && shows(drill.symptom, session)
  }

  /// Which alarms fire.
  func firing(_ drill: Drill) -> [String] { zip(drill.alarms, isFiring).compactMap { $1 ? $0.name : nil } }
}
