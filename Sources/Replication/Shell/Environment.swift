import Kernel

/// What a replica can look at beyond itself and never changes: settings, who owns what, who is near whom, and what its
/// failure detector thinks. The cluster changes it, between events.
public struct Environment: Sendable {
  /// Regions, replicas and their names.
  public let topology: Topology
  /// Who owns which keys.
  public let placement: Placement
  /// The settings.
  public private(set) var settings: Settings
  /// What each coordinator thinks of each replica.
  public internal(set) var detector: FailureDetector
  /// Whom a replica gossips with when it knows nobody else: the first of each region.
  let seeds: ReplicaSet
  /// How often the period of gossip has changed.
  var gossipGeneration: UInt32 = 0
  /// Who is nearest to whom.
  public internal(set) var proximity: Proximity
  /// The seed of all draws.
  public let randomness: Randomness
  /// Whether every message is reported to the history, not only what changes a copy.
  public internal(set) var isTracing = false
  /// Whether any key's copies are, or may come to be, kept otherwise than by last writer wins.
  private(set) var hasForms = false
  /// How each key's copies are kept, once that is settled.
  private var forms = PagedTable<KeyID, UInt8>(vacant: .max, pageSize: 256)
  /// The data types that were chosen for keys, also for keys that nobody has touched yet.
  public internal(set) var types: [TypedKey] = []
  /// How often a replica's clock was set, or the grace period changed.
  var clockGeneration: UInt32 = 0
  /// How often the schedule of repairs has changed.
  var repairGeneration: UInt32 = 0
  /// The place of each key on the token ring, once somebody has asked for it.
  private var tokens = PagedTable<KeyID, Int64>(vacant: 0, pageSize: 256)
  /// The owners of each key.
  var keyOwners = PagedTable<KeyID, OwnersID>(vacant: .none)
  /// Whether anything was ever deleted, or written for a limited time.
  var hasMortals = false
  /// What the levels need that count answers: for each region, in the order of ``ConsistencyLevel/allCases``.
  private let quorums: [Quorum?]
  /// What of that is asked at every acknowledgement.
  private let tallies: ContiguousArray<AnswerTally>
  /// What each of them lacks while everybody is alive: nearly always nothing.
  private let shortages: [Quorum.Shortage?]
  private let regions: [ReplicaSet]
  /// The replicas of each region, as positions.
  let regionRanges: [Range<Int>]
  /// The region of each replica.
  let regionOf: ContiguousArray<RegionID>
  private let everyone: ReplicaSet
  /// Whether serving a request can take any time at all.
  private(set) var takesTimeToServe = false
  /// The shortest time that anything waits.
  private(set) var shortestTimeout = TimeSpan.zero
  /// How coordinators are chosen: as was set, else by tokens where some replicas own no copy of a key, as drivers do by
  /// default, and else simply the nearest, who owns everything.
  public private(set) var coordinatorPolicy = CoordinatorPolicy.nearest
  /// How long a message takes between a client and its coordinator, if that is always the same.
  private(set) var constantClientDelay: TimeSpan?

  init(topology: Topology, placement: Placement, settings: Settings, proximity: Proximity, randomness: Randomness) {
    self.topology = topology
    self.placement = placement
    self.settings = settings
    self.proximity = proximity
    self.randomness = randomness
    regions = topology.regionIDs.map { topology.set(of: $0) }
    everyone = topology.everyone
    regionRanges = topology.regions.map(\.replicas)
    regionOf = ContiguousArray(topology.replicas.map(\.region))
    seeds = ReplicaSet(topology.regions.map { ReplicaID($0.replicas.lowerBound) })
    detector = FailureDetector(size: topology.replicas.count)
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
    tallies = ContiguousArray(self.quorums.map(AnswerTally.init))
    digestSettings()
  }

  /// Works out from the settings what is asked at every event.
  private mutating func digestSettings() {
    takesTimeToServe = settings.readProcessing != .none || settings.writeProcessing != .none
    shortestTimeout = min(settings.readTimeout, settings.writeTimeout, GossipMail.lifetime)
    constantClientDelay = settings.clientDelay.constant
    coordinatorPolicy = settings.coordinator ?? (placement.hasNonOwners ? .tokenAware : .nearest)
  }

  /// Changes settings.
  mutating func configure(_ change: (inout Settings) -> Void) {
    // Not observed with `didSet`: reading one setting would copy them all.
    change(&settings)
    digestSettings()
  }

  /// Places a key that was interned.
  mutating func place(_ key: KeyID, named name: String) {
    guard keyOwners[key] == .none else { return }
    keyOwners[key] = placement.owners(ofKey: name)
    tokens[key] = Murmur3.token(name)
  }

