import Insight
import Kernel
import Replication

extension Session {
  /// For how long the replicas are given to agree, on a fork.
  private static let patience = TimeSpan.seconds(60)

  /// Why the replicas don't agree yet, what is left, and the least that would bring it about.
  func whyNotConverged(_ name: String?) -> Explanation {
    let explainer = Explainer(session: self, explanation: Explanation(title: ""))
    let key = name.flatMap { cluster.catalogue.names.key(named: $0) }
    let live = cluster.live
    let keys = key.map { [$0] } ?? Array(cluster.catalogue.names.keys)
    let differing = keys.filter { !cluster.agrees(on: $0, live) }
    let pending = PendingChanges(of: key, in: cluster)
    let what = name.map { "the copies of \(Printable.escaped($0))" } ?? "all copies"
    guard !differing.isEmpty || !pending.isEmpty else {
      return Explanation(
        title: cluster.isConverged || key != nil
          ? "\(what.capitalizedFirst) agree, and nothing is on its way that would change that."
          : "All copies agree, but an update is on its way that no replica has yet.")
    }
    var explanation = Explanation(
      title: differing.isEmpty
        ? "\(what.capitalizedFirst) agree, but something is on its way that would change that."
        : "Not yet converged: \(differing.count) key\(differing.count == 1 ? " differs" : "s differ").")
    explanation.add("What differs", differences(differing, live, explainer))
    let left = pending.facts(explainer) + awaited(key, explainer)
    explanation.add(
      "What is left to arrive",
      left.isEmpty
        ? [
          explainer.fact(
            nil, "Nothing is in flight or hinted. What differs stays so until a read or a repair compares the copies.")
        ] : left)
    explanation.add("What would bring it about, verified on a fork", endings(name))
    return explanation
  }

  /// Writes whose coordinators still wait for acknowledgements: who doesn't give one by the timeout gets a hint.
  private func awaited(_ key: KeyID?, _ explainer: Explainer) -> [Explanation.Fact] {
    guard cluster.environment.settings.keepsHints else { return [] }
    let timeout = cluster.environment.settings.writeTimeout
    let recent = world.observer.history.all.map(\.operation).filter { $0.began + timeout >= now }
    return (recent + cluster.openOperations).filter { operation in
      operation.kind.isUpdate && operation.coordinator != .none && (key == nil || operation.key == key)
    }.compactMap { operation -> Explanation.Fact? in
      guard let awaited = cluster.awaited(ofWrite: operation.id, at: operation.executor), !awaited.isEmpty else {
        return nil
      }
      let until = Quantity.milliseconds((operation.began + timeout).microseconds)
      return explainer.fact(
        nil,
        "\(explainer.name(operation.executor)) waits for op \(operation.id.index) to be acknowledged by "
          + "\(explainer.list(awaited)); for whoever hasn't by \(until) it keeps a hint.")
    }.suffix(Explainer.shown)
  }

  private func differences(
    _ keys: [KeyID], _ live: ReplicaSet, _ explainer: Explainer
  ) -> [Explanation.Fact] {
    var facts: [Explanation.Fact] = keys.prefix(Explainer.shown).map { key in
      var groups: [(what: String, replicas: [ReplicaID])] = []
      for owner in explainer.owners(of: key) where live.contains(owner) {
        let what = explainer.what(cluster.cell(key, at: owner).version, key, at: cluster.reading(of: owner))
        if let index = groups.firstIndex(where: { $0.what == what }) {
          groups[index].replicas.append(owner)
        } else {
          groups.append((what, [owner]))
        }
      }
      let copies = groups.map {
        "\(explainer.list($0.replicas)) \($0.replicas.count == 1 ? "holds" : "hold") \($0.what)"
      }
      return explainer.fact(
        nil, "\(Printable.escaped(cluster.catalogue.names.name(of: key))): \(copies.joined(separator: "; ")).")
    }
    if keys.count > Explainer.shown {
      facts.append(
        explainer.fact(
          nil,
          "So \(CountedNoun("does", "do").form(keys.count - Explainer.shown)) \(CountedNoun("more key").text(keys.count - Explainer.shown))."
        ))
    }
    return facts
  }

  /// The least of what could be done after which the replicas agree; each is tried until one does.
  private func endings(_ key: String?) -> [Explanation.Fact] {
    let explainer = Explainer(session: self, explanation: Explanation(title: ""))
    let trials = [[]] + mendings
    for commands in trials {
      guard let span = convergence(after: commands, of: key) else { continue }
      let words = commands.isEmpty ? "Nothing: time alone" : commands.map { "`\($0)`" }.joined(separator: ", ")
      return [explainer.fact(nil, "\(words): they agree \(explainer.ms(span)) from now.")]
    }
    return [
      explainer.fact(
        nil, "Nothing that was tried brings it about within a minute: \(trials.last?.joined(separator: ", ") ?? "").")
    ]
  }

  private var hasCuts: Bool {
    let all = cluster.topology.replicaIDs
    return all.contains { from in all.contains { $0 != from && cluster.network.isCut(from, $0) } }
  }

