import Kernel

/// What the cluster does about mirrors between regions, and what can be asked of them.
extension Cluster {
  /// What is mirrored has changed.
  mutating func change(_ mirror: MirrorChange) {
    switch mirror {
    case .on(let route, let checkpoint):
      let plan = MirrorPlan(source: route.source, target: route.target, checkpoint: checkpoint)
      turn.configure { settings in
        if let place = settings.mirrors.firstIndex(where: { $0.route == route }) {
          settings.mirrors[place] = plan
        } else {
          settings.mirrors.append(plan)
        }
      }
      checkpoints.begin(route, at: now)
    case .off(let route):
      turn.configure { $0.mirrors.removeAll { $0.route == route } }
      checkpoints.end(route)
    case .allOff:
      for plan in turn.environment.settings.mirrors { checkpoints.end(plan.route) }
      turn.configure { $0.mirrors = [] }
    }
    pokeMirrors(isChanged: true)
  }

  /// What is mirrored stays so when all begins anew.
  mutating func renewMirrors() {
    guard !turn.environment.settings.mirrors.isEmpty else { return }
    for plan in turn.environment.settings.mirrors { checkpoints.begin(plan.route, at: now) }
    pokeMirrors(isChanged: true)
  }

  /// Who leads somewhere may have changed: whoever fetches from there hears so, if it can reach anybody there.
  mutating func pokeMirrors(isChanged: Bool = false) {
    guard isChanged || !turn.environment.settings.mirrors.isEmpty else { return }
    let leaders = controller.partitions.map { $0.map(\.state.leader) }
    turn.rearrange { $0.leadersElsewhere = leaders }
    for id in replicas.ids where replicas.status(of: id) == .running { replicas.log[id].mirror(&turn) }
    if isChanged {
      for plan in turn.environment.settings.mirrors { scheduleCheckpoint(on: plan.route) }
    }
  }

  /// Takes in what mirrors have done.
  mutating func hearOfMirrors() {
    for index in 0..<turn.effects.mirrorings.count {
      switch turn.effects.mirrorings[index] {
      case .appended(let route): scheduleCheckpoint(on: route)
      case .checkpoint(let route, let groups): take(groups, on: route)
      }
    }
    turn.effects.mirrorings.clear()
  }

  // MARK: How far they are

  /// What a mirror has yet to bring of a partition: the offsets of its source's log from the first that it hasn't brought up to
  /// the watermark, and whose log that is. Nil where nobody leads there, or no copy lives here.
  private func unmirrored(_ partition: Int, on route: MirrorRoute) -> (at: ReplicaID, offsets: Range<Int>)? {
    guard let leader = decision(on: partition, in: route.source)?.state.leader, leader != .none,
      let decided = decision(on: partition, in: route.target)
    else { return nil }
    let source = replicas.log[leader].copies[partition]
    let end = source.watermark
    if decided.state.leader != .none {
      // Whose fetch waits there has all up to where it waits, but for what can't go there.
      let fetching = replicas.log[decided.state.leader].copies[partition].mirroring.first {
        $0.source == route.source
      }
      if let fetching, fetching.isAwaiting,
        let reader = source.readersElsewhere.first(where: {
          $0.replica == decided.state.leader && $0.number == fetching.number
        })
      {
        return (leader, min(reader.position, end)..<end)
      }
    }
    let live = live
    let holders = decided.state.leader == .none ? decided.members.filter(live.contains) : [decided.state.leader]
    guard !holders.isEmpty else { return nil }
    var start = 0
    for holder in holders {
      let next = replicas.log[holder].copies[partition].next(from: route.source)
      let common = next.epoch > 0 ? source.log.end(of: next.epoch)?.offset ?? 0 : 0
      start = max(start, min(next.offset, common))
    }
    return (leader, min(start, end)..<end)
  }

  /// The records of a partition that a mirror has yet to bring.
  private func awaitedRecords(_ partition: Int, on route: MirrorRoute) -> some Sequence<VersionID> {
    let rest = unmirrored(partition, on: route)
    let log = rest.map { replicas.log[$0.at].copies[partition].log }
    let turn = turn
    return (rest?.offsets ?? 0..<0).lazy.map { log?[$0].version ?? .none }.filter {
      $0 != .none && turn.isMirrored($0, to: route.target)
    }
  }

  /// The records of one region that are committed there and that a mirror has yet to bring to another, partition by partition.
  ///
  /// - Parameter key: only those of that key; nil: all.
  public func recordsToMirror(from source: RegionID, to target: RegionID, of key: KeyID? = nil) -> [VersionID] {
    let route = MirrorRoute(source: source, target: target)
    guard turn.environment.settings.mirrors.contains(where: { $0.route == route }) else { return [] }
    return (0..<turn.environment.placement.partitionCount).flatMap { Array(awaitedRecords($0, on: route)) }.filter {
      key == nil || turn.catalogue.versions[known: $0].key == key
    }
  }

  /// What a replica holds of another region's key, by the name that the mirror between the two gives it: the record that was
  /// written. Nil of a version of its own region, and where nothing of it has been mirrored.
  public func original(of version: VersionID, mirroredTo replica: ReplicaID) -> VersionID? {
    guard let home = catalogue.home(of: version), home != topology.region(of: replica) else { return nil }
    let name = topology.mirroredName(of: catalogue.names.name(of: catalogue.version(version).key), from: home)
    guard let key = catalogue.names.key(named: name) else { return nil }
    let held = cell(key, at: replica).version
    return held == .none ? nil : catalogue.original(of: held)
  }

  /// How old the oldest committed record is that a mirror has yet to bring; nil if there is none.
  ///
  /// - Parameter route: only what is mirrored from the first region to the second; nil: all.
  public func mirrorLag(on route: (from: RegionID, to: RegionID)?) -> TimeSpan? {
    let plans = turn.environment.settings.mirrors.filter { plan in
      route.map { plan.source == $0.from && plan.target == $0.to } ?? true
    }
    let accepted = plans.flatMap { plan in
      (0..<turn.environment.placement.partitionCount).compactMap { partition in
        awaitedRecords(partition, on: plan.route).first { _ in true }.map { turn.catalogue.version($0).accepted }
      }
    }
    return accepted.min().map { now - $0 }
  }

  /// The key of a committed record that a mirror has yet to bring; nil if all stand at their sources' watermarks.
  var keyToMirror: KeyID? {
    for plan in turn.environment.settings.mirrors {
      for partition in 0..<turn.environment.placement.partitionCount {
        if let version = awaitedRecords(partition, on: plan.route).first(where: { _ in true }) {
          return turn.catalogue.versions[known: version].key
        }
      }
    }
    return nil
  }
}

/// What a mirror has done.
enum MirrorNews: Sendable {
  /// It has brought records.
  case appended(MirrorRoute)
  /// It has brought how far consumers are.
  case checkpoint(MirrorRoute, [GroupPlace])
}
