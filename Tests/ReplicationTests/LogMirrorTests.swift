import Kernel
import Testing

@testable import Replication

/// Mirrors between regions: what comes where, in which order, what delays it and what is never brought.
@Suite struct LogMirrorTests {
  /// Two regions of three, the second of which has what the first has; one partition unless told.
  private func cluster(bothWays: Bool = false, with settings: [Setting] = []) -> Cluster {
    Cluster.ofMirrors(3, 3, bothWays: bothWays, with: settings)
  }

  @Test("M07 · two regions mirror each other: each has its own and the other's, and nothing comes back") func noLoop() {
    var cluster = cluster(bothWays: true)
    cluster.append("a", to: "t", via: 0)
    cluster.append("b", to: "t", via: 3)
    cluster.pass(.seconds(10))
    #expect(cluster.records(at: 0) == ["t=a", "r1.t=b"])
    #expect(cluster.records(at: 3) == ["t=b", "r0.t=a"])
    #expect(cluster.isConverged && cluster.broken == nil)
    // Once all stand at their sources' watermarks nothing goes between regions any more.
    let messages = cluster.traffic.messages
    cluster.pass(.hours(24))
    #expect(cluster.traffic.messages == messages)
  }

  @Test func aRecordComesWithTheDelayOfTheLinkOnceItIsCommitted() {
    var cluster = cluster()
    cluster.pass(.seconds(1))
    cluster.hold(from: 0, to: 2)
    cluster.append("v", at: .acks1)
    cluster.pass(.milliseconds(500))
    #expect(cluster.records(at: 3) == [], "it is not committed")
    cluster.release(from: 0, to: 2)
    let isThere = cluster.step { $0.records(at: 3) == ["r0.k=v"] }
    #expect(isThere)
    #expect(cluster.look(at: "r0.k", via: 3).value == nil, "nor is it committed there at once")
    cluster.pass(.milliseconds(5))
    #expect(cluster.look(at: "r0.k", via: 3).value == "v")
  }

  @Test func aMirrorBeginsWithTheOldestRecordAndKeepsTheOrder() {
    var cluster = Cluster.ofLogs(3, 3)
    for number in 0..<700 { cluster.append("\(number)", to: "k\(number % 7)") }
    cluster.apply(.set(.mirror(.on(MirrorRoute(source: RegionID(0), target: RegionID(1)), checkpoint: .seconds(60)))))
    #expect(!cluster.isConverged)
    #expect(cluster.recordsToMirror(from: RegionID(0), to: RegionID(1)).count == 700)
    cluster.pass(.seconds(2))
    #expect(cluster.records(at: 3) == (0..<700).map { "r0.k\($0 % 7)=\($0)" })
    #expect(cluster.ends() == Array(repeating: 700, count: 6) && cluster.isConverged)
  }

  @Test func deletesAreMirroredAndAKeyStaysInItsPartition() {
    var cluster = cluster(with: [.partitions(3)])
    for number in 0..<9 { cluster.append("v", to: "k\(number)") }
    let delete = cluster.ask(.delete, of: "k4", at: .acksAll, via: 0)
    cluster.step { $0.end(of: delete) != nil }
    cluster.pass(.seconds(1))
    for number in 0..<9 {
      #expect(cluster.partition(ofKey: "r0.k\(number)") == cluster.partition(ofKey: "k\(number)"))
      #expect(cluster.look(at: "r0.k\(number)", via: 3).value == (number == 4 ? nil : "v"))
    }
    #expect(cluster.isConverged)
  }

  @Test func throughAThirdRegionNothingComesBackEither() {
    var cluster = Cluster.ofLogs(1, 1, 1, with: [.minInSync(1)])
    for (source, target) in [(0, 1), (1, 2), (2, 0)] {
      let route = MirrorRoute(source: RegionID(source), target: RegionID(target))
      cluster.apply(.set(.mirror(.on(route, checkpoint: .seconds(60)))))
    }
    cluster.append("v", via: 0)
    cluster.pass(.seconds(10))
    #expect(cluster.records(at: 0) == ["k=v"])
    #expect(cluster.records(at: 1) == ["r0.k=v"])
    #expect(cluster.records(at: 2) == ["r1.r0.k=v"])
    #expect(cluster.isConverged)
  }

