import Insight
import Kernel
import Language
import Replication

extension Timeline {
  /// For how long the replicas are given to agree, on a fork.
  static let patience = TimeSpan.seconds(60)

  /// Why the replicas don't agree yet, what is left, and the least that would bring it about.
  func whyNotConverged(_ name: String?) -> Explanation {
    let explainer = Explainer(self, Explanation(title: ""))
    let key = name.flatMap { cluster.catalogue.names.key(named: $0) }
    let live = cluster.live
    let keys = key.map { [$0] } ?? Array(cluster.catalogue.names.keys)
    let differing = keys.filter { !cluster.agrees(on: $0, live) }
    let pending = PendingChanges(of: key, in: cluster)
    let (apart, copies) = (cluster.scheme.keepsRegionsApart, cluster.scheme.liveCopies)
    let all = apart ? copies : "all copies"
    let what = name.map { "\(apart ? copies : "the copies") of \(Printable.named($0))" } ?? all
    let undecided = cluster.undecided(on: key)
    let behind = cachesBehind(key, explainer)
    let waiting = PendingChanges(of: key, in: cluster, for: .down)
    guard !differing.isEmpty || !pending.isEmpty || !undecided.isEmpty || !behind.isEmpty else {
      let areAlike = keys.allSatisfy { cluster.agrees(on: $0, cluster.topology.everyone) }
      let which = areAlike && waiting.isEmpty ? "agree" : "that run agree"
      var explanation = Explanation(
        title: cluster.isConverged || key != nil
          ? "\(what.capitalizedFirst) \(which), and nothing is on its way that would change that."
          : "\(all.capitalizedFirst) \(which), but an update is on its way that no replica has yet.")
      explanation.add("What is kept for who is down", waiting.facts(explainer))
      return explanation
    }
    var explanation = Explanation(
      title: differing.isEmpty
        ? !behind.isEmpty && pending.isEmpty && undecided.isEmpty
          ? "The databases agree; caches, or what they are yet to be told, don't."
          : "\(what.capitalizedFirst) agree, but something is on its way that would change that."
        : "Not yet converged: \(differing.count) key\(differing.count == 1 ? " differs" : "s differ").")
    explanation.add("What differs", differences(differing, live, explainer))
    explanation.add("What the caches keep, and what they and the databases have not heard", behind)
    let left = pending.facts(explainer) + goingOn(undecided, explainer) + awaited(key, explainer)
    let looks = Quotes(cluster.topology.replicaIDs.map { Evidence.pending($0, position: cluster.position) })
    let silence = PresentClaim.nothingLeft(
      besidesForDown: !waiting.isEmpty, isByClocks: !differing.isEmpty && differing.allSatisfy(differsByClocks))
    let nothing = looks.map { [explainer.fact(.present(silence), nil, $0)] } ?? []
    explanation.add(
      "What is left to arrive", (left.isEmpty && behind.isEmpty ? nothing : left) + gone(looks, explainer))
    explanation.add("What is kept for who is down", waiting.facts(explainer))
    explanation.add("What would bring it about, tried on a fork", endings(key, explainer))
    return explanation
  }

  /// Whether those that run hold the same of a key, of which something has expired by some clocks only.
  private func differsByClocks(_ key: KeyID) -> Bool {
    let live = cluster.live
    return cluster.owners(toAgreeOn: key).allSatisfy { owners in
      Set(owners.filter(live.contains).map { cluster.cell(key, at: $0).version }).count < 2
    }
  }

  /// What will never arrive, as it was kept for too short a time.
  private func gone(_ looks: Quotes?, _ explainer: Explainer) -> [Explanation.Fact] {
    guard cluster.scheme.features.contains(.streams), cluster.expiredChanges > 0, let looks else { return [] }
    return [explainer.fact(.present(.expired(cluster.expiredChanges)), nil, looks)]
  }

  /// Updates that go on and are not told of as on their way to a leader.
  private func goingOn(_ operations: [Replication.Operation], _ explainer: Explainer) -> [Explanation.Fact] {
    operations.filter { cluster.handover(of: $0.id) == nil }.prefix(Explainer.shown).map { operation in
      explainer.fact(
        .present(.goesOn(operation.id, by: operation.executor)), nil,
        Quotes(.pending(operation.executor, position: cluster.position)))
    }
  }

