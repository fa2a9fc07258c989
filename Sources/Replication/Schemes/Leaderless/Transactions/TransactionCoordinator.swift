import Kernel

/// The coordinator's side of a lightweight transaction: Paxos in four round trips, as in Cassandra
/// (`StorageProxy.cas`, `beginAndRepairPaxos`, after Lamport, *Paxos Made Simple*, 2001).
///
/// 1. Prepare: a majority promises to take nothing older. What was accepted but not committed is finished first, and
///    a replica that has missed the last commit is sent it; then it begins anew.
/// 2. Read the present value, at QUORUM or LOCAL_QUORUM.
/// 3. Propose the new value, or nothing if the condition does not hold (CASSANDRA-12126).
/// 4. Commit, at QUORUM or LOCAL_QUORUM. (In Cassandra at the level that the statement gives beside its serial one, which
///    may be anything down to ANY; a command here gives one level.)
///
/// A read at a serial level prepares, proposes nothing, and reads. One that meets a higher ballot waits for up to 99 ms and
/// tries again, for a second. A proposal that only a minority accepted may be finished by others: `timeout`.
extension LeaderlessServer {
  /// Begins a transaction; returns its slot, unless it was refused.
  mutating func coordinateTransaction(
    _ operation: Operation, _ payload: OpenOperation.Payload, ticket: UInt32, _ turn: inout Turn
  ) -> UInt32? {
    noteStart(operation, &turn)
    if let shortage = shortage(operation.level, of: operation.key, &turn) {
      refuse(operation, ticket: ticket, shortage, &turn)
      return nil
    }
    let owners = turn.environment.owners(of: operation.key)
    let slot = transactions.insert(
      Transaction(
        operation: operation.id, ticket: ticket, key: operation.key, value: operation.value, payload: payload,
        reading: operation.clockReading, isRead: operation.kind == .read, level: operation.level,
        participants: (operation.level.isLocal ? owners.byRegion[region.index] : owners.set)
          .intersection(turn.environment.detector.alive(to: id)),
        needed: turn.environment.required(operation.level, coordinatorIn: region), began: turn.now))
    // What the session was promised to write after may bear a timestamp of a clock that is ahead.
    if let floor = payload.demand.needs.floor(turn.catalogue) { transactions[slot].floor = floor }
    begin(slot, .first, &turn)
    return slot
  }

  // MARK: Prepare

  /// Begins a round under a ballot above all that was heard of.
  mutating func begin(
    _ slot: UInt32, _ attempt: Attempt, _ turn: inout Turn
  ) {
    let transaction = transactions[slot]
    guard turn.now - transaction.began < Transaction.contentionTimeout else {
      finish(slot, .timeout, .contention, &turn)
      return
    }
    // An empty floor is as low as can be: adding to it can't overflow.
    let ballot = Ballot(
      timestamp: max(clock.timestamp(at: turn.now), transaction.floor + 1), replica: id)
    turn.effects.note(.balloted(ballot, attempt), of: transaction.operation, by: id, at: turn.now)
    turn.effects.note(.began(.preparing), of: transaction.operation, by: id, at: turn.now)
    transactions[slot].round = turn.parcels.paxos.begin(transaction.key, ballot)
    transactions[slot].phase = .preparing
    transactions[slot].promises = []
    ask(slot, .paxosPrepare, &turn)
  }

  /// Takes in a promise, or that there is none.
  mutating func takePromise(_ message: Message, _ turn: inout Turn) {
    guard let slot = awaiting(message, &turn), transactions[slot].phase == .preparing else { return }
    let promise = turn.parcels.paxos.promise(message.promise)
    turn.effects.note(
      .promised(message.from, isGiven: promise.isGiven, promise.promised), of: message.operation, by: id,
      at: turn.now)
    transactions[slot].floor = max(transactions[slot].floor, promise.promised.timestamp)
    guard promise.isGiven else {
      giveWay(slot, &turn)
      return
    }
    transactions[slot].promises.append((message.from, promise))
    if transactions[slot].promises.count == transactions[slot].needed { resolve(slot, &turn) }
  }

