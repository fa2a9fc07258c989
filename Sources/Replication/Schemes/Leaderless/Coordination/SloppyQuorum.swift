import Kernel

/// A replica that stands in for an owner of a key.
public struct StandIn: Hashable, Sendable {
  /// Who stands in.
  public let replica: ReplicaID
  /// For whom.
  public let owner: ReplicaID

  /// One who stands in for another.
  public init(replica: ReplicaID, owner: ReplicaID) { (self.replica, self.owner) = (replica, owner) }
}

/// Sloppy quorums: the first N *healthy* replicas of a key's preference list are its copies for the time being.
///
/// "All read and write operations are performed on the first N healthy nodes from the preference list, which may not always be
/// the first N nodes encountered while walking the consistent hashing ring" (Dynamo, SOSP 2007, §4.6). Riak does so unless a
/// request says `sloppy_quorum` false (`riak_kv_put_fsm`, `riak_core_apl:get_apl`).
///
/// - Whom a coordinator thinks dead is replaced, in *its* opinion: the first owner on the ring by the first replica behind the
///   owners that it thinks alive, and so on. As copies are placed by region, so are stand-ins; where a region has no more
///   replicas than copies there is nobody, and the owner is hinted as ever.
/// - A stand-in's answers count as the owner's would, toward W and R, also where the answer is that it has nothing
///   (`notfound_ok`, Riak's default). Copies are asked nearest first, as ever.
/// - It stores the version where reads find it, with a hint of whom it is for, which neither `hints` nor the window are
///   asked about, and which has no age: Riak's fallbacks take in what comes while the owner is away. What read repair brings
///   it is for the owner, too (unless `read_repair_primaryonly`).
/// - It hands back as hints are replayed. "Once the transfer succeeds, D may delete the object from its local store": it does
///   when nothing of the key is left to be handed back, unless it has numbered updates of the copy itself, whose numbers
///   must not begin anew (Riak begins another "actor epoch" then).
/// - Transactions don't know stand-ins: a majority of others would be no majority (Riak's strong consistency has none either).
extension Environment {
  /// Who stands in for whom, where a coordinator thinks those alive; in the order of the ring, region by region.
  func standIns(of key: KeyID, alive: ReplicaSet) -> [StandIn] {
    var result: [StandIn] = []
    for members in placement.owners[keyOwners[key]].byRegion {
      let missing = members.subtracting(alive)
      guard let first = missing.first(where: { _ in true }) else { continue }
      let order = placement.order(of: regionOf[first.index], from: tokens[key], regionOf)
      var others = order.filter { alive.contains($0) && !members.contains($0) }.makeIterator()
      for owner in order where missing.contains(owner) {
        guard let replica = others.next() else { break }
        result.append(StandIn(replica: replica, owner: owner))
      }
    }
    return result
  }

  /// A key's copies, where a coordinator thinks those alive: in the place of each owner that has one its stand-in.
  public func copies(of key: KeyID, alive: ReplicaSet) -> Owners {
    let owners = owners(of: key)
    guard settings.isSloppy, placement.hasNonOwners, !owners.set.subtracting(alive).isEmpty else { return owners }
    return owners.replacing(standIns(of: key, alive: alive), regionOf)
  }
}

extension Turn {
  /// A key's copies in the opinion of a coordinator that thinks those alive, and who of them stands in for whom.
  mutating func copies(of key: KeyID, alive: ReplicaSet) -> (copies: Owners, standIns: [StandIn]) {
    let owners = owners(of: key)
    guard environment.settings.isSloppy, environment.placement.hasNonOwners, alive != environment.everyone,
      !owners.set.subtracting(alive).isEmpty
    else { return (owners, []) }
    let standIns = environment.standIns(of: key, alive: alive)
    return (owners.replacing(standIns, environment.regionOf), standIns)
  }
}

extension Owners {
  /// The same with stand-ins in the places of those that they stand in for.
  fileprivate func replacing(_ standIns: [StandIn], _ regionOf: ContiguousArray<RegionID>) -> Owners {
    guard !standIns.isEmpty else { return self }
    var (set, byRegion) = (set, byRegion)
    for standIn in standIns {
      set.remove(standIn.owner)
      set.insert(standIn.replica)
      byRegion[regionOf[standIn.owner.index].index].remove(standIn.owner)
      byRegion[regionOf[standIn.replica.index].index].insert(standIn.replica)
    }
    return Owners(members: Array(set), set: set, byRegion: byRegion)
  }
}

