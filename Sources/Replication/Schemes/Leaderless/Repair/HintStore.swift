import Algorithms
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
  /// For how long it is worth applying; none: for ever.
  let life: HintLifeID
  /// Whether it is of a version that is held in the target's place.
  public internal(set) var isStandIn = false
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
    /// How many of them the target has, though an older one still waits.
    var delivered = 0
    /// The number of the hint that the present session sends next; nil between sessions.
    var cursor: UInt32?
    /// What the throttle has left over of a microsecond.
    var rest: Int64 = 0
    /// How many sessions in a row have brought no acknowledgement.
    var vain = 0
    /// Until when no other session is tried.
    var rests = Instant.start

    /// How many hints wait.
    var waiting: Int { hints.count - delivered }

    /// Where the first hint with at least that number stands; numbers ascend, with gaps.
    func position(ofNumber number: UInt32) -> Int {
      hints.partitioningIndex { $0.number >= number }
    }

    /// The first hint that waits, of those with at least that number.
    func next(from number: UInt32) -> Hint? {
      hints[position(ofNumber: number)...].first { !$0.isDelivered }
    }
  }

  var stores: [Store] = []
  private var given: UInt32 = 0
  /// When a dispatch is due; nil: when a target can be reached again, or another hint is kept.
  var dispatch: Instant?
  /// The targets whose sessions wait for a free delivery thread, the first in front.
  var queued: Deque<ReplicaID> = []

  /// How many hints wait.
  public var count: Int { stores.reduce(0) { $0 + $1.waiting } }

  /// The targets that hints wait for, and the hints.
  public var pending: [(target: ReplicaID, hints: [Hint])] {
    stores.filter { $0.waiting > 0 }.map { ($0.target, $0.hints.filter { !$0.isDelivered }) }
  }

  /// How many hints wait for each target, and since when the oldest does.
  public var waiting: [(target: ReplicaID, count: Int, oldest: Instant)] {
    stores.compactMap { store in store.hints.first.map { (store.target, store.waiting, $0.stored) } }
  }

  /// The targets that hints are being replayed to.
  public var sessions: [ReplicaID] { stores.filter { $0.cursor != nil }.map(\.target) }

  /// What a target's hints wait for.
  public enum Handoff: Hashable, Sendable {
    /// Nothing: they are being replayed.
    case replaying
    /// A free delivery thread: others are replayed to first.
    case queued
    /// The next dispatch, at that instant at the earliest.
    case due(Instant)
    /// The target, out of reach.
    case outOfReach
  }

  /// What a target's hints wait for.
  public func handoff(to target: ReplicaID) -> Handoff {
    if queued.contains(target) { return .queued }
    guard let index = index(of: target) else { return .outOfReach }
    if stores[index].cursor != nil { return .replaying }
    return dispatch.map { .due(max($0, stores[index].rests)) } ?? .outOfReach
  }

  /// Whether a version waits for anybody.
  func holds(_ version: VersionID) -> Bool { stores.contains { $0.hints.last?.version == version } }

  /// Whether a version waits for that target.
  ///
  /// - Complexity: O(n) in the hints that were kept before it for the same target.
  func holds(_ version: VersionID, for target: ReplicaID) -> Bool {
    stores.contains { $0.target == target && $0.hints.contains { $0.version == version && !$0.isDelivered } }
  }

  /// The targets that versions wait for of which something holds.
  func targets(_ isMeant: (VersionID) -> Bool) -> [ReplicaID] {
    stores.filter { $0.hints.contains { !$0.isDelivered && isMeant($0.version) } }.map(\.target).sorted()
  }

  /// How many versions wait that are held in their targets' places.
  var standInCount: Int { stores.reduce(0) { $0 + $1.hints.count { $0.isStandIn && !$0.isDelivered } } }

  /// The store for a target; nil if nothing was ever kept for it, or all of it has been delivered.
  func index(of target: ReplicaID) -> Int? { stores.firstIndex { $0.target == target } }

  mutating func keep(
    _ version: VersionID, for target: ReplicaID, at now: Instant, _ life: HintLifeID, isStandIn: Bool = false
  ) {
    given += 1
    let hint = Hint(number: given, version: version, stored: now, life: life, isStandIn: isStandIn)
    if let index = index(of: target) {
      stores[index].hints.append(hint)
    } else {
      stores.append(Store(target: target, hints: [hint]))
    }
  }

  /// Takes in that the target has a hint; returns its version if that was held in the target's place.
  @discardableResult
  mutating func acknowledge(_ number: UInt32, from target: ReplicaID) -> VersionID? {
    guard let index = index(of: target) else { return nil }
    let position = stores[index].position(ofNumber: number)
    guard position < stores[index].hints.count, stores[index].hints[position].number == number,
      !stores[index].hints[position].isDelivered
    else { return nil }
    let hint = stores[index].hints[position]
    stores[index].hints[position].isDelivered = true
    stores[index].delivered += 1
    while stores[index].hints.first?.isDelivered == true {
      stores[index].hints.removeFirst()
      stores[index].delivered -= 1
    }
    stores[index].vain = 0
    stores[index].rests = .start
    return hint.isStandIn ? hint.version : nil
  }

  /// Ends all sessions: their state was in memory.
  mutating func forgetSessions() {
    for index in stores.indices {
      stores[index].cursor = nil
      stores[index].rest = 0
    }
    queued = []
    dispatch = nil
    trustTargets()
  }

  /// Forgets which sessions were in vain: something has changed since.
  mutating func trustTargets() {
    for index in stores.indices { (stores[index].vain, stores[index].rests) = (0, .start) }
  }
}

extension Cluster {
  /// What a replica keeps for others that did not take it.
  public func hints(of keeper: ReplicaID) -> HintStore { replicas.hints(of: keeper) }
}
