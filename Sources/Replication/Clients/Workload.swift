import Kernel

/// A load: operations that arrive in the background while time runs.
public struct WorkloadPlan: Hashable, Sendable {
  /// This many operations arrive …
  public var count: Int
  /// … in this span.
  public var per: TimeSpan
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
    let wide = duration.microseconds.multipliedFullWidth(by: Int64(count))
    guard wide.high == 0 else { return .max }
    let whole = Int(clamping: wide.low / UInt64(per.microseconds))
    return wide.low % UInt64(per.microseconds) == 0 ? whole : whole + 1
  }
}

/// A load in progress. It knows its next arrival only: a queue full of arrivals would make every fork expensive.
struct Workload: Sendable {
  let plan: WorkloadPlan
  let began: Instant
  let zipf: Zipf?
  var issued: UInt64 = 0
  var isOver = false
  /// The interned keys, each at its first use.
  var keys: ContiguousArray<KeyID>
  /// Whose turn it is to coordinate, for each region.
  var turns: [Int]
  /// When the next operation arrives.
  var next: Instant

  init(plan: WorkloadPlan, regions: Int, at now: Instant) {
    self.plan = plan
    began = now
    next = now
    zipf = plan.zipfThousandths.map { Zipf(count: plan.keys, exponentThousandths: $0) }
    keys = ContiguousArray(repeating: .none, count: plan.keys)
    turns = Array(repeating: 0, count: regions)
  }

  /// The arrival after the present one.
  func arrival(after now: Instant, id: WorkloadID, _ randomness: Randomness) -> Instant {
    if plan.isPoisson {
      let mean = plan.per.microseconds * 1_000 / Int64(plan.count)
      let draw = randomness.draw(.arrival, owner: UInt64(id.raw), number: issued)
      return now + Delay.exponential(meanNanoseconds: max(1, mean)).sample(draw)
    }
    let wide = UInt64(plan.per.microseconds).multipliedFullWidth(by: issued)
    let span = wide.high == 0 ? wide.low / UInt64(plan.count) : UInt64(plan.count).dividingFullWidth(wide).quotient
    return began + TimeSpan(microseconds: Int64(span))
  }
}

extension Cluster {
  /// Begins a load; its first operation arrives at once.
  mutating func begin(_ plan: WorkloadPlan) {
    let id = workloads.append(Workload(plan: plan, regions: environment.topology.regions.count, at: environment.now))
    queue.push(Scheduled(departed: environment.now, event: .arrival(id)), at: environment.now)
  }

  /// Issues a load's next operation and sets the arrival of the one after it. False if the load is over.
  mutating func arrive(_ id: WorkloadID) -> Bool {
    guard !workloads[id].isOver else { return false }
    let number = workloads[id].issued
    let draw = environment.randomness.draw(.workload, owner: UInt64(id.raw), number: number)
    let plan = workloads[id].plan
    let isWrite = Randomness.Draw(first: draw.second, second: 0).happens(plan.writes)
    let key = loadKey(id, workloads[id].zipf?.choose(draw) ?? Int(draw.below(UInt64(plan.keys))))
    let client = plan.client ?? ClientID(Int(number % UInt64(environment.topology.regions.count)))
    let region = plan.hops.isEmpty ? clients[client].region : plan.hops[Int(number % UInt64(plan.hops.count))]
    let value = isWrite ? Names.value(of: OperationID(nextOperation)) : .none
    issue(
      isWrite ? .write : .read, key: key, value: value,
      valueBytes: plan.valueBytes ?? (isWrite ? environment.catalogue.names.byteCount(of: value) : 0),
      level: isWrite ? plan.writeLevel : plan.readLevel, client: client, region: region,
      coordinator: loadCoordinator(id, plan, client: client, region: region), timestamp: nil, isLoad: true)
    workloads[id].issued += 1
    let next = workloads[id].arrival(after: environment.now, id: id, environment.randomness)
    if next < workloads[id].began + plan.duration {
      workloads[id].next = next
      queue.push(Scheduled(departed: environment.now, event: .arrival(id)), at: next)
    } else {
      workloads[id].isOver = true
    }
    return true
  }

  /// Whether a load still issues operations.
  public var isLoadRunning: Bool { workloads.elements.contains { !$0.isOver } }

  /// When the last of the running loads ends; nil if none runs.
  public var loadEnd: Instant? {
    workloads.elements.filter { !$0.isOver }.map { $0.began + $0.plan.duration }.max()
  }

  mutating func stopLoads() {
    for id in workloads.ids { workloads[id].isOver = true }
  }

  private mutating func loadKey(_ id: WorkloadID, _ rank: Int) -> KeyID {
    let known = workloads[id].keys[rank]
    if known != .none { return known }
    let key = environment.intern(key: "k\(rank)")
    workloads[id].keys[rank] = key
    return key
  }

  private mutating func loadCoordinator(
    _ id: WorkloadID, _ plan: WorkloadPlan, client: ClientID, region: RegionID
  ) -> ReplicaID? {
    if let coordinator = plan.coordinator { return canReach(coordinator, from: region) ? coordinator : nil }
    if plan.client != nil { return chooseCoordinator(for: client, in: region) }
    var turn = workloads[id].turns[region.index]
    defer { workloads[id].turns[region.index] = turn }
    if let own = nextInTurn(in: region, from: region, turn: &turn) { return own }
    return chooseCoordinator(for: client, in: region)
  }
}
