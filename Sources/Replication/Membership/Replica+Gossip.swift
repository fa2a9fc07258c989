import Kernel

/// Gossip as in Cassandra 4.1 (`gms/Gossiper`): every replica tells somebody each period what it has heard of everybody,
/// in three messages.
///
/// 1. SYN: the sender's digests, how far it has heard of each replica.
/// 2. ACK: what the receiver knows better, and of whom it wants to hear more.
/// 3. ACK2: that.
///
/// Only heartbeats travel. Whether somebody is up is each replica's own opinion, which it forms from when it last heard
/// a new one; that may be through others while their own link is cut.
extension Replica {
  /// One round: a heartbeat, a few SYNs, a look at who has been silent for too long.
  mutating func gossip(in environment: inout Environment, _ effects: inout Effects) {
    guard let period = environment.settings.gossipPeriod, !gossiper.peers.isEmpty else { return }
    gossiper.beat(id)
    let parcel = environment.mail.post(GossipParcel(digests: gossiper.digests), at: environment.now)
    for partner in gossipPartners(environment) {
      effects.sends.append(.ofGossip(parcel, .gossipSyn, from: id, to: partner))
    }
    if environment.settings.detector == .phi { convict(in: &environment, &effects, period: period) }
    effects.wakes.append(
      (period, .gossip(id, incarnation: incarnation, generation: environment.gossipGeneration)))
  }

  /// To whom a round goes: one replica thought alive; by chance one thought dead; and a seed, by chance or when there was
  /// nobody else. (The first replica of each region is a seed.)
  func gossipPartners(_ environment: Environment) -> [ReplicaID] {
    let others = environment.topology.everyone.subtracting(ReplicaSet([id]))
    let alive = environment.detector.alive(to: id).intersection(others)
    let dead = others.subtracting(alive)
    let seeds = environment.seeds.subtracting(ReplicaSet([id]))
    func draw(_ number: UInt64) -> Randomness.Draw {
      environment.randomness.draw(.gossip, owner: UInt64(id.raw), number: gossiper.rounds * 4 + number)
    }
    var partners: [ReplicaID] = []
    if let live = Self.choose(from: alive, draw(0)) { partners.append(live) }
    if Self.isChosen(dead.count, of: alive.count + 1, draw(1)), let gone = Self.choose(from: dead, draw(1)) {
      partners.append(gone)
    }
    let metSeed = partners.first.map(seeds.contains) ?? false
    if !metSeed || alive.count < seeds.count, !seeds.isEmpty,
      alive.isEmpty || Self.isChosen(seeds.count, of: others.count, draw(2)),
      let seed = Self.choose(from: seeds, draw(2)), !partners.contains(seed)
    {
      partners.append(seed)
    }
    return partners
  }

  private static func choose(from set: ReplicaSet, _ draw: Randomness.Draw) -> ReplicaID? {
    set.isEmpty ? nil : Array(set)[Int(Randomness.Draw(first: draw.second, second: 0).below(UInt64(set.count)))]
  }

  /// Chance `count` of `total`; certain where there are more.
  private static func isChosen(_ count: Int, of total: Int, _ draw: Randomness.Draw) -> Bool {
    draw.below(UInt64(total)) < UInt64(count)
  }

  /// Takes a message of gossip.
  mutating func takeGossip(_ message: Message, in environment: inout Environment, _ effects: inout Effects) {
    guard !gossiper.peers.isEmpty else { return }
    let parcel = environment.mail[message.parcel]
    switch message.kind {
    case .gossipSyn:
      reply(gossiper.answer(to: parcel.digests), .gossipAck, to: message.from, in: &environment, &effects)
    case .gossipAck:
      hear(parcel.states, in: &environment, &effects)
      let answer = GossipParcel(states: gossiper.states(beyond: parcel.digests))
      if !answer.states.isEmpty { reply(answer, .gossipAck2, to: message.from, in: &environment, &effects) }
    case .gossipAck2:
      hear(parcel.states, in: &environment, &effects)
    case .echo:
      effects.sends.append(.ofGossip(message.parcel, .echoReply, from: id, to: message.from))
    case .echoReply:
      change(message.from, isAlive: true, in: &environment, &effects)
    default:
      break
    }
  }

