import Kernel

extension Effects {
  /// Says what came of a round. Of a scheduled one that had nothing to compare there is nothing to say.
  mutating func report(_ outcome: RepairOutcome, at now: Instant) {
    guard outcome.origin != .schedule || outcome.pairs > 0 else { return }
    rounds.append(outcome)
    record(.repaired(round: outcome.number), at: now)
  }

  /// Tells the operator about a repair session.
  mutating func tell(_ news: RepairNews) { repairs.append(news) }
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
    let round = repairs.beginRound(origin, at: now)
    let partners = turn.environment.partners(only: key, among: turn.catalogue.names.keyCount)
    var tree: SharedTree?
    for pair in pairs where partners[pair.from.index].contains(pair.to) {
      // As Riak's entropy manager locks a partition that is being exchanged: a schedule doesn't pile up sessions.
      if origin == .schedule, repairs.isOpen(between: pair.from, pair.to) { continue }
      let isTurned = replicas[pair.from].status != .running && replicas[pair.to].status == .running
      let (initiator, partner) = isTurned ? (pair.to, pair.from) : (pair.from, pair.to)
      let session = repairs.begin(
        RepairSession(round: round, initiator: initiator, partner: partner, key: key, began: now))
      let status = replicas[initiator].status
      if status != .running {
        failRepair(session, .isDown(initiator, status))
      } else if turn.environment.detector.knowsDead(partner, by: initiator) {
        let reason = absence(of: partner)
        failRepair(session, reason)
      } else {
        replicas.leaderless[initiator].beginRepair(session, with: partner, key: key, &tree, &turn)
      }
    }
    if let outcome = repairs.closeRound(round, at: now) { turn.effects.report(outcome, at: now) }
  }

  /// Plays events up to `limit`, and at most that many, for as long as a round of repair goes on; returns how many.
  public mutating func run(until limit: Instant, atMost count: Int, whileRound round: Int) -> Int {
    for played in 0..<count where repairs.isOver(round: round) || !step(notAfter: limit) { return played }
    return count
  }

  /// Takes in what replicas tell of repair sessions.
  mutating func hearOfRepairs() {
    for index in 0..<turn.effects.repairs.count {
      switch turn.effects.repairs[index] {
      case .validated(let session, let hashes):
        if repairs.session(session) != nil { repairs.tally.hashes += hashes }
      case .compared(let session, let ranges):
        repairs.count(ranges: ranges, of: session)
        repairs.update(session) {
          $0.phase = .streaming
          $0.isAnswered = ranges == 0
        }
        if ranges == 0 { endRepairIfDone(session) }
      case .streamed(let session, let count, let isByPartner):
        guard repairs.session(session) != nil else { continue }
        repairs.tally.streamed += count
        repairs.update(session) { $0.streamed += count }
        guard isByPartner else { continue }
        repairs.update(session) { $0.isAnswered = true }
        endRepairIfDone(session)
      case .changed(let session, let key):
        repairs.noteChanged(key, by: session)
      case .acknowledged(let session):
        repairs.update(session) { $0.acknowledged += 1 }
        endRepairIfDone(session)
      }
    }
    turn.effects.repairs.clear()
  }

  private mutating func endRepairIfDone(_ session: RepairID) {
    if repairs.session(session)?.isComplete == true { endRepair(session, nil) }
  }

  /// Ends a session that can't be completed. False if it is over.
  @discardableResult
  mutating func failRepair(_ session: RepairID, _ failure: RepairFailure) -> Bool {
    guard repairs.session(session) != nil else { return false }
    endRepair(session, failure)
    return true
  }

  private mutating func endRepair(_ session: RepairID, _ failure: RepairFailure?) {
    guard let initiator = repairs.session(session)?.initiator else { return }
    replicas.leaderless[initiator].endRepair(session, &turn)
    if let outcome = repairs.end(session, failure, at: now) { turn.effects.report(outcome, at: now) }
  }

  /// Why a replica is thought dead.
  private func absence(of replica: ReplicaID) -> RepairFailure {
    let status = replicas[replica].status
    return status == .running ? .isUnreachable(replica) : .isDown(replica, status)
  }

  /// Whoever begins a session knows of it until it is over, and nothing that was sent for it outlasts it.
  func brokenByRepairs() -> String? {
    guard scheme.features.contains(.repair) else { return nil }
    let known = replicas.ids.reduce(0) { $0 + replicas.leaderless[$1].comparisons.count }
    let sent = turn.parcels.repairs.count
    guard known == repairs.openSessions, sent == known else {
      return "\(repairs.openSessions) repair sessions go on, \(known) are known to initiators, \(sent) have parcels"
    }
    return nil
  }

  /// Fails the sessions of those who have come to know their partners dead.
  ///
  /// Cassandra's sessions listen to the failure detector (`repair/RepairSession.convict`), which has to be twice as sure;
  /// here it is enough that it is sure.
  mutating func failRepairsWithDead(_ initiators: ReplicaSet) {
    guard repairs.openSessions > 0 else { return }
    let detector = turn.environment.detector
    let lost = repairs.open {
      initiators.contains($0.initiator) && detector.knowsDead($0.partner, by: $0.initiator)
    }
    for session in lost {
      guard let partner = repairs.session(session)?.partner else { continue }
      let reason = absence(of: partner)
      failRepair(session, reason)
    }
  }

  /// Fails the sessions that a replica has begun: it has lost its memory.
  mutating func failRepairs(begunBy replica: ReplicaID) {
    for session in repairs.open(where: { $0.initiator == replica }) {
      failRepair(session, .hasCrashed(replica))
    }
  }

  /// How many repair sessions go on.
  public var openRepairs: Int { repairs.openSessions }

  /// What repair has cost and brought.
  public var repairTally: RepairTally { repairs.tally }

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
