import Kernel
import Testing

@testable import Replication

/// What coordinators think of each other and of themselves: `semantics.md` §4, Cassandra's `FailureDetector.isAlive`.
@Suite struct FailureDetectorTests {
  /// Whatever is observed, noticed or thought, in any order, a replica is alive to itself; and nothing is left to be
  /// noticed about that.
  @Test(arguments: 0..<50) func nobodyDoubtsItself(seed: Int) {
    let randomness = Randomness(seed: UInt64(seed))
    var number: UInt64 = 0
    func roll(_ bound: Int) -> Int {
      number += 1
      return Int(randomness.draw(.workload, owner: 7, number: number).below(UInt64(bound)))
    }
    let size = 1 + roll(6)
    var detector = FailureDetector(size: size)
    var now = Instant.start
    for _ in 0..<60 {
      now = now + .milliseconds(Int64(roll(700)))
      let (from, to) = (ReplicaID(roll(size)), ReplicaID(roll(size)))
      switch roll(3) {
      case 0:
        let dead = ReplicaSet((0..<size).filter { _ in roll(2) == 0 }.map(ReplicaID.init))
        _ = detector.observe(at: now) { _, replica in !dead.contains(replica) }
      case 1:
        let changes = detector.notice(at: now, delay: .milliseconds(Int64(roll(2) * 500)))
        #expect(changes.allSatisfy { $0.coordinator != $0.replica }, "seed \(seed)")
      default:
        let hasChanged = detector.think(to, isAlive: roll(2) == 0, by: from, at: now)
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
