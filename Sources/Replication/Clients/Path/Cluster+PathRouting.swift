import Kernel

/// Whom an attempt asks: which region names and routing lead to, and which replica its load balancer gives there.
extension Cluster {
  /// Whom an attempt asks; nil where its client knows that there is nobody.
  ///
  /// - Parameter besides: who was asked before, and late: another of the same region is looked for.
  mutating func attemptCoordinator(of operation: Operation, besides: ReplicaID) -> ReplicaID? {
    if operation.named != .none {
      return besides == .none && canReach(operation.named, from: operation.region) ? operation.named : nil
    }
    let settings = turn.environment.settings.path
    if besides != .none {
      let home = replicas[besides].region
      return turn.environment.proximity.order(fromClientIn: operation.region).first {
        $0 != besides && replicas[$0].region == home && isDoor($0) && mayAsk($0, from: operation.region)
      }
    }
    guard settings.picksRegion else {
      // A first attempt, and every one of a load, goes to whoever was chosen for it.
      let chosen = operation.coordinator
      if chosen != .none, operation.attempts == 1 || operation.isLoad, canReach(chosen, from: operation.region) {
        return chosen
      }
      return chooseCoordinator(for: operation.client, in: operation.region, operation.key)
    }
    guard let region = region(for: operation) else { return nil }
    return balanced(operation, in: region)
  }

  private func isDoor(_ replica: ReplicaID) -> Bool { turn.environment.frontDoors?.contains(replica) ?? true }

  // MARK: The region

  /// The regions in the order of their nearness to clients of one.
  private func regions(nearestTo region: RegionID) -> [RegionID] {
    var order: [RegionID] = []
    for replica in turn.environment.proximity.order(fromClientIn: region) {
      let home = replicas[replica].region
      if !order.contains(home) { order.append(home) }
    }
    return order
  }

  /// The region to which an operation goes; nil where there is none to go to.
  private mutating func region(for operation: Operation) -> RegionID? {
    let settings = turn.environment.settings
    let order = regions(nearestTo: operation.region)
    var given: [RegionID]
    if let ttl = settings.path.nameTTL {
      let draw = turn.environment.randomness.draw(
        .resolver, owner: UInt64(operation.region.raw), number: UInt64(operation.id.raw))
      let asked = NameResolution.asked(
        resolver: Int(draw.below(UInt64(NameResolution.resolvers))), of: operation.region, ttl: ttl, at: now,
        turn.environment.randomness)
      let zone = path.all.names.zone(at: asked)
      given = order.filter { zone.healthy[$0.index] }
      // Where nothing is believed well, all is given: a name server that gives nothing helps nobody (Route 53).
      if given.isEmpty { given = order }
      note(.resolved(given[0], asked: asked), of: operation)
      if let reason = misleading(to: given[0], in: zone, until: asked + ttl) {
        note(.misled(given[0], reason), of: operation)
      }
    } else {
      given = order.filter { home in
        turn.environment.topology.members(of: home).contains {
          isDoor($0) && mayAsk($0, from: operation.region)
        }
      }
    }
    if settings.failover == .local { given = given.filter { $0 == operation.region } }
    guard let nearest = given.first else { return nil }
    let region = routed(operation, among: given, nearest: nearest)
    path.all.favourites[operation.client] = region
    if settings.path.routing != .nearest { note(.routed(region, settings.path.routing), of: operation) }
    return region
  }

  private mutating func routed(_ operation: Operation, among given: [RegionID], nearest: RegionID) -> RegionID {
    switch turn.environment.settings.path.routing {
    case .nearest: return nearest
    case .sticky:
      let favourite = path.all.favourites[operation.client]
      return favourite != .none && given.contains(favourite) ? favourite : nearest
    case .fresh:
      guard operation.kind == .read else { return nearest }
      let newest = newestAccepted(of: operation.key, in: turn.environment.everyone)
      return given.first { region in
        turn.environment.topology.members(of: region).contains { mayAsk($0, from: operation.region) }
          && newestAccepted(of: operation.key, in: turn.environment.topology.set(of: region)) == newest
      } ?? nearest
    }
  }

  /// When the newest version of a key was accepted that any running replica of those holds.
  private func newestAccepted(of key: KeyID, in set: ReplicaSet) -> Instant? {
    set.lazy.filter { self.replicas[$0].status == .running }.compactMap { replica -> Instant? in
      let version = self.cell(key, at: replica).version
      return version == .none ? nil : self.turn.catalogue.version(version).accepted
    }.max()
  }

  // MARK: The replica

  /// Whom a region's load balancer gives a client. It gives somebody also where it believes nobody well: it fails open (AWS'
  /// Application Load Balancer).
  private mutating func balanced(_ operation: Operation, in region: RegionID) -> ReplicaID? {
    let members = turn.environment.topology.members(of: region).filter(isDoor)
    let isChecked = turn.environment.settings.path.balancerCheck != nil
    let believed = members.filter {
      isChecked ? path.all.balancer.isHealthy($0.index) : replicas[$0].status == .running
    }
    // A load's operations have no client of their own that would be nearest to anybody.
    let policy: CoordinatorPolicy? =
      operation.isLoad && turn.environment.coordinatorPolicy == .nearest ? .roundRobin : nil
    return chooseCoordinator(
      for: operation.client, in: operation.region, operation.key,
      among: ReplicaSet(believed.isEmpty ? Array(members) : Array(believed)), by: policy)
  }
}
