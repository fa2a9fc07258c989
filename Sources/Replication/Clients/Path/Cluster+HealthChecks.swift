import Kernel

/// What health checks find out about regions and replicas, and when.
///
/// A region is well while one of its replicas runs and outside clients reach it. A region that no link joins to any other is
/// cut off from outside, too, and its clients count as outside (where names are in force: else clients stand in their region).
extension Cluster {
  /// Takes in what a fault, its end or a setting has changed.
  mutating func observePath() {
    let settings = turn.environment.settings.path
    let shutOff = settings.nameTTL == nil ? ReplicaSet() : regionsShutOff()
    if shutOff != turn.environment.shutOff { turn.rearrange { $0.shutOff = shutOff } }
    if settings.nameTTL != nil {
      for region in turn.environment.topology.regionIDs
      where path.all.names.watch.observe(region.index, isWell: isWell(region), at: now) {
        if let check = settings.healthCheck { planCheck(of: region, check) }
      }
    }
    if let check = settings.balancerCheck {
      for replica in turn.environment.everyone
      where path.all.balancer.observe(replica.index, isWell: replicas[replica].status == .running, at: now) {
        planCheck(of: replica, check)
      }
    }
  }

  /// The replicas of regions that no message joins to any other both ways.
  private func regionsShutOff() -> ReplicaSet {
    var shutOff = ReplicaSet()
    let topology = turn.environment.topology
    // Of two regions that are cut from each other neither is cut off from outside more than the other.
    guard topology.regions.count > 2 else { return shutOff }
    for region in topology.regionIDs {
      let members = topology.set(of: region)
      let others = turn.environment.everyone.subtracting(members)
      let isJoined = Network.pairs(from: members, to: others, bothWays: false).contains {
        !network.isCut($0.from, $0.to) && !network.isCut($0.to, $0.from)
      }
      if !isJoined { shutOff = shutOff.union(members) }
    }
    return shutOff
  }

  /// Why names lead to a region that can't be reached; nil where it can.
  func misleading(to region: RegionID, in zone: NameResolution.Zone, until: Instant) -> Misleading? {
    guard !isWell(region) else { return nil }
    guard let check = turn.environment.settings.path.healthCheck else { return .unchecked }
    if !zone.healthy[region.index] { return .noBetter }
    let watch = path.all.names.watch
    return watch.isHealthy(region.index)
      ? .unnoticed(failed: UInt8(clamping: watch.streak(region.index)), of: UInt8(clamping: check.failures))
      : .outdated(until: until)
  }

  private func isWell(_ region: RegionID) -> Bool {
    turn.environment.topology.members(of: region).contains {
      replicas[$0].status == .running && !turn.environment.shutOff.contains($0)
    }
  }

  /// The checker of that number has a beat of its own.
  private func nextBeat(_ check: HealthCheck, owner: UInt64) -> Instant {
    let draw = turn.environment.randomness.draw(.healthCheck, owner: owner, number: 0)
    let phase = TimeSpan(microseconds: Int64(draw.below(UInt64(check.interval.microseconds))))
    return HealthWatch.beat(after: now, every: check.interval, phase: phase)
  }

  private mutating func planCheck(of region: RegionID, _ check: HealthCheck) {
    let due = nextBeat(check, owner: UInt64(region.raw))
    path.all.names.watch.plan(region.index, at: due)
    wake(.check(region), after: due - now)
  }

  private mutating func planCheck(of replica: ReplicaID, _ check: HealthCheck) {
    let due = nextBeat(check, owner: 1 << 32 | UInt64(replicas[replica].region.raw))
    path.all.balancer.plan(replica.index, at: due)
    wake(.balance(replica), after: due - now)
  }

  /// The name server looks after a region. False if that was planned under another setting.
  mutating func check(_ region: RegionID) -> Bool {
    guard let check = turn.environment.settings.path.healthCheck, path.all.names.watch.isDue(region.index, at: now)
    else { return false }
    switch path.all.names.watch.look(region.index, isWell: isWell(region), check) {
    case .asBelieved: break
    case .again: planCheck(of: region, check)
    case .otherwise: path.all.names.change(region, at: now)
    }
    return true
  }

  /// A load balancer looks after a replica. False if that was planned under another setting.
  mutating func balance(_ replica: ReplicaID) -> Bool {
    guard let check = turn.environment.settings.path.balancerCheck, path.all.balancer.isDue(replica.index, at: now)
    else { return false }
    let isWell = replicas[replica].status == .running
    if case .again = path.all.balancer.look(replica.index, isWell: isWell, check) { planCheck(of: replica, check) }
    return true
  }

  /// How long it has taken, or takes, until so many of 1,000 clients of the region lost last turned elsewhere: until they have had
  /// an answer, for they ask all the time; nil while that hasn't come to be.
  public func failoverTime(ofThousand share: Int) -> TimeSpan? {
    guard let ttl = turn.environment.settings.path.nameTTL, let failover = path.all.names.failover else { return nil }
    let moves = NameResolution.moves(failover, ttl: ttl, turn.environment.randomness)
    let move = moves[max(0, share - 1)]
    return move <= now ? move - failover.lost : nil
  }
}
