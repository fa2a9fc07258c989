import Kernel

/// One thing that happened, for the history: it never steers the cluster.
public struct Record: Sendable {
  /// When.
  public let at: Instant
  /// What.
  public let what: What
  /// How many of ``Cluster/plainStores`` came before it.
  public let storesBefore: UInt32

  init(at: Instant, what: What, storesBefore: Int = 0) {
    self.at = at
    self.what = what
    self.storesBefore = UInt32(truncatingIfNeeded: storesBefore)
  }

  /// What can be reported.
  public enum What: Sendable {
    /// A coordinator accepted a version.
    case accepted(VersionID)
    /// A version reached a replica, where that other version (or none) stood.
    case stored(VersionID, at: ReplicaID, Reception, over: VersionID, by: Message.Kind)
    /// A client's operation began. (Only while tracing.)
    case began(OperationID)
    /// It ended; its data stands in the list of ended operations.
    case ended(OperationID)
    /// Its coordinator expects nothing more; this is what it cost.
    case closed(OperationID, messages: UInt32, bytes: UInt32)
    /// A coordinator keeps a version for a replica that did not take it.
    case hinted(VersionID, by: ReplicaID, target: ReplicaID)
    /// A hint had grown too old: its coordinator, or the target when it came, has dropped it by its own clock.
    case hintExpired(VersionID, by: ReplicaID, target: ReplicaID)
    /// A replica gave up a tombstone that all owners had.
    case reaped(VersionID, at: ReplicaID)
    /// A replica has handed back all that it held of a key in owners' places, that version last, and gave its copy up.
    case handedBack(VersionID, by: ReplicaID)
    /// Replicas run, or no longer do.
    case liveness(ReplicaID, Replica.Status)
    /// A replica lost its disk.
    case wiped(ReplicaID)
    /// A database became the primary.
    case promoted(ReplicaID)
    /// Another server keeps a lost copy's log in its place, or has the whole copy by now.
    case replaced(CopyReplacement)
    /// A coordinator noticed that it can, or can't, reach a replica.
    case noticed(by: ReplicaID, of: ReplicaID, isAlive: Bool)
    /// A message reached its receiver. (Only while tracing.)
    case delivered(Message, departed: Instant)
    /// A message is gone. (Only while tracing.)
    case lost(Message, Loss, departed: Instant)
    /// A request or an answer between client and coordinator is gone.
    case clientMessageLost(OperationID)
    /// A client got no answer that its session's guarantees allow: that replica lacks what the session knows by another
    /// operation.
    case lacked(OperationID, by: ReplicaID, origin: OperationID)
    /// A client tries an update again, of which an attempt has failed.
    case retried(OperationID)
    /// A round of repair has ended; see ``RepairLedger/outcome(ofRound:)``.
    case repaired(round: Int)
    /// A command changed the cluster: its position in the list of inputs. (Only while tracing.)
    case input(Int)
    /// A step that a replica took, or that was taken towards it, on behalf of an operation. (Only while detailed.)
    case step(OperationID, by: ReplicaID, Step)
  }

  /// What became of a version that reached a replica.
  public enum Reception: UInt8, Sendable {
    /// It is kept; nothing stood there, or something that its writer knew.
    case applied
    /// It is kept, and a version that its writer had not heard of had to go.
    case overwrote
    /// What stood there is kept, though its writer had not heard of this version.
    case beaten
    /// It, or something whose writer knew it, stood there before.
    case known
    /// It is kept beside what stood there, merged with it: neither had seen all of the other.
    case merged

    /// Whether the copy is another one than before.
    public var changesCopy: Bool {
      switch self {
      case .applied, .overwrote, .merged: true
      case .beaten, .known: false
      }
    }
  }

  /// Why a message is gone.
  public enum Loss: UInt8, Sendable {
    /// Its link was cut.
    case cut
    /// The network lost it.
    case network
    /// Its receiver was down.
    case receiverDown
    /// It came so late that nobody waits for the result any more.
    case expired
    /// Its receiver had no room for another request.
    case overloaded
    /// Somebody dropped it by hand, or its region was destroyed.
    case dropped
  }
}

/// A version that reached a replica as a write, a hint or by repair's streaming, and is kept there, because nothing stood there
/// or what its writer knew; or that stood there before: most of what happens, in brief. While a cluster is tracing there is a
/// ``Record`` of it instead.
public struct PlainStore: Sendable {
  /// When.
  public let at: Instant
  /// The version.
  public let version: VersionID
  /// Where.
  public let replica: ReplicaID
  /// How it came, where nobody leads.
  public let means: LeaderlessMessage
  /// Whether it wasn't known there.
  public let isNew: Bool

  init(at: Instant, version: VersionID, replica: ReplicaID, means: LeaderlessMessage = .write, isNew: Bool = true) {
    self.at = at
    self.version = version
    self.replica = replica
    self.means = means
    self.isNew = isNew
  }
}
