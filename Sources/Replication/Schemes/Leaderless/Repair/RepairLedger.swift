import Algorithms
import DequeModule
import Kernel

/// What the operator knows of repair: the sessions and rounds that go on, and what came of the latest. Replicas tell it
/// by their effects, and look nothing up in it.
///
/// It is bounded by the cluster, not by time: a session that is over is forgotten, but for the latest of each pair; of rounds the last ``RepairLedger/kept`` outcomes stay. A session lasts at most
/// ``LeaderlessServer/repairPatience``, and a schedule begins none for a pair that still has one.
public struct RepairLedger: Sendable {
  /// How many outcomes of rounds are kept.
  public static let kept = 100

  /// A round of which some session goes on.
  private struct Round: Sendable {
    var outcome: RepairOutcome
    var open = 0
    var changed = KeySet()
  }

  /// A session of a pair, and its number.
  private struct Ended: Sendable {
    let pair: Network.Pair
    let id: RepairID
    let session: RepairSession
  }

  private var sessions = Slab<RepairSession>()
  /// Where the sessions are, from number ``first`` on; `.max` for those that are over.
  private var slots: Deque<UInt32> = []
  private var first: UInt32 = 0
  /// The latest session of each pair that has ended, sorted by pair.
  private var latest: [Ended] = []
  private var rounds: [Round] = []
  private var roundsBegun = 0
  private var outcomes: Deque<RepairOutcome> = []
  /// What it has cost and brought.
  public internal(set) var tally = RepairTally()

  init() {}

  /// How many sessions go on.
  public var openSessions: Int { sessions.count }

  /// The number that the next round will have.
  public var nextRound: Int { roundsBegun + 1 }

  /// Whether nothing more is expected of a round.
  public func isOver(round: Int) -> Bool { !rounds.contains { $0.outcome.number == round } }

  /// What came of a round; nil while it goes on, and once it is forgotten.
  public func outcome(ofRound number: Int) -> RepairOutcome? { outcomes.last { $0.number == number } }

  /// How many sessions and rounds it holds anything of.
  var entries: Int { slots.count + latest.count + rounds.count + outcomes.count }

  /// The latest session of each pair, in the order of the pairs.
  public var latestSessions: [RepairSession] {
    var newest = latest
    for (offset, slot) in slots.enumerated() where slot != .max {
      let (id, session) = (RepairID(Int(first &+ UInt32(offset))), sessions[slot])
      let pair = Self.place(session.initiator, session.partner)
      let index = Self.index(of: pair, in: newest)
      if index < newest.count, newest[index].pair == pair {
        if newest[index].id.raw < id.raw { newest[index] = Ended(pair: pair, id: id, session: session) }
      } else {
        newest.insert(Ended(pair: pair, id: id, session: session), at: index)
      }
    }
    return newest.map(\.session)
  }

  private static func place(_ first: ReplicaID, _ second: ReplicaID) -> Network.Pair {
    Network.Pair(from: min(first, second), to: max(first, second))
  }

  private static func index(of pair: Network.Pair, in ended: [Ended]) -> Int {
    ended.partitioningIndex { ($0.pair.from, $0.pair.to) >= (pair.from, pair.to) }
  }

  // MARK: Sessions

  private func slot(of id: RepairID) -> UInt32? {
    let offset = Int(id.raw &- first)
    return offset < slots.count && slots[offset] != .max ? slots[offset] : nil
  }

  /// The session of that number, if it goes on.
  func session(_ id: RepairID) -> RepairSession? { slot(of: id).map { sessions[$0] } }

  /// The sessions that go on and are as wanted, in the order of their numbers.
  func open(where isWanted: (RepairSession) -> Bool) -> [RepairID] {
    slots.indices.filter { slots[$0] != .max && isWanted(sessions[slots[$0]]) }
      .map { RepairID(Int(first &+ UInt32($0))) }
  }

  /// Whether two replicas are being compared, no matter which began it.
  func isOpen(between left: ReplicaID, _ right: ReplicaID) -> Bool {
    let place = Self.place(left, right)
    return sessions.slots.contains { Self.place(sessions[$0].initiator, sessions[$0].partner) == place }
  }

  mutating func begin(_ session: RepairSession) -> RepairID {
    let id = RepairID(Int(first &+ UInt32(slots.count)))
    slots.append(sessions.insert(session))
    tally.begun += 1
    update(round: session.round) {
      $0.open += 1
      $0.outcome.pairs += 1
    }
    return id
  }

  /// Changes a session that goes on.
  mutating func update(_ id: RepairID, _ change: (inout RepairSession) -> Void) {
    guard let slot = slot(of: id) else { return }
    sessions.update(slot, change)
  }

  /// Counts a message that repair has sent.
  mutating func count(bytes: Int, of id: RepairID) {
    tally.bytes += bytes
    guard let slot = slot(of: id) else { return }
    update(round: sessions[slot].round) { $0.outcome.bytes += bytes }
  }

