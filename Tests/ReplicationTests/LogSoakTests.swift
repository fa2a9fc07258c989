import Kernel
import TestSupport
import Testing

@testable import Replication

/// Long random courses with everything that can go wrong, lost disks and wrong clocks included: after each event what must hold of
/// servers, leaders and commits does, and once all is over each region's copies end alike. `make soak` plays 1,000 of them.
@Suite struct LogSoakTests {
  @Test(arguments: 1...UInt64(SoakSeeds.last(6))) func nothingThatMustHoldIsBroken(seed: UInt64) {
    var settings: [Setting] = []
    if seed % 2 == 0 { settings += [.compaction(.seconds(5)), .segment(5)] }
    if seed % 3 == 0 { settings += [.uncleanElection(true)] }
    if seed % 5 == 0 { settings += [.minInSync(1)] }
    if seed % 7 == 0 { settings += [.eligibleReplicas(false)] }
    if seed % 11 == 0 { settings += [.processing(read: .fixed(.milliseconds(1)), write: .fixed(.milliseconds(2)))] }
    var course = LogCourse(seed: seed, losingDisks: true, settings)
    course.play(rounds: 60)
    course.cluster.pass(.seconds(400))
    course.recover()
    #expect(course.cluster.broken == nil, "seed \(seed)")
    // A lost disk may take a partition's only eligible copy, and with it all hope of a clean leader.
    let isLed = course.cluster.topology.regionIDs.allSatisfy { region in
      (0..<2).allSatisfy { course.cluster.decision(on: $0, in: region)?.state.leader != ReplicaID.none }
    }
    let hasLost = course.cluster.controller.hasLost
    // What was cleaned for the sake of what an unclean leader has cut off is gone for good, but only from who has cleaned.
    let mayLackCleaned = hasLost && seed % 2 == 0
    #expect(!isLed || mayLackCleaned || course.cluster.divergentKey == nil, "seed \(seed): copies differ")
    #expect(!isLed || course.conflict == nil, "seed \(seed)")
    if !hasLost {
      #expect(course.contradiction == nil, "seed \(seed)")
      let lost = course.cluster.ended.elements.filter {
        $0.isAcknowledgedUpdate && $0.level == .acksAll && course.cluster.isLost($0.version)
      }
      #expect(lost.isEmpty || course.hasLostDisks, "seed \(seed): \(lost.map(\.id.raw))")
    }
  }
}