  private mutating func resolve(_ slot: UInt32, _ turn: inout Turn) {
    let (transaction, ledger) = (transactions[slot], turn.parcels.paxos)
    func newest(_ rounds: [RoundID]) -> RoundID {
      rounds.reduce(.none) { ledger.ballot(of: $1) > ledger.ballot(of: $0) ? $1 : $0 }
    }
    let committed = newest(transaction.promises.map(\.promise.committed))
    let accepted = newest(transaction.promises.map(\.promise.accepted))
    let heard = max(ledger.ballot(of: committed), ledger.ballot(of: accepted)).timestamp
    if heard >= ledger[transaction.round].ballot.timestamp {
      // Its value would tie with one that was decided before.
      transactions[slot].floor = heard
      begin(slot, .tied, &turn)
      return
    }
    if accepted != .none, ledger[accepted].version != .none, ledger.ballot(of: accepted) > ledger.ballot(of: committed)
    {
      propose(slot, ledger[accepted].version, from: ledger[accepted].origin, .finishing, &turn)
      return
    }
    let behind = transaction.promises.filter {
      ledger.ballot(of: $0.promise.committed) < ledger.ballot(of: committed)
    }
    guard behind.isEmpty else {
      turn.effects.note(.began(.catchingUp), of: transaction.operation, by: id, at: turn.now)
      for (replica, _) in behind {
        let message = Message.committing(
          ledger[committed].version, committed, from: id, to: replica, operation: transaction.operation, request: .max)
        countForTransaction(message, slot, &turn)
        post(message, &turn)
      }
      begin(slot, .caughtUp, &turn)
      return
    }
    if transaction.isRead {
      propose(slot, .none, from: .none, .proposingNothing, &turn)
    } else {
      read(slot, &turn)
    }
  }

  // MARK: Read

  private mutating func read(_ slot: UInt32, _ turn: inout Turn) {
    let transaction = transactions[slot]
    // Enough were thought alive when it began, so enough can be read, unless they were thought dead since.
    if let shortage = shortage(transaction.dataLevel, of: transaction.key, &turn) {
      return finish(slot, .unavailable, .shortage, shortage: shortage, &turn)
    }
    transactions[slot].phase = .reading
    turn.effects.note(.began(.reading), of: transaction.operation, by: id, at: turn.now)
    transactions[slot].read = beginRead(
      transaction.key, transaction.dataLevel, operation: transaction.operation, ticket: .max, transaction: slot,
      &turn)
  }

  /// The present value has been read.
  mutating func takeFound(_ read: ReadRequest, _ turn: inout Turn) {
    let slot = read.transaction
    guard transactions.contains(slot), transactions[slot].operation == read.operation else { return }
    transactions[slot].messages += read.messages
    transactions[slot].bytes += read.bytes
    (transactions[slot].found, transactions[slot].seen) = (read.winner, read.seen)
    let transaction = transactions[slot]
    guard let condition = transaction.payload.condition else {
      finish(slot, .ok, .agreed, &turn)
      return
    }
    let isMet = turn.catalogue.holds(condition, of: transaction.found, at: transaction.reading)
    turn.effects.note(
      .found(transaction.found, isMet: isMet), of: transaction.operation, by: id, at: turn.now)
    if isMet {
      let version = proposal(transaction, &turn)
      propose(slot, version, from: transaction.round, .proposing, &turn)
    } else {
      transactions[slot].isRefuted = true
      propose(slot, .none, from: .none, .proposingNothing, &turn)
    }
  }

  /// The version that it proposes: its context is what was read, its timestamp the ballot's.
  private mutating func proposal(_ transaction: Transaction, _ turn: inout Turn) -> VersionID {
    let counter = issued[transaction.key] + 1
    issued[transaction.key] = counter
    return turn.addVersion(
      transaction.value, transaction.payload, key: transaction.key, operation: transaction.operation,
      timestamp: (turn.parcels.paxos[transaction.round].ballot.timestamp, .ballot), reading: transaction.reading,
      context: transaction.seen, dot: VectorEntry(writer: writer, counter: counter), isTombstone: false)
  }

  // MARK: Propose

  private mutating func propose(
    _ slot: UInt32, _ version: VersionID, from origin: RoundID, _ phase: Transaction.Phase,
    _ turn: inout Turn
  ) {
    turn.parcels.paxos[transactions[slot].round].version = version
    turn.parcels.paxos[transactions[slot].round].origin = origin
    transactions[slot].phase = phase
    transactions[slot].accepted = 0
    turn.effects.note(
      .began(phase == .finishing ? .finishing : phase == .proposing ? .proposing : .proposingNothing),
      of: transactions[slot].operation, by: id, at: turn.now)
    turn.effects.note(.proposed(version), of: transactions[slot].operation, by: id, at: turn.now)
    ask(slot, .paxosPropose, &turn)
  }

  /// Takes in that a proposal was accepted, or refused.
  mutating func takeVote(_ message: Message, _ turn: inout Turn) {
    guard let slot = awaiting(message, &turn) else { return }
    let phase = transactions[slot].phase
    guard [.finishing, .proposingNothing, .proposing].contains(phase) else { return }
    if message.kind.leaderless == .paxosRefuse {
      let promise = turn.parcels.paxos.promise(message.promise)
      turn.effects.note(
        .promised(message.from, isGiven: false, promise.promised), of: message.operation, by: id, at: turn.now)
      transactions[slot].floor = max(transactions[slot].floor, promise.promised.timestamp)
    } else {
      turn.effects.note(.counted(message), of: message.operation, by: id, at: turn.now)
      transactions[slot].accepted += 1
      if transactions[slot].accepted == transactions[slot].needed {
        carryOn(slot, after: phase, &turn)
        return
      }
    }
    let (accepted, rest) = (transactions[slot].accepted, transactions[slot].awaited.count)
    guard accepted + rest < transactions[slot].needed else { return }
    if phase != .proposing || accepted == 0 && rest == 0 {
      giveWay(slot, &turn)
    } else if rest == 0 {
      // Some have taken it: the next transaction may finish it.
      finish(slot, .timeout, .minority, &turn)
    }
  }

