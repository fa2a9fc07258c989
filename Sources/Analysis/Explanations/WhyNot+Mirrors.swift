import Insight
import Kernel
import Replication

/// What mirrors between regions have yet to bring.
extension Timeline {
  /// A fact for each mirror that doesn't stand at its source's watermarks; of one key's records alone if one is named.
  func mirrorsBehind(_ key: KeyID?, _ explainer: Explainer) -> [Explanation.Fact] {
    let trail = explainer.trail(before: .max)
    return cluster.environment.settings.mirrors.compactMap { plan -> Explanation.Fact? in
      let rest = cluster.recordsToMirror(from: plan.source, to: plan.target, of: key)
      guard let oldest = rest.map({ cluster.catalogue.version($0).accepted }).min() else { return nil }
      let partitions = Set(rest.compactMap { cluster.catalogue.position(of: $0).map { Int($0.partition) } }).sorted()
      let ends = partitions.compactMap { partition -> (ReplicaID, ReplicaID)? in
        guard let from = cluster.leader(of: partition, in: plan.source),
          let to = cluster.leader(of: partition, in: plan.target)
        else { return nil }
        return (from, to)
      }
      let looks = ends.map { Evidence.pending($0.1, position: cluster.position) }
      let culprit = ends.lazy.compactMap { trail.outage(between: $0.1, and: $0.0) ?? trail.stop(of: $0.1) }.first
      let places =
        looks.isEmpty
        ? cluster.topology.members(of: plan.target).prefix(1).map {
          Evidence.pending($0, position: cluster.position)
        } : looks
      return Quotes(places).map {
        explainer.fact(
          .present(
            .toMirror(from: plan.source, to: plan.target, rest.count, oldest: cluster.now - oldest, culprit)), nil,
          $0.blaming(culprit))
      }
    }
  }
}
