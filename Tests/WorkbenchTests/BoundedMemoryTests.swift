import Kernel
import Testing

@testable import Replication
@testable import Workbench

/// What grows with data and not with virtual time: whatever comes by periodically keeps no more after many rounds than
/// after a few.
@Suite struct BoundedMemoryTests {
  @Test(
    "repair keeps the latest session of each pair and the latest outcomes, however many rounds there were",
    arguments: [
      "", "crash eu1", "cut us-east-1 eu-west-1", "hold us1 eu1", "lose 40% us-east-1 ap-south-1", "pause ap3",
    ]) func repair(fault: String) throws
  {
    let script = "write cart milk at ALL\nset anti-entropy 1s\n\(fault)\n"
    for minutes in [2, 4] {
      let cluster = try play(script + "run \(minutes)m").session.cluster
      #expect(cluster.repairTally.begun > minutes * 60 * 20)
      // Open numbers reach back at most a minute, with 36 pairs in each of its rounds.
      #expect(cluster.repairs.entries <= 61 * 36 + 36 + 61 + RepairLedger.kept, "\(minutes) min")
      #expect(cluster.openRepairs <= 36)
      #expect(cluster.repairs.latestSessions.count == 36)
      // No tree outlasts its session, neither at its initiator nor on its way.
      let known = cluster.replicas.ids.reduce(0) { $0 + cluster.replicas.leaderless[$1].comparisons.count }
      #expect(known == cluster.openRepairs && cluster.turn.parcels.repairs.count == known)
    }
  }

  @Test(arguments: [
    "set gossip 100ms", "set failure-detector phi", "set anti-entropy 2s", "set gossip 1s\nset anti-entropy 1s",
    "set conflict siblings\nset anti-entropy 1s",
  ]) func periodicThingsLeaveNoVersionsVectorsOrEventsBehind(settings: String) throws {
    func sizes(_ span: String) throws -> [Int] {
      let cluster = try play("\(settings)\nwrite cart milk at ALL\nrun \(span)").session.cluster
      return [cluster.catalogue.versions.count, cluster.held.count, cluster.operations.count]
    }
    #expect(try sizes("1m") == sizes("3m"))
    let events = try play("\(settings)\nwrite cart milk at ALL\nrun 3m").session.cluster.queue.entries.count
    // What is on its way, a timer or two for each replica, and a minute of sessions' patience.
    #expect(events < 61 * 36 + 500)
  }

  @Test func hintsThatWereDeliveredAreGone() throws {
    var script = "set failure-detector oracle\n"
    for round in 0..<6 {
      script += "crash eu1\nwrite k\(round) v at ONE\nrun 5s\nrestart eu1\nrun 15s\n"
    }
    let cluster = try play(script).session.cluster
    #expect(
      cluster.pendingHints == 0
        && cluster.replicas.ids.allSatisfy { cluster.hints(of: $0).stores.allSatisfy(\.hints.isEmpty) })
  }
}
