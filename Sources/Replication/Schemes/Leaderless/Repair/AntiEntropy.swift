import Kernel

/// Anti-entropy repair with Merkle trees, as Cassandra's (`repair/RepairJob`, `ValidationManager`, `SyncTask`).
///
/// The initiator builds a tree of what it holds and asks the partner for its own; the two are compared, and every leaf that
/// differs is streamed whole, both ways: also those keys in it on which the replicas agree (*over-streaming*). Tombstones
/// past their grace period are left out of the trees.
///
/// A session's trees are kept with the &turn, and messages carry the session's number: in a real system they
/// carry the tree itself, which comes to the same.
extension LeaderlessServer {
  /// The tree of what this replica holds of the keys that it shares with another.
  func digestTree(sharedWith other: ReplicaID, key only: KeyID, depth: Int, _ turn: Turn) -> DigestTree {
    let entries = sharedKeys(with: other, only: only, turn).compactMap { key -> (Int64, UInt64)? in
      let version = turn.unpurged(cells[key], by: clock).version
      guard version != .none else { return nil }
      var fingerprint = Fingerprint()
      fingerprint.fold(UInt64(key.raw), UInt64(version.raw))
      return (turn.environment.token(of: key), fingerprint.value)
    }
    return DigestTree(entries, depth: depth)
  }

  /// The keys that both own.
  func sharedKeys(with other: ReplicaID, only: KeyID, _ turn: Turn) -> [KeyID] {
    turn.catalogue.names.keys.filter { key in
      guard only == .none || only == key else { return false }
      let owners = turn.environment.ownerSet(of: key)
      return owners.contains(id) && owners.contains(other)
    }
  }

  /// Whether both own any key, of all or that one.
  func sharesKeys(with other: ReplicaID, only: KeyID, _ turn: Turn) -> Bool {
    turn.catalogue.names.keys.contains { key in
      guard only == .none || only == key else { return false }
      let owners = turn.environment.ownerSet(of: key)
      return owners.contains(id) && owners.contains(other)
    }
  }

  /// Begins a session: builds this side's tree and asks for the other's.
  mutating func beginRepair(
    _ session: RepairID, with partner: ReplicaID, key: KeyID, _ turn: inout Turn
  ) {
    let keys = sharedKeys(with: partner, only: key, turn).count
    let depth = DigestTree.depth(forKeys: keys, limit: turn.environment.settings.merkleDepth)
    let tree = digestTree(sharedWith: partner, key: key, depth: depth, turn)
    turn.repairs.update(session) { $0.ownTree = tree }
    turn.effects.wake(after: Self.repairPatience, for: .repairPatience(session))
    turn.effects.sends.append(.ofRepair(session, .validate, from: id, to: partner))
  }

  /// For how long a session may take.
  public static let repairPatience = TimeSpan.seconds(60)

  /// Takes a message of a repair session; one that is over is none of its business.
  mutating func takeRepair(_ message: Message, _ turn: inout Turn) {
    let session = message.session
    guard let repair = turn.repairs.session(session), let ownTree = repair.ownTree else { return }
    switch message.kind.leaderless {
    case .validate:
      let tree = digestTree(sharedWith: message.from, key: repair.key, depth: ownTree.depth, turn)
      turn.repairs.update(session) { $0.partnerTree = tree }
      turn.repairs.tally.hashes += ownTree.count
      turn.effects.sends.append(.ofRepair(session, .tree, from: id, to: message.from))
    case .tree:
      compare(session, repair, &turn)
    case .exchange:
      turn.repairs.update(session) { $0.isAnswered = true }
      stream(session, to: message.from, &turn)
      turn.endRepairIfDone(session)
    default:
      break
    }
  }

