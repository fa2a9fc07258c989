import Kernel

/// How attempts end, and what their client does then.
extension Cluster {
  /// What the end of an attempt means for its operation.
  enum AttemptEnd {
    /// Its client still waits, or will try again.
    case goesOn
    /// It has ended, so.
    case ends(Outcome)
  }

  /// Takes in how an attempt ended.
  ///
  /// An update of which an earlier attempt may have taken effect ends as that one did, also where the last attempt certainly
  /// did nothing: nothing is said that isn't known.
  mutating func endAttempt(_ ticket: UInt32, _ outcome: Outcome) -> AttemptEnd {
    let call = operations[ticket].call
    var attempt = operations[ticket].operation
    attempt.outcome = outcome
    let way = path.all.calls[call].remove(ticket)
    noteAttempt(attempt, way, outcome, began: path.all.calls[call].attemptBegan)
    if outcome != .ok, !path.all.calls[call].live.isEmpty {
      leave(ticket, outcome)
      return .goesOn
    }
    if outcome.mayHaveHappened, attempt.kind.isUpdate { path.all.calls[call].doubt = attempt }
    path.all.calls[call].last = attempt
    if triesAgain(call, attempt, after: outcome, serverSays: way.pending?.serverSays) {
      leave(ticket, outcome)
      return .goesOn
    }
    return .ends(conclude(call, outcome, told: ticket))
  }

  /// What the rest of the path learns from an attempt.
  private mutating func noteAttempt(
    _ attempt: Operation, _ way: ClientCall.LiveAttempt, _ outcome: Outcome, began: Instant
  ) {
    if let rule = turn.environment.settings.path.breaker {
      path.all.breakers[attempt.region].note(isFailure: outcome != .ok, rule, at: now)
    }
    if outcome == .ok, attempt.kind.isQuestion { path.all.answerTimes[attempt.region].add(now - began) }
    guard way.passesEdge, way.pending == nil else { return }
    let leg = turn.environment.constantClientDelay ?? .zero
    let passed =
      outcome == .timeout ? now : max(attempt.began, Instant(microseconds: now.microseconds - leg.microseconds))
    path.all.edges[attempt.region].keep(outcome, attempt.version, attempt.seen, of: attempt.key, at: passed)
  }

  /// Ends an operation and lets go of its call; says how it ended.
  private mutating func conclude(_ call: UInt32, _ outcome: Outcome, told ticket: UInt32) -> Outcome {
    let ended = path.all.calls[call]
    let client = ended.template.operation.client
    if outcome == .ok, let rule = turn.environment.settings.path.retries.budget {
      var budget = path.all.budgets[client] ?? RetryBudget(rule)
      budget.refund(ended.spent, rule)
      path.all.budgets[client] = budget
    }
    for other in ended.live where other.ticket != ticket { leave(other.ticket, .timeout) }
    operations[ticket].operation.attempts = ended.attempts
    operations[ticket].call = .max
    path.all.calls.remove(call)
    guard outcome != .ok, !outcome.mayHaveHappened, let doubt = ended.doubt, let doubted = doubt.outcome else {
      return outcome
    }
    note(.doubted(doubted, attempt: doubt.attempts), of: operations[ticket].operation)
    operations[ticket].operation.takeEnd(of: doubt)
    return doubted
  }

  /// Gives up waiting for an attempt; its coordinator may go on with it.
  private mutating func leave(_ ticket: UInt32, _ outcome: Outcome) {
    if operations[ticket].search != .max { endSearch(ticket) }
    operations[ticket].operation.outcome = outcome
    operations[ticket].call = .max
    if operations[ticket].isClosed { operations.remove(ticket) }
  }

  // MARK: Retries

