import Kernel
import TestSupport
import Testing

@testable import Replication

/// Stand-ins for owners that are thought dead: `semantics.md` §2, its last paragraph (Dynamo §4.6, Riak's `riak_kv_put_fsm`).
@Suite struct SloppyQuorumTests {
  /// One region of five, three of which own `k`, and what follows those on the ring.
  private func five(_ settings: Setting...) -> (cluster: Cluster, owners: [Int], others: [Int]) {
    var cluster = Cluster.ofRegions(5, factor: 3, with: [.detector(.oracle), .sloppyQuorum(true)] + settings)
    let key = cluster.turn.intern(key: "k")
    let order = cluster.environment.placement.order(
      of: RegionID(0), from: cluster.environment.tokens[key], cluster.environment.regionOf
    ).map(\.index)
    return (cluster, Array(order.prefix(3)), Array(order.suffix(2)))
  }

  private func standIns(_ cluster: Cluster) -> [Int] {
    cluster.catalogue.names.key(named: "k").map { cluster.standIns(holding: $0).map(\.index) } ?? []
  }

  @Test func theOwnersComeFirstOnTheRing() {
    var (cluster, owners, others) = five()
    #expect(owners.sorted() == cluster.owners(of: "k") && Set(owners + others).count == 5)
  }

  @Test func aStandInCountsTowardWAndTellsItsOwnerWhenItReturns() throws {
    var (cluster, owners, others) = five()
    cluster.crash(owners[1])
    let write = cluster.write("v", at: .all, via: owners[0])
    cluster.pass(.seconds(1))
    #expect(try #require(cluster.end(of: write)).outcome == .ok)
    #expect(cluster.held(by: others[0]) == "v" && cluster.held(by: others[1]) == nil)
    #expect(standIns(cluster) == [others[0]])
    #expect(cluster.hints(of: ReplicaID(others[0])).pending.map(\.target.index) == [owners[1]])
    // Nobody else keeps anything for it.
    #expect(cluster.pendingHints == 1 && cluster.isConverged)
    cluster.restart(owners[1])
    #expect(!cluster.isConverged)
    cluster.pass(.seconds(11))
    #expect(cluster.held(by: owners[1]) == "v" && cluster.held(by: others[0]) == nil)
    #expect(standIns(cluster).isEmpty && cluster.pendingHints == 0 && cluster.isConverged)
    #expect(cluster.broken == nil)
  }

  @Test func withoutItTheSameIsRefused() throws {
    var (cluster, owners, _) = five(.sloppyQuorum(false))
    cluster.crash(owners[1])
    let write = cluster.write("v", at: .all, via: owners[0])
    cluster.pass(.seconds(1))
    #expect(try #require(cluster.end(of: write)).outcome == .unavailable)
  }

  @Test func aStandInIsReadAndKeepsWhatNobodyElseHas() throws {
    var (cluster, owners, others) = five()
    cluster.crash(owners[0], owners[1])
    let write = cluster.write("v", at: .two, via: others[0])
    cluster.pass(.milliseconds(10))
    #expect(try #require(cluster.end(of: write)).outcome == .ok)
    cluster.crash(owners[2])
    let read = cluster.read(at: .two, via: others[1])
    cluster.pass(.milliseconds(10))
    let end = try #require(cluster.end(of: read))
    #expect(end.outcome == .ok && cluster.text(of: end.version) == "v")
    // Three are needed; two are left.
    let all = cluster.read(at: .all, via: others[0])
    cluster.pass(.milliseconds(10))
    #expect(try #require(cluster.end(of: all)).outcome == .unavailable)
  }

  @Test func theFirstMissingOnTheRingIsReplacedByTheFirstThatIsAlive() {
    var (cluster, owners, others) = five()
    cluster.crash(owners[0], owners[2])
    cluster.write("v", at: .one, via: owners[1])
    cluster.pass(.seconds(1))
    for (other, owner) in zip(others, [owners[0], owners[2]]) {
      #expect(cluster.hints(of: ReplicaID(other)).pending.map(\.target.index) == [owner])
    }
    (cluster, owners, others) = five()
    cluster.crash(owners[0], owners[2], others[0])
    cluster.write("v", at: .one, via: owners[1])
    cluster.pass(.seconds(1))
    #expect(cluster.hints(of: ReplicaID(others[1])).pending.map(\.target.index) == [owners[0]])
    // For whom nobody stands in, the coordinator keeps a hint as ever.
    #expect(cluster.hints(of: ReplicaID(owners[1])).pending.map(\.target.index) == [owners[2]])
  }

