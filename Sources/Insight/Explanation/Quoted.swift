import Kernel
import Replication

/// Which record of a history: after how many events and inputs, and the how manyth of that one.
///
/// It is the same however the history is played again, as long as it is played with the same detail.
public struct RecordID: Hashable, Comparable, Sendable {
  /// The position after the event or input that reported it.
  public let position: Int
  /// How many records of the same event came before it.
  public let offset: Int

  /// The record that stands there.
  public init(position: Int, offset: Int) {
    self.position = position
    self.offset = offset
  }

  /// In the order of the history.
  public static func < (left: Self, right: Self) -> Bool {
    (left.position, left.offset) < (right.position, right.offset)
  }
}

/// A record and which one it is, so that a sentence that rests on it can quote it.
public struct Quoted: Sendable {
  /// Which one.
  public let id: RecordID
  /// What it says.
  public let record: Record

  /// That record.
  public init(id: RecordID, record: Record) {
    self.id = id
    self.record = record
  }
}
