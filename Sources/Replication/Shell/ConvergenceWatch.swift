import Kernel

/// Whether the replicas have converged, for whoever asks after every event.
///
/// The plain answer, ``Cluster/isConverged``, looks at every key and at all that is under way. As long as the replicas are
/// apart there is a witness of it: two live owners that differ over a key, or something under way that a copy would take.
/// While that stands it is all that has to be looked at. Only when it falls is another one searched for: at the same key
/// first, among the next messages, and then from the key on where the last search ended. So nothing has to be
/// counted while events are played, and nobody pays who doesn't ask.
public struct ConvergenceWatch: Sendable {
  private var witness: DivergenceWitness?
  /// The same, if it is two copies: what nearly every look is at lies close together.
  private var copies: Copies?
  /// The key with which the next search begins.
  private var place = 0

  /// A watch that has seen nothing.
  public init() {}

  /// Whether the replicas of a cluster have converged.
  ///
  /// - Complexity: O(1) while the witness stands that was found last.
  public mutating func isConverged(_ cluster: Cluster) -> Bool {
    if let witness, cluster.stands(witness) { return false }
    witness = cluster.witness(after: witness?.key, from: &place)
    copies = witness.flatMap(Copies.init)
    return witness == nil
  }

  /// Whether two copies that were found to differ still do. The cluster isn't changed: by value it would be copied.
  @inline(__always) func areCopiesApart(in cluster: inout Cluster) -> Bool {
    guard let copies else { return false }
    return copies.input == cluster.lastInput && cluster.turn.now < copies.until
      && cluster.replicas.cell(copies.key, at: copies.first) == copies.firstCell
      && cluster.replicas.cell(copies.key, at: copies.second) == copies.secondCell
  }

  /// Two copies that differ.
  private struct Copies {
    let key: KeyID
    let first, second: ReplicaID
    let firstCell, secondCell: Replica.Cell
    let until: Instant
    let input: Int

    init?(_ witness: DivergenceWitness) {
      guard case .copies(let first, let firstCell, let second, let secondCell) = witness.sight else { return nil }
      (key, until, input) = (witness.key, witness.until, witness.input)
      (self.first, self.firstCell, self.second, self.secondCell) = (first, firstCell, second, secondCell)
    }
  }

  /// Until when they stay apart as far as it depends on time alone, if they were found to be.
  var until: Instant { witness?.until ?? .start }
}

/// What shows that replicas are apart, in a form that can be looked at again after every event.
struct DivergenceWitness: Sendable {
  /// What it is.
  enum Sight: Sendable {
    /// Two live owners that differ, and what they hold.
    case copies(ReplicaID, Replica.Cell, ReplicaID, Replica.Cell)
    /// Something under way that would change a copy, where it is, and what its receiver holds.
    case underWay(Event, Place, Replica.Cell)
    /// What a replica keeps for another, and what that holds.
    case kept(VersionID, target: ReplicaID, keeper: ReplicaID, Replica.Cell)
    /// Logs that don't end alike: little enough to be looked at anew each time.
    case logs
    /// Something that may change a cache's entry, until then.
    case outstanding
    /// A cache whose entry isn't what its region's database holds.
    case entry(ReplicaID)
  }

  /// Where something is until it is taken in.
  enum Place: Sendable {
    /// On its way: until it arrives.
    case travelling
    /// On a held link, or before a replica that is paused: until somebody ends that.
    case stopped
    /// In a replica's queue, which has served that many.
    case queued(ReplicaID, served: UInt64)
  }

  /// What it is about.
  let key: KeyID
  /// What was seen.
  let sight: Sight
  /// The instant from which on it is worth nothing any more: a message has arrived by then, or a clock lets something go.
  let until: Instant
  /// The latest input when it was found: another one can change anything.
  let input: Int
}
