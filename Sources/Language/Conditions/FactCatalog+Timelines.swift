import Replication

extension FactCatalog {
  /// What has come into timelines.
  static let timelines: [FactSpecification] = [
    FactSpecification(
      "timeline.missing", of: [.user], .number, cost: .cluster,
      "How many accepted posts the user's timeline at home would lack that belong in it; none where nobody there can be asked."
    ),
    FactSpecification(
      "timeline.pushed", of: [.user], .number,
      "How many posts the user was told of as they were inserted, since the first `timeline`."),
    FactSpecification(
      "fanout.backlog", alsoOf: [.region], .number,
      "Inserts into timelines that daemons are still to make, in all regions or in one."),
    FactSpecification(
      "fanout.p99", .duration,
      "Time from a post's acceptance to its last insert in the last region, 99th percentile; none while 1 of 100 goes on."
    ),
    FactSpecification(
      "fanout.inserts", .number, "Inserts that daemons have made, those for followers without a name included."),
    FactSpecification(
      "fanout.repeated", .number,
      "Inserts that were made once more after a daemon's replica had crashed; they changed nothing."),
    FactSpecification("timelines.answered", .number, "Timelines that were answered."),
    FactSpecification(
      "timelines.backwards", .number,
      "Of those, the ones that lacked a post which an earlier answer to the same user had shown."),
    FactSpecification(
      "timelines.early", .number,
      "Of those, the ones with a post and without the one that its author had been shown when it was made."),
    FactSpecification(
      "timelines.twice", .number,
      "Posts that are there more than once: their clients tried again without a key by which the store would have known them."
    ),
  ]

  /// Those of them that need nothing in parentheses.
  private static let numericOfTimelines = timelines.filter(\.arguments.isEmpty)

  private static let numericOfPath = path.filter { $0.arguments.isEmpty && $0.unit != .text }

  /// The numeric facts that say something of a cluster now: those of timelines only once there are any, those of the client path
  /// only while anything of it is in force.
  package static func numeric(in cluster: Cluster) -> [FactSpecification] {
    numeric(under: cluster.scheme) + (cluster.environment.hasClientPath ? numericOfPath : [])
      + (cluster.timelines.isEmpty ? [] : numericOfTimelines)
  }
}

extension FactSpecification {
  /// Whether it says something only where there are timelines.
  var isOfTimelines: Bool { FactCatalog.timelines.contains { $0.name == name } }
}
