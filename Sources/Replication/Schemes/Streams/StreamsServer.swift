import Kernel

/// A replica under DynamoDB's scheme: it holds copies of partitions, leads some of them in its region, and coordinates what
/// clients ask of it, as DynamoDB's routers do.
///
/// A partition's copies in a region are a replication group with a leader (ATC 2022, §3): the leader gives a write its place in
/// the log and sends the record to its followers; what most copies have persisted is durable, and is answered. The leader sends
/// its region's changes to the leaders of the other regions, in order (global tables, version 2019.11.21).
public struct StreamsServer: SoleTable {
  /// Where it stands, whether it runs, its clock.
  public internal(set) var replica: Replica
  /// Its disk: what has been applied.
  var cells: SparseTable<KeyID, Replica.Cell>
  /// The last number that it gave to a write of each key as a leader, on its disk.
  var issued: SparseTable<KeyID, UInt32>
  /// The name under which it writes: another one on every disk, and once it has discarded what it wrote.
  var writer: ReplicaID
  /// The partitions of which it has copies.
  var copies: ContiguousArray<PartitionCopy> = []
  /// By partition: where its copy stands among those; -1 for none.
  private(set) var places: ContiguousArray<Int16> = []
  /// By partition and region: who leads there, as far as it has heard, and since which epoch.
  var routes: ContiguousArray<Route> = []
  /// Whether each partition has one group over all regions, and whether its own is the witness among them.
  private(set) var spansRegions = false
  private(set) var isWitness = false
  /// What it coordinates.
  var requests = Slab<StreamsRequest>()
  /// By region: how many changes left the retention before it could send them there.
  var expired: [Int] = []
  /// How many reads it has drawn a copy for.
  var readsDrawn: UInt64 = 0
  /// How many delays it has drawn before applying a record.
  var delaysDrawn: UInt64 = 0
  /// How many disks it has had before this one.
  var disk: UInt16 = 0
  /// How many copies it has sent.
  var copiesSent: UInt32 = 0
  /// How many partitions' groups it has joined.
  var joined: UInt32 = 0

  /// What it may let through of the table's capacity, of reads and of writes.
  var tokens = [AdmissionTokens(), AdmissionTokens()]

  /// Who leads a partition in a region.
  struct Route: Sendable {
    var leader: ReplicaID
    var epoch: UInt32
  }

  init(_ replica: Replica, among count: Int, _ placement: Placement) {
    self.replica = replica
    writer = replica.id
    let isFull = count <= 64
    cells = SparseTable(vacant: .empty, isFull: isFull)
    issued = SparseTable(vacant: 0, isFull: isFull)
    expired = Array(repeating: 0, count: placement.factors.count)
    divide(placement)
  }

  /// Takes its place in the groups of a placement, before anything was written.
  mutating func divide(_ placement: Placement) {
    copies = []
    places = []
    routes = []
    spansRegions = placement.span != nil
    isWitness = placement.span?.witness == region
    for (partition, byRegion) in placement.copies.enumerated() {
      let members = byRegion[region.index]
      let group = placement.span?.group(byRegion)
      places.append(members.contains(id) ? Int16(copies.count) : -1)
      if members.contains(id) {
        copies.append(
          PartitionCopy(
            partition: partition, copies: group ?? members, at: id, regions: byRegion.count,
            group == nil ? CopyQuorum(of: members.count) : CopyQuorum(over: byRegion)))
        if group == nil, placement.hasSpares[region.index] {
          copies[copies.count - 1].adopt(Membership(place: 0, epoch: 0, members: members))
        }
      }
      routes += byRegion.map { Route(leader: (group ?? $0).first ?? .none, epoch: 1) }
    }
  }

  /// Where its copy of a partition stands; nil if it has none.
  @inline(__always) func place(of partition: Int) -> Int? {
    let place = Int(places[partition])
    return place < 0 ? nil : place
  }

  /// Takes in a copy of a partition of which it had none.
  mutating func add(_ copy: PartitionCopy) {
    places[Int(copy.partition)] = Int16(copies.count)
    copies.append(copy)
  }

  /// Gives a copy up.
  mutating func removeCopy(at place: Int) {
    places[Int(copies[place].partition)] = -1
    copies.remove(at: place)
    for index in places.indices where places[index] > place { places[index] -= 1 }
  }

  /// Who leads a partition in a region, as far as it has heard.
  @inline(__always) func route(_ partition: Int, in region: RegionID) -> Route {
    routes[partition * (routes.count / places.count) + region.index]
  }

  /// Learns who leads a partition in a region.
  mutating func learn(_ leader: ReplicaID, epoch: UInt32, leads partition: Int, in region: RegionID) {
    let count = routes.count / places.count
    // Where a group spans all regions, who leads in one leads in all.
    let regions = spansRegions ? 0..<count : region.index..<region.index + 1
    for index in regions where epoch >= routes[partition * count + index].epoch {
      routes[partition * count + index] = Route(leader: leader, epoch: epoch)
    }
  }

