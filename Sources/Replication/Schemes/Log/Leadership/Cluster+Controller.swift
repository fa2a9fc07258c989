import Kernel

/// What the controllers do.
extension Cluster {
  /// After what time without a leader one that was not in sync may lead, if the setting says so (KIP-1275: the controller
  /// looks every 5 minutes).
  static let uncleanPatience = TimeSpan.seconds(300)

  /// At the beginning of time everybody is in sync, and the first copy of each partition leads.
  mutating func beginLogs() {
    turn.catalogue.keepApart(topology)
    controller = Controller()
    controller.heard = topology.everyone
    controller.reached = topology.everyone
    controller.changed = Array(repeating: .start, count: topology.replicas.count)
    controller.partitions = topology.regionIDs.map { region in
      turn.environment.placement.copies.map { copies in
        let members = copies[region.index]
        return LogPartition(
          state: PartitionState(
            leader: members.first ?? .none, epoch: 1, inSync: ReplicaSet(members), eligible: ReplicaSet()),
          members: members, lastLeader: members.first ?? .none)
      }
    }
  }

  // MARK: Who is there

  /// Whether the controller of a replica's region can reach it: it runs, and is not cut off from all others of the region
  /// (of the cluster, where the region has no more than two).
  private func isHeard(_ id: ReplicaID) -> Bool {
    guard replicas.status(of: id) == .running else { return false }
    let region = topology.set(of: topology.region(of: id))
    let others = (region.count > 2 ? region : topology.everyone).subtracting(ReplicaSet([id]))
    return others.count < 2 || others.contains { !network.isCut(id, $0) && !network.isCut($0, id) }
  }

  /// Takes in what a fault or its end has changed; the controllers notice it when the setting says so.
  mutating func watchReplicas() {
    let before = controller.reached
    for id in replicas.ids {
      let isReached = isHeard(id)
      guard isReached != before.contains(id) else { continue }
      if isReached { controller.reached.insert(id) } else { controller.reached.remove(id) }
      controller.changed[id.index] = now
    }
    let returned = controller.wiped.intersection(controller.reached)
    if !returned.isEmpty { register(returned) }
    tellMissed()
    guard controller.reached != before, let delay = turn.environment.settings.detector.delay else { return }
    if delay == .zero {
      _ = noticeReplicas()
    } else {
      queue.push(Scheduled(departed: now, event: .wake(.log(.notice))), at: now + delay)
    }
  }

  /// Whoever comes back before the controller has noticed that it was away fetches what was decided meanwhile (KIP-631: a broker
  /// reads the metadata log from where it stopped): it may have been elected. The others hear once they are noticed.
  private mutating func tellMissed() {
    for id in controller.untold.intersection(controller.reached).intersection(controller.heard) {
      for partition in partitions(in: topology.region(of: id)) { tell(id, partition) }
      controller.untold.remove(id)
    }
  }

  /// Whoever comes back without its disk says so at once: it has nothing of what it had (KIP-966: a broker that registers after
  /// an unclean shutdown leaves every set). Before KIP-966 the last one in sync stays so, and leads with an empty log: in a new
  /// epoch, as its broker has a new incarnation and is fenced until it is heard, so the others cut off what it lacks.
  private mutating func register(_ returned: ReplicaSet) {
    controller.wiped = controller.wiped.subtracting(returned)
    for id in returned {
      forEachPartition(of: id) { $0.remove(id, hasItsDisk: false, $1) }
      let region = topology.region(of: id)
      for partition in partitions(in: region) {
        let state = controller.partitions[region.index][partition].state
        guard state.inSync.contains(id) else {
          tell(id, partition)
          continue
        }
        controller.hasLost = true
        if state.leader == id { elect(id, .inSync, region, partition) } else { tell(id, partition) }
      }
    }
  }

  /// The controllers come to know who can be reached, if that has been so for long enough. False if it is known.
  mutating func noticeReplicas() -> Bool {
    guard let delay = turn.environment.settings.detector.delay else { return false }
    let different = controller.heard.union(controller.reached)
      .subtracting(controller.heard.intersection(controller.reached))
    let noticed = ReplicaSet(different.filter { now - controller.changed[$0.index] >= delay })
    guard !noticed.isEmpty else { return false }
    for id in noticed {
      if controller.reached.contains(id) { controller.heard.insert(id) } else { controller.heard.remove(id) }
      controller.untold.remove(id)
    }
    for id in noticed where !controller.heard.contains(id) {
      let hasItsDisk = !controller.wiped.contains(id)
      forEachPartition(of: id) { $0.remove(id, hasItsDisk: hasItsDisk, $1) }
    }
    for id in noticed where controller.heard.contains(id) {
      for partition in partitions(in: topology.region(of: id)) {
        let region = topology.region(of: id)
        guard !electIfNeeded(region, partition) else { continue }
        tell(id, partition)
        // Its leader may have asked in vain for it to count as in sync.
        let leader = controller.partitions[region.index][partition].state.leader
        if leader != .none, leader != id, controller.reached.contains(leader) { tell(leader, partition) }
      }
    }
    return true
  }