  @Test func aCutDelaysWhatIsMirrored() {
    var cluster = cluster()
    cluster.append("before")
    cluster.pass(.seconds(1))
    cluster.apply(.fault(.cut([Cluster.links(from: 0, 1, 2, to: 3, 4, 5, bothWays: true)])))
    for number in 0..<3 { cluster.append("\(number)") }
    cluster.pass(.seconds(60))
    #expect(cluster.records(at: 3) == ["r0.k=before"] && !cluster.isConverged)
    #expect(cluster.mirrorLag(on: nil) ?? .zero >= .seconds(60))
    cluster.heal()
    cluster.pass(.seconds(1))
    #expect(cluster.records(at: 3) == ["before", "0", "1", "2"].map { "r0.k=\($0)" } && cluster.isConverged)
  }

  @Test func anEndOfMirroringIsAnEnd() {
    var cluster = cluster()
    cluster.append("before")
    cluster.pass(.seconds(1))
    let route = MirrorRoute(source: RegionID(0), target: RegionID(1))
    cluster.apply(.set(.mirror(.off(route))))
    cluster.append("after")
    cluster.pass(.seconds(10))
    #expect(cluster.records(at: 3) == ["r0.k=before"] && cluster.isConverged)
    cluster.apply(.set(.mirror(.on(route, checkpoint: .seconds(60)))))
    cluster.pass(.seconds(1))
    #expect(cluster.records(at: 3) == ["r0.k=before", "r0.k=after"], "it goes on where it stood")
  }

  @Test func whoeverLeadsNextGoesOnWhereTheLogEnds() {
    var cluster = cluster()
    for number in 0..<5 { cluster.append("\(number)") }
    cluster.pass(.seconds(1))
    cluster.crash(3)
    cluster.append("5")
    cluster.pass(.seconds(3))
    cluster.crash(0)
    cluster.pass(.seconds(3))
    cluster.append("6", via: 1)
    cluster.pass(.seconds(3))
    #expect(cluster.records(at: 4) == (0..<7).map { "r0.k=\($0)" })
    cluster.restart(0, 3)
    cluster.pass(.seconds(5))
    #expect(cluster.records(at: 3) == (0..<7).map { "r0.k=\($0)" } && cluster.isConverged && cluster.broken == nil)
  }

  @Test func nothingIsAppendedWhileTooFewAreInSync() {
    var cluster = cluster()
    cluster.crash(4, 5)
    cluster.pass(.seconds(2))
    cluster.append("v")
    cluster.pass(.seconds(10))
    #expect(cluster.records(at: 3) == [] && !cluster.isConverged)
    cluster.restart(4)
    cluster.pass(.seconds(3))
    #expect(cluster.records(at: 3) == ["r0.k=v"])
  }

  @Test func whatWasAskedBeforeTooFewWereInSyncIsAskedAgain() {
    var cluster = cluster()
    cluster.pass(.seconds(1))
    cluster.crash(4, 5)
    cluster.pass(.seconds(2))
    // The fetch that waited is gone with its connection, and what comes next finds too few in sync.
    cluster.crash(0)
    cluster.restart(0)
    cluster.append("v")
    cluster.pass(.seconds(5))
    #expect(cluster.records(at: 3) == [])
    cluster.restart(4, 5)
    cluster.pass(.seconds(5))
    #expect(cluster.records(at: 3) == ["r0.k=v"] && cluster.isConverged)
  }

  @Test func whoWasPausedWhenTheConnectionBrokeAsksAgain() {
    var cluster = cluster()
    cluster.pass(.seconds(1))
    cluster.pause(3)
    cluster.crash(0)
    cluster.restart(0)
    cluster.resume(3)
    cluster.append("v")
    cluster.pass(.seconds(5))
    #expect(cluster.records(at: 3) == ["r0.k=v"] && cluster.isConverged)
  }

