import DequeModule
import Kernel

/// One server that stores copies, and coordinates what clients ask of it.
///
/// A replica touches nothing but itself: what it receives changes its own state, and whatever else should happen it
/// *asks* for through ``Effects``, which the cluster alone carries out. (The instance and shell of
/// swift-cluster-membership's handbook.) It knows the others only by their messages and by what its failure detector
/// thinks of them.
public struct Replica: Sendable {
  /// Whether it does anything.
  public enum Status: String, Sendable {
    case running, crashed, paused
  }

  /// What it holds of one key.
  public struct Cell: Hashable, Sendable {
    /// The version it keeps; none if it never had one.
    public internal(set) var version = VersionID.none
    /// All that this copy has seen, also what it gave up for a winner.
    public internal(set) var seen = VectorID.none
    /// The timestamp of that version.
    var timestamp: Int64 = 0

    /// A copy that never held anything.
    public static let empty = Cell(version: .none, seen: .none, timestamp: 0)
  }

  /// Its identity.
  public let id: ReplicaID
  /// Where it stands.
  public let region: RegionID
  /// Whether it does anything.
  public internal(set) var status = Status.running
  /// How often it has lost its memory; timers of an earlier incarnation mean nothing.
  var incarnation: UInt32 = 0
  /// Its disk.
  var cells = PagedTable<KeyID, Cell>(vacant: .empty, pageSize: 256)
  /// The last number that it gave to a write of each key as coordinator, on its disk.
  var issued = PagedTable<KeyID, UInt32>(vacant: 0, pageSize: 256)
  /// The name under which it writes: another one on every disk.
  private(set) var writer: ReplicaID
  /// Its wall clock.
  public internal(set) var clock = NodeClock()
  /// The writes that it coordinates.
  var writes = Slab<WriteRequest>()
  /// The reads that it coordinates.
  var reads = Slab<ReadRequest>()
  /// The transactions that it coordinates.
  var transactions = Slab<Transaction>()
  /// What it has promised and accepted in others' transactions; on its disk.
  var paxos = PagedTable<KeyID, PaxosState>(vacant: PaxosState())
  /// How long the latest reads that it coordinated took.
  var latencies: [TimeSpan] = []
  /// How fast the others have answered its reads.
  var snitch = DynamicSnitch()
  /// What it keeps for replicas that did not take it.
  public internal(set) var hints = HintStore()
  /// What it has heard of the others.
  public internal(set) var gossiper = Gossiper()
  /// What waits to be served.
  var server = Server()
  /// What came while it was paused.
  var inbox: [Scheduled] = []

  /// Gives up what is purged by now: until then it is only hidden from whoever looks.
  mutating func purge(_ turn: inout Turn) {
    guard turn.environment.hasMortals else { return }
    for key in cells.ids where cells[key].version != .none {
      let kept = turn.unpurged(cells[key], by: clock)
      if kept.version == .none { cells[key] = kept }
    }
  }

  /// For how long it has served requests since it was started.
  public var busy: TimeSpan { server.busy }

  init(id: ReplicaID, region: RegionID) {
    self.id = id
    self.region = region
    writer = id
  }

  /// What it holds of a key, what is to be purged included; see ``Cluster/cell(_:at:)``.
  func cell(_ key: KeyID) -> Cell { cells[key] }

  /// How many requests wait for it to finish the one it works on, that one included.
  public var queueLength: Int { server.length }

  /// How much came while it was paused, and waits for it to go on.
  public var inboxLength: Int { inbox.count }
}

extension Replica {
  /// Takes a message: a request may have to wait its turn, an answer is taken in at once. Returns the reply that it
  /// sends at once, if any; whatever else should happen it asks for through `effects`.
  @inline(__always) mutating func receive(
    _ message: Message, departed: Instant, _ turn: inout Turn
  ) -> Message? {
    if turn.environment.takesTimeToServe, message.kind.isServed {
      enqueue(Parcel(message: message, departed: departed), &turn)
      return nil
    }
    return perform(message, &turn)
  }

