import Kernel

/// Adversity, as plain data; the faults of the command language.
public enum Fault: Hashable, Sendable {
  /// Two groups between which links are chosen: from each of the first to each of the second, and perhaps back.
  public struct Links: Hashable, Sendable {
    /// One side.
    public let from: ReplicaSet
    /// The other.
    public let to: ReplicaSet
    /// Whether the links back are meant, too.
    public let bothWays: Bool

    /// The links between those groups.
    public init(from: ReplicaSet, to: ReplicaSet, bothWays: Bool) {
      self.from = from
      self.to = to
      self.bothWays = bothWays
    }

    var pairs: [Network.Pair] { Network.pairs(from: from, to: to, bothWays: bothWays) }
  }

  /// Cut links: what is in flight across them is lost, and so is all that is sent until they are healed.
  case cut([Links])
  /// Join links again; other faults stay.
  case heal([Links])
  /// Join all links again.
  case healAll
  /// Stop replicas; their memory is lost, their disks are not.
  case crash(ReplicaSet)
  /// Start crashed replicas.
  case restart(ReplicaSet)
  /// Stop replicas and lose their disks.
  case wipe(ReplicaSet)
  /// Stop the world of replicas for a while: they are alive, silent, and catch up afterwards.
  case pause(ReplicaSet)
  /// End their pause.
  case resume(ReplicaSet)
  /// Make links slower by a span; zero ends it.
  case slow(Links, by: TimeSpan)
  /// Make replicas get everything later by a span; zero ends it.
  case slowReplicas(ReplicaSet, by: TimeSpan)
  /// Lose messages with a probability.
  case lose(Probability, Links)
  /// Deliver messages twice with a probability.
  case duplicate(Probability, Links)
  /// Freeze what is on links and what is sent over them.
  case hold(Links)
  /// Let it go on.
  case release(Links)
  /// Lose every disk of replicas, and every message in flight from or to them.
  case destroy(ReplicaSet)
  /// Set how far a client's clock is ahead, and what it gains in a second of virtual time.
  case skewClient(ClientID, by: TimeSpan, driftPerSecond: Int64)
  /// Set how far replicas' clocks are ahead, and what they gain in a second of virtual time.
  case skew(ReplicaSet, by: TimeSpan, driftPerSecond: Int64)
}