  private func partitions(in region: RegionID) -> Range<Int> { controller.partitions[region.index].indices }

  /// Changes what was decided about each partition of which a replica has a copy, elects where that is needed, and tells all.
  private mutating func forEachPartition(of id: ReplicaID, _ change: (inout LogPartition, Settings) -> Void) {
    let region = topology.region(of: id)
    for partition in partitions(in: region) where controller.partitions[region.index][partition].members.contains(id) {
      decide(region, partition, change)
    }
  }

  /// Changes what was decided about a partition, elects if that is needed, and tells all.
  private mutating func decide(
    _ region: RegionID, _ partition: Int, _ change: (inout LogPartition, Settings) -> Void
  ) {
    let before = controller.partitions[region.index][partition].state
    change(&controller.partitions[region.index][partition], turn.environment.settings)
    guard !electIfNeeded(region, partition) else { return }
    if controller.partitions[region.index][partition].state != before { tellAll(region, partition) }
  }

  // MARK: Elections

  /// Elects a leader if the one there is can't lead. Whether anything has changed.
  @discardableResult
  private mutating func electIfNeeded(_ region: RegionID, _ partition: Int) -> Bool {
    let entry = controller.partitions[region.index][partition]
    let mayLead = entry.state.inSync.contains(entry.state.leader) && controller.heard.contains(entry.state.leader)
    guard !mayLead else { return false }
    if let (replica, election) = entry.candidate(among: controller.heard) {
      elect(replica, election, region, partition)
    } else if entry.state.leader != .none {
      elect(.none, nil, region, partition)
      watchForUnclean(region, partition)
    } else {
      return false
    }
    return true
  }

  private mutating func elect(_ leader: ReplicaID, _ election: LogElection?, _ region: RegionID, _ partition: Int) {
    if election == .unclean || election == .lastLeader { controller.hasLost = true }
    controller.partitions[region.index][partition].elect(leader, election, at: now, turn.environment.settings)
    tellAll(region, partition)
  }

  private mutating func watchForUnclean(_ region: RegionID, _ partition: Int) {
    guard turn.environment.settings.electsUncleanly else { return }
    let entry = controller.partitions[region.index][partition]
    queue.push(
      Scheduled(
        departed: now,
        event: .wake(.log(.unclean(region, partition: UInt16(partition), epoch: entry.state.epoch)))),
      at: max(now, entry.since + Self.uncleanPatience))
  }

  /// Elects the longest log of those that are heard, of several the lowest number, though it was not in sync. False if there
  /// is a leader, or nobody.
  ///
  /// KIP-966's unclean recovery chooses so, and it loses least. What is released takes the first that lives, in the order of the
  /// assignment (`PartitionChangeBuilder.electAnyLeader`), and so may lose more.
  mutating func electUncleanly(_ region: RegionID, _ partition: Int, epoch: UInt32) -> Bool {
    let entry = controller.partitions[region.index][partition]
    guard entry.state.leader == .none, entry.state.epoch == epoch, turn.environment.settings.electsUncleanly else {
      return false
    }
    let heard = entry.members.filter(controller.heard.contains).sorted()
    let ends = heard.map { replicas.log[$0].copies[partition].log.end }
    guard let longest = ends.max(), let place = ends.firstIndex(of: longest) else {
      // Nobody is there: it looks again.
      queue.push(
        Scheduled(departed: now, event: .wake(.log(.unclean(region, partition: UInt16(partition), epoch: epoch)))),
        at: now + Self.uncleanPatience)
      return true
    }
    elect(heard[place], .unclean, region, partition)
    return true
  }

  /// Who could lead a partition in its leader's place without loss: the others in sync that are heard, in the order of the copies
  /// (`PreferredLeaderElection`: of those in sync only).
  func logHeirs(of partition: Int, in region: RegionID) -> [ReplicaID] {
    guard let decided = decision(on: partition, in: region), decided.state.leader != .none else { return [] }
    return decided.members.filter {
      $0 != decided.state.leader && decided.state.inSync.contains($0) && controller.heard.contains($0)
        && controller.reached.contains($0)
    }
  }

