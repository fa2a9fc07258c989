import Kernel
import TestSupport
import Testing

@testable import Replication

/// What a level asks of its owners, and the instant at which it has it: `semantics.md` §1.1, §1.2, §1.5, §1.6 and its vectors A01
/// to A18, B01, B09.
@Suite struct LevelTests {
  /// How many answers each level needs of three regions with three copies each, and whether of the coordinator's region only;
  /// EACH_QUORUM, which needs two of every region, apart.
  private static let needs: [(level: ConsistencyLevel, needed: Int, isLocal: Bool)] = [
    (.one, 1, false), (.two, 2, false), (.three, 3, false), (.quorum, 5, false), (.all, 9, false), (.localOne, 1, true),
    (.localQuorum, 2, true),
  ]

  /// Twelve replicas in three regions, three of four own a key in each; every link of the coordinator's has a delay of its own.
  private struct Field {
    var cluster: Cluster
    let coordinator: Int
    let owners: [Int]
    /// How long a message takes to each replica, and until its answer is back, in microseconds.
    var there: [Int64]
    var andBack: [Int64]

    init(seed: Int) {
      var dice = Dice(seed: seed)
      var cluster = Cluster.ofRegions(4, 4, 4, factor: 3)
      owners = cluster.owners(of: "k")
      coordinator = dice.roll(below: 12)
      cluster.write("old", at: .all, via: coordinator)
      cluster.pass(.seconds(1))
      (there, andBack) = (Array(repeating: 0, count: 12), Array(repeating: 0, count: 12))
      for other in 0..<12 where other != coordinator {
        let (out, back) = (dice.roll(1_000...400_000) as Int64, dice.roll(1_000...400_000) as Int64)
        let pairs = [(coordinator, other, out), (other, coordinator, back)]
        for (from, to, span) in pairs {
          cluster.apply(
            .link(.fixed(TimeSpan(microseconds: span)), MessageClass.allCases, Cluster.links(from: from, to: to)))
        }
        (there[other], andBack[other]) = (out, out + back)
      }
      self.cluster = cluster
    }

    /// How long its client waits for an operation, half a millisecond to the coordinator and back included.
    mutating func latency(of operation: OperationID) throws -> Int64 {
      cluster.pass(.seconds(3))
      let end = try #require(cluster.end(of: operation))
      #expect(end.outcome == .ok)
      return end.latency.microseconds - 1_000
    }

    /// The owners of one region, the nearest to the coordinator first: itself, if it is one.
    func nearest(in region: Int? = nil) -> [Int] {
      owners.filter { region == nil || $0 / 4 == region }.sorted { (there[$0], $0) < (there[$1], $1) }
    }

    /// The instants at which acknowledgements of the owners are in.
    func acknowledgements(in region: Int? = nil) -> [Int64] { nearest(in: region).map { andBack[$0] }.sorted() }
  }

  // MARK: The instant of the answer

  @Test(arguments: 0..<15) func aWriteIsAnsweredAsItsLastNeededAcknowledgementArrives(seed: Int) throws {
    var field = Field(seed: seed)
    let home = field.coordinator / 4
    for (level, needed, isLocal) in Self.needs + [(level: .any, needed: 1, isLocal: false)] {
      let acknowledgements = field.acknowledgements(in: isLocal ? home : nil)
      let write = field.cluster.write("new", to: "k", at: level, via: field.coordinator)
      let latency = try field.latency(of: write)
      #expect(latency == acknowledgements[needed - 1], "seed \(seed), \(level)")
    }
    let write = field.cluster.write("new", to: "k", at: .eachQuorum, via: field.coordinator)
    let last = (0..<3).map { field.acknowledgements(in: $0)[1] }.max()
    let latency = try field.latency(of: write)
    #expect(latency == last, "seed \(seed), EACH_QUORUM")
  }

