import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Insight
@testable import Workbench

/// Clients that try again, and what becomes of what they ask for.
@Suite("A client that tries again") struct RetryTests {
  /// A write that no attempt can have acknowledged in time, but which every attempt brings to all copies.
  private static let lateQuorum = """
    cluster us-east-1:3 eu-west-1:3 rf=3
    type likes counter
    set write-timeout 100ms
    link us-east-1 eu-west-1 60ms
    """

  @Test("has added one for each attempt, where nothing tells the store that they are one")
  func countsTwice() throws {
    try check(
      """
      \(Self.lateQuorum)
      set retries 3 base 50ms cap 1s jitter none
      increment likes at QUORUM
      expect last.outcome == timeout and op(-1).attempts == 4 and last.latency == 750ms
      run 1s
      read likes at ALL
      expect last.value == 4 and retries.total == 3 and give-ups.total == 1
      """)
  }

  @Test("has added one in all, where its attempts carry an idempotency key")
  func countsOnce() throws {
    try check(
      """
      \(Self.lateQuorum)
      set idempotency-keys on
      set retries 3 base 50ms cap 1s jitter none
      increment likes at QUORUM
      run 1s
      read likes at ALL
      expect last.value == 1
      """)
  }

  @Test(
    "is told apart by its key under every scheme: what an attempt before has made is not made again",
    arguments: SchemeName.allCases)
  func keysUnderEveryScheme(_ scheme: SchemeName) throws {
    // The first attempt has no answer in time, but gets to whoever makes the update; a store that knows a further one again can
    // answer it at once.
    let level = scheme == .leaderless ? "at LOCAL_QUORUM" : ""
    func duplicates(_ keys: String) throws -> Int {
      let played = try play(
        """
        cluster us-east-1:3 eu-west-1:3 scheme=\(scheme.rawValue)
        set idempotency-keys \(keys)
        set write-timeout 1500us
        set retries 3 base 20ms cap 1s jitter none
        write cart milk \(level)
        run 5s
        write cart eggs \(level)
        run 5s
        """)
      #expect(played.operations.allSatisfy { $0.attempts > 1 })
      #expect(try played.fact("value(us1, cart)") == "eggs")
      return played.session.world.observer.duplicates.count
    }
    #expect(try duplicates("off") == 2)
    #expect(try duplicates("on") == 0)
  }

  @Test("posts once for each attempt, where nothing tells the store that they are one; its readers see each")
  func postsTwice() throws {
    for (keys, lines) in [("off", ["alice.post.1#2 hello", "alice.post.1 hello"]), ("on", ["alice.post.1 hello"])] {
      let played = try play(
        """
        cluster us-east-1:3 eu-west-1:3 rf=3
        set write-timeout 100ms
        link us-east-1 eu-west-1 60ms
        set idempotency-keys \(keys)
        set retries 1 base 50ms cap 1s jitter none
        follow bob alice in eu-west-1
        post alice hello at QUORUM in us-east-1
        expect last.outcome == timeout and op(-1).attempts == 2
        run 1s
        timeline bob
        timeline alice
        post alice more in us-east-1
        expect op(-1).key == alice.post.2
        expect timelines.twice == \(lines.count - 1)
        """)
      #expect(played.expectations.allSatisfy { $0.isHeld })
      #expect(played[2]?.records == lines && played[3]?.records == lines)
    }
  }

  @Test("asks for a timeline again, too; a gateway, names and a circuit breaker stand before it as before others")
  func timelines() throws {
    let played = try play(
      """
      follow bob alice in us-east-1
      post alice hello
      run 1s
      set throttle 1/s burst 1
      timeline bob
      timeline bob
      set throttle off
      set breaker 50% of 1 open 1s trials 1
      set dns-ttl 1h
      isolate us-east-1
      timeline bob
      timeline bob
      set breaker off
      set dns-ttl off
      heal
      set retries 2 base 200ms cap 1s jitter none
      set read-timeout 300ms
      async timeline bob
      pause us-east-1
      await
      """)
    let timelines = played.operations.filter { $0.kind == .timeline }
    #expect(timelines.map(\.outcome) == [.ok, .throttled, .timeout, .rejected, .ok])
    #expect(timelines.last?.records == ["alice.post.1 hello"] && timelines.last?.attempts == 2)
  }

