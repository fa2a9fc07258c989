import Kernel

/// A cluster of replicas in virtual time: everything that happens next follows from this value.
///
/// Copying a cluster is a snapshot, and two copies never share fate. It changes in two ways only: ``apply(_:)`` takes an
/// ``Input`` from outside, and ``step(notAfter:)`` plays the next event. The same inputs at the same positions give
/// the same cluster, on every machine; ``fingerprint`` says so.
///
/// Events stand in one order, also within a microsecond: each has its ``position``, and so has each input.
public struct Cluster: Sendable {
  /// What it is made of.
  public let plan: ClusterPlan
  /// The seed of everything drawn.
  public let seed: UInt64
  /// What its replicas have while they handle something.
  public internal(set) var turn: Turn
  /// The links between the replicas.
  public internal(set) var network: Network
  /// The replicas.
  public internal(set) var replicas: Servers
  /// The clients; the first are those of the regions.
  public internal(set) var clients: Table<ClientID, Client>
  /// How many events and inputs there have been.
  public internal(set) var position = 0
  /// The position of the latest input; 0 before the first.
  package internal(set) var lastInput = 0
  /// The position after which time last moved on without an event; -1 before the first time.
  private var silentPosition = -1
  /// A digest of all that has happened.
  public internal(set) var fingerprint = Fingerprint()
  /// What has been sent between replicas.
  public internal(set) var traffic = Traffic()
  /// What keeping sessions' guarantees has cost.
  public internal(set) var sessions = SessionTally()
  /// What is known of repair sessions and their rounds.
  public internal(set) var repairs = RepairLedger()
  /// The number that the next operation gets.
  public internal(set) var nextOperation = 1
  /// When the last operation of a command was answered; nil before the first.
  public internal(set) var lastCommandAnswer: Instant?
  /// The operations that have ended since ``drain()``.
  public internal(set) var ended = Outbox<Operation>()
  /// How many operations of commands are in progress.
  public internal(set) var openCommands = 0
  /// How many operations of loads are in progress.
  public internal(set) var openLoads = 0
  /// The operations that commands have issued, in order.
  public internal(set) var commandOperations: [OperationID] = []
  /// What their answers carried, as far as they have been answered.
  var commandContexts: [VectorID] = []

  /// Whether it looks for broken invariants after every event, and keeps what it finds first in ``broken``.
  public var isScrutinized = false
  /// The first invariant that was broken while anybody looked, in words.
  public internal(set) var broken: String?

  var queue = EventQueue<Scheduled>()
  var deadlines = Deadlines()
  /// Operations whose client waits, or whose coordinator still expects something.
  var operations = Slab<OpenOperation>()
  /// Operations in search of a replica that has what their sessions were promised.
  var searches = Slab<SessionSearch>()
  var causalPast = CausalPast()
  /// Whose turn it is between each two regions, where the capacity of streams is bounded.
  var streamQueues = StreamQueues()
  /// Who leads each region's partitions, where each region keeps logs.
  public internal(set) var controller = Controller()
  /// How far consumers are told to be, where logs are mirrored.
  var checkpoints = Checkpoints()
  /// What consumers got, or are on their way to get, operation by operation.
  var consumptions: [Consumption] = []
  /// Whether the primary's database runs, where there is one.
  var primaryWatch = PrimaryWatch()
  /// What stands between clients and coordinators.
  public internal(set) var path: PathState
  /// Who follows whom, what was posted, and what has come into timelines.
  public internal(set) var timelines = HomeTimelines()
  var workloads = Table<WorkloadID, Workload>()
  /// What waits on held links: all that was sent over them since, for nobody drops a message that somebody holds.
  var held: [HeldMessage] = []

  /// What has been sent between replicas so far.
  public struct Traffic: Hashable, Sendable {
    /// Messages sent.
    public internal(set) var messages = 0
    /// Bytes sent from one region to another.
    public internal(set) var crossRegionBytes = 0

    /// Takes in that a message is sent.
    @inline(__always) mutating func count(_ message: Message, _ turn: inout Turn) {
      messages &+= 1
      if turn.environment.regionOf[message.from.index] != turn.environment.regionOf[message.to.index] {
        crossRegionBytes &+= turn.size(of: message)
      }
    }
  }

