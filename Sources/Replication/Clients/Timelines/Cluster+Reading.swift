import Kernel

/// The way of a timeline from its coordinator to its reader.
extension Cluster {
  /// Settles who asks for a timeline: a client of the region that is named, or of where its user is at home.
  mutating func settle(timeline plan: inout OperationPlan) {
    let user = intern(user: plan.value ?? "")
    let home = timelines.all.users[user.index].home
    if !clients.ids.contains(plan.client) { plan.client = ClientID(home == .none ? 0 : home.index) }
    timelines.all.readings.append(TimelineReading(operation: OperationID(nextOperation), user: user))
  }

  private func place(ofReading operation: OperationID) -> Int? {
    timelines.isEmpty ? nil : timelines.all.readings.lastIndex { $0.operation == operation }
  }

  /// The same of one attempt at it.
  private func place(ofReading operation: OperationID, _ ticket: UInt32) -> Int? {
    timelines.isEmpty
      ? nil : timelines.all.readings.lastIndex { $0.operation == operation && $0.ticket == ticket }
  }

  /// Where an attempt's reading is kept from now on: a second question, and a second attempt, begin one of their own.
  private mutating func begin(reading operation: OperationID, _ ticket: UInt32) -> Int? {
    if let known = place(ofReading: operation, ticket) ?? place(ofReading: operation, .max) {
      timelines.all.readings[known].ticket = ticket
      return known
    }
    guard let other = place(ofReading: operation) else { return nil }
    var reading = TimelineReading(operation: operation, user: timelines.all.readings[other].user)
    reading.ticket = ticket
    timelines.all.readings.append(reading)
    return timelines.all.readings.count - 1
  }

  /// A timeline's request has come to its coordinator, which asks for what nobody inserts, if there is any.
  mutating func beginReading(_ ticket: UInt32, at coordinator: ReplicaID) {
    let operation = operations[ticket].operation.id
    guard let place = begin(reading: operation, ticket) else { return }
    timelines.all.readings[place].region = replicas[coordinator].region
    var sources = sources(for: expectedPosts(of: timelines.all.readings[place].user), at: coordinator)
    var (there, back) = (TimeSpan.zero, TimeSpan.zero)
    var asked: [(replica: ReplicaID, answers: Bool)] = []
    for index in sources.indices where sources[index].replica != .none && sources[index].replica != coordinator {
      let replica = sources[index].replica
      if !asked.contains(where: { $0.replica == replica }) {
        let first = network.send(coordinator, replica, .request).span
        let second = first == nil ? nil : network.send(replica, coordinator, .response).span
        if let first, let second { (there, back) = (max(there, first), max(back, second)) }
        asked.append((replica, second != nil))
      }
      if asked.contains(where: { $0.replica == replica && !$0.answers }) { sources[index].replica = .none }
    }
    timelines.all.readings[place].sources = sources
    timelines.all.readings[place].back = back
    guard there > .zero else { return readSources(ticket, place) }
    wake(.sources(operation, ticket: ticket), after: there)
  }

  private mutating func wake(_ timer: TimelineTimer, after span: TimeSpan) {
    queue.push(Scheduled(departed: now, event: .wake(.timelines(timer))), at: now + span)
  }

  /// Something that timelines waited for has come. False if nobody waits for it any more.
  mutating func wake(_ timer: TimelineTimer) -> Bool {
    switch timer {
    case .fanOut(let region, let generation): return wakeFanOut(in: region, generation: generation)
    case .sources(let operation, let ticket):
      guard let place = awaited(operation, ticket) else { return false }
      readSources(ticket, place)
    case .merge(let operation, let ticket):
      guard awaited(operation, ticket) != nil else { return false }
      answerReading(ticket)
    }
    return true
  }

  /// The reading of an operation whose coordinator still works on it.
  private func awaited(_ operation: OperationID, _ ticket: UInt32) -> Int? {
    guard isOpen(operation, ticket), operations[ticket].operation.outcome == nil,
      replicas.status(of: operations[ticket].operation.coordinator) == .running
    else { return nil }
    return place(ofReading: operation, ticket)
  }

