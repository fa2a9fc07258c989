import Kernel
import Language
import Replication

/// How a part of the path between clients and coordinators stands now, in a few words.
public enum PathMark: Hashable, Sendable {
  /// The circuit breaker of the region's clients lets nothing through, or some calls on trial.
  case breaker(CircuitBreaker.State)
  /// The name server gives this region to nobody.
  case notGiven
  /// The load balancer gives nobody that many replicas, which it believes unwell.
  case unbalanced(Int)
  /// So many answers stand in the edge cache of its clients, young enough to be served.
  case edge(Int)
  /// So many tokens are left in the bucket of its gateway.
  case tokens(Int)

  /// What there is to say of a region's part of the path; nothing of what stands idle.
  static func marks(of region: RegionID, in cluster: Cluster) -> [PathMark] {
    guard cluster.environment.hasClientPath else { return [] }
    let (settings, path) = (cluster.environment.settings.path, cluster.path)
    var marks: [PathMark] = []
    let state = path.breaker(of: region).state
    if settings.breaker != nil, state != .closed { marks.append(.breaker(state)) }
    if settings.nameTTL != nil, !path.isGiven(region) { marks.append(.notGiven) }
    if settings.balancerCheck != nil {
      let unwell = cluster.topology.members(of: region).count { !path.isBalanced($0) }
      if unwell > 0 { marks.append(.unbalanced(unwell)) }
    }
    if settings.edgeTTL != nil {
      let edge = path.edge(of: region)
      let kept = edge.keys.count { edge.entry(of: $0, settings, at: cluster.now) != nil }
      if kept > 0 { marks.append(.edge(kept)) }
    }
    if let throttle = settings.throttle {
      let tokens = path.tokens(before: region, throttle, at: cluster.now)
      if tokens < throttle.burst { marks.append(.tokens(tokens)) }
    }
    return marks
  }

  /// It in words.
  public var words: String {
    switch self {
    case .breaker(let state): "breaker \(state.rawValue)"
    case .notGiven: "names lead elsewhere"
    case .unbalanced(let count): "balancer leaves out \(count)"
    case .edge(let count): "edge \(CountedNoun("key").text(count))"
    case .tokens(let count): "gateway \(CountedNoun("token").text(count))"
    }
  }

  /// It as a sign, where there is no room for words: a letter for the part of the path, and how that stands.
  public var sign: String {
    switch self {
    case .breaker(.closed): "B"
    case .breaker(.open): "B✗"
    case .breaker(.trial): "B○"
    case .notGiven: "N→"
    case .unbalanced(let count): "L-\(count)"
    case .edge(let count): "E\(count)"
    case .tokens(let count): "T\(count)"
    }
  }

  /// What the signs mean, for a legend.
  public static let legend: [(signs: String, meaning: String)] = [
    ("B✗ B○ N→", "before a region: circuit breaker open, on trial; names lead elsewhere"),
    ("L-2 E3 T5", "load balancer leaves out 2, edge cache keeps 3 keys, gateway has 5 tokens"),
  ]

  /// Whether it keeps anybody away.
  public var isInTheWay: Bool {
    switch self {
    case .breaker, .notGiven, .unbalanced, .tokens(0): true
    case .edge, .tokens: false
    }
  }
}
