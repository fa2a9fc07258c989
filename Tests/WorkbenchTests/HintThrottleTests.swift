import Kernel
import Testing

@testable import Language
@testable import Replication
@testable import Workbench

/// How fast hints are replayed, to how many at once, and that hints that wait cost nothing.
@Suite struct HintThrottleTests {
  /// Hints for every replica in `down`, all kept by us1, 1,000 of `k0` to `k999` of 67 to 71 bytes.
  private func hinted(_ down: [String], _ settings: String = "", cluster: String = "") -> String {
    """
    \(cluster)
    set failure-detector oracle
    \(settings)
    \(down.map { "crash \($0)" }.joined(separator: "\n"))
    load 1000/s for 1s write 100% keys 1000 size 900B at ONE via us1
    run 5s
    \(down.map { "restart \($0)" }.joined(separator: "\n"))
    run until hints.replayed > 0 within 10s

    """
  }

  @Test(
    "E08 each thread's rate is shared among the other replicas",
    arguments: [
      ("cluster us-east-1:2 rf=2", 1), ("cluster us-east-1:4 rf=4", 3), ("cluster us-east-1:9 rf=9", 8),
    ], [("1024KiB/s", 1_048_576), ("100KB/s", 100_000), ("1MiB/s", 1_048_576), ("3000B/s", 3_000)])
  func share(cluster: (String, others: Int), rate: (String, bytes: Int)) throws {
    let played = try play(hinted(["us2"], "set hint-throttle \(rate.0)", cluster: cluster.0) + "run 4s")
    let pending = played.session.cluster.pendingHints
    // A hint has 40 bytes, its key, 900, a timestamp and its age.
    let sizes = (0..<1_000).map { 40 + "k\($0)".utf8.count + 900 + 8 + 8 }
    // What has left 3.9995 s after the first did, and arrived half a millisecond later.
    var sent = 0
    var due = 0
    while sent < 1_000, due <= 4_000_000 * rate.bytes {
      due += sizes[500] * cluster.others * 1_000_000
      sent += 1
    }
    #expect(abs(1_000 - pending - sent) <= max(2, sent / 100), "\(1_000 - pending) of about \(sent)")
  }

  @Test func offLiftsTheLimit() throws {
    try check(
      hinted(["us2"], "set hint-throttle off") + "run 1ms\nexpect hints.pending == 0 and hints.replayed == 1000")
  }

  @Test func aCoordinatorReplaysToTwoTargetsAtOnceAndToTheOthersInTurn() throws {
    // 1,000 hints of about 960 bytes at 1,024 KiB/s ÷ 8 take 7.3 s; three targets on two threads take two rounds.
    let played = try play(hinted(["eu1", "eu2", "eu3"]) + "run 1s")
    let hints = played.session.cluster.hints(of: ReplicaID(0))
    #expect(hints.sessions.count == 2)
    #expect(hints.waiting.map(\.count).sorted().last == 1_000)
    try check(
      hinted(["eu1", "eu2", "eu3"]) + """
        run 7.4s
        expect hints.pending <= 1000 and hints.pending > 900
        run 7.4s
        expect hints.pending == 0 and converged
        """)
  }

  @Test func aTargetThatFallsOutFreesItsThreadForTheNext() throws {
    let played = try play(hinted(["eu1", "eu2", "eu3"]) + "run 100ms\ncrash eu1\nrun 500ms")
    let sessions = played.session.cluster.hints(of: ReplicaID(0)).sessions
    #expect(sessions.map { played.session.cluster.topology.name(of: $0) }.sorted() == ["eu2", "eu3"])
  }

  @Test(
    "a hint that waits costs no events, for however long",
    arguments: [
      "crash us3", "pause us3", "cut us1 us3", "cut us1 -> us3", "isolate us3", "crash us3\ncrash us1",
      "set failure-detector oracle\ncrash us3",
    ]) func waiting(fault: String) throws
  {
    let script = "cluster us-east-1:3 rf=3\n\(fault)\nrun 2s\nwrite cart milk at ONE\nrun 5s\n"
    let before = try play(script).session.cluster
    let after = try play(script + "run 9000d").session.cluster
    #expect(before.pendingHints > 0 && after.pendingHints == before.pendingHints)
    #expect(after.position == before.position, "\(after.position - before.position) events in silence")
  }

