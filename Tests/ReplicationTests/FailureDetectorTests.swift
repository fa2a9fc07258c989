import Kernel
import TestSupport
import Testing

@testable import Replication

/// What coordinators think of each other and of themselves: `semantics.md` §4, Cassandra's `FailureDetector.isAlive`.
@Suite struct FailureDetectorTests {
  /// Whatever is observed, noticed or thought, in any order, a replica is alive to itself; and nothing is left to be
  /// noticed about that.
  @Test(arguments: 0..<50) func nobodyDoubtsItself(seed: Int) {
    var dice = Dice(seed: seed)
    let size = 1 + dice.roll(below: 6)
    var detector = FailureDetector(size: size)
    var now = Instant.start
    for _ in 0..<60 {
      now = now + .milliseconds(Int64(dice.roll(below: 700)))
      let (from, to) = (ReplicaID(dice.roll(below: size)), ReplicaID(dice.roll(below: size)))
      switch dice.roll(below: 3) {
      case 0:
        let dead = ReplicaSet((0..<size).filter { _ in dice.roll(below: 2) == 0 }.map(ReplicaID.init))
        _ = detector.observe(at: now) { _, replica in !dead.contains(replica) }
      case 1:
        let changes = detector.notice(at: now, delay: .milliseconds(Int64(dice.roll(below: 2) * 500)))
        #expect(changes.allSatisfy { $0.coordinator != $0.replica }, "seed \(seed)")
      default:
        let hasChanged = detector.think(to, isAlive: dice.roll(below: 2) == 0, by: from, at: now)
        #expect(!hasChanged || from != to, "seed \(seed)")
      }
      for id in (0..<size).map(ReplicaID.init) {
        #expect(detector.alive(to: id).contains(id), "seed \(seed): \(id.index) doubts itself")
        #expect(detector.downtime(of: id, to: id, at: now) == .zero, "seed \(seed)")
      }
    }
    _ = detector.observe(at: now) { _, _ in true }
    _ = detector.notice(at: now + .seconds(1), delay: .zero)
    _ = detector.observe(at: now + .seconds(2)) { coordinator, replica in coordinator != replica }
    #expect(!detector.isUndecided, "seed \(seed): something about the own address waits to be noticed")
  }
}
