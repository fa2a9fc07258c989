import Kernel

/// The coordinator's side of a lightweight transaction: Paxos in four round trips, as in Cassandra
/// (`StorageProxy.cas`, `beginAndRepairPaxos`, after Lamport, *Paxos Made Simple*, 2001).
///
/// 1. Prepare: a majority promises to take nothing older. What was accepted but not committed is finished first, and
///    whoever has missed the last commit is sent it; then it begins anew.
/// 2. Read the present value, at QUORUM or LOCAL_QUORUM.
/// 3. Propose the new value, or nothing if the condition does not hold (CASSANDRA-12126).
/// 4. Commit, at QUORUM or LOCAL_QUORUM.
///
/// A read at a serial level prepares, proposes nothing, and reads. Whoever meets a higher ballot waits for up to 99 ms and
/// tries again, for a second. A proposal that only a minority accepted may be finished by others: `timeout`.
extension Replica {
  /// Begins a transaction; returns its slot, unless it was refused.
  mutating func coordinateTransaction(
    _ operation: Operation, _ payload: OpenOperation.Payload, ticket: UInt32, in environment: inout Environment,
    _ effects: inout Effects
  ) -> UInt32? {
    noteStart(operation, environment, &effects)
    if let shortage = shortage(operation.level, of: operation.key, environment) {
      refuse(operation, ticket: ticket, shortage, environment, &effects)
      return nil
    }
    let owners = environment.owners(of: operation.key)
    let slot = transactions.insert(
      Transaction(
        operation: operation.id, ticket: ticket, key: operation.key, value: operation.value, payload: payload,
        reading: operation.clockReading, isRead: operation.kind == .read, level: operation.level,
        participants: (operation.level.isLocal ? owners.byRegion[region.index] : owners.set)
          .intersection(environment.detector.alive(to: id)),
        needed: environment.required(operation.level, coordinatorIn: region), began: environment.now))
    // What the session was promised to write after may bear a timestamp of a clock that is ahead.
    if let floor = payload.demand.needs.floor(environment.catalogue) { transactions[slot].floor = floor }
    begin(slot, .first, in: &environment, &effects)
    return slot
  }

  // MARK: Prepare

  /// Begins a round under a ballot above all that was heard of.
  mutating func begin(
    _ slot: UInt32, _ attempt: Attempt, in environment: inout Environment, _ effects: inout Effects
  ) {
    let transaction = transactions[slot]
    guard environment.now - transaction.began < Transaction.contentionTimeout else {
      finish(slot, .timeout, .contention, in: environment, &effects)
      return
    }
    // An empty floor is as low as can be: adding to it can't overflow.
    let ballot = Ballot(
      timestamp: max(clock.timestamp(at: environment.now), transaction.floor + 1), replica: id)
    effects.note(.balloted(ballot, attempt), of: transaction.operation, by: id, at: environment.now)
    effects.note(.began(.preparing), of: transaction.operation, by: id, at: environment.now)
    transactions[slot].round = environment.paxos.begin(transaction.key, ballot)
    transactions[slot].phase = .preparing
    transactions[slot].promises = []
    ask(slot, .paxosPrepare, in: &environment, &effects)
  }

  /// Takes in a promise, or that there is none.
  mutating func takePromise(_ message: Message, in environment: inout Environment, _ effects: inout Effects) {
    guard let slot = awaiting(message, in: environment), transactions[slot].phase == .preparing else { return }
    let promise = environment.paxos.promise(message.promise)
    effects.note(
      .promised(message.from, isGiven: promise.isGiven, promise.promised), of: message.operation, by: id,
      at: environment.now)
    transactions[slot].floor = max(transactions[slot].floor, promise.promised.timestamp)
    guard promise.isGiven else {
      giveWay(slot, in: environment, &effects)
      return
    }
    transactions[slot].promises.append((message.from, promise))
    if transactions[slot].promises.count == transactions[slot].needed { resolve(slot, in: &environment, &effects) }
  }

