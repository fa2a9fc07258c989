import Insight
import Kernel
import Replication

/// How far copies are behind: three quantities that one name would confuse.
///
/// What arrives says nothing of what doesn't, and neither says how long the rest will take: under a cut the first is silent,
/// the second grows; under overload the third shows first what is coming.
extension FactCatalog {
  /// For how long an arrival says something of now, and for how long while a link is cut.
  private static let (freshness, freshnessUnderCut) = (TimeSpan.seconds(60), TimeSpan.seconds(1))

  static let lags: [FactSpecification] = [
    FactSpecification(
      "lag.delivered", alsoOf: [.region, .region], .duration, cost: .cluster,
      "Age of the copy that arrived last, from region to region; none when none did for a minute, or 1s under a cut."
    ) { context, subjects in
      guard let latest = context.observer.convergence.arrivals.latest(on: subjects.route) else { return .none }
      let (from, to) = context.ends(of: subjects.route)
      let limit = context.cluster.isAnyCut(from: from, to: to) ? freshnessUnderCut : freshness
      return context.cluster.now - latest.at > limit ? .none : .duration(latest.age)
    },
    FactSpecification(
      "lag.oldest", alsoOf: [.region, .region], .duration, cost: .history,
      "Age of the oldest write that some owner, dead or alive, lacks, and holds nothing better than; 0 when none is."
    ) { context, subjects in
      .duration(context.outstanding(subjects.route).oldest?.microseconds ?? 0)
    },
    FactSpecification(
      "lag.drain", alsoOf: [.region, .region], .duration, cost: .cluster,
      "How long the hints that wait take to be replayed: their bytes ÷ the rate; none while a target can't be reached."
    ) { context, subjects in
      let (from, to) = context.ends(of: subjects.route)
      return context.cluster.handoffTime(from: from, to: to).map { .duration($0.microseconds) } ?? .none
    },
  ]
}
