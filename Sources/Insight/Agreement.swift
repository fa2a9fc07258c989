import Kernel
import Replication

/// On how many keys all who serve reads would answer alike now.
///
/// φ(P)-consistency (Lu et al., *Existential Consistency*, SOSP 2015, §5): the share of probes to which all replicas return the
/// same. In production it is sampled; here every key is looked at. Replicas that don't run answer nobody and don't count;
/// a cache that holds an entry counts as one that answers with it.
public struct Agreement: Hashable, Sendable {
  /// Keys on which they would.
  public let agreed: Int
  /// Keys that have come up.
  public let keys: Int

  /// Looks at every key of a cluster.
  public init(of cluster: Cluster) {
    let live = cluster.live
    let stale = Set(cluster.cacheDifferences(on: nil).filter { live.contains($0.cache) }.map(\.key))
    keys = cluster.catalogue.names.keyCount
    agreed = (0..<keys).count { cluster.agrees(on: KeyID($0), live) && !stale.contains(KeyID($0)) }
  }
}
