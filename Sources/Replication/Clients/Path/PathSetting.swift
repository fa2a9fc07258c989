import Kernel

/// One change of what stands between clients and coordinators.
public enum PathSetting: Hashable, Sendable {
  case edgeTTL(TimeSpan?)
  case edgeErrorTTL(TimeSpan)
  case edgeDelay(Delay)
  case nameTTL(TimeSpan?)
  case healthCheck(HealthCheck?)
  case balancerCheck(HealthCheck?)
  case throttle(GatewayThrottle?)
  case gatewayDelay(Delay)
  case authentication(Delay)
  case retries(RetryPolicy)
  case idempotencyKeys(Bool)
  case breaker(BreakerRule?)
  case hedge(HedgeRule?)
  case routing(Routing)

  /// The name that `set` takes.
  public var name: SettingName {
    switch self {
    case .edgeTTL: .edgeTTL
    case .edgeErrorTTL: .edgeErrorTTL
    case .edgeDelay: .edgeDelay
    case .nameTTL: .nameTTL
    case .healthCheck: .healthCheck
    case .balancerCheck: .balancerCheck
    case .throttle: .throttle
    case .gatewayDelay: .gatewayDelay
    case .authentication: .authentication
    case .retries: .retries
    case .idempotencyKeys: .idempotencyKeys
    case .breaker: .breaker
    case .hedge: .hedge
    case .routing: .routing
    }
  }
}

extension Cluster {
  /// Changes the path; what a changed part remembered goes.
  mutating func change(_ setting: PathSetting) {
    let regions = turn.environment.topology.regionIDs
    turn.configure { settings in
      switch setting {
      case .edgeTTL(let ttl): settings.path.edgeTTL = ttl
      case .edgeErrorTTL(let ttl): settings.path.edgeErrorTTL = ttl
      case .edgeDelay(let delay): settings.path.edgeDelay = delay
      case .nameTTL(let ttl): settings.path.nameTTL = ttl
      case .healthCheck(let check): settings.path.healthCheck = check
      case .balancerCheck(let check): settings.path.balancerCheck = check
      case .throttle(let throttle): settings.path.throttle = throttle
      case .gatewayDelay(let delay): settings.path.gatewayDelay = delay
      case .authentication(let delay): settings.path.authentication = delay
      case .retries(let policy): settings.path.retries = policy
      case .idempotencyKeys(let isOn): settings.path.hasIdempotencyKeys = isOn
      case .breaker(let rule): settings.path.breaker = rule
      case .hedge(let rule): settings.path.hedge = rule
      case .routing(let routing): settings.path.routing = routing
      }
    }
    switch setting {
    case .edgeTTL(nil): for region in regions { path.all.edges[region] = EdgeCache() }
    case .throttle: for region in regions { path.all.gateways[region] = nil }
    case .breaker: for region in regions { path.all.breakers[region] = CircuitBreaker() }
    case .retries: path.all.budgets = PagedTable(vacant: nil)
    case .nameTTL, .healthCheck, .balancerCheck:
      path.all.names.watch.forgetPlans()
      path.all.balancer.forgetPlans()
      observePath()
    case .edgeTTL, .edgeErrorTTL, .edgeDelay, .gatewayDelay, .authentication, .idempotencyKeys, .hedge, .routing: break
    }
  }
}
