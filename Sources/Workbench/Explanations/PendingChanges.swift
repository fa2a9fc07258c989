import Kernel
import Replication

/// What is on its way, waits or is hinted, and would change a copy.
struct PendingChanges {
  /// A version on its way: when it arrives, and to whom.
  private struct Flight {
    let version: VersionID
    let at: Instant?
    var targets: [ReplicaID]
  }

  /// Hints of one keeper, so many for each of those.
  private struct Store {
    let keeper: ReplicaID
    let count: Int
    var targets: [ReplicaID]
  }

  private let cluster: Cluster
  private var flights: [Flight] = []
  private var hints: [Store] = []

  var isEmpty: Bool { flights.isEmpty && hints.isEmpty }

  init(of key: KeyID?, in cluster: Cluster) {
    self.cluster = cluster
    func matters(_ version: VersionID, at target: ReplicaID) -> Bool {
      guard version != .none, cluster.live.contains(target) else { return false }
      let versionKey = cluster.catalogue.version(version).key
      return (key == nil || key == versionKey) && !cluster.has(version, target)
    }
    for sent in cluster.messagesInFlight {
      guard case .message(let message) = sent.event, message.kind.carriesVersion, message.kind != .dataResponse,
        matters(message.version, at: message.to)
      else { continue }
      if let index = flights.firstIndex(where: { $0.version == message.version && $0.at == sent.arrives }) {
        if !flights[index].targets.contains(message.to) { flights[index].targets.append(message.to) }
      } else {
        flights.append(Flight(version: message.version, at: sent.arrives, targets: [message.to]))
      }
    }
    for replica in cluster.replicas.elements {
      for (target, pending) in replica.hints.pending {
        let count = pending.count { matters($0.version, at: target) }
        guard count > 0 else { continue }
        if let index = hints.firstIndex(where: { $0.keeper == replica.id && $0.count == count }) {
          hints[index].targets.append(target)
        } else {
          hints.append(Store(keeper: replica.id, count: count, targets: [target]))
        }
      }
    }
  }

  func facts(_ explainer: Explainer) -> [Explanation.Fact] {
    let trail = explainer.trail(until: .end)
    let position = cluster.position
    func looks(_ replicas: [ReplicaID]) -> [Evidence] { replicas.map { .pending($0, position: position) } }
    var facts = flights.prefix(Explainer.shown).compactMap { flight in
      Quotes(looks(flight.targets)).map {
        explainer.fact(.present(.underway(flight.version, to: flight.targets, due: flight.at)), flight.at, $0)
      }
    }
    facts += hints.prefix(Explainer.shown).map { store in
      let outage = store.targets.lazy.compactMap { trail.outage(between: store.keeper, and: $0) }.first
      let status = cluster.replicas[store.keeper].status
      return explainer.fact(
        .present(.hints(store.keeper, status, count: store.count, for: store.targets, outage)), nil,
        Quotes(.pending(store.keeper, position: position)).blaming(outage))
    }
    let rest =
      flights.dropFirst(Explainer.shown).flatMap(\.targets) + hints.dropFirst(Explainer.shown).map(\.keeper)
    if let quotes = Quotes(looks(rest)) {
      let more = max(0, flights.count - Explainer.shown) + max(0, hints.count - Explainer.shown)
      facts.append(explainer.fact(.present(.moreThings(more)), nil, quotes))
    }
    return facts
  }
}
