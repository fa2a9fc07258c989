import Kernel
import TestSupport
import Testing

@testable import Replication

/// Whatever stops and is cut: in the end all followers have all that was posted since they follow, each post once.
@Suite struct FanOutPropertyTests {
  private static let users = ["ann", "bob", "cat", "dan"]

  @Test(
    arguments: SchemeName.allCases.filter { $0.specification.features.contains(.timelines) }, [0, 1, 2, 3, 4, 5, 6, 7])
  func inTheEndAllHaveAll(scheme: SchemeName, seed: Int) {
    let regions = ["us-east-1", "eu-west-1", "ap-south-1"].map { ClusterPlan.Region(name: $0, replicas: 3, factor: 3) }
    var cluster = Cluster(ClusterPlan(regions: regions, scheme: scheme), seed: UInt64(seed))
    cluster.isScrutinized = true
    cluster.apply(.set(.timelines(.rate(20))))
    cluster.apply(.set(.timelines(.budget(50))))
    var dice = Dice(seed: seed)
    for _ in 0..<60 {
      let (user, other) = (Self.users[dice.roll(below: 4)], Self.users[dice.roll(below: 4)])
      let replica = ReplicaSet([ReplicaID(dice.roll(below: 9))])
      switch dice.roll(below: 10) {
      case 0, 1, 2:
        if user != other { cluster.apply(.follow(user, author: other, in: RegionID(dice.roll(below: 3)))) }
      case 3: cluster.apply(.addFollowers(1 + dice.roll(below: 20), of: user))
      case 4, 5, 6:
        var plan = OperationPlan(
          kind: .write, key: "", value: "news", level: scheme.specification.writeLevels.standard, client: .none)
        plan.author = user
        cluster.apply(.operate(plan))
      case 7: cluster.apply(.fault(dice.roll(below: 2) == 0 ? .crash(replica) : .pause(replica)))
      case 8: cluster.apply(.fault(dice.roll(below: 2) == 0 ? .restart(replica) : .resume(replica)))
      default:
        let links = Fault.Links(
          from: cluster.topology.set(of: RegionID(dice.roll(below: 3))),
          to: cluster.topology.set(of: RegionID(dice.roll(below: 3))),
          bothWays: true)
        cluster.apply(.fault(dice.roll(below: 2) == 0 ? .cut([links]) : .healAll))
      }
      cluster.pass(.milliseconds(Int64(100 + dice.roll(below: 900))))
    }
    let everyone = cluster.topology.everyone
    for end in [Fault.healAll, .restart(everyone), .resume(everyone)] { cluster.apply(.fault(end)) }
    cluster.pass(.seconds(60))
    let all = Array(cluster.topology.replicaIDs)
    if scheme == .leaderless {
      cluster.apply(
        .repair(all.flatMap { first in all.filter { $0 > first }.map { Network.Pair(from: first, to: $0) } }, key: nil))
    }
    cluster.pass(.seconds(600))
    #expect(cluster.broken == nil, "seed \(seed)")
    #expect(cluster.fanOutBacklog(in: nil) == 0, "seed \(seed)")
    for index in cluster.timelines.users.indices {
      let expected = cluster.expectedPosts(of: UserID(index))
      for cache in cluster.timelines.users[index].caches {
        #expect(cache == expected, "seed \(seed), \(cluster.timelines.users[index].name)")
      }
    }
    let accepted = cluster.timelines.posts.filter { $0.accepted != nil && $0.audience > 0 }
    #expect(cluster.timelines.tally.inserts == accepted.reduce(0) { $0 + $1.audience } * 3, "seed \(seed)")
    #expect(cluster.timelines.posts.allSatisfy { $0.outcome != .ok || $0.accepted != nil }, "seed \(seed)")
  }
}