  @Test("never says that nothing happened where an earlier attempt may have done it")
  func doubtStays() throws {
    try check(
      """
      set failure-detector after 1s
      set write-timeout 800ms
      set retries 2 base 100ms cap 1s jitter none
      cut us-east-1 eu-west-1
      cut us-east-1 ap-south-1
      write cart milk at QUORUM
      # The first attempt times out; by the second the coordinator knows that it is alone and refuses.
      expect last.outcome == timeout and op(-1).attempts == 3
      """)
  }

  @Test("tells of the attempt that may have done it, where the last one certainly did nothing")
  func doubtIsTold() throws {
    let played = try play(
      """
      set failure-detector after 1s
      set write-timeout 800ms
      set retries 2 base 100ms cap 1s jitter none
      cut us-east-1 eu-west-1
      cut us-east-1 ap-south-1
      write cart milk at QUORUM
      """)
    // Three of its own region had acknowledged the first attempt; that the last one thought three alive is another thing.
    #expect(played.last.shortfall == "3 of 5 answered")
    let text = try #require(Explanation(of: 1, in: played.session.timeline)).lines.joined(separator: " ")
      .split(separator: " ").joined(separator: " ")
    #expect(text.contains("which ended as timeout, may have done it all the same"), "\(text)")
    #expect(!text.contains("refuse"), "\(text)")
  }

  @Test("spends its bucket on retries, and stops when that is empty")
  func budget() throws {
    try check(
      """
      set failure-detector oracle
      set retries 20 base 1ms cap 1ms jitter none budget 42
      crash eu-west-1
      write cart milk at ALL
      expect last.outcome == unavailable and op(-1).attempts == 4 and give-ups.total == 1
      write cart milk at ALL
      expect op(-1).attempts == 1
      """)
  }

  @Test("waits between nothing and the whole of what has doubled, up to the cap", arguments: [1, 2, 3, 4, 5, 6, 7])
  func fullJitter(_ retry: Int) {
    let randomness = Randomness(seed: 7)
    let policy = RetryPolicy.standard2026
    let ceiling = min(20_000_000, 50_000 << retry)
    let waits = (0..<2_000).map {
      policy.wait(
        before: retry, wasThrottled: false, serverSays: nil,
        randomness.draw(.retry, owner: UInt64(retry), number: UInt64($0))
      ).microseconds
    }
    #expect(waits.allSatisfy { (0...Int64(ceiling)).contains($0) })
    let mean = Double(waits.reduce(0, +)) / 2_000
    #expect(abs(mean / Double(ceiling) - 0.5) < 0.02, "an even share is half on average")
  }

  @Test("draws its share before the cap in the SDKs before November 2026, and after it since")
  func capAndJitter() {
    // The draw that gives all there is.
    let most = Randomness.Draw(first: .max, second: 0)
    let half = Randomness.Draw(first: .max / 2, second: 0)
    func wait(_ policy: RetryPolicy, _ draw: Randomness.Draw) -> TimeSpan {
      policy.wait(before: 9, wasThrottled: false, serverSays: nil, draw)
    }
    // 100 ms doubled nine times is 51.2 s, half of which is above the cap; 50 ms so is 25.6 s, cut off first.
    #expect(wait(.standard2020, half) == .seconds(20))
    #expect(wait(.standard2026, half) == .seconds(10))
    #expect(wait(.standard2026, most) == .seconds(20))
  }

  @Test("heeds what the server says when it throttles, at most five seconds beyond its own wait")
  func retryAfter() {
    let none = Randomness.Draw(first: 0, second: 0)
    func wait(_ says: TimeSpan) -> TimeSpan {
      RetryPolicy.standard2026.wait(before: 0, wasThrottled: true, serverSays: says, none)
    }
    #expect(wait(.milliseconds(300)) == .milliseconds(300))
    #expect(wait(.seconds(60)) == .seconds(5))
  }

  @Test("is told of in `why`, attempt by attempt")
  func explained() throws {
    let played = try play(
      """
      set failure-detector oracle
      set retries 1 base 10ms cap 1s jitter none
      crash eu-west-1
      write cart milk at ALL
      """)
    let text = try #require(Explanation(of: 1, in: played.session.timeline)).lines.joined(separator: " ")
      .split(separator: " ").joined(separator: " ")
    #expect(
      text.contains("That attempt ends as unavailable; us-east-1 waits 10.000 ms and makes attempt 2."), "\(text)")
    #expect(text.contains("The attempt ended as unavailable, and that was the last attempt it makes."), "\(text)")
  }
}
