import DequeModule
import Kernel

/// Hinted handoff, as in Cassandra 4.1 (`hints/HintsService`, `HintsDispatchTrigger`, `HintsDispatchExecutor`).
///
/// At every tenth second a coordinator looks for targets that can be reached, and replays their hints: to at most
/// ``deliveryThreads`` of them at once, the others in turn, and to each at `hint-throttle`, shared among the other
/// replicas of the cluster. A hint that isn't acknowledged stays and is sent again, which does no harm: it keeps its
/// timestamp and can't overwrite anything newer.
///
/// Three simplifications. Whether a hint is kept goes by how long its target has been thought dead, as in Cassandra 4.0; 4.1
/// also keeps none once the oldest that waits for the target is older than the window (CASSANDRA-14309). Each hint is acknowledged by itself, where Cassandra acknowledges pages. And nobody looks in vain:
/// while no target can be reached no dispatch is due, and after a session without an acknowledgement the wait for the next
/// one doubles, from 10 s, until a fault begins or ends. So a hint that waits costs no events, for however long.
extension LeaderlessServer {
  /// At multiples of this span coordinators look for targets (`HintsService`, 10 s).
  static let dispatchPeriod = TimeSpan.seconds(10)
  /// To how many targets a coordinator replays hints at once (`max_hints_delivery_threads`).
  public static let deliveryThreads = 2

  /// Keeps a version for a replica that did not take it, if the settings allow it.
  ///
  /// No hint is kept for a target that this coordinator has thought unreachable for longer than the window; hints that
  /// it kept before stay (`StorageProxy.shouldHint`).
  mutating func keepHint(
    _ version: VersionID, for target: ReplicaID, _ turn: inout Turn
  ) {
    if turn.environment.defect == .hintsDropped { return }
    let downtime = turn.environment.detector.downtime(of: target, to: id, at: turn.now)
    guard turn.environment.settings.keepsHints, downtime <= turn.environment.settings.hintWindow else {
      turn.effects.note(
        .unhinted(target, turn.environment.settings.keepsHints ? .window : .off),
        of: turn.catalogue.version(version).operation, by: id, at: turn.now)
      return
    }
    let life = turn.hintLife(of: version, by: clock)
    hints.keep(version, for: target, at: turn.now, life)
    turn.effects.record(.hinted(version, by: id, target: target), at: turn.now)
    if let index = hints.index(of: target) { setDispatch(for: index, &turn) }
  }

  /// Sets the next dispatch, if there is anybody to dispatch to.
  mutating func setDispatch(_ turn: inout Turn) {
    for index in hints.stores.indices { setDispatch(for: index, &turn) }
  }

  /// Sets the next dispatch for the sake of one target, at a multiple of the period; an earlier one stays.
  mutating func setDispatch(for index: Int, _ turn: inout Turn) {
    let store = hints.stores[index]
    guard store.cursor == nil, store.waiting > 0, !hints.queued.contains(store.target),
      turn.environment.canHandOff(to: store.target, from: id)
    else { return }
    let period = Self.dispatchPeriod.microseconds
    let earliest = max(turn.now.microseconds + 1, store.rests.microseconds)
    let due = Instant(microseconds: (earliest + period - 1) / period * period)
    if let set = hints.dispatch, set <= due { return }
    hints.dispatch = due
    turn.effects.wake(after: due - turn.now, for: .hintDispatch(id, incarnation: incarnation))
  }

  /// Queues a session for each target that can be reached and has none. False if this dispatch was put off.
  mutating func dispatchHints(_ turn: inout Turn) -> Bool {
    guard let due = hints.dispatch, due <= turn.now else { return false }
    hints.dispatch = nil
    hints.stores.removeAll { $0.hints.isEmpty && $0.cursor == nil }
    for store in hints.stores where store.cursor == nil && store.waiting > 0 && store.rests <= turn.now {
      if turn.environment.canHandOff(to: store.target, from: id), !hints.queued.contains(store.target) {
        hints.queued.append(store.target)
      }
    }
    beginHintSessions(&turn)
    return true
  }

  /// Begins sessions while there are targets in the queue, and threads for them.
  private mutating func beginHintSessions(_ turn: inout Turn) {
    while hints.sessions.count < Self.deliveryThreads, let target = hints.queued.popFirst() {
      guard let index = hints.index(of: target), hints.stores[index].cursor == nil,
        turn.environment.canHandOff(to: target, from: id)
      else { continue }
      hints.stores[index].cursor = 0
      hints.stores[index].rest = 0
      let wait = Self.dispatchPeriod.microseconds << Int64(min(hints.stores[index].vain, 36))
      hints.stores[index].rests = turn.now + TimeSpan(microseconds: wait)
      hints.stores[index].vain += 1
      sendHint(to: target, &turn)
    }
    setDispatch(&turn)
  }

  /// Sends the session's next hint, and sets when the one after it may go; ends the session if there is none, or if the
  /// target can't be reached any more.
  mutating func sendHint(to target: ReplicaID, _ turn: inout Turn) {
    guard let index = hints.index(of: target), var cursor = hints.stores[index].cursor else { return }
    while turn.environment.canHandOff(to: target, from: id), let hint = hints.stores[index].next(from: cursor) {
      cursor = hint.number + 1
      hints.stores[index].cursor = cursor
      if turn.isOver(hint.life, by: clock) {
        turn.effects.record(.hintExpired(hint.version, by: id, target: target), at: turn.now)
        hints.acknowledge(hint.number, from: target)
        continue
      }
      let version = turn.catalogue.version(hint.version)
      let message = Message.hinting(hint, from: id, to: target, operation: version.operation)
      turn.effects.sends.append(message)
      let others = turn.environment.topology.replicas.count - 1
      let size = turn.size(of: message)
      let span =
        turn.environment.settings.hintThrottle?.span(for: size, share: others, rest: &hints.stores[index].rest) ?? .zero
      turn.effects.wake(after: span, for: .hintSend(id, to: target, incarnation: incarnation))
      return
    }
    hints.stores[index].cursor = nil
    beginHintSessions(&turn)
  }
}

extension Environment {
  /// Whether a coordinator can send hints to a replica: it can reach it or, where it goes by what it hears, thinks it
  /// alive.
  func canHandOff(to target: ReplicaID, from coordinator: ReplicaID) -> Bool {
    settings.detector == .phi
      ? detector.alive(to: coordinator).contains(target) : detector.isReached(target, by: coordinator)
  }
}

extension LeaderlessServer {
  /// Who has hints looks again for targets.
  mutating func noticeReach(_ turn: inout Turn) {
    guard !hints.stores.isEmpty else { return }
    hints.trustTargets()
    setDispatch(&turn)
  }
}
