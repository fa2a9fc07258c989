import Kernel
import Testing

@testable import Replication

/// How silence becomes suspicious (`semantics.md` §4.2; Cassandra's `gms/FailureDetector`).
@Suite struct ArrivalWindowTests {
  private let second = TimeSpan.seconds(1)

  /// A window that heard of a heartbeat at each of those instants, in milliseconds.
  private func window(_ arrivals: some Sequence<Int64>) -> ArrivalWindow {
    var window = ArrivalWindow()
    for arrival in arrivals { window.report(at: .milliseconds(arrival), period: second) }
    return window
  }

  @Test("G01 · after steady heartbeats a second apart a silence of more than 18.42 s convicts")
  func steady() {
    let window = window((0...2_000).map { $0 * 1_000 })
    #expect(window.mean == second)
    #expect(!window.isSuspect(at: .milliseconds(2_000_000 + 18_420)))
    #expect(window.isSuspect(at: .milliseconds(2_000_000 + 18_421)))
    #expect(abs(window.phi(at: .milliseconds(2_010_000)) - 4.34) < 0.01)
  }

  @Test("G02 · a single heartbeat counts as two seconds, and 36.84 s of silence convict")
  func single() {
    let window = window([0])
    #expect(window.mean == .seconds(2))
    #expect(!window.isSuspect(at: .milliseconds(36_841)))
    #expect(window.isSuspect(at: .milliseconds(36_842)))
  }

  @Test("G03 · spans above two seconds are not recorded, and who comes every three seconds stays up")
  func sparse() {
    let window = window((0...20).map { $0 * 3_000 })
    #expect(window.mean == .seconds(2))
    #expect(abs(window.phi(at: .milliseconds(63_000)) - 0.65) < 0.01)
  }

  @Test("G05 · whoever stood still for six seconds convicts nobody then, nor for five seconds after")
  func stalled() {
    var gossiper = Gossiper()
    gossiper.start(ReplicaID(0), of: 2, at: .start)
    let entry = GossipParcel.Entry(replica: ReplicaID(1), heartbeat: Heartbeat(generation: 1, version: 1))
    let isNews = gossiper.hear(entry, isAlive: true, at: .start, period: second)
    #expect(isNews)
    let alive = ReplicaSet([ReplicaID(1)])
    func convicted(at milliseconds: Int64) -> [ReplicaID] {
      gossiper.convicted(among: alive, at: .milliseconds(milliseconds), period: second)
    }
    for tick in 0...35 { #expect(convicted(at: Int64(tick) * 1_000).isEmpty) }
    #expect(convicted(at: 41_500).isEmpty)
    for tick in 42...46 { #expect(convicted(at: Int64(tick) * 1_000).isEmpty) }
    #expect(convicted(at: 46_500) == [ReplicaID(1)])
  }

  @Test("G06 · a new generation is accepted whatever its version, and clears the window of who was dead")
  func newGeneration() {
    var gossiper = Gossiper()
    gossiper.start(ReplicaID(0), of: 2, at: .start)
    func hear(_ generation: UInt32, _ version: UInt32, at seconds: Int64, isAlive: Bool) -> Bool {
      gossiper.hear(
        GossipParcel.Entry(
          replica: ReplicaID(1), heartbeat: Heartbeat(generation: generation, version: version)),
        isAlive: isAlive, at: .milliseconds(seconds * 1_000), period: second)
    }
    for version in 1...100 { #expect(hear(1, UInt32(version), at: Int64(version), isAlive: true)) }
    #expect(hear(2, 1, at: 200, isAlive: false))
    #expect(gossiper.heartbeat(of: ReplicaID(1)) == Heartbeat(generation: 2, version: 1))
    #expect(gossiper.peers[1].window.mean == .seconds(2))
  }

  @Test("G07 · a lower generation is ignored, whatever its version")
  func oldGeneration() {
    var gossiper = Gossiper()
    gossiper.start(ReplicaID(0), of: 2, at: .start)
    func hear(_ generation: UInt32, _ version: UInt32) -> Bool {
      gossiper.hear(
        GossipParcel.Entry(
          replica: ReplicaID(1), heartbeat: Heartbeat(generation: generation, version: version)),
        isAlive: true, at: .milliseconds(1_000), period: second)
    }
    #expect(hear(5, 3))
    #expect(!hear(4, 900))
    #expect(!hear(5, 3))
    #expect(!hear(5 + 32_000_000, 1), "a generation more than a year ahead is corrupt")
    #expect(gossiper.heartbeat(of: ReplicaID(1)) == Heartbeat(generation: 5, version: 3))
  }

  @Test("G09 · with four live peers and two dead, two rounds in five also go to a dead one")
  func unreachable() {
    var cluster = Cluster(ClusterPlan(regions: [.init(name: "us-east-1", replicas: 7, factor: 3)]))
    cluster.apply(.set(.detector(.phi)))
    for dead in [5, 6] {
      cluster.turn.think(ReplicaID(dead), isAlive: false, by: ReplicaID(0))
    }
    let rounds = 5_000
    var toDead = 0
    for _ in 0..<rounds {
      cluster.replicas.leaderless[ReplicaID(0)].gossiper.beat(ReplicaID(0))
      let partners = cluster.replicas.leaderless[ReplicaID(0)].gossipPartners(&cluster.turn)
      #expect(partners.first.map { (1...4).contains($0.index) } == true)
      toDead += partners.dropFirst().contains { $0.index >= 5 } ? 1 : 0
    }
    // The standard error is 0.7 %.
    #expect(abs(Double(toDead) / Double(rounds) - 0.4) < 0.03)
  }
}

extension Instant {
  fileprivate static func milliseconds(_ count: Int64) -> Instant { .start + TimeSpan.milliseconds(count) }
}
