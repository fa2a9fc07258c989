import Kernel
import Testing

@testable import Replication

/// Kafka's rules for one partition, written straight down, with nothing under way: what a crash, a restart, a write and a read
/// come to once everything has settled. The simulation has to agree with it.
private struct LogModel {
  var isUp = [true, true, true]
  var logs: [[String]] = [[], [], []]
  /// How far each knows its log to be committed.
  var watermarks = [0, 0, 0]
  var inSync: Set<Int> = [0, 1, 2]
  var eligible: Set<Int> = []
  var leader: Int? = 0
  var lastLeader = 0
  let minimum: Int

  mutating func crash(_ replica: Int) {
    isUp[replica] = false
    if inSync.remove(replica) != nil {
      eligible = inSync.count < minimum ? eligible.union([replica]) : []
    }
    if leader == replica { leader = nil }
    settle()
  }

  mutating func restart(_ replica: Int) {
    isUp[replica] = true
    settle()
  }

  /// Somebody is elected if nobody leads; followers cut off what the leader lacks, fetch what it has, and join.
  private mutating func settle() {
    if leader == nil {
      let order = [0, 1, 2].filter { isUp[$0] }
      leader = order.first(where: inSync.contains) ?? order.first(where: eligible.contains)
      if leader == nil, inSync.isEmpty, eligible.isEmpty, isUp[lastLeader] { leader = lastLeader }
    }
    guard let leader else { return }
    lastLeader = leader
    join(leader)
    for replica in 0..<3 where isUp[replica] {
      logs[replica] = logs[leader]
      join(replica)
    }
    if inSync.count >= minimum { watermarks[leader] = logs[leader].count }
    for replica in 0..<3 where isUp[replica] { watermarks[replica] = watermarks[leader] }
  }

  private mutating func join(_ replica: Int) {
    inSync.insert(replica)
    eligible = inSync.count < minimum ? eligible.subtracting([replica]) : []
  }

  mutating func write(_ value: String, forAll: Bool) -> Outcome {
    guard let leader, !forAll || inSync.count >= minimum else { return .unavailable }
    logs[leader].append(value)
    settle()
    return .ok
  }

  /// The newest committed value; nil for none, and an outcome of its own where nobody leads.
  func read() -> (Outcome, String?) {
    guard let leader else { return (.unavailable, nil) }
    return (.ok, logs[leader].prefix(watermarks[leader]).last)
  }
}

@Suite struct LogModelTests {
  @Test(arguments: [1, 2, 3]) func theSimulationDoesAsTheRulesSay(minimum: Int) {
    for seed in UInt64(1)...60 {
      var model = LogModel(minimum: minimum)
      var cluster = Cluster.ofLogs(3, seed: seed, with: [.minInSync(minimum), .inSyncLag(.seconds(2))])
      let randomness = Randomness(seed: seed)
      var story: [String] = []
      for number in 0..<25 {
        let draw = randomness.draw(.workload, owner: UInt64(minimum), number: UInt64(number)).below(1_000)
        let replica = Int(draw % 3)
        switch draw / 3 % 5 {
        case 0 where model.isUp[replica]:
          story.append("crash \(replica)")
          cluster.crash(replica)
          model.crash(replica)
        case 1 where !model.isUp[replica]:
          story.append("restart \(replica)")
          cluster.restart(replica)
          model.restart(replica)
        case 2, 3:
          guard let coordinator = (0..<3).first(where: { model.isUp[$0] }) else { continue }
          let forAll = draw / 15 % 2 == 0
          story.append("write v\(number) \(forAll ? "all" : "one")")
          let outcome = cluster.append("v\(number)", at: forAll ? .acksAll : .acks1, via: coordinator)
          #expect(outcome == model.write("v\(number)", forAll: forAll), "seed \(seed): \(story)")
        default:
          guard let coordinator = (0..<3).first(where: { model.isUp[$0] }) else { continue }
          let (seen, known) = (cluster.look(via: coordinator), model.read())
          #expect(seen.outcome == known.0 && seen.value == known.1, "seed \(seed): \(story)")
        }
        cluster.pass(.seconds(5))
        #expect(cluster.leader() == model.leader, "seed \(seed): \(story)")
        #expect(
          Set(cluster.inSync()) == model.inSync && Set(cluster.eligible()) == model.eligible, "seed \(seed): \(story)")
        let ends = cluster.ends()
        #expect(ends == model.logs.map(\.count), "seed \(seed): \(story)")
        let watermarks = cluster.watermarks()
        #expect(watermarks == model.watermarks, "seed \(seed): \(story)")
      }
      #expect(cluster.broken == nil, "seed \(seed): \(story)")
    }
  }
}
