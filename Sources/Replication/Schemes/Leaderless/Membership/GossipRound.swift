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
extension LeaderlessServer {
  /// One round: a heartbeat, a few SYNs, a look at who has been silent for too long.
  mutating func gossip(_ turn: inout Turn) {
    guard let period = turn.environment.settings.gossipPeriod, !gossiper.peers.isEmpty else { return }
    gossiper.beat(id)
    let parcel = turn.parcels.mail.post(GossipParcel(digests: gossiper.digests), at: turn.now)
    for partner in gossipPartners(&turn) {
      turn.effects.sends.append(.ofGossip(parcel, .gossipSyn, from: id, to: partner))
    }
    if turn.environment.settings.detector == .phi { convict(&turn, period: period) }
    turn.effects.wake(
      after: period, for: .gossip(id, incarnation: incarnation, generation: turn.environment.gossipGeneration))
  }

  /// To whom a round goes: one replica thought alive; by chance one thought dead; and a seed, by chance or when there was
  /// nobody else. (The first replica of each region is a seed.)
  func gossipPartners(_ turn: inout Turn) -> [ReplicaID] {
    let others = turn.environment.topology.everyone.subtracting(ReplicaSet([id]))
    let alive = turn.environment.detector.alive(to: id).intersection(others)
    let dead = others.subtracting(alive)
    let seeds = turn.environment.seeds.subtracting(ReplicaSet([id]))
    func draw(_ number: UInt64) -> Randomness.Draw {
      turn.environment.randomness.draw(.gossip, owner: UInt64(id.raw), number: gossiper.rounds * 4 + number)
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
  mutating func takeGossip(_ message: Message, _ turn: inout Turn) {
    guard !gossiper.peers.isEmpty else { return }
    let parcel = turn.parcels.mail[message.parcel]
    switch message.kind.leaderless {
    case .gossipSyn:
      reply(gossiper.answer(to: parcel.digests), .gossipAck, to: message.from, &turn)
    case .gossipAck:
      hear(parcel.states, &turn)
      let answer = GossipParcel(states: gossiper.states(beyond: parcel.digests))
      if !answer.states.isEmpty { reply(answer, .gossipAck2, to: message.from, &turn) }
    case .gossipAck2:
      hear(parcel.states, &turn)
    case .echo:
      turn.effects.sends.append(.ofGossip(message.parcel, .echoReply, from: id, to: message.from))
    case .echoReply:
      change(message.from, isAlive: true, &turn)
    default:
      break
    }
  }

  private mutating func reply(
    _ parcel: GossipParcel, _ kind: LeaderlessMessage, to other: ReplicaID, _ turn: inout Turn
  ) {
    let number = turn.parcels.mail.post(parcel, at: turn.now)
    turn.effects.sends.append(.ofGossip(number, kind, from: id, to: other))
  }

  /// Takes in news. A replica that was thought dead is asked directly before it counts as alive again: an ECHO must come back
  /// (`Gossiper.markAlive`).
  private mutating func hear(
    _ states: [GossipParcel.Entry], _ turn: inout Turn
  ) {
    guard let period = turn.environment.settings.gossipPeriod else { return }
    for state in states where state.replica != id {
      let isAlive = turn.environment.detector.alive(to: id).contains(state.replica)
      let isNews = gossiper.hear(state, isAlive: isAlive, at: turn.now, period: period)
      if isNews, !isAlive, turn.environment.settings.detector == .phi {
        reply(GossipParcel(), .echo, to: state.replica, &turn)
      }
    }
  }

  private mutating func convict(_ turn: inout Turn, period: TimeSpan) {
    let alive = turn.environment.detector.alive(to: id).subtracting(ReplicaSet([id]))
    for replica in gossiper.convicted(among: alive, at: turn.now, period: period) {
      change(replica, isAlive: false, &turn)
    }
  }

  private mutating func change(
    _ replica: ReplicaID, isAlive: Bool, _ turn: inout Turn
  ) {
    guard turn.environment.settings.detector == .phi,
      turn.think(replica, isAlive: isAlive, by: id)
    else { return }
    turn.effects.record(.noticed(by: id, of: replica, isAlive: isAlive), at: turn.now)
    if isAlive { setDispatch(&turn) }
  }
}

extension Cluster {
  /// Begins gossip, changes its period or ends it, as the settings now say.
  ///
  /// A cluster that begins to gossip has known itself for long: everybody has just heard of everybody.
  mutating func renewGossip(from before: TimeSpan?) {
    let period = turn.environment.settings.gossipPeriod
    guard period != before else { return }
    turn.rearrange { $0.gossipGeneration += 1 }
    for id in topology.replicaIDs {
      guard period != nil else {
        replicas.leaderless[id].gossiper.stop()
        continue
      }
      if before == nil { replicas.leaderless[id].gossiper.start(id, of: topology.replicas.count, at: now) }
    }
    guard let period else { return }
    if before == nil { introduceEverybody(period) }
    for id in topology.replicaIDs where replicas[id].status != .crashed { setGossip(id, period) }
  }

  /// A replica that has come back gossips at once. Until it has heard of the others it thinks them dead.
  mutating func rejoin(_ id: ReplicaID) {
    guard turn.environment.settings.gossipPeriod != nil else { return }
    replicas.leaderless[id].gossiper.start(id, of: topology.replicas.count, at: now)
    if turn.environment.settings.detector == .phi {
      for other in topology.replicaIDs where other != id {
        if turn.think(other, isAlive: false, by: id) {
          turn.effects.record(.noticed(by: id, of: other, isAlive: false), at: now)
        }
      }
    }
    replicas.leaderless[id].gossip(&turn)
  }

  private mutating func introduceEverybody(_ period: TimeSpan) {
    let everybody = topology.replicaIDs.map {
      GossipParcel.Entry(replica: $0, heartbeat: replicas.leaderless[$0].gossiper.heartbeat(of: $0))
    }
    for id in topology.replicaIDs where replicas[id].status != .crashed {
      for entry in everybody where entry.replica != id {
        _ = replicas.leaderless[id].gossiper.hear(entry, isAlive: true, at: now, period: period)
      }
    }
  }

  /// Rounds are not in step: each replica's first is somewhere within a period.
  private mutating func setGossip(_ id: ReplicaID, _ period: TimeSpan) {
    let draw = turn.environment.randomness.draw(.gossip, owner: UInt64(id.raw), number: 3)
    let span = TimeSpan(microseconds: 1 + Int64(draw.below(period.microseconds.magnitude)))
    let timer = LeaderlessTimer.gossip(
      id, incarnation: replicas[id].incarnation, generation: turn.environment.gossipGeneration)
    queue.push(Scheduled(departed: now, event: .wake(.leaderless(timer))), at: now + span)
  }
}
