import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// How a session finds a replica that will do, and what it says of the way there (`semantics.md` §7.1).
@Suite struct SessionSearchTests {
  @Test func aWriteWaitsForTheSessionsWriteToAnotherKey() throws {
    let script = """
      client alice in us-east-1
      PROMISE
      hold us1 us2
      write album cats at ONE as alice via us1
      write link album at ONE as alice via us2
      """
    #expect(try play(script.replacing("PROMISE", with: "guarantee alice read-your-writes")).last.outcome == .ok)
    let waited = try play(script.replacing("PROMISE", with: "guarantee alice monotonic-writes")).last
    #expect(waited.outcome == .timeout)
    #expect(waited.refusal == "us2 lacked its own write on album, op 1")
  }

  @Test func aWriteWaitsForWhatTheSessionHasReadOfAnotherKey() throws {
    let script = """
      client alice in us-east-1
      guarantee alice writes-follow-reads
      hold eu1 ap1
      write album cats at ONE in eu-west-1
      read album at ONE as alice via eu1
      write link album at ONE as alice VIA
      """
    let pinned = try play(script.replacing("VIA", with: "via ap1")).last
    #expect(pinned.outcome == .timeout && pinned.delay?.subject == "what it read on album in op 2")
    let free = try play(script.replacing("VIA", with: ""))
    #expect(free.last.coordinator == "us1" && free.last.delay == nil, "by now us1 has the album")
  }

  @Test func aReplicaThatOwnsNoCopyOfAnotherKeyIsNotAskedForIt() throws {
    // With one copy of each key some other replica owns the second one.
    for key in ["a", "b", "c", "d", "e", "f"] {
      try check(
        """
        cluster us-east-1:4 rf=1
        guarantee us-east-1 causal
        write x 1 at ONE
        write \(key) 1 at ONE
        expect last.outcome == ok and session.waits == 0
        """)
    }
  }

  @Test func aTimestampThatBreaksThePromiseIsRefused() throws {
    let script = """
      client alice in us-east-1
      guarantee alice monotonic-writes
      write cart milk at ALL as alice timestamp 1000
      write cart eggs at ALL as alice timestamp TIME
      """
    #expect(try play(script.replacing("TIME", with: "1001")).fact("value(us1, cart)") == "eggs")
    let error = #expect(throws: Diagnostic.self) { try play(script.replacing("TIME", with: "1000")) }
    #expect(error?.message.contains("above 1000") == true)
  }

  @Test func aLightweightTransactionComesAfterTheSessionsWriteToo() throws {
    let script = """
      client alice in us-east-1
      PROMISE
      skew us1 by 10s
      write cart milk at ALL as alice via us1
      write cart eggs if value == milk at SERIAL as alice via us2
      read cart at ALL
      """
    #expect(try play(script.replacing("PROMISE", with: "")).last.value == "milk")
    #expect(try play(script.replacing("PROMISE", with: "guarantee alice causal")).last.value == "eggs")
  }

  @Test func whoCannotBeReachedIsWaitedFor() throws {
    try check(
      """
      client alice in us-east-1
      guarantee alice causal
      hold us-east-1 us-east-1
      write cart milk at ONE as alice via us1
      async read cart at ONE as alice via us2
      run 100ms
      crash us2
      run 100ms
      restart us2
      release us-east-1 us-east-1
      await
      expect last.outcome == ok and last.value == milk
      """)
  }

  @Test func whatHasOverwrittenTheSessionsWriteWillDoOnceEverybodyHasBeenAsked() throws {
    let script = """
      set hints off
      client alice in us-east-1
      guarantee alice read-your-writes
      isolate us1
      write cart milk at ONE as alice via us1
      run 2s
      write cart jam at QUORUM in eu-west-1 TIME
      wipe us1
      heal
      restart us1
      run 1s
      repair
      read cart at ONE as alice
      """
    let overwritten = try play(script.replacing("TIME", with: ""))
    #expect(overwritten.last.value == "jam" && overwritten.last.retries == 9, "all nine, and the first again")
    let older = try play(script.replacing("TIME", with: "timestamp 1"))
    #expect(older.last.outcome == .timeout, "an older value is none of hers")
  }