  /// Those that were asked look at what they hold; it is merged with the rest when their answers are back.
  private mutating func readSources(_ ticket: UInt32, _ place: Int) {
    let reading = timelines.all.readings[place]
    let (merged, step) = merged(reading, expectedPosts(of: reading.user))
    timelines.all.readings[place] = merged
    let operation = operations[ticket].operation
    if turn.effects.isDetailed { tell(merged, step, of: operation) }
    if turn.environment.settings.timelines.keepsPulled {
      for source in reading.sources where merged.shown.contains(source.post) {
        insert(source.post, into: reading.user, in: reading.region)
      }
    }
    guard reading.back > .zero else { return answerReading(ticket) }
    wake(.merge(operation.id, ticket: ticket), after: reading.back)
  }

  /// Reports what a timeline was put together from, and what it lacks.
  private mutating func tell(_ reading: TimelineReading, _ step: TimelineStep, of operation: Operation) {
    var steps = [step]
    steps += reading.sources.filter { $0.replica != .none && reading.shown.contains($0.post) }
      .map { .read($0.post, from: $0.replica) }
    steps += reading.missing.map { .lacked($0.post, $0.reason) }
    steps += reading.gone.map { .gone($0) }
    steps += reading.early.map { .early($0.post, before: $0.before) }
    for step in steps { turn.effects.note(.timeline(step), of: operation.id, by: operation.coordinator, at: now) }
  }

  private mutating func answerReading(_ ticket: UInt32) {
    let operation = operations[ticket].operation
    turn.effects.closures.append(Effects.Closure(operation: operation.id, ticket: ticket, messages: 0, bytes: 0))
    turn.effects.answers.append(
      Answer(
        operation: operation.id, ticket: ticket, version: .none, seen: .none, coordinator: operation.coordinator,
        outcome: .ok, required: 1, received: 1))
  }

  /// A timeline has come to its reader, who is told of each insert from now on; or it never did.
  ///
  /// - Parameter ticket: the attempt whose answer it is; what others read is forgotten.
  mutating func endReading(_ operation: Operation, _ ticket: UInt32) {
    guard let last = place(ofReading: operation.id) else { return }
    let reading = timelines.all.readings[place(ofReading: operation.id, ticket) ?? last]
    if operation.attempts > 1 || turn.environment.settings.path.hedge != nil {
      timelines.all.readings.removeAll { $0.operation == operation.id && $0.ticket != reading.ticket }
    }
    guard operation.outcome == .ok else { return }
    timelines.all.tally.answered += 1
    if !reading.gone.isEmpty { timelines.all.tally.backwards += 1 }
    if !reading.early.isEmpty { timelines.all.tally.early += 1 }
    timelines.all.users[reading.user.index].shown = reading.shown
    if timelines.all.users[reading.user.index].subscription == .none {
      timelines.all.users[reading.user.index].subscription = reading.region
    }
    let newest = reading.shown.last { timelines.all.posts[$0.index].author != reading.user }
    guard let newest else { return }
    let seen = timelines.all.users[reading.user.index].newestSeen
    if seen == .none || seen < newest { timelines.all.users[reading.user.index].newestSeen = newest }
  }

  // MARK: What is seen

  /// What an operation that asked for a timeline was answered; nil for any other, and without an answer.
  public func timeline(of operation: OperationID) -> TimelineReading? {
    place(ofReading: operation).map { timelines.all.readings[$0] }
  }

  /// Whose timeline an operation asks for, by name; nil for any other.
  public func timelineUser(of operation: OperationID) -> String? {
    timeline(of: operation).map { timelines.all.users[$0.user.index].name }
  }

  /// What a post is called: its key, and which one it is of those that its author's client made of one.
  public func name(of post: PostID) -> String {
    let name = catalogue.names.name(of: timelines.all.posts[post.index].key)
    let copy = timelines.all.posts[post.index].copy
    return copy == 1 ? name : "\(name)#\(copy)"
  }
}

extension Fate {
  /// After what time a message arrives; nil if it doesn't, or nobody knows when.
  fileprivate var span: TimeSpan? {
    switch self {
    case .arrives(let span), .arrivesTwice(let span, _): span
    case .held, .cut, .lost: nil
    }
  }
}
