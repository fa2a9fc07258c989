import Kernel

/// What every level needs of a coordinator in every region, worked out once.
///
/// It stands by itself because it is asked for each operation and each acknowledgement: a method on the whole
/// ``Environment`` would be handed a copy of that.
struct LevelTable: Sendable {
  /// How many answers suffice, and whose, without what only EACH_QUORUM needs.
  struct Tally: Sendable {
    let scope: Requirement.Scope
    let required: Int

    fileprivate init(_ quorum: Quorum?, isShort: Bool) {
      scope = quorum?.requirement.scope ?? .everywhere
      let counted = quorum?.required ?? 0
      required = isShort && quorum?.requirement.count == .majority ? max(1, counted - 1) : counted
    }
  }

  /// For each region, in the order of ``ConsistencyLevel/allCases``; nil for what doesn't count answers.
  private let quorums: [Quorum?]
  /// What of that is asked for each operation.
  private let tallies: ContiguousArray<Tally>
  /// What each of them lacks while everybody is alive: nearly always nothing.
  private let shortages: [Quorum.Shortage?]
  private let regions: [ReplicaSet]
  private let width: Int

  /// - Parameter isShort: whether one answer fewer suffices where a majority is asked for; see ``Defect/quorumOneShort``.
  init(topology: Topology, placement: Placement, isShort: Bool = false) {
    regions = topology.regionIDs.map { topology.set(of: $0) }
    width = ConsistencyLevel.allCases.count
    // However different the owners of two keys are, there are as many of them.
    let owners = placement.owners[OwnersID(0)]
    let copies = owners.byRegion.map(\.count)
    let quorums = topology.regionIDs.map { region in
      ConsistencyLevel.allCases.map { Quorum($0, factors: placement.factors, copies: copies, region: region) }
    }
    shortages = zip(topology.regionIDs, quorums).flatMap { region, levels in
      levels.map { quorum in
        quorum.flatMap { quorum in
          levels[Int(quorum.level.dataLevel.rawValue)].flatMap {
            Self.shortage(quorum, $0, owners.set, owners, region)
          }
        }
      }
    }
    self.quorums = quorums.flatMap { $0 }
    tallies = ContiguousArray(self.quorums.map { Tally($0, isShort: isShort) })
  }

  func quorum(_ level: ConsistencyLevel, in region: RegionID) -> Quorum? { quorums[place(level, region)] }

  /// What a level needs that counts answers.
  func counted(_ level: ConsistencyLevel, in region: RegionID) -> Quorum {
    guard let quorum = quorums[place(level, region)] else {
      preconditionFailure("\(level) doesn't count answers")
    }
    return quorum
  }

  /// How many answers suffice, and whose.
  @inline(__always) func tally(_ level: ConsistencyLevel, in region: RegionID) -> Tally {
    tallies[place(level, region)]
  }

  /// Whether those acknowledgements, all of them owners', suffice for a coordinator in that region.
  func isMet(_ level: ConsistencyLevel, by acknowledged: ReplicaSet, coordinatorIn region: RegionID) -> Bool {
    let tally = tally(level, in: region)
    switch tally.scope {
    case .everywhere: return acknowledged.count >= tally.required
    case .local: return acknowledged.intersection(regions[region.index]).count >= tally.required
    case .eachRegion:
      return counted(level, in: region).perRegion.enumerated().allSatisfy {
        acknowledged.intersection(regions[$0.offset]).count >= $0.element
      }
    }
  }

  /// What a level lacks while everybody is alive.
  @inline(__always) func shortage(_ level: ConsistencyLevel, in region: RegionID) -> Quorum.Shortage? {
    shortages[place(level, region)]
  }

  /// Why a level can't be met by a coordinator in that region that thinks only `alive` are.
  ///
  /// A transaction needs its participants, and then what its data level needs; Cassandra finds out the second only when it
  /// reads (`StorageProxy.cas`), here both are asked for before anything is sent.
  func shortage(
    _ level: ConsistencyLevel, of owners: Owners, alive: ReplicaSet, coordinatorIn region: RegionID
  ) -> Quorum.Shortage? {
    Self.shortage(counted(level, in: region), counted(level.dataLevel, in: region), alive, owners, region)
  }

  private static func shortage(
    _ quorum: Quorum, _ data: Quorum, _ alive: ReplicaSet, _ owners: Owners, _ region: RegionID
  ) -> Quorum.Shortage? {
    quorum.shortage(alive: alive, owners: owners, region: region)
      ?? (quorum.requirement.isSerial ? data.shortage(alive: alive, owners: owners, region: region) : nil)
  }

  @inline(__always) private func place(_ level: ConsistencyLevel, _ region: RegionID) -> Int {
    region.index &* width &+ Int(level.rawValue)
  }
}

extension Turn {
  /// The owners of a key; it changes nothing, but is handed no copy of all of this.
  @inline(__always) mutating func owners(of key: KeyID) -> Owners {
    environment.placement.owners[environment.keyOwners[key]]
  }

  /// Why a level can't be met by a coordinator in that region, by whom it thinks alive.
  @inline(__always) mutating func shortage(
    _ level: ConsistencyLevel, of key: KeyID, alive: ReplicaSet, coordinatorIn region: RegionID
  ) -> Quorum.Shortage? {
    // Nearly always everybody is.
    if alive == environment.everyone { return environment.levels.shortage(level, in: region) }
    let copies = level.isSerial ? owners(of: key) : copies(of: key, alive: alive).copies
    return environment.levels.shortage(level, of: copies, alive: alive, coordinatorIn: region)
  }
}
