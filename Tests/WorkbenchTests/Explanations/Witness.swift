import Insight
import Kernel
import Replication

@testable import Workbench

/// The history up to a position, played from its beginning, with all that happened on the way.
struct Witness {
  private let cluster: Cluster
  private var records: [Record] = []

  init(_ session: Session, _ position: Int) {
    var copy = session.timeline.retraced
    copy.back(.max / 2)
    var seen = copy.world.observer.trace.end
    while copy.position < position, copy.step() {
      let trace = copy.world.observer.trace
      for place in (seen - trace.dropped)..<trace.count { records.append(trace[place]) }
      seen = trace.end
    }
    cluster = copy.world.cluster
  }

  /// What is wrong with a claim; nil if it is true.
  func flaw(in miss: Miss) -> String? {
    let catalogue = cluster.catalogue
    let key = catalogue.version(miss.version).key
    let cell = cluster.cell(key, at: miss.replica)
    guard cluster.now == miss.at else { return "it was another instant" }
    guard !catalogue.isSuperseded(miss.version, byHeld: cell.version, seen: cell.seen) else { return "it had it" }
    func brings(_ version: VersionID) -> Bool {
      version == miss.version
        || version != .none && catalogue.version(version).key == key
          && catalogue.isSuperseded(miss.version, byHeld: version, seen: catalogue.version(version).vector)
    }
    func lost(_ replica: ReplicaID, at instant: Instant) -> Bool {
      records.contains { if case .wiped(replica) = $0.what { $0.at == instant } else { false } }
    }
    switch miss.whereabouts {
    case .inFlight(let from, let to, let departed, let due, let kind):
      let isThere = cluster.messagesInFlight.contains { sent in
        guard case .message(let message) = sent.event else { return false }
        return message.from == from && message.to == to && message.kind == kind && sent.departed == departed
          && sent.arrives == due && brings(message.version)
      }
      return isThere && due >= miss.at ? nil : "no such message is in flight"
    case .held(let from, let departed):
      let isThere = cluster.messagesInFlight.contains { sent in
        guard case .message(let message) = sent.event else { return false }
        return message.from == from && message.to == miss.replica && sent.departed == departed && sent.arrives == nil
          && brings(message.version)
      }
      return isThere ? nil : "no such message waits"
    case .queued:
      let arrived = records.contains { record in
        switch record.what {
        case .delivered(let message, _): message.to == miss.replica && brings(message.version)
        // What a coordinator writes to its own copy waits there without having come from anywhere.
        case .accepted(let version): catalogue.version(version).writer.replica == miss.replica && brings(version)
        default: false
        }
      }
      return arrived ? nil : "nothing has arrived"
    case .hinted(let keeper, let since, let isDown):
      let isKept = cluster.replicas[keeper].hints.pending.contains { target, hints in
        target == miss.replica && hints.contains { $0.stored == since && brings($0.version) }
      }
      return isKept && (cluster.replicas[keeper].status != .running) == isDown ? nil : "no such hint is kept"
    case .lost(let loss, let from, let at, _):
      let isGone = records.contains { record in
        guard record.at == at, case .lost(let message, loss, _) = record.what else { return false }
        return message.from == from && message.version == miss.version
      }
      return isGone ? nil : "no such message was lost"
    case .wiped(let at): return lost(miss.replica, at: at) ? nil : "no disk was lost"
    case .lostHint(let keeper, let at): return lost(keeper, at: at) ? nil : "no disk was lost"
    case .expiredHint, .lostInQueue: return nil
    case .neverSent:
      let wasSent = records.contains { record in
        switch record.what {
        case .delivered(let message, _), .lost(let message, _, _):
          message.to == miss.replica && message.version == miss.version && message.kind.carriesVersion
        default: false
        }
      }
      return wasSent ? "it was sent" : nil
    case .forgotten: return "nothing lies that far back"
    }
  }
}
