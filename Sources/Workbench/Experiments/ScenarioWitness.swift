import Analysis
import Insight
import Kernel
import Language
import Replication

/// An operation that shows why an assertion doesn't hold: the first of its kind, what `why` says of it, and what happened
/// around it.
public struct ScenarioWitness: Sendable {
  /// What kind of operation it is.
  public enum Kind: Hashable, Sendable {
    case staleRead, failure, lostWrite

    /// What it is called.
    public var words: String {
      switch self {
      case .staleRead: "the first stale read"
      case .failure: "the first operation that didn't end ok"
      case .lostWrite: "the first acknowledged write that is gone"
      }
    }
  }

  /// What was asserted.
  public let metric: String
  /// What kind of operation it is.
  public let kind: Kind
  /// Its number.
  public let number: Int
  /// Its key.
  public let key: String
  /// When it began, from the scenario's beginning.
  public let began: TimeSpan
  /// What `why` says of it.
  public let explanation: [String]
  /// What happened to its key up to its end, from some time before it on.
  public let spaceTime: SpaceTimeReport
}

/// Looks for the operation that shows the first assertion which doesn't hold.
struct WitnessSearch {
  /// How many events before the operation the diagram looks back at most.
  private static let lead = 20_000
  /// About how many rows the diagram has.
  private static let rows = 24

  private let session: Session
  private let beginning: Instant
  private let lost: Set<VersionID>

  /// - Parameter lost: the acknowledged writes that are gone.
  init(session: Session, beginning: Instant, lost: Set<VersionID>) {
    (self.session, self.beginning, self.lost) = (session, beginning, lost)
  }

  private var observer: Observer { session.world.observer }
  private var catalogue: Catalogue { session.cluster.catalogue }

  /// The witness of the first of some verdicts that doesn't hold and has one; nil if none has.
  func witness(of verdicts: [Verdict]) -> ScenarioWitness? {
    for verdict in verdicts where !verdict.isHeld && verdict.reading.value.isJudged {
      guard let kind = verdict.assertion.metric.witness, let operation = first(kind) else { continue }
      return witness(verdict.assertion.metric.name, kind, operation)
    }
    return nil
  }

  private func first(_ kind: ScenarioWitness.Kind) -> Replication.Operation? {
    switch kind {
    case .staleRead: observer.history.all.first { $0.isStale && $0.operation.began >= beginning }?.operation
    case .failure:
      observer.history.all.first { $0.operation.outcome != .ok && $0.operation.began >= beginning }?.operation
    case .lostWrite: lost.min().flatMap { observer.history[catalogue.version($0).operation]?.operation }
    }
  }

  private func witness(
    _ metric: String, _ kind: ScenarioWitness.Kind, _ operation: Replication.Operation
  ) -> ScenarioWitness? {
    // The end and an instant shortly before the operation are kept: what follows doesn't start at the very beginning.
    var timeline = session.timeline
    let end = timeline.moment
    timeline.go(to: end)
    timeline.goto(position: max(0, operation.beganAt - Self.lead))
    let before = timeline.moment
    timeline.go(to: end)
    guard let explanation = Explanation(of: operation.id.index, in: timeline) else { return nil }
    let key = catalogue.names.name(of: operation.key)
    var there = timeline.retraced
    there.go(to: before)
    there.goto(position: operation.endedAt)
    return ScenarioWitness(
      metric: metric, kind: kind, number: operation.id.index, key: key, began: operation.began - beginning,
      explanation: explanation.lines,
      spaceTime: SpaceTimeReader(.key(key), in: there).report(around: nil, count: Self.rows))
  }
}

extension Metric {
  /// What kind of operation shows that it isn't as it should be; nil if no single one does.
  fileprivate var witness: ScenarioWitness.Kind? {
    switch self {
    case .measure(let measure):
      switch measure {
      case .staleReads, .stalenessP99: .staleRead
      case .availability, .failover, .failoverP50: .failure
      case .dataLoss: .lostWrite
      case .convergenceP50, .convergenceP99, .duplicates, .lagP99, .conflicts, .antiEntropy: nil
      }
    case .fact(.named("reads.stale", _), _, _): .staleRead
    case .fact(.named("writes.lost", _), _, _): .lostWrite
    case .fact: nil
    }
  }
}
