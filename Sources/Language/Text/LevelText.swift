import Replication

/// Consistency levels in sentences: an operation whose scheme leaves no choice has none to be named.
extension ConsistencyLevel {
  /// Such as ` at QUORUM`, to follow an operation.
  package var clause: String { name.map { " at \($0)" } ?? "" }

  /// Such as `at QUORUM`.
  package var phrase: String { name.map { "at \($0)" } ?? "" }
}
