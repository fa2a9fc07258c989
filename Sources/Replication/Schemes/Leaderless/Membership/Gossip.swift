import DequeModule
import Kernel

/// How far one replica's life has come, as itself says.
public struct Heartbeat: Hashable, Sendable, Comparable {
  /// Which start of the process this is: the seconds of its clock then, and more than the one before.
  public var generation: UInt32
  /// Goes up by one at each gossip round, and begins again at every start.
  public var version: UInt32

  /// Nothing heard.
  public static let unheard = Heartbeat(generation: 0, version: 0)

  /// A higher generation is newer whatever the versions (`gms/Gossiper.applyStateLocally`).
  public static func < (left: Self, right: Self) -> Bool {
    (left.generation, left.version) < (right.generation, right.version)
  }
}

/// What a message of gossip carries.
struct GossipParcel: Sendable {
  /// A replica and how far somebody has heard of it.
  struct Entry: Sendable {
    let replica: ReplicaID
    let heartbeat: Heartbeat
  }

  /// What the sender knows of, in a SYN; what it wants to hear more of, in an ACK.
  var digests: [Entry] = []
  /// What is newer than the receiver knows.
  var states: [Entry] = []

  /// On the wire.
  var bytes: Int { (digests.count + states.count) * WireSize.heartbeat }
}

/// The kind of thing that a ``GossipParcelID`` names.
enum GossipParcelKind {}
/// What one message of gossip carries.
typealias GossipParcelID = Identity<GossipParcelKind, UInt32>

/// The parcels on their way. A message carries the number of its parcel, which comes to the same as the parcel itself.
///
/// A message of gossip that has travelled for longer than ``lifetime`` is dropped on arrival, so older parcels can go.
/// Cassandra gives an ECHO as long, and the three messages of a round five minutes (`net/Verb`).
public struct GossipMail: Sendable {
  /// For how long a message of gossip is worth reading.
  public static let lifetime = TimeSpan.seconds(10)

  private struct Posted: Sendable {
    let at: Instant
    let parcel: GossipParcel
  }

  private var posted: Deque<Posted> = []
  private var first: UInt32 = 0

  /// Keeps a parcel and gives its number.
  mutating func post(_ parcel: GossipParcel, at now: Instant) -> GossipParcelID {
    while let oldest = posted.first, now - oldest.at > Self.lifetime {
      posted.removeFirst()
      first &+= 1
    }
    posted.append(Posted(at: now, parcel: parcel))
    return GossipParcelID(Int(first &+ UInt32(posted.count - 1)))
  }

  /// The parcel of that number; empty if it is too old.
  subscript(id: GossipParcelID) -> GossipParcel {
    let index = Int(id.raw &- first)
    return index < posted.count ? posted[index].parcel : GossipParcel()
  }
}

/// One replica's part in gossip: what it has heard of everybody, and when.
public struct Gossiper: Sendable {
  /// What it knows of one replica.
  struct Peer: Sendable {
    var heartbeat = Heartbeat.unheard
    var window = ArrivalWindow()
  }

  /// Of each replica, itself included; empty while there is no gossip.
  var peers: ContiguousArray<Peer> = []
  /// The generation of its latest start; on disk.
  var generation: UInt32 = 0
  /// How many rounds it has begun.
  var rounds: UInt64 = 0
  private var judged: Instant?
  private var stalled: Instant?

  /// How far it has heard of a replica's life.
  public func heartbeat(of replica: ReplicaID) -> Heartbeat {
    replica.index < peers.count ? peers[replica.index].heartbeat : .unheard
  }

  /// How suspicious a replica's silence is to it.
  public func phi(of replica: ReplicaID, at now: Instant) -> Double {
    replica.index < peers.count ? peers[replica.index].window.phi(at: now) : 0
  }

