/// How a cluster's replicas hold and pass on what clients write.
public enum SchemeName: String, CaseIterable, Sendable {
  /// Any owner takes writes and passes them on to the others; a level says how many must answer (Dynamo, Cassandra, Riak).
  case leaderless
  /// In each region a leader takes writes and its followers persist them; streams bring them to other regions (DynamoDB).
  case streams
  /// In each region a partition's leader appends to a log that its followers fetch (Kafka).
  case log
  /// One region's database takes all writes, a binlog brings them elsewhere, and caches serve reads (TAO).
  case primaryCache = "primary-cache"
}