  /// What a level needs of a coordinator in that region; nil for a level that doesn't count answers.
  public func quorum(_ level: ConsistencyLevel, in region: RegionID) -> Quorum? {
    quorums[place(level, region)]
  }

  /// What a level needs that counts answers.
  @inline(__always) func counted(_ level: ConsistencyLevel, in region: RegionID) -> Quorum {
    guard let quorum = quorums[place(level, region)] else {
      preconditionFailure("\(level) doesn't count answers")
    }
    return quorum
  }

  /// How many answers a level needs of a coordinator in that region; 0 for a level that doesn't count them.
  @inline(__always) func required(_ level: ConsistencyLevel, coordinatorIn region: RegionID) -> Int {
    tallies[place(level, region)].required
  }

  /// Whether those acknowledgements, all of them owners', suffice for a coordinator in that region.
  @inline(__always) public func isMet(
    _ level: ConsistencyLevel, by acknowledged: ReplicaSet, coordinatorIn region: RegionID
  ) -> Bool {
    let tally = tallies[place(level, region)]
    switch tally.scope {
    case .everywhere: return acknowledged.count >= tally.required
    case .local: return acknowledged.intersection(regions[region.index]).count >= tally.required
    case .eachRegion:
      return counted(level, in: region).perRegion.enumerated().allSatisfy {
        acknowledged.intersection(regions[$0.offset]).count >= $0.element
      }
    }
  }

  @inline(__always) private func place(_ level: ConsistencyLevel, _ region: RegionID) -> Int {
    region.index * ConsistencyLevel.allCases.count + Int(level.rawValue)
  }

  /// The owners of a key.
  public func owners(of key: KeyID) -> Owners { placement.owners[keyOwners[key]] }

  /// The owners of a key, as a set.
  public func ownerSet(of key: KeyID) -> ReplicaSet { placement.owners[keyOwners[key]].set }

  /// Why a level can't be met by a coordinator in that region that thinks only `alive` are.
  ///
  /// A transaction needs its participants, and then what its data level needs; Cassandra finds out the second only when it
  /// reads (`StorageProxy.cas`), here both are asked for before anything is sent.
  @inline(__always) func shortage(
    _ level: ConsistencyLevel, of key: KeyID, alive: ReplicaSet, coordinatorIn region: RegionID
  ) -> Quorum.Shortage? {
    // Nearly always everybody is.
    if alive == everyone { return shortages[place(level, region)] }
    return Self.shortage(
      counted(level, in: region), counted(level.dataLevel, in: region), alive, owners(of: key), region)
  }

  private static func shortage(
    _ quorum: Quorum, _ data: Quorum, _ alive: ReplicaSet, _ owners: Owners, _ region: RegionID
  ) -> Quorum.Shortage? {
    quorum.shortage(alive: alive, owners: owners, region: region)
      ?? (quorum.requirement.isSerial ? data.shortage(alive: alive, owners: owners, region: region) : nil)
  }

  /// The place of a key on the token ring.
  func token(of key: KeyID) -> Int64 { tokens[key] }

  /// How a key's copies are kept: by its type, else by the policy that held when it was first written.
  @inline(__always) public func form(of key: KeyID) -> ValueForm {
    guard hasForms else { return .lastWriterWins }
    let settled = forms[key]
    return settled == .max ? settings.conflict : ValueForm.allCases[Int(settled)]
  }

  /// From now on keys may be kept otherwise than by last writer wins; what was written so far stays as it is.
  mutating func beginForms(after catalogue: Catalogue) {
    hasForms = true
    for version in catalogue.versions.ids { fixForm(of: catalogue.version(version).key, as: .lastWriterWins) }
  }

  /// Settles how a key's copies are kept.
  mutating func fixForm(of key: KeyID, as form: ValueForm?) {
    guard forms[key] == .max || form != nil else { return }
    let chosen = form ?? settings.conflict
    forms[key] = UInt8(ValueForm.allCases.firstIndex(of: chosen) ?? 0)
  }

  /// For how long a replica works on the request of that number.
  func processingSpan(of kind: Message.Kind, at replica: ReplicaID, number: UInt64) -> TimeSpan {
    let delay = kind.messageClass == .write ? settings.writeProcessing : settings.readProcessing
    if let constant = delay.constant { return constant }
    return delay.sample(randomness.draw(.processing, owner: UInt64(replica.raw), number: number))
  }
}

/// How many answers suffice, and whose, without what only EACH_QUORUM needs.
private struct AnswerTally {
  let scope: Requirement.Scope
  let required: Int

  init(_ quorum: Quorum?) {
    scope = quorum?.requirement.scope ?? .everywhere
    required = quorum?.required ?? 0
  }
}
