import Kernel
import Testing

@testable import Replication

/// Whether one version knows another: dots and contexts, as a coordinator writes them.
@Suite struct CausalityTests {
  private struct Bench {
    var cluster = Cluster()

    mutating func write(_ value: String, via replica: Int, level: ConsistencyLevel = .one) {
      cluster.apply(
        .operate(
          OperationPlan(
            kind: .write, key: "cart", value: value, level: level, client: ClientID(replica / 3),
            coordinator: ReplicaID(replica))))
    }

    mutating func run(_ span: TimeSpan) {
      while cluster.run(until: cluster.now + span, atMost: 10_000) == .interrupted {}
    }

    /// The n-th version that came into being.
    func version(_ number: Int) -> VersionID { VersionID(number) }

    func relation(_ first: Int, _ second: Int) -> Relation {
      cluster.catalogue.relation(version(first), version(second))
    }
  }

  @Test func whoeverWritesKnowsWhatItsCopyHolds() {
    var bench = Bench()
    bench.write("milk", via: 0)
    bench.run(.seconds(1))
    bench.write("eggs", via: 3)
    bench.run(.seconds(1))
    #expect(bench.relation(0, 1) == .before)
    #expect(bench.relation(1, 0) == .after)
    #expect(bench.relation(0, 0) == .equal)
  }

  @Test func whatIsStillOnItsWayIsUnknown() {
    var bench = Bench()
    bench.write("milk", via: 0)
    bench.write("eggs", via: 3)
    bench.run(.seconds(1))
    #expect(bench.relation(0, 1) == .concurrent)
    #expect(bench.relation(1, 0) == .concurrent)
  }

  @Test func aCopyKnowsWhatItGaveUp() {
    var bench = Bench()
    bench.write("milk", via: 0)
    bench.write("eggs", via: 3)
    bench.run(.seconds(1))
    bench.write("bread", via: 6)
    bench.run(.seconds(1))
    #expect(bench.relation(0, 2) == .before)
    #expect(bench.relation(1, 2) == .before)
  }

  @Test func aMissingVersionIsBeforeEveryOther() {
    var bench = Bench()
    bench.write("milk", via: 0)
    bench.run(.seconds(1))
    #expect(bench.cluster.catalogue.relation(.none, bench.version(0)) == .before)
    #expect(bench.cluster.catalogue.relation(bench.version(0), .none) == .after)
    #expect(bench.cluster.catalogue.relation(.none, .none) == .equal)
  }

  @Test func aCoordinatorNeverGivesADotTwiceEvenAfterItLostItsDisk() {
    var bench = Bench()
    bench.write("milk", via: 0)
    bench.run(.seconds(1))
    bench.cluster.apply(.fault(.wipe(ReplicaSet([ReplicaID(0)]))))
    bench.cluster.apply(.fault(.restart(ReplicaSet([ReplicaID(0)]))))
    bench.run(.seconds(2))
    bench.write("eggs", via: 0)
    bench.run(.seconds(1))
    let catalogue = bench.cluster.catalogue
    let (first, second) = (catalogue.version(bench.version(0)), catalogue.version(bench.version(1)))
    #expect((first.writer, first.counter) != (second.writer, second.counter))
    #expect((first.writer.replica, second.writer.replica) == (ReplicaID(0), ReplicaID(0)))
    #expect(bench.relation(0, 1) == .concurrent, "its empty copy knew nothing of its first write")
    #expect(!catalogue.isSeen(bench.version(0), in: second.vector), "nor does what it writes now")
  }

  @Test func namesOfWritersTellTheirDisksApart() {
    let topology = Topology(regions: [("us-east-1", 2)])
    let writer = ReplicaID(1).writer(afterLosses: 1)
    #expect(topology.name(ofWriter: ReplicaID(1)) == "us2")
    #expect(topology.name(ofWriter: writer) == "us2~2")
    #expect(writer.replica == ReplicaID(1))
    #expect(ReplicaID(1).writer(afterLosses: 10_000).replica == ReplicaID(1), "names are few, and the last one stays")
    #expect(ReplicaID.none.replica == .none)
  }
}