  @Test("W + R > N doesn't overlap: a write acknowledged by a stand-in is missed once its owner is back")
  func theKnownAnomaly() throws {
    var (cluster, owners, others) = five(.hintThrottle(nil))
    cluster.write("old", at: .all, via: owners[0])
    cluster.pass(.seconds(1))
    // A cut: one side has owners 0 and 1, the other owner 2 and both others.
    let sides = (Cluster.set(Array(owners.prefix(2))), Cluster.set([owners[2]] + others))
    cluster.apply(.fault(.cut([Fault.Links(from: sides.0, to: sides.1, bothWays: true)])))
    let write = cluster.write("new", at: .quorum, via: owners[2])
    cluster.pass(.milliseconds(10))
    #expect(try #require(cluster.end(of: write)).outcome == .ok)
    let read = cluster.read(at: .quorum, via: owners[0])
    cluster.pass(.milliseconds(10))
    #expect(cluster.text(of: try #require(cluster.end(of: read)).version) == "old")
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(11))
    #expect(cluster.isConverged && cluster.held(by: owners[0]) == "new" && standIns(cluster).isEmpty)
  }

  @Test func whatReadRepairBringsAStandInIsHandedBackToo() {
    var (cluster, owners, others) = five()
    cluster.crash(owners[1], others[0], others[1])
    cluster.apply(.set(.hints(false)))
    cluster.write("v", at: .one, via: owners[0])
    cluster.pass(.seconds(3))
    cluster.restart(others[0])
    cluster.read(at: .all, via: owners[0])
    cluster.pass(.seconds(1))
    #expect(cluster.held(by: others[0]) == "v" && cluster.hints(of: ReplicaID(others[0])).count == 1)
    cluster.restart(owners[1])
    cluster.pass(.seconds(11))
    #expect(cluster.held(by: owners[1]) == "v" && standIns(cluster).isEmpty)
  }

  @Test func aSilentStandInsOwnerIsHinted() {
    var (cluster, owners, others) = five()
    cluster.crash(owners[1])
    cluster.apply(.fault(.hold(Cluster.links(from: owners[0], to: others[0]))))
    cluster.write("v", at: .one, via: owners[0])
    cluster.pass(.seconds(3))
    #expect(cluster.hints(of: ReplicaID(owners[0])).pending.map(\.target.index) == [owners[1]])
  }

  @Test func aWipedStandInHasNothingToHandBack() {
    var (cluster, owners, others) = five()
    cluster.crash(owners[1])
    cluster.write("v", at: .one, via: owners[0])
    cluster.pass(.seconds(1))
    cluster.wipe(others[0])
    #expect(cluster.pendingHints == 0 && standIns(cluster).isEmpty && cluster.broken == nil)
  }

  @Test func transactionsKnowNoStandIns() throws {
    var (cluster, owners, others) = five()
    cluster.crash(owners[0], owners[1])
    let write = cluster.write("v", at: .serial, via: others[0], if: .absent)
    cluster.pass(.seconds(1))
    #expect(try #require(cluster.end(of: write)).outcome == .unavailable)
  }

  @Test("an update of a data type is led by a stand-in where no owner is left, and its numbers never begin anew")
  func dataTypes() throws {
    var (cluster, owners, others) = five()
    cluster.apply(.type("k", .orSet))
    cluster.ask(.add, "a", at: .all, via: owners[0])
    cluster.pass(.seconds(1))
    cluster.crash(owners[0], owners[1], owners[2])
    let add = cluster.ask(.add, "b", at: .two, via: others[1])
    cluster.pass(.seconds(1))
    #expect(try #require(cluster.end(of: add)).outcome == .ok)
    cluster.restart(owners[0], owners[1], owners[2])
    cluster.pass(.seconds(30))
    func elements(_ replica: Int) -> [String] {
      let key = cluster.catalogue.names.key(named: "k")
      let state = key.flatMap { cluster.catalogue.state(of: cluster.cell($0, at: ReplicaID(replica)).version) }
      return state?.items.map { cluster.catalogue.names.text(of: $0) }.sorted() ?? []
    }
    // It keeps its copy, whose numbers it has given.
    #expect(elements(others[1]).contains("b") && elements(others[0]).isEmpty)
    #expect(owners.contains { elements($0) == ["a", "b"] })
    cluster.ask(.remove, "b", at: .all, via: owners.first { elements($0) == ["a", "b"] } ?? 0)
    cluster.pass(.seconds(1))
    cluster.crash(owners[0], owners[1], owners[2])
    cluster.ask(.add, "c", at: .two, via: others[1])
    cluster.pass(.seconds(1))
    cluster.restart(owners[0], owners[1], owners[2])
    cluster.apply(
      .repair(
        owners.flatMap { first in
          owners.filter { $0 > first }.map { Network.Pair(from: ReplicaID(first), to: ReplicaID($0)) }
        }, key: nil))
    cluster.pass(.seconds(60))
    for owner in owners { #expect(elements(owner) == ["a", "c"], "\(owner)") }
  }

  @Test func whereARegionHasNoMoreReplicasThanCopiesNothingChanges() throws {
    var cluster = Cluster.ofRegions(3, with: [.detector(.oracle), .sloppyQuorum(true)])
    cluster.crash(2)
    let all = cluster.write("v", at: .all, via: 0)
    cluster.write("v", at: .quorum, via: 0)
    cluster.pass(.seconds(1))
    #expect(try #require(cluster.end(of: all)).outcome == .unavailable)
    #expect(cluster.hints(of: ReplicaID(0)).count == 1)
  }

  @Test func theSettingOffLeavesWhatIsHeldToBeHandedBack() {
    var (cluster, owners, others) = five()
    cluster.crash(owners[1])
    cluster.write("v", at: .one, via: owners[0])
    cluster.pass(.seconds(1))
    cluster.apply(.set(.sloppyQuorum(false)))
    cluster.restart(owners[1])
    cluster.pass(.seconds(11))
    #expect(cluster.held(by: owners[1]) == "v" && cluster.held(by: others[0]) == nil)
  }
}

