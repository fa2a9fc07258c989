import Kernel

/// An update that its coordinator has handed to an owner of the key, to be led there.
///
/// An update that builds on what a copy has seen can only be made where there is a copy: a removal takes away what that
/// copy holds, an addition gets the next number of that copy, a multi-value write replaces what that copy has seen. A
/// coordinator that owns no copy therefore passes it on to the nearest owner that it thinks alive, which makes the version,
/// sends it to the others, waits for the level's answers, and says so to the coordinator, which says so to the client.
///
/// - Riak: a node that is not on the key's preference list forwards the PUT to one that is, drawn
///   by lot (`riak_kv_put_fsm`, `select_coordinator` and `forward`), so that a vnode which stores the object gives the update its number.
/// - Cassandra: a counter's update is led by a replica (`StorageProxy.mutateCounter`, `findSuitableReplica`): one drawn by lot
///   of those alive in the coordinator's data centre, by its own failure detector; if none is, the nearest elsewhere,
///   unless the level is local. Here it is always the nearest, so that latencies are exact. "Exit now if we
///   can't fulfill the CL here instead of forwarding": the coordinator refuses first what it thinks can't succeed. The
///   leader then refuses, sends, hints and counts as a coordinator does.
/// - With nobody thought alive to lead there is nobody to make the version: `unavailable`, even at ANY, where a plain write
///   would be kept as a hint. (Cassandra's counters don't take ANY.)
/// - A leader that doesn't hear of it, or can't answer in time, makes a `timeout`, after which the update may have
///   happened: the coordinator has no version that it could hint.
///
/// A plain write under last writer wins builds on nothing but a clock, so any coordinator makes it, as in Cassandra; unless
/// its session was promised something, which only a copy can judge.
struct LedUpdate: Sendable {
  var operation: Operation
  let payload: OpenOperation.Payload
  let ticket: UInt32
  let coordinator: ReplicaID
  /// The coordinator's at the time: once it has crashed it has forgotten who waits.
  let incarnation: UInt32
  let leader: ReplicaID
  /// What handing it over takes on the wire.
  let bytes: UInt32
  /// Whether the leader has it; what the network doubles is led once.
  var isTaken = false
  /// The leader's slot for it; `.max` if it was refused.
  var request = UInt32.max
  /// What the leader has answered, until the coordinator hears of it.
  var answer: Answer?
  /// Whether the leader has answered.
  var isAnswered = false
}

extension Cluster {
  /// Whether an update has to be led by an owner if its coordinator isn't one.
  private func buildsOnCopy(_ asked: Operation, _ payload: OpenOperation.Payload) -> Bool {
    turn.environment.form(of: asked.key) != .lastWriterWins || !payload.isFree
  }

  /// Whether a replica owns no copy of a key.
  @inline(__always) func isNonOwner(_ replica: ReplicaID, of key: KeyID) -> Bool {
    turn.environment.placement.hasNonOwners && !turn.environment.ownerSet(of: key).contains(replica)
  }

  /// Deals with an update whose coordinator owns no copy: true if an owner leads it, or nobody can.
  ///
  /// Of what the coordinator may go on with itself the context is filled in: in place of the own copy's, what the
  /// nearest owner has seen that can be reached, and the coordinator's own writes of the key. Under last writer wins
  /// nothing of that is on the wire, and no replica acts on it: it is how we tell who knew of what.
  mutating func handOver(
    _ asked: Operation, _ payload: inout OpenOperation.Payload, ticket: UInt32, from coordinator: ReplicaID
  ) -> Bool {
    guard buildsOnCopy(asked, payload) else {
      if !asked.level.isSerial { payload.context = contextNearby(coordinator, asked.key) }
      return false
    }
    let region = replicas[coordinator].region
    let alive = turn.environment.detector.alive(to: coordinator)
    let copies = asked.level.isSerial ? turn.owners(of: asked.key) : turn.copies(of: asked.key, alive: alive).copies
    // Who stands in for an owner leads like one (`riak_kv_put_fsm`: any of the preference list).
    if copies.set.contains(coordinator) { return false }
    let shortage = turn.shortage(asked.level, of: asked.key, alive: alive, coordinatorIn: region)
    guard shortage == nil, let leader = nearestLeader(asked, copies, alive, for: coordinator)
    else {
      let required = turn.environment.required(asked.level, coordinatorIn: region)
      let nobody = Quorum.Shortage(required: required, alive: 0, region: nil)
      replicas.leaderless[coordinator].noteStart(asked, &turn)
      replicas.leaderless[coordinator].refuse(asked, ticket: ticket, shortage ?? nobody, &turn)
      return true
    }
    let lead = turn.parcels.leads.insert(
      LedUpdate(
        operation: asked, payload: payload, ticket: ticket, coordinator: coordinator,
        incarnation: replicas[coordinator].incarnation, leader: leader,
        bytes: UInt32(turn.size(of: asked, payload))))
    operations[ticket].lead = lead
    turn.effects.note(.handedOver(leader), of: asked.id, by: coordinator, at: now)
    turn.effects.sends.append(.leading(lead, from: coordinator, to: leader, operation: asked.id))
    return true
  }

  private func nearestLeader(
    _ asked: Operation, _ copies: Owners, _ alive: ReplicaSet, for coordinator: ReplicaID
  ) -> ReplicaID? {
    let candidates = (asked.level.isLocal ? copies.byRegion[replicas[coordinator].region.index] : copies.set)
      .intersection(alive)
    return turn.environment.proximity.order(from: coordinator).first { candidates.contains($0) }
  }

