import Kernel

/// What a replica has while it handles something: the time, what it can look at and not change, the catalogue that gives
/// numbers to versions, what messages carry, and what it asks for.
///
/// A replica changes itself, adds to the catalogue and the parcels, and *asks* for the rest through ``effects``: the
/// cluster alone carries that out.
public struct Turn: Sendable {
  /// The present instant.
  public internal(set) var now = Instant.start
  /// What a replica can look at. Only ``rearrange(_:)`` changes it.
  public private(set) var environment: Environment
  /// Keys, values, versions and vectors.
  public internal(set) var catalogue = Catalogue()
  /// What messages carry.
  public internal(set) var parcels = Parcels()
  /// What is asked for.
  var effects = Effects()

  init(_ environment: Environment) {
    self.environment = environment
    if environment.settings.conflict != .lastWriterWins { beginForms() }
  }

  /// Whether nothing is on that asks for more than the short way of a plain write: nothing takes time or dies, and nobody
  /// wants to know each step.
  @inline(__always) var isPlain: Bool {
    !(effects.isTracing || effects.isDetailed || environment.takesTimeToServe || environment.hasMortals
      || effects.watchesStores || environment.storesLate)
  }

  /// Changes what replicas can look at: the cluster's to do, between the things that they handle.
  @inline(__always) mutating func rearrange<Result>(_ change: (inout Environment) -> Result) -> Result {
    change(&environment)
  }

  /// Takes in what a replica has come to think of another, in its own row. Whether that is new.
  @discardableResult
  mutating func think(_ other: ReplicaID, isAlive: Bool, by replica: ReplicaID) -> Bool {
    environment.detector.think(other, isAlive: isAlive, by: replica, at: now)
  }

  /// Changes settings.
  mutating func configure(_ change: (inout Settings) -> Void) {
    environment.configure(change)
    if environment.settings.conflict != .lastWriterWins { beginForms() }
  }

  /// The key of that name, interned and placed.
  mutating func intern(key name: String) -> KeyID {
    let key = catalogue.names.intern(key: name)
    environment.place(key, named: name)
    return key
  }

  /// Settles how a key's copies are kept.
  @inline(__always) mutating func fixForm(of key: KeyID, as form: ValueForm? = nil) {
    if let form, form != .lastWriterWins { beginForms() }
    if environment.hasForms { environment.fixForm(of: key, as: form) }
  }

  private mutating func beginForms() {
    if !environment.hasForms { environment.beginForms(after: catalogue) }
  }

  /// What a copy still holds: a tombstone, or what expired, is purged once it has been dead for longer than the grace
  /// period by the clock of the replica that holds it. What the copy has seen is kept, for judging reads; no
  /// replica acts on it.
  ///
  /// In Cassandra a compaction has to come by (`db/partitions/PurgeFunction`), but reads leave such tombstones out of
  /// their answers before that (`db/ReadCommand.withoutPurgeableTombstones`): here they go at once.
  public func unpurged(_ cell: Replica.Cell, by clock: NodeClock) -> Replica.Cell {
    guard environment.hasMortals, isPurgeable(cell.version, at: clock.reading(at: now)) else { return cell }
    return Replica.Cell(version: .none, seen: cell.seen, timestamp: 0)
  }

  /// Whether a replica whose clock shows `reading`, in microseconds, gives a version up: a tombstone, or what has expired,
  /// once its grace period is over.
  public func isPurgeable(_ version: VersionID, at reading: Int64) -> Bool {
    catalogue.death(of: version).map { reading - $0 > environment.settings.tombstoneGrace.microseconds } ?? false
  }

  /// Whether who has seen `vector` knows an update again by its key: it was made before, and has got there.
  func isKnown(_ recognized: VersionID, in vector: VectorID) -> Bool {
    recognized != .none && vector != .none && catalogue.isSeen(recognized, in: vector)
  }

  /// Whether a message of that kind is no longer worth taking in: its sender has given up by now.
  @inline(__always) func isExpired(_ kind: Message.Kind, departed: Instant) -> Bool {
    // Hardly any message is that old.
    guard now - departed > environment.shortestTimeout else { return false }
    return kind.traits.shelfLife(environment.settings).map { now - departed > $0 } ?? false
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

/// What messages carry. A message holds the number of its parcel, which comes to the same as the parcel itself.
public struct Parcels: Sendable {
  /// What gossip carries.
  var mail = GossipMail()
  /// The rounds of transactions, and what was promised in them.
  public internal(set) var paxos = PaxosLedger()
  /// The updates that owners lead for coordinators which own no copy.
  var leads = Slab<LedUpdate>()
  /// What repair sessions send.
  var repairs = RepairMail()
  /// How long hints live, by ``HintLifeID``.
  var hintLives = PagedTable<HintLifeID, HintLife>(vacant: .none)
  /// What leaders and followers of partitions send.
  var streams = StreamsMail()
  /// What leaders of partitions send their followers.
  var batches = PagedTable<BatchID, RecordBatch>(vacant: RecordBatch(), pageSize: 256)
  /// What databases and caches send.
  var primaryCache = PrimaryCacheMail()
}