  @Test(arguments: 0..<15) func aReadAsksTheNearestAndWaitsForAllOfThem(seed: Int) throws {
    var field = Field(seed: seed)
    let coordinator = field.coordinator
    let each: [Int] = (0..<3).flatMap { Array(field.nearest(in: $0).prefix(2)) }
    let choices = Self.needs.map {
      ($0.level, Array(field.nearest(in: $0.isLocal ? coordinator / 4 : nil).prefix($0.needed)))
    }
    for (level, contacts) in choices + [(.eachQuorum, each)] {
      let read = field.cluster.read("k", at: level, via: coordinator)
      field.cluster.pass(TimeSpan(microseconds: 500))
      let asked = field.cluster.receivers(of: .dataRequest).union(field.cluster.receivers(of: .digestRequest))
      #expect(asked == Set(contacts).subtracting([coordinator]), "seed \(seed), \(level)")
      let latency = try field.latency(of: read)
      #expect(latency == contacts.map { field.andBack[$0] }.max(), "seed \(seed), \(level)")
    }
  }

  @Test("§1.5, §1.6 · a write goes to all owners whatever the level; a read asks one for data, the others for digests")
  func messages() {
    for level in SchemeSpecification.leaderless.writeLevels.all {
      var cluster = Cluster.ofRegions(3, 3, 3)
      cluster.write("milk", at: level, via: 4)
      cluster.pass(TimeSpan(microseconds: 500))
      #expect(cluster.receivers(of: .write) == [0, 1, 2, 3, 5, 6, 7, 8], "\(level)")
    }
    var cluster = Cluster.ofRegions(4, factor: 3)
    let owners = cluster.owners(of: "k")
    let stranger = (0..<4).first { !owners.contains($0) } ?? 0
    cluster.read(at: .quorum, via: stranger)
    cluster.pass(TimeSpan(microseconds: 500))
    #expect(cluster.receivers(of: .dataRequest) == [owners[0]] && cluster.receivers(of: .digestRequest) == [owners[1]])
  }

  // MARK: Refusals

