import Kernel

/// What happens on the path between clients and their coordinators.
public enum PathTimer: SchemeTimer {
  /// An attempt's request comes to the edge cache.
  case edge(OperationID, ticket: UInt32)
  /// It comes to the gateway of the region to which its name led.
  case gateway(OperationID, ticket: UInt32)
  /// An answer from the way there is back at its client.
  case back(OperationID, ticket: UInt32)
  /// Its client tries again.
  case retry(OperationID, ticket: UInt32)
  /// Its client asks a second time, if the first is still open.
  case hedge(OperationID, ticket: UInt32)
  /// The name server looks after a region of which it believes what isn't so.
  case check(RegionID)
  /// A region's load balancer looks after a replica of which it believes what isn't so.
  case balance(ReplicaID)

  /// Nobody sleeps: it is the cluster's own.
  public var sleeper: (replica: ReplicaID, incarnation: UInt32?)? { nil }

  /// A word that tells it from other timers, for the fingerprint.
  public var digest: UInt64 {
    switch self {
    case .edge(let operation, _): 0xa0 << 56 ^ UInt64(operation.raw)
    case .gateway(let operation, _): 0xa1 << 56 ^ UInt64(operation.raw)
    case .back(let operation, _): 0xa2 << 56 ^ UInt64(operation.raw)
    case .retry(let operation, _): 0xa3 << 56 ^ UInt64(operation.raw)
    case .hedge(let operation, _): 0xa4 << 56 ^ UInt64(operation.raw)
    case .check(let region): 0xa5 << 56 ^ UInt64(region.raw)
    case .balance(let replica): 0xa6 << 56 ^ UInt64(replica.raw)
    }
  }

  /// What it is for.
  public var phrase: Phrase {
    switch self {
    case .edge(let operation, _): "\(operation) comes to the edge cache"
    case .gateway(let operation, _): "\(operation) comes to the gateway"
    case .back(let operation, _): "\(operation) has its answer from the way there, if its client still waits"
    case .retry(let operation, _): "the client of \(operation) tries again, if it still waits"
    case .hedge(let operation, _): "the client of \(operation) asks a second time, if it still waits"
    case .check(let region): "the name server checks \(region)"
    case .balance(let replica): "the load balancer checks \(replica)"
    }
  }
}

/// What became of an operation on the path to its coordinator, or back: what an explanation quotes.
public enum PathStep: Hashable, Sendable {
  /// Its resolver led it to that region, by what it had asked for then.
  case resolved(RegionID, asked: Instant)
  /// That region couldn't be reached, and its name led there all the same, for that reason.
  case misled(RegionID, Misleading)
  /// The client turned to that region, by how it is set to choose one.
  case routed(RegionID, Routing)
  /// The edge cache answered with what had come by then.
  case edgeHit(since: Instant)
  /// The edge cache had nothing, or nothing young enough.
  case edgeMiss
  /// The gateway let it through; so long it took, and to find out who asks.
  case admitted(gateway: TimeSpan, authentication: TimeSpan)
  /// The gateway had no token; the next comes after that time.
  case throttled(next: TimeSpan)
  /// The circuit breaker let nothing through; since when.
  case refused(since: Instant)
  /// An attempt ended so, and its client waits before it tries again, the attempt of that number.
  case retried(after: Outcome, wait: TimeSpan, attempt: UInt8)
  /// The last attempt ended so, and its client gave up.
  case gaveUp(after: Outcome, GiveUp)
  /// That attempt, which ended so, may have taken effect: so the operation ends as it did.
  case doubted(Outcome, attempt: UInt8)
  /// There was no answer after that time, and its client asked that replica, too.
  case hedged(after: TimeSpan, ReplicaID)
  /// The store knew it again by its key: it is the version that an attempt before it made.
  case recognized(VersionID)
}

/// Why a name leads to a region that can't be reached.
public enum Misleading: Hashable, Sendable {
  /// Nothing checks whether it can.
  case unchecked
  /// So many checks have failed, of those that it takes.
  case unnoticed(failed: UInt8, of: UInt8)
  /// The name server knows, and the resolver asks it again then.
  case outdated(until: Instant)
  /// The name server knows no region that could be, and gives any.
  case noBetter
}

/// Why a client didn't try again.
public enum GiveUp: UInt8, Hashable, Sendable {
  /// It had had all its attempts.
  case attempts
  /// Its bucket hadn't as many tokens left.
  case budget
  /// The circuit breaker had opened.
  case breaker
}
