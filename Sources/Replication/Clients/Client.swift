import Kernel

/// A session that issues operations from one region.
public struct Client: Sendable {
  /// Its name; each region has a client of the region's name.
  public let name: String
  /// Where it is.
  public internal(set) var region: RegionID
  /// Its wall clock, which gives its writes their timestamps if the setting says so.
  public internal(set) var clock = NodeClock()
  /// The coordinator that it stays with, if coordinators are `sticky`.
  var favourite = ReplicaID.none
  /// Whose turn it is, if coordinators are chosen in turn.
  var next = 0
  /// How many random choices it has made.
  var choices: UInt64 = 0
  /// How many client messages have drawn a delay.
  var drawn: UInt64 = 0
  /// What its latest answer for each key carried, where keys keep siblings.
  var contexts = PagedTable<KeyID, VectorID>(vacant: .none)

  /// How far it has read its region's logs; nil unless it consumes.
  public internal(set) var consumer: Consumer?
  /// What it was promised, and what follows from that; nil without guarantees.
  var session: ClientSession?

  /// What it was promised.
  public var guarantees: [SessionGuarantee] { session?.guarantees ?? [] }

  init(name: String, region: RegionID) {
    self.name = name
    self.region = region
  }
}

/// What a client's write to a key with siblings says that it has seen.
public enum ContextChoice: Hashable, Sendable {
  /// What the client's latest answer for the key carried.
  case latest
  /// Nothing.
  case blind
  /// What that operation's answer carried.
  case answer(OperationID)
}

/// An operation that a command asks for.
public struct OperationPlan: Hashable, Sendable {
  /// What it does.
  public var kind: OperationKind
  /// The key; empty where it consumes, or asks for a timeline, and for a post, which gets one when it is made.
  public var key: String
  /// What it writes; how many records it takes at most, where it consumes and the command says so; whose timeline it asks for.
  public var value: String?
  /// How many answers it asks for.
  public var level: ConsistencyLevel
  /// Who asks; none where it is left to where somebody is at home.
  public var client: ClientID
  /// Who must coordinate, if the command says so.
  public var coordinator: ReplicaID?
  /// The timestamp that the command gives, in microseconds.
  public var timestamp: Int64?
  /// For how long what it writes lives; nil for ever.
  public var lifetime: TimeSpan?
  /// What it says that its client has seen.
  public var context = ContextChoice.latest
  /// What a write asks of the key's value.
  public var condition: WriteCondition?
  /// Who posts; nil unless the write is a post.
  public var author: String?

  /// An operation of those parts.
  public init(
    kind: OperationKind, key: String, value: String? = nil, level: ConsistencyLevel, client: ClientID,
    coordinator: ReplicaID? = nil, timestamp: Int64? = nil
  ) {
    self.kind = kind
    self.key = key
    self.value = value
    self.level = level
    self.client = client
    self.coordinator = coordinator
    self.timestamp = timestamp
  }
}

/// How a client finds its coordinator, and how long its messages take.
///
/// A client reaches a replica that runs and to which messages pass both ways. In its own region nothing is in between.
/// To another region its messages share the links of its region's replicas: they pass as long as any of those does.
extension Cluster {
  /// Whether a client in that region can talk to that replica.
  @inline(__always) public func canReach(_ replica: ReplicaID, from region: RegionID) -> Bool {
    guard replicas[replica].status == .running, !turn.environment.shutOff.contains(replica) else { return false }
    if replicas[replica].region == region { return true }
    return !isClientCut(region, replica, toReplica: true) && !isClientCut(region, replica, toReplica: false)
  }

  @inline(__always) func isClientCut(_ region: RegionID, _ replica: ReplicaID, toReplica: Bool) -> Bool {
    if turn.environment.shutOff.contains(replica) { return true }
    // Most clients ask in their own region.
    return replicas[replica].region != region && isEveryLinkCut(region, replica, toReplica: toReplica)
  }

  private func isEveryLinkCut(_ region: RegionID, _ replica: ReplicaID, toReplica: Bool) -> Bool {
    // Who is at home in a region that is cut off counts as outside, and comes by other ways.
    if turn.environment.shutOff.contains(Proximity.gate(of: region, turn.environment.topology)) { return false }
    return turn.environment.topology.members(of: region).allSatisfy {
      toReplica ? network.isCut($0, replica) : network.isCut(replica, $0)
    }
  }

  /// Whether a client in that region may choose that replica, and can talk to it.
  func mayAsk(_ replica: ReplicaID, from region: RegionID) -> Bool {
    // Each region's logs are its own: what another's say has nothing to do with what this one's clients wrote.
    let mayLeave = turn.environment.settings.failover == .any && plan.scheme != .log
    return (mayLeave || replicas[replica].region == region) && canReach(replica, from: region)
  }

