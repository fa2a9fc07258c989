import Kernel

/// Anti-entropy repair with Merkle trees, as Cassandra's (`repair/RepairJob`, `ValidationManager`, `SyncTask`).
///
/// The initiator builds a tree of what it holds and asks the partner for its own; the two are compared, and every leaf that
/// differs is streamed whole, both ways: also those keys in it on which the replicas agree (*over-streaming*). Tombstones
/// past their grace period are left out of the trees.
///
/// A session's trees are kept with the environment, and messages carry the session's number: in a real system they
/// carry the tree itself, which comes to the same.
extension Replica {
  /// The tree of what this replica holds of the keys that it shares with another.
  func digestTree(sharedWith other: ReplicaID, key only: KeyID, depth: Int, in environment: Environment) -> DigestTree {
    let entries = sharedKeys(with: other, only: only, in: environment).compactMap { key -> (Int64, UInt64)? in
      let version = environment.unpurged(cells[key], by: clock).version
      guard version != .none else { return nil }
      var fingerprint = Fingerprint()
      fingerprint.fold(UInt64(key.raw), UInt64(version.raw))
      return (environment.token(of: key), fingerprint.value)
    }
    return DigestTree(entries, depth: depth)
  }

  /// The keys that both own.
  func sharedKeys(with other: ReplicaID, only: KeyID, in environment: Environment) -> [KeyID] {
    environment.catalogue.names.keys.filter { key in
      guard only == .none || only == key else { return false }
      let owners = environment.ownerSet(of: key)
      return owners.contains(id) && owners.contains(other)
    }
  }

  /// Begins a session: builds this side's tree and asks for the other's.
  mutating func beginRepair(
    with partner: ReplicaID, key: KeyID, in environment: inout Environment, _ effects: inout Effects
  ) {
    let keys = sharedKeys(with: partner, only: key, in: environment)
    guard !keys.isEmpty else { return }
    let depth = DigestTree.depth(forKeys: keys.count, limit: environment.settings.merkleDepth)
    let tree = digestTree(sharedWith: partner, key: key, depth: depth, in: environment)
    let session = environment.repairs.append(
      RepairSession(initiator: id, partner: partner, key: key, began: environment.now, ownTree: tree))
    environment.openRepairs += 1
    environment.repairTally.begun += 1
    effects.wakes.append((Self.repairPatience, .repairPatience(session)))
    effects.sends.append(.ofRepair(session, .validate, from: id, to: partner))
  }

  /// For how long a session may take.
  static let repairPatience = TimeSpan.seconds(60)

  /// Takes a message of a repair session.
  mutating func takeRepair(_ message: Message, in environment: inout Environment, _ effects: inout Effects) {
    let session = message.session
    guard !environment.repairs[session].isOver else { return }
    switch message.kind {
    case .validate:
      let depth = environment.repairs[session].ownTree.depth
      environment.repairs[session].partnerTree = digestTree(
        sharedWith: message.from, key: environment.repairs[session].key, depth: depth, in: environment)
      environment.repairTally.hashes += environment.repairs[session].ownTree.count
      effects.sends.append(.ofRepair(session, .tree, from: id, to: message.from))
    case .tree:
      compare(session, in: &environment, &effects)
    case .exchange:
      environment.repairs[session].isAnswered = true
      stream(session, to: message.from, in: &environment, &effects)
      environment.endRepairIfDone(session)
    default:
      break
    }
  }

  private mutating func compare(_ session: RepairID, in environment: inout Environment, _ effects: inout Effects) {
    let repair = environment.repairs[session]
    guard repair.phase == .validation, let partnerTree = repair.partnerTree else { return }
    let leaves = repair.ownTree.leaves(differingFrom: partnerTree)
    environment.repairs[session].leaves = leaves
    environment.repairs[session].phase = .streaming
    guard !leaves.isEmpty else {
      environment.repairs[session].isAnswered = true
      environment.endRepairIfDone(session)
      return
    }
    effects.sends.append(.ofRepair(session, .exchange, from: id, to: repair.partner))
    stream(session, to: repair.partner, in: &environment, &effects)
  }

