import Insight
import Kernel
import Testing

@testable import Analysis
@testable import Replication
@testable import Workbench

/// Whom a client asks, and what a coordinator does that owns no copy (`semantics.md` §1.7; Riak's forwarded PUT, Cassandra's
/// counter leader).
@Suite struct RoutingTests {
  /// The owners of a key in a cluster, and those who own no copy of it, by name.
  private func places(of key: String, in cluster: String) throws -> (owners: [String], others: [String]) {
    let cluster = try play("\(cluster)\nread \(key)").session.cluster
    let owners = cluster.environment.owners(of: try #require(cluster.catalogue.names.key(named: key))).set
    let names = cluster.topology.replicaIDs.map { (cluster.topology.name(of: $0), owners.contains($0)) }
    return (names.filter(\.1).map(\.0), names.filter { !$0.1 }.map(\.0))
  }

  /// Why the latest operation answered as it did.
  private func why(_ played: Played) throws -> String {
    try #require(Explanation(of: played.last.id, in: played.session.timeline)).lines(width: 500).joined(separator: "\n")
  }

  private let ring = "cluster us-east-1:5 rf=2"

  // MARK: Whom a client asks

  @Test func whereSomeOwnNoCopyClientsGoByTokensUnlessTheyAreTold() throws {
    for key in ["a", "b", "c", "d", "e", "f"] {
      let (owners, _) = try places(of: key, in: ring)
      #expect(try play("\(ring)\nwrite \(key) v").last.coordinator == owners[0])
      #expect(try play("\(ring)\nset coordinator token-aware\nread \(key)").last.coordinator == owners[0])
      #expect(try play("\(ring)\nset coordinator nearest\nwrite \(key) v").last.coordinator == "us1")
      #expect(try play("\(ring)\ncrash \(owners[0])\nwrite \(key) v").last.coordinator == owners[1])
    }
    #expect(try play("set coordinator token-aware\nwrite a v").last.coordinator == "us1")
  }

  /// Without an owner in its region a client still asks its region first, as drivers do: what is local is decided by that.
  @Test func withoutAnOwnerNearbyTheOthersOfTheRegionCoordinate() throws {
    let two = "cluster us-east-1:5 eu-west-1:3 rf=2\nset failure-detector oracle"
    let (owners, others) = try places(of: "a", in: two)
    let crashes = owners.filter { $0.hasPrefix("us") }.map { "crash \($0)" }.joined(separator: "\n")
    let played = try play("\(two)\n\(crashes)\nwrite a v at ONE\nwrite a w at LOCAL_ONE")
    #expect(played[1]?.coordinator == others.first { $0.hasPrefix("us") })
    #expect(played[1]?.outcome == .ok)
    #expect((played[2]?.outcome, played[2]?.required, played[2]?.received) == (.unavailable, 1, 0))
  }

  @Test func aLoadGoesRoundTheOwnersOfItsRegion() throws {
    let played = try play("\(ring)\nload 200/s for 1s write 50% keys 20 at ALL\nrun 2s", reportsLoads: true)
    let cluster = played.session.cluster
    let history = played.session.world.observer.history
    #expect(history.all.reduce(0) { count, _ in count + 1 } == 200)
    var coordinators: [KeyID: ReplicaSet] = [:]
    for entry in history.all {
      coordinators[entry.operation.key, default: ReplicaSet()].insert(entry.operation.coordinator)
    }
    for (key, asked) in coordinators { #expect(asked.subtracting(cluster.environment.owners(of: key).set).isEmpty) }
    #expect(coordinators.values.contains { $0.count == 2 })
    #expect(try played.holds("conflicts.total == 0"))
  }

  @Test(arguments: ["nearest", "token-aware", "round-robin", "random", "sticky"])
  func failoverSaysWhetherAClientMayLeaveItsRegion(policy: String) throws {
    let down = "set coordinator \(policy)\nwrite k v at ALL\ncrash us-east-1\nset failure-detector oracle\n"
    for (failover, load) in [("", ""), ("set failover any\n", ""), ("set failover local\n", "as us-east-1")] {
      let played = try play(
        failover + down + """
          read k at ONE
          read k at ONE via eu2
          read k at ONE in eu-west-1
          load 10/s for 1s write 0% keys 1 at ONE \(load)
          run 2s
          """, reportsLoads: true)
      let isLocal = failover.contains("local")
      #expect(played[2]?.outcome == (isLocal ? .unavailable : .ok), "\(failover)\(policy)")
      #expect(played[2]?.coordinator?.hasPrefix("eu") ?? false != isLocal, "\(failover)\(policy)")
      #expect((played[3]?.outcome, played[3]?.coordinator) == (.ok, "eu2"))
      #expect(played[4]?.outcome == .ok)
      let loaded = played.operations.filter { $0.id > 4 && $0.client == "us-east-1" }
      #expect(!loaded.isEmpty && loaded.allSatisfy { ($0.outcome == .ok) != isLocal }, "\(failover)\(policy)")
    }
  }

  @Test func withFailoverLocalWhySaysWhereItLooked() throws {
    let text = try why(try play("set failover local\ncrash us-east-1\nread k"))
    #expect(text.contains("finds no replica that it can reach in us-east-1"))
    #expect(text.contains("us1, us2 and us3: stopped") && !text.contains("cut off"))
  }

  /// A session that was promised something looks for it in its own region only.
  @Test func withFailoverLocalASessionDoesNotLookElsewhere() throws {
    let script = """
      guarantee us-east-1 read-your-writes
      set hints off
      cut us1 us2
      cut us1 us3
      write k v at ONE
      wipe us1
      read k at ONE
      """
    #expect(try play(script).last.outcome == .ok)
    let local = try play("set failover local\n" + script)
    #expect((local.last.outcome, local.last.coordinator?.hasPrefix("us")) == (.timeout, true))
  }

  // MARK: Updates that a coordinator hands over

  /// One way to the leader, and one back: at ONE the leader's own copy is enough, at ALL it hears of the other first.
  @Test(arguments: ["or-set", "2p-set", "g-set", "counter", "g-counter", "mv-register", "siblings", "plain-vectors"])
  func messagesAndLatencyShowThatAnOwnerLeads(form: String) throws {
    let (owners, others) = try places(of: "k", in: ring)
    let kind = form.contains("counter") ? "increment k" : form.contains("set") ? "add k x" : "write k x"
    let type = form == "siblings" || form == "plain-vectors" ? "set conflict \(form)" : "type k \(form)"
    let setUp = "\(ring)\n\(type)\n"
    for (level, latency) in [("ONE", 2_000), ("ALL", 3_000), ("ANY", 2_000)] as [(String, Int64)] {
      let direct = try play(setUp + "\(kind) at \(level) via \(owners[0])\nrun 1s")
      let handed = try play(setUp + "\(kind) at \(level) via \(others[0])\nrun 1s")
      #expect((handed.last.outcome, handed.last.coordinator) == (.ok, others[0]))
      #expect(handed.last.microseconds == latency && direct.last.microseconds == latency - 1_000, "\(form) at \(level)")
      let (more, less) = (try handed.fact("op(-1).bytes"), try direct.fact("op(-1).bytes"))
      #expect(try #require(Int(more)) > #require(Int(less)) + 80, "a request and an answer: \(more) against \(less)")
      let cluster = handed.session.cluster
      let key = try #require(cluster.catalogue.names.key(named: "k"))
      let holders = cluster.topology.replicaIDs.filter { cluster.cell(key, at: $0) != .empty }
      #expect(holders.map { cluster.topology.name(of: $0) } == owners, "\(form) at \(level)")
      let messages = [try direct.fact("op(-1).messages"), try handed.fact("op(-1).messages")]
      #expect(messages == ["2", "4"], "\(form) at \(level)")
    }
  }

  @Test func aPlainWriteUnderLastWriterWinsIsMadeByAnyCoordinator() throws {
    let (owners, others) = try places(of: "k", in: ring)
    let played = try play("\(ring)\nwrite k v at ONE via \(others[0])\nwrite k w at ALL via \(others[1])")
    #expect(played.operations.map(\.microseconds) == [2_000, 2_000])
    #expect(try played.holds("op(1).messages == 4 and op(2).messages == 4 and conflicts.total == 0"))
    let text = try why(try play("\(ring)\nwrite k v via \(others[0])"))
    #expect(text.contains("\(others[0]) accepts it") && !text.contains("to lead"), "\(owners)")
  }

  @Test func whySpaceTimeAndTheJSONLinesTellWhoDidWhat() throws {
    let (owners, others) = try places(of: "k", in: ring)
    let played = try play(
      "\(ring)\ntype k or-set\nadd k x at ALL via \(others[0])", keepsTrace: true)
    #expect(played.json.contains { $0.contains(#""coordinator":"\#(others[0])""#) })
    let text = try why(played)
    #expect(text.contains("\(others[0]) owns no copy of k and hands it to"))
    #expect(text.contains("\(owners[0]) accepts it and sends it to all 2 copies"))
    #expect(text.contains("\(owners[0]) itself has it (1)"))
    #expect(text.contains("\(owners[1]) has it (2): the last that ALL needed"))
    let routes = played.trace.filter { $0.contains("lead op 1") || $0.contains("what came of op 1") }
    #expect(routes.contains { $0.contains(#""from":"\#(others[0])""#) && $0.contains(#""to":"\#(owners[0])""#) })
    #expect(routes.contains { $0.contains(#""from":"\#(owners[0])""#) && $0.contains(#""to":"\#(others[0])""#) })
    let diagram = played.session.spaceTime(.key("k"), count: 1_000).events.map { "\($0.replicaName) \($0.name.text)" }
    #expect(diagram.contains { $0.contains("\(others[0]) sends k") })
    #expect(diagram.contains { $0.contains("\(owners[0]) accepts k = {x}") })
    #expect(diagram.contains { $0.contains("\(others[0]) says what came of op 1") })
  }

  /// A cut between coordinator and leader: a timeout until it is noticed, and from then on another owner leads.
  @Test func aCutBeforeTheLeaderIsATimeoutUntilItIsNoticed() throws {
    let (owners, others) = try places(of: "k", in: ring)
    let (from, to) = (others[0], owners[0])
    let played = try play(
      """
      \(ring)
      type k or-set
      cut \(from) \(to)
      add k x via \(from)
      run 1s
      add k y via \(from)
      cut \(from) \(owners[1])
      run 2s
      add k z via \(from)
      add k z at ANY via \(from)
      """)
    #expect(played.operations.map(\.outcome) == [.timeout, .ok, .unavailable, .unavailable])
    #expect(played.operations.map(\.microseconds) == [2_000_000, 2_000, 1_000, 1_000])
    #expect((played[1]?.required, played[1]?.received) == (1, 0))
    #expect((played[3]?.required, played[3]?.received) == (1, 0))
    #expect((played[4]?.required, played[4]?.received) == (1, 0))
    #expect(try played.holds("value(\(to), k) == \"{y}\" and hints.pending == 0"))
    #expect(try played.fact("op(1).messages") == "1")
  }

  /// A cut on the way back: the client hears nothing, but it happened.
  @Test func aCutBehindTheLeaderIsATimeoutOfWhatHappened() throws {
    let (owners, others) = try places(of: "k", in: ring)
    let played = try play(
      """
      \(ring)
      type k counter
      cut \(owners[0]) -> \(others[0])
      increment k by 3 at ALL via \(others[0])
      """)
    #expect(played.last.outcome == .timeout)
    #expect(try played.holds("value(\(owners[0]), k) == 3 and value(\(owners[1]), k) == 3"))
    let text = try why(played)
    #expect(text.contains("hands it to \(owners[0]), the nearest owner that it thinks alive, to lead it"))
    #expect(text.contains("its answer") && text.contains("was lost"))
  }

  /// The leader hints for whoever is silent, as a coordinator does, though the client has given up.
  @Test func aLeaderKeepsTheHints() throws {
    let (owners, others) = try places(of: "k", in: ring)
    let played = try play(
      """
      \(ring)
      type k counter
      pause \(owners[1])
      increment k at ALL via \(others[0])
      run 1s
      """)
    #expect(played.last.outcome == .timeout)
    let keepers = played.session.cluster.replicas.ids.filter { played.session.cluster.hints(of: $0).count > 0 }
    #expect(keepers.map { played.session.cluster.topology.name(of: $0) } == [owners[0]])
    try check(
      """
      \(ring)
      type k counter
      pause \(owners[1])
      increment k at ALL via \(others[0])
      resume \(owners[1])
      run 20s
      expect value(\(owners[1]), k) == 1 and converged
      """)
  }

  @Test func aLeaderOrACoordinatorThatCrashesMeanwhileMakesATimeout() throws {
    let (owners, others) = try places(of: "k", in: ring)
    for victim in [owners[0], others[0]] {
      let played = try play(
        """
        \(ring)
        type k counter
        hold \(owners[0]) \(owners[1])
        async increment k at ALL via \(others[0])
        run 5ms
        crash \(victim)
        await
        restart \(victim)
        release \(owners[0]) \(owners[1])
        run 20s
        """)
      #expect(played.last.outcome == .timeout, "\(victim)")
      #expect(played.session.cluster.turn.parcels.leads.count == 0, "\(victim)")
      #expect(try played.holds("value(\(owners[0]), k) == 1 and settled"), "\(victim)")
    }
  }

  @Test func whatTheNetworkDoublesIsLedOnce() throws {
    let (owners, others) = try places(of: "k", in: ring)
    let played = try play(
      """
      \(ring)
      type k counter
      duplicate 100% us-east-1 us-east-1
      increment k by 5 at ALL via \(others[0])
      increment k by 5 at ALL via \(others[1])
      run 5s
      """)
    #expect(played.operations.map(\.outcome) == [.ok, .ok])
    #expect(try played.holds("value(\(owners[0]), k) == 10 and value(\(owners[1]), k) == 10"))
  }

  /// Until it has reached its leader an update may yet change something.
  @Test func anUpdateOnItsWayToItsLeaderIsNotSettled() throws {
    let (owners, others) = try places(of: "k", in: ring)
    try check(
      """
      \(ring)
      type k counter
      hold \(others[0]) \(owners[0])
      async increment k via \(others[0])
      run 1s
      expect not settled and not converged
      release \(others[0]) \(owners[0])
      run 1s
      expect settled and converged and value(\(owners[0]), k) == 1
      """)
  }

  @Test func whyNotConvergedNamesTheUpdateThatIsYetToBeLed() throws {
    let (owners, others) = try places(of: "k", in: ring)
    let played = try play(
      "\(ring)\ntype k counter\nhold \(others[0]) \(owners[0])\nasync increment k via \(others[0])\nrun 1s")
    for name in [nil, "k"] as [String?] {
      let text = played.session.timeline.whyNotConverged(name).lines(width: 500).joined(separator: "\n")
      #expect(text.contains("Op 1, to be led there, is in flight to \(owners[0]), on a held link."), "\(text)")
    }
  }

  /// At a local level nobody elsewhere may lead; at others the nearest does, wherever it is.
  @Test func aLocalLevelIsLedInItsRegionOrNotAtAll() throws {
    let two = "cluster us-east-1:5 eu-west-1:3 rf=2\nset failure-detector oracle\ntype k counter"
    let (owners, others) = try places(of: "k", in: two)
    let crashes = owners.filter { $0.hasPrefix("us") }.map { "crash \($0)\n" }.joined()
    let played = try play(
      "\(two)\n\(crashes)increment k at LOCAL_ONE via \(others[0])\nincrement k at ONE via \(others[0])")
    #expect((played[1]?.outcome, played[1]?.required, played[1]?.received) == (.unavailable, 1, 0))
    #expect((played[2]?.outcome, played[2]?.microseconds) == (.ok, 81_000))
  }

  /// A promise of order is judged by a copy: through a coordinator without one, by the leader's.
  @Test func aSessionsPromiseIsKeptThroughACoordinatorWithoutACopy() throws {
    let (owners, others) = try places(of: "k", in: ring)
    let played = try play(
      """
      \(ring)
      guarantee us-east-1 causal
      write k v1 at ONE via \(others[0])
      write k v2 at ONE via \(others[1])
      write k v3 at ONE via \(owners[1])
      write k v4 if value == v3 at SERIAL via \(others[0])
      read k at ALL
      """)
    #expect(played.operations.map(\.outcome) == [.ok, .ok, .ok, .ok, .ok])
    #expect(played.last.value == "v4")
    #expect(try played.holds("conflicts.total == 0"))
  }

  @Test func aForecastSaysWhatHandingOverCosts() throws {
    let (owners, others) = try places(of: "k", in: ring)
    let session = try play("\(ring)\ntype k or-set\nread k").session
    let forecast = try #require(Forecast("add k x at ALL via \(others[0])", in: session))
    #expect(forecast.coordinator == others[0] && Set(forecast.answerers) == Set(owners))
    #expect(forecast.ending == .answered(.milliseconds(3)))
  }
}
