import Kernel

/// The servers of a cluster, all under one scheme: a tag, and a table for each scheme, of which one isn't empty.
///
/// Servers are changed in place. A tag and tables cost 9 ns a message in a prototype, a payload enum copied out and in
/// 955, and an existential or a generic would leak upward, out of the value that a cluster is.
public struct Servers: Sendable {
  /// The scheme of all of them.
  public let scheme: SchemeName
  /// All replicas, in order.
  public let ids: [ReplicaID]
  /// The servers, if nobody leads.
  public internal(set) var leaderless = Table<ReplicaID, LeaderlessServer>()
  /// The servers, if each partition has a leader in each region.
  public internal(set) var streams = Table<ReplicaID, StreamsServer>()
  /// The servers, if each region keeps a log of each partition.
  public internal(set) var log = Table<ReplicaID, LogServer>()
  /// The servers, if a primary's database takes all writes and caches serve reads.
  public internal(set) var primaryCache = Table<ReplicaID, PrimaryCacheServer>()

  init(_ scheme: SchemeName, _ topology: Topology, _ placement: Placement) {
    self.scheme = scheme
    ids = Array(topology.replicaIDs)
    let replicas = ids.map { Replica(id: $0, region: topology.region(of: $0)) }
    switch scheme {
    case .leaderless: leaderless = Table(replicas.map { LeaderlessServer($0, among: replicas.count) })
    case .streams: streams = Table(replicas.map { StreamsServer($0, among: replicas.count, placement) })
    case .log: log = Table(replicas.map { LogServer($0, placement, among: replicas.count) })
    case .primaryCache: primaryCache = Table(replicas.map { PrimaryCacheServer($0, in: topology) })
    }
  }

  /// Where a replica stands, whether it runs, its clock.
  public internal(set) subscript(id: ReplicaID) -> Replica {
    get {
      switch scheme {
      case .leaderless: leaderless[id].replica
      case .streams: streams[id].replica
      case .log: log[id].replica
      case .primaryCache: primaryCache[id].replica
      }
    }
    _modify {
      switch scheme {
      case .leaderless: yield &leaderless[id].replica
      case .streams: yield &streams[id].replica
      case .log: yield &log[id].replica
      case .primaryCache: yield &primaryCache[id].replica
      }
    }
  }

  /// Whether a replica does anything.
  @inline(__always) public func status(of id: ReplicaID) -> Replica.Status {
    switch scheme {
    case .leaderless: leaderless[id].replica.status
    case .streams: streams[id].replica.status
    case .log: log[id].replica.status
    case .primaryCache: primaryCache[id].replica.status
    }
  }

  /// A replica's clock: asked for at every cell that is read, so without a copy of the replica.
  @inline(__always) public func clock(of id: ReplicaID) -> NodeClock {
    switch scheme {
    case .leaderless: leaderless[id].replica.clock
    case .streams: streams[id].replica.clock
    case .log: log[id].replica.clock
    case .primaryCache: primaryCache[id].replica.clock
    }
  }

  /// How often a replica has lost its memory.
  @inline(__always) func incarnation(of id: ReplicaID) -> UInt32 {
    switch scheme {
    case .leaderless: leaderless[id].replica.incarnation
    case .streams: streams[id].replica.incarnation
    case .log: log[id].replica.incarnation
    case .primaryCache: primaryCache[id].replica.incarnation
    }
  }

  /// Hands a message to its receiver; returns the reply that it sends at once.
  @inline(__always) mutating func receive(_ message: Message, departed: Instant, _ turn: inout Turn) -> Message? {
    switch scheme {
    case .leaderless: leaderless[message.to].receive(message, departed: departed, &turn)
    case .streams: streams[message.to].receive(message, departed: departed, &turn)
    case .log: log[message.to].receive(message, departed: departed, &turn)
    case .primaryCache: primaryCache[message.to].receive(message, departed: departed, &turn)
    }
  }

  /// Hands a plain write, or the acknowledgement of one, to its receiver, where ``Turn/isPlain`` holds; returns the reply.
  @inline(__always) mutating func receivePlainly(_ message: Message, _ turn: inout Turn) -> Message? {
    switch scheme {
    case .leaderless: leaderless[message.to].receivePlainly(message, &turn)
    case .streams: streams[message.to].perform(message, &turn)
    case .log: log[message.to].perform(message, &turn)
    case .primaryCache: primaryCache[message.to].perform(message, &turn)
    }
  }