  /// Acts on a message whose turn it is; returns the reply.
  @inline(__always) mutating func perform(
    _ message: Message, _ turn: inout Turn
  ) -> Message? {
    switch message.kind {
    case .paxosPrepare, .paxosPromise, .paxosPropose, .paxosAccept, .paxosRefuse:
      return takePaxos(message, &turn)
    case .paxosCommit:
      commit(message, &turn)
      store(message, &turn)
      return message.acknowledged(.writeAck)
    case .hint:
      applyHint(message, &turn)
      return message.acknowledged(.hintAck)
    case .relay:
      passOn(message, &turn)
      fallthrough
    case .write, .passedOn, .repair:
      store(message, &turn)
      return message.acknowledged(message.kind.answer)
    case .stream:
      if store(message.version, by: .stream, &turn).changesCopy {
        turn.repairs.noteChanged(turn.catalogue.version(message.version).key, by: message.session)
      }
      return message.acknowledged(.streamAck)
    case .delta:
      return takeDelta(message, &turn)
    case .deltaRefused:
      completeDelta(message, &turn)
    case .dataRequest, .digestRequest:
      let cell = turn.unpurged(cells[message.key], by: clock)
      return message.answered(message.kind.answer, version: cell.version, seen: cell.seen)
    case .reap:
      takeReap(message, &turn)
    case .writeAck:
      acknowledgeWrite(message, &turn)
    case .hintAck:
      hints.acknowledge(message.request, from: message.from)
    case .repairAck:
      acknowledgeRepair(message, &turn)
    case .dataResponse, .digestResponse:
      takeResponse(message, &turn)
    case .streamAck:
      turn.acknowledgeStream(message.session)
    case .validate, .tree, .exchange:
      takeRepair(message, &turn)
    case .lead, .led:
      turn.effects.leads.append(message)
    case .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply:
      takeGossip(message, &turn)
    }
    return nil
  }

  /// Sends a message, or takes it in at once if it is its own: a coordinator reaches its own copy without delay.
  mutating func post(_ message: Message, _ turn: inout Turn) {
    guard message.to == id else {
      turn.effects.sends.append(message)
      return
    }
    turn.effects.note(.sent(message), of: message.operation, by: id, at: turn.now)
    if let reply = receive(message, departed: turn.now, &turn) {
      post(reply, &turn)
    }
  }

  /// Keeps a version, if it wins over what stands there.
  @inline(__always) private mutating func store(
    _ message: Message, _ turn: inout Turn
  ) {
    store(message.version, by: message.kind, &turn)
  }

  /// Keeps a version that came by such a message, if it wins over what stands there, or merges with it.
  @discardableResult
  @inline(__always) mutating func store(
    _ version: VersionID, by kind: Message.Kind, _ turn: inout Turn
  ) -> Record.Reception {
    let key = turn.catalogue.versions[known: version].key
    if turn.environment.hasMortals { cells[key] = turn.unpurged(cells[key], by: clock) }
    let (reception, held) = cells[key].take(version, &turn.catalogue)
    turn.effects.record(.stored(version, at: id, reception, over: held, by: kind), at: turn.now)
    return reception
  }
}

extension Replica.Cell {
  /// Takes a version in, if it wins over the one held, which is returned; what the copy has seen grows in any case.
  @inline(__always) fileprivate mutating func take(
    _ id: VersionID, _ catalogue: inout Catalogue
  ) -> (Record.Reception, held: VersionID) {
    let held = version
    let offered = catalogue.versions[known: id]
    if held == .none || offered.context == seen, held != id, held == .none || offered.timestamp > timestamp {
      // Most often there was nothing, or its writer had seen exactly what this copy has seen.
      self = Self(version: id, seen: offered.vector, timestamp: offered.timestamp)
      return (.applied, held)
    }
    return (held == id ? .known : meet(id, offered, &catalogue), held)
  }