  /// What could be done, the least first.
  private var mendings: [[String]] {
    let topology = cluster.topology
    let heal = hasCuts ? ["heal"] : []
    let restart = topology.replicaIDs.filter { cluster.replicas[$0].status == .crashed }.map {
      "restart \(topology.name(of: $0))"
    }
    let resume = topology.replicaIDs.filter { cluster.replicas[$0].status == .paused }.map {
      "resume \(topology.name(of: $0))"
    }
    let release = Set(
      cluster.messagesInFlight.filter { $0.arrives == nil }.compactMap { sent -> String? in
        guard case .message(let message) = sent.event else { return nil }
        return "release \(topology.name(of: message.from)) \(topology.name(of: message.to))"
      }
    ).sorted()
    let all = heal + release + resume + restart
    var result = [heal, release, resume, restart, all].filter { !$0.isEmpty }
    if result.count == 2, result[0] == result[1] { result.removeLast() }
    return result + [["repair"]] + (all.isEmpty ? [] : [all + ["repair"]])
  }

  /// How long it takes after those commands until the replicas agree; nil if they don't within a minute.
  private func convergence(after commands: [String], of key: String?) -> TimeSpan? {
    var copy = self
    let start = now
    // Loads would go on changing things.
    for command in (cluster.openLoads > 0 || cluster.loadEnd != nil ? ["load stop"] : []) + commands {
      guard (try? copy.execute(.prompt(command), isPrompt: false) { _ in }) != nil else { return nil }
    }
    let limit = copy.now + Self.patience
    var rest = Fork.horizon
    while !copy.isConverged(on: key) {
      guard rest > 0, copy.now <= limit, copy.timeline.step() else { return nil }
      rest -= 1
    }
    return copy.now - start
  }

  private func isConverged(on name: String?) -> Bool {
    guard let key = name.flatMap({ cluster.catalogue.names.key(named: $0) }) else { return cluster.isConverged }
    return cluster.agrees(on: key, cluster.live) && PendingChanges(of: key, in: cluster).isEmpty
  }
}

/// What is on its way, waits or is hinted, and would change a copy.
private struct PendingChanges {
  /// Versions to the same end: when they arrive, from whom, for whom.
  private struct Group {
    let text: String
    let at: Instant?
    /// Who keeps a hint.
    let keeper: ReplicaID
    /// What it waits for.
    let handoff: HintStore.Handoff?
    var targets: [ReplicaID]
  }

  private var flights: [Group] = []
  private var hints: [Group] = []

  var isEmpty: Bool { flights.isEmpty && hints.isEmpty }

  init(of key: KeyID?, in cluster: Cluster) {
    func matters(_ version: VersionID, at target: ReplicaID) -> Bool {
      guard version != .none, cluster.live.contains(target) else { return false }
      let versionKey = cluster.catalogue.version(version).key
      return (key == nil || key == versionKey) && !cluster.has(version, target)
    }
    func add(
      _ text: String, _ at: Instant? = nil, keeper: ReplicaID = .none, _ handoff: HintStore.Handoff? = nil,
      for target: ReplicaID, to groups: inout [Group]
    ) {
      if let index = groups.firstIndex(where: { $0.text == text && $0.at == at && $0.handoff == handoff }) {
        if !groups[index].targets.contains(target) { groups[index].targets.append(target) }
      } else {
        groups.append(Group(text: text, at: at, keeper: keeper, handoff: handoff, targets: [target]))
      }
    }
    for sent in cluster.messagesInFlight {
      if case .message(let message) = sent.event, message.kind == .lead,
        let asked = cluster.keyHandedOver(by: message), key == nil || key == asked
      {
        add("Op \(message.operation.index), to be led there,", sent.arrives, for: message.to, to: &flights)
      }
      guard case .message(let message) = sent.event, message.kind.carriesVersion, message.kind != .dataResponse,
        matters(message.version, at: message.to)
      else { continue }
      add(MessageText.assignment(of: message.version, cluster), sent.arrives, for: message.to, to: &flights)
    }
    for replica in cluster.replicas.elements {
      let isDown = replica.status == .running ? "" : ", which is \(replica.status.rawValue)"
      for (target, pending) in replica.hints.pending {
        let count = pending.count { matters($0.version, at: target) }
        guard count > 0 else { continue }
        let text = "\(cluster.topology.name(of: replica.id))\(isDown) keeps \(count) hint\(count == 1 ? "" : "s")"
        add(text, keeper: replica.id, replica.hints.handoff(to: target), for: target, to: &hints)
      }
    }
  }

  func facts(_ explainer: Explainer) -> [Explanation.Fact] {
    let trail = explainer.trail(until: .end)
    let more = flights.count + hints.count - 2 * Explainer.shown
    return flights.prefix(Explainer.shown).map { group in
      let due = group.at.map { "due at \(Quantity.milliseconds($0.microseconds))" } ?? "on a held link"
      return explainer.fact(group.at, "\(group.text) is in flight to \(explainer.list(group.targets)), \(due).")
    }
      + hints.prefix(Explainer.shown).map { group in
        let outage = group.targets.lazy.compactMap { trail.outage(between: group.keeper, and: $0) }.first
        let why = outage.map { ", out of reach: \($0.words)" } ?? group.handoff?.words ?? ""
        return explainer.fact(nil, "\(group.text) for \(explainer.list(group.targets))\(why).")
      }
      + (more > 0 ? [explainer.fact(nil, "And \(more) more such things.")] : [])
  }
}

extension HintStore.Handoff {
  /// What hints wait for, as the end of a sentence.
  fileprivate var words: String {
    switch self {
    case .replaying: ", being replayed"
    case .queued: ", to be replayed once one of the coordinator's \(Replica.deliveryThreads) delivery threads is free"
    case .due(let instant): ", to be replayed from \(Quantity.milliseconds(instant.microseconds))"
    case .outOfReach: ", to be replayed within 10 s of its coming into reach"
    }
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
