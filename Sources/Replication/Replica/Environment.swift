import Kernel

/// What a replica can look at beyond itself: time, settings, who owns what, what its failure detector thinks, and the
/// catalogue that gives numbers to versions.
public struct Environment: Sendable {
  /// The present instant.
  public internal(set) var now = Instant.start
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
  /// The rounds of transactions.
  public internal(set) var paxos = PaxosLedger()
  /// What gossip carries.
  var mail = GossipMail()
  /// How often the period of gossip has changed.
  var gossipGeneration: UInt32 = 0
  /// Who is nearest to whom.
  public internal(set) var proximity: Proximity
  /// Keys, values, versions and vectors.
  public internal(set) var catalogue = Catalogue()
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
  /// The repair sessions that go on, and what came of the latest.
  public internal(set) var repairs = RepairLedger()
  /// How often a replica's clock was set, or the grace period changed.
  var clockGeneration: UInt32 = 0
  /// How often the schedule of repairs has changed.
  var repairGeneration: UInt32 = 0
  /// The place of each key on the token ring, once somebody has asked for it.
  private var tokens = PagedTable<KeyID, Int64>(vacant: 0, pageSize: 256)
  /// The updates that owners lead for coordinators which own no copy.
  var leads = Slab<LedUpdate>()
  /// The owners of each key.
  var keyOwners = PagedTable<KeyID, OwnersID>(vacant: .none)
  /// Whether anything was ever deleted, or written for a limited time.
  var hasMortals = false
  /// How long hints live, by ``HintLifeID``.
  var hintLives = PagedTable<HintLifeID, HintLife>(vacant: .none)
  private let quorums: [Quorum]
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
  private var shortestTimeout = TimeSpan.zero
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
        Self.shortage(quorum, levels[Int(quorum.level.dataLevel.rawValue)], owners.set, owners, region)
      }
    }
    self.quorums = quorums.flatMap { $0 }
    digestSettings()
  }

  /// Changes settings.
  mutating func configure(_ change: (inout Settings) -> Void) {
    // Not observed with `didSet`: whoever reads one setting would copy them all.
    change(&settings)
    digestSettings()
  }

  /// Works out from the settings what is asked at every event.
  private mutating func digestSettings() {
    takesTimeToServe = settings.readProcessing != .none || settings.writeProcessing != .none
    shortestTimeout = min(settings.readTimeout, settings.writeTimeout, GossipMail.lifetime)
    constantClientDelay = settings.clientDelay.constant
    coordinatorPolicy = settings.coordinator ?? (placement.hasNonOwners ? .tokenAware : .nearest)
    if settings.conflict != .lastWriterWins { beginForms() }
  }

  /// What a level needs of a coordinator in that region.
  public func quorum(_ level: ConsistencyLevel, in region: RegionID) -> Quorum {
    quorums[place(level, region)]
  }

  /// How many answers a level needs of a coordinator in that region.
  @inline(__always) func required(_ level: ConsistencyLevel, coordinatorIn region: RegionID) -> Int {
    quorums[place(level, region)].required
  }

  /// Whether those acknowledgements, all of them owners', suffice for a coordinator in that region.
  @inline(__always) public func isMet(
    _ level: ConsistencyLevel, by acknowledged: ReplicaSet, coordinatorIn region: RegionID
  )
    -> Bool
  {
    switch level {
    case .localOne, .localQuorum, .localSerial:
      acknowledged.intersection(regions[region.index]).count >= required(level, coordinatorIn: region)
    case .eachQuorum:
      regions.indices.allSatisfy {
        acknowledged.intersection(regions[$0]).count >= quorums[place(level, region)].perRegion[$0]
      }
    case .any, .one, .two, .three, .quorum, .serial, .all:
      acknowledged.count >= required(level, coordinatorIn: region)
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
      quorums[place(level, region)], quorums[place(level.dataLevel, region)], alive, owners(of: key), region)
  }

  private static func shortage(
    _ quorum: Quorum, _ data: Quorum, _ alive: ReplicaSet, _ owners: Owners, _ region: RegionID
  ) -> Quorum.Shortage? {
    quorum.shortage(alive: alive, owners: owners, region: region)
      ?? (quorum.level.isSerial ? data.shortage(alive: alive, owners: owners, region: region) : nil)
  }

  /// The key of that name, interned and placed.
  mutating func intern(key name: String) -> KeyID {
    let key = catalogue.names.intern(key: name)
    if keyOwners[key] == .none {
      keyOwners[key] = placement.owners(ofKey: name)
      tokens[key] = Murmur3.token(name)
    }
    return key
  }

  /// The place of a key on the token ring.
  func token(of key: KeyID) -> Int64 { tokens[key] }

  /// How a key's copies are kept: by its type, else by the policy that held when it was first written.
  @inline(__always) public func form(of key: KeyID) -> ValueForm {
    guard hasForms else { return .lastWriterWins }
    let settled = forms[key]
    return settled == .max ? settings.conflict : ValueForm.allCases[Int(settled)]
  }

  /// Settles how a key's copies are kept.
  @inline(__always) mutating func settle(_ key: KeyID, as form: ValueForm? = nil) {
    if let form, form != .lastWriterWins { beginForms() }
    if hasForms { keep(key, as: form) }
  }

  /// From now on keys may be kept otherwise than by last writer wins; what was written so far stays as it is.
  private mutating func beginForms() {
    guard !hasForms else { return }
    hasForms = true
    for version in catalogue.versions.ids { keep(catalogue.version(version).key, as: .lastWriterWins) }
  }

  private mutating func keep(_ key: KeyID, as form: ValueForm?) {
    guard forms[key] == .max || form != nil else { return }
    let chosen = form ?? settings.conflict
    forms[key] = UInt8(ValueForm.allCases.firstIndex(of: chosen) ?? 0)
  }

  /// What a copy still holds: a tombstone, or what expired, is purged once it has been dead for longer than the grace
  /// period by the clock of the replica that holds it. What the copy has seen is kept, for whoever judges reads; no
  /// replica acts on it.
  ///
  /// In Cassandra a compaction has to come by (`db/partitions/PurgeFunction`), but reads leave such tombstones out of
  /// their answers before that (`db/ReadCommand.withoutPurgeableTombstones`): here they go at once.
  public func unpurged(_ cell: Replica.Cell, by clock: NodeClock) -> Replica.Cell {
    guard hasMortals, isPurgeable(cell.version, at: clock.reading(at: now)) else { return cell }
    return Replica.Cell(version: .none, seen: cell.seen, timestamp: 0)
  }

  /// Whether a replica whose clock shows `reading`, in microseconds, gives a version up: a tombstone, or what has expired,
  /// once its grace period is over.
  public func isPurgeable(_ version: VersionID, at reading: Int64) -> Bool {
    catalogue.death(of: version).map { reading - $0 > settings.tombstoneGrace.microseconds } ?? false
  }

  /// Whether a request of that kind is no longer worth serving: whoever sent it has given up by now.
  ///
  /// Cassandra drops a message whose timeout has passed, on arrival and again before it is served
  /// (`net/InboundMessageHandler`).
  @inline(__always) func isExpired(_ kind: Message.Kind, departed: Instant) -> Bool {
    // Hardly any message is that old.
    guard now - departed > shortestTimeout, kind.isServed || kind.isGossip || kind == .lead else {
      return false
    }
    if kind.isGossip { return now - departed > GossipMail.lifetime }
    return now - departed > (kind.messageClass == .write ? settings.writeTimeout : settings.readTimeout)
  }

  func processingSpan(of kind: Message.Kind, at replica: ReplicaID, number: UInt64) -> TimeSpan {
    let delay = kind.messageClass == .write ? settings.writeProcessing : settings.readProcessing
    if let constant = delay.constant { return constant }
    return delay.sample(randomness.draw(.processing, owner: UInt64(replica.raw), number: number))
  }

  /// Enters a version under last writer wins, and returns its number.
  ///
  /// - Parameter reading: what the coordinator's clock shows: from then on a lifetime counts, and so does the grace period of
  ///   a tombstone.
  @inline(__always) mutating func addVersion(
    _ value: ValueID, _ payload: OpenOperation.Payload, key: KeyID, operation: OperationID,
    timestamp: (microseconds: Int64, stamp: Stamp), reading: Int64, context: VectorID, dot: VectorEntry,
    isTombstone: Bool
  ) -> VersionID {
    let vector = catalogue.vectors.extend(context, writer: dot.writer, counter: dot.counter)
    let bytes = WireSize.register(
      keyBytes: catalogue.names.byteCount(ofKey: key), valueBytes: value == .none ? 0 : payload.valueBytes)
    let version = catalogue.add(
      Version(
        timestamp: timestamp.microseconds, accepted: now, key: key, operation: operation, payload: value.raw,
        context: context,
        vector: vector, counter: dot.counter, bytes: UInt32(bytes), writer: dot.writer, isTombstone: isTombstone,
        isState: false, isExpiring: payload.lifetime != nil, stamp: timestamp.stamp))
    if let lifetime = payload.lifetime {
      catalogue.setDeath(of: version, at: reading + lifetime.microseconds)
    } else if isTombstone {
      catalogue.setDeath(of: version, at: reading)
    }
    return version
  }
}

