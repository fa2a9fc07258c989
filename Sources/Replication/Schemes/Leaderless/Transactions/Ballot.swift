import Kernel

/// The number of an attempt to decide on a key's next value: unique, and larger for who comes later.
///
/// A time-based UUID in Cassandra (`service/paxos`): the coordinator's clock in microseconds, then a random
/// number; here who it is, which no two ballots of a clock share, since a coordinator's next one is later.
public struct Ballot: Hashable, Sendable, Comparable {
  /// The coordinator's clock, raised above what it has heard of; also the timestamp of what it proposes.
  public let timestamp: Int64
  /// The coordinator.
  public let replica: ReplicaID

  /// Below all others.
  public static let none = Ballot(timestamp: .min, replica: ReplicaID(0))

  /// Ordered by clock, then by replica.
  public static func < (left: Self, right: Self) -> Bool {
    (left.timestamp, left.replica) < (right.timestamp, right.replica)
  }
}

/// What a conditional write asks of the key's value.
public enum WriteCondition: Hashable, Sendable {
  /// There is none.
  case absent
  /// It is this text.
  case equals(String)
}

/// The kind of thing that a ``RoundID`` names.
public enum RoundKind {}
/// One attempt under one ballot.
public typealias RoundID = Identity<RoundKind, UInt32>

/// One attempt to decide on a key's next value.
public struct PaxosRound: Sendable {
  /// The key.
  public let key: KeyID
  /// Its number.
  public let ballot: Ballot
  /// What is proposed; none before that, and in an empty proposal, which only makes sure that nothing older surfaces.
  public internal(set) var version = VersionID.none
  /// The round in which that version was first proposed.
  var origin = RoundID.none
  /// Whether a majority has accepted what this round proposed first.
  var isDecided = false
}

/// What one replica keeps of a key's rounds, on its disk (Cassandra's table `system.paxos`).
struct PaxosState: Sendable {
  /// It takes nothing below this any more.
  var promised = Ballot.none
  /// The last proposal that it took, unless something as new was committed.
  var accepted = RoundID.none
  /// The last round whose value it has applied.
  var committed = RoundID.none
}

/// The kind of thing that a ``PromiseID`` names.
enum PromiseKind {}
/// One promise or refusal.
typealias PromiseID = Identity<PromiseKind, UInt32>

/// What a replica says to a prepare, or to a proposal that it refuses.
struct PaxosPromise: Sendable {
  /// Whether it promises.
  let isGiven: Bool
  /// The highest ballot that it has promised to anybody.
  let promised: Ballot
  let accepted: RoundID
  let committed: RoundID
}

/// All rounds and promises so far. A message carries their numbers, which comes to the same as carrying them.
public struct PaxosLedger: Sendable {
  private var rounds: PagedTable<RoundID, PaxosRound>
  private var promises: PagedTable<PromiseID, PaxosPromise>

  init() {
    rounds = PagedTable(vacant: PaxosRound(key: .none, ballot: .none))
    promises = PagedTable(
      vacant: PaxosPromise(isGiven: false, promised: .none, accepted: .none, committed: .none))
  }

  /// The round of that number.
  public internal(set) subscript(id: RoundID) -> PaxosRound {
    get { rounds[known: id] }
    set { rounds[id] = newValue }
  }

  /// The ballot of a round; below all others if there is none.
  func ballot(of id: RoundID) -> Ballot { id == .none ? .none : rounds[known: id].ballot }

  mutating func begin(_ key: KeyID, _ ballot: Ballot) -> RoundID {
    rounds.append(PaxosRound(key: key, ballot: ballot))
  }

  mutating func note(_ promise: PaxosPromise) -> PromiseID { promises.append(promise) }

  func promise(_ id: PromiseID) -> PaxosPromise { promises[known: id] }

  /// What was proposed and is not decided, and perhaps never will be.
  public var undecided: [VersionID] {
    rounds.ids.map { rounds[known: $0] }
      .filter { $0.version != .none && !rounds[known: $0.origin].isDecided }.map(\.version)
  }

  /// Notes that the version a round carries has been decided. True the first time.
  mutating func decide(_ id: RoundID) -> Bool {
    let origin = rounds[known: id].origin
    guard !rounds[known: origin].isDecided else { return false }
    rounds[origin].isDecided = true
    return true
  }
}
