import Kernel
import Testing

@testable import Replication

/// Whatever goes wrong: what ACKS_ALL has acknowledged stays, copies end alike, and committed records never differ.
@Suite struct LogPropertyTests {
  @Test(arguments: 1...40) func whatAllInSyncHaveStays(seed: UInt64) {
    var course = LogCourse(seed: seed, seed % 3 == 0 ? [.compaction(.seconds(5)), .segment(5)] : [])
    course.play(rounds: 60)
    course.recover()
    let cluster = course.cluster
    #expect(cluster.broken == nil, "seed \(seed)")
    #expect(course.contradiction == nil, "seed \(seed)")
    let acknowledged = cluster.ended.elements.filter { $0.isAcknowledgedUpdate }
    for operation in acknowledged where operation.level == .acksAll {
      let isLost = cluster.isLost(operation.version)
      #expect(!isLost, "seed \(seed): operation \(operation.id.raw) is lost")
    }
    let divergent = cluster.divergentKey
    #expect(divergent == nil, "seed \(seed): copies differ")
    for region in cluster.topology.regionIDs {
      for partition in 0..<2 {
        guard let decided = cluster.decision(on: partition, in: region) else { continue }
        #expect(decided.state.leader != .none && decided.state.inSync.count == 3, "seed \(seed)")
      }
    }
    for operation in cluster.ended.elements where operation.kind == .read && operation.outcome == .ok {
      // Nobody reads what was not committed.
      guard operation.version != .none else { continue }
      #expect(cluster.catalogue.position(of: operation.version) != nil, "seed \(seed)")
    }
  }

  /// The course again from the middle on, from a copy: the cluster is a value.
  @Test(arguments: [3, 14, 15]) func theSameCourseComesToTheSame(seed: UInt64) {
    var first = LogCourse(seed: seed)
    first.play(rounds: 20)
    var second = first
    first.play(rounds: 20)
    first.recover()
    second.play(rounds: 20)
    second.recover()
    #expect(first.cluster.fingerprint == second.cluster.fingerprint)
  }

  /// What is lost by design: the property above isn't kept by chance.
  @Test func theOldWayAndUncleanElectionsLose() {
    var lost = (acks1: 0, watermark: 0, unclean: 0)
    func losses(_ seed: UInt64, _ settings: [Setting]) -> [Operation] {
      var course = LogCourse(seed: seed, settings)
      course.play(rounds: 60)
      course.cluster.pass(.seconds(400))
      course.recover()
      #expect(course.cluster.broken == nil, "seed \(seed)")
      let divergent = course.cluster.divergentKey
      #expect(divergent == nil || settings == [.truncation(.watermark)], "seed \(seed): copies differ")
      return course.cluster.ended.elements.filter { $0.isAcknowledgedUpdate && course.cluster.isLost($0.version) }
    }
    for seed in UInt64(1)...12 {
      lost.acks1 += losses(seed, []).filter { $0.level == .acks1 }.count
      lost.watermark += losses(seed, [.truncation(.watermark)]).filter { $0.level == .acksAll }.count
      lost.unclean += losses(seed, [.uncleanElection(true), .minInSync(1)]).filter { $0.level == .acksAll }.count
    }
    #expect(lost.acks1 > 0 && lost.unclean > 0, "\(lost)")
  }
}