  @Test func aLocalLevelStaysInItsRegion() throws {
    let script = """
      client alice in us-east-1
      guarantee alice read-your-writes
      hold eu1 us-east-1
      write cart milk at ONE as alice via eu1
      read cart at LEVEL as alice
      """
    let local = try play(script.replacing("LEVEL", with: "LOCAL_ONE")).last
    #expect(local.outcome == .timeout && local.delay?.replicas == ["us1", "us2", "us3"])
    #expect(try play(script.replacing("LEVEL", with: "ONE")).last.coordinator == "eu1")
  }

  /// Without a delay each attempt ends at the instant at which it began.
  @Test func aSearchOfAnEndedSessionEndsToo() throws {
    try check(
      """
      set client-delay 0us
      client alice in us-east-1
      guarantee alice causal
      hold us1 us-east-1
      hold us1 eu-west-1
      hold us1 ap-south-1
      write cart milk at ONE as alice via us1
      crash us1
      async read cart at ONE as alice
      run 1ms
      guarantee alice none
      await
      expect last.outcome == timeout and last.latency == 5s
      expect session.refused == 1
      """)
  }

  // MARK: What it says

  @Test func whatItCostsIsCounted() throws {
    try check(
      """
      client alice in us-east-1
      guarantee alice read-your-writes
      link us1 us2 80ms
      write cart milk at ONE as alice via us1
      read cart at ONE as alice via us2
      expect last.outcome == ok
      expect last.latency == 89ms and op(-1).retries == 8 and op(-1).waited == 88ms
      expect session.waits == 8 and session.waited == 88ms and session.retries == 0 and session.refused == 0
      read cart at ONE as alice
      expect op(-1).retries == 0 and op(-1).waited == 0ms
      """)
  }

  @Test func anOperationSaysWhatItWaitedFor() throws {
    let waited = try play(
      """
      client alice in us-east-1
      guarantee alice read-your-writes
      link us1 us2 80ms
      write cart milk at ONE as alice via us1
      read cart at ONE as alice via us2
      """)
    #expect(waited.last.delayWords == "waited 88.0 ms for its own write, op 1, at us2")
    #expect(waited.last.sentence(in: waited.session.world).hasSuffix("for its own write, op 1, at us2"))
    let asked = try play(
      """
      client alice in us-east-1
      guarantee alice monotonic-reads
      hold eu1 us-east-1
      write cart milk at ONE in eu-west-1
      read cart at ONE as alice via eu1
      read cart at ONE as alice
      """)
    #expect(asked.last.delayWords == "asked eu1 after us1, us2 and us3 lacked what it read in op 2")
  }

  @Test func theLogSaysWhoLackedWhat() throws {
    let played = try play(
      """
      client alice in us-east-1
      guarantee alice read-your-writes
      hold us1 us2
      write cart milk at ONE as alice via us2
      read cart at ONE as alice
      """, keepsTrace: true)
    #expect(played.trace.contains { $0.contains(#""event":"lacked","replica":"us1","operation":2,"origin":1"#) })
  }

  @Test func theCommandAloneShowsTheSession() throws {
    func shown(_ script: String) throws -> [String] {
      try play("client alice in us-east-1\n" + script).shown
    }
    #expect(try shown("guarantee") == ["no client has guarantees"])
    #expect(try shown("guarantee alice") == ["alice in us-east-1 has no guarantees"])
    #expect(
      try shown("guarantee alice monotonic-reads read-your-writes\nguarantee alice")
        == ["alice in us-east-1: read-your-writes, monotonic-reads"])
    let lines = try shown(
      """
      guarantee alice causal
      write cart milk at ONE as alice via eu1
      write cart jam at ONE in eu-west-1
      read cart at ONE as alice via eu1
      read pen as alice
      guarantee
      """)
    #expect(
      lines == [
        "alice in us-east-1: read-your-writes, monotonic-reads, monotonic-writes, writes-follow-reads",
        "  key   written  read", "  cart  eu1:1    eu1:2",
      ])
    #expect(try shown("guarantee alice causal\nwrite a 1 as alice\nguarantee alice none\nguarantee alice").count == 1)
  }

  @Test(arguments: [
    ("guarantee us-east-1 read-yuor-writes", "read-your-writes"), ("guarantee us-aest-1 causal", "us-east-1"),
    ("guarantee us-east-1 read-your-writes monotonic-raeds", "monotonic-reads"),
  ]) func aMistypedPromiseIsGuessed(line: String, meant: String) throws {
    let error = #expect(throws: Diagnostic.self) { try play(line) }
    #expect(error?.suggestion == meant)
  }
}