  private mutating func carryOn(
    _ slot: UInt32, after phase: Transaction.Phase, _ turn: inout Turn
  ) {
    switch phase {
    case .finishing: commit(slot, .committingOther, &turn)
    case .proposing: commit(slot, .committing, &turn)
    case .proposingNothing where transactions[slot].isRefuted: finish(slot, .ok, .refuted, &turn)
    default: read(slot, &turn)
    }
  }

  // MARK: Commit

  /// Sends what was decided to all owners, as a write at QUORUM or LOCAL_QUORUM, hints included.
  ///
  /// Cassandra keeps hints for the dead of its own proposals only, not of others' that it finishes (`commitPaxos`,
  /// `allowHints`): who missed those hears of them at the next prepare.
  private mutating func commit(
    _ slot: UInt32, _ phase: Transaction.Phase, _ turn: inout Turn
  ) {
    let transaction = transactions[slot]
    let version = turn.parcels.paxos[transaction.round].version
    transactions[slot].phase = phase
    turn.effects.note(
      .began(phase == .committing ? .committing : .committingOther), of: transaction.operation, by: id,
      at: turn.now)
    if turn.parcels.paxos.decide(transaction.round) {
      turn.effects.record(.accepted(version), at: turn.now)
      turn.effects.note(.stamped(version, .ballot), of: transaction.operation, by: id, at: turn.now)
    }
    let owners = turn.environment.ownerSet(of: transaction.key)
    let contacts = owners.intersection(turn.environment.detector.alive(to: id))
    let isOwn = phase == .committing
    let write = writes.insert(
      WriteRequest(
        operation: transaction.operation, ticket: isOwn ? transaction.ticket : .max, key: transaction.key,
        version: version, level: transaction.dataLevel,
        turn.environment.levels.tally(transaction.dataLevel, in: region), contacts: contacts, transaction: slot))
    transactions[slot].commits.append(write)
    let message = Message.committing(
      version, transaction.round, from: id, to: id, operation: transaction.operation, request: write)
    for contact in contacts where contact != id {
      countForTransaction(message.addressed(to: contact), slot, &turn)
      turn.effects.sends.append(message.addressed(to: contact))
    }
    if isOwn {
      writes[write].messages = transactions[slot].messages
      writes[write].bytes = transactions[slot].bytes
    }
    for owner in owners.subtracting(contacts) where owner != id {
      keepHint(version, for: owner, &turn)
    }
    if contacts.contains(id) { post(message, &turn) }
  }

  /// Enough have applied somebody else's value: now for the own.
  mutating func takeCommitted(_ slot: UInt32, _ turn: inout Turn) {
    guard transactions.contains(slot), transactions[slot].phase == .committingOther else { return }
    begin(slot, .finishedOther, &turn)
  }

  // MARK: Messages

  /// Asks all participants, itself last: that may answer everything.
  private mutating func ask(
    _ slot: UInt32, _ kind: LeaderlessMessage, _ turn: inout Turn
  ) {
    let transaction = transactions[slot]
    transactions[slot].awaited = transaction.participants
    let message = Message.ofPaxos(
      transaction.round, kind, from: id, to: id, operation: transaction.operation, request: slot)
    for participant in transaction.participants where participant != id {
      countForTransaction(message.addressed(to: participant), slot, &turn)
      turn.effects.sends.append(message.addressed(to: participant))
    }
    if transaction.participants.contains(id) { post(message, &turn) }
  }

  /// The transaction that waits for this answer, which counts it in; nil for an answer that comes too late.
  private mutating func awaiting(_ message: Message, _ turn: inout Turn) -> UInt32? {
    let slot = message.request
    guard transactions.contains(slot), transactions[slot].operation == message.operation else { return nil }
    countForTransaction(message, slot, &turn)
    guard transactions[slot].round == message.round,
      message.kind.leaderless != .paxosPromise || transactions[slot].phase == .preparing,
      transactions[slot].awaited.remove(message.from)
    else { return nil }
    return slot
  }

  private mutating func countForTransaction(_ message: Message, _ slot: UInt32, _ turn: inout Turn) {
    guard message.from != message.to else { return }
    transactions[slot].messages += 1
    transactions[slot].bytes += UInt32(turn.size(of: message))
  }
}
