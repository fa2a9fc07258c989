import Kernel

/// Anti-entropy repair with Merkle trees, as Cassandra's (`repair/RepairJob`, `ValidationManager`, `SyncTask`).
///
/// The initiator builds a tree of what it holds and asks the partner for its own; the two are compared, and every leaf that
/// differs is streamed whole, both ways: also those keys in it on which the replicas agree (*over-streaming*). Tombstones
/// past their grace period are left out of the trees.
///
/// The initiator keeps its own tree; the partner keeps nothing, and its tree travels as a parcel. Both tell the operator
/// what they have streamed and what was acknowledged, and so the operator knows when a session is over (as Cassandra's
/// coordinator of a repair is told by `SYNC_RSP`; here that takes no message).
extension LeaderlessServer {
  /// The tree of what this replica holds of the keys that it shares with another.
  func digestTree(sharedWith other: ReplicaID, key only: KeyID, depth: Int, _ turn: Turn) -> DigestTree {
    var tree = DigestTree(depth: depth)
    let canPurge = turn.environment.hasMortals
    turn.environment.forEachKey(ownedBy: id, other, only: only, among: turn.catalogue.names.keyCount) { key in
      let version = canPurge ? turn.unpurged(cells[key], by: clock).version : cells[key].version
      guard version != .none else { return }
      var fingerprint = Fingerprint()
      fingerprint.fold(UInt64(key.raw), UInt64(version.raw))
      tree.add(token: turn.environment.token(of: key), digest: fingerprint.value)
    }
    tree.close()
    return tree
  }

  /// The keys that both own.
  func sharedKeys(with other: ReplicaID, only: KeyID, _ turn: Turn) -> [KeyID] {
    var result: [KeyID] = []
    turn.environment.forEachKey(ownedBy: id, other, only: only, among: turn.catalogue.names.keyCount) {
      result.append($0)
    }
    return result
  }

  /// Begins a session: builds this side's tree and asks for the other's.
  ///
  /// - Parameter last: the tree that was built last in the same round: a replica that shares the same keys with several others
  ///   builds one for all of them, since nothing has happened between.
  mutating func beginRepair(
    _ session: RepairID, with partner: ReplicaID, key: KeyID, _ last: inout SharedTree?, _ turn: inout Turn
  ) {
    let areShared = turn.environment.ownersShared(by: id, partner)
    if last?.replica != id || last?.areShared != areShared {
      var keys = 0
      turn.environment.forEachKey(ownedBy: id, partner, only: key, among: turn.catalogue.names.keyCount) { _ in
        keys += 1
      }
      let depth = DigestTree.depth(forKeys: keys, limit: turn.environment.settings.merkleDepth)
      last = SharedTree(
        replica: id, areShared: areShared, depth: depth,
        tree: digestTree(sharedWith: partner, key: key, depth: depth, turn))
    }
    guard let depth = last?.depth, let tree = last?.tree else { return }
    comparisons.append(Comparison(session: session, partner: partner, key: key, tree: tree))
    turn.parcels.repairs.ask(session, key: key, depth: depth)
    turn.effects.wake(after: Self.repairPatience, for: .repairPatience(session))
    turn.effects.sends.append(.ofRepair(session, .validate, from: id, to: partner))
  }

  /// For how long a session may take.
  public static let repairPatience = TimeSpan.seconds(60)

  /// Takes a message of a repair session; one that is over is none of its business.
  mutating func takeRepair(_ message: Message, _ turn: inout Turn) {
    let session = message.session
    switch message.kind.leaderless {
    case .validate:
      guard let question = turn.parcels.repairs.question(of: session) else { return }
      let tree = digestTree(sharedWith: message.from, key: question.key, depth: question.depth, turn)
      turn.effects.tell(.validated(session, hashes: tree.count))
      turn.parcels.repairs.post(tree, of: session)
      turn.effects.sends.append(.ofRepair(session, .tree, from: id, to: message.from))
    case .tree:
      compare(session, &turn)
    case .exchange:
      guard let question = turn.parcels.repairs.question(of: session),
        let leaves = turn.parcels.repairs.leaves(of: session)
      else { return }
      stream(session, to: message.from, key: question.key, leaves, depth: question.depth, byPartner: true, &turn)
    default:
      break
    }
  }

