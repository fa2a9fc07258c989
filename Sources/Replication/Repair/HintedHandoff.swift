import DequeModule
import Kernel

/// A version that a coordinator keeps for a replica that did not take it.
public struct Hint: Hashable, Sendable {
  /// Its number at this coordinator.
  let number: UInt32
  /// What is kept.
  public let version: VersionID
  /// Since when.
  public let stored: Instant
  /// Whether the target has it.
  var isDelivered = false
}

/// The hints of one coordinator, on its disk: one store for each target, in the order in which they were kept.
///
/// Hints are not replicated and can't be read by clients (`hints/` in Cassandra; its documentation's page on hints).
public struct HintStore: Sendable {
  /// The hints for one target.
  struct Store: Sendable {
    let target: ReplicaID
    var hints: Deque<Hint> = []
    /// The number of the hint that the present session sends next; nil between sessions.
    var cursor: UInt32?

    /// Where the first hint with at least that number stands; numbers ascend, with gaps.
    func position(ofNumber number: UInt32) -> Int {
      var (low, high) = (0, hints.count)
      while low < high {
        let middle = (low + high) / 2
        if hints[middle].number < number { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  var stores: [Store] = []
  private var given: UInt32 = 0
  /// Whether a dispatch is due.
  var isDispatchSet = false

  /// How many hints wait.
  public var count: Int { stores.reduce(0) { $0 + $1.hints.count } }

  /// The targets that hints wait for, and the hints.
  public var pending: [(target: ReplicaID, hints: [Hint])] {
    stores.filter { !$0.hints.isEmpty }.map { ($0.target, $0.hints.filter { !$0.isDelivered }) }
  }

  /// How many hints wait for each target, and since when the oldest does.
  public var waiting: [(target: ReplicaID, count: Int, oldest: Instant)] {
    stores.compactMap { store in store.hints.first.map { (store.target, store.hints.count, $0.stored) } }
  }

  /// Whether a version waits for anybody.
  func holds(_ version: VersionID) -> Bool { stores.contains { $0.hints.last?.version == version } }

  mutating func keep(_ version: VersionID, for target: ReplicaID, at now: Instant) {
    given += 1
    let hint = Hint(number: given, version: version, stored: now)
    if let index = stores.firstIndex(where: { $0.target == target }) {
      stores[index].hints.append(hint)
    } else {
      stores.append(Store(target: target, hints: [hint]))
    }
  }

  /// Takes in that the target has a hint.
  mutating func acknowledge(_ number: UInt32, from target: ReplicaID) {
    guard let index = stores.firstIndex(where: { $0.target == target }) else { return }
    let position = stores[index].position(ofNumber: number)
    guard position < stores[index].hints.count, stores[index].hints[position].number == number else { return }
    stores[index].hints[position].isDelivered = true
    while stores[index].hints.first?.isDelivered == true { stores[index].hints.removeFirst() }
  }

  /// Ends all sessions: their state was in memory.
  mutating func forgetSessions() {
    for index in stores.indices { stores[index].cursor = nil }
    isDispatchSet = false
  }
}

/// Hinted handoff, as in Cassandra 4.1 (`hints/HintsService`, `HintsDispatchExecutor`).
///
/// A dispatch every 10 s looks for targets that can be reached, and replays their hints at 1,024 KiB/s, shared among
/// the other replicas of the cluster. A hint that isn't acknowledged stays and is sent again, which does no harm: it
/// keeps its timestamp and can't overwrite anything newer. Here each hint is acknowledged by itself, where Cassandra
/// acknowledges pages.
extension Replica {
  /// How often a coordinator looks for targets.
  static let dispatchPeriod = TimeSpan.seconds(10)
  /// Bytes a second that all coordinators together send to one target.
  static let handoffRate = 1_024 * 1_024

  /// Keeps a version for a replica that did not take it, if the settings allow it.
  ///
  /// No hint is kept for a target that this coordinator has thought unreachable for longer than the window; hints that
  /// it kept before stay (`StorageProxy.shouldHint`).
  mutating func keepHint(
    _ version: VersionID, for target: ReplicaID, in environment: inout Environment, _ effects: inout Effects
  ) {
    let downtime = environment.detector.downtime(of: target, to: id, at: environment.now)
    guard environment.settings.keepsHints, downtime <= environment.settings.hintWindow else {
      effects.note(
        .unhinted(target, environment.settings.keepsHints ? .window : .off),
        of: environment.catalogue.version(version).operation, by: id, at: environment.now)
      return
    }
    hints.keep(version, for: target, at: environment.now)
    effects.record(.hinted(version, by: id, target: target), at: environment.now)
    setDispatch(environment, &effects)
  }

  /// Sets the next dispatch, at the next multiple of the period.
  mutating func setDispatch(_ environment: Environment, _ effects: inout Effects) {
    guard !hints.isDispatchSet, hints.count > 0 else { return }
    hints.isDispatchSet = true
    let period = Self.dispatchPeriod.microseconds
    let wait = period - environment.now.microseconds % period
    effects.wakes.append((TimeSpan(microseconds: wait), .hintDispatch(id, incarnation: incarnation)))
  }

  /// Begins a session with each target that can be reached and has none.
  mutating func dispatchHints(
    in environment: inout Environment, _ effects: inout Effects, canReach: (ReplicaID) -> Bool
  ) {
    hints.isDispatchSet = false
    hints.stores.removeAll { $0.hints.isEmpty }
    for index in hints.stores.indices where hints.stores[index].cursor == nil && canReach(hints.stores[index].target) {
      hints.stores[index].cursor = 0
      sendHint(to: hints.stores[index].target, in: &environment, &effects)
    }
    setDispatch(environment, &effects)
  }

  /// Sends the session's next hint, and sets when the one after it may go.
  mutating func sendHint(to target: ReplicaID, in environment: inout Environment, _ effects: inout Effects) {
    guard let index = hints.stores.firstIndex(where: { $0.target == target }),
      let cursor = hints.stores[index].cursor
    else { return }
    let store = hints.stores[index]
    guard let hint = store.hints[store.position(ofNumber: cursor)...].first(where: { !$0.isDelivered }) else {
      hints.stores[index].cursor = nil
      return
    }
    if environment.now - hint.stored >= environment.settings.tombstoneGrace {
      // Too old: it could bring back what was deleted and purged since (`hints/Hint.isLive`).
      effects.note(
        .hintDropped(hint.version, target: target), of: environment.catalogue.version(hint.version).operation, by: id,
        at: environment.now)
      hints.stores[index].cursor = hint.number + 1
      hints.acknowledge(hint.number, from: target)
      sendHint(to: target, in: &environment, &effects)
      return
    }
    let version = environment.catalogue.version(hint.version)
    let message = Message.carrying(
      hint.version, .hint, from: id, to: target, operation: version.operation, request: hint.number)
    hints.stores[index].cursor = hint.number + 1
    effects.sends.append(message)
    let others = max(1, environment.topology.replicas.count - 1)
    let span = environment.size(of: message) * others * 1_000_000 / Self.handoffRate
    effects.wakes.append(
      (TimeSpan(microseconds: Int64(max(1, span))), .hintSend(id, to: target, incarnation: incarnation)))
  }

  /// Ends a session whose target can't be reached any more; the next dispatch begins another.
  mutating func endHintSession(with target: ReplicaID) {
    if let index = hints.stores.firstIndex(where: { $0.target == target }) { hints.stores[index].cursor = nil }
  }
}
