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
extension Replica {
  /// Begins a read; returns its slot, unless it was refused.
  mutating func coordinateRead(
    _ operation: Operation, ticket: UInt32, in environment: inout Environment, _ effects: inout Effects
  ) -> UInt32? {
    noteStart(operation, environment, &effects)
    if let shortage = shortage(operation.level, of: operation.key, environment) {
      refuse(operation, ticket: ticket, shortage, environment, &effects)
      return nil
    }
    return beginRead(
      operation.key, operation.level, operation: operation.id, ticket: ticket, in: &environment, &effects)
  }

  /// Asks for a key on behalf of a client, or of a transaction, once enough are thought alive; returns the request's slot.
  mutating func beginRead(
    _ key: KeyID, _ level: ConsistencyLevel, operation: OperationID, ticket: UInt32, transaction: UInt32 = .max,
    in environment: inout Environment, _ effects: inout Effects
  ) -> UInt32 {
    let alive = environment.detector.alive(to: id)
    var contacts = environment.quorum(level, in: region).contacts(
      alive: alive, owners: environment.owners(of: key), region: region, nearest: readOrder(of: key, environment))
    let needed = environment.required(level, coordinatorIn: region)
    var spare = spareContacts(level, beside: contacts, key, environment)
    let isEager = environment.settings.speculation == .always && !spare.isEmpty
    if isEager { contacts.append(spare.removeFirst()) }
    let slot = reads.insert(
      ReadRequest(
        operation: operation, ticket: ticket, key: key, level: level, contacts: contacts,
        needed: needed, spare: spare, began: environment.now, asked: environment.now,
        awaited: ReplicaSet(contacts)))
    reads[slot].transaction = transaction
    effects.note(.began(.digests), of: operation, by: id, at: environment.now)
    effects.note(
      .ranked(byLatency: environment.settings.choosesByLatency), of: operation, by: id, at: environment.now)
    ask(contacts.dropFirst(isEager ? 2 : 1), for: .digestRequest, slot, in: &environment, &effects)
    ask(contacts.prefix(isEager ? 2 : 1), for: .dataRequest, slot, in: &environment, &effects)
    setSpeculation(slot, operation, environment, &effects)
    return slot
  }

  /// Takes in what a contact holds, which may come for a request that is over, or for an earlier phase of it.
  mutating func takeResponse(_ message: Message, in environment: inout Environment, _ effects: inout Effects) {
    let slot = message.request
    guard reads.contains(slot), reads[slot].operation == message.operation, reads[slot].phase != .repair,
      reads[slot].phase == .digests || message.kind == .dataResponse, reads[slot].awaited.remove(message.from)
    else { return }
    count(message, slot, &environment)
    if !reads[slot].isCheck { effects.note(.counted(message), of: message.operation, by: id, at: environment.now) }
    noteAnswer(of: message.from, askedAt: reads[slot].asked(message.from), environment)
    reads[slot].responses.append(
      ReadRequest.Response(
        replica: message.from, version: message.version, seen: message.seen, isData: message.kind == .dataResponse))
    if reads[slot].responses.count >= reads[slot].needed, reads[slot].responses.contains(where: \.isData) {
      resolve(slot, in: &environment, &effects)
    }
  }

  /// The timeout has passed.
  mutating func expireRead(_ slot: UInt32, in environment: Environment, _ effects: inout Effects) {
    noteSilence(in: reads[slot], environment)
    if effects.isDetailed { noteExpiry(of: reads[slot], environment, &effects) }
    effects.close(reads[slot])
    reads.remove(slot)
  }

  /// Reports in which phase a read was given up, and what that phase had.
  func noteExpiry(of request: ReadRequest, _ environment: Environment, _ effects: inout Effects) {
    let step: Step =
      switch request.phase {
      case .digests:
        .expired(.digests, required: UInt8(request.needed), received: UInt8(request.responses.count))
      case .data: .expired(.data, required: UInt8(request.needed), received: UInt8(request.responses.count))
      case .repair:
        .expired(
          .blockingRepair, required: UInt8(request.repairsAsked),
          received: UInt8(request.repairsAsked - request.repairsNeeded))
      }
    effects.note(step, of: request.operation, by: id, at: environment.now)
  }

  private mutating func resolve(_ slot: UInt32, in environment: inout Environment, _ effects: inout Effects) {
    let responses = reads[slot].responses
    let agree = responses.allSatisfy { $0.version == responses[0].version }
    if reads[slot].phase == .digests, !agree {
      let contacts = reads[slot].contacts
      reads[slot].phase = .data
      reads[slot].asked = environment.now
      reads[slot].responses.removeAll(keepingCapacity: true)
      reads[slot].awaited = ReplicaSet(contacts)
      if !reads[slot].isCheck {
        effects.note(.began(.data), of: reads[slot].operation, by: id, at: environment.now)
      }
      ask(contacts.dropFirst(), for: .dataRequest, slot, in: &environment, &effects)
      ask(contacts.prefix(1), for: .dataRequest, slot, in: &environment, &effects)
      return
    }
    for response in responses {
      reads[slot].winner = environment.catalogue.merged(response.version, reads[slot].winner)
      reads[slot].seen = environment.catalogue.vectors.merge(reads[slot].seen, response.seen)
    }
    if agree {
      answerRead(slot, .agreed, in: &environment, &effects)
    } else {
      repair(slot, in: &environment, &effects)
    }
  }

  /// Tells the client what the copies used hold; nothing more is expected after it.
  mutating func answerRead(
    _ slot: UInt32, _ ground: Ground, in environment: inout Environment, _ effects: inout Effects
  ) {
    let request = reads[slot]
    reads.remove(slot)
    guard !request.isCheck else {
      judgeGrave(request, in: &environment, &effects)
      return
    }
    if request.transaction != .max {
      takeFound(request, in: &environment, &effects)
      return
    }
    effects.note(
      .answered(
        .ok, required: UInt8(environment.required(request.level, coordinatorIn: region)),
        received: UInt8(request.needed), ground),
      of: request.operation, by: id, at: environment.now)
    effects.answers.append(
      Answer(
        operation: request.operation, ticket: request.ticket, version: request.winner, seen: request.seen,
        coordinator: id, outcome: .ok,
        required: UInt8(environment.required(request.level, coordinatorIn: region)),
        received: UInt8(request.needed)))
    effects.close(request)
    noteSilence(in: request, environment)
    noteLatency(environment.now - request.began, environment)
    checkByChance(request, in: &environment, &effects)
    if !judgeGrave(request, in: &environment, &effects) {
      seekGraves(of: request.key, request.winner, for: request.operation, in: &environment, &effects)
    }
  }

  mutating func ask(
    _ contacts: ArraySlice<ReplicaID>, for kind: Message.Kind, _ slot: UInt32, in environment: inout Environment,
    _ effects: inout Effects
  ) {
    for contact in contacts {
      let message = Message.asking(
        for: reads[slot].key, kind, from: id, to: contact, operation: reads[slot].operation, request: slot)
      count(message, slot, &environment)
      post(message, in: &environment, &effects)
    }
  }

  /// Adds a message between two replicas to what the read has cost.
  mutating func count(_ message: Message, _ slot: UInt32, _ environment: inout Environment) {
    guard message.from != message.to else { return }
    reads[slot].messages += 1
    reads[slot].bytes += UInt32(environment.size(of: message))
  }
}
