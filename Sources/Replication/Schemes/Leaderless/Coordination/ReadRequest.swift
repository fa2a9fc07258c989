import Kernel

/// A read that a replica coordinates.
struct ReadRequest: Request {
  /// How far it is.
  enum Phase: Sendable {
    /// Data from the nearest contact and digests from the others are on their way.
    case digests
    /// The digests differed: data from all contacts are on their way.
    case data
    /// Stale contacts are being brought level before the client is answered.
    case repair
  }

  /// What one contact holds.
  struct Response: Sendable {
    let replica: ReplicaID
    let version: VersionID
    let seen: VectorID
    let isData: Bool
  }

  let operation: OperationID
  let ticket: UInt32
  let key: KeyID
  let level: ConsistencyLevel
  /// Who was asked, in that order.
  var contacts: [ReplicaID]
  /// How many answers are needed, one of them with data.
  let needed: Int
  /// Owners thought alive that could be asked too, the nearest first.
  var spare: [ReplicaID]
  /// Who of those stands in for whom.
  var standIns: [StandIn] = []
  /// The read whose answer it waits for; none if it asks by itself.
  var follows = OperationID.none
  /// How many answers that one had when it was given up.
  var heard: UInt16 = 0
  /// The slots of those that wait for its answer.
  var followers: [UInt32] = []
  /// The slot of the transaction that reads; `.max` if a client does.
  var transaction = UInt32.max
  /// Whether no client waits for it: a check by chance, after the answer.
  var isCheck = false
  let began: Instant
  /// When the contacts were asked in this phase.
  var asked: Instant
  /// When one more was asked than in the beginning, the last of the contacts.
  var speculated: Instant?
  var phase = Phase.digests
  /// Who has not answered in this phase.
  var awaited: ReplicaSet
  var responses: [Response] = []
  /// The answer, once the data are merged.
  var winner = VersionID.none
  /// All that the copies used have seen.
  var seen = VectorID.none
  /// How many acknowledgements of repairs are still needed.
  var repairsNeeded = 0
  /// How many were needed in all.
  var repairsAsked = 0
  var messages: UInt32 = 0
  var bytes: UInt32 = 0

  /// When a contact was asked, in this phase.
  func asked(_ contact: ReplicaID) -> Instant {
    phase == .digests && contact == contacts.last ? speculated ?? asked : asked
  }
}

/// The coordinator's side of a read, as Cassandra has it (`service/reads/AbstractReadExecutor`, `DigestResolver`):
///
/// 1. Ask as many of the nearest owners thought alive as the level needs: the first for data, the others for digests.
///    With speculative retry one more is asked, at once or when the answers are late.
/// 2. As many as needed have answered, one of them with data, and all agree: answer. A single contact agrees with itself, which is why a read at ONE never repairs anything.
/// 3. Otherwise ask all contacts so far again, all for data, merge what they hold, and repair (``ReadRepairMode``).
extension LeaderlessServer {
  /// Begins a read; returns its slot, unless it was refused.
  mutating func coordinateRead(
    _ operation: Operation, ticket: UInt32, isFree: Bool, _ turn: inout Turn
  ) -> UInt32? {
    if turn.environment.settings.coalesces, isFree, let slot = joinRead(operation, ticket: ticket, &turn) {
      return slot
    }
    noteStart(operation, &turn)
    if let shortage = shortage(operation.level, of: operation.key, &turn) {
      refuse(operation, ticket: ticket, shortage, &turn)
      return nil
    }
    return beginRead(
      operation.key, operation.level, operation: operation.id, ticket: ticket, &turn)
  }

  /// Asks for a key on behalf of a client, or of a transaction, once enough are thought alive; returns the request's slot.
  mutating func beginRead(
    _ key: KeyID, _ level: ConsistencyLevel, operation: OperationID, ticket: UInt32, transaction: UInt32 = .max,
    _ turn: inout Turn
  ) -> UInt32 {
    let alive = turn.environment.detector.alive(to: id)
    let (copies, standIns) =
      transaction == .max ? turn.copies(of: key, alive: alive) : (turn.owners(of: key), [])
    let order = readOrder(of: copies.set, &turn)
    var contacts = turn.environment.levels.counted(level, in: region).contacts(
      alive: alive, owners: copies, region: region, nearest: order)
    let needed = turn.environment.required(level, coordinatorIn: region)
    var spare = spareContacts(level, beside: contacts, copies.set, order, &turn)
    let isEager = turn.environment.settings.speculation == .always && !spare.isEmpty
    if isEager { contacts.append(spare.removeFirst()) }
    let slot = reads.insert(
      ReadRequest(
        operation: operation, ticket: ticket, key: key, level: level, contacts: contacts,
        needed: needed, spare: spare, began: turn.now, asked: turn.now,
        awaited: ReplicaSet(contacts)))
    reads[slot].transaction = transaction
    if !standIns.isEmpty { reads[slot].standIns = standIns }
    reads[slot].responses.reserveCapacity(needed)
    turn.effects.note(.began(.digests), of: operation, by: id, at: turn.now)
    turn.effects.note(
      .ranked(byLatency: turn.environment.settings.choosesByLatency), of: operation, by: id, at: turn.now)
    ask(contacts.dropFirst(isEager ? 2 : 1), for: .digestRequest, slot, &turn)
    ask(contacts.prefix(isEager ? 2 : 1), for: .dataRequest, slot, &turn)
    setSpeculation(slot, operation, &turn)
    return slot
  }