/// The rules on a page: a preference list, who is healthy, and what each holds; played without messages, queues or
/// clocks, one operation after the other, and compared with the cluster on random histories.
private struct SloppyModel {
  /// The replicas as the ring has them; the first three own the key.
  let ring: [Int]
  var up: Set<Int>
  /// By replica: the number of the write that it holds.
  var held: [Int: Int] = [:]
  /// What a stand-in keeps for an owner, or a coordinator as a hint, as (keeper, owner, write, whether it is held there).
  var kept: [(keeper: Int, owner: Int, write: Int, isStandIn: Bool)] = []

  /// The first three healthy ones, and whom those behind the owners stand in for.
  var copies: (all: [Int], standIns: [(replica: Int, owner: Int)], alone: [Int]) {
    let (owners, others) = (ring.prefix(3), ring.dropFirst(3).filter(up.contains))
    let missing = owners.filter { !up.contains($0) }
    let standIns = zip(others, missing).map { ($0, $1) }
    return (owners.filter(up.contains) + standIns.map(\.0), standIns, Array(missing.dropFirst(standIns.count)))
  }

  /// Whether a write at a level that needs so many succeeds.
  mutating func write(_ number: Int, needs: Int, via coordinator: Int) -> Bool {
    let (all, standIns, alone) = copies
    guard all.count >= needs else { return false }
    for replica in all { held[replica] = number }
    for (replica, owner) in standIns { kept.append((replica, owner, number, true)) }
    for owner in alone { kept.append((coordinator, owner, number, false)) }
    return true
  }

