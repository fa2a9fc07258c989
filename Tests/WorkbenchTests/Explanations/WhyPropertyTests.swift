import Insight
import Kernel
import Replication
import Testing

@testable import Workbench

/// Every stale read of random histories is explained, and what is claimed of it is true of the history.
///
/// The claims are checked against the history itself, played again from its beginning and not by what found them.
@Suite struct WhyPropertyTests {
  @Test(arguments: 1...60) func everyStaleReadIsExplainedAndTheClaimsAreTrue(seed: Int) throws {
    let script = RandomScript(seed: seed, length: 45)
    let session = try play(script.text).session
    let world = session.world
    for entry in world.observer.history.all where entry.isStale {
      let read = entry.operation
      let context: Comment = "seed \(seed), op \(read.id.index)"
      let explanation = try #require(Explanation(of: read.id.index, in: session), context)
      let missed = world.observer.staleness.missed(read, world.cluster.catalogue)
      #expect(
        !missed.isEmpty && missed.allSatisfy { version in explanation.misses.contains { $0.version == version } },
        context)
      for miss in explanation.misses {
        let flaw = Witness(session, miss.position).flaw(in: miss)
        #expect(flaw == nil, "\(context): \(flaw ?? "") \(miss)")
      }
      for remedy in explanation.remedies {
        #expect(isFresh(remedy, read, session), "\(context): \(remedy.change)")
      }
      #expect(explanation.lines.allSatisfy { TextWidth.of($0) <= 80 }, context)
    }
    for entry in world.observer.history.all {
      #expect(Explanation(of: entry.operation.id.index, in: session) != nil, "seed \(seed)")
    }
  }

  /// Whether a remedy, carried out again from the beginning of the history, gives a read that isn't stale.
  private func isFresh(_ remedy: Explanation.Remedy, _ read: Replication.Operation, _ session: Session) -> Bool {
    var copy = session.timeline
    copy.back(.max / 2)
    while copy.position < read.beganAt - 1, copy.step() {}
    copy.fork("remedy")
    copy.makeRoom(at: read.began + remedy.delay)
    let id = OperationID(copy.world.cluster.nextOperation)
    copy.perform(.operate(remedy.plan))
    while copy.world.observer.history[id] == nil, copy.step() {}
    return copy.world.observer.history[id].map { $0.operation.outcome == .ok && !$0.isStale } ?? false
  }
}

/// The history up to a position, played from its beginning, with all that happened on the way.
private struct Witness {
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
        if case .delivered(let message, _) = record.what {
          message.to == miss.replica && brings(message.version)
        } else {
          false
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
