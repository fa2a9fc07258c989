import Kernel

/// A replica that stores copies, and coordinates what clients ask of it: the leaderless scheme of Dynamo, Cassandra and
/// Riak.
public struct LeaderlessServer: Server {
  /// Where it stands, whether it runs, its clock.
  public internal(set) var replica: Replica
  /// Its identity and its region once more: asked for at every event, and reading them off the replica would copy that.
  let id: ReplicaID
  let region: RegionID
  /// Its disk.
  var cells: SparseTable<KeyID, Replica.Cell>
  /// The last number that it gave to a write of each key as coordinator, on its disk.
  var issued: SparseTable<KeyID, UInt32>
  /// The name under which it writes: another one on every disk.
  private(set) var writer: ReplicaID
  /// The writes that it coordinates.
  var writes = Slab<WriteRequest>()
  /// The reads that it coordinates.
  var reads = Slab<ReadRequest>()
  /// The transactions that it coordinates.
  var transactions = Slab<Transaction>()
  /// What it has promised and accepted in others' transactions; on its disk.
  var paxos: SparseTable<KeyID, PaxosState>
  /// How long the latest reads that it coordinated took.
  var latencies: [TimeSpan] = []
  /// How many reads it has had wait for another's answer.
  var coalesced = 0
  /// How fast the others have answered its reads.
  var snitch = DynamicSnitch()
  /// What it keeps for replicas that did not take it.
  public internal(set) var hints = HintStore()
  /// What it holds in owners' places; on its disk.
  var guests = Guests()
  /// The repair sessions that it has begun.
  var comparisons: [Comparison] = []
  /// What it has heard of the others.
  public internal(set) var gossiper = Gossiper()

  /// A replica that is one of so many.
  init(_ replica: Replica, among count: Int) {
    self.replica = replica
    id = replica.id
    region = replica.region
    writer = replica.id
    // Of many replicas each owns few of the keys.
    let isFull = count <= 64
    cells = SparseTable(vacant: .empty, isFull: isFull)
    issued = SparseTable(vacant: 0, isFull: isFull)
    paxos = SparseTable(vacant: PaxosState(), isFull: isFull)
  }

  /// Its wall clock.
  @inline(__always) var clock: NodeClock {
    get { replica.clock }
    set { replica.clock = newValue }
  }

  /// Gives up what is purged by now: until then it is only hidden from readers.
  mutating func purge(_ turn: inout Turn) {
    guard turn.environment.hasMortals else { return }
    for key in cells.ids where cells[key].version != .none {
      let kept = turn.unpurged(cells[key], by: clock)
      if kept.version == .none { cells[key] = kept }
    }
  }

  /// What it holds of a key, what is to be purged included; see ``Cluster/cell(_:at:)``.
  @inline(__always) func cell(_ key: KeyID) -> Replica.Cell { cells[key] }
}

