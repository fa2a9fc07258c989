import Kernel
import Replication

/// What a consumer got, and what a mirror brought.
enum ConsumerClaim: Hashable, Sendable {
  /// It was told to go on elsewhere.
  case movedOn(OperationID, Resumption)
  /// From where on it goes on in a partition, by the checkpoint that the mirror had brought.
  case resumed(OperationID, Resumption, partition: Int)
  /// The mirror had brought no checkpoint of it, or none that says anything of that partition.
  case unchecked(OperationID, Resumption, partition: Int)
  /// What it had of its group's partitions as it asked, in which generation.
  case assigned(OperationID, ConsumerGroup.Generation, [Int])
  /// Its group had rebalanced when it had the answer: what it read it could not commit.
  case uncommitted(OperationID, asked: UInt32, ConsumerGroup.Generation)
  /// Its group had got that record before, by another operation, and the checkpoint said less than that, or it was not committed.
  case repeated(OperationID, VersionID, earlier: OperationID, LogPosition, Resumption?, isUncommitted: Bool)
  /// That many more records it had got before.
  case moreRepeated(OperationID, Int)
  /// That record it did not get: it stands, or stood, there in its own region's log, and the mirror had not brought it.
  case unmirrored(OperationID, VersionID, LogPosition)
  /// That many more it did not get.
  case moreUnmirrored(OperationID, Int)
  /// What was read is a copy of what another region's log has there, here at another offset.
  case mirrored(OperationID, VersionID, of: VersionID, LogPosition, here: LogPosition)
  /// What the latest checkpoint of a consumer said as the read was answered: it would go on before that copy, or behind it.
  case checkpoint(OperationID, Checkpoint, of: String, from: RegionID, to: RegionID, partition: Int, behind: Int)
}