  @inline(__always) func cell(_ key: KeyID) -> Replica.Cell { cells[key] }

  /// Gives up what is purged by now.
  mutating func purge(_ turn: inout Turn) {
    guard turn.environment.hasMortals else { return }
    for key in cells.ids where cells[key].version != .none {
      let kept = turn.unpurged(cells[key], by: replica.clock)
      if kept.version == .none { cells[key] = kept }
    }
  }
}

extension StreamsServer {
  mutating func perform(_ message: Message, _ turn: inout Turn) -> Message? {
    guard let kind = message.kind.streams else { preconditionFailure("\(message.kind) came to \(id)") }
    switch kind {
    case .append: return persist(message, &turn)
    case .relay: return relayRecord(message, &turn)
    case .persisted: takePersisted(message, &turn)
    case .item: return takeChange(message, &turn)
    case .received: takeReceived(message, &turn)
    case .update: return lead(message, &turn)
    case .strongRead: return readAsLeader(message, &turn)
    case .read: return readAsCopy(message, &turn)
    case .data, .done, .unmet, .refused, .throttled, .conflict: takeAnswer(message, kind, &turn)
    case .durable: takeDurable(message, &turn)
    case .confirm: return confirm(message)
    case .confirmed: takeConfirmed(message, &turn)
    case .informed: takeInformed(message)
    case .barrier: return takeBarrier(message, &turn)
    case .committed: return takeCommitted(message, &turn)
    case .resume: return answerResume(message, &turn)
    case .heartbeat: return takeHeartbeat(message, &turn)
    case .resign: takeResignation(message, &turn)
    case .follow: takeFollower(message, &turn)
    case .inquiry: return testify(message, &turn)
    case .testimony: takeTestimony(message, &turn)
    case .campaign: return vote(message, &turn)
    case .vote: takeVote(message, &turn)
    case .fetch: sendRecords(message, &turn)
    case .copyItem: takeCopied(message, &turn)
    case .copied: endCopy(message, &turn)
    case .refill: return answerRefill(message, &turn)
    case .handover: takeHandover(message, &turn)
    case .trim: takeTrim(message)
    }
    return nil
  }

  mutating func wake(_ timer: StreamsTimer, _ turn: inout Turn) -> Bool {
    switch timer {
    case .apply(_, _, let partition, let index): return ripen(Int(partition), index, &turn)
    case .missLeader(_, _, let partition, let watch): return missLeader(Int(partition), watch, &turn)
    case .serve(_, _, let partition, let epoch): return beginToServe(Int(partition), epoch)
    case .batch(_, _, let partition, let region): return endBatch(Int(partition), region, &turn)
    case .retention(_, _, let partition, let region): return expireChanges(Int(partition), region, &turn)
    case .resend(_, _, let partition): return resend(Int(partition), &turn)
    case .replace(_, _, let partition): return replaceLost(of: Int(partition), &turn)
    case .fill(_, _, let partition): return fillUp(Int(partition), &turn)
    case .turn: preconditionFailure("\(timer) is the cluster's own, and woke \(id)")
    }
  }

  /// Loses its memory: requests, and what it led. The log, and what it has promised, are on its disk.
  mutating func crash(_ turn: inout Turn) {
    for slot in requests.slots {
      turn.effects.close(requests[slot])
      forget(requests[slot].forward, &turn)
    }
    requests = Slab()
    tokens = [AdmissionTokens(), AdmissionTokens()]
    let (now, span) = (turn.now, turn.environment.settings.lease)
    for place in copies.indices { copies[place].forget(at: now, lease: span) }
    replica.crash()
  }

  mutating func loseDisk() {
    cells = cells.emptied
    issued = issued.emptied
    disk = (disk + 1) & 1_023
    writer = id.writer(afterLosses: writer.losses + 1)
    for place in copies.indices { copies[place].loseDisk() }
  }
}

extension PartitionCopy {
  /// Loses what is in memory.
  mutating func forget(at now: Instant, lease span: TimeSpan) {
    if hearsLeader || leads { heard = max(heard, now.renewal(span)) }
    hearsLeader = false
    leader = .none
    leadership = nil
    candidacy = nil
    inquiry = nil
    early = []
    earlyChanges = []
    (fillings, fills, postponed) = ([], [], [])
    successor = .none
    verified = committed
    forgetLeader()
    isWatching = false
    watch += 1
    // What is on its disk is applied when it comes back.
    ripe = committed
  }

  /// Loses what is on its disk. Which epoch it was, and how many changes its region has numbered, the table's control plane knows.
  mutating func loseDisk() {
    log = RecordLog()
    (committed, applied, verified, ripe) = (0, 0, 0, 0)
    changes.forget()
    committedChanges = changes.end
    received = received.map { _ in 0 }
    (isWhole, isLogOnly) = (false, false)
  }
}

extension Message {
  /// The answer to this message.
  @inline(__always) func answered(_ kind: StreamsMessage, _ content: Content) -> Message {
    Message(.streams(kind), content, from: to, to: from, operation: operation, request: request)
  }
}
