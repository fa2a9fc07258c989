import Kernel

/// What a client's session can be promised, whichever replicas serve it (Terry et al., *Session Guarantees for Weakly
/// Consistent Replicated Data*, PDIS 1994).
public enum SessionGuarantee: String, CaseIterable, Sendable {
  /// A read sees all earlier writes of the session.
  case readYourWrites = "read-your-writes"
  /// A read sees at least what earlier reads of the session saw.
  case monotonicReads = "monotonic-reads"
  /// The session's writes are ordered as it issued them.
  case monotonicWrites = "monotonic-writes"
  /// A write is ordered after the writes that the session had read.
  case writesFollowReads = "writes-follow-reads"
}

/// What a server must have of a key before it may serve an operation of a session.
struct SessionNeeds: Sendable {
  /// All that it must have seen.
  var vector = VectorID.none
  /// What it must hold, or something that wins over it. Where clocks are wrong a copy can have seen a version, in the
  /// context of another, and yet hold that other, which loses: so the vector alone is not enough.
  var version = VersionID.none
  /// By which operation the session came to know that version.
  var origin = OperationID.none

  /// Nothing.
  static let none = SessionNeeds()

  var isNone: Bool { vector == .none }

  /// Whether a replica that holds that version and has seen that much will do.
  ///
  /// - Parameter isLenient: whether a version that wins over the one needed will do, though its copy has never seen that
  ///   one: who reads the winner has read nothing older.
  /// - Parameter reading: what the judging replica's clock shows.
  func areMet(
    byHeld held: VersionID, seen: VectorID, isLenient: Bool = false, _ catalogue: Catalogue, at reading: Int64
  ) -> Bool {
    let isRanked = version != .none && !catalogue.version(version).isState
    if isLenient, isRanked, catalogue.wins(held, over: version) { return true }
    guard catalogue.vectors.covers(seen, vector) else { return version != .none && catalogue.isDone(version, to: held) }
    guard isRanked, held != version else { return true }
    // A purged tombstone leaves nothing behind.
    if held == .none { return catalogue.isDead(version, at: reading) }
    return catalogue.wins(held, over: version)
  }

  /// Takes in a version that an operation wrote or read.
  mutating func include(_ id: VersionID, by operation: OperationID, _ catalogue: inout Catalogue) {
    vector = catalogue.vectors.merge(vector, catalogue.version(id).vector)
    if version == .none || catalogue.version(id).isState || catalogue.wins(id, over: version) {
      version = id
      origin = operation
    }
  }

  /// Takes in what somebody else needs.
  mutating func include(_ other: SessionNeeds, _ catalogue: inout Catalogue) {
    guard other.version != .none else { return }
    let merged = catalogue.vectors.merge(vector, other.vector)
    include(other.version, by: other.origin, &catalogue)
    vector = merged
  }
}

/// What one operation of a session asks of the replica that serves it.
struct SessionDemand: Sendable {
  /// What that one must have of the operation's key.
  var needs = SessionNeeds.none
  /// Of an update: how many of the session's writes, of any key, its coordinator must have.
  var writes: UInt32 = 0
  /// And how many of its reads' answers.
  var reads: UInt32 = 0

  /// Nothing.
  static let none = SessionDemand()

  var isNone: Bool { needs.isNone && writes | reads == 0 }
}

/// What keeping the guarantees of all sessions has cost.
public struct SessionTally: Hashable, Sendable {
  /// Replicas that were asked because another lacked something.
  public internal(set) var retries = 0
  /// How often nobody had it, and the session waited.
  public internal(set) var waits = 0
  /// Operations that did not succeed because nobody had it in time.
  public internal(set) var refusals = 0
  /// For how long operations went on after the first replica that lacked something.
  public internal(set) var waited = TimeSpan.zero
}