  private mutating func compare(
    _ session: RepairID, _ repair: RepairSession, _ turn: inout Turn
  ) {
    guard repair.phase == .validation, let ownTree = repair.ownTree, let partnerTree = repair.partnerTree else {
      return
    }
    let leaves = ownTree.leaves(differingFrom: partnerTree)
    turn.repairs.count(ranges: leaves.count, of: session)
    turn.repairs.update(session) {
      $0.leaves = leaves
      $0.phase = .streaming
      $0.isAnswered = leaves.isEmpty
    }
    guard !leaves.isEmpty else {
      turn.endRepairIfDone(session)
      return
    }
    turn.effects.sends.append(.ofRepair(session, .exchange, from: id, to: repair.partner))
    stream(session, to: repair.partner, &turn)
  }

  /// Sends all that this replica holds in the leaves that differ.
  private mutating func stream(
    _ session: RepairID, to other: ReplicaID, _ turn: inout Turn
  ) {
    guard let repair = turn.repairs.session(session), let depth = repair.ownTree?.depth else { return }
    var streamed = 0
    for key in sharedKeys(with: other, only: repair.key, turn) {
      let version = turn.unpurged(cells[key], by: clock).version
      guard version != .none, repair.leaves.contains(DigestTree.leaf(of: turn.environment.token(of: key), depth: depth))
      else { continue }
      streamed += 1
      turn.effects.sends.append(.streaming(version, of: session, from: id, to: other))
    }
    turn.repairs.tally.streamed += streamed
    turn.repairs.update(session) { $0.streamed += streamed }
  }
}

extension Turn {
  /// What repair has cost and brought.
  public var repairTally: RepairTally { repairs.tally }

  /// Takes in that a streamed version has arrived.
  mutating func acknowledgeStream(_ session: RepairID) {
    repairs.update(session) { $0.acknowledged += 1 }
    endRepairIfDone(session)
  }

  mutating func endRepairIfDone(_ session: RepairID) {
    guard repairs.session(session)?.isComplete == true else { return }
    if let outcome = repairs.end(session, nil, at: now) { effects.report(outcome, at: now) }
  }

  /// Ends a session that can't be completed. False if it is over.
  @discardableResult
  mutating func failRepair(_ session: RepairID, _ failure: RepairFailure) -> Bool {
    guard repairs.session(session) != nil else { return false }
    if let outcome = repairs.end(session, failure, at: now) { effects.report(outcome, at: now) }
    return true
  }
}

extension Effects {
  /// Says what came of a round. Of a scheduled one that had nothing to compare there is nothing to say.
  mutating func report(_ outcome: RepairOutcome, at now: Instant) {
    guard outcome.origin != .schedule || outcome.pairs > 0 else { return }
    rounds.append(outcome)
    record(.repaired(round: outcome.number), at: now)
  }
}

/// Rounds of repair.
extension Cluster {
  /// Begins a session for each of those pairs that owns anything together.
  ///
  /// The first of a pair initiates it, or the second where the first doesn't run. A session fails at once where neither
  /// runs, or where the initiator knows the other to be dead (`repair/RepairSession.start`): so it comes to the same
  /// whichever of the two it is that is dead. A replica that has just come back, and is still thought dead, is tried all the same;
  /// Cassandra would refuse until its detector has noticed.
  mutating func repair(_ pairs: [Network.Pair], key: KeyID, _ origin: RepairOutcome.Origin) {
    let round = turn.repairs.beginRound(origin, at: now)
    for pair in pairs where replicas.leaderless[pair.from].sharesKeys(with: pair.to, only: key, turn) {
      // As Riak's entropy manager locks a partition that is being exchanged: a schedule doesn't pile up sessions.
      if origin == .schedule, turn.repairs.isOpen(between: pair.from, pair.to) { continue }
      let isTurned = replicas[pair.from].status != .running && replicas[pair.to].status == .running
      let (initiator, partner) = isTurned ? (pair.to, pair.from) : (pair.from, pair.to)
      let session = turn.repairs.begin(
        RepairSession(round: round, initiator: initiator, partner: partner, key: key, began: now))
      let status = replicas[initiator].status
      if status != .running {
        turn.failRepair(session, .isDown(initiator, status))
      } else if turn.environment.detector.knowsDead(partner, by: initiator) {
        let reason = absence(of: partner)
        turn.failRepair(session, reason)
      } else {
        replicas.leaderless[initiator].beginRepair(session, with: partner, key: key, &turn)
      }
    }
    if let outcome = turn.repairs.closeRound(round, at: now) { turn.effects.report(outcome, at: now) }
  }