  /// Who coordinates the next operation on a key of a client that stands in that region; nil if it finds nobody.
  ///
  /// - Parameters:
  ///   - given: those that come into question, whether they can be reached or not; nil: those that can.
  ///   - policy: how one of them is chosen; nil: as the setting says.
  mutating func chooseCoordinator(
    for client: ClientID, in region: RegionID, _ key: KeyID, among given: ReplicaSet? = nil,
    by policy: CoordinatorPolicy? = nil
  ) -> ReplicaID? {
    let nearest = turn.environment.proximity.order(fromClientIn: region)
    let doors = turn.environment.frontDoors
    func comesIntoQuestion(_ replica: ReplicaID) -> Bool {
      given?.contains(replica) ?? ((doors?.contains(replica) ?? true) && mayAsk(replica, from: region))
    }
    guard let first = nearest.first(where: comesIntoQuestion) else { return nil }
    // Turns and chances are taken among the replicas of the nearest region that can be reached at all.
    let home = replicas[first].region
    switch policy ?? turn.environment.coordinatorPolicy {
    case .nearest:
      return first
    case .tokenAware:
      // Who consumes asks for no key.
      guard doors == nil, key != .none else { return first }
      let owners = turn.environment.ownerSet(of: key)
      return nearest.first {
        owners.contains($0) && replicas[$0].region == home && (given?.contains($0) ?? canReach($0, from: region))
      } ?? first
    case .roundRobin:
      var next = clients[client].next
      defer { clients[client].next = next }
      return nextInTurn(in: home, from: region, next: &next, among: given ?? doors, isGiven: given != nil)
    case .random:
      let choice = turn.environment.topology.members(of: home).filter {
        given?.contains($0) ?? ((doors?.contains($0) ?? true) && canReach($0, from: region))
      }
      let draw = turn.environment.randomness.draw(
        .coordinator, owner: UInt64(client.raw), number: clients[client].choices)
      clients[client].choices += 1
      return choice[Int(draw.below(UInt64(choice.count)))]
    case .sticky:
      let favourite = clients[client].favourite
      if favourite != .none, given?.contains(favourite) ?? mayAsk(favourite, from: region) { return favourite }
      clients[client].favourite = first
      return first
    }
  }

  /// The next replica of a region, in turn, that clients of `region` can reach.
  ///
  /// - Parameters:
  ///   - among: those that are asked at all; nil: all.
  ///   - isGiven: whether those are asked though they may be out of reach.
  @inline(__always) mutating func nextInTurn(
    in home: RegionID, from region: RegionID, next: inout Int, among: ReplicaSet? = nil, isGiven: Bool = false
  ) -> ReplicaID? {
    let range = turn.environment.regionRanges[home.index]
    for _ in range {
      let replica = ReplicaID(range.lowerBound + next % range.count)
      next = (next + 1) % range.count
      guard among?.contains(replica) ?? true else { continue }
      if isGiven { return replica }
      if home == region ? replicas.status(of: replica) == .running : canReach(replica, from: region) { return replica }
    }
    return nil
  }

  /// How long a message takes between a client and a replica; nil if it is lost on the way.
  @inline(__always) mutating func clientSpan(
    _ client: ClientID, in region: RegionID, _ replica: ReplicaID, toReplica: Bool
  ) -> TimeSpan? {
    // Most clients ask in their own region, which nothing cuts in two.
    guard
      turn.environment.regionOf[replica.index] != region || turn.environment.constantClientDelay == nil
        || turn.environment.shutOff.contains(replica)
    else {
      let span = turn.environment.constantClientDelay ?? .zero
      return toReplica ? span + network.lag[replica.index] : span
    }
    return drawnClientSpan(client, in: region, replica, toReplica: toReplica)
  }

  private mutating func drawnClientSpan(
    _ client: ClientID, in region: RegionID, _ replica: ReplicaID, toReplica: Bool
  ) -> TimeSpan? {
    if isClientCut(region, replica, toReplica: toReplica) { return nil }
    var span: TimeSpan
    if let constant = turn.environment.constantClientDelay {
      span = constant
    } else {
      let draw = turn.environment.randomness.draw(
        .clientDelay, owner: UInt64(client.raw), number: clients[client].drawn)
      clients[client].drawn += 1
      span = turn.environment.settings.clientDelay.sample(draw)
    }
    guard replicas[replica].region != region else { return toReplica ? span + network.lag[replica.index] : span }
    let gate = Proximity.gate(of: region, turn.environment.topology)
    let fate =
      toReplica ? network.sendIgnoringCut(gate, replica, .request) : network.sendIgnoringCut(replica, gate, .response)
    switch fate {
    case .arrives(let rest), .arrivesTwice(let rest, _), .held(let rest): return span + rest
    case .cut, .lost: return nil
    }
  }
}