  /// Takes in a version that this copy's is not simply followed by.
  private mutating func meet(_ id: VersionID, _ offered: Version, _ catalogue: inout Catalogue) -> Record.Reception {
    if offered.isState { return join(id, &catalogue) }
    let knowsHeld = catalogue.isSeen(version, in: offered.context)
    let isKnown = catalogue.isSeen(id, in: catalogue.versions[known: version].context)
    let wins = catalogue.wins(id, over: version)
    seen = catalogue.vectors.merge(seen, offered.vector)
    if wins {
      version = id
      timestamp = offered.timestamp
      return knowsHeld ? .applied : .overwrote
    }
    return isKnown ? .known : .beaten
  }
}

extension Replica.Cell {
  /// Merges an offered state with the one held.
  private mutating func join(_ id: VersionID, _ catalogue: inout Catalogue) -> Record.Reception {
    let held = version
    hold(catalogue.merged(held, id), catalogue)
    return version == held ? .known : version == id ? .applied : .merged
  }

  /// Holds a state, whatever stood there.
  mutating func hold(_ id: VersionID, _ catalogue: Catalogue) {
    self = Self(version: id, seen: catalogue.version(id).vector, timestamp: 0)
  }
}

/// A message and when it was sent: it is worth nothing once its sender has given up.
struct Parcel: Sendable {
  let message: Message
  let departed: Instant
}

/// The queue before a replica that works on one request at a time.
///
/// It holds up to ``Server/capacity`` requests; what comes when it is full is shed without an answer, as Cassandra's
/// stages shed mutations under overload.
struct Server: Sendable {
  static let capacity = 1_024
  var current: Parcel?
  var waiting: Deque<Parcel> = []
  var served: UInt64 = 0
  /// For how long it has served requests so far.
  var busy = TimeSpan.zero

  var length: Int { waiting.count + (current == nil ? 0 : 1) }
}

extension Replica {
  private mutating func enqueue(_ parcel: Parcel, _ turn: inout Turn) {
    guard server.waiting.count < Server.capacity else {
      turn.effects.lose(parcel.message, .overloaded, departed: parcel.departed, at: turn.now)
      return
    }
    server.waiting.append(parcel)
    if server.current == nil { serveNext(&turn) }
  }

  /// Finishes the request in hand and begins the next.
  mutating func finishServing(_ turn: inout Turn) {
    if let parcel = server.current {
      server.current = nil
      serve(parcel.message, &turn)
    }
    serveNext(&turn)
  }

  private mutating func serve(_ message: Message, _ turn: inout Turn) {
    if let reply = perform(message, &turn) { post(reply, &turn) }
  }

  private mutating func serveNext(_ turn: inout Turn) {
    while server.current == nil, let parcel = server.waiting.popFirst() {
      if turn.isExpired(parcel.message.kind, departed: parcel.departed) {
        turn.effects.lose(parcel.message, .expired, departed: parcel.departed, at: turn.now)
        continue
      }
      let span = turn.environment.processingSpan(of: parcel.message.kind, at: id, number: server.served)
      server.served += 1
      if span == .zero {
        serve(parcel.message, &turn)
      } else {
        server.current = parcel
        server.busy = server.busy + span
        turn.effects.wakes.append((span, .served(id, incarnation: incarnation)))
      }
    }
  }
}

extension Replica {
  /// Loses its memory, and says which of the operations it coordinated can no longer be closed by it.
  mutating func crash(_ turn: inout Turn) {
    for slot in transactions.slots where !hasOwnCommit(slot) { turn.effects.close(transactions[slot]) }
    for slot in writes.slots { turn.effects.close(writes[slot]) }
    for slot in reads.slots { turn.effects.close(reads[slot]) }
    writes = Slab()
    reads = Slab()
    transactions = Slab()
    server = Server()
    inbox = []
    hints.forgetSessions()
    gossiper.stop()
    snitch = DynamicSnitch()
    incarnation += 1
    status = .crashed
  }

  /// Loses its disk: copies, hints, and the numbers that it gave, so that it has to write under a new name.
  mutating func loseDisk() {
    cells = PagedTable(vacant: .empty, pageSize: 256)
    issued = PagedTable(vacant: 0, pageSize: 256)
    hints = HintStore()
    paxos = PagedTable(vacant: PaxosState())
    writer = id.writer(afterLosses: writer.losses + 1)
  }
}
