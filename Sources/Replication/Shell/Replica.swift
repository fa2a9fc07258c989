import Kernel

/// One server of the cluster, as far as it is the same under every scheme: where it stands, whether it runs, its clock,
/// and what waits for it. What it holds and knows is its ``Server``'s.
public struct Replica: Sendable {
  /// Whether it does anything.
  public enum Status: String, Sendable {
    case running, crashed, paused
  }

  /// What it holds of one key.
  public struct Cell: Hashable, Sendable {
    /// The version it keeps; none if it never had one.
    public internal(set) var version = VersionID.none
    /// All that this copy has seen, also what it gave up for a winner.
    public internal(set) var seen = VectorID.none
    /// The timestamp of that version.
    var timestamp: Int64 = 0

    /// A copy that never held anything.
    public static let empty = Cell(version: .none, seen: .none, timestamp: 0)
  }

  /// Its identity.
  public let id: ReplicaID
  /// Where it stands.
  public let region: RegionID
  /// Whether it does anything.
  public internal(set) var status = Status.running
  /// How often it has lost its memory; timers of an earlier incarnation mean nothing.
  var incarnation: UInt32 = 0
  /// Its wall clock.
  public internal(set) var clock = NodeClock()
  /// What waits to be served.
  var queue = ServiceQueue()
  /// What came while it was paused.
  var inbox: [Scheduled] = []

  init(id: ReplicaID, region: RegionID) {
    self.id = id
    self.region = region
  }

  /// For how long it has served requests since it was started.
  public var busy: TimeSpan { queue.busy }
  /// How many requests wait for it to finish the one it works on, that one included.
  public var queueLength: Int { queue.length }
  /// How much came while it was paused, and waits for it to go on.
  public var inboxLength: Int { inbox.count }

  /// Loses its memory.
  mutating func crash() {
    queue = ServiceQueue()
    inbox = []
    incarnation += 1
    status = .crashed
  }
}