extension LeaderlessServer {
  /// Acts on a message whose turn it is; returns the reply.
  @inline(__always) mutating func perform(
    _ message: Message, _ turn: inout Turn
  ) -> Message? {
    guard let kind = message.kind.leaderless else { preconditionFailure("\(message.kind) came to \(id)") }
    switch kind {
    case .paxosPrepare, .paxosPromise, .paxosPropose, .paxosAccept, .paxosRefuse:
      return takePaxos(message, &turn)
    case .paxosCommit:
      commit(message, &turn)
      store(message.version, by: kind, &turn)
      return message.acknowledged(.writeAck)
    case .hint:
      applyHint(message, &turn)
      return message.acknowledged(.hintAck)
    case .relay:
      passOn(message, &turn)
      fallthrough
    case .write, .passedOn:
      if turn.environment.storesLate {
        turn.effects.wake(
          after: Defect.storageLag, for: .store(id, message.version, incarnation: replica.incarnation))
      } else {
        store(message.version, by: kind, &turn)
      }
      return message.acknowledged(kind.answer)
    case .repair where message.owner == .none:
      store(message.version, by: kind, &turn)
      return message.acknowledged(kind.answer)
    case .standIn, .repair:
      storeForOwner(message, by: kind, &turn)
      return message.acknowledged(kind.answer)
    case .stream:
      if store(message.version, by: .stream, &turn).changesCopy {
        turn.effects.tell(.changed(message.session, turn.catalogue.version(message.version).key))
      }
      return message.acknowledged(.streamAck)
    case .delta:
      return takeDelta(message, &turn)
    case .deltaRefused:
      completeDelta(message, &turn)
    case .dataRequest, .digestRequest:
      return answer(message, kind, &turn)
    case .readFailure:
      takeFailure(message, &turn)
    case .reap:
      takeReap(message, &turn)
    case .writeAck:
      acknowledgeWrite(message, &turn)
    case .hintAck:
      if let version = hints.acknowledge(message.request, from: message.from) { handBack(version, &turn) }
    case .repairAck:
      acknowledgeRepair(message, &turn)
    case .dataResponse, .digestResponse:
      takeResponse(message, &turn)
    case .streamAck:
      turn.effects.tell(.acknowledged(message.session))
    case .validate, .tree, .exchange:
      takeRepair(message, &turn)
    case .lead, .led:
      turn.effects.leads.append(message)
    case .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply:
      takeGossip(message, &turn)
    }
    return nil
  }

  /// Acts on a plain write, or on the acknowledgement of one, while nothing takes time: as ``perform(_:_:)`` would. Likewise
  /// on what repair streams and hints bring; of a streamed version's acknowledgement the operator alone has to hear.
  @inline(__always) mutating func receivePlainly(_ message: Message, _ turn: inout Turn) -> Message? {
    switch message.kind {
    case .leaderless(.writeAck):
      acknowledgeWrite(message, &turn)
      return nil
    case .leaderless(.write):
      store(message.plainVersion, by: .write, &turn)
      return message.plainAcknowledgement
    case .leaderless(.streamAck):
      return nil
    case .leaderless(.stream), .leaderless(.hint), .leaderless(.hintAck), .leaderless, .streams, .log, .primaryCache:
      return perform(message, &turn)
    }
  }

  /// Keeps a version that came by such a message, if it wins over what stands there, or merges with it.
  @discardableResult
  @inline(__always) mutating func store(
    _ version: VersionID, by kind: LeaderlessMessage, _ turn: inout Turn
  ) -> Record.Reception {
    let key = turn.catalogue.versions[known: version].key
    if turn.environment.hasMortals { cells[key] = turn.unpurged(cells[key], by: clock) }
    let (reception, held) = cells[key].take(version, &turn.catalogue)
    turn.effects.recordStore(version, at: id, reception, over: held, by: .leaderless(kind), now: turn.now)
    return reception
  }
}

extension LeaderlessServer {
  /// Loses its memory, and says which of the operations it coordinated can no longer be closed by it.
  mutating func crash(_ turn: inout Turn) {
    for slot in transactions.slots where !hasOwnCommit(slot) { turn.effects.close(transactions[slot]) }
    for slot in writes.slots { turn.effects.close(writes[slot]) }
    for slot in reads.slots { turn.effects.close(reads[slot]) }
    writes = Slab()
    reads = Slab()
    transactions = Slab()
    hints.forgetSessions()
    forgetRepairs(&turn)
    gossiper.stop()
    snitch = DynamicSnitch()
    latencies = []
    replica.crash()
  }

  /// Loses its disk: copies, hints, and the numbers that it gave, so that it has to write under a new name.
  mutating func loseDisk() {
    cells = cells.emptied
    issued = issued.emptied
    hints = HintStore()
    guests = Guests()
    paxos = paxos.emptied
    writer = id.writer(afterLosses: writer.losses + 1)
  }
}