  /// What a read from so many of them, the nearest first, finds; nil: refused. Those that are behind are brought level.
  mutating func read(needs: Int, via coordinator: Int) -> Int?? {
    let (all, standIns, _) = copies
    guard all.count >= needs else { return nil }
    let asked = all.sorted { ($0 == coordinator ? -1 : $0) < ($1 == coordinator ? -1 : $1) }.prefix(needs)
    let newest = asked.compactMap { held[$0] }.max()
    for replica in asked where held[replica] != newest {
      held[replica] = newest
      if let newest, let pair = standIns.first(where: { $0.replica == replica }) {
        kept.append((replica, pair.owner, newest, true))
      }
    }
    return .some(newest)
  }

  /// Ten seconds later whatever can be handed back is.
  mutating func handBack() {
    let due = kept.filter { up.contains($0.keeper) && up.contains($0.owner) }
    kept.removeAll { up.contains($0.keeper) && up.contains($0.owner) }
    for one in due { held[one.owner] = max(held[one.owner] ?? 0, one.write) }
    for one in due where one.isStandIn && !kept.contains(where: { $0.keeper == one.keeper && $0.isStandIn }) {
      held[one.keeper] = nil
    }
  }
}

@Suite struct SloppyQuorumModelTests {
  @Test(arguments: 0..<8) func itDoesWhatTheRulesSay(batch: Int) {
    for seed in batch * 30..<batch * 30 + 30 { compare(seed: seed) }
  }

  private func compare(seed: Int) {
    var dice = Dice(seed: seed)
    let count = 4 + dice.roll(below: 3)
    var cluster = Cluster.ofRegions(
      count, factor: 3, seed: UInt64(seed), with: [.detector(.oracle), .sloppyQuorum(true), .hintThrottle(nil)])
    cluster.isTracing = false
    cluster.isDetailed = false
    cluster.isScrutinized = seed % 10 == 0
    let key = cluster.turn.intern(key: "k")
    let ring = cluster.environment.placement.order(
      of: RegionID(0), from: cluster.environment.tokens[key], cluster.environment.regionOf
    ).map(\.index)
    var model = SloppyModel(ring: ring, up: Set(0..<count))
    let levels: [(ConsistencyLevel, Int)] = [(.one, 1), (.quorum, 2), (.all, 3)]
    for number in 1...30 {
      let up = (0..<count).filter(model.up.contains)
      let coordinator = up[dice.roll(below: up.count)]
      let (level, needs) = levels[dice.roll(below: 3)]
      switch dice.roll(below: 8) {
      case 0...2:
        let write = cluster.write("\(number)", at: level, via: coordinator)
        cluster.pass(.milliseconds(10))
        let isOK = model.write(number, needs: needs, via: coordinator)
        #expect((cluster.end(of: write)?.outcome == .ok) == isOK, "write \(number), seed \(seed)")
      case 3, 4:
        let read = cluster.read(at: level, via: coordinator)
        cluster.pass(.milliseconds(10))
        let found = model.read(needs: needs, via: coordinator)
        let end = cluster.end(of: read)
        #expect((end?.outcome == .ok) == (found != nil), "read \(number), seed \(seed)")
        if let found { #expect(end.flatMap { cluster.text(of: $0.version) } == found.map { "\($0)" }, "seed \(seed)") }
      case 5 where up.count > 1:
        cluster.crash(coordinator)
        model.up.remove(coordinator)
      case 6:
        let down = (0..<count).filter { !model.up.contains($0) }
        guard !down.isEmpty else { continue }
        let one = down[dice.roll(below: down.count)]
        cluster.restart(one)
        model.up.insert(one)
      default:
        cluster.pass(.seconds(200))
        model.handBack()
      }
      #expect(
        cluster.held() == (0..<count).map { model.held[$0].map { "\($0)" } }, "after step \(number), seed \(seed)")
      if cluster.held() != (0..<count).map({ model.held[$0].map { "\($0)" } }) { return }
    }
    for one in 0..<count where !model.up.contains(one) { cluster.restart(one) }
    cluster.pass(.seconds(600))
    #expect(cluster.pendingHints == 0 && cluster.standIns(holding: key).isEmpty, "seed \(seed)")
    #expect(cluster.broken == nil, "seed \(seed)")
  }
}