  private mutating func resolve(_ slot: UInt32, in environment: inout Environment, _ effects: inout Effects) {
    let (transaction, ledger) = (transactions[slot], environment.paxos)
    func newest(_ rounds: [RoundID]) -> RoundID {
      rounds.reduce(.none) { ledger.ballot(of: $1) > ledger.ballot(of: $0) ? $1 : $0 }
    }
    let committed = newest(transaction.promises.map(\.promise.committed))
    let accepted = newest(transaction.promises.map(\.promise.accepted))
    let heard = max(ledger.ballot(of: committed), ledger.ballot(of: accepted)).timestamp
    if heard >= ledger[transaction.round].ballot.timestamp {
      // Its value would tie with one that was decided before.
      transactions[slot].floor = heard
      begin(slot, .tied, in: &environment, &effects)
      return
    }
    if accepted != .none, ledger[accepted].version != .none, ledger.ballot(of: accepted) > ledger.ballot(of: committed)
    {
      propose(slot, ledger[accepted].version, from: ledger[accepted].origin, .finishing, in: &environment, &effects)
      return
    }
    let behind = transaction.promises.filter {
      ledger.ballot(of: $0.promise.committed) < ledger.ballot(of: committed)
    }
    guard behind.isEmpty else {
      effects.note(.began(.catchingUp), of: transaction.operation, by: id, at: environment.now)
      for (replica, _) in behind {
        let message = Message.committing(
          ledger[committed].version, committed, from: id, to: replica, operation: transaction.operation, request: .max)
        count(message, slot, environment)
        post(message, in: &environment, &effects)
      }
      begin(slot, .caughtUp, in: &environment, &effects)
      return
    }
    if transaction.isRead {
      propose(slot, .none, from: .none, .proposingNothing, in: &environment, &effects)
    } else {
      read(slot, in: &environment, &effects)
    }
  }

  // MARK: Read

  private mutating func read(_ slot: UInt32, in environment: inout Environment, _ effects: inout Effects) {
    let transaction = transactions[slot]
    // Enough were thought alive when it began, so enough can be read, unless they were thought dead since.
    if let shortage = shortage(transaction.dataLevel, of: transaction.key, environment) {
      return finish(slot, .unavailable, .shortage, shortage, in: environment, &effects)
    }
    transactions[slot].phase = .reading
    effects.note(.began(.reading), of: transaction.operation, by: id, at: environment.now)
    transactions[slot].read = beginRead(
      transaction.key, transaction.dataLevel, operation: transaction.operation, ticket: .max, transaction: slot,
      in: &environment, &effects)
  }

  /// The present value has been read.
  mutating func takeFound(_ read: ReadRequest, in environment: inout Environment, _ effects: inout Effects) {
    let slot = read.transaction
    guard transactions.contains(slot), transactions[slot].operation == read.operation else { return }
    transactions[slot].messages += read.messages
    transactions[slot].bytes += read.bytes
    (transactions[slot].found, transactions[slot].seen) = (read.winner, read.seen)
    let transaction = transactions[slot]
    guard let condition = transaction.payload.condition else {
      finish(slot, .ok, .agreed, in: environment, &effects)
      return
    }
    let isMet = environment.catalogue.holds(condition, of: transaction.found, at: transaction.reading)
    effects.note(
      .found(transaction.found, isMet: isMet), of: transaction.operation, by: id, at: environment.now)
    if isMet {
      let version = proposal(transaction, in: &environment)
      propose(slot, version, from: transaction.round, .proposing, in: &environment, &effects)
    } else {
      transactions[slot].isRefuted = true
      propose(slot, .none, from: .none, .proposingNothing, in: &environment, &effects)
    }
  }

  /// The version that it proposes: its context is what was read, its timestamp the ballot's.
  private mutating func proposal(_ transaction: Transaction, in environment: inout Environment) -> VersionID {
    let counter = issued[transaction.key] + 1
    issued[transaction.key] = counter
    return environment.addVersion(
      transaction.value, transaction.payload, key: transaction.key, operation: transaction.operation,
      timestamp: (environment.paxos[transaction.round].ballot.timestamp, .ballot), reading: transaction.reading,
      context: transaction.seen, dot: VectorEntry(writer: writer, counter: counter), isTombstone: false)
  }

  // MARK: Propose

  private mutating func propose(
    _ slot: UInt32, _ version: VersionID, from origin: RoundID, _ phase: Transaction.Phase,
    in environment: inout Environment, _ effects: inout Effects
  ) {
    environment.paxos[transactions[slot].round].version = version
    environment.paxos[transactions[slot].round].origin = origin
    transactions[slot].phase = phase
    transactions[slot].accepted = 0
    effects.note(
      .began(phase == .finishing ? .finishing : phase == .proposing ? .proposing : .proposingNothing),
      of: transactions[slot].operation, by: id, at: environment.now)
    effects.note(.proposed(version), of: transactions[slot].operation, by: id, at: environment.now)
    ask(slot, .paxosPropose, in: &environment, &effects)
  }

