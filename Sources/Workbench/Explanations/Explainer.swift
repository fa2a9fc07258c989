import Insight
import Kernel
import Replication

/// Puts together why an operation answered as it did.
struct Explainer {
  /// How many of many alike things are told one by one.
  static let shown = 3

  let session: Session
  var explanation: Explanation

  var history: History { session.world.observer.history }
  var catalogue: Catalogue { session.cluster.catalogue }
  var topology: Topology { session.cluster.topology }
}

extension Explanation {
  /// Why an operation answered as it did; nil if there is none of that number, or it goes on.
  public init?(of number: Int, in session: Session) {
    let id = OperationID(number)
    guard let report = OperationReport(id, in: session.world), let entry = session.world.observer.history[id] else {
      return nil
    }
    var explainer = Explainer(
      session: session, explanation: Explanation(number: number, title: report.sentence(in: session.world)))
    switch entry.operation.outcome {
    case .unavailable: explainer.explainRefusal(entry.operation)
    case .timeout: explainer.explainTimeout(entry.operation)
    default:
      if entry.operation.kind.isUpdate {
        explainer.explainWrite(entry.operation)
      } else {
        explainer.explainRead(entry)
      }
    }
    self = explainer.explanation
  }
}

// MARK: Words

extension Explainer {
  func fact(_ at: Instant?, _ text: String) -> Explanation.Fact { Explanation.Fact(at: at, text: text) }

  func name(_ replica: ReplicaID) -> String { topology.name(of: replica) }

  func client(_ operation: Replication.Operation) -> String {
    Printable.escaped(session.cluster.clients[operation.client].name)
  }

  func ms(_ span: TimeSpan) -> String { Quantity.milliseconds(span.microseconds) }

  /// Names in a row, such as `us1, us2 and eu1`.
  func list(_ replicas: some Sequence<ReplicaID>) -> String { Self.row(replicas.map(name)) }

  static func row(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : "\(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])"
  }

  func owners(of key: KeyID) -> [ReplicaID] { session.cluster.environment.owners(of: key).members }

  func trail(until instant: Instant) -> FaultTrail { FaultTrail(session.timeline, until: instant) }

  func region(_ coordinator: ReplicaID) -> RegionID { topology.region(of: coordinator) }

  func required(_ level: ConsistencyLevel, _ coordinator: ReplicaID) -> Int {
    session.cluster.environment.quorum(level, in: region(coordinator)).required
  }

  /// What a level asks for, such as `QUORUM needs 5 of 9 answers`.
  func arithmetic(_ level: ConsistencyLevel, _ coordinator: ReplicaID) -> String {
    let quorum = session.cluster.environment.quorum(level, in: region(coordinator))
    let need = LevelNeed(quorum, in: session.cluster, region: region(coordinator))
    let place = need.region.map { " from \(topology.name(of: $0))" } ?? ""
    let answers =
      need.isBeyondCopies ? "\(need.required) answers\(place), \(need.copies)" : "\(need.share) answers\(place)"
    let text = "\(level.name) needs \(answers)" + (level == .any ? ", or a hint" : "")
    guard level.isSerial else { return text }
    let data = LevelNeed(
      session.cluster.environment.quorum(level.dataLevel, in: region(coordinator)), in: session.cluster,
      region: region(coordinator))
    return text + (data.isBeyondCopies ? ", and \(arithmetic(level.dataLevel, coordinator)) to read and commit" : "")
  }

  /// What a copy held, by a clock that showed `reading`, in microseconds.
  func what(_ version: VersionID, _ key: KeyID, at reading: Int64) -> String {
    version == .none ? "nothing" : ValueText.shown(version, key, in: session.cluster, at: reading)
  }

  /// What an operation wrote, such as `milk` or `the delete of op 3`.
  func written(_ version: VersionID) -> String {
    let number = catalogue.version(version).operation
    guard let operation = history[number]?.operation else { return "what op \(number.index) wrote" }
    switch operation.kind {
    case .delete: return "the delete of op \(number.index)"
    case .write: return Printable.escaped(catalogue.names.text(of: operation.value))
    default: return "op \(number.index)'s \(operation.kind.rawValue)"
    }
  }

  /// Who asked whom.
  func coordination(of operation: Replication.Operation) -> [Explanation.Fact] {
    let asks = "\(client(operation)) asks"
    guard operation.coordinator != .none else {
      if let named = session.timeline.plan(of: operation).coordinator {
        return [fact(operation.began, "\(asks) for \(name(named)), as `via \(name(named))` says, and cannot reach it.")]
      }
      let isLocal = session.cluster.environment.settings.failover == .local
      let place = isLocal ? " in \(topology.name(of: operation.region)), where `failover local` keeps it" : ""
      return [fact(operation.began, "\(asks), and finds no replica that it can reach\(place).")]
    }
    let coordinator = name(operation.coordinator)
    let plan = session.timeline.plan(of: operation)
    let reason: String
    if operation.isLoad {
      reason = ", whose turn it is,"
    } else if plan.coordinator != nil {
      reason = ", as `via \(coordinator)` says,"
    } else {
      reason =
        switch session.cluster.environment.coordinatorPolicy {
        case .nearest: ", the nearest replica that it can reach,"
        case .tokenAware:
          owners(of: operation.key).contains(operation.coordinator)
            ? ", the nearest owner of the key that it can reach,"
            : ", as it can reach no owner of the key in \(topology.name(of: region(operation.coordinator))),"
        case .roundRobin: ", whose turn it is,"
        case .random: ", drawn by lot,"
        case .sticky: ", with which it stays,"
        }
    }
    var facts = [fact(operation.began, "\(asks) \(coordinator)\(reason) to coordinate.")]
    if operation.leader != .none {
      facts.append(
        fact(
          nil,
          "\(coordinator) owns no copy of \(Printable.escaped(catalogue.names.name(of: operation.key))) and hands it to "
            + "\(name(operation.leader)), the nearest owner that it thinks alive, to lead it."))
    }
    if operation.retries > 0, let delay = DelayReport(of: operation, in: session.world) {
      facts.append(
        fact(operation.began, "Its session's guarantees came first: it \(delay.words(servedBy: coordinator))."))
    }
    return facts
  }
}