  /// Takes in what a contact holds, which may come for a request that is over, or for an earlier phase of it.
  mutating func takeResponse(_ message: Message, _ turn: inout Turn) {
    let slot = message.request
    guard reads.contains(slot), reads[slot].operation == message.operation, reads[slot].phase != .repair,
      reads[slot].phase == .digests || message.kind.leaderless == .dataResponse,
      reads[slot].awaited.remove(message.from)
    else { return }
    countForRead(message, slot, &turn)
    if !reads[slot].isCheck { turn.effects.note(.counted(message), of: message.operation, by: id, at: turn.now) }
    noteAnswer(of: message.from, askedAt: reads[slot].asked(message.from), &turn)
    reads[slot].responses.append(
      ReadRequest.Response(
        replica: message.from, version: message.version, seen: message.seen,
        isData: message.kind.leaderless == .dataResponse))
    if reads[slot].responses.count >= reads[slot].needed, reads[slot].responses.contains(where: \.isData) {
      resolve(slot, &turn)
    }
  }

  /// The timeout has passed.
  mutating func expireRead(_ slot: UInt32, _ turn: inout Turn) {
    noteSilence(in: reads[slot], &turn)
    tellFollowers(of: reads[slot])
    if turn.effects.isDetailed, reads[slot].follows == .none { noteExpiry(of: reads[slot], &turn) }
    turn.effects.close(reads[slot])
    reads.remove(slot)
  }

  /// Reports in which phase a read was given up, and what that phase had.
  func noteExpiry(of request: ReadRequest, _ turn: inout Turn) {
    let step: Step =
      switch request.phase {
      case .digests:
        .expired(.digests, required: UInt16(request.needed), received: UInt16(request.responses.count))
      case .data: .expired(.data, required: UInt16(request.needed), received: UInt16(request.responses.count))
      case .repair:
        .expired(
          .blockingRepair, required: UInt16(request.repairsAsked),
          received: UInt16(request.repairsAsked - request.repairsNeeded))
      }
    turn.effects.note(step, of: request.operation, by: id, at: turn.now)
  }

  private mutating func resolve(_ slot: UInt32, _ turn: inout Turn) {
    let responses = reads[slot].responses
    let agree = responses.allSatisfy { $0.version == responses[0].version }
    if reads[slot].phase == .digests, !agree {
      let contacts = reads[slot].contacts
      reads[slot].phase = .data
      reads[slot].asked = turn.now
      reads[slot].responses.removeAll(keepingCapacity: true)
      reads[slot].awaited = ReplicaSet(contacts)
      if !reads[slot].isCheck {
        turn.effects.note(.began(.data), of: reads[slot].operation, by: id, at: turn.now)
      }
      ask(contacts.dropFirst(), for: .dataRequest, slot, &turn)
      ask(contacts.prefix(1), for: .dataRequest, slot, &turn)
      return
    }
    for response in responses {
      reads[slot].winner = turn.catalogue.merged(response.version, reads[slot].winner)
      reads[slot].seen = turn.catalogue.vectors.merge(reads[slot].seen, response.seen)
    }
    if agree {
      answerRead(slot, .agreed, &turn)
    } else {
      repair(slot, &turn)
    }
  }

  /// Tells the client what the copies used hold; nothing more is expected after it.
  mutating func answerRead(
    _ slot: UInt32, _ ground: Ground, _ turn: inout Turn
  ) {
    let request = reads[slot]
    reads.remove(slot)
    guard !request.isCheck else {
      judgeGrave(request, &turn)
      return
    }
    if request.transaction != .max {
      takeFound(request, &turn)
      return
    }
    turn.effects.note(
      .answered(
        .ok, required: UInt16(turn.environment.required(request.level, coordinatorIn: region)),
        received: UInt16(request.needed), ground),
      of: request.operation, by: id, at: turn.now)
    let answer = Answer(
      operation: request.operation, ticket: request.ticket, version: request.winner, seen: request.seen,
      coordinator: id, outcome: .ok,
      required: UInt16(turn.environment.required(request.level, coordinatorIn: region)),
      received: UInt16(request.needed))
    turn.effects.answers.append(answer)
    turn.effects.close(request)
    if !request.followers.isEmpty { answerFollowers(of: request, answer, ground, &turn) }
    noteSilence(in: request, &turn)
    noteLatency(turn.now - request.began, &turn)
    checkByChance(request, &turn)
    if turn.environment.hasMortals, !judgeGrave(request, &turn) {
      seekGraves(of: request.key, request.winner, for: request.operation, &turn)
    }
  }

  mutating func ask(
    _ contacts: ArraySlice<ReplicaID>, for kind: LeaderlessMessage, _ slot: UInt32, _ turn: inout Turn
  ) {
    for contact in contacts {
      let message = Message.asking(
        for: reads[slot].key, kind, from: id, to: contact, operation: reads[slot].operation, request: slot)
      countForRead(message, slot, &turn)
      post(message, &turn)
    }
  }

  /// Adds a message between two replicas to what the read has cost.
  mutating func countForRead(_ message: Message, _ slot: UInt32, _ turn: inout Turn) {
    guard message.from != message.to else { return }
    reads[slot].messages += 1
    reads[slot].bytes += UInt32(turn.size(of: message))
  }
}