/// What a replica asks for while it handles something. The cluster carries it out, and nobody else does.
struct Effects: Sendable {
  /// Messages to send.
  var sends = Outbox<Message>()
  /// What clients are to be told.
  var answers = Outbox<Answer>()
  /// Updates to be led, and what came of them.
  var leads = Outbox<Message>()
  /// When to be woken, and for what.
  var wakes = Outbox<(TimeSpan, Timer)>()
  /// Operations from which nothing more is expected.
  var closures = Outbox<Closure>()
  /// What happened, for the history.
  var records = Outbox<Record>()
  /// What came of rounds of repair and of syncs.
  var rounds = Outbox<RepairOutcome>()
  /// Whether every message is reported, not only what changes a copy.
  var isTracing = false
  /// Whether every step of a coordinator is reported, too.
  var isDetailed = false

  /// Whether nothing was asked for.
  var isIdle: Bool { sends.count | answers.count | wakes.count | closures.count | leads.count == 0 }

  /// The end of a coordinator's interest in an operation, and what the operation cost.
  struct Closure: Sendable {
    let operation: OperationID
    let ticket: UInt32
    let messages: UInt32
    let bytes: UInt32
  }

  @inline(__always) mutating func record(_ what: Record.What, at now: Instant) {
    records.append(Record(at: now, what: what))
  }

  mutating func lose(_ message: Message, _ loss: Record.Loss, departed: Instant, at now: Instant) {
    if isTracing { record(.lost(message, loss, departed: departed), at: now) }
  }

  mutating func close(_ request: some Request) {
    closures.append(
      Closure(
        operation: request.operation, ticket: request.ticket, messages: request.messages, bytes: request.bytes))
  }
}

/// What a coordinator keeps while it serves an operation.
protocol Request: Sendable {
  var operation: OperationID { get }
  var ticket: UInt32 { get }
  var messages: UInt32 { get }
  var bytes: UInt32 { get }
}
