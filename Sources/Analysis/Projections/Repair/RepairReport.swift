import Insight
import Kernel
import Language
import Replication

/// How copies are brought level: pairs of replicas under repair, what differs between two of them, hints that wait, and by
/// which way copies have caught up so far.
public struct RepairReport: Sendable {
  /// How many pairs are listed at most.
  public static let listed = 200
  /// How far a pair's latest repair session is.
  public enum Phase: Hashable, Sendable {
    /// They differ, and nobody has compared them yet.
    case unrepaired
    /// The partner builds its tree.
    case comparing
    /// What differs is on its way.
    case streaming
    /// It is complete.
    case done
    /// It ended before it was complete.
    case failed
  }

  /// Two replicas.
  public struct Pair: Hashable, Sendable {
    /// The one that began the session, or that comes first in the cluster's order.
    public let first: String
    /// The other.
    public let second: String
    /// On how many keys they differ now.
    public let differing: Int
    /// How many versions the latest session has streamed, both ways.
    public let streamed: Int
    /// How many of those have been acknowledged.
    public let acknowledged: Int
    /// How far it is.
    public let phase: Phase
    /// Why that session failed, in a word or two; nil if it has not.
    public let failure: String?
    /// Since when that session goes on, or when it began.
    public let began: Instant?

    /// The pair as it is written, such as `us1 ⇄ eu1`.
    public var name: String { "\(first) ⇄ \(second)" }

    /// How much of what is to be streamed has been acknowledged, from 0 to 1.
    public var progress: Double {
      switch phase {
      case .unrepaired, .comparing: 0
      case .done: 1
      case .streaming, .failed: streamed == 0 ? 0 : Double(acknowledged) / Double(streamed)
      }
    }
  }

  /// Hints that wait for one replica.
  public struct Hints: Hashable, Sendable {
    /// For whom.
    public let target: String
    /// Who keeps them.
    public let keepers: [String]
    /// How many there are.
    public let count: Int
    /// For how long the oldest has been kept.
    public let oldest: TimeSpan
  }