  @Test(
    "§1.2 · too few thought alive: refused before anything is sent, stored or hinted; with one more it goes on",
    arguments: [
      (.all, [8], 9, 8, nil), (.quorum, [2, 3, 4, 5, 6], 5, 4, nil), (.localQuorum, [1, 2], 2, 1, nil),
      (.three, [1, 2, 3, 4, 5, 6, 7], 3, 2, nil), (.eachQuorum, [7, 8], 2, 1, 2), (.eachQuorum, [4, 5], 2, 1, 1),
    ] as [(ConsistencyLevel, [Int], UInt16, UInt16, Int?)])
  func refusals(level: ConsistencyLevel, dead: [Int], required: UInt16, alive: UInt16, region: Int?) throws {
    var cluster = Cluster.ofRegions(3, 3, 3, with: [.detector(.oracle)])
    cluster.apply(.fault(.crash(Cluster.set(dead))))
    for kind in [OperationKind.write, .delete, .read] {
      let operation = cluster.ask(kind, kind == .write ? "milk" : nil, at: level, via: 0)
      cluster.pass(.seconds(6))
      let end = try #require(cluster.end(of: operation))
      #expect(end.outcome == .unavailable && end.latency == .milliseconds(1))
      #expect((end.required, end.received) == (required, alive))
      let named: RegionID = region.map { RegionID($0) } ?? .none
      #expect(
        cluster.steps(of: operation).contains { $0.step == .refused(required: required, alive: alive, in: named) })
    }
    #expect(cluster.traffic.messages == 0 && cluster.pendingHints == 0)
    #expect(cluster.held().allSatisfy { $0 == nil })
    cluster.restart(dead[0])
    let write = cluster.write("milk", at: level, via: 0)
    cluster.pass(.seconds(3))
    #expect(cluster.end(of: write)?.outcome == .ok)
  }

  @Test("A08, A15 · the factor counts, not the replicas there are; a region without copies gives no local answer")
  func factors() throws {
    var two = Cluster.ofRegions(2, factor: 3)
    let quorum = two.write("milk", at: .quorum, via: 0)
    let all = two.write("milk", at: .all, via: 0)
    two.pass(.seconds(3))
    #expect(two.end(of: quorum)?.outcome == .ok)
    let refusal = try #require(two.end(of: all))
    #expect(refusal.outcome == .unavailable && (refusal.required, refusal.received) == (3, 2))
    var empty = Cluster(
      ClusterPlan(regions: [.init(name: "a", replicas: 1, factor: 0), .init(name: "b", replicas: 3, factor: 3)]))
    let remote = empty.write("milk", at: .one, via: 0)
    let (local, majority) = (empty.write("eggs", at: .localOne, via: 0), empty.write("eggs", at: .localQuorum, via: 0))
    empty.pass(.seconds(3))
    #expect(empty.end(of: remote)?.outcome == .ok && empty.held() == [nil, "milk", "milk", "milk"])
    for operation in [local, majority] {
      let end = try #require(empty.end(of: operation))
      #expect(end.outcome == .unavailable && (end.required, end.received) == (1, 0))
    }
  }

  // MARK: Whose answers count

  @Test("A17 · six acknowledgements with one of the third region do not make an EACH_QUORUM; its second does")
  func eachQuorum() {
    var cluster = Cluster.ofRegions(3, 3, 3)
    cluster.apply(.fault(.hold(Cluster.links(from: 0, to: 5, 7, 8))))
    let each = cluster.write("milk", at: .eachQuorum, via: 0)
    let quorum = cluster.write("milk", at: .quorum, via: 0)
    cluster.pass(.milliseconds(500))
    #expect(cluster.steps(of: each).count { if case .counted = $0.step { true } else { false } } == 6)
    #expect(cluster.end(of: each) == nil && cluster.end(of: quorum)?.outcome == .ok)
    cluster.apply(.fault(.release(Cluster.links(from: 0, to: 5))))
    cluster.pass(.milliseconds(500))
    #expect(cluster.end(of: each) == nil)
    cluster.apply(.fault(.release(Cluster.links(from: 0, to: 8))))
    cluster.pass(.milliseconds(500))
    #expect(cluster.end(of: each)?.outcome == .ok)
  }

  @Test("A18 · LOCAL_* counts its own region only: what others acknowledge is nothing to it, nor whether they live")
  func localLevels() {
    var cluster = Cluster.ofRegions(3, 3, 3, with: [.detector(.oracle)])
    cluster.apply(.fault(.hold(Cluster.links(from: 0, to: 1, 2))))
    let local = cluster.write("milk", at: .localQuorum, via: 0)
    let quorum = cluster.write("milk", at: .quorum, via: 0)
    cluster.pass(.milliseconds(500))
    #expect(cluster.end(of: quorum)?.outcome == .ok, "seven have acknowledged")
    #expect(cluster.end(of: local) == nil)
    cluster.apply(.fault(.release(Cluster.links(from: 0, to: 2))))
    cluster.pass(.milliseconds(2))
    #expect(cluster.end(of: local)?.outcome == .ok)
    cluster.crash(3, 4, 5, 6, 7, 8)
    cluster.apply(.fault(.release(Cluster.links(from: 0, to: 1))))
    for level in [ConsistencyLevel.localOne, .localQuorum] {
      let (write, read) = (cluster.write("eggs", at: level, via: 0), cluster.read(at: level, via: 0))
      cluster.pass(.milliseconds(10))
      #expect(cluster.end(of: write)?.outcome == .ok && cluster.end(of: read)?.outcome == .ok, "\(level)")
    }
  }

  // MARK: Too late

  @Test(
    "B01 · a write that gets too few acknowledgements in time has happened where it got to, and says how many those are"
  )
  func writeTimeout() throws {
    var cluster = Cluster.ofRegions(3)
    cluster.apply(.fault(.hold(Cluster.links(from: 0, to: 1, 2))))
    let write = cluster.write("milk", at: .quorum, via: 0)
    cluster.pass(.seconds(3))
    let end = try #require(cluster.end(of: write))
    #expect(end.outcome == .timeout && end.latency == .seconds(2) && (end.required, end.received) == (2, 1))
    #expect(cluster.held() == ["milk", nil, nil])
  }

  @Test(
    "§1.6, B09 · a read waits for whom it asked, though others are alive, unless it speculates",
    arguments: [false, true])
  func readTimeout(speculates: Bool) throws {
    var cluster = Cluster.ofRegions(3, with: [.speculation(speculates ? .after(.milliseconds(20)) : .off)])
    cluster.write("milk", at: .all, via: 0)
    cluster.pass(.seconds(1))
    cluster.apply(.fault(.hold(Cluster.links(from: 0, to: 1))))
    let read = cluster.read(at: .quorum, via: 0)
    cluster.pass(.seconds(6))
    let end = try #require(cluster.end(of: read))
    #expect(end.outcome == (speculates ? .ok : .timeout))
    #expect(end.latency == (speculates ? .milliseconds(22) : .seconds(5)))
    if !speculates { #expect((end.required, end.received) == (2, 1)) }
  }
}
