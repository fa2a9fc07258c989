import Kernel

/// What stands between clients and their coordinators, as settings; by default nothing does.
///
/// A request passes, in this order: its client's circuit breaker, the edge cache of its client's region, the gateway of the
/// region that names lead to (its throttle, then authentication), and so comes to a coordinator. Where it fails, its client
/// may try again, and where an answer is late, ask a second time.
public struct ClientPath: Hashable, Sendable {
  /// For how long an edge cache serves an answer; nil: there is none.
  public var edgeTTL: TimeSpan?
  /// For how long it serves an error (CloudFront: 10 s).
  public var edgeErrorTTL = TimeSpan.seconds(10)
  /// How long an edge cache takes for each request.
  public var edgeDelay = Delay.none
  /// For how long a resolver keeps a name; nil: clients go to the nearest region that they can reach.
  public var nameTTL: TimeSpan?
  /// How regions are checked; nil: not at all.
  public var healthCheck: HealthCheck?
  /// How a region's load balancer checks its replicas; nil: it knows.
  public var balancerCheck: HealthCheck?
  /// What a region's gateway lets through; nil: everything.
  public var throttle: GatewayThrottle?
  /// How long a gateway takes for each request.
  public var gatewayDelay = Delay.none
  /// How long it takes to find out who asks.
  public var authentication = Delay.none
  /// What a client does when an attempt has failed.
  public var retries = RetryPolicy.none
  /// Whether each update carries a key by which a store knows it again.
  public var hasIdempotencyKeys = false
  /// When a region's clients stop asking; nil: never.
  public var breaker: BreakerRule?
  /// When a client asks a second time for a read; nil: never.
  public var hedge: HedgeRule?
  /// Which region a client turns to.
  public var routing = Routing.nearest

  /// No path: clients talk to coordinators.
  public init() {}

  /// Whether clients turn to a region, whose load balancer gives them a replica, and don't look for one by themselves.
  var picksRegion: Bool { nameTTL != nil || balancerCheck != nil || routing != .nearest }

  /// Whether anything of it is at work. Checks by themselves change nothing.
  public var isInForce: Bool {
    edgeTTL != nil || nameTTL != nil || balancerCheck != nil || throttle != nil || gatewayDelay != .none
      || authentication != .none || retries.attempts > 1 || breaker != nil || hedge != nil || routing != .nearest
  }
}

/// How often something is looked after, and how many looks in a row must say otherwise before that is believed (Route 53
/// health checks: every 10 or 30 s, failure threshold 3, for failing and for recovering alike).
public struct HealthCheck: Hashable, Sendable {
  /// How often.
  public let interval: TimeSpan
  /// How many in a row, at least 1.
  public let failures: Int

  /// A check of those figures.
  public init(interval: TimeSpan, failures: Int) {
    self.interval = interval
    self.failures = failures
  }
}

/// A bucket of tokens before a region: each request, and each further attempt, takes one.
public struct GatewayThrottle: Hashable, Sendable {
  /// How many tokens come in.
  public let rate: ChangeRate
  /// How many it holds; as many are there at the start.
  public let burst: Int

  /// A bucket of those figures.
  public init(rate: ChangeRate, burst: Int) {
    self.rate = rate
    self.burst = burst
  }
}

/// When a circuit breaker opens, and when it closes again (resilience4j's count-based window: 50 % of the last 100 calls, open
/// for 60 s, 10 trial calls).
public struct BreakerRule: Hashable, Sendable {
  /// The share of failures at which it opens.
  public let share: Probability
  /// Of how many calls; it is not judged before there are so many.
  public let calls: Int
  /// For how long it stays open.
  public let open: TimeSpan
  /// How many calls are tried then, before it is judged again.
  public let trials: Int

  /// A rule of those figures.
  public init(share: Probability, calls: Int, open: TimeSpan, trials: Int) {
    self.share = share
    self.calls = calls
    self.open = open
    self.trials = trials
  }
}

/// After what time a read is asked for a second time (Dean and Barroso, *The Tail at Scale*, CACM 2013: hedged requests).
public enum HedgeRule: Hashable, Sendable {
  /// After that time.
  case after(TimeSpan)
  /// After the time within which so many of 100 reads of that region's clients were answered of late.
  case percentile(Int)
}

/// Which region a client turns to.
public enum Routing: String, CaseIterable, Sendable {
  /// The nearest, of those that names lead to.
  case nearest
  /// The one it was with before, as long as that serves.
  case sticky
  /// For reads the nearest that can be reached and where some replica holds the newest that any replica holds.
  case fresh
}
