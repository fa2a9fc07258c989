/// What one server asks of another, or answers, where a primary's database takes all writes and caches serve reads.
public enum PrimaryCacheMessage: UInt8, MessageKind {
  /// What is the value of this key? Whoever asks keeps the answer.
  case fetch
  /// This is what I hold.
  case fill
  /// What is the newest of this key, in the primary's database? Nobody keeps the answer.
  case criticalRead
  /// This is what the primary's database holds.
  case criticalData
  /// Make this update; you are on the way to the primary's database.
  case update
  /// It is made: the answer, which the writer's leader cache and tier take in.
  case changeset
  /// I can't reach who would have to act.
  case refused
  /// The next row of the primary's binlog.
  case row
  /// A row has come: what is older than it isn't to be served any more. A leader cache passes it on to its followers.
  case invalidation
  /// The same, once more, to one cache that may have missed it.
  case replay
  /// The same, from the primary's side, without a place in the region's own order.
  case direct
  /// A second invalidation, a while after the first.
  case second
  /// How far have you what I send?
  case probe
  /// This far.
  case heard
  /// I have just started: where do you stand?
  case hello
  /// There; whatever you kept until now, drop.
  case flush
  /// Another region's database is the primary now.
  case promoted
  /// I know.
  case known
}