  private mutating func contextNearby(_ coordinator: ReplicaID, _ key: KeyID) -> VectorID {
    let owners = turn.environment.ownerSet(of: key)
    let nearest = turn.environment.proximity.order(from: coordinator).first {
      owners.contains($0) && isReachable($0, from: coordinator)
    }
    let seen = nearest.map { replicas.cell(key, at: $0).seen } ?? .none
    let (writer, own) = (replicas.leaderless[coordinator].writer, replicas.leaderless[coordinator].issued[key])
    guard own > 0, !turn.catalogue.vectors.contains(seen, writer: writer, counter: own) else { return seen }
    return turn.catalogue.vectors.extend(seen, writer: writer, counter: own)
  }

  // MARK: At the leader

  /// Does what a replica was asked to lead, or passes on what became of it.
  mutating func take(_ message: Message) {
    let lead = message.lead
    guard turn.parcels.leads.contains(lead), turn.parcels.leads[lead].operation.id == message.operation else { return }
    if message.kind.leaderless == .led { hearBack(lead) } else { takeUp(lead) }
  }

  private mutating func takeUp(_ lead: UInt32) {
    guard !turn.parcels.leads[lead].isTaken else { return }
    turn.parcels.leads[lead].isTaken = true
    var led = turn.parcels.leads[lead]
    // What is judged by a clock is judged by its own.
    led.operation.clockReading = replicas[led.leader].clock.reading(at: now)
    turn.effects.wake(after: turn.environment.settings.writeTimeout, for: .endLead(lead, led.operation.id))
    if isOpen(led.operation.id, led.ticket) {
      operations[led.ticket].operation.leader = led.leader
      operations[led.ticket].operation.clockReading = led.operation.clockReading
    } else if !led.payload.isFree {
      // Its client has given up, and nobody is left whose session could be asked.
      return
    }
    let slot = coordinate(led.operation, led.payload, ticket: led.ticket, at: led.leader)
    turn.parcels.leads[lead].request = slot ?? .max
  }

  /// Whether an answer is a leader's, which goes to the coordinator and not to the client.
  mutating func isLeaders(_ answer: Answer) -> Bool {
    operations[answer.ticket].lead != .max && lead(of: answer.ticket)?.leader == answer.coordinator
  }

  /// The update that an open operation's coordinator handed over, until it is over.
  func lead(of ticket: UInt32) -> LedUpdate? {
    let slot = operations[ticket].lead
    guard slot != .max, turn.parcels.leads.contains(slot) else { return nil }
    return turn.parcels.leads[slot].operation.id == operations[ticket].operation.id ? turn.parcels.leads[slot] : nil
  }

  /// Sends a leader's answer to the coordinator.
  mutating func report(_ answer: Answer) {
    let lead = operations[answer.ticket].lead
    turn.parcels.leads[lead].answer = answer
    turn.parcels.leads[lead].isAnswered = true
    transmit(
      .led(
        lead, answer.version, from: answer.coordinator, to: turn.parcels.leads[lead].coordinator,
        operation: answer.operation))
  }

  /// The leader has waited long enough: it hints what was not acknowledged, as a coordinator does. False if nothing was
  /// left to do.
  mutating func endLead(_ lead: UInt32, _ operation: OperationID, _ scheduled: Scheduled) -> Bool {
    guard turn.parcels.leads.contains(lead), turn.parcels.leads[lead].operation.id == operation else { return false }
    let led = turn.parcels.leads[lead]
    let (leader, request) = (led.leader, led.request)
    switch replicas[leader].status {
    case .running: break
    case .paused:
      replicas[leader].inbox.append(scheduled)
      return true
    case .crashed:
      turn.parcels.leads.remove(lead)
      return false
    }
    let isLeft = replicas.isWorking(on: request, of: led.operation, at: leader)
    if isLeft { _ = replicas.expire(request, of: led.operation, at: leader, &turn) }
    // What it cost is counted before it is forgotten.
    if isLeft { carryOut() }
    turn.parcels.leads.remove(lead)
    return isLeft
  }

  // MARK: At the coordinator

  private mutating func hearBack(_ lead: UInt32) {
    let led = turn.parcels.leads[lead]
    guard var answer = led.answer, replicas[led.coordinator].incarnation == led.incarnation else { return }
    turn.parcels.leads[lead].answer = nil
    answer.coordinator = led.coordinator
    turn.effects.answers.append(answer)
  }

  /// What handing an update over and hearing back has cost, beside what its leader has spent.
  func leadCost(_ ticket: UInt32) -> (messages: UInt32, bytes: UInt32) {
    guard operations[ticket].lead != .max, let led = lead(of: ticket) else { return (0, 0) }
    let isAnswering =
      led.isAnswered
      || operations[ticket].operation.outcome == nil
        && (0..<turn.effects.answers.count).contains { turn.effects.answers[$0].operation == led.operation.id }
    return isAnswering ? (2, led.bytes + UInt32(WireSize.header)) : (1, led.bytes)
  }

  /// Whether the leader that a message hands an update to would take it up.
  func isAwaited(_ message: Message) -> Bool {
    guard turn.parcels.leads.contains(message.lead) else { return false }
    let led = turn.parcels.leads[message.lead]
    return led.operation.id == message.operation && !led.isTaken
      && (led.payload.isFree || isOpen(led.operation.id, led.ticket))
  }

  /// The key of the update that a message hands over; nil once that is over.
  public func keyHandedOver(by message: Message) -> KeyID? {
    guard turn.parcels.leads.contains(message.lead) else { return nil }
    let operation = turn.parcels.leads[message.lead].operation
    return operation.id == message.operation ? operation.key : nil
  }
}
