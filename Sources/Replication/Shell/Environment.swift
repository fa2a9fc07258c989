import Kernel

/// What a replica can look at beyond itself and never changes: settings, who owns what, who is near whom, and what its
/// failure detector thinks. The cluster changes it, between events.
public struct Environment: Sendable {
  /// Regions, replicas and their names.
  public let topology: Topology
  /// Who owns which keys.
  public internal(set) var placement: Placement
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
  public internal(set) var randomness: Randomness
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
  private(set) var tokens = PagedTable<KeyID, Int64>(vacant: 0, pageSize: 256)
  /// The owners of each key.
  var keyOwners = PagedTable<KeyID, OwnersID>(vacant: .none)
  /// Whether anything was ever lost on the way that no cut and no crash accounts for.
  var hasLosses = false
  /// Whether some link loses messages.
  var isLossy = false
  /// Which region is the primary, as whoever promotes another has it.
  var primary: PrimaryChoice
  /// The replicas of regions that are cut off from outside, and so from all clients, where names are in force.
  var shutOff = ReplicaSet()
  /// Whether anything stands between clients and coordinators.
  public private(set) var hasClientPath = false
  /// Who leads each region's partitions, for those of other regions that reach it, where logs are mirrored.
  var leadersElsewhere: [[ReplicaID]] = []
  /// Whom clients ask, where that isn't everybody.
  let frontDoors: ReplicaSet?
  /// Whether anything was ever deleted, or written for a limited time.
  var hasMortals = false
  /// What the levels need.
  private(set) var levels: LevelTable
  /// What is wrong with the model; nil unless an experiment is played against a defect.
  private(set) var defect: Defect?
  /// Whether replicas store what they have acknowledged only later, which is such a defect.
  private(set) var storesLate = false
  /// The replicas of each region, as positions.
  let regionRanges: [Range<Int>]
  /// The region of each replica.
  let regionOf: ContiguousArray<RegionID>
  /// Everybody.
  let everyone: ReplicaSet
  /// Whether serving a request can take any time at all.
  private(set) var takesTimeToServe = false
  /// The shortest time that anything waits.
  private(set) var shortestTimeout = TimeSpan.zero
  /// Whether each partition has one replication group over all regions.
  private(set) var spansRegions = false
  /// How coordinators are chosen: as was set, else by tokens where some replicas own no copy of a key, as drivers do by
  /// default, and else simply the nearest, who owns everything.
  public private(set) var coordinatorPolicy = CoordinatorPolicy.nearest
  /// How long a message takes between a client and its coordinator, if that is always the same.
  private(set) var constantClientDelay: TimeSpan?

  init(
    topology: Topology, placement: Placement, settings: Settings, proximity: Proximity, randomness: Randomness,
    frontDoors: ReplicaSet? = nil
  ) {
    self.topology = topology
    self.placement = placement
    self.settings = settings
    self.proximity = proximity
    self.randomness = randomness
    everyone = topology.everyone
    regionRanges = topology.regions.map(\.replicas)
    regionOf = ContiguousArray(topology.replicas.map(\.region))
    primary = PrimaryChoice(region: settings.primary, epoch: 1)
    self.frontDoors = frontDoors
    seeds = ReplicaSet(topology.regions.map { ReplicaID($0.replicas.lowerBound) })
    detector = FailureDetector(size: topology.replicas.count)
    levels = LevelTable(topology: topology, placement: placement)
    digestSettings()
  }

  /// Works out from the settings what is asked at every event.
  private mutating func digestSettings() {
    takesTimeToServe =
      settings.readProcessing != .none || settings.writeProcessing != .none || settings.tombstoneScan != .zero
    shortestTimeout = min(settings.readTimeout, settings.writeTimeout, GossipMail.lifetime)
    constantClientDelay = settings.clientDelay.constant
    hasClientPath = settings.path.isInForce
    spansRegions = settings.multiRegion == .strong
    coordinatorPolicy = settings.coordinator ?? (placement.hasNonOwners && frontDoors == nil ? .tokenAware : .nearest)
  }

  /// Has the model go wrong from now on.
  mutating func suffer(_ defect: Defect) {
    self.defect = defect
    storesLate = defect == .ackBeforeStore
    levels = LevelTable(topology: topology, placement: placement, isShort: defect == .quorumOneShort)
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

  /// Who leads each partition of a region, for another region's replicas that reach anybody there.
  func leaders(in region: RegionID) -> [ReplicaID] {
    leadersElsewhere.isEmpty
      ? Array(repeating: .none, count: placement.partitionCount) : leadersElsewhere[region.index]
  }

  /// What a level needs of a coordinator in that region; nil for a level that doesn't count answers.
  public func quorum(_ level: ConsistencyLevel, in region: RegionID) -> Quorum? { levels.quorum(level, in: region) }

  /// How many answers a level needs of a coordinator in that region; 0 for a level that doesn't count them.
  @inline(__always) func required(_ level: ConsistencyLevel, coordinatorIn region: RegionID) -> Int {
    levels.tally(level, in: region).required
  }

  /// Whether those acknowledgements, all of them owners', suffice for a coordinator in that region.
  public func isMet(
    _ level: ConsistencyLevel, by acknowledged: ReplicaSet, coordinatorIn region: RegionID
  ) -> Bool {
    levels.isMet(level, by: acknowledged, coordinatorIn: region)
  }

  /// The owners of a key.
  public func owners(of key: KeyID) -> Owners { placement.owners[keyOwners[key]] }

  /// The partition of a key; where there are none, the number of its set of owners.
  public func partition(of key: KeyID) -> Int { keyOwners[key].index }

  /// The owners of a key, as a set.
  public func ownerSet(of key: KeyID) -> ReplicaSet { placement.owners[keyOwners[key]].set }

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