  @Test(
    "and one that is lost on the way is tried ever more seldom, until a fault ends",
    arguments: ["hold us1 us3", "lose 100% us1 us3", "link us1 us3 10s"]) func vain(fault: String) throws
  {
    // A hint lives as long as a tombstone.
    let script =
      "cluster us-east-1:3 rf=3\nset tombstone-grace 10000d\n\(fault)\nwrite cart milk at ONE via us1\nrun 5s\n"
    let after = try play(script + "run 9000d").session.cluster
    #expect(after.pendingHints == 1 && after.position < 200, "\(after.position) events")
    let ends = ["hold us1 us3": "release us1 us3", "lose 100% us1 us3": "lose 0% us1 us3"]
    let end = ends[fault] ?? "link us1 us3 0.5ms"
    try check(script + "run 9000d\n\(end)\nrun 10.1s\nexpect hints.pending == 0 and value(us3, cart) == milk")
  }

  @Test(
    "replay begins within 10 s once the target can be reached",
    arguments: ["crash us3|restart us3", "pause us3|resume us3", "cut us1 us3|heal", "isolate us3|heal us3"], 0..<8)
  func replayBegins(fault: String, phase: Int) throws {
    let (begin, end) = (fault.split(separator: "|")[0], fault.split(separator: "|")[1])
    try check(
      """
      cluster us-east-1:3 rf=3
      \(begin)
      run 2s
      write cart milk at ONE via us1
      run \(3_000 + 1_371 * phase)ms
      \(end)
      run until value(us3, cart) == milk within 10001ms
      """ + "\nexpect value(us3, cart) == milk")
  }

  @Test func withPhiReplayBeginsOnceTheTargetIsThoughtAlive() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      set failure-detector phi
      crash us3
      run 60s
      write cart milk at ONE via us1
      restart us3
      run until not suspects(us1, us3) within 30s
      run 10001ms
      expect value(us3, cart) == milk and hints.pending == 0
      """)
  }

  // MARK: The setting

  @Test(arguments: [
    ("1024KiB/s", 1_048_576, "1024KiB/s"), ("1MiB/s", 1_048_576, "1024KiB/s"), ("500B/s", 500, "500B/s"),
    ("1.5KiB/s", 1_536, "1536B/s"), ("2MB/s", 2_000_000, "2000000B/s"), ("4MiB/s", 4_194_304, "4MiB/s"),
    ("1GiB/s", 1 << 30, "1024MiB/s"), ("1B/s", 1, "1B/s"),
  ]) func aRateIsWrittenWithItsUnit(text: String, bytes: Int64, shown: String) throws {
    let cluster = try play("set hint-throttle \(text)").session.cluster
    #expect(cluster.environment.settings.hintThrottle == ByteRate(bytesPerSecond: bytes))
    #expect(Quantity.text(ByteRate(bytesPerSecond: bytes)) == shown)
  }

  @Test(arguments: [
    ("1024KiB", "a rate is a size a second: 1024KiB/s"), ("0B/s", "a rate is at least 1B/s; `off` for no limit"),
    ("1024/s", "a rate has a unit: B, KiB, MiB, GiB, KB, MB or GB, as in 1024KiB/s"),
    ("1024", "a rate has a unit: B, KiB, MiB, GiB, KB, MB or GB, as in 1024KiB/s"),
    ("2048GiB/s", "a rate is at most 1024GiB/s; `off` for no limit"),
    ("fast", "expected `off` or a rate such as 1024KiB/s, found `fast`"),
    ("\"1KiB/s\"", "expected `off` or a rate such as 1024KiB/s, found `1KiB/s`"),
  ]) func aWrongRateSaysWhatIsWrong(text: String, message: String) throws {
    let wrong = #expect(throws: Diagnostic.self) { try play("set hint-throttle \(text)") }
    #expect(wrong?.message == message)
  }

  @Test(arguments: [
    ("anti-entropy 999ms", "this duration must be from 1s to 10000d"),
    ("anti-entropy 0s", "this duration must be from 1s to 10000d"),
    ("gossip 9ms", "this duration must be from 10ms to 1m"),
  ]) func aPeriodHasAFloorAndARefusalNamesIt(setting: String, message: String) throws {
    let wrong = #expect(throws: Diagnostic.self) { try play("set \(setting)") }
    #expect(wrong?.message == message)
    _ = try play("set anti-entropy 1s\nset gossip 10ms")
  }
}
