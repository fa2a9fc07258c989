import Kernel
import Testing

@testable import Replication

/// What clients are answered under the primary-cache scheme, by whom, and when.
@Suite struct PrimaryCacheRequestTests {
  @Test func aReadGoesUpAsFarAsItHasTo() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 0)
    cluster.pass(.seconds(1))
    #expect(cluster.get(via: 2).latency == .milliseconds(3), "nobody keeps it: the database")
    #expect(cluster.get(via: 2).latency == .milliseconds(1), "the follower keeps it")
    #expect(cluster.get(via: 3).latency == .milliseconds(2), "its leader keeps it")
    #expect(cluster.get(via: 6).latency == .milliseconds(3), "a region asks its own database")
    #expect(cluster.get(via: 0).latency == .milliseconds(1))
    #expect(cluster.get(via: 1).latency == .milliseconds(1))
  }

  @Test func aWriteGoesToThePrimarysDatabaseAndBack() {
    var cluster = Cluster.primaryCache()
    #expect(cluster.put("a", via: 2).latency == .milliseconds(3))
    #expect(cluster.put("b", via: 6).latency == .milliseconds(83))
    #expect(cluster.put("c", via: 10).latency == .milliseconds(183))
    #expect(cluster.put("d", via: 1).latency == .milliseconds(2))
    #expect(cluster.put("e", via: 0).latency == .milliseconds(1))
    #expect(cluster.get(at: .critical, via: 2).latency == .milliseconds(3))
    #expect(cluster.get(at: .critical, via: 6).latency == .milliseconds(83))
    #expect(cluster.get(at: .critical, via: 10).latency == .milliseconds(183))
    cluster.pass(.seconds(1))
    #expect(cluster.isConverged && cluster.broken == nil)
  }

  @Test func aCriticalReadFillsNothing() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 0)
    cluster.pass(.seconds(1))
    #expect(cluster.seen(at: .critical, via: 6) == "a")
    #expect(cluster.held() == ["a", nil, nil, nil, "a", nil, nil, nil, "a", nil, nil, nil])
  }

  @Test func onlyTheWritersLeaderAndTierLearnAtOnce() {
    var cluster = Cluster.primaryCache(with: .binlogDelay(.fixed(.milliseconds(100))))
    for server in [2, 6, 10] { cluster.put("a", via: server) }
    cluster.pass(.seconds(1))
    for server in [2, 3, 6, 7, 10, 11] { #expect(cluster.seen(via: server) == "a") }
    let write = cluster.put("b", via: 6)
    #expect(cluster.held(by: 5) == "b" && cluster.held(by: 6) == "b" && cluster.held(by: 4) == "a")
    #expect(cluster.held(by: 7) == "a", "the other tier of the region doesn't")
    #expect(cluster.held(by: 10) == "a", "nor do other regions: the row waits")
    #expect(cluster.held(by: 2) == nil, "the primary's own region has been told behind the row")
    cluster.pass(until: write.began + TimeSpan(microseconds: 100_000 + 41_500 + 40_000))
    #expect(cluster.held(by: 4) == "b" && cluster.held(by: 7) == "a")
    cluster.pass(until: write.began + TimeSpan(microseconds: 100_000 + 41_500 + 41_000))
    #expect(cluster.held(by: 7) == nil && cluster.held(by: 6) == "b", "the row, the leader, the follower")
    cluster.pass(.seconds(1))
    #expect(cluster.isConverged && cluster.broken == nil)
  }

  /// M16: a write through tier F1, reads at once through F1 and F2.
  @Test func m16WhoWroteReadsItAndAnotherTierPerhapsNot() {
    var cluster = Cluster.primaryCache()
    cluster.put("old", via: 2)
    cluster.pass(.seconds(1))
    #expect(cluster.seen(via: 3) == "old")
    cluster.apply(.fault(.hold(Cluster.links(from: 0, to: 1))))
    cluster.write("new", at: .fixed, via: 6)
    cluster.pass(.milliseconds(84))
    #expect(cluster.seen(via: 6) == "new")
    #expect(cluster.seen(via: 3) == "old")
  }

  /// M17: tier F1 fails after a write through it, and its reader falls over to F2.
  @Test func m17WhoFallsOverToAnotherTierMayLoseItsOwnWrite() {
    var cluster = Cluster.primaryCache(with: .binlogDelay(.fixed(.seconds(1))))
    cluster.put("old", via: 6)
    cluster.pass(.seconds(2))
    #expect(cluster.seen(via: 7) == "old")
    cluster.put("new", via: 6)
    cluster.crash(6)
    var plan = OperationPlan(kind: .read, key: "k", level: .cached, client: ClientID(1))
    plan.coordinator = nil
    let id = OperationID(cluster.nextOperation)
    cluster.apply(.operate(plan))
    cluster.step { $0.end(of: id) != nil }
    #expect(cluster.end(of: id)?.coordinator == ReplicaID(7))
    #expect(cluster.text(of: cluster.end(of: id)?.version ?? .none) == "old")
  }

  @Test func clientsAskTheLowestFollowerTierThatTheyReach() {
    var cluster = Cluster.primaryCache()
    func coordinator() -> Int? { cluster.chooseCoordinator(for: ClientID(1), in: RegionID(1), KeyID(0))?.index }
    _ = cluster.turn.intern(key: "k")
    #expect(cluster.chooseCoordinator(for: ClientID(1), in: RegionID(1), KeyID(0)) == ReplicaID(6))
    cluster.crash(6)
    #expect(cluster.chooseCoordinator(for: ClientID(1), in: RegionID(1), KeyID(0)) == ReplicaID(7))
    cluster.crash(7)
    #expect(cluster.chooseCoordinator(for: ClientID(1), in: RegionID(1), KeyID(0)) == ReplicaID(2))
  }

  @Test func aChangesetOnAnotherVersionThanItPresumesInvalidates() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 6)
    cluster.pass(.seconds(1))
    // The row of b, and what rides behind it, waits; c is made on b.
    cluster.freeze(0, 4)
    cluster.put("b", via: 2)
    #expect(cluster.held(by: 6) == "a")
    cluster.put("c", via: 6)
    #expect(cluster.held(by: 6) == nil && cluster.held(by: 5) == nil)
    cluster.thaw(0, 4)
    cluster.pass(.seconds(1))
    #expect(cluster.seen(via: 6) == "c" && cluster.isConverged)
  }

  @Test func aSessionsTicketMakesAConsistencyMiss() {
    var cluster = Cluster.primaryCache(with: .binlogDelay(.fixed(.seconds(1))))
    cluster.put("old", via: 6)
    cluster.pass(.seconds(2))
    #expect(cluster.seen(via: 7) == "old")
    cluster.apply(.guarantee(ClientID(1), [.readYourWrites]))
    cluster.put("new", via: 6)
    let read = cluster.get(via: 7)
    #expect(cluster.text(of: read.version) == "new" && read.latency == .milliseconds(2), "its leader has it")
    // Where the leader is behind as well, and the region's database, the primary's has it.
    cluster.put("newer", via: 6)
    cluster.apply(.flush(Cluster.set([5])))
    let last = cluster.get(via: 7)
    #expect(cluster.text(of: last.version) == "newer" && last.latency == .milliseconds(83))
    #expect(cluster.sessions.retries == 0)
  }

  @Test func deletesLeaveNothingAndNegativeEntriesAreKeptIfAsked() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 2)
    cluster.remove(via: 2)
    #expect(cluster.get(via: 2).latency == .milliseconds(3))
    #expect(cluster.get(via: 2).latency == .milliseconds(3), "that there is nothing isn't kept")
    var other = Cluster.primaryCache(with: .negativeEntries(true))
    #expect(other.get(via: 2).latency == .milliseconds(3))
    #expect(other.get(via: 2).latency == .milliseconds(1))
    #expect(other.get(via: 3).latency == .milliseconds(2))
    other.freeze(0, 1)
    other.write("mine", at: .fixed, via: 6)
    other.pass(.milliseconds(84))
    #expect(other.seen(via: 2) == nil, "the entry that says so is not told")
    other.thaw(0, 1)
    other.pass(.seconds(1))
    #expect(other.seen(via: 2) == "mine" && other.isConverged)
  }
}
