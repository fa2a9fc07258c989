/// What a replica that works on one request at a time does with those that have waited for long.
public enum Shedding: String, CaseIterable, Sendable {
  /// It works on them in their order, also on those whose client has given up.
  case fifo
  /// It works on the latest first, and drops the oldest where there is no room for another.
  case lifo
  /// It drops those that it could not answer in time any more: their age and the work on them exceed the timeout.
  case deadline
}
