/// What one replica asks of another, or answers, where each region keeps logs.
public enum LogMessage: UInt8, MessageKind {
  /// Append this record; nobody waits for an answer.
  case produceBlindly
  /// Append this record, and say so.
  case produce
  /// Append this record, and say so once it is committed.
  case produceForAll
  /// It is appended, or committed.
  case produced
  /// Too few copies are in sync: it is not appended.
  case notEnough
  /// I don't lead this partition: it is not appended.
  case notLeader
  /// What is the newest committed record of this key, as far as you know?
  case read
  /// What is the newest committed record of this version's key, once that version is committed?
  case readAfter
  /// This is.
  case data
  /// I can't say: I lead nothing of it.
  case noData
  /// What comes from this offset on?
  case fetch
  /// These records do, and so far it is committed.
  case records
  /// Nothing, but so far it is committed.
  case watermark
  /// Where does this epoch end in your log?
  case askEpoch
  /// There.
  case epochEnd
  /// What comes from this offset on, as far as it is committed? (A consumer asks.)
  case poll
  /// These records do, and from here on you may ask again.
  case polled
  /// I can't say: I don't lead this partition.
  case notPolled
  /// What comes from this offset on, as far as it is committed? (Another region's leader asks.)
  case mirrorFetch
  /// These records do.
  case mirrored
  /// This is how far consumers are here.
  case checkpoint
  /// I don't lead this partition, or not in that epoch, as far as I have heard: ask again later.
  case notFetched
}