  /// Elects somebody in sync in a leader's place, by the operator's hand. Who led is in sync still, and follows.
  mutating func moveLogLeader(_ region: RegionID, _ partition: Int, to heir: ReplicaID) {
    guard logHeirs(of: partition, in: region).contains(heir) else { return }
    elect(heir, .inSync, region, partition)
  }

  // MARK: What leaders ask

  /// Takes in whom leaders count as in sync.
  mutating func hearPleas() {
    while turn.effects.pleas.count > 0 {
      let pleas = (0..<turn.effects.pleas.count).map { turn.effects.pleas[$0] }
      turn.effects.pleas.clear()
      for plea in pleas { hear(plea) }
    }
  }

  private mutating func hear(_ plea: ControllerPlea) {
    let (region, partition) = (plea.region, Int(plea.partition))
    let state = controller.partitions[region.index][partition].state
    guard state.leader == plea.leader, state.epoch == plea.epoch, controller.reached.contains(plea.leader),
      state.inSync.contains(plea.follower) != plea.isInSync
    else { return }
    // Whom the controller takes for dead can't join (INELIGIBLE_REPLICA).
    guard !plea.isInSync || controller.heard.contains(plea.follower) else { return }
    decide(region, partition) {
      if plea.isInSync { $0.add(plea.follower, $1) } else { $0.remove(plea.follower, hasItsDisk: true, $1) }
    }
  }

  /// What was settled about logs has changed.
  mutating func change(_ setting: (inout Settings) -> Void) {
    let before = turn.environment.settings
    turn.configure(setting)
    guard plan.scheme == .log else { return }
    let settings = turn.environment.settings
    for region in topology.regionIDs {
      for partition in partitions(in: region) {
        // KIP-966: a change of how many must be in sync clears who is eligible.
        if settings.minInSync != before.minInSync || !settings.keepsEligible {
          controller.partitions[region.index][partition].state.eligible = ReplicaSet()
        }
        tellAll(region, partition)
        if settings.electsUncleanly, !before.electsUncleanly,
          controller.partitions[region.index][partition].state.leader == .none
        {
          watchForUnclean(region, partition)
        }
      }
    }
    if settings.compaction != before.compaction {
      controller.cleaning += 1
      for id in replicas.ids { replicas.log[id].beginCleaning(controller.cleaning, &turn) }
    }
  }

  // MARK: Who hears

  /// Tells everybody in a region about a partition.
  private mutating func tellAll(_ region: RegionID, _ partition: Int) {
    for id in topology.members(of: region) {
      if controller.reached.contains(id) || replicas.status(of: id) == .paused {
        tell(id, partition)
      } else {
        controller.untold.insert(id)
      }
    }
    pokeMirrors()
  }

  /// Tells a replica about a partition; a paused one hears it when it goes on, after what came before.
  private mutating func tell(_ id: ReplicaID, _ partition: Int) {
    switch replicas.status(of: id) {
    case .running:
      replicas.log[id].hear(state(of: partition, at: id), of: partition, &turn)
    case .paused:
      replicas[id].inbox.append(
        Scheduled(departed: now, event: .wake(.log(.hear(id, partition: UInt16(partition))))))
    case .crashed: break
    }
  }

  private func state(of partition: Int, at id: ReplicaID) -> PartitionState {
    controller.partitions[topology.region(of: id).index][partition].state
  }

  /// Lets a timer of the scheme go off. False if nobody waits for it any more.
  mutating func wake(_ timer: LogTimer, _ scheduled: Scheduled) -> Bool {
    switch timer {
    case .notice: return noticeReplicas()
    case .unclean(let region, let partition, let epoch): return electUncleanly(region, Int(partition), epoch: epoch)
    case .hear(let id, let partition):
      return wake(id, incarnation: nil, scheduled) { [state = state(of: Int(partition), at: id)] in
        $0.log[id].hear(state, of: Int(partition), &$1)
        return true
      }
    case .checkpoint(let route, let generation): return makeCheckpoint(on: route, generation: generation)
    case .session(let client, let crash): return endSession(of: client, crash: crash)
    case .lag, .refetch, .clean, .refetchElsewhere:
      guard let (id, incarnation) = timer.sleeper else { return false }
      return wake(id, incarnation: incarnation, scheduled) { $0.log[id].wake(timer, &$1) }
    }
  }
}
