import Kernel
import Replication

/// What the watch is told, where there is one.
extension Convergence {
  /// Begins to watch; nothing may have happened yet.
  mutating func watch() { service = ServiceWatch() }

  /// Takes over what is promised from an instant on.
  mutating func promise(_ settings: OperatingSettings, at now: Instant) {
    guard let service, service.settings != settings else { return }
    pass(to: now)
    self.service?.promise(settings)
  }

  /// Takes in an event of an indicator that is none of copies.
  mutating func watch(_ indicator: Indicator, isBad: Bool, began: Instant, at now: Instant, count: Int = 1) {
    pass(to: now)
    service?.add(indicator, isBad: isBad, began: began.microseconds, count: count)
  }

  /// The next instant at which something becomes overdue or leaves a window; nil if nothing will.
  public var nextInstant: Instant? {
    guard let service else { return nil }
    let next = min(service.due.nextLag, service.due.nextConvergence, service.expiry)
    return next == .max ? nil : Instant(microseconds: next)
  }

  /// Judges what has become overdue by an instant, and what has left a window, in the order of their instants.
  mutating func pass(to instant: Instant) {
    guard service != nil else { return }
    let limit = instant.microseconds
    while true {
      let (lag, convergence) = (service?.due.nextLag ?? .max, service?.due.nextConvergence ?? .max)
      let next = min(lag, convergence, service?.expiry ?? .max)
      guard next <= limit else { break }
      service?.pass(to: next)
      if lag == next { judgeCopies() }
      if convergence == next { judgeConvergence() }
    }
    service?.pass(to: limit)
  }

  private mutating func judgeCopies() {
    guard let due = service?.due.takeLag(), pending.contains(due.slot), pending[due.slot].version == due.version
    else { return }
    let (missing, isUnheld) = (pending[due.slot].missing.count, pending[due.slot].isUnheld)
    pending[due.slot].verdicts.insert(.lag)
    if !isUnheld {
      pending[due.slot].verdicts.insert(.overdue)
      service?.addOverdue(missing)
    }
    service?.add(.lag, isBad: true, began: due.accepted, count: missing)
  }

  private mutating func judgeConvergence() {
    guard let due = service?.due.takeConvergence(), pending.contains(due.slot),
      pending[due.slot].version == due.version, !pending[due.slot].hasConverged, !pending[due.slot].isUnheld
    else { return }
    pending[due.slot].verdicts.insert(.convergence)
    service?.add(.convergence, isBad: true, began: due.accepted)
  }

  /// A copy has come, so old; or something newer instead.
  mutating func watchArrival(of slot: UInt32, after age: Int64?) {
    let verdicts = pending[slot].verdicts
    if verdicts.contains(.overdue) { service?.addOverdue(-1) }
    guard let age else { return }
    service?.addLag(age)
    if !verdicts.contains(.lag), age <= DueVerdicts.lagLimit { service?.add(.lag, isBad: false, began: 0) }
  }

  mutating func watchConvergence(of slot: UInt32, after span: Int64) {
    service?.addConvergence(span)
    guard !pending[slot].verdicts.contains(.convergence) else { return }
    service?.add(.convergence, isBad: span > DueVerdicts.convergenceLimit, began: pending[slot].accepted.microseconds)
  }
}