  /// Writes whose coordinators still wait for acknowledgements.
  private func awaited(_ key: KeyID?, _ explainer: Explainer) -> [Explanation.Fact] {
    let timeout = cluster.environment.settings.writeTimeout
    let recent = world.observer.history.all.map(\.operation).filter { $0.began + timeout >= now }
    return (recent + cluster.openOperations).filter { operation in
      operation.kind.isUpdate && operation.coordinator != .none && (key == nil || operation.key == key)
    }.compactMap { operation -> Explanation.Fact? in
      guard let awaited = cluster.awaited(ofWrite: operation.id, at: operation.executor), !awaited.isEmpty else {
        return nil
      }
      return explainer.fact(
        .present(
          .awaits(operation.id, by: operation.executor, Array(awaited), until: operation.began + timeout)), nil,
        Quotes(.pending(operation.executor, position: cluster.position)))
    }.suffix(Explainer.shown)
  }

  private func differences(_ keys: [KeyID], _ live: ReplicaSet, _ explainer: Explainer) -> [Explanation.Fact] {
    func isExpired(_ version: VersionID, _ reading: Int64) -> Bool {
      version != .none && cluster.catalogue.isExpired(version, at: reading)
    }
    /// Those that run, of those that don't hold alike what they should.
    func owners(_ key: KeyID) -> [ReplicaID] {
      let groups = cluster.owners(toAgreeOn: key).map { $0.filter(live.contains) }
      guard groups.count > 1 else { return groups.first ?? [] }
      return groups.filter { Set($0.map { cluster.cell(key, at: $0).version }).count > 1 }.flatMap { $0 }
    }
    func looks(_ key: KeyID) -> [Evidence] {
      owners(key).map { .copy($0, key, position: cluster.position) }
    }
    func expiredColumns(_ version: VersionID, _ reading: Int64) -> [String] {
      let cells = cluster.catalogue.state(of: version)?.row?.cells ?? []
      return cells.filter { $0.value != nil && $0.isDead(at: reading) }.map(\.column)
    }
    var facts = keys.prefix(Explainer.shown).compactMap { key -> Explanation.Fact? in
      var groups: [PresentClaim.Group] = []
      for owner in owners(key) {
        let version = cluster.cell(key, at: owner).version
        let reading = cluster.reading(of: owner)
        let (isOver, columns) = (isExpired(version, reading), expiredColumns(version, reading))
        if let index = groups.firstIndex(where: {
          $0.version == version && $0.isExpired == isOver && $0.columns == columns
        }) {
          groups[index].replicas.append(owner)
        } else {
          groups.append(
            PresentClaim.Group(version: version, isExpired: isOver, columns: columns, replicas: [owner]))
        }
      }
      return Quotes(looks(key)).map { explainer.fact(.present(.copies(key, groups)), nil, $0) }
    }
    let rest = keys.dropFirst(Explainer.shown)
    if let quotes = Quotes(rest.flatMap(looks)) {
      facts.append(explainer.fact(.present(.moreDiffer(rest.count)), nil, quotes))
    }
    return facts
  }

  // MARK: What would bring it about

  /// The least of what could be done after which the replicas agree; each is tried until one does that brings nothing
  /// back which was deleted. One that does bring something back is told as well, and that it does.
  private func endings(_ key: KeyID?, _ explainer: Explainer) -> [Explanation.Fact] {
    var harmful: [Explanation.Fact] = []
    for mendings in [[]] + self.mendings {
      guard let ending = convergence(after: mendings, of: key) else { continue }
      let text = CommandText(cluster)
      let fact = explainer.fact(
        .present(.agreeAfter(mendings.map(text.text), ending.span, revived: ending.revived)), nil,
        Quotes(.attempt(inputs(mendings), at: cluster.position)))
      if ending.revived.isEmpty { return [fact] + harmful }
      if harmful.isEmpty { harmful.append(fact) }
    }
    guard harmful.isEmpty else { return harmful }
    let text = CommandText(cluster)
    let tried = self.mendings.map { inputs($0) }
    return [
      explainer.fact(
        .present(.neverAgree(self.mendings.map { $0.map(text.text) })), nil,
        Quotes(.attempt([], at: cluster.position), tried.map { .attempt($0, at: cluster.position) }))
    ]
  }

  private func inputs(_ mendings: [Mending]) -> [Input] {
    // Loads would go on changing things.
    let isLoaded = cluster.openLoads > 0 || cluster.loadEnd != nil
    return (isLoaded ? [.stopLoads] : []) + mendings.map { $0.input(cluster.topology) }
  }