  /// Whether a client tries again after an attempt has ended so; if it does, the next attempt is planned.
  private mutating func triesAgain(
    _ call: UInt32, _ operation: Operation, after outcome: Outcome, serverSays: TimeSpan?
  ) -> Bool {
    let policy = turn.environment.settings.path.retries
    guard policy.attempts > 1, outcome.isRetried, !operation.isUnawaited else { return false }
    let attempts = path.all.calls[call].attempts
    guard attempts < policy.attempts else {
      giveUp(operation, after: outcome, .attempts)
      return false
    }
    var cost = 0
    if let rule = policy.budget {
      cost = rule.cost(after: outcome)
      var budget = path.all.budgets[operation.client] ?? RetryBudget(rule)
      let isPaid = budget.take(cost)
      path.all.budgets[operation.client] = budget
      guard isPaid else {
        giveUp(operation, after: outcome, .budget)
        return false
      }
    }
    let draw = turn.environment.randomness.draw(
      .retry, owner: UInt64(operation.id.raw), number: UInt64(attempts))
    let wait = policy.wait(
      before: Int(attempts) - 1, wasThrottled: outcome == .throttled, serverSays: serverSays, draw)
    path.all.tally.retries += 1
    path.all.calls[call].attempts = attempts + 1
    path.all.calls[call].spent = cost
    path.all.calls[call].isBetweenAttempts = true
    note(.retried(after: outcome, wait: wait, attempt: attempts + 1), of: operation)
    if operation.kind.isUpdate { turn.effects.record(.retried(operation.id), at: now) }
    let ticket = addAttempt(to: call)
    wake(.retry(operation.id, ticket: ticket), after: wait)
    return true
  }

  private mutating func giveUp(_ operation: Operation, after outcome: Outcome, _ reason: GiveUp) {
    path.all.tally.giveUps += 1
    note(.gaveUp(after: outcome, reason), of: operation)
  }

  /// A further attempt, which nobody has sent yet.
  private mutating func addAttempt(to call: UInt32) -> UInt32 {
    var next = path.all.calls[call].template
    next.call = call
    next.operation.attempts = path.all.calls[call].attempts
    let ticket = operations.insert(next)
    path.all.calls[call].add(ticket)
    return ticket
  }

  /// A client's wait before a further attempt is over.
  mutating func tryAgain(_ ticket: UInt32) {
    let call = operations[ticket].call
    let operation = operations[ticket].operation
    if isRefused(by: operation.region, operation), let last = path.all.calls[call].last, let outcome = last.outcome {
      _ = path.all.calls[call].remove(ticket)
      operations[ticket].isClosed = true
      operations[ticket].operation.takeEnd(of: last)
      giveUp(operation, after: outcome, .breaker)
      end(ticket, conclude(call, outcome, told: ticket))
      return
    }
    path.all.calls[call].attemptBegan = now
    path.all.calls[call].isBetweenAttempts = false
    send(attempt: ticket, besides: .none)
  }

  /// The version that an earlier attempt of an update made, if its key makes a store know it again: for 10 minutes, as
  /// DynamoDB keeps a client's token.
  func recognized(_ operation: Operation) -> VersionID? {
    guard turn.environment.settings.path.hasIdempotencyKeys, operation.attempts > 1, !operation.level.isSerial else {
      return nil
    }
    let earliest = Instant(microseconds: max(operation.began.microseconds, now.microseconds - 600_000_000))
    return turn.catalogue.version(of: operation.id, acceptedSince: earliest)
  }

  /// Whether an open operation's client waits before it tries again.
  public func isBetweenAttempts(_ id: OperationID) -> Bool {
    path.all.calls.slots.contains {
      path.all.calls[$0].template.operation.id == id && path.all.calls[$0].isBetweenAttempts
    }
  }

  // MARK: Second questions

  /// Plans to ask a second time for a read, if the setting says so.
  mutating func planHedge(_ ticket: UInt32) {
    let operation = operations[ticket].operation
    let span: TimeSpan? =
      switch turn.environment.settings.path.hedge {
      case nil: nil
      case .after(let span): span
      case .percentile(let percent): path.all.answerTimes[operation.region].percentile(percent)
      }
    if let span { wake(.hedge(operation.id, ticket: ticket), after: span) }
  }

  /// Asks a second time for a read whose answer is late. False if nobody else can be asked.
  mutating func hedge(_ ticket: UInt32) -> Bool {
    let call = operations[ticket].call
    let first = operations[ticket].operation
    guard path.all.calls[call].live.map(\.ticket) == [ticket], path.all.calls[call].attempts == 1,
      let other = attemptCoordinator(of: first, besides: first.coordinator)
    else { return false }
    path.all.tally.hedges += 1
    note(.hedged(after: now - first.began, other), of: first)
    let second = addAttempt(to: call)
    send(attempt: second, besides: first.coordinator)
    return true
  }
}

extension Outcome {
  /// Whether an update that ended so may have taken effect.
  public var mayHaveHappened: Bool {
    switch self {
    case .timeout, .failure: true
    case .ok, .unavailable, .throttled, .conflict, .rejected: false
    }
  }

  /// Whether clients try again after it.
  var isRetried: Bool {
    switch self {
    case .timeout, .failure, .unavailable, .throttled, .conflict: true
    case .ok, .rejected: false
    }
  }
}