  /// Begins what a client asks; returns the server's number for the request, nil if it was refused.
  @inline(__always) mutating func begin(_ request: ClientRequest, at id: ReplicaID, _ turn: inout Turn) -> RequestID? {
    switch scheme {
    case .leaderless: leaderless[id].begin(request, &turn)
    case .streams: streams[id].begin(request, &turn)
    case .log: log[id].begin(request, &turn)
    case .primaryCache: primaryCache[id].begin(request, &turn)
    }
  }

  /// Whether the cluster sees to it that an update which reaches a replica without a copy is led by an owner; else the server
  /// passes on by itself what it can't serve.
  @inline(__always) var handsUpdatesToOwners: Bool {
    switch scheme {
    case .leaderless: true
    case .streams: false
    case .log: false
    case .primaryCache: false
    }
  }

  /// A server is done with the request that it worked on, and begins the next.
  mutating func finishServing(at id: ReplicaID, _ turn: inout Turn) {
    switch scheme {
    case .leaderless: leaderless[id].finishServing(&turn)
    case .streams: streams[id].finishServing(&turn)
    case .log: log[id].finishServing(&turn)
    case .primaryCache: primaryCache[id].finishServing(&turn)
    }
  }

  /// Tells a server that a request's time is up.
  mutating func expire(
    _ request: RequestID, of operation: Operation, at id: ReplicaID, _ turn: inout Turn
  ) -> Expiry {
    switch scheme {
    case .leaderless: leaderless[id].expire(request, of: operation, &turn)
    case .streams: streams[id].expire(request, of: operation, &turn)
    case .log: log[id].expire(request, of: operation, &turn)
    case .primaryCache: primaryCache[id].expire(request, of: operation, &turn)
    }
  }

  /// Whether a server still works on a request of that operation.
  func isWorking(on request: RequestID, of operation: Operation, at id: ReplicaID) -> Bool {
    switch scheme {
    case .leaderless: leaderless[id].isWorking(on: request, of: operation)
    case .streams: streams[id].isWorking(on: request, of: operation)
    case .log: log[id].isWorking(on: request, of: operation)
    case .primaryCache: primaryCache[id].isWorking(on: request, of: operation)
    }
  }

  /// Who can reach whom has changed, or what is lost on the way.
  mutating func noticeReach(_ turn: inout Turn) {
    for id in ids where status(of: id) != .crashed {
      switch scheme {
      case .leaderless: leaderless[id].noticeReach(&turn)
      case .streams: streams[id].noticeReach(&turn)
      case .log: log[id].noticeReach(&turn)
      case .primaryCache: primaryCache[id].noticeReach(&turn)
      }
    }
  }

  /// What replicas think of each other has changed.
  mutating func noticeOpinions(_ turn: inout Turn) {
    switch scheme {
    case .leaderless: break
    case .streams: for id in ids where status(of: id) == .running { streams[id].noticeOpinions(&turn) }
    case .log: for id in ids where status(of: id) == .running { log[id].noticeOpinions(&turn) }
    case .primaryCache: for id in ids where status(of: id) == .running { primaryCache[id].noticeOpinions(&turn) }
    }
  }

  /// Something has been lost on the way, or can be from now on.
  mutating func noticeLosses(_ turn: inout Turn) {
    switch scheme {
    case .leaderless: break
    case .streams: for id in ids where status(of: id) == .running { streams[id].noticeLosses(&turn) }
    case .log: for id in ids where status(of: id) != .crashed { log[id].noticeLosses(&turn) }
    case .primaryCache: for id in ids where status(of: id) == .running { primaryCache[id].noticeLosses(&turn) }
    }
  }

  /// A replica runs again, with what is on its disk.
  mutating func restart(_ id: ReplicaID, _ turn: inout Turn) {
    switch scheme {
    case .leaderless, .streams, .primaryCache: break
    case .log: log[id].restart(&turn)
    }
  }

  /// A replica loses its memory.
  mutating func crash(_ id: ReplicaID, _ turn: inout Turn) {
    switch scheme {
    case .leaderless: leaderless[id].crash(&turn)
    case .streams: streams[id].crash(&turn)
    case .log: log[id].crash(&turn)
    case .primaryCache: primaryCache[id].crash(&turn)
    }
  }

  /// A replica loses its disk.
  mutating func loseDisk(_ id: ReplicaID) {
    switch scheme {
    case .leaderless: leaderless[id].loseDisk()
    case .streams: streams[id].loseDisk()
    case .log: log[id].loseDisk()
    case .primaryCache: primaryCache[id].loseDisk()
    }
  }

