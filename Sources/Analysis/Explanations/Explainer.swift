import Insight
import Kernel
import Replication

/// Puts together why an operation answered as it did: finds what was recorded, and says it in claims.
struct Explainer {
  /// How many of many alike things are told one by one.
  static let shown = Wording.shown

  let timeline: Timeline
  let wording: Wording
  var explanation: Explanation

  init(_ timeline: Timeline, _ explanation: Explanation) {
    self.timeline = timeline
    wording = Wording(timeline.world)
    self.explanation = explanation
  }

  var history: History { timeline.world.observer.history }
  var catalogue: Catalogue { timeline.cluster.catalogue }
  var topology: Topology { timeline.cluster.topology }
}

extension Explanation {
  /// Why an operation answered as it did; nil if there is none of that number, or it goes on.
  public init?(of number: Int, in timeline: Timeline) {
    let id = OperationID(number)
    guard let report = OperationReport(id, in: timeline.world), let entry = timeline.world.observer.history[id] else {
      return nil
    }
    var explainer = Explainer(timeline, Explanation(number: number, title: report.sentence(in: timeline.world)))
    let operation = entry.operation
    switch operation.outcome {
    case .rejected: explainer.explainPath(operation)
    case .some where operation.answerer != .coordinator: explainer.explainPath(operation)
    case .unavailable: explainer.explainRefusal(operation)
    case .throttled: explainer.explainThrottling(operation)
    case .conflict: explainer.explainConflict(operation)
    case .failure: explainer.explainFailure(operation)
    case .timeout: explainer.explainTimeout(operation)
    case .ok where operation.kind == .timeline: explainer.explainTimeline(operation)
    case .ok where operation.level.isSerial: explainer.explainTransaction(entry)
    case .ok where operation.kind.isUpdate: explainer.explainWrite(operation)
    case .ok: explainer.explainRead(entry)
    case nil: return nil
    }
    self = explainer.explanation
  }
}

extension Explainer {
  func fact(_ claim: Claim, _ at: Instant?, _ quotes: Quotes) -> Explanation.Fact {
    Explanation.Fact(claim, at: at, quoting: quotes, in: wording)
  }

  /// Names in a row, such as `us1, us2 and eu1`.
  static func row(_ names: [String]) -> String { Wording.row(names) }

  func owners(of key: KeyID) -> [ReplicaID] { timeline.cluster.environment.owners(of: key).members }

  func trail(before position: Int) -> FaultTrail { FaultTrail(timeline, before: position) }

  func required(_ level: ConsistencyLevel, _ coordinator: ReplicaID) -> Int {
    timeline.cluster.environment.quorum(level, in: topology.region(of: coordinator))?.required ?? 0
  }

  func need(_ service: Service) -> (need: Need, quoted: Quoted)? {
    service.taken.map {
      (Need(level: service.operation.level, coordinator: $0.entry.by, required: $0.found), $0.entry.quoted)
    }
  }

  /// An operation's own history.
  func chronicle(
    of operation: Replication.Operation, visit: (Cluster, ArraySlice<Quoted>, [Quoted]) -> Void = { _, _, _ in }
  ) -> Chronicle {
    let version = timeline.cluster.version(writtenBy: operation.id)
    return Chronicle(
      timeline, from: operation.beganAt - 1, to: operation.endedAt, about: [operation.id],
      version.map { [$0] } ?? [], visit: visit)
  }

  /// Who asked whom, and what came before that.
  func coordination(of operation: Replication.Operation, _ service: Service, _ quoted: [Quoted]) -> [Explanation.Fact] {
    var facts = pathSteps(operation, quoted)
    let lacks = quoted.filter { if case .lacked(operation.id, _, _) = $0.record.what { true } else { false } }
    if let quotes = Quotes(lacks) {
      var (replicas, origins): ([ReplicaID], [OperationID]) = ([], [])
      for case .lacked(_, let replica, let origin) in lacks.map(\.record.what) {
        if !replicas.contains(replica) { replicas.append(replica) }
        if !origins.contains(origin) { origins.append(origin) }
      }
      facts.append(
        fact(
          .coordination(.lacked(operation.id, by: replicas.sorted(), origins: origins.sorted())),
          lacks.first?.record.at, quotes))
    }
    let turned = service.first { entry -> Direction? in
      if case .directed(let direction) = entry.step { direction } else { nil }
    }
    if let turned {
      facts.append(
        fact(
          .coordination(.asks(operation.id, turned.entry.by, turned.found)), turned.entry.at,
          Quotes(turned.entry.quoted)))
    } else if let named = service.first({ if case .asksOnly = $0.step { true } else { nil } })?.entry {
      facts.append(
        fact(.coordination(.named(operation.id, named.by)), operation.began, Quotes(named.quoted)))
    } else if operation.coordinator == .none, let began = quoted.first {
      let kept = service.first { if case .keptHome = $0.step { true } else { nil } }?.entry.quoted
      facts.append(
        fact(
          .coordination(.nobody(operation.id, isKeptHome: kept != nil)), operation.began,
          Quotes(began, kept.map { [$0] } ?? [])))
    }
    for case (let entry, .askedLeader(let leader)) in service.entries.map({ ($0, $0.step) }) {
      facts.append(
        fact(
          .coordination(.askedLeader(operation.id, entry.by, leader: leader)), entry.at, Quotes(entry.quoted)))
    }
    facts += cacheSteps(service)
    facts += standIns(service)
    for case (let entry, .joined(let other)) in service.entries.map({ ($0, $0.step) }) {
      facts.append(fact(.coordination(.joined(operation.id, entry.by, other)), entry.at, Quotes(entry.quoted)))
    }
    if let handed = service.handedOver {
      facts.append(
        fact(
          .coordination(.handedOver(operation.id, handed.entry.by, to: handed.found)), handed.entry.at,
          Quotes(handed.entry.quoted)))
    }
    // The steps of a path stand among the others, in the order in which they happened.
    guard operation.attempts > 1 || timeline.cluster.environment.hasClientPath else { return facts }
    return facts.enumerated().sorted { ($0.element.at ?? .start, $0.offset) < ($1.element.at ?? .start, $1.offset) }
      .map(\.element)
  }

  /// Who counted in the place of whom, by each replica that served it.
  private func standIns(_ service: Service) -> [Explanation.Fact] {
    var facts: [Explanation.Fact] = []
    var rest = service.standIns
    while let first = rest.first {
      let own = rest.filter { $0.entry.by == first.entry.by }
      rest.removeAll { $0.entry.by == first.entry.by }
      guard let quotes = Quotes(own.map(\.entry.quoted)) else { continue }
      let claim = CoordinationClaim.standsIn(service.operation.id, first.entry.by, own.map(\.found))
      facts.append(fact(.coordination(claim), first.entry.at, quotes))
    }
    return facts
  }

  /// That the client had its answer, after how long.
  func answered(_ operation: Replication.Operation, _ quoted: [Quoted]) -> [Explanation.Fact] {
    let ends = quoted.filter {
      switch $0.record.what {
      case .began(operation.id), .ended(operation.id): true
      case .began, .ended, .accepted, .stored, .closed, .hinted, .hintExpired, .reaped, .handedBack, .liveness, .wiped,
        .promoted, .replaced, .noticed,
        .delivered, .lost, .clientMessageLost, .lacked, .repaired, .retried, .input, .step:
        false
      }
    }
    return Quotes(ends).map {
      [fact(.write(.answered(operation.id, after: operation.ended - operation.began)), operation.ended, $0)]
    } ?? []
  }
}
