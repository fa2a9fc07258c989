import Kernel
import Testing

@testable import Replication

/// Consumers that go on in another region: where, what they get twice and what never.
@Suite struct LogCheckpointTests {
  private static let (us, eu, billing) = (RegionID(0), RegionID(1), ClientID(2))

  private func cluster(checkpoint: TimeSpan = .seconds(60), with settings: [Setting] = []) -> Cluster {
    var cluster = Cluster.ofMirrors(3, 3, checkpoint: checkpoint, with: settings)
    cluster.apply(.addConsumer("billing", in: Self.us))
    return cluster
  }

  /// Writes evenly, and consumes what there is ten times a second, for so long.
  private func run(_ cluster: inout Cluster, perSecond rate: Int, forSeconds seconds: Int) {
    let gap = 1_000_000 / rate
    for number in 0..<(rate * seconds) {
      cluster.pass(until: Instant(microseconds: Int64(number * gap)))
      cluster.ask(.write, "\(number)", of: "k\(number % 30)", at: .acksAll, via: 0)
      guard number % (rate / 10) == rate / 10 - 1 else { continue }
      cluster.pass(TimeSpan(microseconds: 5_000))
      cluster.consumeAll(Self.billing, via: 0)
    }
  }

  @Test(
    "M22 · 45 s after a checkpoint at 100 records a second: 4,500 duplicates, and at most 100 more", arguments: [1, 3])
  func failOver(partitions: Int) throws {
    var cluster = cluster(with: [.partitions(partitions)])
    cluster.isTracing = false
    cluster.isDetailed = false
    cluster.isScrutinized = false
    run(&cluster, perSecond: 100, forSeconds: 105)
    let before = try #require(cluster.clients[Self.billing].consumer)
    #expect(before.consumed == 10_500 && before.duplicates == 0)
    cluster.pass(.seconds(1))
    cluster.apply(.fault(.destroy(Cluster.set([0, 1, 2]))))
    cluster.apply(.followConsumer("billing", in: Self.eu, from: Self.us))
    while cluster.consumerLag(of: Self.billing) ?? 0 > 0 { cluster.consumeAll(Self.billing, via: 3) }
    let after = try #require(cluster.clients[Self.billing].consumer)
    #expect((4_500...4_600).contains(after.duplicates), "\(after.duplicates)")
    #expect(after.consumed - before.consumed == after.duplicates, "it gets nothing else")
  }

  @Test func aCheckpointComesAtEachMultipleOfItsPeriod() throws {
    var cluster = cluster(checkpoint: .seconds(7))
    cluster.append("v")
    cluster.consumeAll(Self.billing, via: 0)
    #expect(cluster.checkpoint(of: Self.billing, from: Self.us, to: Self.eu) == nil)
    cluster.pass(.seconds(8))
    let told = try #require(cluster.checkpoint(of: Self.billing, from: Self.us, to: Self.eu))
    #expect(told.at.microseconds == 7_050_000)
    // Nothing new is to be told: nothing happens any more.
    let position = cluster.position
    cluster.pass(.hours(24))
    #expect(cluster.position == position)
    cluster.append("w")
    cluster.consumeAll(Self.billing, via: 0)
    cluster.pass(.seconds(8))
    let next = try #require(cluster.checkpoint(of: Self.billing, from: Self.us, to: Self.eu))
    #expect(next.at.microseconds % 7_000_000 == 50_000 && next.at > told.at)
  }

  @Test func aCutDelaysACheckpoint() throws {
    var cluster = cluster()
    cluster.append("v")
    cluster.pass(.seconds(1))
    cluster.consumeAll(Self.billing, via: 0)
    cluster.apply(.fault(.cut([Cluster.links(from: 0, 1, 2, to: 3, 4, 5, bothWays: true)])))
    cluster.pass(.seconds(100))
    #expect(cluster.checkpoint(of: Self.billing, from: Self.us, to: Self.eu) == nil)
    cluster.heal()
    cluster.pass(.milliseconds(50))
    #expect(cluster.checkpoint(of: Self.billing, from: Self.us, to: Self.eu) != nil)
  }