  /// One way by which copies catch up, and how often it has been gone.
  public struct Way: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// How many copies it has brought level, or how many versions it has delivered.
    public let count: Int
    /// Its settings in a few words.
    public let setting: String
  }

  /// The pairs: those that stream first, then those that failed, then those that differ most.
  public let pairs: [Pair]
  /// The pair whose trees are shown, by position; nil if there is none.
  public let selected: Int?
  /// Their trees; nil if there is no pair, or if there are too many keys to build them while somebody watches.
  public let tree: MerkleReport?
  /// Hints, by target.
  public let hints: [Hints]
  /// The ways by which copies have caught up.
  public let ways: [Way]
  /// How many keys any two owners differ on, and how many were looked at.
  public let keys: (differing: Int, lookedAt: Int, all: Int)
  /// How many sessions go on, have completed, have failed, and were begun.
  public let sessions: (open: Int, completed: Int, failed: Int, begun: Int)

  /// The state of repair.
  ///
  /// - Parameters:
  ///   - name: the pair whose trees are wanted; nil, or one that isn't listed: the first.
  ///   - lines: how many lines the trees may take.
  public init(selecting name: String?, treeLines lines: Int, in timeline: Timeline) {
    let cluster = timeline.cluster
    let divergence = Divergence(of: cluster)
    let found = Self.pairs(in: cluster, divergence)
    pairs = found.map(\.pair)
    let selected = pairs.firstIndex { $0.name == name } ?? (pairs.isEmpty ? nil : 0)
    self.selected = selected
    tree = selected.flatMap { index in
      let (first, second) = found[index].replicas
      return MerkleReport(of: first, second, atMost: lines, in: cluster)
    }
    hints = Self.hints(in: cluster)
    ways = Self.ways(timeline.world)
    keys = (divergence.keys, divergence.lookedAt, cluster.catalogue.names.keyCount)
    let tally = cluster.repairTally
    sessions = (cluster.openRepairs, tally.completed, tally.failed, tally.begun)
  }

  // MARK: Pairs

  private typealias Found = (pair: Pair, replicas: (ReplicaID, ReplicaID))

  private static func pairs(in cluster: Cluster, _ divergence: Divergence) -> [Found] {
    let names = cluster.topology
    var differing: [Network.Pair: Int] = [:]
    for pair in divergence.pairs { differing[Network.Pair(from: pair.first, to: pair.second)] = pair.keys }
    var result: [Found] = []
    for session in cluster.repairs.latestSessions {
      let ends = [session.initiator, session.partner].sorted()
      let place = Network.Pair(from: ends[0], to: ends[1])
      let pair = Pair(
        first: names.name(of: session.initiator), second: names.name(of: session.partner),
        differing: differing.removeValue(forKey: place) ?? 0, streamed: session.streamed,
        acknowledged: session.acknowledged, phase: Phase(session.phase), failure: session.phase.failure?.shortWords,
        began: session.began)
      result.append((pair, (place.from, place.to)))
    }
    for pair in divergence.pairs where differing[Network.Pair(from: pair.first, to: pair.second)] != nil {
      let row = Pair(
        first: names.name(of: pair.first), second: names.name(of: pair.second), differing: pair.keys, streamed: 0,
        acknowledged: 0, phase: .unrepaired, failure: nil, began: nil)
      result.append((row, (pair.first, pair.second)))
    }
    let ranked = result.sorted { left, right in
      let (first, second) = (left.pair, right.pair)
      if first.rank != second.rank { return first.rank < second.rank }
      if first.differing != second.differing { return first.differing > second.differing }
      if first.streamed != second.streamed { return first.streamed > second.streamed }
      return left.replicas < right.replicas
    }
    return Array(ranked.prefix(listed))
  }

  // MARK: Hints and ways

  /// Hints that wait, by the replica that they are for.
  public static func hints(in cluster: Cluster) -> [Hints] {
    var waiting: [(target: ReplicaID, keepers: [String], count: Int, stored: Instant)] = []
    for keeper in cluster.replicas.elements {
      for store in cluster.hints(of: keeper.id).waiting {
        let name = cluster.topology.name(of: keeper.id)
        if let index = waiting.firstIndex(where: { $0.target == store.target }) {
          waiting[index].keepers.append(name)
          waiting[index].count += store.count
          waiting[index].stored = min(waiting[index].stored, store.oldest)
        } else {
          waiting.append((store.target, [name], store.count, store.oldest))
        }
      }
    }
    return waiting.sorted { $0.target < $1.target }.map {
      Hints(
        target: cluster.topology.name(of: $0.target), keepers: $0.keepers, count: $0.count,
        oldest: cluster.now - $0.stored)
    }
  }

  private static func ways(_ world: World) -> [Way] {
    let (tally, settings) = (world.observer.tally, world.cluster.environment.settings)
    let repaired = tally.hintsReplayed + tally.readRepairs + tally.streamRepairs
    let readRepair =
      switch settings.readRepair {
      case .blocking: "blocking"
      case .async: "async"
      case .off: "off"
      }
    return [
      Way(name: "writes", count: max(0, tally.stored - repaired), setting: ""),
      Way(name: "hinted handoff", count: tally.hintsReplayed, setting: settings.keepsHints ? "on" : "off"),
      Way(name: "read repair", count: tally.readRepairs, setting: readRepair),
      Way(
        name: "anti-entropy", count: tally.streamRepairs,
        setting: settings.antiEntropy.map { "every \(Quantity.text($0))" } ?? "off"),
    ]
  }
}

extension Timeline {
  /// What waits for those who lack it, in lines, under a scheme that compares no copies with trees; nil where one does.
  public var waiting: [String]? {
    cluster.scheme.features.contains(.repair) ? nil : Listing.whatWaits(cluster)
  }
}

extension RepairReport.Phase {
  fileprivate init(_ phase: RepairSession.Phase) {
    switch phase {
    case .validation: self = .comparing
    case .streaming: self = .streaming
    case .done: self = .done
    case .failed: self = .failed
    }
  }
}

extension RepairSession.Phase {
  /// Why it failed; nil if it has not.
  fileprivate var failure: RepairFailure? {
    if case .failed(let reason) = self { return reason }
    return nil
  }
}

extension RepairReport.Pair {
  /// What goes on stands before what is over, and what is over without effect last.
  fileprivate var rank: Int {
    switch phase {
    case .streaming: 0
    case .comparing: 1
    case .failed: 2
    case .unrepaired: 3
    case .done: streamed > 0 || differing > 0 ? 4 : 5
    }
  }
}