  /// Takes in that one of the versions that a session has streamed was acknowledged, unless the session is complete by that:
  /// then there is more to be done, and nothing is taken in.
  @inline(__always) mutating func acknowledge(oneOfManyOf id: RepairID) -> Bool {
    guard let slot = slot(of: id) else { return true }
    let session = sessions[slot]
    if session.phase == .streaming, session.isAnswered, session.acknowledged + 1 >= session.streamed { return false }
    sessions.update(slot) { $0.acknowledged += 1 }
    return true
  }

  /// Takes in which copies were changed by what was streamed, and empties the list.
  mutating func noteChanges(_ news: inout Outbox<RepairNews>) {
    for index in 0..<news.count {
      if case .changed(let session, let key) = news[index] { noteChanged(key, by: session) }
    }
    news.clear()
  }

  /// Takes in that ranges differ.
  mutating func count(ranges: Int, of id: RepairID) {
    guard let session = session(id) else { return }
    update(round: session.round) { $0.outcome.ranges += ranges }
  }

  /// Takes in that a copy was changed by what was streamed.
  mutating func noteChanged(_ key: KeyID, by id: RepairID) {
    guard let session = session(id) else { return }
    update(round: session.round) {
      $0.changed.insert(key)
      $0.outcome.copies += 1
    }
  }

  /// Ends a session, and forgets it but for what it came to. Returns the outcome of its round if it was the last one.
  mutating func end(_ id: RepairID, _ failure: RepairFailure?, at now: Instant) -> RepairOutcome? {
    guard let slot = slot(of: id) else { return nil }
    var session = sessions[slot]
    session.phase = failure.map { .failed($0) } ?? .done
    sessions[slot] = session
    sessions.remove(slot)
    slots[Int(id.raw &- first)] = .max
    while slots.first == .max {
      slots.removeFirst()
      first &+= 1
    }
    if failure == nil { tally.completed += 1 } else { tally.failed += 1 }
    keep(session, id)
    update(round: session.round) { round in
      round.open -= 1
      if let failure {
        round.outcome.failures.append(
          RepairOutcome.Failure(initiator: session.initiator, partner: session.partner, reason: failure))
      } else {
        round.outcome.completed += 1
      }
    }
    return endRoundIfDone(session.round, at: now)
  }

  private mutating func keep(_ session: RepairSession, _ id: RepairID) {
    let pair = Self.place(session.initiator, session.partner)
    let index = Self.index(of: pair, in: latest)
    if index < latest.count, latest[index].pair == pair {
      latest[index] = Ended(pair: pair, id: id, session: session)
    } else {
      latest.insert(Ended(pair: pair, id: id, session: session), at: index)
    }
  }

  // MARK: Rounds

  /// Begins a round; ``closeRound(_:at:)`` must follow once its sessions have begun.
  mutating func beginRound(_ origin: RepairOutcome.Origin, at now: Instant) -> Int {
    roundsBegun += 1
    // One session more than there are, so that the round doesn't end before all of them have begun.
    rounds.append(Round(outcome: RepairOutcome(number: roundsBegun, origin: origin, began: now), open: 1))
    return roundsBegun
  }

  /// Enters what came of something that takes no time, as a round of its own.
  mutating func enter(_ origin: RepairOutcome.Origin, at now: Instant, _ fill: (inout RepairOutcome) -> Void)
    -> RepairOutcome
  {
    roundsBegun += 1
    var outcome = RepairOutcome(number: roundsBegun, origin: origin, began: now)
    fill(&outcome)
    keep(outcome)
    return outcome
  }

  private mutating func keep(_ outcome: RepairOutcome) {
    outcomes.append(outcome)
    if outcomes.count > Self.kept { outcomes.removeFirst() }
  }

  /// Takes in that all sessions of a round have begun. Returns its outcome if they have ended, too.
  mutating func closeRound(_ number: Int, at now: Instant) -> RepairOutcome? {
    update(round: number) { $0.open -= 1 }
    return endRoundIfDone(number, at: now)
  }

  private mutating func update(round number: Int, _ change: (inout Round) -> Void) {
    // Asked for at every message: a closure would be handed copies.
    var index = rounds.count - 1
    while index >= 0, rounds[index].outcome.number != number { index -= 1 }
    if index >= 0 { change(&rounds[index]) }
  }

  private mutating func endRoundIfDone(_ number: Int, at now: Instant) -> RepairOutcome? {
    guard let index = rounds.lastIndex(where: { $0.outcome.number == number }), rounds[index].open == 0 else {
      return nil
    }
    let round = rounds.remove(at: index)
    var outcome = round.outcome
    outcome.keys = round.changed.count
    outcome.ended = now
    keep(outcome)
    return outcome
  }
}
