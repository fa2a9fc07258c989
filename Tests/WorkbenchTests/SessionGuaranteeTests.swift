import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// What a session is promised, and what keeping it costs (`semantics.md` §7.1; Terry et al. 1994).
@Suite struct SessionGuaranteeTests {
  @Test("K01 · a read does not go to a replica that lacks the session's write, whatever else it has")
  func readYourWrites() throws {
    try check(
      """
      client alice in us-east-1
      guarantee alice read-your-writes
      write cart milk at ALL as alice
      hold us-east-1 eu-west-1
      write cart jam at ONE in eu-west-1
      hold us1 us2
      write cart eggs at ONE as alice via us2
      read cart at ONE as alice
      expect last.value == eggs and op(-1).coordinator != us1 and session.retries == 1
      read cart at ONE as alice via eu1
      expect last.outcome == timeout and session.waits > 0 and session.refused == 1
      """)
  }

  @Test("K02 · a session that was promised monotonic reads only may read without its own writes")
  func monotonicReadsOnly() throws {
    try check(
      """
      client alice in us-east-1
      guarantee alice monotonic-reads
      write cart jam at ALL in eu-west-1
      read cart at ONE as alice via eu1
      expect last.value == jam
      hold us1 us2
      write cart eggs at ONE as alice via us2
      read cart at ONE as alice via us1
      expect last.value == jam and session.retries == 0 and session.waits == 0
      """)
  }

  @Test("K03 · a write at ONE and a read at ONE by one client may meet different copies; with the promise they don't")
  func oneAndOne() throws {
    let script = """
      client alice in us-east-1
      write cart milk at ALL
      hold us1 us2
      PROMISE
      write cart eggs at ONE as alice via us1
      read cart at ONE as alice via us2
      """
    let without = try play(script.replacing("PROMISE", with: ""))
    #expect(without.last.value == "milk")
    let with = try play(script.replacing("PROMISE", with: "guarantee alice read-your-writes"))
    #expect(with.last.outcome == .timeout && with.last.retries > 10, "via us2 leaves it no other replica")
    #expect(try with.fact("session.refused") == "1")
    let free = try play(
      script.replacing("PROMISE", with: "guarantee alice read-your-writes").replacing(" via us2", with: ""))
    #expect(free.last.value == "eggs")
  }

  @Test("K04 · a sticky coordinator is no guarantee: at ONE it may read another copy")
  func stickyCoordinator() throws {
    // Whoever doesn't own the key reads it from an owner, and that may be one which lacks the write.
    let replicas = ["us1", "us2", "us3", "us4"]
    var isBroken = false
    for coordinator in replicas {
      for other in replicas where other != coordinator {
        func last(_ promise: String) throws -> OperationReport {
          try play(
            """
            cluster us-east-1:4 rf=2
            client alice in us-east-1
            \(promise)
            write cart milk at ALL as alice via \(coordinator)
            cut \(coordinator) \(other)
            write cart eggs at ONE as alice via \(coordinator)
            heal
            read cart at ONE as alice via \(coordinator)
            """
          ).last
        }
        if try last("").value == "milk" { isBroken = true }
        #expect(try last("guarantee alice read-your-writes").value != "milk")
      }
    }
    #expect(isBroken)
  }

  @Test func aWriteIsOrderedAfterWhatItsSessionHasReadWhateverTheClocksSay() throws {
    let script = """
      client alice in us-east-1
      skew us1 by 10s
      write cart early at ALL via us1
      PROMISE
      read cart at ALL as alice
      write cart late at ALL as alice via us2
      read cart at ALL as alice
      """
    #expect(try play(script.replacing("PROMISE", with: "")).last.value == "early")
    let promised = try play(script.replacing("PROMISE", with: "guarantee alice writes-follow-reads"))
    #expect(promised.last.value == "late")
  }

  @Test func aReplicaThatLacksTheSessionsWriteDoesNotAcceptTheNext() throws {
    try check(
      """
      client alice in us-east-1
      guarantee alice monotonic-writes
      hold us1 us2
      write cart milk at ONE as alice via us1
      write cart eggs at ONE as alice
      expect last.outcome == ok and session.retries == 0
      write cart jam at TWO as alice
      expect last.outcome == ok
      """)
    let refused = try play(
      """
      client alice in us-east-1
      guarantee alice monotonic-writes
      hold us1 us2
      write cart milk at ONE as alice via us1
      write cart eggs at ONE as alice via us2
      """)
    #expect(refused.last.outcome == .timeout)
    #expect(try refused.fact("value(us2, cart)") == "none", "nothing was written")
  }

  @Test func blindWritesOfOneSessionAreNotConcurrent() throws {
    let script = """
      set conflict siblings
      client alice in us-east-1
      PROMISE
      write cart milk at ALL as alice blind
      write cart eggs at ALL as alice blind
      """
    #expect(try play(script.replacing("PROMISE", with: "")).fact("siblings(us1, cart)") == "2")
    let promised = try play(script.replacing("PROMISE", with: "guarantee alice monotonic-writes"))
    #expect(try promised.fact("value(us1, cart)") == "eggs")
  }

  @Test func aWriteThatTimedOutObligesNobody() throws {
    try check(
      """
      client alice in us-east-1
      guarantee alice causal
      isolate us1
      write cart milk at ALL as alice via us1
      expect last.outcome == timeout
      read cart at ONE as alice via us2
      expect last.outcome == ok and last.value == none and session.waits == 0
      """)
  }

  @Test func whatNobodyCanServeIsWaitedFor() throws {
    try check(
      """
      client alice in us-east-1
      guarantee alice causal
      write cart milk at ONE as alice via eu1
      cut us-east-1 eu-west-1
      cut us-east-1 ap-south-1
      wipe us-east-1
      restart us-east-1
      async read cart at ONE as alice
      run 1s
      heal
      run until hints.replayed > 0 within 20s
      """ + "\nexpect session.waits > 10\n")
  }

  @Test func noneEndsIt() throws {
    try check(
      """
      client alice in us-east-1
      guarantee alice causal
      hold us1 us2
      write cart milk at ONE as alice via us1
      guarantee alice none
      read cart at ONE as alice via us2
      expect last.value == none and session.retries == 0 and session.waits == 0
      """)
  }
}
