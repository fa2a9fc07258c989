import Kernel
import Testing

@testable import Replication

/// Daemons that insert posts into cached timelines: how fast, in which order, and each once.
@Suite struct FanOutTests {
  /// One region of three replicas, all of whose timings but the daemon's are nothing.
  private func cluster(rate: Int, budget: Int = 350_000, regions: Int = 1) -> Cluster {
    let names = ["us-east-1", "eu-west-1", "ap-south-1"].prefix(regions)
    var cluster = Cluster(ClusterPlan(regions: names.map { .init(name: $0, replicas: 3, factor: 3) }))
    cluster.isScrutinized = true
    cluster.apply(.set(.timelines(.rate(rate))))
    cluster.apply(.set(.timelines(.budget(budget))))
    return cluster
  }

  @Test("M18 · a crash after one of three inserts, and a retry: nobody has the post twice") func onceById() {
    var cluster = cluster(rate: 1)
    for follower in ["bob", "carol", "dave"] { cluster.apply(.follow(follower, author: "alice", in: nil)) }
    let began = cluster.post("hello", by: "alice")
    cluster.pass(until: began + .milliseconds(1_500))
    #expect(cluster.cached("bob") == [1] && cluster.cached("carol") == [])
    let host = cluster.timelines.all.daemons[RegionID(0)].jobs[0].host
    cluster.apply(.fault(.crash(ReplicaSet([host]))))
    cluster.pass(until: began + .seconds(10))
    #expect(cluster.cached("carol") == [], "nobody inserts while the daemon is down")
    cluster.apply(.fault(.restart(ReplicaSet([host]))))
    cluster.pass(until: began + .seconds(20))
    for follower in ["bob", "carol", "dave"] { #expect(cluster.cached(follower) == [1], "\(follower)") }
    #expect(cluster.timelines.tally.inserts == 3 && cluster.timelines.tally.repeated == 1)
    #expect(cluster.fanOutBacklog(in: nil) == 0 && cluster.broken == nil)
  }

  @Test("31 million followers at 100,000 a second: about five minutes") func published() {
    var cluster = cluster(rate: 100_000)
    cluster.apply(.addFollowers(31_000_000, of: "alice"))
    let began = cluster.post("hello", by: "alice")
    cluster.pass(until: began + .seconds(311))
    let span = cluster.timelines.tally.spans[0]
    #expect(span >= 310_000_000 && span < 310_010_000, "\(span)")
    #expect(cluster.timelines.tally.inserts == 31_000_000)
  }

  @Test("posts share the budget: five at once have 70,000 a second each") func budget() {
    var cluster = cluster(rate: 100_000)
    cluster.apply(.addFollowers(7_000_000, of: "alice"))
    let began = cluster.now
    for number in 0..<5 { cluster.post("\(number)", by: "alice") }
    cluster.pass(until: began + .seconds(50))
    #expect(cluster.fanOutBacklog(in: nil) > 35_000_000 - 350_000 * 50 - 1_000)
    cluster.pass(until: began + .seconds(101))
    #expect(cluster.timelines.tally.spans.count == 5 && cluster.fanOutBacklog(in: nil) == 0)
    for span in cluster.timelines.tally.spans { #expect(abs(span - 100_000_000) < 100_000, "\(span)") }
  }

  @Test func whoFollowedFirstHasThePostFirst() {
    var cluster = cluster(rate: 1_000)
    cluster.apply(.follow("early", author: "alice", in: nil))
    cluster.apply(.addFollowers(10_000, of: "alice"))
    cluster.apply(.follow("late", author: "alice", in: nil))
    let began = cluster.post("hello", by: "alice")
    cluster.apply(.follow("after", author: "alice", in: nil))
    cluster.pass(until: began + .seconds(1))
    #expect(cluster.cached("early") == [1] && cluster.cached("late") == [])
    cluster.pass(until: began + .seconds(12))
    #expect(cluster.cached("late") == [1])
    #expect(cluster.cached("after") == [], "what was posted before somebody followed isn't theirs")
  }

  @Test func eachRegionInsertsWhatHasComeThere() {
    var cluster = cluster(rate: 1_000, regions: 2)
    cluster.apply(.follow("bob", author: "alice", in: nil))
    cluster.apply(
      .fault(
        .cut([
          .init(from: cluster.topology.set(of: RegionID(0)), to: cluster.topology.set(of: RegionID(1)), bothWays: true)
        ])))
    let began = cluster.post("hello", by: "alice")
    cluster.pass(until: began + .milliseconds(500))
    #expect(cluster.cached("bob") == [1] && cluster.cached("bob", in: 1) == [])
    #expect(cluster.timelines.tally.spans.isEmpty && cluster.unfinishedPosts == 1)
    cluster.pass(until: began + .seconds(3))
    cluster.apply(.fault(.healAll))
    cluster.pass(until: began + .seconds(30))
    #expect(cluster.cached("bob", in: 1) == [1], "the hint brought it")
    #expect(cluster.timelines.tally.spans.count == 1)
  }

  @Test func aTimelineKeepsTheNewest() {
    var cluster = cluster(rate: 1_000)
    cluster.apply(.set(.timelines(.cap(3))))
    cluster.apply(.follow("bob", author: "alice", in: nil))
    for number in 0..<5 { cluster.post("\(number)", by: "alice") }
    cluster.pass(until: cluster.now + .seconds(2))
    #expect(cluster.cached("bob") == [3, 4, 5])
  }

  @Test func aNewSeedKeepsWhoFollowsWhomAndNothingElse() {
    var cluster = cluster(rate: 1_000)
    cluster.apply(.follow("bob", author: "alice", in: nil))
    cluster.post("hello", by: "alice")
    cluster.pass(until: cluster.now + .seconds(2))
    cluster.apply(.reseed(7))
    #expect(cluster.timelines.posts.isEmpty && cluster.cached("bob") == [] && cluster.isFollowing("bob", "alice"))
    cluster.post("again", by: "alice")
    cluster.pass(until: cluster.now + .seconds(2))
    #expect(cluster.cached("bob") == [1])
  }
}

extension Cluster {
  /// Posts something; says when.
  @discardableResult fileprivate mutating func post(_ text: String, by author: String) -> Instant {
    var plan = OperationPlan(kind: .write, key: "", value: text, level: .one, client: .none)
    plan.author = author
    apply(.operate(plan))
    return now
  }

  /// The numbers of the posts in a user's cached timeline.
  fileprivate func cached(_ name: String, in region: Int = 0) -> [Int] {
    timelines.user(named: name).map { user in
      timelines.all.users[user.index].caches[region].map { timelines.posts[$0.index].number }
    } ?? []
  }
}
