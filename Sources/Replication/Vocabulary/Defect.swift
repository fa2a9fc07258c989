import Kernel

/// A defect of the model for experiments to find, as a mistake in the program would be: no command and no setting switches one
/// on, and nothing that explains knows of it.
public enum Defect: String, CaseIterable, Hashable, Sendable {
  /// A coordinator leaves stale copies as they are that a read came across.
  case readRepairOff = "read-repair-off"
  /// Of answers to a level that asks for a majority one fewer suffices.
  case quorumOneShort = "quorum-one-short"
  /// What a coordinator should keep for a replica it keeps for nobody.
  case hintsDropped = "hints-dropped"
  /// What is written later has the smaller timestamp.
  case timestampsReversed = "timestamps-reversed"
  /// A replica acknowledges a write at once, and stores it ``storageLag`` later, unless it has crashed by then.
  case ackBeforeStore = "ack-before-store"
  /// Caches take no notice of what they are told to drop.
  case cacheNeverInvalidated = "cache-never-invalidated"

  /// How long a replica takes to store what it has acknowledged; Cassandra's commit log waits ten times as long in its periodic
  /// mode (`commitlog_sync_period`, 10 s), but its readers see what isn't on disk yet.
  static let storageLag = TimeSpan.seconds(1)
}
