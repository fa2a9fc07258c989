import Kernel

/// A load: operations that arrive in the background while time runs.
public struct WorkloadPlan: Hashable, Sendable {
  /// This many operations arrive …
  public var count: Int
  /// … in this span.
  public var per: TimeSpan
  /// How the rate changes from that one on; nil: it stays.
  public var ramp: Ramp?
  /// For how long.
  public var duration: TimeSpan
  /// The share of writes.
  public var writes: Probability
  /// How many keys there are, `k0` and on.
  public var keys: Int
  /// How skewed the choice of keys is, in thousandths; nil: evenly.
  public var zipfThousandths: Int?
  /// The level of its writes.
  public var writeLevel: ConsistencyLevel
  /// The level of its reads.
  public var readLevel: ConsistencyLevel
  /// Whether arrivals are random (a Poisson process) instead of evenly spaced.
  public var isPoisson = false
  /// How many bytes a written value has on the wire; nil: as many as its text.
  public var valueBytes: Int?
  /// Who asks: one client, or those of the regions in turn.
  public var client: ClientID?
  /// How many clients of each region ask, in turn: each with a session, a bucket of retries and a favourite of its own.
  public var clients = 1
  /// From where that client asks in turn; empty: from its own region.
  public var hops: [RegionID] = []
  /// Who must coordinate, if the command says so.
  public var coordinator: ReplicaID?

  /// A load of those parts.
  public init(
    count: Int, per: TimeSpan, duration: TimeSpan, writes: Probability, keys: Int, writeLevel: ConsistencyLevel,
    readLevel: ConsistencyLevel
  ) {
    self.count = count
    self.per = per
    self.duration = duration
    self.writes = writes
    self.keys = keys
    self.writeLevel = writeLevel
    self.readLevel = readLevel
  }

  /// How many operations it issues, about; exact for evenly spaced arrivals.
  public var expectedOperations: Int {
    if let ramp { return ramp.total }
    let wide = duration.microseconds.multipliedFullWidth(by: Int64(count))
    guard wide.high == 0 else { return .max }
    let whole = Int(clamping: wide.low / UInt64(per.microseconds))
    return wide.low % UInt64(per.microseconds) == 0 ? whole : whole + 1
  }
}

/// A load in progress. It knows its next arrival only: a queue full of arrivals would make every fork expensive.
struct Workload: Sendable {
  /// What is asked at every arrival, without anything that counts references.
  struct Mix: Sendable {
    let writes: Probability
    let keys: UInt64
    let isSkewed: Bool
    let client: ClientID
    let hops: UInt64
    let coordinator: ReplicaID
    let valueBytes: Int?
    let writeLevel: ConsistencyLevel
    let readLevel: ConsistencyLevel
    let isPoisson: Bool
    let count: UInt64
    let per: UInt64

    init(_ plan: WorkloadPlan) {
      writes = plan.writes
      keys = UInt64(plan.keys)
      isSkewed = plan.zipfThousandths != nil
      client = plan.client ?? .none
      hops = UInt64(plan.hops.count)
      coordinator = plan.coordinator ?? .none
      valueBytes = plan.valueBytes
      writeLevel = plan.writeLevel
      readLevel = plan.readLevel
      isPoisson = plan.isPoisson
      count = UInt64(plan.count)
      per = UInt64(plan.per.microseconds)
    }
  }

  let plan: WorkloadPlan
  let mix: Mix
  let began: Instant
  let end: Instant
  let zipf: Zipf?
  var issued: UInt64 = 0
  /// When the latest of random arrivals was, in nanoseconds since the beginning.
  fileprivate var elapsed: UInt64 = 0
  var isOver = false
  /// The interned keys, each at its first use.
  var keys: ContiguousArray<KeyID>
  /// Whose turn it is to coordinate, for each region.
  var turns: [Int]
  /// Who asks in turn, where a region has several who do; empty: the regions' own clients, or the one that is named.
  var crowd: [ClientID] = []
  init(plan: WorkloadPlan, regions: Int, at now: Instant) {
    self.plan = plan
    mix = Mix(plan)
    began = now
    end = now + plan.duration
    zipf = plan.zipfThousandths.map { Zipf(count: plan.keys, exponentThousandths: $0) }
    keys = ContiguousArray(repeating: .none, count: plan.keys)
    turns = Array(repeating: 0, count: regions)
  }

  /// The arrival after the present one.
  mutating func nextArrival(id: WorkloadID, _ randomness: Randomness) -> Instant {
    if let ramp = plan.ramp { return began + nextArrival(on: ramp, id, randomness) }
    if mix.isPoisson {
      // Added up in nanoseconds: rounded to microseconds one by one, the spans of a dense load would come to nothing.
      let draw = randomness.draw(.arrival, owner: UInt64(id.raw), number: issued)
      let mean = max(1, mix.per * 1_000 / mix.count)
      elapsed += Delay.exponential(meanNanoseconds: mean, draw)
      return began + TimeSpan(microseconds: Int64(elapsed / 1_000))
    }
    let wide = mix.per.multipliedFullWidth(by: issued)
    let span = wide.high == 0 ? wide.low / mix.count : mix.count.dividingFullWidth(wide).quotient
    return began + TimeSpan(microseconds: Int64(span))
  }
}

