import Insight
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Workbench

/// Levels against however many copies there are and however many of them live: `semantics.md` §1.1, §1.2, by the plain formula.
@Suite struct FewCopiesTests {
  /// What is known of a cluster before it is asked: for each region its factor, its copies of the key, and those that live.
  struct Regions {
    let factors: [Int]
    let copies: [Int]
    let alive: [Int]
  }

  struct Need: Equatable {
    let required: Int
    let alive: Int
  }

  static func q(_ count: Int) -> Int { count / 2 + 1 }

  /// What is lacking for a level, by §1.2; nil if nothing.
  static func lack(_ level: String, _ regions: Regions, home: Int) -> Need? {
    let (factor, copies, alive) = (
      regions.factors.reduce(0, +), regions.copies.reduce(0, +), regions.alive.reduce(0, +)
    )
    func check(_ required: Int, _ alive: Int) -> Need? {
      alive < required ? Need(required: required, alive: alive) : nil
    }
    switch level {
    case "ANY": return nil
    case "ONE": return check(1, alive)
    case "TWO": return check(2, alive)
    case "THREE": return check(3, alive)
    case "LOCAL_ONE": return check(1, regions.alive[home])
    case "QUORUM": return check(q(factor), alive)
    case "LOCAL_QUORUM": return check(q(regions.factors[home]), regions.alive[home])
    case "EACH_QUORUM":
      for (factor, alive) in zip(regions.factors, regions.alive) where factor > 0 {
        if let need = check(q(factor), alive) { return need }
      }
      return nil
    case "ALL": return check(factor, alive)
    // A majority of the participants there are, and then what reading and committing need.
    case "SERIAL": return check(q(copies), alive) ?? lack("QUORUM", regions, home: home)
    case "LOCAL_SERIAL":
      return check(q(regions.copies[home]), regions.alive[home]) ?? lack("LOCAL_QUORUM", regions, home: home)
    default: preconditionFailure("no level \(level)")
    }
  }

  private static let levels = ConsistencyLevel.allCases.filter { level in
    OperationKind.allCases.contains { SchemeSpecification.leaderless.levels(of: $0).contains(level) }
  }.names

  /// Every level, kind of operation and coordinator in one cluster, in which some replicas are dead, as everybody knows.
  private func ask(_ cluster: String, _ factors: [Int], dead: [String]) throws {
    let setUp = try play("\(cluster)\nset failure-detector oracle\nread k").session.cluster
    let topology = setUp.topology
    let key = try #require(setUp.catalogue.names.key(named: "k"))
    let owners = setUp.environment.owners(of: key)
    let isDead = dead.compactMap(topology.replica(named:))
    let regions = Regions(
      factors: factors, copies: owners.byRegion.map(\.count),
      alive: owners.byRegion.map { $0.subtracting(ReplicaSet(isDead)).count })
    var lines = [cluster, "set failure-detector oracle"] + dead.map { "crash \($0)" }
    var expected: [(home: Int, level: String)] = []
    for coordinator in topology.replicas where !dead.contains(coordinator.name) {
      for level in Self.levels {
        let isSerial = level.hasSuffix("SERIAL")
        let write = isSerial ? "write k v if absent at \(level)" : "write k v at \(level)"
        for operation in [write] + (level == "ANY" ? [] : ["read k at \(level)"]) {
          lines.append("\(operation) via \(coordinator.name)")
          expected.append((coordinator.region.index, level))
        }
      }
    }
    let played = try play(lines.joined(separator: "\n"))
    #expect(played.operations.count == expected.count)
    for (operation, (home, level)) in zip(played.operations, expected) {
      let story = "\(cluster), dead: \(dead); \(operation.kind) at \(level) via \(operation.coordinator ?? "nobody")"
      if let need = Self.lack(level, regions, home: home) {
        #expect(operation.outcome == .unavailable, "\(story)")
        #expect(Need(required: operation.required, alive: operation.received) == need, "\(story)")
        #expect(played.session.cluster.version(writtenBy: OperationID(operation.id)) == nil, "\(story) was applied")
      } else {
        #expect(operation.outcome == .ok, "\(story)")
        #expect(level == "ANY" || operation.received >= operation.required, "\(story)")
      }
    }
  }

  @Test(arguments: 1...5, 1...5) func everyFactorInOneRegion(factor: Int, replicas: Int) throws {
    let names = (1...replicas).map { "us\($0)" }
    for dead in 0..<replicas {
      try ask("cluster us-east-1:\(replicas) rf=\(factor)", [factor], dead: Array(names.prefix(dead)))
      if dead > 0 { try ask("cluster us-east-1:\(replicas) rf=\(factor)", [factor], dead: names.suffix(dead)) }
    }
  }

  @Test(arguments: 0...4, 0...4) func everyPairOfFactorsInTwoRegions(first: Int, second: Int) throws {
    guard first + second > 0 else { return }
    let cluster = "cluster us-east-1:3 eu-west-1:2 rf=us-east-1:\(first),eu-west-1:\(second)"
    for dead in [[], ["us1"], ["eu1"], ["us1", "us2"], ["eu1", "eu2"], ["us2", "eu2"], ["us1", "us2", "us3"]] {
      try ask(cluster, [first, second], dead: dead)
    }
  }

  @Test(arguments: 0..<30) func threeRegionsAtRandom(seed: Int) throws {
    var dice = Dice(seed: seed)
    let names = ["us-east-1", "eu-west-1", "ap-south-1"]
    let counts = names.map { _ in dice.roll(1...3) }
    var factors = names.map { _ in dice.roll(0...4) }
    if factors.reduce(0, +) == 0 { factors[0] = 1 }
    let sizes = zip(names, counts).map { "\($0):\($1)" }.joined(separator: " ")
    let cluster = "cluster \(sizes) rf=" + zip(names, factors).map { "\($0):\($1)" }.joined(separator: ",")
    let all = zip(["us", "eu", "ap"], counts).flatMap { short, count in (1...count).map { "\(short)\($0)" } }
    let dead = all.dropFirst().filter { _ in dice.chance(35) }
    try ask(cluster, factors, dead: Array(dead))
  }

  /// Where no other replica can help, neither the forecast nor a what-if nor an explanation names more copies than there are.
  @Test(arguments: 1...4) func nothingIsSaidOfCopiesThatAreNotThere(factor: Int) throws {
    for replicas in 1...4 {
      let lines = ["ONE", "TWO", "THREE", "QUORUM", "EACH_QUORUM", "ALL", "LOCAL_QUORUM"].flatMap {
        ["write k v at \($0)", "read k at \($0)"]
      }
      let played = try play(
        (["cluster us-east-1:\(replicas) rf=\(factor)"] + lines + ["whatif read k", "whatif write k v"]).joined(
          separator: "\n"))
      let copies = min(factor, replicas)
      let forecasts = Self.levels.compactMap { Forecast("read k at \($0)", in: played.session)?.arithmetic }
      let reasons = played.operations.flatMap {
        Explanation(of: $0.id, in: played.session.timeline)?.lines(width: 500) ?? []
      }
      #expect(reasons.contains { $0.contains("of a key with") } == (copies < max(3, factor)))
      for line in played.shown + forecasts + reasons {
        for match in line.matches(of: #/(?:needs|=) (\d+) of (\d+)/#) {
          let (needed, of) = (try #require(Int(match.1)), try #require(Int(match.2)))
          #expect(needed <= of && needed <= copies, "rf=\(factor) on \(replicas): \(line)")
        }
      }
    }
  }
}
