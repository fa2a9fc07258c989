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

  /// The soak's scripts know every policy, data type and fault: of its stale reads a hundred are explained.
  @Test func aHundredStaleReadsOfTheSoakAreExplainedAndTheClaimsAreTrue() throws {
    var explained = 0
    var misses = 0
    for seed in 1...400 where explained < 100 {
      let session = SoakRun(seed: seed, length: 20 + seed % 5 * 20).session
      for entry in session.world.observer.history.all.filter(\.isStale).prefix(5) {
        let read = entry.operation
        let context: Comment = "soak seed \(seed), op \(read.id.index)"
        let explanation = try #require(Explanation(of: read.id.index, in: session), context)
        explained += 1
        misses += explanation.misses.count
        for miss in explanation.misses {
          let flaw = Witness(session, miss.position).flaw(in: miss)
          #expect(flaw == nil, "\(context): \(flaw ?? "") \(miss)")
        }
        #expect(explanation.lines.allSatisfy { TextWidth.of($0) <= 80 }, context)
      }
    }
    #expect(explained >= 100 && misses >= 100, "\(explained) reads, \(misses) misses")
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
