import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Insight
@testable import Workbench

/// What stands between clients and coordinators takes its time, and answers what it can by itself.
@Suite("On the path to a coordinator") struct PathLatencyTests {
  @Test("the gateway's time and that of finding out who asks are added to the way there")
  func gatewayAndAuthentication() throws {
    try check(
      """
      write cart milk at LOCAL_QUORUM
      expect last.latency == 2ms
      set gateway-delay 29ms
      set authentication 10ms
      write cart eggs at LOCAL_QUORUM
      expect last.latency == 41ms and last.outcome == ok
      """)
  }

  @Test("an edge cache answers in a client's round trip, until what it keeps is as old as its TTL says")
  func edgeHit() throws {
    try check(
      """
      set edge-ttl 10s
      write cart milk at QUORUM
      read cart at QUORUM
      expect last.latency == 81ms and op(-1).servedBy == us1
      read cart at QUORUM
      expect last.latency == 1ms and last.value == milk and op(-1).servedBy == edge-cache
      run 10s
      read cart at QUORUM
      expect op(-1).servedBy == us1
      expect edge.hit-rate > 0.33 and edge.hit-rate < 0.34
      """)
  }

  @Test(
    "writes leave an edge cache as it is, also the client's own; a session that was promised its own writes passes it by"
  )
  func edgeIsStale() throws {
    try check(
      """
      set edge-ttl 10s
      client alice in us-east-1
      write cart milk at QUORUM as alice
      read cart at QUORUM as alice
      write cart eggs at QUORUM as alice
      read cart at QUORUM as alice
      expect last.value == milk and last.stale
      guarantee alice read-your-writes
      write cart jam at QUORUM as alice
      read cart at QUORUM as alice
      expect last.value == jam
      """)
  }

  @Test("an edge cache serves an error, too, for as long as that is said, though the store is well again")
  func edgeKeepsErrors() throws {
    try check(
      """
      set edge-ttl 1m
      set edge-error-ttl 5s
      set failure-detector oracle
      write cart milk at ALL
      crash us3
      read cart at ALL
      expect last.outcome == unavailable and op(-1).servedBy == us1
      restart us3
      read cart at ALL
      expect last.outcome == unavailable and op(-1).servedBy == edge-cache
      expect op(-1).reason == "the edge cache serves an error that came by"
      run 6s
      read cart at ALL
      expect last.outcome == ok
      """)
  }

  @Test("a rate's fraction counts, and units are whole", arguments: [("9.7/s", 970), ("0.5/s", 50), ("600/m", 1_000)])
  func fractions(rate: String, allowed: Int) throws {
    let played = try play(
      "cluster us-east-1:1\nset throttle \(rate) burst 5\nload 50/s for 100s write 100% keys 1000\nrun 101s")
    // Five tokens more were there at the start.
    let passed = played.tally.writesAcknowledged
    #expect((allowed...allowed + 6).contains(passed), "\(passed) of \(allowed)")
    #expect(try played.fact("setting(throttle)").hasPrefix(rate == "600/m" ? "10/s" : rate))
    let streams = "cluster us-east-1:3 scheme=streams"
    #expect(
      refusal(of: "set partition-capacity read 9.7/s write 10/s", after: streams)?.contains("whole number") == true)
    #expect(refusal(of: "set partition-capacity read 600/m write 10/s", after: streams) == nil)
  }

  @Test("a gateway lets through what its bucket holds and what comes in; the rest is throttled and certainly not done")
  func throttle() throws {
    let played = try play(
      """
      set throttle 10/s burst 5
      load 100/s for 1s write 100% keys 10 in us-east-1
      run 3s
      """)
    #expect(try played.fact("operations.ended") == "100")
    // Five at the start, and ten in the second that the load lasts; the last may come a moment too late.
    #expect([14, 15].contains(played.tally.writesAcknowledged))
    #expect(try played.fact("throttled.total") == "\(100 - played.tally.writesAcknowledged)")
    #expect(try played.fact("copies.stored") == "\(9 * played.tally.writesAcknowledged)")
  }

  @Test("each stage of the way has its span, and they add up to what the client waited", arguments: [1, 2, 3, 4, 5])
  func stagesAddUp(_ seed: UInt64) throws {
    let played = try play(
      """
      set gateway-delay uniform(1ms, 30ms)
      set authentication exponential(10ms)
      set edge-ttl 1s
      set throttle 3/s burst 1
      set retries 3 base 50ms cap 1s
      set dns-ttl 60s
      write cart milk at QUORUM in ap-south-1
      read cart at QUORUM
      read cart at QUORUM
      read cart at LOCAL_QUORUM in eu-west-1
      read card at QUORUM in eu-west-1
      """, seed: seed)
    #expect(played.operations.count == 5)
    for operation in played.operations {
      let report = try #require(PathReport(of: operation.id, in: played.session.timeline))
      let sum = report.rows.reduce(TimeSpan.zero) { $0 + $1.span }
      #expect(sum == operation.end - operation.start, "\(report.lines.joined(separator: "\n"))")
      #expect(report.rows.allSatisfy { $0.span >= .zero })
    }
  }
}

extension Played {
  /// What has been counted.
  var tally: Tally { session.world.observer.tally }
}