  /// Begins, or begins again after a crash: a new generation, and nothing heard of the others but what is known.
  ///
  /// The generation grows even where the clock's seconds don't (`SystemKeyspace.incrementAndGetGeneration`).
  mutating func start(_ id: ReplicaID, of size: Int, at now: Instant) {
    generation = max(generation + 1, UInt32(clamping: now.microseconds / 1_000_000))
    peers = ContiguousArray(repeating: Peer(), count: size)
    peers[id.index].heartbeat = Heartbeat(generation: generation, version: 1)
    (judged, stalled) = (nil, nil)
  }

  /// Forgets what was in memory; the generation is on disk.
  mutating func stop() { peers = [] }

  /// Says that it still lives.
  mutating func beat(_ id: ReplicaID) {
    rounds += 1
    peers[id.index].heartbeat.version += 1
  }

  /// What it knows, for a SYN.
  var digests: [GossipParcel.Entry] {
    peers.indices.filter { peers[$0].heartbeat != .unheard }.map(entry)
  }

  private func entry(_ index: Int) -> GossipParcel.Entry {
    GossipParcel.Entry(replica: ReplicaID(index), heartbeat: peers[index].heartbeat)
  }

  /// The answer to somebody's digests: what it wants, and what it knows better.
  func answer(to digests: [GossipParcel.Entry]) -> GossipParcel {
    var (theirs, answer) = (Array(repeating: Heartbeat.unheard, count: peers.count), GossipParcel())
    for digest in digests { theirs[digest.replica.index] = digest.heartbeat }
    for index in peers.indices {
      if theirs[index] > peers[index].heartbeat {
        answer.digests.append(entry(index))
      } else if theirs[index] < peers[index].heartbeat {
        answer.states.append(entry(index))
      }
    }
    return answer
  }

  /// What it has beyond somebody's wishes, for an ACK2.
  func states(beyond wishes: [GossipParcel.Entry]) -> [GossipParcel.Entry] {
    wishes.filter { peers[$0.replica.index].heartbeat > $0.heartbeat }.map { entry($0.replica.index) }
  }

  /// Takes in how far a replica has come. True if that is news.
  ///
  /// A generation more than a year ahead is corrupt. A replica that was thought dead and comes back in a new generation begins
  /// with an empty window (`Gossiper.notifyFailureDetector`).
  mutating func hear(_ entry: GossipParcel.Entry, isAlive: Bool, at now: Instant, period: TimeSpan) -> Bool {
    let known = peers[entry.replica.index].heartbeat
    guard entry.heartbeat > known, entry.heartbeat.generation <= UInt32(clamping: now.seconds + Self.year) else {
      return false
    }
    if entry.heartbeat.generation > known.generation, !isAlive { peers[entry.replica.index].window = ArrivalWindow() }
    peers[entry.replica.index].heartbeat = entry.heartbeat
    peers[entry.replica.index].window.report(at: now, period: period)
    return true
  }

  private static let year: Int64 = 31_536_000

  /// Who is to be thought dead now, of those thought alive.
  ///
  /// A replica that stood still itself for a while must not blame the others for it: there are no convictions then, nor for as
  /// long again (`FailureDetector.interpret`, 5 s).
  mutating func convicted(among alive: ReplicaSet, at now: Instant, period: TimeSpan) -> [ReplicaID] {
    let pause = max(TimeSpan.seconds(5), TimeSpan(microseconds: period.microseconds * 5))
    defer { judged = now }
    if let judged, now - judged > pause {
      stalled = now
      return []
    }
    if let stalled, now - stalled < pause { return [] }
    return alive.filter { peers[$0.index].window.isSuspect(at: now) }
  }
}

extension Instant {
  /// Whole seconds since the beginning.
  fileprivate var seconds: Int64 { microseconds / 1_000_000 }
}

extension Cluster {
  /// What a replica has heard of the others.
  public func gossiper(of replica: ReplicaID) -> Gossiper { replicas.gossiper(of: replica) }
}