  /// A cluster at the beginning of time.
  public init(_ plan: ClusterPlan = .standard, seed: UInt64 = 1) {
    let topology = Topology(regions: plan.regions.map { ($0.name, $0.replicas) })
    var network = Network(size: topology.replicas.count, randomness: Randomness(seed: seed))
    for first in topology.regionIDs {
      for second in topology.regionIDs {
        let delay = ClusterPlan.standardDelay(between: topology.name(of: first), and: topology.name(of: second))
        network.setDelay(
          .fixed(delay), for: MessageClass.allCases,
          on: Network.pairs(from: topology.set(of: first), to: topology.set(of: second), bothWays: false))
      }
    }
    self.init(
      plan, seed: seed, topology: topology, network: network, settings: Settings(),
      clients: topology.regionIDs.map { Client(name: topology.name(of: $0), region: $0) })
  }

  init(
    _ plan: ClusterPlan, seed: UInt64, topology: Topology, network: Network, settings: Settings, clients: [Client]
  ) {
    self.plan = plan
    self.seed = seed
    self.network = network
    self.clients = Table(clients)
    path = PathState(topology)
    let proximity = Proximity(topology: topology, network: network)
    turn = Turn(
      Environment(
        topology: topology, placement: Placement(plan, topology, settings, proximity),
        settings: settings, proximity: proximity,
        randomness: Randomness(seed: seed), frontDoors: Self.frontDoors(plan.scheme, topology)))
    replicas = Servers(plan.scheme, topology, turn.environment.placement)
    choosePrimary(settings.primary)
    if plan.scheme == .streams { turn.catalogue.settleTiesByRegion(topology) }
    if plan.scheme == .log { beginLogs() }
  }

  /// The present instant.
  public var now: Instant { turn.now }
  /// What its replicas can look at.
  public var environment: Environment { _read { yield turn.environment } }
  /// Regions, replicas and their names.
  public var topology: Topology { turn.environment.topology }
  /// Keys, values, versions and vectors.
  public var catalogue: Catalogue { turn.catalogue }
  /// Whether every message is reported to the history, not only what changes a copy.
  public var isTracing: Bool {
    get { turn.effects.isTracing }
    set {
      turn.effects.isTracing = newValue
      turn.rearrange { $0.isTracing = newValue }
    }
  }

  /// What has happened since ``drain()``.
  public var records: Outbox<Record> { turn.effects.records }

  /// The plainest of what has happened since then; see ``Record/storesBefore``.
  public var plainStores: Outbox<PlainStore> { turn.effects.stores }

  /// Forgets the records and ended operations that an observer has taken in.
  public mutating func drain() {
    turn.effects.records.clear()
    turn.effects.stores.clear()
    turn.effects.rounds.clear()
    ended.clear()
  }
}

extension Cluster {
  /// What came of an advance.
  public enum Advance: Sendable {
    /// No event is left up to the limit, and it is that time now.
    case reached
    /// The allowed number of events was played; more may follow before the limit.
    case interrupted
  }

  /// Plays events up to `limit` and lets time stand there.
  ///
  /// - Parameter count: after this many events the call returns, so that somebody can take in the records.
  public mutating func run(until limit: Instant, atMost count: Int) -> Advance {
    var rest = count
    while rest > 0 {
      let played = play(notAfter: limit, atMost: rest)
      rest -= played
      if played == 0 {
        if limit > turn.now { pass(to: limit) }
        return .reached
      }
    }
    return .interrupted
  }

  /// Plays events up to `limit` for as long as the replicas are seen to be apart, and lets time stand where it is asked
  /// whether they still are.
  ///
  /// - Returns: how many events were played; fewer than `count` where the replicas have converged, or no event is left up
  ///   to the limit.
  public mutating func run(until limit: Instant, atMost count: Int, whileApart watch: inout ConvergenceWatch) -> Int {
    for played in 0..<count {
      var isPlayed = false
      while !isPlayed {
        if !watch.areCopiesApart(in: &self), watch.isConverged(self) { return played }
        // Where a clock may change what the replicas hold, time stands still for a look.
        // A witness that holds until now only has been looked at; what comes next decides.
        let bound = watch.until > turn.now ? min(limit, watch.until) : limit
        isPlayed = step(notAfter: bound)
        if !isPlayed {
          if bound > turn.now { pass(to: bound) }
          if bound == limit { return played }
        }
      }
    }
    return count
  }

  /// Lets time pass to an instant before which nothing happens, but for timers that nobody waits for any more.
  public mutating func advance(to instant: Instant) {
    guard instant > now else { return }
    let didPlay = step(notAfter: Instant(microseconds: instant.microseconds - 1))
    precondition(!didPlay, "an event was due at \(now.microseconds) µs, before \(instant.microseconds) µs")
    pass(to: instant)
  }

  private mutating func pass(to instant: Instant) {
    turn.now = instant
    silentPosition = position
  }

