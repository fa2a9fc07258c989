import Kernel
import Testing

@testable import Replication

/// Partition capacity, and leaderships that are handed over.
@Suite struct StreamsCapacityTests {
  private static func limited(reads: Int, writes: Int) -> Cluster {
    Cluster.streams(with: .partitionCapacity(PartitionCapacity(reads: reads, writes: writes)))
  }

  @Test func whatTheBurstHasLeftIsThrottledAndHasNoEffect() {
    var cluster = Self.limited(reads: 100, writes: 1)
    let key = cluster.key(in: 0)
    let outcomes = (0..<301).map { cluster.writeAndWait("\($0)", to: key, via: $0 % 3).outcome }
    // 300 s of one unit a second at the start, and what a second or so has brought since.
    #expect(outcomes.prefix(300).allSatisfy { $0 == .ok } && outcomes.last == .throttled)
    #expect(cluster.held(key, by: 0) == "299")
    #expect(
      cluster.writeAndWait("elsewhere", to: cluster.key(in: 1), via: 0).outcome == .ok, "each partition has its own")
    #expect(cluster.writeAndWait("there", to: key, via: 3).outcome == .ok, "and in each region")
    cluster.pass(.seconds(1))
    #expect(cluster.writeAndWait("after a second", to: key, via: 0).outcome == .ok)
    #expect(cluster.writeAndWait("at once", to: key, via: 0).outcome == .throttled)
    #expect(cluster.broken == nil)
  }

  @Test func aUnitIsAKibibyteWritten() {
    var cluster = Self.limited(reads: 1, writes: 1)
    let key = cluster.key(in: 0)
    // 300 KiB and what its key takes are 301 units.
    #expect(cluster.writeAndWait(String(repeating: "x", count: 300 * 1_024), to: key, via: 0).outcome == .throttled)
    let bytes = 300 * 1_024 - key.utf8.count
    #expect(cluster.writeAndWait(String(repeating: "x", count: bytes), to: key, via: 0).outcome == .ok)
    #expect(cluster.writeAndWait("y", to: key, via: 0).outcome == .throttled)
  }

  @Test func aReadOfAnyCopyCostsHalf() {
    for level in [ConsistencyLevel.strong, .eventual] {
      var cluster = Self.limited(reads: 1, writes: 1_000)
      let key = cluster.key(in: 0)
      cluster.writeAndWait("a", to: key, via: 0)
      cluster.pass(.seconds(1))
      var count = 0
      let start = cluster.now
      while cluster.readAndWait(key, at: level, via: 0).outcome == .ok { count += 1 }
      let elapsed = Int((cluster.now - start).microseconds / 1_000_000)
      let units = 300 + elapsed
      #expect(abs(count - (level == .strong ? units : 2 * units)) <= 2, "\(level): \(count) of \(units) units")
    }
  }

  // MARK: Admission

  @Test func aBusyPartitionUsesWhatOthersLeave() {
    var cluster = Cluster.streams(
      with: .partitionCapacity(PartitionCapacity(reads: 100, writes: 1)), .admission(true))
    let key = cluster.key(in: 0)
    let value = String(repeating: "x", count: 100 * 1_024 - key.utf8.count)
    let outcomes = (0..<14).map { cluster.writeAndWait(value, to: key, via: $0 % 3).outcome }
    // 100 units each: of one partition there are 300 at the start, of four 1,200.
    #expect(outcomes.prefix(11).allSatisfy { $0 == .ok } && outcomes.last == .throttled, "\(outcomes)")
    #expect(cluster.writeAndWait("there", to: key, via: 3).outcome == .ok, "each region has its own")
    cluster.pass(.seconds(60))
    #expect(cluster.writeAndWait("later", to: cluster.key(in: 1), via: 0).outcome == .ok)
    #expect(cluster.broken == nil)
  }

  @Test func whoIsTurnedAwayHasAskedNobody() {
    var cluster = Cluster.streams(
      with: .partitionCapacity(PartitionCapacity(reads: 1, writes: 1)), .admission(true))
    let key = cluster.key(in: 1)
    let large = String(repeating: "x", count: 4 * 300 * 1_024)
    let refused = cluster.writeAndWait(large, to: key, via: 0)
    #expect(refused.outcome == .throttled && refused.required == 0 && refused.latency == .milliseconds(1))
    #expect(cluster.held(key).allSatisfy { $0 != large })
  }

  @Test func aPartitionServesNoMoreThanAPartitionCan() {
    // A table's capacity is no help to a single hot partition beyond that.
    let raised = PartitionCapacity(reads: 2_000, writes: 400).raised
    #expect(raised == PartitionCapacity(reads: 3_000, writes: 1_000))
  }

  // MARK: Hand-over

  @Test func aLeadershipIsHandedOverWithoutWaiting() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.writeAndWait("a", to: key, via: 0)
    cluster.pass(.seconds(5))
    cluster.apply(.moveLeader(partition: 0, in: RegionID(0), to: ReplicaID(2)))
    let meanwhile = cluster.write("b", to: key, at: .fixed, via: 1)
    cluster.pass(.milliseconds(10))
    #expect(cluster.leaders(of: 0) == [2])
    #expect(cluster.end(of: meanwhile)?.outcome == .ok, "it waited, and was made by the new leader")
    #expect(cluster.writeAndWait("c", to: key, via: 2).latency == .milliseconds(2))
    cluster.pass(.seconds(5))
    #expect(cluster.held(key) == Array(repeating: "c", count: 9))
    #expect(cluster.broken == nil)
  }

  @Test func whatItTakesInWhileHandingOverIsNotLost() {
    for offset in stride(from: 0, through: 3_000, by: 250) {
      var cluster = Cluster.streams()
      let key = cluster.key(in: 0)
      cluster.pass(.seconds(1))
      let ids = (0..<12).map { number -> OperationID in
        let id = cluster.write("\(number)", to: key, at: .fixed, via: number % 3)
        cluster.pass(TimeSpan(microseconds: 300))
        if number * 300 == offset / 300 * 300 {
          cluster.apply(.moveLeader(partition: 0, in: RegionID(0), to: ReplicaID(1)))
        }
        return id
      }
      cluster.pass(.seconds(3))
      for id in ids { #expect(cluster.end(of: id)?.outcome == .ok, "offset \(offset), operation \(id.raw)") }
      let isConverged = cluster.isConverged
      #expect(cluster.leaders(of: 0) == [1] && isConverged && cluster.broken == nil, "offset \(offset)")
    }
  }

  @Test func anHeirOutOfReachLeavesThingsAsTheyWere() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.write("a", to: key, at: .fixed, via: 0)
    cluster.pass(TimeSpan(microseconds: 600))
    cluster.apply(.moveLeader(partition: 0, in: RegionID(0), to: ReplicaID(1)))
    cluster.crash(1)
    cluster.pass(.seconds(5))
    #expect(cluster.leaders(of: 0) == [0])
    #expect(cluster.writeAndWait("b", to: key, via: 0).outcome == .ok)
    #expect(cluster.broken == nil)
  }

  @Test func aHandoverThatIsLostCostsALease() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.pass(.seconds(5))
    cluster.apply(.moveLeader(partition: 0, in: RegionID(0), to: ReplicaID(1)))
    for message in cluster.messagesInFlight {
      if case .message(let sent) = message.event, sent.kind.streams == .handover {
        cluster.apply(.drop(message.number))
      }
    }
    cluster.pass(.milliseconds(500))
    #expect(cluster.leaders(of: 0).isEmpty)
    cluster.pass(.seconds(4))
    #expect(cluster.leaders(of: 0).count == 1)
    #expect(cluster.writeAndWait("b", to: key, via: 0).outcome == .ok)
    #expect(cluster.broken == nil)
  }
}
