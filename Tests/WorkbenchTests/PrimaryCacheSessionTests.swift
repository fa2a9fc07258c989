import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// The primary-cache scheme through commands, facts and explanations.
@Suite struct PrimaryCacheSessionTests {
  static let cluster = "cluster us-east-1:4 eu-west-1:4 ap-south-1:4 scheme=primary-cache\n"

  private func refusal(_ script: String) throws -> String {
    do {
      _ = try play(Self.cluster + script)
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test func latenciesAreThoseOfTheWay() throws {
    try check(
      Self.cluster + """
        write k a in us-east-1
        expect last.latency == 3ms
        write k b in eu-west-1
        expect last.latency == 83ms
        write k c in ap-south-1
        expect last.latency == 183ms
        run 1s
        read k in us-east-1 via us4
        expect last.latency == 3ms
        read k via us4
        expect last.latency == 1ms
        read k via us3
        expect last.latency == 2ms
        read k at CRITICAL in ap-south-1
        expect last.latency == 183ms
        expect last.level == CRITICAL
        expect cache.hit-rate > 33%
        expect cache.hit-rate < 34%
        """)
  }

  @Test func rolesHoldForAllKeys() throws {
    try check(
      Self.cluster + """
        set primary eu-west-1
        write k a
        expect role(eu1, k) == primary
        expect role(us1, k) == database
        expect role(us2, k) == leader-cache
        expect role(us3, k) == follower-cache
        expect last.latency == 83ms
        """)
  }

  @Test(arguments: [
    ("set hints off", "primary-cache has no setting hints"), ("set partitions 3", "cache-size"),
    ("repair", "primary-cache has no"), ("kill-leader k", "primary-cache has no leaders"),
    ("expect hints.pending > 0", "no fact hints.pending"), ("expect stream.expired > 0", "no fact stream.expired"),
    ("write k v at QUORUM", "QUORUM"), ("read k at ONE", "CACHED"), ("type k counter", "no data types"),
    ("write k v ttl 3s", "ttl"), ("write k v if absent", ""),
    ("guarantee us-east-1 monotonic-writes", "read-your-writes"),
    ("write k v\nset primary eu-west-1", "before the first operation"), ("set cache-size 0", "from 1"),
    ("cluster a:2 scheme=primary-cache", "at least 3"), ("cluster a:4 rf=3 scheme=primary-cache", "no rf="),
  ])
  func whatItHasNotIsRefused(script: String, words: String) throws {
    let reason = try refusal(script)
    #expect(reason != "nothing" && reason.contains(words), "\(reason)")
  }

  @Test(arguments: [
    "set cache-size 3", "flush us1", "expect cache.hit-rate > 1", "read k at CACHED", "set primary us-east-1",
  ])
  func whatOthersHaveNotIsRefusedThere(command: String) throws {
    #expect(throws: (any Error).self) { _ = try play(command) }
  }

  @Test func aRegionHasFourServersUnlessItIsSaid() throws {
    #expect(try play("cluster us-east-1 eu-west-1:5 scheme=primary-cache").session.cluster.topology.replicas.count == 9)
    #expect(try play("cluster scheme=primary-cache").session.cluster.topology.replicas.count == 12)
    #expect(throws: (any Error).self) { _ = try play("cluster us-east-1 eu-west-1:5") }
    #expect(throws: (any Error).self) { _ = try play("cluster scheme=leaderless") }
  }

  @Test func whySaysWhichCacheHeldWhatAndSinceWhen() throws {
    let played = try play(
      Self.cluster + """
        set binlog-delay 2s
        write k old in eu-west-1
        run 5s
        read k via eu4
        write k new in eu-west-1
        read k via eu4
        """)
    let lines = Explanation(of: played.last.id, in: played.session.timeline)?.lines(width: 500) ?? []
    let text = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(text.contains("eu4 serves old, which it has kept since"), "\(text)")
    #expect(played.last.isStale == true)
    #expect(try played.fact("cache.stale-hits") == "1")
    #expect(try played.holds("not converged"))
  }

  private func why(_ script: String) throws -> String {
    let played = try play(Self.cluster + script)
    let explanation = try #require(Explanation(of: played.last.id, in: played.session.timeline))
    return explanation.lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
  }

  @Test("a refusal names what is in the way now, be it that something else began it")
  func aCutIsNamedWhereACrashIsOver() throws {
    let begun = "write k a\nrun 1s\ncrash us2\nrun 2s\ncut eu-west-1 us-east-1\n"
    let over = try why("\(begun)restart us2\nrun 2s\nwrite k b in eu-west-1")
    #expect(
      over.contains(
        "`crash us2` at 1003.000 ms; that is over, but `cut eu-west-1 us-east-1` at 3003.000 ms is in the way now"),
      "\(over)")
    let both = try why("\(begun)run 2s\nwrite k b in eu-west-1")
    #expect(both.contains("`cut eu-west-1 us-east-1` at 3003.000 ms is in the way as well"), "\(both)")
    let alone = try why("write k a\nrun 1s\ncut eu-west-1 us-east-1\nrun 2s\nwrite k b in eu-west-1")
    #expect(alone.contains("us2: dead since 2003.000 ms: `cut eu-west-1 us-east-1` at 1003.000 ms."), "\(alone)")
  }

  @Test func aStaleReadIsToldThatItsPrimaryWouldHaveBeenFresh() throws {
    let text = try why(
      """
      set binlog-delay 2s
      write k old in eu-west-1
      run 5s
      read k via eu4 in eu-west-1
      write k new in us-east-1
      read k via eu4 in eu-west-1
      """)
    #expect(text.contains("at CRITICAL: new, fresh"), "\(text)")
  }

  @Test("what was written before a load is none of its losses", arguments: [1, 40])
  func onlyTheLoadsOwnWritesCountAsLostWithARegion(writes: Int) throws {
    let before = (0..<writes).map { "write k\($0) v in us-east-1" }.joined(separator: "\n")
    let session = try play("\(Self.cluster)set binlog-delay 10s\n\(before)").session
    let load = try CommandParser.parse("load 10/s for 1s write 50%", in: session.names(isPrompt: true))
    guard case .input(.load(let plan))? = load else {
      Issue.record("\(String(describing: load)) is no load")
      return
    }
    let written = plan.expectedOperations
    for trial in LoadWhatIf(plan, in: session.timeline).trials {
      let worst = try #require(trial.lost.map(\.writes).max())
      #expect(worst > 0 && worst <= written, "\(worst) of \(written)")
    }
  }

  @Test func aLoadRunsAndConverges() throws {
    try check(
      Self.cluster + """
        load 200/s for 5s write 20% keys 20 at CACHED
        run 6s
        run until converged within 10s
        expect converged
        expect writes.lost == 0
        expect cache.hit-rate > 20%
        expect availability == 100%
        """)
  }

  @Test func timeTravelComesBackToTheSame() throws {
    let script =
      Self.cluster + """
        load 100/s for 2s write 50% keys 5 at CACHED
        run 1s
        crash us1
        run 15s
        restart us1
        run 5s
        """
    let (first, second) = (try play(script), try play(script + "\nback 40\nrun 20s\nundo\nundo", keyframeSpacing: 50))
    #expect(first.session.cluster.fingerprint == second.session.cluster.fingerprint)
    #expect(first.session.cluster.primary == second.session.cluster.primary)
  }
}
