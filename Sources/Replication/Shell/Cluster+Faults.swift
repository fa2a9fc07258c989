import Kernel

/// How adversity changes a cluster.
extension Cluster {
  mutating func suffer(_ fault: Fault) {
    switch fault {
    case .cut(let links): cut(links)
    case .heal(let links): network.setCut(false, on: links.flatMap(\.pairs))
    case .healAll:
      network.setCut(false, on: Network.pairs(from: topology.everyone, to: topology.everyone, bothWays: true))
    case .crash(let set): for id in set { crash(id) }
    case .restart(let set): for id in set { restart(id) }
    case .wipe(let set): for id in set { wipe(id) }
    case .pause(let set): for id in set { pause(id) }
    case .resume(let set): for id in set { resume(id) }
    case .slow(let links, let span): network.setSlowdown(span, on: links.pairs)
    case .slowReplicas(let set, let span): network.setLag(span, of: set)
    case .lose(let probability, let links):
      network.setLoss(probability, on: links.pairs)
      noticeLosses()
    case .duplicate(let probability, let links): network.setDuplication(probability, on: links.pairs)
    case .hold(let links): hold(links)
    case .release(let links): release(links)
    case .destroy(let set): destroy(set)
    case .skew(let set, let span, let drift):
      for id in set {
        // What is purged by now stays so, also under a clock that is put back.
        replicas.purge(id, &turn)
        replicas[id].clock.set(skew: span, driftPerSecond: drift, at: now)
      }
      turn.rearrange { $0.clockGeneration += 1 }
    case .skewClient(let client, let span, let drift):
      clients[client].clock.set(skew: span, driftPerSecond: drift, at: now)
    }
    observeReachability()
    replicas.noticeReach(&turn)
    sendDueCheckpoints()
    watchPrimary()
    reviseFanOut()
  }

  /// Cuts links and loses what is in flight across them, messages of clients included.
  private mutating func cut(_ links: [Fault.Links]) {
    network.setCut(true, on: links.flatMap(\.pairs))
    let present = self
    let isAcross: (Scheduled) -> Bool = { present.isAcrossCut($0.event) }
    for entry in queue.extract(where: isAcross) { lose(entry.payload, .cut) }
    for message in held where isAcross(message.scheduled) { lose(message.scheduled, .cut) }
    held.removeAll { isAcross($0.scheduled) }
  }

  private func isAcrossCut(_ event: Event) -> Bool {
    switch event {
    case .message(let message):
      return network.isCut(message.from, message.to)
    case .request(_, let ticket, let coordinator):
      return isClientCut(operations[ticket].operation.region, coordinator, toReplica: true)
    case .answer(let answer):
      return isClientCut(operations[answer.ticket].operation.region, answer.coordinator, toReplica: false)
    case .arrival, .wake:
      return false
    }
  }

  /// Reports a message as gone.
  mutating func lose(_ scheduled: Scheduled, _ loss: Record.Loss) {
    switch scheduled.event {
    case .message(let message): turn.effects.lose(message, loss, departed: scheduled.departed, at: now)
    case .request(let operation, _, let coordinator):
      noteClientLoss(operation, at: coordinator, isAnswer: false, loss)
    case .answer(let answer): noteClientLoss(answer.operation, at: answer.coordinator, isAnswer: true, loss)
    case .arrival, .wake: break
    }
  }

  private mutating func crash(_ id: ReplicaID) {
    guard replicas[id].status != .crashed else { return }
    for waiting in replicas[id].inbox { lose(waiting, .receiverDown) }
    replicas.crash(id, &turn)
    failRepairs(begunBy: id)
    turn.effects.record(.liveness(id, .crashed), at: now)
  }

  private mutating func restart(_ id: ReplicaID) {
    guard replicas[id].status == .crashed else { return }
    replicas[id].status = .running
    replicas.restart(id, &turn)
    rejoin(id)
    turn.effects.record(.liveness(id, .running), at: now)
  }