  private mutating func reply(
    _ parcel: GossipParcel, _ kind: Message.Kind, to other: ReplicaID, in environment: inout Environment,
    _ effects: inout Effects
  ) {
    let number = environment.mail.post(parcel, at: environment.now)
    effects.sends.append(.ofGossip(number, kind, from: id, to: other))
  }

  /// Takes in news. Whoever was thought dead is asked directly before it counts as alive again: an ECHO must come back
  /// (`Gossiper.markAlive`).
  private mutating func hear(
    _ states: [GossipParcel.Entry], in environment: inout Environment, _ effects: inout Effects
  ) {
    guard let period = environment.settings.gossipPeriod else { return }
    for state in states where state.replica != id {
      let isAlive = environment.detector.alive(to: id).contains(state.replica)
      let isNews = gossiper.hear(state, isAlive: isAlive, at: environment.now, period: period)
      if isNews, !isAlive, environment.settings.detector == .phi {
        reply(GossipParcel(), .echo, to: state.replica, in: &environment, &effects)
      }
    }
  }

  private mutating func convict(in environment: inout Environment, _ effects: inout Effects, period: TimeSpan) {
    let alive = environment.detector.alive(to: id).subtracting(ReplicaSet([id]))
    for replica in gossiper.convicted(among: alive, at: environment.now, period: period) {
      change(replica, isAlive: false, in: &environment, &effects)
    }
  }

  private mutating func change(
    _ replica: ReplicaID, isAlive: Bool, in environment: inout Environment, _ effects: inout Effects
  ) {
    guard environment.settings.detector == .phi,
      environment.detector.think(replica, isAlive: isAlive, by: id, at: environment.now)
    else { return }
    effects.record(.noticed(by: id, of: replica, isAlive: isAlive), at: environment.now)
    if isAlive { setDispatch(environment, &effects) }
  }
}

extension Cluster {
  /// Begins gossip, changes its period or ends it, as the settings now say.
  ///
  /// A cluster that begins to gossip has known itself for long: everybody has just heard of everybody.
  mutating func renewGossip(from before: TimeSpan?) {
    let period = environment.settings.gossipPeriod
    guard period != before else { return }
    environment.gossipGeneration += 1
    for id in topology.replicaIDs {
      guard period != nil else {
        replicas[id].gossiper.stop()
        continue
      }
      if before == nil { replicas[id].gossiper.start(id, of: topology.replicas.count, at: now) }
    }
    guard let period else { return }
    if before == nil { introduceEverybody(period) }
    for id in topology.replicaIDs where replicas[id].status != .crashed { setGossip(id, period) }
  }

  /// A replica that has come back gossips at once. Until it has heard of the others it thinks them dead.
  mutating func rejoin(_ id: ReplicaID) {
    guard environment.settings.gossipPeriod != nil else { return }
    replicas[id].gossiper.start(id, of: topology.replicas.count, at: now)
    if environment.settings.detector == .phi {
      for other in topology.replicaIDs where other != id {
        if environment.detector.think(other, isAlive: false, by: id, at: now) {
          effects.record(.noticed(by: id, of: other, isAlive: false), at: now)
        }
      }
    }
    replicas[id].gossip(in: &environment, &effects)
  }

  private mutating func introduceEverybody(_ period: TimeSpan) {
    let everybody = topology.replicaIDs.map {
      GossipParcel.Entry(replica: $0, heartbeat: replicas[$0].gossiper.heartbeat(of: $0))
    }
    for id in topology.replicaIDs where replicas[id].status != .crashed {
      for entry in everybody where entry.replica != id {
        _ = replicas[id].gossiper.hear(entry, isAlive: true, at: now, period: period)
      }
    }
  }

  /// Rounds are not in step: each replica's first is somewhere within a period.
  private mutating func setGossip(_ id: ReplicaID, _ period: TimeSpan) {
    let draw = environment.randomness.draw(.gossip, owner: UInt64(id.raw), number: 3)
    let span = TimeSpan(microseconds: 1 + Int64(draw.below(period.microseconds.magnitude)))
    let timer = Timer.gossip(id, incarnation: replicas[id].incarnation, generation: environment.gossipGeneration)
    queue.push(Scheduled(departed: now, event: .wake(timer)), at: now + span)
  }
}
