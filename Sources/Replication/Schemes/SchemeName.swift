/// How a cluster's replicas hold and pass on what clients write.
public enum SchemeName: String, CaseIterable, Sendable {
  /// Any owner takes writes and passes them on to the others; a level says how many must answer (Dynamo, Cassandra, Riak).
  case leaderless
}
