import Kernel
import Language
import Replication

/// The faults that commands have caused: how many in all, and how many of these are still at work.
///
/// Both count commands, so that they can be compared: a cut between two regions is one fault, whether or not it has been
/// healed in part. One whose every effect has been ended, or was caused once more by a later command, stands no more.
public struct StandingFaults: Sendable {
  /// How many there were since the cluster began.
  public private(set) var total = 0
  /// Those that are still at work, in the order in which they were caused.
  private var faults: [(fault: Fault, spell: Int)] = []
  /// From when to when each fault was at work, in the order in which they were caused; without an end while it is.
  public private(set) var spells: [Spell] = []

  /// How long a fault was at work.
  public struct Spell: Hashable, Sendable {
    /// When it was caused.
    public let began: Instant
    /// When its last effect ended; nil while there is one.
    public internal(set) var ended: Instant?
  }

  /// How many are still at work.
  public var now: Int { faults.count }

  init() {}

  /// Takes in an input that has been carried out.
  mutating func take(_ input: Input, in cluster: Cluster) {
    if input.isFault { total += 1 }
    guard case .fault(let fault) = input else { return }
    if input.isFault {
      faults.append((fault, spells.count))
      spells.append(Spell(began: cluster.now))
    }
    var claimed = Set<Effect>()
    var standing: [(fault: Fault, spell: Int)] = []
    for entry in faults.reversed() {
      let effects = Self.effects(of: entry.fault, in: cluster)
      if effects.contains(where: { !claimed.contains($0) }) {
        standing.append(entry)
      } else {
        spells[entry.spell].ended = cluster.now
      }
      claimed.formUnion(effects)
    }
    faults = standing.reversed()
  }

  private enum Effect: Hashable {
    case cut(Network.Pair), held(Network.Pair), slow(Network.Pair), lossy(Network.Pair), doubling(Network.Pair)
    case down(ReplicaID), paused(ReplicaID), late(ReplicaID), askew(ReplicaID), clientAskew(ClientID)
  }

  /// What of a fault is at work in a cluster.
  private static func effects(of fault: Fault, in cluster: Cluster) -> [Effect] {
    func pairs(_ links: Fault.Links, _ isAtWork: (Link) -> Bool) -> [Network.Pair] {
      Network.pairs(from: links.from, to: links.to, bothWays: links.bothWays).filter {
        isAtWork(cluster.network.link($0.from, $0.to))
      }
    }
    switch fault {
    case .cut(let links): return links.flatMap { pairs($0, \.isCut) }.map(Effect.cut)
    case .hold(let links): return pairs(links, \.isHeld).map(Effect.held)
    case .slow(let links, _): return pairs(links) { $0.slowdown != .zero }.map(Effect.slow)
    case .lose(_, let links): return pairs(links) { $0.loss != .zero }.map(Effect.lossy)
    case .duplicate(_, let links): return pairs(links) { $0.duplication != .zero }.map(Effect.doubling)
    case .crash(let replicas), .wipe(let replicas), .destroy(let replicas):
      return replicas.filter { cluster.replicas[$0].status == .crashed }.map(Effect.down)
    case .pause(let replicas): return replicas.filter { cluster.replicas[$0].status == .paused }.map(Effect.paused)
    case .slowReplicas(let replicas, _):
      return replicas.filter { cluster.network.lag[$0.index] != .zero }.map(Effect.late)
    case .skew(let replicas, _, _):
      return replicas.filter {
        cluster.replicas.clock(of: $0).skew != .zero || cluster.replicas[$0].clock.driftPerSecond != 0
      }.map(Effect.askew)
    case .skewClient(let client, _, _):
      let clock = cluster.clients[client].clock
      return clock.skew != .zero || clock.driftPerSecond != 0 ? [.clientAskew(client)] : []
    case .heal, .healAll, .restart, .resume, .release: return []
    }
  }
}
