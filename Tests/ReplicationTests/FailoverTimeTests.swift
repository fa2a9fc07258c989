import Kernel
import Testing

@testable import Replication

/// The arithmetic of moving a region's clients away: the wait for a check to fail as often as it must, and for a name to run out.
@Suite("A region's clients have an answer elsewhere") struct FailoverTimeTests {
  /// A setting, and the mean (which is the median, for both waits are even) and the 99th percentile that follow: 200,000 draws.
  struct Case: CustomTestStringConvertible, Sendable {
    let interval: Int64
    let failures: Int
    let ttl: Int64
    let median: Double
    let late: Double

    var testDescription: String { "checks every \(interval)s, \(failures) failures, names of \(ttl)s" }
  }

  static let cases = [
    Case(interval: 30, failures: 1, ttl: 60, median: 45, late: 84),
    Case(interval: 30, failures: 3, ttl: 60, median: 105, late: 144),
    Case(interval: 10, failures: 3, ttl: 60, median: 55, late: 87),
    Case(interval: 10, failures: 3, ttl: 30, median: 40, late: 58),
  ]

  @Test("after as long as checks and names say, within 5 %, over 200 seeds", arguments: cases)
  func pooled(_ given: Case) throws {
    var times: [Double] = []
    for seed in 1...200 {
      var cluster = Cluster(.standard, seed: UInt64(seed))
      let check = HealthCheck(interval: .seconds(given.interval), failures: given.failures)
      cluster.apply(.set(.path(.nameTTL(.seconds(given.ttl)))))
      cluster.apply(.set(.path(.healthCheck(check))))
      _ = cluster.run(until: Instant(microseconds: 17_000_000), atMost: .max)
      cluster.apply(.fault(.crash(cluster.topology.set(of: RegionID(0)))))
      _ = cluster.run(until: Instant(microseconds: 600_000_000), atMost: .max)
      let failover = try #require(cluster.path.failover)
      #expect(failover.lost == Instant(microseconds: 17_000_000))
      let moves = NameResolution.moves(failover, ttl: .seconds(given.ttl), cluster.environment.randomness)
      times += moves.map { Double(($0 - failover.lost).microseconds) / 1_000_000 }
      let median = try #require(cluster.failoverTime(ofThousand: 500))
      #expect(abs(Double((moves[499] - failover.lost).microseconds) - Double(median.microseconds)) < 1)
    }
    times.sort()
    #expect(abs(times[times.count / 2] / given.median - 1) < 0.05, "median \(times[times.count / 2])")
    #expect(abs(times[times.count * 99 / 100] / given.late - 1) < 0.05, "p99 \(times[times.count * 99 / 100])")
  }
}