extension Workload {
  /// The same where the rate changes: a Poisson process of one a unit, whose units the ramp passes ever faster or slower.
  private mutating func nextArrival(on ramp: Ramp, _ id: WorkloadID, _ randomness: Randomness) -> TimeSpan {
    guard mix.isPoisson else { return ramp.arrival(ofMillionths: issued * 1_000_000) }
    let draw = randomness.draw(.arrival, owner: UInt64(id.raw), number: issued)
    elapsed += Delay.exponential(meanNanoseconds: 1_000_000, draw)
    return ramp.arrival(ofMillionths: elapsed)
  }
}

extension Cluster {
  /// Begins a load; its first operation arrives at once.
  mutating func begin(_ plan: WorkloadPlan) {
    var workload = Workload(plan: plan, regions: turn.environment.topology.regions.count, at: turn.now)
    if plan.clients > 1 { workload.crowd = crowd(of: plan) }
    let id = workloads.append(workload)
    queue.push(Scheduled(departed: turn.now, event: .arrival(id)), at: turn.now)
  }

  /// The clients of a load that several ask for: each region's own, and more of them, who come up where they haven't yet; regions
  /// take turns before a region's second client has its own.
  private mutating func crowd(of plan: WorkloadPlan) -> [ClientID] {
    let homes = plan.client.map { [clients[$0].region] } ?? Array(topology.regionIDs)
    return (1...plan.clients).flatMap { number in homes.map { client(number, of: $0) } }
  }

  /// The how manyth client of a region; one who comes up now is promised what the region's own is.
  private mutating func client(_ number: Int, of region: RegionID) -> ClientID {
    let own = ClientID(region.index)
    guard number > 1 else { return own }
    let name = "\(clients[own].name)~\(number)"
    let known = clients.ids.first { clients[$0].name == name && clients[$0].region == region }
    if let known { return known }
    var client = Client(name: name, region: region)
    client.session = clients[own].session.map { ClientSession($0.guarantees) }
    return clients.append(client)
  }

  /// Issues a load's next operation and sets the arrival of the one after it. False if the load is over.
  mutating func arrive(_ id: WorkloadID) -> Bool {
    guard !workloads[id].isOver else { return false }
    let number = workloads[id].issued
    let draw = turn.environment.randomness.draw(.workload, owner: UInt64(id.raw), number: number)
    let mix = workloads[id].mix
    let isWrite = Randomness.Draw(first: draw.second, second: 0).happens(mix.writes)
    let rank = mix.isSkewed ? workloads[id].zipf?.choose(draw) ?? 0 : Int(draw.below(mix.keys))
    let crowd = workloads[id].crowd.count
    let client =
      crowd > 0
      ? workloads[id].crowd[Int(number % UInt64(crowd))]
      : mix.client == .none ? ClientID(Int(number % UInt64(turn.environment.regionRanges.count))) : mix.client
    let region = mix.hops == 0 ? clients[client].region : workloads[id].plan.hops[Int(number % mix.hops)]
    let value = isWrite ? Names.value(of: OperationID(nextOperation)) : .none
    let key = loadKey(id, rank)
    if isWrite { turn.fixForm(of: key) }
    issue(
      isWrite ? .write : .read, key: key, value: value,
      valueBytes: mix.valueBytes ?? (isWrite ? Names.byteCount(ofLoadValue: value) : 0),
      level: isWrite ? mix.writeLevel : mix.readLevel, client: client, region: region,
      coordinator: loadCoordinator(id, client: client, region: region, key), timestamp: nil,
      context: context(.latest, of: client, for: key), lifetime: nil, condition: nil,
      named: mix.coordinator == .none ? nil : mix.coordinator, isLoad: true)
    workloads[id].issued += 1
    let next = workloads[id].nextArrival(id: id, turn.environment.randomness)
    if next < workloads[id].end {
      queue.push(Scheduled(departed: turn.now, event: .arrival(id)), at: next)
    } else {
      workloads[id].isOver = true
    }
    return true
  }

  /// Whether a load still issues operations.
  public var isLoadRunning: Bool { workloads.elements.contains { !$0.isOver } }

  /// When the last of the running loads ends; nil if none runs.
  public var loadEnd: Instant? {
    workloads.elements.filter { !$0.isOver }.map(\.end).max()
  }

  mutating func stopLoads() {
    for id in workloads.ids { workloads[id].isOver = true }
  }

  private mutating func loadKey(_ id: WorkloadID, _ rank: Int) -> KeyID {
    let known = workloads[id].keys[rank]
    if known != .none { return known }
    let key = turn.intern(key: "k\(rank)")
    workloads[id].keys[rank] = key
    return key
  }

  /// Who coordinates a load's next operation: of no client in particular, the replicas of its region in turn; where
  /// clients go by tokens, its owners of the key.
  private mutating func loadCoordinator(
    _ id: WorkloadID, client: ClientID, region: RegionID, _ key: KeyID
  ) -> ReplicaID? {
    let named = workloads[id].mix.coordinator
    if named != .none { return canReach(named, from: region) ? named : nil }
    if workloads[id].mix.client != .none { return chooseCoordinator(for: client, in: region, key) }
    var next = workloads[id].turns[region.index]
    var own: ReplicaID?
    let doors = turn.environment.frontDoors
    if doors == nil, turn.environment.coordinatorPolicy == .tokenAware {
      own = nextInTurn(in: region, from: region, next: &next, among: turn.environment.ownerSet(of: key))
    }
    own = own ?? nextInTurn(in: region, from: region, next: &next, among: doors)
    workloads[id].turns[region.index] = next
    return own ?? chooseCoordinator(for: client, in: region, key)
  }
}