extension Placement {
  /// The replicas of a region in the order in which the ring has them from a token on, each once: its owners of what lies
  /// there, and then who may stand in for them.
  func order(of region: RegionID, from token: Int64, _ regionOf: ContiguousArray<RegionID>) -> [ReplicaID] {
    let start = ringPosition(of: token)
    var (seen, result) = (ReplicaSet(), [ReplicaID]())
    for offset in ring.indices {
      let replica = ring[(start + offset) % ring.count]
      if regionOf[replica.index] == region, seen.insert(replica) { result.append(replica) }
    }
    return result
  }
}

// MARK: At the stand-in

/// How many versions of each key a replica holds for others, which it is to hand back to them.
struct Guests: Sendable {
  private var counts = SparseTable<KeyID, UInt32>(vacant: 0, isFull: false)
  /// How many there are in all.
  private(set) var total = 0

  /// How many there are of a key.
  func count(of key: KeyID) -> Int { Int(counts[key]) }

  mutating func take(_ key: KeyID) {
    counts[key] += 1
    total += 1
  }

  /// Gives one up; whether it was the last of its key.
  mutating func release(_ key: KeyID) -> Bool {
    counts[key] -= 1
    total -= 1
    return counts[key] == 0
  }
}

extension LeaderlessServer {
  /// Stores a version in the place of an owner, and keeps a hint of whom it is for.
  mutating func storeForOwner(_ message: Message, by kind: LeaderlessMessage, _ turn: inout Turn) {
    let (version, owner) = (message.version, message.owner)
    let isNew = store(version, by: kind, &turn) != .known
    // What the network doubles is kept once.
    guard isNew || !hints.holds(version, for: owner) else { return }
    guests.take(turn.catalogue.version(version).key)
    hints.keep(version, for: owner, at: turn.now, .none, isStandIn: true)
    turn.effects.record(.hinted(version, by: id, target: owner), at: turn.now)
    if let index = hints.index(of: owner) { setDispatch(for: index, &turn) }
  }

  /// An owner has what was kept for it here; what is left of the key can go once that was all.
  mutating func handBack(_ version: VersionID, _ turn: inout Turn) {
    let key = turn.catalogue.version(version).key
    guard guests.release(key) else { return }
    guard turn.environment.form(of: key) == .lastWriterWins || issued[key] == 0 else { return }
    cells[key] = .empty
    turn.effects.record(.handedBack(version, by: id), at: turn.now)
  }

  /// A message that brings a contact a version, be it that it stands in for somebody.
  mutating func bringing(
    _ version: VersionID, _ kind: LeaderlessMessage, to contact: ReplicaID, _ standIns: [StandIn],
    operation: OperationID, request: UInt32
  ) -> Message {
    guard let standIn = standIns.first(where: { $0.replica == contact }) else {
      return .carrying(version, kind, from: id, to: contact, operation: operation, request: request)
    }
    return .standingIn(
      for: standIn.owner, version, kind == .repair ? .repair : .standIn, from: id, to: contact, operation: operation,
      request: request)
  }
}

extension Cluster {
  /// The replicas that hold a copy of a key without owning it, in the cluster's order: they stand, or stood, in for owners.
  public func standIns(holding key: KeyID) -> [ReplicaID] {
    guard turn.environment.placement.hasNonOwners, plan.scheme == .leaderless else { return [] }
    let owners = turn.environment.ownerSet(of: key)
    return replicas.ids.filter { !owners.contains($0) && cell(key, at: $0).version != .none }
  }

  /// Whether what a replica holds of a key, if anything, it holds in the place of an owner.
  public func isStandIn(_ replica: ReplicaID, of key: KeyID) -> Bool {
    plan.scheme == .leaderless && turn.environment.placement.hasNonOwners
      && !turn.environment.ownerSet(of: key).contains(replica)
  }

  /// For whom a stand-in keeps something of a key.
  public func owners(replacedBy standIn: ReplicaID, of key: KeyID) -> [ReplicaID] {
    guard plan.scheme == .leaderless else { return [] }
    return replicas.leaderless[standIn].hints.targets { turn.catalogue.version($0).key == key }
  }
}
