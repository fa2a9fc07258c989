import Kernel
import TestSupport
import Testing

@testable import Replication

/// Consumer groups: who has which partitions, what is got twice at a rebalance, and that nothing is missed.
@Suite struct LogGroupTests {
  private static let first = ClientID(1)

  /// Three copies of so many logs, and a group of so many members, which are clients 1, 2, …
  private func cluster(partitions: Int = 3, members: Int) -> Cluster {
    var cluster = Cluster.ofLogs(3)
    cluster.apply(.set(.partitions(partitions)))
    cluster.apply(.addConsumer("c1", in: RegionID(0)))
    for number in 1..<max(1, members) { cluster.apply(.group(.join("c\(number + 1)", Self.first))) }
    return cluster
  }

  @Test(
    "RangeAssignor · partitions in ranges, one more for the first where they don't come out even",
    arguments: [
      (3, 1, [[0, 1, 2]]), (3, 2, [[0, 1], [2]]), (3, 3, [[0], [1], [2]]), (3, 4, [[0], [1], [2], []]),
      (7, 3, [[0, 1, 2], [3, 4], [5, 6]]),
    ]) func ranges(partitions: Int, members: Int, expected: [[Int]])
  {
    let cluster = cluster(partitions: partitions, members: members)
    #expect((1...members).map { cluster.partitions(of: ClientID($0)) } == expected)
  }

