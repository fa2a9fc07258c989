import Kernel
import Replication

/// A space-time diagram: replicas as lines, what happens at them as points, messages as arrows from line to line
/// (Lamport, *Time, Clocks, and the Ordering of Events in a Distributed System*, CACM 1978, figure 1).
///
/// It is made of the trace that the session keeps up to its present moment: after going back it shows what had been by then.
public struct SpaceTimeReport: Hashable, Sendable {
  /// Which events are looked at.
  public enum Scope: Hashable, Sendable {
    /// Those that concern one key, and what happens to replicas and links.
    case key(String)
    /// All but gossip.
    case everything
  }

  /// What kind of event it is: it decides the point's glyph.
  public enum Mark: Hashable, Sendable {
    /// A replica does something of its own accord, or for a client.
    case act
    /// A message arrives that asks for something, or brings a version.
    case receipt
    /// An acknowledgement or an answer arrives.
    case answer
    /// What arrives is merged with what stands there, or beats it, or is beaten by it, though neither had seen the other.
    case merge
    /// A copy is brought level by a hint, a read or anti-entropy.
    case repair
    /// A message is gone.
    case loss
    /// The replica stops, or loses its disk.
    case stop
    /// It will happen, if nothing comes between.
    case prediction
  }

  /// What tells an event from all others, also when the session has gone back and forth.
  public struct EventName: Hashable, Sendable {
    /// When it happens.
    public let at: Instant
    /// Where, by the replica's position among all.
    public let replica: Int
    /// What it is.
    public let text: String
  }

  /// Where a message comes from.
  public struct Origin: Hashable, Sendable {
    /// The sender, by its position among all replicas.
    public let replica: Int
    /// When it was sent.
    public let departed: Instant
    /// Its receiver, which differs from where the event is if the message was lost.
    public let target: Int
    /// On whose behalf it was sent.
    let operation: OperationID
  }

  /// One event at one replica.
  public struct Event: Hashable, Sendable {
    /// Its name.
    public let name: EventName
    /// The replica's name.
    public let replicaName: String
    /// What kind it is.
    public let mark: Mark
    /// Where a message is gone: whether on its way, not at its receiver.
    public var isLostOnItsWay: Bool { mark == .loss && origins.allSatisfy { $0.target != name.replica } }
    /// The version vector that it is about, such as `us1:2 eu1:1`; mostly empty.
    public let clock: String
    /// The messages that it receives, or loses.
    public internal(set) var origins: [Origin]
    /// How it stands to the selected event; nil if none is selected.
    public internal(set) var standing: LightCone.Standing?
    /// The operation that it belongs to.
    let operation: OperationID

    /// The same event under another text.
    func renamed(_ text: String) -> Event {
      Event(
        name: EventName(at: name.at, replica: name.replica, text: text), replicaName: replicaName, mark: mark,
        clock: clock, origins: origins, standing: standing, operation: operation)
    }
  }

  /// What happens to no replica: a command, or the answer that a client gets.
  public enum Note: Hashable, Sendable {
    case command, good, warning, bad
    /// Where the present is: what follows is yet to come.
    case present
  }

  /// Events of one kind at one instant: a row of the diagram.
  public struct Row: Hashable, Sendable {
    /// When; nil for a message that waits on a held link.
    public let at: Instant?
    /// What.
    public let text: String
    /// The events, by replica; none in a note.
    public internal(set) var events: [Event]
    /// What kind of note it is; nil for events.
    public let note: Note?
  }

  /// A line of the diagram.
  public struct Lane: Hashable, Sendable {
    /// The replica's position among all.
    public let replica: Int
    /// Its name.
    public let name: String
    /// Its region, by position.
    public let region: Int
    /// What it is for the key now, as a letter; nothing for what most are.
    public let role: String
  }

  /// The rows, in the order of time.
  public let rows: [Row]
  /// The replicas that own the key or have a part in any row, in the cluster's order.
  public let lanes: [Lane]
  /// The names of all regions.
  public let regions: [String]
  /// The row of the selected event; nil if none is selected, or it is out of sight.
  public let selectedRow: Int?
  /// How many events of the rows are in the selected one's past, in its future, and neither.
  public let cone: LightCone.Count
  /// Whether there was more before, which the trace no longer holds.
  public let isCutOff: Bool

  /// All events.
  public var events: [Event] { rows.flatMap(\.events) }

  /// The selected event, if it is in sight.
  public var selected: Event? { selectedRow.flatMap { row in rows[row].events.first { $0.standing == .selected } } }
}