  /// Why a replica is thought dead.
  private func absence(of replica: ReplicaID) -> RepairFailure {
    let status = replicas[replica].status
    return status == .running ? .isUnreachable(replica) : .isDown(replica, status)
  }

  /// Fails the sessions of those who have come to know their partners dead.
  ///
  /// Cassandra's sessions listen to the failure detector (`repair/RepairSession.convict`), which has to be twice as sure;
  /// here it is enough that it is sure.
  mutating func failRepairsWithDead(_ initiators: ReplicaSet) {
    guard turn.repairs.openSessions > 0 else { return }
    let detector = turn.environment.detector
    let lost = turn.repairs.open {
      initiators.contains($0.initiator) && detector.knowsDead($0.partner, by: $0.initiator)
    }
    for session in lost {
      guard let partner = turn.repairs.session(session)?.partner else { continue }
      let reason = absence(of: partner)
      turn.failRepair(session, reason)
    }
  }

  /// Fails the sessions that a replica has begun: it has lost its memory.
  mutating func failRepairs(begunBy replica: ReplicaID) {
    for session in turn.repairs.open(where: { $0.initiator == replica }) {
      turn.failRepair(session, .hasCrashed(replica))
    }
  }

  /// How many repair sessions go on.
  public var openRepairs: Int { turn.repairs.openSessions }

  /// What came of rounds of repair and of syncs since ``drain()``.
  public var repairOutcomes: Outbox<RepairOutcome> { turn.effects.rounds }

  /// Begins a scheduled round and sets the next one. False if the schedule has changed.
  mutating func repairRound(_ generation: UInt32) -> Bool {
    guard generation == turn.environment.repairGeneration, let period = turn.environment.settings.antiEntropy else {
      return false
    }
    let replicas = Array(topology.replicaIDs)
    let pairs = replicas.flatMap { first in
      replicas.filter { $0 > first }.map { Network.Pair(from: first, to: $0) }
    }
    repair(pairs, key: .none, .schedule)
    queue.push(Scheduled(departed: now, event: .wake(.leaderless(.repairRound(generation)))), at: now + period)
    return true
  }

  /// Sets how often all replicas are repaired; not more often than ``Settings/shortestAntiEntropy``.
  mutating func schedule(antiEntropy period: TimeSpan?) {
    turn.configure { $0.antiEntropy = period }
    turn.rearrange { $0.repairGeneration += 1 }
    guard let period else { return }
    let timer = Timer.leaderless(.repairRound(turn.environment.repairGeneration))
    queue.push(Scheduled(departed: now, event: .wake(timer)), at: now + period)
  }

  /// The trees of two replicas as they are now, and their leaves that differ.
  public func digestTrees(of first: ReplicaID, _ second: ReplicaID) -> (first: DigestTree, second: DigestTree) {
    let keys = replicas.leaderless[first].sharedKeys(with: second, only: .none, turn)
    let depth = DigestTree.depth(forKeys: keys.count, limit: turn.environment.settings.merkleDepth)
    return (
      replicas.leaderless[first].digestTree(sharedWith: second, key: .none, depth: depth, turn),
      replicas.leaderless[second].digestTree(sharedWith: first, key: .none, depth: depth, turn)
    )
  }

  /// The keys of a leaf that two replicas share.
  public func keys(inLeaf leaf: Int, depth: Int, of first: ReplicaID, _ second: ReplicaID) -> [KeyID] {
    replicas.leaderless[first].sharedKeys(with: second, only: .none, turn)
      .filter { DigestTree.leaf(of: turn.environment.token(of: $0), depth: depth) == leaf }
  }
}
