import Kernel
import TestSupport
import Testing

@testable import Replication

/// Whatever goes wrong: what is mirrored comes in its partition's order, each record once, and in the end all of it is there.
@Suite struct LogMirrorPropertyTests {
  private static let settings: [Setting] = [(0, 1), (1, 0)].map {
    .mirror(.on(MirrorRoute(source: RegionID($0.0), target: RegionID($0.1)), checkpoint: .seconds(5)))
  }

  @Test(arguments: 1...UInt64(SoakSeeds.last(20))) func eachRecordComesOnceInOrder(number: UInt64) {
    // The courses of two regions.
    let seed = number * 4 + 1
    var course = LogCourse(seed: seed, Self.settings + (seed % 3 == 0 ? [.compaction(.seconds(5)), .segment(5)] : []))
    course.play(rounds: 50)
    course.recover()
    let cluster = course.cluster
    #expect(cluster.broken == nil, "seed \(seed)")
    #expect(course.contradiction == nil, "seed \(seed)")
    let divergent = cluster.divergentKey
    #expect(divergent == nil, "seed \(seed): not converged")
    for (source, target) in [(RegionID(0), RegionID(1)), (RegionID(1), RegionID(0))] {
      for partition in 0..<2 {
        guard let from = cluster.leader(of: partition, in: source), let to = cluster.leader(of: partition, in: target)
        else { continue }
        let own = cluster.replicas.log[from].copies[partition].log
        let there = cluster.replicas.log[to].copies[partition].log
        let originals = (0..<there.end).compactMap { offset -> VersionID? in
          let version = there[offset].version
          return cluster.catalogue.source(of: version) == source ? cluster.catalogue.origin(of: version) : nil
        }
        let places = originals.compactMap { cluster.catalogue.position(of: $0)?.offset }
        #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed): out of order, or twice")
        let written = (0..<own.end).map { own[$0].version }.filter {
          $0 != .none && cluster.catalogue.origin(of: $0) == nil
        }
        let isCleaned = seed % 3 == 0
        #expect(isCleaned || originals == written, "seed \(seed): \(originals.count) of \(written.count)")
      }
    }
  }

  @Test(arguments: 1...UInt64(SoakSeeds.last(4))) func lostDisksAndUncleanLeadersBreakNothing(number: UInt64) {
    let seed = number * 4 + 1
    var course = LogCourse(
      seed: seed, losingDisks: true,
      Self.settings + (number % 2 == 0 ? [.uncleanElection(true)] : []) + (number % 3 == 0 ? [.minInSync(1)] : []))
    course.play(rounds: 50)
    course.cluster.pass(.seconds(400))
    course.recover()
    #expect(course.cluster.broken == nil, "seed \(seed)")
    let isLed = course.cluster.topology.regionIDs.allSatisfy { region in
      (0..<2).allSatisfy { course.cluster.decision(on: $0, in: region)?.state.leader != ReplicaID.none }
    }
    let divergent = course.cluster.divergentKey
    #expect(!isLed || divergent == nil, "seed \(seed): not converged")
  }

  /// The course again from the middle on, from a copy: the cluster is a value.
  @Test(arguments: [5, 13]) func theSameCourseComesToTheSame(seed: UInt64) {
    var first = LogCourse(seed: seed, Self.settings)
    first.play(rounds: 20)
    var second = first
    first.play(rounds: 20)
    first.recover()
    second.play(rounds: 20)
    second.recover()
    #expect(first.cluster.fingerprint == second.cluster.fingerprint)
  }
}
