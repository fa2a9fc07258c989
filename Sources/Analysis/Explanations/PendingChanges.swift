import Kernel
import Replication

/// What is on its way, waits or is hinted, and would change a copy.
struct PendingChanges {
  /// Whose copies it would change.
  enum Audience {
    /// Those of replicas that run.
    case live
    /// Those of replicas that are down: what waits for them brings about nothing before they run.
    case down
  }

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
    let handoff: HintStore.Handoff
    var targets: [ReplicaID]
  }

  /// What one replica keeps for another, and isn't on its way there; or has yet to apply itself.
  private struct Keep {
    let keeper: ReplicaID
    var count: Int
    var targets: [ReplicaID]
  }

  /// An update on its way to the owner that is to lead it.
  private struct Lead {
    let operation: OperationID
    let leader: ReplicaID
    let at: Instant?
  }

  /// What has come to a replica that is paused.
  private struct Inbox {
    let replica: ReplicaID
    let count: Int
  }

  private let cluster: Cluster
  private var leads: [Lead] = []
  private var flights: [Flight] = []
  private var hints: [Store] = []
  private var keeps: [Keep] = []
  private var inboxes: [Inbox] = []
  /// What is kept for copies that hold something that wins over it: it changes nothing there, and yet it waits.
  private var beaten: [Keep] = []

  var isEmpty: Bool { flights.isEmpty && hints.isEmpty && leads.isEmpty && keeps.isEmpty && inboxes.isEmpty }

  init(of key: KeyID?, in cluster: Cluster, for audience: Audience = .live) {
    self.cluster = cluster
    let live = cluster.live
    func matters(_ version: VersionID, at target: ReplicaID) -> Bool {
      guard version != .none, live.contains(target) == (audience == .live) else { return false }
      let versionKey = cluster.catalogue.version(version).key
      return (key == nil || key == versionKey) && !cluster.has(version, target)
    }
    for sent in cluster.messagesInFlight where audience == .live {
      if case .message(let message) = sent.event, message.kind.leaderless == .lead,
        let asked = cluster.keyHandedOver(by: message), key == nil || key == asked
      {
        leads.append(Lead(operation: message.operation, leader: message.to, at: sent.arrives))
      }
      guard case .message(let message) = sent.event, message.kind.bringsVersion,
        message.version != .none, matters(message.version, at: message.to)
      else { continue }
      if let index = flights.firstIndex(where: { $0.version == message.version && $0.at == sent.arrives }) {
        if !flights[index].targets.contains(message.to) { flights[index].targets.append(message.to) }
      } else {
        flights.append(Flight(version: message.version, at: sent.arrives, targets: [message.to]))
      }
    }
    for replica in cluster.topology.replicaIDs where audience == .live {
      let count = Set(cluster.untaken(by: replica)).count { matters($0, at: replica) }
      if count > 0 { inboxes.append(Inbox(replica: replica, count: count)) }
    }
    func isBeaten(_ version: VersionID, at target: ReplicaID) -> Bool {
      let versionKey = cluster.catalogue.version(version).key
      let held = cluster.cell(versionKey, at: target).version
      return (key == nil || key == versionKey) && live.contains(target) == (audience == .live) && held != .none
        && cluster.catalogue.relation(version, held) == .concurrent
    }
    for keeping in cluster.keepings {
      let isUnderway = flights.contains { $0.version == keeping.version && $0.targets.contains(keeping.target) }
      guard !isUnderway else { continue }
      if matters(keeping.version, at: keeping.target) {
        Self.count(keeping, in: &keeps)
      } else if keeping.keeper != keeping.target, isBeaten(keeping.version, at: keeping.target) {
        Self.count(keeping, in: &beaten)
      }
    }
    keeps = Self.joined(keeps)
    beaten = Self.joined(beaten)
    for replica in cluster.replicas.elements {
      for (target, pending) in cluster.hints(of: replica.id).pending {
        let count = pending.count { matters($0.version, at: target) }
        guard count > 0 else { continue }
        let handoff = cluster.hints(of: replica.id).handoff(to: target)
        if let index = hints.firstIndex(where: {
          $0.keeper == replica.id && $0.count == count && $0.handoff == handoff
        }) {
          hints[index].targets.append(target)
        } else {
          hints.append(Store(keeper: replica.id, count: count, handoff: handoff, targets: [target]))
        }
      }
    }
  }

  private static func count(_ keeping: Cluster.Keeping, in keeps: inout [Keep]) {
    if let index = keeps.firstIndex(where: { $0.keeper == keeping.keeper && $0.targets == [keeping.target] }) {
      keeps[index].count += 1
    } else {
      keeps.append(Keep(keeper: keeping.keeper, count: 1, targets: [keeping.target]))
    }
  }

  /// One line for those for whom one keeps as much.
  private static func joined(_ keeps: [Keep]) -> [Keep] {
    var joined: [Keep] = []
    for keep in keeps {
      let isOwn = keep.targets == [keep.keeper]
      if !isOwn,
        let index = joined.firstIndex(where: {
          $0.keeper == keep.keeper && $0.count == keep.count && !$0.targets.contains(keep.keeper)
        })
      {
        joined[index].targets += keep.targets
      } else {
        joined.append(keep)
      }
    }
    return joined
  }

  func facts(_ explainer: Explainer) -> [Explanation.Fact] {
    let trail = explainer.trail(before: .max)
    let position = cluster.position
    func looks(_ replicas: [ReplicaID]) -> [Evidence] { replicas.map { .pending($0, position: position) } }
    var facts = flights.prefix(Explainer.shown).compactMap { flight in
      Quotes(looks(flight.targets)).map {
        explainer.fact(.present(.underway(flight.version, to: flight.targets, due: flight.at)), flight.at, $0)
      }
    }
    facts += leads.prefix(Explainer.shown).map {
      explainer.fact(
        .present(.toBeLed($0.operation, by: $0.leader, due: $0.at)), $0.at,
        Quotes(.pending($0.leader, position: position)))
    }
    facts += inboxes.prefix(Explainer.shown).map { inbox in
      let stop = trail.stop(of: inbox.replica)
      return explainer.fact(
        .present(.untaken(inbox.replica, count: inbox.count, stop)), nil,
        Quotes(.pending(inbox.replica, position: position)).blaming(stop))
    }
    facts += hints.prefix(Explainer.shown).flatMap { store in
      let status = cluster.replicas[store.keeper].status
      return byOutage(store.targets, from: store.keeper, trail).map { targets, outage in
        explainer.fact(
          .present(.hints(store.keeper, status, count: store.count, for: targets, store.handoff, outage)), nil,
          Quotes(.pending(store.keeper, position: position)).blaming(outage))
      }
    }
    facts += keeps.prefix(Explainer.shown).flatMap { keep in
      byOutage(keep.targets, from: keep.keeper, trail).map { targets, outage in
        explainer.fact(
          .present(.keeps(keep.keeper, count: keep.count, for: targets, outage)), nil,
          Quotes(.pending(keep.keeper, position: position)).blaming(outage))
      }
    }
    facts += beaten.prefix(Explainer.shown).flatMap { keep in
      byOutage(keep.targets, from: keep.keeper, trail).map { targets, outage in
        explainer.fact(
          .present(.keepsBeaten(keep.keeper, count: keep.count, for: targets, outage)), nil,
          Quotes(.pending(keep.keeper, position: position)).blaming(outage))
      }
    }
    var rest: [ReplicaID] = flights.dropFirst(Explainer.shown).flatMap(\.targets)
    rest += leads.dropFirst(Explainer.shown).map(\.leader)
    rest += inboxes.dropFirst(Explainer.shown).map(\.replica)
    rest += hints.dropFirst(Explainer.shown).map(\.keeper)
    rest += (keeps.dropFirst(Explainer.shown) + beaten.dropFirst(Explainer.shown)).map(\.keeper)
    if let quotes = Quotes(looks(rest)) {
      let more = [flights.count, leads.count, inboxes.count, hints.count, keeps.count, beaten.count].reduce(0) {
        $0 + max(0, $1 - Explainer.shown)
      }
      facts.append(explainer.fact(.present(.moreThings(more)), nil, quotes))
    }
    return facts
  }
  /// Those for whom one keeps something, by what is in the way: what cuts one off is not said of the others.
  private func byOutage(
    _ targets: [ReplicaID], from keeper: ReplicaID, _ trail: FaultTrail
  ) -> [(targets: [ReplicaID], outage: FaultTrail.Culprit?)] {
    var groups: [(targets: [ReplicaID], outage: FaultTrail.Culprit?)] = []
    for target in targets {
      let outage = target == keeper ? nil : trail.outage(between: keeper, and: target)
      if let index = groups.firstIndex(where: { $0.outage == outage }) {
        groups[index].targets.append(target)
      } else {
        groups.append(([target], outage))
      }
    }
    return groups
  }
}