  private var hasCuts: Bool {
    let all = cluster.topology.replicaIDs
    return all.contains { from in all.contains { $0 != from && cluster.network.isCut(from, $0) } }
  }

  /// What could be done, the least first.
  private var mendings: [[Mending]] {
    let replicas = cluster.replicas.elements
    let heal = hasCuts ? [Mending.heal] : []
    let restart = replicas.filter { $0.status == .crashed }.map { Mending.restart($0.id) }
    let resume = replicas.filter { $0.status == .paused }.map { Mending.resume($0.id) }
    var release: [Mending] = []
    for sent in cluster.messagesInFlight where sent.arrives == nil {
      guard case .message(let message) = sent.event else { continue }
      let one = Mending.release(message.from, message.to)
      if !release.contains(one) { release.append(one) }
    }
    let all = heal + release + resume + restart
    var result = [heal, release, resume, restart, all].filter { !$0.isEmpty }
    if result.count == 2, result[0] == result[1] { result.removeLast() }
    // What isn't to be had is not tried.
    if cluster.primary != nil { result += [cluster.topology.regionIDs.map { .flush($0) }] }
    guard cluster.scheme.features.contains(.repair) else { return result }
    return result + [[.repair]] + (all.isEmpty ? [] : [all + [.repair]])
  }

  /// How long it takes after that until the replicas agree, and on which keys they then hold what is dead by an
  /// acknowledged delete, or by its own end; nil if they don't agree within a minute.
  private func convergence(
    after mendings: [Mending], of key: KeyID?
  ) -> (span: TimeSpan, revived: [KeyID])? {
    var fork = self
    fork.fork("why")
    for input in inputs(mendings) { fork.perform(input) }
    guard let span = fork.convergence(on: key, within: Self.patience) else { return nil }
    let keys = key.map { [$0] } ?? Array(cluster.catalogue.names.keys)
    return (span, keys.filter { revivals(of: $0, in: fork.world) > revivals(of: $0, in: world) })
  }

  /// How many copies of a key hold something that is preceded by what ended it, which they don't have.
  private func revivals(of key: KeyID, in world: World) -> Int {
    let cluster = world.cluster
    let owners = cluster.environment.owners(of: key).members
    return owners.count { owner in
      let held = cluster.cell(key, at: owner).version
      let reading = cluster.reading(of: owner)
      guard held != .none, !cluster.catalogue.isDead(held, at: reading) else { return false }
      // What it missed besides may have been lost, but only of the dead it can be said that they have come back.
      return world.observer.staleness.lacking(key, held: held, seen: .none, cluster.catalogue).contains {
        cluster.catalogue.isDead($0, at: reading) && cluster.catalogue.wins($0, over: held)
      }
    }
  }
}

extension Timeline {
  /// Plays on until the replicas agree, about a key or at all; nil if they don't within a span.
  mutating func convergence(on key: KeyID?, within span: TimeSpan) -> TimeSpan? {
    let start = world.cluster.now
    var rest = Fork.horizon
    var clocks = ClockWatch()
    while !world.cluster.isConverged(on: key) {
      guard rest > 0, world.cluster.now <= start + span else { return nil }
      rest -= 1
      if let change = clocks.nextChange(in: world.cluster), change <= start + span,
        world.cluster.nextInstant.map({ change < $0 }) ?? true
      {
        // What expires does so between events.
        run(until: change)
      } else if !step() {
        return nil
      }
    }
    return world.cluster.now - start
  }
}

extension Cluster {
  /// Whether the copies of a key agree, and nothing is on its way and no update goes on that would change that; of all
  /// keys if none is named.
  func isConverged(on key: KeyID?) -> Bool {
    guard let key else { return isConverged && undecided(on: nil).isEmpty && PendingChanges(of: nil, in: self).isEmpty }
    return agrees(on: key, live) && PendingChanges(of: key, in: self).isEmpty && undecided(on: key).isEmpty
      && cacheDifferences(on: key).isEmpty
  }

  /// The updates of a key, or of any, that go on and that no copy has: each may write yet.
  func undecided(on key: KeyID?) -> [Replication.Operation] {
    openOperations.filter { operation in
      operation.kind.isUpdate && operation.outcome == nil && (key == nil || operation.key == key)
        && (version(writtenBy: operation.id).map { holders(of: $0).isEmpty } ?? true)
    }
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