  /// A replica gives up what is over by its clock.
  mutating func purge(_ id: ReplicaID, _ turn: inout Turn) {
    switch scheme {
    case .leaderless: leaderless[id].purge(&turn)
    case .streams: streams[id].purge(&turn)
    case .log: log[id].purge(&turn)
    case .primaryCache: primaryCache[id].purge(&turn)
    }
  }

  /// What a replica holds of a key, what is to be purged included.
  @inline(__always) func cell(_ key: KeyID, at id: ReplicaID) -> Replica.Cell {
    switch scheme {
    case .leaderless: leaderless[id].cell(key)
    case .streams: streams[id].cell(key)
    case .log: log[id].cell(key)
    case .primaryCache: primaryCache[id].cell(key)
    }
  }

  /// What a replica has spent on an operation that it works on; nil if none does.
  func cost(of operation: OperationID) -> Cost? {
    ids.lazy.compactMap { id in
      switch scheme {
      case .leaderless: leaderless[id].cost(of: operation)
      case .streams: streams[id].cost(of: operation)
      case .log: log[id].cost(of: operation)
      case .primaryCache: primaryCache[id].cost(of: operation)
      }
    }.first
  }

  /// How many versions a replica keeps for others.
  func backlogCount(of id: ReplicaID) -> Int {
    switch scheme {
    case .leaderless: leaderless[id].backlogCount
    case .streams: streams[id].backlogCount
    case .log: log[id].backlogCount
    case .primaryCache: primaryCache[id].backlogCount
    }
  }

  /// The versions that a replica keeps for others.
  func backlog(of id: ReplicaID) -> [Cluster.Journey] {
    switch scheme {
    case .leaderless: leaderless[id].backlog
    case .streams: streamsBacklog(of: id)
    case .log: log[id].backlog
    case .primaryCache: primaryCache[id].backlog
    }
  }

  /// What a replica keeps for others until it can reach them; nothing under a scheme without hints.
  func hints(of id: ReplicaID) -> HintStore {
    switch scheme {
    case .leaderless: leaderless[id].hints
    case .streams: HintStore()
    case .log: HintStore()
    case .primaryCache: HintStore()
    }
  }

  /// What a replica has heard of the others; nothing under a scheme without gossip.
  func gossiper(of id: ReplicaID) -> Gossiper {
    switch scheme {
    case .leaderless: leaderless[id].gossiper
    case .streams: Gossiper()
    case .log: Gossiper()
    case .primaryCache: Gossiper()
    }
  }

  /// The read of that number, while that server works on it.
  func read(_ operation: OperationID, at id: ReplicaID) -> ReadInProgress? {
    switch scheme {
    case .leaderless: leaderless[id].read(operation)
    case .streams: streams[id].read(operation)
    case .log: log[id].read(operation)
    case .primaryCache: primaryCache[id].read(operation)
    }
  }

  /// Who has not acknowledged the write of that number, while that server waits for anybody.
  func awaited(ofWrite operation: OperationID, at id: ReplicaID) -> ReplicaSet? {
    switch scheme {
    case .leaderless: leaderless[id].awaited(ofWrite: operation)
    case .streams: streams[id].awaited(ofWrite: operation)
    case .log: log[id].awaited(ofWrite: operation)
    case .primaryCache: primaryCache[id].awaited(ofWrite: operation)
    }
  }

  /// Whether a replica keeps a version for another.
  func keeps(_ version: VersionID, for target: ReplicaID, at id: ReplicaID) -> Bool {
    switch scheme {
    case .leaderless: leaderless[id].keeps(version, for: target)
    case .streams: streams[id].keeps(version, for: target)
    case .log: log[id].keeps(version, for: target)
    case .primaryCache: primaryCache[id].keeps(version, for: target)
    }
  }

  /// The first thing that must hold for a server and doesn't, in words.
  func brokenInvariant(
    of id: ReplicaID, _ turn: Turn, isAwaited: (_ operation: OperationID, _ ticket: UInt32) -> Bool
  ) -> String? {
    switch scheme {
    case .leaderless: leaderless[id].brokenInvariant(turn, isAwaited: isAwaited)
    case .streams: streams[id].brokenInvariant(turn, isAwaited: isAwaited)
    case .log: log[id].brokenInvariant(turn, isAwaited: isAwaited)
    case .primaryCache: primaryCache[id].brokenInvariant(turn, isAwaited: isAwaited)
    }
  }

  /// All replicas, in order.
  public var elements: [Replica] { ids.map { self[$0] } }
}