  private mutating func wipe(_ id: ReplicaID) {
    crash(id)
    replicas.loseDisk(id)
    forgetPosts(at: id)
    controller.wiped.insert(id)
    for client in clients.ids where clients[client].session != nil {
      clients[client].session?.written.forget(id)
      clients[client].session?.read.forget(id)
    }
    turn.effects.record(.wiped(id), at: now)
  }

  private mutating func pause(_ id: ReplicaID) {
    guard replicas[id].status == .running else { return }
    replicas[id].status = .paused
    turn.effects.record(.liveness(id, .paused), at: now)
  }

  /// Everything that came during the pause comes now, in its order.
  private mutating func resume(_ id: ReplicaID) {
    guard replicas[id].status == .paused else { return }
    replicas[id].status = .running
    for scheduled in replicas[id].inbox { queue.push(scheduled, at: now) }
    replicas[id].inbox = []
    turn.effects.record(.liveness(id, .running), at: now)
  }

  private mutating func destroy(_ set: ReplicaSet) {
    for id in set { wipe(id) }
    for region in topology.regionIDs where topology.set(of: region).subtracting(set).isEmpty {
      checkpoints.forget(region)
    }
    let present = self
    let isInvolved: (Scheduled) -> Bool = { present.involves($0.event, set) }
    for entry in queue.extract(where: isInvolved) { lose(entry.payload, .dropped) }
    for message in held where isInvolved(message.scheduled) { lose(message.scheduled, .dropped) }
    held.removeAll { isInvolved($0.scheduled) }
  }

  private func involves(_ event: Event, _ set: ReplicaSet) -> Bool {
    switch event {
    case .message(let message): set.contains(message.from) || set.contains(message.to)
    case .request(_, _, let coordinator): set.contains(coordinator)
    case .answer(let answer): set.contains(answer.coordinator)
    case .arrival, .wake: false
    }
  }

  /// Freezes what is on links; what is sent over them from now on waits as well.
  private mutating func hold(_ links: Fault.Links) {
    network.setHeld(true, on: links.pairs)
    let network = network
    let frozen = queue.extract { scheduled in
      guard case .message(let message) = scheduled.event else { return false }
      return network.link(message.from, message.to).isHeld
    }
    for entry in frozen {
      held.append(HeldMessage(number: entry.number, scheduled: entry.payload, rest: entry.at - now))
    }
  }

  /// Lets what waits go on for as long as it still had to travel.
  private mutating func release(_ links: Fault.Links) {
    network.setHeld(false, on: links.pairs)
    let network = network
    let isFree: (HeldMessage) -> Bool = { waiting in
      guard case .message(let message) = waiting.scheduled.event else { return true }
      return !network.link(message.from, message.to).isHeld
    }
    for waiting in held where isFree(waiting) {
      queue.restore(waiting.scheduled, at: now + waiting.rest, number: waiting.number)
    }
    held.removeAll(where: isFree)
  }

  /// Takes a message in flight out, wherever it is; nil if there is none of that number.
  mutating func takeInFlight(_ number: UInt32) -> Scheduled? {
    if let index = held.firstIndex(where: { $0.number == number }) { return held.remove(at: index).scheduled }
    guard let scheduled = queue.entries.first(where: { $0.number == number })?.payload else { return nil }
    // A message that was duplicated is in the queue twice; only the one of that number goes.
    let rest = queue.extract { $0 == scheduled }
    for entry in rest where entry.number != number { queue.restore(scheduled, at: entry.at, number: entry.number) }
    return scheduled
  }

  /// Makes a message in flight arrive later, or a held one have farther to go once it is released.
  mutating func delay(_ number: UInt32, by span: TimeSpan) {
    if let index = held.firstIndex(where: { $0.number == number }) {
      held[index].rest = held[index].rest + span
    } else if let entry = queue.entries.first(where: { $0.number == number }), let message = takeInFlight(number) {
      queue.restore(message, at: entry.at + span, number: number)
    }
  }
}