  @Test func whatIsLostOnTheWayIsAskedForAgain() {
    var cluster = cluster(bothWays: true)
    let between = Cluster.links(from: 0, 1, 2, to: 3, 4, 5, bothWays: true)
    cluster.apply(.fault(.lose(Probability(millionths: 400_000), between)))
    for number in 0..<10 { cluster.append("\(number)") }
    cluster.pass(.seconds(60))
    #expect(cluster.records(at: 3) == (0..<10).map { "r0.k=\($0)" })
  }

  @Test func aMessageOfAMirrorCanBeHeldAndDropped() throws {
    var cluster = cluster()
    cluster.pass(.seconds(1))
    cluster.append("v")
    cluster.step { !$0.mirrored.isEmpty }
    let sent = try #require(cluster.mirrored.first)
    guard case .message(let message) = sent.event else { return }
    #expect(message.kind.messageClass == .write && message.from.index == 0 && message.to.index == 3)
    cluster.apply(.drop(sent.number))
    cluster.pass(.milliseconds(500))
    #expect(cluster.records(at: 3) == [] && !cluster.isConverged)
    cluster.pass(.seconds(2))
    #expect(cluster.records(at: 3) == ["r0.k=v"] && cluster.isConverged)
  }

  @Test func whatADestroyedRegionHadNotMirroredIsGone() {
    var cluster = cluster()
    cluster.append("there")
    cluster.pass(.seconds(1))
    cluster.append("gone")
    cluster.apply(.fault(.destroy(Cluster.set([0, 1, 2]))))
    cluster.pass(.seconds(10))
    #expect(cluster.records(at: 3) == ["r0.k=there"])
    #expect(cluster.lostValues.sorted() == ["gone", "there"], "they were that region's")
    // What is written there anew is mirrored like any other.
    cluster.restart(0, 1, 2)
    cluster.pass(.seconds(5))
    cluster.append("anew", via: 0)
    cluster.pass(.seconds(5))
    #expect(cluster.records(at: 3) == ["r0.k=there", "r0.k=anew"] && cluster.isConverged)
  }

  @Test func aDestroyedTargetIsFilledAgain() {
    var cluster = cluster()
    for number in 0..<3 { cluster.append("\(number)") }
    cluster.pass(.seconds(1))
    cluster.apply(.fault(.destroy(Cluster.set([3, 4, 5]))))
    cluster.pass(.seconds(5))
    cluster.restart(3, 4, 5)
    cluster.pass(.seconds(10))
    #expect(cluster.records(at: 3) == (0..<3).map { "r0.k=\($0)" } && cluster.isConverged)
  }
}

extension Cluster {
  /// Regions of which the second has what the first has, and perhaps the other way round.
  static func ofMirrors(
    _ sizes: Int..., bothWays: Bool = false, checkpoint: TimeSpan = .seconds(60), seed: UInt64 = 1,
    with settings: [Setting] = []
  ) -> Cluster {
    var cluster = Cluster.ofLogs(sizes[0], sizes[1], seed: seed, with: settings)
    for (source, target) in bothWays ? [(0, 1), (1, 0)] : [(0, 1)] {
      let route = MirrorRoute(source: RegionID(source), target: RegionID(target))
      cluster.apply(.set(.mirror(.on(route, checkpoint: checkpoint))))
    }
    return cluster
  }

  /// The records of a replica's log, as `key=value`, those that are cleaned away left out.
  func records(at replica: Int, of partition: Int = 0) -> [String] {
    let log = replicas.log[ReplicaID(replica)].copies[partition].log
    return (0..<log.end).compactMap { offset in
      let version = log[offset].version
      guard version != .none else { return nil }
      return "\(catalogue.names.name(of: catalogue.version(version).key))=\(text(of: version) ?? "none")"
    }
  }

  /// What mirrors have sent that has not arrived.
  fileprivate var mirrored: [InFlight] {
    messagesInFlight.filter {
      if case .message(let message) = $0.event { message.kind == .log(.mirrored) } else { false }
    }
  }
}