  /// Sends all that this replica holds in the leaves that differ.
  private mutating func stream(
    _ session: RepairID, to other: ReplicaID, in environment: inout Environment, _ effects: inout Effects
  ) {
    let repair = environment.repairs[session]
    let depth = repair.ownTree.depth
    for key in sharedKeys(with: other, only: repair.key, in: environment) {
      let version = environment.unpurged(cells[key], by: clock).version
      guard version != .none, repair.leaves.contains(DigestTree.leaf(of: environment.token(of: key), depth: depth))
      else { continue }
      environment.repairs[session].streamed += 1
      environment.repairTally.streamed += 1
      effects.sends.append(
        .carrying(version, .stream, from: id, to: other, operation: .none, request: session.raw))
    }
  }
}

extension Environment {
  /// Takes in that a streamed version has arrived.
  mutating func acknowledgeStream(_ session: RepairID) {
    guard !repairs[session].isOver else { return }
    repairs[session].acknowledged += 1
    endRepairIfDone(session)
  }

  mutating func endRepairIfDone(_ session: RepairID) {
    let repair = repairs[session]
    guard repair.phase == .streaming, repair.isAnswered, repair.acknowledged >= repair.streamed else { return }
    repairs[session].phase = .done
    openRepairs -= 1
    repairTally.completed += 1
  }

  /// A session has taken too long. False if it is over.
  mutating func giveUpRepair(_ session: RepairID) -> Bool {
    guard !repairs[session].isOver else { return false }
    repairs[session].phase = .failed
    openRepairs -= 1
    return true
  }
}

/// Rounds of repair.
extension Cluster {
  /// Begins a session for each pair of those replicas that run and own anything together.
  mutating func repair(_ pairs: [Network.Pair], key: KeyID) {
    for pair in pairs where replicas[pair.from].status == .running {
      replicas[pair.from].beginRepair(with: pair.to, key: key, in: &environment, &effects)
    }
  }

  /// How many repair sessions go on.
  public var openRepairs: Int { environment.openRepairs }

  /// Whether the repair sessions with those numbers have ended, one way or the other.
  public func areRepairsOver(_ sessions: Range<Int>) -> Bool {
    sessions.allSatisfy { environment.repairs[RepairID($0)].isOver }
  }

  /// Begins a scheduled round and sets the next one. False if the schedule has changed.
  mutating func repairRound(_ generation: UInt32) -> Bool {
    guard generation == environment.repairGeneration, let period = environment.settings.antiEntropy else {
      return false
    }
    let replicas = Array(topology.replicaIDs)
    let pairs = replicas.flatMap { first in
      replicas.filter { $0 > first }.map { Network.Pair(from: first, to: $0) }
    }
    repair(pairs, key: .none)
    queue.push(Scheduled(departed: now, event: .wake(.repairRound(generation))), at: now + period)
    return true
  }

  /// Sets how often all replicas are repaired.
  mutating func schedule(antiEntropy period: TimeSpan?) {
    environment.configure { $0.antiEntropy = period }
    environment.repairGeneration += 1
    guard let period else { return }
    let timer = Timer.repairRound(environment.repairGeneration)
    queue.push(Scheduled(departed: now, event: .wake(timer)), at: now + period)
  }

  /// The trees of two replicas as they are now, and their leaves that differ.
  public func digestTrees(of first: ReplicaID, _ second: ReplicaID) -> (first: DigestTree, second: DigestTree) {
    let keys = replicas[first].sharedKeys(with: second, only: .none, in: environment)
    let depth = DigestTree.depth(forKeys: keys.count, limit: environment.settings.merkleDepth)
    return (
      replicas[first].digestTree(sharedWith: second, key: .none, depth: depth, in: environment),
      replicas[second].digestTree(sharedWith: first, key: .none, depth: depth, in: environment)
    )
  }

  /// The keys of a leaf that two replicas share.
  public func keys(inLeaf leaf: Int, depth: Int, of first: ReplicaID, _ second: ReplicaID) -> [KeyID] {
    replicas[first].sharedKeys(with: second, only: .none, in: environment)
      .filter { DigestTree.leaf(of: environment.token(of: $0), depth: depth) == leaf }
  }
}
