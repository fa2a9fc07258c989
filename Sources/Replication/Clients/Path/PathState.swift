import DequeModule
import Kernel

/// What the path between clients and coordinators remembers.
///
/// It stands behind one reference, so that a cluster is copied as fast as without it.
public struct PathState: Sendable {
  private var parts: [Parts]

  init(_ topology: Topology) {
    parts = [Parts(regions: topology.regions.count, replicas: topology.replicas.count)]
  }

  /// All of it.
  struct Parts: Sendable {
    /// Of each region's clients.
    var edges: Table<RegionID, EdgeCache>
    /// Before each region; nil until something comes by.
    var gateways: Table<RegionID, Gateway?>
    /// Of each region's clients.
    var breakers: Table<RegionID, CircuitBreaker>
    /// How long reads of each region's clients took of late.
    var answerTimes: Table<RegionID, AnswerTimes>
    /// Of each client; nil until it asks.
    var budgets: PagedTable<ClientID, RetryBudget?>
    /// Where each client stays.
    var favourites: PagedTable<ClientID, RegionID>
    var names: NameResolution
    /// What each region's load balancer believes of its replicas.
    var balancer: HealthWatch
    /// The operations that take the path.
    var calls = Slab<ClientCall>()
    var tally = PathTally()

    init(regions: Int, replicas: Int) {
      edges = Table(Array(repeating: EdgeCache(), count: regions))
      gateways = Table(Array(repeating: nil, count: regions))
      breakers = Table(Array(repeating: CircuitBreaker(), count: regions))
      answerTimes = Table(Array(repeating: AnswerTimes(), count: regions))
      budgets = PagedTable(vacant: nil)
      favourites = PagedTable(vacant: .none)
      names = NameResolution(regions: regions)
      balancer = HealthWatch(count: replicas)
    }
  }

  var all: Parts {
    _read { yield parts[0] }
    _modify { yield &parts[0] }
  }

  /// What can be counted.
  public var tally: PathTally { parts[0].tally }
  /// The circuit breaker of a region's clients.
  public func breaker(of region: RegionID) -> CircuitBreaker { parts[0].breakers[region] }
  /// The edge cache of a region's clients.
  public func edge(of region: RegionID) -> EdgeCache { parts[0].edges[region] }
  /// How many whole tokens the gateway before a region has left.
  public func tokens(before region: RegionID, _ throttle: GatewayThrottle, at now: Instant) -> Int {
    parts[0].gateways[region]?.tokens(throttle, at: now) ?? throttle.burst
  }
  /// The latest loss of a region that the name server noticed.
  public var failover: NameResolution.Failover? { parts[0].names.failover }
  /// Whether the name server gives a region.
  public func isGiven(_ region: RegionID) -> Bool { parts[0].names.watch.isHealthy(region.index) }
  /// Whether a region's load balancer believes a replica well.
  public func isBalanced(_ replica: ReplicaID) -> Bool { parts[0].balancer.isHealthy(replica.index) }
}

/// What happened on the path, counted.
public struct PathTally: Hashable, Sendable {
  /// Further attempts.
  public internal(set) var retries = 0
  /// Reads that were asked for a second time.
  public internal(set) var hedges = 0
  /// Operations that an open breaker refused.
  public internal(set) var rejected = 0
  /// Reads that an edge cache answered.
  public internal(set) var edgeHits = 0
  /// Reads that came to an edge cache and went on.
  public internal(set) var edgeMisses = 0
  /// Operations that failed though their clients would have tried again: all attempts were used, or the bucket was empty.
  public internal(set) var giveUps = 0
}

/// How long the latest answered reads took.
struct AnswerTimes: Sendable {
  /// How many are kept.
  static let capacity = 1_000
  /// How many there must be before anything is said of them.
  static let least = 100

  private var latest: Deque<Int64> = []
  private var sorted: [Int64] = []

  mutating func add(_ span: TimeSpan) {
    if latest.count == Self.capacity, let oldest = latest.popFirst() { sorted.remove(at: place(of: oldest)) }
    latest.append(span.microseconds)
    sorted.insert(span.microseconds, at: place(of: span.microseconds))
  }

  /// The time within which so many of 100 were answered (nearest rank); nil while there are too few.
  func percentile(_ percent: Int) -> TimeSpan? {
    guard sorted.count >= Self.least else { return nil }
    return TimeSpan(microseconds: sorted[max(0, (sorted.count * percent + 99) / 100 - 1)])
  }

  /// Where the first stands that isn't shorter.
  private func place(of span: Int64) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < span { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// An operation that takes the path, and its attempts.
struct ClientCall: Sendable {
  /// It as it was before its first attempt.
  let template: OpenOperation
  /// The attempts whose answers its client waits for; two while a second question is open.
  private(set) var live: [LiveAttempt]
  /// How many attempts there have been; second questions don't count.
  var attempts: UInt8 = 1
  /// When the latest attempt began.
  var attemptBegan: Instant
  /// What the latest retry took of the client's bucket.
  var spent = 0
  /// An earlier attempt of an update, as it ended, after which nobody knows whether it took effect; the latest such.
  var doubt: Operation?
  /// The attempt before the latest, as it ended.
  var last: Operation?
  /// Whether its client waits before it tries again.
  var isBetweenAttempts = false

  /// An attempt whose answer its client waits for.
  struct LiveAttempt: Sendable {
    /// Its place among the open operations.
    let ticket: UInt32
    /// Whether it went through the edge cache, which keeps what is answered.
    var passesEdge = false
    /// What comes back to it from the way there.
    var pending: Pending?
  }

  /// What comes back from the way there.
  struct Pending: Sendable {
    let answerer: Answerer
    let outcome: Outcome
    let version: VersionID
    let seen: VectorID
    /// After what time the server would let the request through, if it says so.
    let serverSays: TimeSpan?
  }

  init(_ template: OpenOperation, ticket: UInt32, at now: Instant) {
    self.template = template
    live = [LiveAttempt(ticket: ticket)]
    attemptBegan = now
  }

  /// What is known of an attempt whose answer is waited for.
  subscript(ticket: UInt32) -> LiveAttempt {
    get { live.first { $0.ticket == ticket } ?? LiveAttempt(ticket: ticket) }
    set { if let place = live.firstIndex(where: { $0.ticket == ticket }) { live[place] = newValue } }
  }

  /// Its client waits for a further attempt.
  mutating func add(_ ticket: UInt32) { live.append(LiveAttempt(ticket: ticket)) }

  /// Its client no longer waits for an attempt; says what was known of it.
  mutating func remove(_ ticket: UInt32) -> LiveAttempt {
    let attempt = self[ticket]
    live.removeAll { $0.ticket == ticket }
    return attempt
  }
}
