import Insight
import Kernel
import Replication

/// What would come of an operation if it were issued now, found out on a copy of the session: nothing changes in this one.
public struct Forecast: Hashable, Sendable {
  /// How an operation would end.
  public enum Ending: Hashable, Sendable {
    /// It would be answered after a while.
    case answered(TimeSpan)
    /// It would be refused, and why.
    case unavailable(String)
    /// It would time out, and why.
    case timeout(String)
    /// Too much happens before its end to find out at once.
    case unknown
  }

  /// How many events are played to find it out, at most.
  private static let horizon = 20_000

  /// What its level asks for, such as `QUORUM = 5 of 9`.
  public let arithmetic: String
  /// Who would coordinate; nil: nobody can be reached.
  public let coordinator: String?
  /// Whose answers count, the nearest first.
  public let answerers: [String]
  /// How it would end.
  public let ending: Ending

  /// The names of the levels that a plain write or a read can have.
  public static func levels(reading: Bool) -> [String] { plainLevels(reading: reading).map(\.name) }

  /// The levels that a plain write or a read can have.
  public static func plainLevels(reading: Bool) -> [ConsistencyLevel] {
    ConsistencyLevel.allCases.filter { reading ? $0.allowsReads : !$0.isSerial }
  }

  /// The forecast for an operation; nil if it can't be carried out.
  public init?(_ plan: OperationPlan, in session: Session) {
    var copy = session
    guard var goal = try? copy.begin(.operate(plan, isAsync: false), from: .prompt(""), report: { _ in }) else {
      return nil
    }
    let progress = copy.pursue(&goal, until: .end, atMost: Self.horizon) { _ in }
    guard case .answer(let id) = goal else { return nil }
    let cluster = copy.cluster
    let report = OperationReport(id, in: copy.world)
    let region =
      (report?.coordinator).flatMap { cluster.topology.replica(named: $0) }.map(cluster.topology.region)
      ?? cluster.clients[plan.client].region
    let factors = cluster.plan.regions.map(\.factor)
    let quorum = Quorum(plan.level, factors: factors, region: region)
    arithmetic = Self.arithmetic(quorum, factors, region, cluster.topology)
    coordinator = report?.coordinator
    if let name = report?.coordinator, let place = cluster.topology.replica(named: name),
      let key = cluster.catalogue.names.key(named: plan.key)
    {
      answerers = quorum.contacts(
        alive: session.cluster.environment.detector.alive(to: place), owners: cluster.environment.owners(of: key),
        region: region, nearest: cluster.environment.proximity.order(from: place)
      ).map { cluster.topology.name(of: $0) }
    } else {
      answerers = []
    }
    ending =
      switch report?.outcome {
      case .ok: .answered((report?.end ?? .start) - (report?.start ?? .start))
      case .unavailable:
        .unavailable(
          coordinator == nil
            ? "no replica can be reached" : "needs \(report?.required ?? 0), sees \(report?.received ?? 0) alive")
      case .timeout: .timeout("\(report?.received ?? 0) of \(report?.required ?? 0) answer in time")
      case nil: progress == .ongoing ? .unknown : .timeout("no answer comes")
      }
  }

  private static func arithmetic(
    _ quorum: Quorum, _ factors: [Int], _ region: RegionID, _ topology: Topology
  ) -> String {
    let all = factors.reduce(0, +)
    switch quorum.level {
    case .any: return "ANY = 1 of \(all), or a hint"
    case .eachQuorum:
      return "EACH_QUORUM = \(quorum.perRegion.map(String.init).joined(separator: " + ")) of \(all)"
    case .localOne, .localQuorum, .localSerial:
      return "\(quorum.level.name) = \(quorum.required) of \(factors[region.index]) in \(topology.name(of: region))"
    default: return "\(quorum.level.name) = \(quorum.required) of \(all)"
    }
  }
}
