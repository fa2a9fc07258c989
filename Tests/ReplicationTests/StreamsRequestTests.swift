import Kernel
import Testing

@testable import Replication

/// What clients are answered under the streams scheme, and when.
@Suite struct StreamsRequestTests {
  @Test func aWriteIsAnsweredOnceTwoOfThreeHaveIt() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    #expect(cluster.writeAndWait("a", to: key, via: 0).latency == .milliseconds(2), "the coordinator leads")
    #expect(cluster.writeAndWait("b", to: key, via: 1).latency == .milliseconds(3), "it passes the write on")
    #expect(cluster.leaders(of: 0) == [0])
    #expect(cluster.leaders(of: 1) == [1])
    #expect(cluster.leaders(of: 3) == [0], "copies go round")
    #expect(cluster.broken == nil)
  }

  @Test func oneFollowerSufficesAndNoneDoesNot() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.crash(2)
    #expect(cluster.writeAndWait("a", to: key, via: 0).outcome == .ok)
    cluster.crash(1)
    #expect(cluster.writeAndWait("b", to: key, via: 0).outcome == .timeout)
    #expect(cluster.readAndWait(key, at: .strong, via: 0).outcome == .unavailable, "its lease is over by now")
  }

  @Test func aStrongReadIsTheLeadersAndAnEventualOneAnybodys() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.writeAndWait("a", to: key, via: 0)
    #expect(cluster.readAndWait(key, at: .strong, via: 0).latency == .milliseconds(1))
    #expect(cluster.readAndWait(key, at: .strong, via: 2).latency == .milliseconds(2))
    cluster.pass(.seconds(1))
    let latencies = (0..<60).map { _ in cluster.readAndWait(key, via: 1).latency }
    #expect(Set(latencies) == [.milliseconds(1), .milliseconds(2)])
    let own = latencies.count { $0 == .milliseconds(1) }
    #expect((10...30).contains(own), "about a third are its own: \(own)")
  }

  @Test func followersApplyAWhileAfterPersisting() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    let write = cluster.writeAndWait("a", to: key, via: 0)
    #expect(cluster.held(key, by: 0) == "a" && cluster.held(key, by: 1) == nil)
    cluster.pass(until: write.began + TimeSpan(microseconds: 5_999))
    #expect(cluster.held(key, by: 1) == nil)
    cluster.pass(until: write.began + .milliseconds(6))
    #expect(cluster.held(key, by: 1) == "a" && cluster.held(key, by: 2) == "a")
  }

  /// Wada et al., CIDR 2011, measured 33.4 % fresh reads, and 23.4 % of pairs that went from fresh to stale.
  @Test func aThirdOfEarlyReadsIsFreshAndMoreThanAFifthOfPairsGoesBack() {
    var (fresh, pairs, back) = (0, 0, 0)
    var cluster = Cluster.streams(with: .followerDelay(.fixed(.milliseconds(475))))
    cluster.isScrutinized = false
    for number in 0..<1_500 {
      let key = "n\(number)"
      cluster.writeAndWait("new", to: key, via: 0)
      let first = cluster.readAndWait(key, via: 0).version != .none
      let second = cluster.readAndWait(key, via: 0).version != .none
      if first { fresh += 1 }
      pairs += 1
      if first, !second { back += 1 }
    }
    let (freshShare, backShare) = (Double(fresh) / Double(pairs), Double(back) / Double(pairs))
    #expect((0.30...0.37).contains(freshShare), "\(freshShare)")
    #expect((0.19...0.26).contains(backShare), "\(backShare)")
  }

  @Test func aConditionIsTestedAgainstTheNewestThatTheLeaderHas() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    let (first, second) = (
      cluster.write("a", to: key, at: .fixed, via: 0, if: .absent),
      cluster.write("b", to: key, at: .fixed, via: 0, if: .absent)
    )
    cluster.pass(.seconds(1))
    #expect(cluster.end(of: first)?.applied == true)
    #expect(cluster.end(of: second)?.applied == false, "the first is not durable yet, but comes before")
    #expect(cluster.writeAndWait("c", to: key, via: 1, if: .equals("a")).applied == true)
    #expect(cluster.held(key, by: 0) == "c")
  }

  @Test func aSessionReadsAtTheLeader() {
    var cluster = Cluster.streams(with: .followerDelay(.fixed(.seconds(10))))
    let key = cluster.key(in: 0)
    cluster.apply(.guarantee(ClientID(0), [.readYourWrites]))
    cluster.writeAndWait("a", to: key, via: 0)
    for _ in 0..<20 { #expect(cluster.text(of: cluster.readAndWait(key, via: 1).version) == "a") }
    #expect(cluster.sessions.retries == 0)
  }

  @Test func whoOwnsNoCopyPassesOn() {
    let plan = ClusterPlan(
      regions: [ClusterPlan.Region(name: "a", replicas: 5, factor: 3)], scheme: .streams)
    var cluster = Cluster.streams(plan)
    let key = cluster.key(in: 0)
    #expect(cluster.writeAndWait("a", to: key, via: 4).latency == .milliseconds(3))
    #expect(cluster.readAndWait(key, at: .strong, via: 3).latency == .milliseconds(2))
    cluster.pass(.seconds(1))
    #expect(cluster.readAndWait(key, via: 4).latency == .milliseconds(2))
    #expect(cluster.held(key) == ["a", "a", "a", nil, nil])
  }
}
