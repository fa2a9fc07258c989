import Kernel
import TestSupport
import Testing

@testable import Replication

/// Gossip among replicas by themselves, and what each concludes from it: `semantics.md` §4.1, §4.2 and its vectors G01, G04, G06
/// to G08 (Cassandra's `gms/Gossiper` and `gms/FailureDetector`).
@Suite struct GossipTests {
  private let second = TimeSpan.seconds(1)

  /// What a replica says of itself.
  private func own(_ replica: Int, _ cluster: Cluster) -> Heartbeat { heard(of: replica, by: replica, cluster) }

  /// How far a replica has heard of another.
  private func heard(of other: Int, by replica: Int, _ cluster: Cluster) -> Heartbeat {
    cluster.gossiper(of: ReplicaID(replica)).heartbeat(of: ReplicaID(other))
  }

  private func thinksAlive(_ replica: Int, _ other: Int, _ cluster: Cluster) -> Bool {
    cluster.environment.detector.alive(to: ReplicaID(replica)).contains(ReplicaID(other))
  }

  /// Who has come to think whom dead, so far.
  private func convictions(_ cluster: Cluster) -> [(by: Int, of: Int, at: Instant)] {
    cluster.records.elements.compactMap { record in
      guard case .noticed(let by, let of, isAlive: false) = record.what else { return nil }
      return (by.index, of.index, record.at)
    }
  }

  // MARK: Heartbeats

  @Test("§4.1 · a heartbeat grows by one in each period, its generation doesn't", arguments: [100, 1_000] as [Int64])
  func heartbeats(milliseconds: Int64) {
    var cluster = Cluster.ofRegions(4, with: [.gossip(.milliseconds(milliseconds))])
    let generations = (0..<4).map { own($0, cluster).generation }
    for periods in [10, 7, 1] as [Int64] {
      let before = (0..<4).map { own($0, cluster).version }
      cluster.pass(.milliseconds(milliseconds * periods))
      #expect((0..<4).map { own($0, cluster).version } == before.map { $0 + UInt32(periods) })
    }
    #expect((0..<4).map { own($0, cluster).generation } == generations)
  }

  @Test("G06 · whoever restarts has forgotten what it heard, and begins a higher generation that beats once a period")
  func restarts() {
    var cluster = Cluster.ofRegions(3, with: [.gossip(second)])
    cluster.pass(.seconds(5))
    var generation = own(2, cluster).generation
    // Three times within a second: a generation grows even where the clock's seconds don't.
    for _ in 1...3 {
      cluster.crash(2)
      #expect(own(2, cluster) == .unheard && heard(of: 0, by: 2, cluster) == .unheard)
      cluster.pass(.milliseconds(100))
      cluster.restart(2)
      #expect(own(2, cluster).generation > generation && own(2, cluster).version < 5)
      #expect(heard(of: 0, by: 2, cluster) == .unheard)
      generation = own(2, cluster).generation
      cluster.pass(.milliseconds(50))
    }
    // What earlier incarnations wanted to be woken for is forgotten.
    let version = own(2, cluster).version
    cluster.pass(.seconds(10))
    #expect(own(2, cluster) == Heartbeat(generation: generation, version: version + 10))
    #expect(heard(of: 2, by: 0, cluster).generation == generation)
    #expect(heard(of: 0, by: 2, cluster) != .unheard)
  }

  @Test func whoIsDownIsSilentAndTheOthersKeepWhatTheyHeard() {
    var cluster = Cluster.ofRegions(3, with: [.gossip(second)])
    cluster.pass(.seconds(20))
    cluster.crash(2)
    cluster.pass(.seconds(5))
    let last = heard(of: 2, by: 0, cluster)
    #expect(last != .unheard && last == heard(of: 2, by: 1, cluster))
    cluster.drain()
    cluster.pass(.seconds(60))
    #expect(heard(of: 2, by: 0, cluster) == last && heard(of: 2, by: 1, cluster) == last)
    let kinds: [LeaderlessMessage] = [.gossipSyn, .gossipAck, .gossipAck2]
    #expect(kinds.allSatisfy { cluster.delivered($0).allSatisfy { $0.message.from != ReplicaID(2) } })
  }