  @Test func aCheckpointThatIsLostOnTheWayComesAgain() throws {
    var cluster = cluster(checkpoint: .seconds(10))
    cluster.append("v")
    cluster.pass(.seconds(1))
    cluster.consumeAll(Self.billing, via: 0)
    cluster.pass(until: Instant(microseconds: 10_010_000))
    let sent = cluster.messagesInFlight.first {
      if case .message(let message) = $0.event { message.kind == .log(.checkpoint) } else { false }
    }
    cluster.apply(.drop(try #require(sent).number))
    cluster.pass(until: Instant(microseconds: 19_000_000))
    #expect(cluster.checkpoint(of: Self.billing, from: Self.us, to: Self.eu) == nil)
    cluster.pass(until: Instant(microseconds: 21_000_000))
    #expect(cluster.checkpoint(of: Self.billing, from: Self.us, to: Self.eu) != nil)
  }

  @Test func withoutACheckpointItBeginsAtTheBeginning() throws {
    var cluster = cluster()
    for number in 0..<4 { cluster.append("\(number)") }
    cluster.consumeAll(Self.billing, via: 0)
    cluster.append("5")
    cluster.pass(.seconds(1))
    cluster.append("gap")
    cluster.apply(.fault(.destroy(Cluster.set([0, 1, 2]))))
    cluster.apply(.followConsumer("billing", in: Self.eu, from: Self.us))
    #expect(cluster.consumerLag(of: Self.billing) == 5)
    #expect(cluster.consumeAll(Self.billing, via: 3) == ["0", "1", "2", "3", "5"])
    let consumer = try #require(cluster.clients[Self.billing].consumer)
    #expect(consumer.duplicates == 4 && consumer.consumed == 9)
    #expect(cluster.consumerLag(of: Self.billing) == 0)
  }

  @Test func itGetsWhatWasMirroredAndNothingElseAndFindsItsPlaceWhenItComesBack() throws {
    var cluster = cluster()
    cluster.append("0")
    cluster.append("theirs", via: 3)
    cluster.consumeAll(Self.billing, via: 0)
    cluster.pass(.seconds(61))
    cluster.apply(.followConsumer("billing", in: Self.eu, from: Self.us))
    cluster.append("1")
    cluster.pass(.seconds(1))
    #expect(cluster.consumeAll(Self.billing, via: 3) == ["1"])
    cluster.apply(.followConsumer("billing", in: Self.us, from: nil))
    #expect(cluster.consumeAll(Self.billing, via: 0) == ["1"], "here it had read up to that")
    let consumer = try #require(cluster.clients[Self.billing].consumer)
    #expect(consumer.duplicates == 1 && consumer.consumed == 3)
  }

  @Test func aNewConsumerOfMirroredRecordsBeginsAtTheBeginning() {
    var cluster = cluster()
    cluster.append("0")
    cluster.append("theirs", via: 3)
    cluster.pass(.seconds(1))
    cluster.apply(.followConsumer("audit", in: Self.eu, from: Self.us))
    #expect(cluster.consumeAll(ClientID(3), via: 3) == ["0"])
  }

  @Test func whoConsumesARegionsLogsGetsWhatWasMirroredThereToo() {
    var cluster = cluster()
    cluster.apply(.addConsumer("all", in: Self.eu))
    cluster.append("theirs", via: 3)
    cluster.append("0")
    cluster.pass(.seconds(1))
    #expect(cluster.consumeAll(ClientID(3), via: 3) == ["theirs", "0"])
  }
}

extension Cluster {
  /// Has a consumer take all there is, and lets time pass until it has.
  @discardableResult
  mutating func consumeAll(_ client: ClientID, via coordinator: Int) -> [String] {
    var values: [String] = []
    while true {
      let operation = ask(.consume, of: "", at: .fixed, as: client, via: coordinator)
      step { cluster in !cluster.openOperations.contains { $0.id == operation } }
      let records = consumedRecords(by: operation)
      values += records.map { text(of: $0.version) ?? "none" }
      if records.count < 500 { return values }
    }
  }
}