  /// Whether time has moved on since the last event or input.
  public var isInSilence: Bool { silentPosition == position }

  /// Plays the next event that is due by `limit`. False if there is none.
  ///
  /// Of a message and a deadline at the same instant the message comes first: it is in time.
  @discardableResult
  public mutating func step(notAfter limit: Instant = .end) -> Bool { play(notAfter: limit, atMost: 1) == 1 }

  /// Plays the next events that are due by `limit`, at least one and at most so many; says how many.
  private mutating func play(notAfter limit: Instant, atMost count: Int) -> Int {
    while true {
      let limit = min(limit, deadlines.next)
      if turn.isPlain, !isScrutinized {
        let series = playPlainly(notAfter: limit, atMost: count)
        if !turn.effects.isIdle { carryOut() }
        if let slot = series.refused, play(queue.payload(at: slot), at: queue.now) { return series.played &+ 1 }
        if series.played > 0 { return series.played }
        if series.refused != nil { continue }
      } else if let slot = queue.popSlot(notAfter: limit) {
        if play(queue.payload(at: slot), at: queue.now) { return 1 }
        continue
      }
      guard limit == deadlines.next, let deadline = deadlines.takeFirst() else { return 0 }
      let timer = Timer.deadline(deadline.operation, ticket: deadline.ticket)
      // A timer that nobody waits for any more: it never happened.
      if play(Scheduled(departed: deadline.at, event: .wake(timer)), at: deadline.at) { return 1 }
    }
  }

  /// Lets something happen at an instant, and carries out what it leads to. False if nobody waits for it any more.
  @inline(never) private mutating func play(_ scheduled: Scheduled, at: Instant) -> Bool {
    let before = turn.now
    turn.now = at
    position += 1
    guard play(scheduled) else {
      position -= 1
      turn.now = before
      return false
    }
    if !turn.effects.isIdle { carryOut() }
    fingerprint.fold(UInt64(bitPattern: at.microseconds), scheduled.event.digest)
    if isScrutinized { scrutinize(.inProgress) }
    return true
  }

  /// When the next event is due, perhaps a timer that nobody waits for any more.
  public var nextInstant: Instant? {
    // Not the whole cluster, which a closure that asks it would copy.
    let deadline = deadlines.first { [operations] in operations.isOpen($0.operation, $0.ticket) }?.at
    guard let first = queue.firstInstant else { return deadline }
    return deadline.map { min($0, first) } ?? first
  }

  /// Lets something happen. False if nobody waits for it any more.
  @inline(__always) private mutating func play(_ scheduled: Scheduled) -> Bool {
    switch scheduled.event {
    case .message(let message):
      deliver(message, departed: scheduled.departed)
      return true
    case .request(let operation, let ticket, let coordinator):
      return take(operation, ticket, coordinator, scheduled)
    case .answer(let answer):
      guard isAwaited(answer) else { return false }
      if !seeksOn(answer) { end(answer) }
      return true
    case .arrival(let workload):
      return arrive(workload)
    case .wake(let timer):
      return wake(timer, scheduled)
    }
  }

  /// Hands a message to its receiver.
  @inline(__always) mutating func deliver(_ message: Message, departed: Instant) {
    let receiver = message.to
    guard replicas.status(of: receiver) == .running else { return deliverToSilent(message, departed: departed) }
    if turn.isExpired(message.kind, departed: departed) {
      turn.effects.lose(message, .expired, departed: departed, at: now)
      return
    }
    if turn.effects.isTracing { turn.effects.record(.delivered(message, departed: departed), at: now) }
    if let reply = replicas.receive(message, departed: departed, &turn) {
      transmit(reply)
    }
  }

  private mutating func deliverToSilent(_ message: Message, departed: Instant) {
    if replicas.status(of: message.to) == .crashed {
      turn.effects.lose(message, .receiverDown, departed: departed, at: now)
    } else {
      replicas[message.to].inbox.append(Scheduled(departed: departed, event: .message(message)))
    }
  }

  @inline(__always) func isOpen(_ operation: OperationID, _ ticket: UInt32) -> Bool {
    operations.isOpen(operation, ticket)
  }

  /// Whether the client still waits for an answer.
  @inline(__always) func isAwaited(_ answer: Answer) -> Bool {
    isOpen(answer.operation, answer.ticket) && operations[answer.ticket].operation.outcome == nil
  }
}

extension Slab<OpenOperation> {
  /// Whether that ticket is still an operation's.
  @inline(__always) fileprivate func isOpen(_ operation: OperationID, _ ticket: UInt32) -> Bool {
    contains(ticket) && self[ticket].operation.id == operation
  }
}
