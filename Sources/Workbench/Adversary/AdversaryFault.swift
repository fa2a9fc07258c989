import Kernel
import Replication

/// What an adversary can do to a run.
///
/// The faults of lineage-driven fault injection (Alvaro, Rosen and Hellerstein, SIGMOD 2015) are lost messages and crashes; a
/// message that comes past its turn is what an asynchronous network can do besides. The others need to be asked for.
public enum AdversaryFaultKind: String, CaseIterable, Sendable {
  /// A message between two replicas is lost.
  case loss
  /// A message between two replicas comes after another one to the same replica that it would have come before.
  case delay
  /// A replica stops; it starts again only where that is needed, which costs nothing.
  case crash
  /// A replica stops and loses its disk.
  case wipe
  /// A replica's clock runs ahead, or behind, by ``AdversaryPlan/skew``.
  case skew
  /// A region loses its disks and whatever is on its way from or to it.
  case destroy

  /// Those that are tried where nobody says which.
  public static let standard: [AdversaryFaultKind] = [.loss, .delay, .crash]

  /// The fault in words, as one of several that could happen.
  var words: String {
    switch self {
    case .loss: "a message lost"
    case .delay: "a message delayed past its turn"
    case .crash: "a replica crashed"
    case .wipe: "a replica crashed that loses its disk"
    case .skew: "a replica's clock set wrong"
    case .destroy: "a region destroyed"
    }
  }
}

/// A message that arrives in a run: what it is, and when it left.
struct Delivery: Hashable, Sendable {
  let message: Message
  let departed: Instant
}

/// One thing that an adversary does at a place of a run.
///
/// A run is told apart from others by its faults alone: up to the position of one it is the run without it, event by event.
struct AdversaryFault: Hashable, Sendable {
  /// What is done.
  enum Act: Hashable, Sendable {
    case lose(Delivery)
    case delay(Delivery, by: TimeSpan)
    case crash(ReplicaID)
    case wipe(ReplicaID)
    /// Starts a replica again that the adversary has stopped.
    case restart(ReplicaID)
    case skew(ReplicaID, by: TimeSpan)
    case destroy(RegionID)
  }

  /// How many events and inputs have been when it is done.
  let position: Int
  /// What is done.
  let act: Act

  /// How many of the faults that are counted it is.
  var cost: Int {
    switch act {
    case .lose, .delay, .crash, .wipe, .skew, .destroy: 1
    case .restart: 0
    }
  }
}

extension [AdversaryFault] {
  /// How many faults they count as.
  var cost: Int { reduce(0) { $0 + $1.cost } }

  /// Whom they have stopped and not started again.
  var stopped: [ReplicaID] {
    var stopped: [ReplicaID] = []
    for fault in self {
      switch fault.act {
      case .crash(let replica), .wipe(let replica): stopped.append(replica)
      case .restart(let replica): stopped.removeAll { $0 == replica }
      case .lose, .delay, .skew, .destroy: break
      }
    }
    return stopped
  }

  /// Whether somebody is stopped by them.
  var isStopping: Bool { !stopped.isEmpty }
}

extension Array {
  /// The element at a place; nil where there is none.
  subscript(safe place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