  private mutating func compare(_ session: RepairID, _ turn: inout Turn) {
    guard let index = comparisons.firstIndex(where: { $0.session == session }), let tree = comparisons[index].tree,
      let other = turn.parcels.repairs.takeTree(of: session)
    else { return }
    let (partner, key) = (comparisons[index].partner, comparisons[index].key)
    comparisons[index].tree = nil
    let leaves = tree.leafSet(differingFrom: other)
    turn.effects.tell(.compared(session, ranges: leaves.count))
    guard !leaves.isEmpty else { return }
    turn.parcels.repairs.name(leaves, of: session)
    turn.effects.sends.append(.ofRepair(session, .exchange, from: id, to: partner))
    stream(session, to: partner, key: key, leaves, depth: tree.depth, byPartner: false, &turn)
  }

  /// Sends all that this replica holds in the leaves that differ.
  private mutating func stream(
    _ session: RepairID, to other: ReplicaID, key only: KeyID, _ leaves: LeafSet, depth: Int, byPartner: Bool,
    _ turn: inout Turn
  ) {
    var found: [VersionID] = []
    turn.environment.forEachKey(ownedBy: id, other, only: only, among: turn.catalogue.names.keyCount) { key in
      guard leaves.contains(DigestTree.leaf(of: turn.environment.token(of: key), depth: depth)) else { return }
      let version = turn.unpurged(cells[key], by: clock).version
      if version != .none { found.append(version) }
    }
    for version in found { turn.effects.sends.append(.streaming(version, of: session, from: id, to: other)) }
    turn.effects.tell(.streamed(session, found.count, byPartner: byPartner))
  }

  /// Forgets a session that is over, and takes back what it has sent.
  mutating func endRepair(_ session: RepairID, _ turn: inout Turn) {
    comparisons.removeAll { $0.session == session }
    turn.parcels.repairs.takeBack(session)
  }

  /// Forgets all sessions that it has begun.
  mutating func forgetRepairs(_ turn: inout Turn) {
    for comparison in comparisons { turn.parcels.repairs.takeBack(comparison.session) }
    comparisons = []
  }
}

/// The tree of what a replica holds of the keys that it shares with some others.
struct SharedTree {
  let replica: ReplicaID
  /// Which sets of owners have both in them.
  let areShared: [Bool]
  let depth: Int
  let tree: DigestTree
}

extension Environment {
  /// Of each set of owners that keys have, whether two replicas are in it.
  func ownersShared(by first: ReplicaID, _ second: ReplicaID) -> [Bool] {
    placement.owners.elements.map { $0.set.contains(first) && $0.set.contains(second) }
  }

  /// Visits the keys that two replicas own, of all or one, in their order.
  @inline(__always) func forEachKey(
    ownedBy first: ReplicaID, _ second: ReplicaID, only: KeyID, among count: Int, _ body: (KeyID) -> Void
  ) {
    if only != .none {
      let owners = ownerSet(of: only)
      if owners.contains(first) && owners.contains(second) { body(only) }
      return
    }
    // Keys have few sets of owners between them: who is in which is worked out once.
    let areShared = ownersShared(by: first, second)
    for index in 0..<count where areShared[keyOwners[KeyID(index)].index] { body(KeyID(index)) }
  }

  /// For each replica those with which it owns any key, of all or that one, itself included.
  ///
  /// Worked out over the sets of owners that keys have, not for each pair: a thousand replicas make half a million pairs.
  func partners(only: KeyID, among count: Int) -> [ReplicaSet] {
    var isTaken = Array(repeating: false, count: placement.owners.count)
    var partners = Array(repeating: ReplicaSet(), count: topology.replicas.count)
    for index in only == .none ? 0..<count : only.index..<only.index + 1 {
      let owners = keyOwners[KeyID(index)]
      if isTaken[owners.index] { continue }
      isTaken[owners.index] = true
      let set = placement.owners[owners].set
      for member in set { partners[member.index] = partners[member.index].union(set) }
    }
    return partners
  }
}