  @Test("where nobody gossips nothing is sent, and nothing happens at all")
  func silence() {
    var cluster = Cluster.ofRegions(3, 3)
    cluster.pass(.hours(1))
    #expect(
      cluster.traffic.messages == 0
        && cluster.records.elements.allSatisfy { if case .input = $0.what { true } else { false } })
    cluster.apply(.set(.gossip(second)))
    cluster.pass(.seconds(10))
    #expect(cluster.traffic.messages >= 6 * 10 && own(0, cluster) != .unheard)
    cluster.apply(.set(.gossip(nil)))
    cluster.pass(second)
    let (messages, position) = (cluster.traffic.messages, cluster.position)
    cluster.pass(.hours(1))
    #expect(cluster.traffic.messages == messages && cluster.position == position)
    #expect(own(0, cluster) == .unheard && cluster.travelling.isEmpty)
  }

  // MARK: Three messages

  /// Two replicas that have heard of the others differently far: an ACK brings what is newer at its sender and asks for what is
  /// newer at the other, an ACK2 brings that; and then both have heard the same.
  @Test(arguments: 0..<40) func anAckAndAnAck2CarryOnlyWhatIsNewer(seed: Int) {
    var dice = Dice(seed: seed)
    let size = dice.roll(2...8)
    func gossiper() -> Gossiper {
      var gossiper = Gossiper()
      gossiper.peers = ContiguousArray(
        (0..<size).map { _ in
          Gossiper.Peer(heartbeat: Heartbeat(generation: dice.roll(0...2), version: dice.roll(0...2)))
        })
      return gossiper
    }
    var (first, second) = (gossiper(), gossiper())
    let before = (first: first.peers.map(\.heartbeat), second: second.peers.map(\.heartbeat))
    func hear(_ states: [GossipParcel.Entry], _ gossiper: inout Gossiper) {
      for state in states {
        let isNews = gossiper.hear(state, isAlive: true, at: .start, period: self.second)
        #expect(isNews, "seed \(seed)")
      }
    }
    let ack = second.answer(to: first.digests)
    hear(ack.states, &first)
    let ack2 = first.states(beyond: ack.digests)
    hear(ack2, &second)
    let newer = (0..<size).filter { before.second[$0] > before.first[$0] }
    let older = (0..<size).filter { before.second[$0] < before.first[$0] }
    #expect(ack.states.map(\.replica.index) == newer && ack.digests.map(\.replica.index) == older, "seed \(seed)")
    #expect(ack2.map(\.replica.index) == older, "seed \(seed)")
    #expect(first.peers.map(\.heartbeat) == (0..<size).map { max(before.first[$0], before.second[$0]) }, "seed \(seed)")
    #expect(first.peers.map(\.heartbeat) == second.peers.map(\.heartbeat), "seed \(seed)")
  }

  @Test("a round goes to one to three others; each SYN that arrives is answered at once, and each wish")
  func rounds() {
    var cluster = Cluster.ofRegions(2, 2, 2, with: [.gossip(second), .detector(.oracle)])
    cluster.crash(5)
    cluster.drain()
    cluster.pass(.seconds(60))
    var rounds: [[Int64]: [Int]] = [:]
    func note(_ message: Message, departed: Instant) {
      guard message.kind.leaderless == .gossipSyn else { return }
      rounds[[Int64(message.from.index), departed.microseconds], default: []].append(message.to.index)
    }
    for record in cluster.records.elements {
      if case .delivered(let message, let departed) = record.what { note(message, departed: departed) }
      if case .lost(let message, _, let departed) = record.what { note(message, departed: departed) }
    }
    #expect(rounds.count >= 5 * 59)
    for (round, partners) in rounds {
      #expect((1...3).contains(partners.count) && Set(partners).count == partners.count, "\(round): \(partners)")
      #expect(!partners.contains(Int(round[0])) && partners.contains { $0 != 5 }, "\(round): \(partners)")
    }
    let (syns, acks) = (cluster.delivered(.gossipSyn), cluster.delivered(.gossipAck))
    let answered = Set(
      acks.map { [Int64($0.message.from.index), Int64($0.message.to.index), $0.departed.microseconds] })
    let asked = syns.map { [Int64($0.message.to.index), Int64($0.message.from.index), $0.at.microseconds] }
    #expect(asked.filter { !answered.contains($0) }.count <= cluster.travelling.count)
    #expect(
      cluster.delivered(.gossipAck2).count > acks.count / 2, "a SYN brings at least the sender's own new heartbeat")
  }

  /// Nobody has heard more of a replica than that says itself, and soon everybody has heard of everybody.
  @Test(arguments: 0..<15) func newsGetsAroundAndIsNeverAheadOfItsSource(seed: Int) {
    var dice = Dice(seed: seed)
    let size = dice.roll(3...8)
    var cluster = Cluster.ofRegions(size, seed: UInt64(seed), with: [.gossip(second)])
    for _ in 1...3 {
      let unlucky = dice.roll(below: size)
      cluster.crash(unlucky)
      cluster.pass(.milliseconds(dice.roll(0...3_000)))
      cluster.restart(unlucky)
    }
    let limit = cluster.now + .seconds(30)
    while cluster.step(notAfter: limit) {
      for (source, replica) in (0..<size * size).map({ ($0 / size, $0 % size) }) where source != replica {
        #expect(heard(of: source, by: replica, cluster) <= own(source, cluster), "seed \(seed)")
      }
    }
    for (source, replica) in (0..<size * size).map({ ($0 / size, $0 % size) }) {
      let (says, known) = (own(source, cluster), heard(of: source, by: replica, cluster))
      #expect(known.generation == says.generation && Int(says.version) - Int(known.version) < 15, "seed \(seed)")
    }
  }

  // MARK: Suspicion

  @Test("G01 · φ rises with the silence, and convicts in the first round after 18.42 times the mean", arguments: 1...6)
  func conviction(seed: Int) throws {
    var cluster = Cluster.ofRegions(3, seed: UInt64(seed), with: [.detector(.phi)])
    cluster.pass(.seconds(290))
    var (beat, since) = (heard(of: 2, by: 0, cluster), cluster.now)
    func listen(until limit: Instant) {
      while thinksAlive(0, 2, cluster), cluster.step(notAfter: limit) {
        let latest = heard(of: 2, by: 0, cluster)
        if latest != beat { (beat, since) = (latest, cluster.now) }
      }
    }
    listen(until: Instant(microseconds: 300_000_000))
    cluster.crash(2)
    listen(until: Instant(microseconds: 400_000_000))
    let gossiper = cluster.gossiper(of: ReplicaID(0))
    let mean = try #require(gossiper.peers[2].window.mean)
    let silence = cluster.now - since
    let limit = 18.420681 * Double(mean.microseconds)
    #expect(Double(silence.microseconds) > limit, "seed \(seed)")
    #expect(Double((silence - second).microseconds) <= limit, "seed \(seed): it looks once a second")
    #expect(convictions(cluster).contains { $0 == (by: 0, of: 2, at: cluster.now) }, "seed \(seed)")
    let phis = (0...18).map { gossiper.phi(of: ReplicaID(2), at: since + .seconds($0)) }
    #expect(phis[0] == 0 && abs(phis[18] - 2 * phis[9]) < 1e-9 && zip(phis, phis.dropFirst()).allSatisfy { $0 < $1 })
    #expect(gossiper.phi(of: ReplicaID(2), at: cluster.now) > 8)
  }

  @Test(
    "G04 · ten seconds of silence are never noticed, forty are",
    arguments: [(10, false), (40, true)] as [(Int64, Bool)])
  func shortSilence(seconds: Int64, isNoticed: Bool) {
    var cluster = Cluster.ofRegions(3, with: [.detector(.phi)])
    cluster.pass(.seconds(300))
    cluster.apply(.fault(.cut([Cluster.links(from: 0, to: 1, 2, bothWays: true)])))
    cluster.pass(.seconds(seconds))
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(30))
    #expect(convictions(cluster).isEmpty != isNoticed)
    #expect((0..<9).allSatisfy { thinksAlive($0 / 3, $0 % 3, cluster) })
  }

  @Test("G08 · heartbeats through a third replica keep up who can't be reached directly")
  func thirdParty() {
    var cluster = Cluster.ofRegions(3, with: [.detector(.phi)])
    cluster.pass(.seconds(60))
    cluster.apply(.fault(.cut([Cluster.links(from: 0, to: 2, bothWays: true)])))
    let before = heard(of: 2, by: 0, cluster)
    cluster.pass(.seconds(120))
    #expect(heard(of: 2, by: 0, cluster).version > before.version + 100 && convictions(cluster).isEmpty)
    cluster.apply(.fault(.cut([Cluster.links(from: 1, to: 2, bothWays: true)])))
    cluster.pass(.seconds(45))
    #expect(!thinksAlive(0, 2, cluster) && !thinksAlive(1, 2, cluster) && !thinksAlive(2, 0, cluster))
  }

  @Test("G08 · who was thought dead counts as alive again once an echo has come back, not before")
  func echo() {
    var cluster = Cluster.ofRegions(3, with: [.detector(.phi)])
    cluster.pass(.seconds(60))
    cluster.crash(2)
    cluster.step { !thinksAlive(0, 2, $0) && !thinksAlive(1, 2, $0) }
    cluster.apply(.fault(.cut([Cluster.links(from: 2, to: 0)])))
    cluster.drain()
    cluster.restart(2)
    #expect(!thinksAlive(2, 0, cluster) && !thinksAlive(2, 1, cluster), "it has heard of nobody yet")
    cluster.pass(.seconds(30))
    #expect(heard(of: 2, by: 0, cluster).generation == own(2, cluster).generation)
    #expect(cluster.delivered(.echo).contains { $0.message.to == ReplicaID(2) && $0.message.from == ReplicaID(0) })
    #expect(!thinksAlive(0, 2, cluster) && thinksAlive(1, 2, cluster))
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(10))
    #expect(thinksAlive(0, 2, cluster) && thinksAlive(2, 0, cluster))
    #expect(cluster.delivered(.echoReply).contains { $0.message.to == ReplicaID(0) && $0.message.from == ReplicaID(2) })
  }
}
