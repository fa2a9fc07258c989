import Insight
import Kernel
import Language
import Replication

/// What would come of an operation if it were issued now, found out on a copy of the history: nothing changes in this one.
public struct Forecast: Hashable, Sendable {
  /// How an operation would end.
  public enum Ending: Hashable, Sendable {
    /// It would be answered after a while.
    case answered(TimeSpan)
    /// It would be refused, and why.
    case unavailable(String)
    /// It would be throttled, and why.
    case throttled(String)
    /// A circuit breaker would refuse it, and why.
    case rejected(String)
    /// It would meet another region's write that is under way.
    case conflict(String)
    /// It would fail, and why.
    case failure(String)
    /// It would time out, and why.
    case timeout(String)
    /// Too much happens before its end to find out at once.
    case unknown
  }

  /// How many events are played to find it out, at most.
  private static let horizon = 20_000

  /// What its level asks for, such as `QUORUM = 5 of 9`; empty where it counts no answers.
  public let arithmetic: String
  /// Who would coordinate; nil: nobody can be reached.
  public let coordinator: String?
  /// Whose answers would be counted, in the order in which they would come.
  public let answerers: [String]
  /// How it would end.
  public let ending: Ending

  /// The names of the levels that a plain write or a read can have; none where the scheme leaves no choice.
  public static func levels(reading: Bool, in timeline: Timeline) -> [String] {
    let scheme = timeline.cluster.scheme
    return (reading ? scheme.readLevels : scheme.writeLevels).all.names
  }

  /// The name of the level that holds where none is named.
  public static func standardLevel(reading: Bool, in timeline: Timeline) -> String? {
    let scheme = timeline.cluster.scheme
    return (reading ? scheme.readLevels : scheme.writeLevels).standard.name
  }

  /// The forecast for an operation; nil if it can't be carried out.
  public init?(_ plan: OperationPlan, in timeline: Timeline) {
    var trial = Trial(timeline, isDetailed: true)
    guard let id = trial.issue(plan) else { return nil }
    let isPlayed = trial.play(until: id, atMost: Self.horizon)
    let cluster = trial.cluster
    let report = OperationReport(id, in: trial.world)
    let region =
      (report?.coordinator).flatMap { cluster.topology.replica(named: $0) }.map(cluster.topology.region)
      ?? cluster.clients[plan.client].region
    let quorum = cluster.environment.quorum(plan.level, in: region)
    arithmetic = quorum.map { Self.arithmetic(LevelNeed($0, in: cluster, region: region), cluster.topology) } ?? ""
    coordinator = report?.coordinator
    answerers = trial.inSync(whenCommitting: id) ?? trial.answerers(of: id)
    ending =
      switch report?.outcome {
      case .ok: .answered((report?.end ?? .start) - (report?.start ?? .start))
      case .unavailable:
        .unavailable(report?.shortfall ?? "")
      case .throttled: .throttled(report?.shortfall ?? "")
      case .rejected: .rejected(report?.shortfall ?? "")
      case .conflict: .conflict(report?.shortfall ?? "")
      case .failure: .failure(report?.shortfall ?? "")
      case .timeout: .timeout(report?.shortfall ?? "")
      case nil: isPlayed ? .timeout("no answer comes") : .unknown
      }
  }

  private static func arithmetic(_ need: LevelNeed, _ topology: Topology) -> String {
    let place = need.region.map { " in \(topology.name(of: $0))" } ?? ""
    let answers = need.isBeyondCopies ? "\(need.required)\(place), \(need.copies)" : need.share + place
    return "\(need.level) = \(answers)" + (need.acceptsHint ? ", or a hint" : "")
  }
}
