import Kernel

/// What a server coordinates for a client, and the trip that it waits for.
struct PrimaryCacheRequest: Request {
  let operation: OperationID
  let ticket: UInt32
  let isUpdate: Bool
  /// The trip; `.max` for none.
  var trip = UInt32.max
  /// Who was asked.
  var asked = ReplicaID.none
  /// What its trips cost before the present one.
  var messages: UInt32 = 0
  var bytes: UInt32 = 0
}

/// Why a cache could not serve a read itself.
public enum CacheMiss: Hashable, Sendable {
  /// It keeps nothing of the key.
  case absent
  /// What it kept was invalidated then.
  case invalidated(since: Instant)
  /// What it kept had expired by then.
  case expired(since: Instant)
  /// What it has kept since then lacks what the session was promised: a consistency miss.
  case behindTicket(VersionID, since: Instant)
}