  @Test func whoJoinsGoesOnWhereTheGroupHadCommitted() {
    var cluster = cluster(members: 1)
    for number in 0..<9 { cluster.append("v\(number)", to: "k\(number)") }
    let before = cluster.consume(Self.first)
    cluster.apply(.group(.join("c2", Self.first)))
    for number in 9..<18 { cluster.append("v\(number)", to: "k\(number)") }
    let after = cluster.consume(Self.first) + cluster.consume(ClientID(2))
    #expect((before + after).sorted() == (0..<18).map { "v\($0)" }.sorted(), "each once")
    #expect(
      cluster.clients[Self.first].consumer?.duplicates == 0 && cluster.clients[ClientID(2)].consumer?.duplicates == 0)
    #expect(cluster.consumerLag(of: Self.first) == 0 && cluster.consumerLag(of: ClientID(2)) == 0)
  }

  @Test("what a member fetched before the group rebalanced it can't commit: whoever has the partition gets it again")
  func refusedCommit() {
    var cluster = cluster(members: 1)
    for number in 0..<9 { cluster.append("v\(number)", to: "k\(number)") }
    let operation = cluster.ask(.consume, of: "", at: .fixed, as: Self.first, via: 0)
    cluster.apply(.group(.join("c2", Self.first)))
    cluster.step { $0.end(of: operation) != nil }
    let fetched = cluster.consumedRecords(by: operation).count
    #expect(fetched == 9 && cluster.isCommitted(operation) == false)
    let again = cluster.consume(Self.first) + cluster.consume(ClientID(2))
    #expect(again.count == 9)
    let twice = [Self.first, ClientID(2)].reduce(0) { $0 + (cluster.clients[$1].consumer?.duplicates ?? 0) }
    #expect(twice == 9)
    #expect(cluster.consume(Self.first).isEmpty && cluster.consume(ClientID(2)).isEmpty)
  }

  @Test func whoLeavesIsReplacedAtOnceAndWhoCrashesAfter45Seconds() {
    var cluster = cluster(members: 2)
    cluster.apply(.group(.leave(ClientID(2))))
    #expect(cluster.partitions(of: Self.first) == [0, 1, 2] && !cluster.isConsuming(ClientID(2)))
    cluster.apply(.group(.comeBack(ClientID(2))))
    #expect(cluster.partitions(of: ClientID(2)) == [2])
    cluster.apply(.group(.crash(ClientID(2))))
    cluster.pass(.seconds(44))
    #expect(cluster.partitions(of: Self.first) == [0, 1], "its session goes on")
    cluster.pass(.seconds(2))
    #expect(cluster.partitions(of: Self.first) == [0, 1, 2])
  }

  @Test("KIP-345 · who is back before its session ends keeps what it had, without a rebalance") func staticMember() {
    var cluster = cluster(members: 2)
    let generation = cluster.consumerGroup(of: Self.first)?.group?.current.number
    cluster.apply(.group(.crash(ClientID(2))))
    cluster.pass(.seconds(30))
    cluster.apply(.group(.comeBack(ClientID(2))))
    cluster.pass(.seconds(60))
    #expect(cluster.partitions(of: ClientID(2)) == [2])
    #expect(cluster.consumerGroup(of: Self.first)?.group?.current.number == generation)
  }

  @Test func whoCrashedGetsNothingOfWhatWasOnItsWay() {
    var cluster = cluster(members: 1)
    cluster.append("v")
    let operation = cluster.ask(.consume, of: "", at: .fixed, as: Self.first, via: 0)
    cluster.apply(.group(.crash(Self.first)))
    cluster.pass(.seconds(1))
    #expect(cluster.consumedRecords(by: operation).isEmpty && cluster.clients[Self.first].consumer?.consumed == 0)
    cluster.apply(.group(.comeBack(Self.first)))
    #expect(cluster.consume(Self.first) == ["v"])
  }

  @Test func anIdleMemberGetsNothingAtOnce() {
    var cluster = cluster(members: 4)
    cluster.append("v")
    #expect(cluster.consume(ClientID(4)).isEmpty)
  }

  @Test func ofAGroupThatGoesOnElsewhereAllDo() {
    var cluster = Cluster.ofLogs(3, 3)
    cluster.apply(.set(.partitions(2)))
    cluster.apply(.addConsumer("c1", in: RegionID(0)))
    let first = ClientID(2)
    cluster.apply(.group(.join("c2", first)))
    cluster.apply(.followConsumer("c1", in: RegionID(1), from: nil))
    #expect(cluster.clients[ClientID(3)].region == RegionID(1))
    #expect(cluster.partitions(of: first) == [0] && cluster.partitions(of: ClientID(3)) == [1])
  }

  /// Whoever comes and goes, and however often: every committed record comes to the group, in the order of its partition for each
  /// generation, and none is passed over.
  @Test(arguments: 1...SoakSeeds.last(25)) func nothingIsMissed(seed: Int) {
    var (cluster, dice) = (cluster(partitions: 4, members: 1), Dice(seed: seed))
    var (members, written) = (1, 0)
    var got: Set<String> = []
    for _ in 0..<60 {
      let client = ClientID(1 + dice.roll(below: members))
      switch dice.roll(below: 10) {
      case 0 where members < 6:
        members += 1
        cluster.apply(.group(.join("c\(members)", Self.first)))
      case 1: cluster.apply(.group(.leave(client)))
      case 2: cluster.apply(.group(.crash(client)))
      case 3 where !cluster.isConsuming(client): cluster.apply(.group(.comeBack(client)))
      case 4: cluster.pass(.seconds(Int64(dice.roll(below: 60))))
      case 5, 6:
        written += 1
        cluster.append("v\(written)", to: "k\(dice.roll(below: 12))")
      default:
        guard cluster.isConsuming(client) else { continue }
        cluster.ask(.consume, "\(1 + dice.roll(below: 4))", of: "", at: .fixed, as: client, via: 0)
        if dice.chance(50) { cluster.pass(.seconds(1)) }
      }
      let owners = cluster.consumerGroup(of: Self.first)?.group?.current.owners
      let counts = (1...members).map { number in owners?.count { $0 == ClientID(number) } ?? 0 }
      let present = (1...members).filter {
        cluster.consumerGroup(of: Self.first)?.group?.isMember(ClientID($0)) ?? true
      }
      if let owners, !present.isEmpty { #expect(owners.allSatisfy { $0 != nil }, "seed \(seed)") }
      let shares = present.map { counts[$0 - 1] }
      if owners != nil, let most = shares.max(), let least = shares.min() { #expect(most - least <= 1, "seed \(seed)") }
    }
    cluster.pass(.seconds(60))
    for number in 1...members where !cluster.isConsuming(ClientID(number)) {
      cluster.apply(.group(.comeBack(ClientID(number))))
    }
    for number in 1...members {
      while case let more = cluster.consume(ClientID(number)), !more.isEmpty {}
    }
    for operation in cluster.ended.elements where operation.kind == .consume {
      got.formUnion(cluster.consumedRecords(by: operation.id).compactMap { cluster.text(of: $0.version) })
    }
    #expect(got.count == written, "seed \(seed): \(got.count) of \(written)")
    let total = (1...members).reduce(0) { $0 + (cluster.clients[ClientID($1)].consumer?.consumed ?? 0) }
    let twice = (1...members).reduce(0) { $0 + (cluster.clients[ClientID($1)].consumer?.duplicates ?? 0) }
    #expect(total - twice == written, "seed \(seed)")
    #expect(cluster.broken == nil, "seed \(seed)")
  }
}

extension Cluster {
  /// Has a consumer take what comes next, and lets time pass until it has.
  fileprivate mutating func consume(_ client: ClientID) -> [String] {
    let operation = ask(.consume, of: "", at: .fixed, as: client, via: 0)
    step { $0.end(of: operation) != nil }
    return consumedRecords(by: operation).map { text(of: $0.version) ?? "none" }
  }
}