  /// Takes in that a proposal was accepted, or refused.
  mutating func takeVote(_ message: Message, in environment: inout Environment, _ effects: inout Effects) {
    guard let slot = awaiting(message, in: environment) else { return }
    let phase = transactions[slot].phase
    guard [.finishing, .proposingNothing, .proposing].contains(phase) else { return }
    if message.kind == .paxosRefuse {
      let promise = environment.paxos.promise(message.promise)
      effects.note(
        .promised(message.from, isGiven: false, promise.promised), of: message.operation, by: id, at: environment.now)
      transactions[slot].floor = max(transactions[slot].floor, promise.promised.timestamp)
    } else {
      effects.note(.counted(message), of: message.operation, by: id, at: environment.now)
      transactions[slot].accepted += 1
      if transactions[slot].accepted == transactions[slot].needed {
        carryOn(slot, after: phase, in: &environment, &effects)
        return
      }
    }
    let (accepted, rest) = (transactions[slot].accepted, transactions[slot].awaited.count)
    guard accepted + rest < transactions[slot].needed else { return }
    if phase != .proposing || accepted == 0 && rest == 0 {
      giveWay(slot, in: environment, &effects)
    } else if rest == 0 {
      // Some have taken it: whoever comes next may finish it.
      finish(slot, .timeout, .minority, in: environment, &effects)
    }
  }

  private mutating func carryOn(
    _ slot: UInt32, after phase: Transaction.Phase, in environment: inout Environment, _ effects: inout Effects
  ) {
    switch phase {
    case .finishing: commit(slot, .committingOther, in: &environment, &effects)
    case .proposing: commit(slot, .committing, in: &environment, &effects)
    case .proposingNothing where transactions[slot].isRefuted: finish(slot, .ok, .refuted, in: environment, &effects)
    default: read(slot, in: &environment, &effects)
    }
  }

  // MARK: Commit

  /// Sends what was decided to all owners, as a write at QUORUM or LOCAL_QUORUM, hints included.
  private mutating func commit(
    _ slot: UInt32, _ phase: Transaction.Phase, in environment: inout Environment, _ effects: inout Effects
  ) {
    let transaction = transactions[slot]
    let version = environment.paxos[transaction.round].version
    transactions[slot].phase = phase
    effects.note(
      .began(phase == .committing ? .committing : .committingOther), of: transaction.operation, by: id,
      at: environment.now)
    if environment.paxos.decide(transaction.round) {
      effects.record(.accepted(version), at: environment.now)
      effects.note(.stamped(version, .ballot), of: transaction.operation, by: id, at: environment.now)
    }
    let owners = environment.ownerSet(of: transaction.key)
    let contacts = owners.intersection(environment.detector.alive(to: id))
    let isOwn = phase == .committing
    let write = writes.insert(
      WriteRequest(
        operation: transaction.operation, ticket: isOwn ? transaction.ticket : .max, key: transaction.key,
        version: version, level: transaction.dataLevel, contacts: contacts, awaited: contacts, transaction: slot))
    transactions[slot].commits.append(write)
    let message = Message.committing(
      version, transaction.round, from: id, to: id, operation: transaction.operation, request: write)
    for contact in contacts where contact != id {
      count(message.addressed(to: contact), slot, environment)
      effects.sends.append(message.addressed(to: contact))
    }
    if isOwn {
      writes[write].messages = transactions[slot].messages
      writes[write].bytes = transactions[slot].bytes
    }
    for owner in owners.subtracting(contacts) where owner != id {
      keepHint(version, for: owner, in: &environment, &effects)
    }
    if contacts.contains(id) { post(message, in: &environment, &effects) }
  }

  /// Enough have applied somebody else's value: now for the own.
  mutating func takeCommitted(_ slot: UInt32, in environment: inout Environment, _ effects: inout Effects) {
    guard transactions.contains(slot), transactions[slot].phase == .committingOther else { return }
    begin(slot, .finishedOther, in: &environment, &effects)
  }

  // MARK: Messages

  /// Asks all participants, itself last: that may answer everything.
  private mutating func ask(
    _ slot: UInt32, _ kind: Message.Kind, in environment: inout Environment, _ effects: inout Effects
  ) {
    let transaction = transactions[slot]
    transactions[slot].awaited = transaction.participants
    let message = Message.ofPaxos(
      transaction.round, kind, from: id, to: id, operation: transaction.operation, request: slot)
    for participant in transaction.participants where participant != id {
      count(message.addressed(to: participant), slot, environment)
      effects.sends.append(message.addressed(to: participant))
    }
    if transaction.participants.contains(id) { post(message, in: &environment, &effects) }
  }

  /// The transaction that waits for this answer, which counts it in; nil for an answer that comes too late.
  private mutating func awaiting(_ message: Message, in environment: Environment) -> UInt32? {
    let slot = message.request
    guard transactions.contains(slot), transactions[slot].operation == message.operation else { return nil }
    count(message, slot, environment)
    guard transactions[slot].round == message.round,
      message.kind != .paxosPromise || transactions[slot].phase == .preparing,
      transactions[slot].awaited.remove(message.from)
    else { return nil }
    return slot
  }

  private mutating func count(_ message: Message, _ slot: UInt32, _ environment: Environment) {
    guard message.from != message.to else { return }
    transactions[slot].messages += 1
    transactions[slot].bytes += UInt32(environment.size(of: message))
  }
}
