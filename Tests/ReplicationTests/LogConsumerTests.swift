import Kernel
import Testing

@testable import Replication

/// Consumers: what they get, in which order, how far they commit, and what they get twice or never.
@Suite struct LogConsumerTests {
  /// Three copies of one log, and a consumer of it, which is client 1.
  private func cluster(with settings: [Setting] = []) -> Cluster {
    var cluster = Cluster.ofLogs(3, with: settings)
    cluster.apply(.addConsumer("billing", in: RegionID(0)))
    return cluster
  }

  @Test func itGetsEachRecordOnceInOrder() {
    var cluster = cluster()
    for number in 0..<5 { cluster.append("v\(number)", to: "k\(number % 2)") }
    #expect(cluster.consume(atMost: 2) == ["v0", "v1"])
    #expect(cluster.consumerLag(of: ClientID(1)) == 3)
    #expect(cluster.consume() == ["v2", "v3", "v4"])
    #expect(cluster.consume() == [])
    #expect(cluster.consumerLag(of: ClientID(1)) == 0)
    #expect(cluster.consumer.consumed == 5 && cluster.consumer.duplicates == 0)
    cluster.append("v5")
    #expect(cluster.consume() == ["v5"])
  }

  @Test("M05 · with a follower in sync at 7 of 10, a consumer gets up to offset 6") func watermark() {
    var cluster = cluster()
    for number in 0..<7 { cluster.append("v\(number)") }
    cluster.hold(from: 0, to: 2)
    for number in 7..<10 { cluster.append("v\(number)", at: .acks1) }
    #expect(cluster.consume() == (0..<7).map { "v\($0)" })
    #expect(cluster.consumer.positions[0].offset == 7)
    cluster.release(from: 0, to: 2)
    cluster.pass(.seconds(1))
    #expect(cluster.consume() == ["v7", "v8", "v9"])
  }

  @Test("M02, M21 · what ACKS_1 appends while too few are in sync, consumers get once enough are") func frozen() {
    var cluster = cluster()
    cluster.crash(1, 2)
    cluster.pass(.seconds(2))
    #expect(cluster.append("all", at: .acksAll) == .unavailable)
    #expect(cluster.append("one", at: .acks1) == .ok)
    #expect(cluster.consume() == [])
    cluster.restart(1)
    cluster.pass(.seconds(2))
    #expect(cluster.consume() == ["one"])
  }

  @Test func whatIsCleanedAwayBeforeItCameThereItNeverGets() {
    var cluster = cluster(with: [.segment(1), .compaction(.seconds(10))])
    cluster.append("old")
    cluster.append("new")
    cluster.append("last", to: "other")
    cluster.pass(.seconds(11))
    #expect(cluster.consume() == ["new", "last"])
    #expect(cluster.consumer.positions[0].offset == 3)
  }

  @Test func whatItsAnswerNeverBroughtItGetsAgain() {
    var cluster = cluster()
    cluster.append("v")
    cluster.hold(from: 0, to: 1)
    let lost = cluster.ask(.consume, of: "", at: .fixed, as: ClientID(1), via: 1)
    cluster.pass(.seconds(6))
    #expect(cluster.outcome(lost) == .timeout && cluster.consumer.consumed == 0)
    cluster.release(from: 0, to: 1)
    cluster.pass(.seconds(1))
    #expect(cluster.consume() == ["v"] && cluster.consumer.duplicates == 0)
  }

  @Test func twoAnswersAtOnceBringTheSameTwice() {
    var cluster = cluster()
    cluster.append("v")
    cluster.ask(.consume, of: "", at: .fixed, as: ClientID(1), via: 0)
    cluster.ask(.consume, of: "", at: .fixed, as: ClientID(1), via: 0)
    cluster.pass(.seconds(1))
    #expect(cluster.consumer.consumed == 2 && cluster.consumer.duplicates == 1)
  }

  @Test func whereALogWasCutOffItGoesOnFromThere() {
    var cluster = cluster(with: [.minInSync(1), .uncleanElection(true)])
    cluster.append("both")
    cluster.crash(1, 2)
    cluster.pass(.seconds(2))
    cluster.append("gone", at: .acksAll)
    #expect(cluster.consume() == ["both", "gone"])
    cluster.crash(0)
    cluster.restart(1, 2)
    cluster.pass(.seconds(310))
    #expect(cluster.leader() != nil && cluster.lostValues == ["gone"])
    cluster.append("instead", via: 1)
    #expect(cluster.consume(via: 1) == ["instead"], "its offset was given again")
    #expect(cluster.consumer.duplicates == 0)
  }

  @Test func whatNobodyLeadsIsLeftOut() {
    var cluster = Cluster.ofLogs(3)
    cluster.apply(.set(.partitions(3)))
    cluster.apply(.addConsumer("billing", in: RegionID(0)))
    for number in 0..<9 { cluster.append("v\(number)", to: "k\(number)") }
    cluster.crash(1, 2)
    cluster.pass(.seconds(2))
    let some = cluster.consume()
    #expect(!some.isEmpty)
    cluster.restart(1, 2)
    cluster.pass(.seconds(5))
    #expect((some + cluster.consume()).sorted() == (0..<9).map { "v\($0)" })
  }
}

extension Cluster {
  /// The consumer.
  fileprivate var consumer: Consumer { clients[ClientID(1)].consumer ?? Consumer(partitions: 0) }

  /// Has it take what comes next, and lets time pass until it has.
  fileprivate mutating func consume(atMost limit: Int? = nil, via coordinator: Int = 0) -> [String] {
    let operation = ask(
      .consume, limit.map { String($0) }, of: "", at: .fixed, as: ClientID(1), via: coordinator)
    step { $0.end(of: operation) != nil }
    return consumedRecords(by: operation).map { text(of: $0.version) ?? "none" }
  }
}
