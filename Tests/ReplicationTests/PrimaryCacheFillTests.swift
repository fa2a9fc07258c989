import Kernel
import Testing

@testable import Replication

/// The fill race, its cures, and what else limits how old an entry gets (mechanisms of "Cache made consistent", Meta 2022).
@Suite struct PrimaryCacheFillTests {
  /// A fill is held on its way from the leader to the follower, a write and its invalidation pass, and the fill lands.
  private func race(_ guardian: FillGuard) -> Cluster {
    var cluster = Cluster.primaryCache(with: .fillGuard(guardian))
    cluster.put("42", via: 0)
    cluster.pass(.seconds(1))
    // The answer is frozen on its way from the database to the leader; the invalidation isn't sent over it before.
    cluster.freeze(4, 5)
    cluster.read(at: .cached, via: 6)
    cluster.pass(.milliseconds(10))
    let fill = cluster.messagesInFlight.first { event in
      if case .message(let message) = event.event { message.kind.primaryCache == .fill } else { false }
    }
    cluster.put("43", via: 2)
    cluster.pass(.milliseconds(100))
    let invalidation = cluster.messagesInFlight.first { event in
      if case .message(let message) = event.event { message.kind.primaryCache == .invalidation } else { false }
    }
    // The invalidation overtakes the fill.
    cluster.apply(.deliver(invalidation?.number ?? 0))
    cluster.pass(.milliseconds(10))
    cluster.apply(.deliver(fill?.number ?? 0))
    cluster.thaw(4, 5)
    cluster.pass(.milliseconds(10))
    return cluster
  }

  @Test func withoutAGuardALateFillStaysForEver() {
    var cluster = race(.none)
    #expect(cluster.held(by: 5) == "42" && cluster.held(by: 6) == "42" && cluster.held(by: 4) == "43")
    cluster.pass(.seconds(3_600))
    #expect(cluster.seen(via: 6) == "42" && !cluster.isConverged)
  }

  @Test func aVersionCheckOrALeaseKeepsItOut() {
    for guardian in [FillGuard.version, .lease] {
      var cluster = race(guardian)
      #expect(cluster.held(by: 5) == nil && cluster.held(by: 6) == nil, "\(guardian)")
      #expect(cluster.seen(via: 6) == "43" && cluster.get(via: 6).latency == .milliseconds(1))
      #expect(cluster.isConverged && cluster.broken == nil)
    }
  }

  @Test func aSecondInvalidationEndsItASecondLater() {
    var cluster = race(.delayed)
    #expect(cluster.held(by: 6) == "42")
    cluster.pass(.seconds(1))
    #expect(cluster.held(by: 6) == nil && cluster.held(by: 5) == nil && cluster.seen(via: 6) == "43")
    #expect(cluster.isConverged)
  }

  @Test func expiryIsTheLastResort() {
    var cluster = Cluster.primaryCache(with: .invalidation(.off), .cacheTTL(.seconds(30)))
    cluster.put("a", via: 7)
    let kept = cluster.now + TimeSpan(microseconds: -500)
    cluster.put("b", via: 2)
    cluster.pass(until: kept + TimeSpan(microseconds: 29_999_999))
    #expect(cluster.held(by: 7) == "a")
    cluster.pass(until: kept + .seconds(30))
    #expect(cluster.held(by: 7) == nil)
    cluster.pass(.seconds(1))
    #expect(cluster.seen(via: 7) == "b" && cluster.broken == nil)
  }

  @Test func withInvalidationOffOnlyTheWritersLearn() {
    var cluster = Cluster.primaryCache(with: .invalidation(.off))
    for server in [2, 6] { cluster.put("a", via: server) }
    for server in [3, 7] { #expect(cluster.seen(via: server) == "a") }
    cluster.put("b", via: 6)
    cluster.pass(.seconds(10))
    #expect(cluster.held(by: 6) == "b" && cluster.held(by: 5) == "b")
    #expect(cluster.held(by: 3) != "b" && cluster.held(by: 2) != "b" && cluster.held(by: 7) != "b")
  }

  @Test func directInvalidationCanOutrunTheRow() {
    var cluster = Cluster.primaryCache(
      with: .invalidation(.direct), .fillGuard(.none), .binlogDelay(.fixed(.seconds(1))))
    cluster.put("a", via: 2)
    cluster.pass(.seconds(2))
    #expect(cluster.seen(via: 6) == "a")
    cluster.put("b", via: 2)
    cluster.pass(.milliseconds(100))
    #expect(cluster.held(by: 6) == nil, "it was told before the row came")
    #expect(cluster.seen(via: 6) == "a", "and refilled from a database that lacks it")
    cluster.pass(.seconds(100))
    #expect(cluster.seen(via: 6) == "a" && !cluster.isConverged)
    var guarded = Cluster.primaryCache(with: .invalidation(.direct), .binlogDelay(.fixed(.seconds(1))))
    guarded.put("a", via: 2)
    guarded.pass(.seconds(2))
    #expect(guarded.seen(via: 6) == "a")
    guarded.put("b", via: 2)
    guarded.pass(.milliseconds(100))
    #expect(guarded.seen(via: 6) == "a", "stale, but not kept")
    guarded.pass(.seconds(2))
    #expect(guarded.seen(via: 6) == "b" && guarded.isConverged)
  }

  @Test func cacheAsideTellsNobodyAtOnce() {
    var cluster = Cluster.primaryCache(with: .writeThrough(false))
    cluster.put("a", via: 6)
    cluster.pass(.seconds(1))
    #expect(cluster.seen(via: 6) == "a")
    cluster.put("b", via: 6)
    #expect(cluster.held(by: 6) == nil || cluster.seen(via: 6) == "a", "not even the writer's tier")
    cluster.pass(.seconds(1))
    #expect(cluster.seen(via: 6) == "b" && cluster.isConverged)
  }

  @Test func aFullCacheGivesUpWhatWasUsedLongestAgo() {
    var cluster = Cluster.primaryCache(with: .cacheSize(2))
    for key in ["a", "b", "c"] { cluster.put("1", to: key, via: 2) }
    cluster.pass(.seconds(1))
    #expect(cluster.held("a", by: 2) == nil && cluster.held("b", by: 2) == "1" && cluster.held("c", by: 2) == "1")
    cluster.get("b", via: 2)
    cluster.get("a", via: 2)
    #expect(cluster.held("c", by: 2) == nil && cluster.held("b", by: 2) == "1" && cluster.held("a", by: 2) == "1")
    #expect(cluster.occupancy(of: ReplicaID(2)).evicted == 2 && cluster.broken == nil)
  }

  @Test func binlogDelayHoldsRowsBackInOrder() {
    var cluster = Cluster.primaryCache(seed: 3, with: .binlogDelay(.uniform(.zero, .milliseconds(500))))
    for number in 0..<30 { cluster.put("\(number)", to: "k\(number % 3)", via: 2) }
    #expect(!cluster.isConverged && cluster.missingRows(of: RegionID(1)) > 0)
    cluster.pass(.seconds(20))
    #expect(cluster.isConverged && cluster.broken == nil)
    #expect(cluster.held("k2", by: 4) == "29")
  }
}
