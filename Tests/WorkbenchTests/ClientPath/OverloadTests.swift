import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Insight
@testable import Language
@testable import Workbench

/// A replica that serves 125 requests a second is asked for 100, and for 10 seconds for twice as many (HotOS 2021, *Metastable
/// Failures in Distributed Systems*: a trigger, and an effect that sustains the failure when it is gone).
@Suite("After ten seconds of twice the load") struct OverloadTests {
  /// The share of the reads that came in each span after the trigger and were answered.
  private func goodput(_ settings: String, spans: [Int]) throws -> [Double] {
    var played = try play(
      """
      cluster us-east-1:1 rf=1
      set processing-time 8ms
      set read-timeout 1s
      \(settings)
      load 100/s for \(20 + 10 + spans.reduce(0, +) + 60)s write 0%
      run 20s
      load 100/s for 10s write 0%
      run 10s
      """)
    var shares: [Double] = []
    for span in spans {
      let before = played.tally
      try played.session.execute(.prompt("run \(span)s"), isPrompt: true) { _ in }
      shares.append(Double(played.tally.readsAnswered - before.readsAnswered) / Double(100 * span))
    }
    return shares
  }

  @Test("clients that try three times more, without a budget, keep the store down for ten minutes")
  func staysDown() throws {
    for share in try goodput("set retries 3 base 50ms cap 20s", spans: [60, 240, 300]) { #expect(share < 0.5) }
  }

  @Test("a budget of tokens for retries lets it recover within 30 seconds")
  func budgetCures() throws {
    let shares = try goodput("set retries 3 base 50ms cap 20s budget 500", spans: [40, 30])
    #expect(shares[1] > 0.99)
  }

  @Test(
    "dropping what comes too late, or serving the latest first, lets it recover within seconds",
    arguments: ["deadline", "lifo"])
  func sheddingCures(_ shed: String) throws {
    let shares = try goodput("set retries 3 base 50ms cap 20s\nset shed \(shed)", spans: [2, 20])
    #expect(shares[1] > 0.9)
  }

  @Test("a queue never holds more than it has room for, and what it sheds is counted", arguments: ["fifo", "lifo"])
  func boundedQueue(_ shed: String) throws {
    let played = try play(
      """
      cluster us-east-1:1 rf=1
      set processing-time 100ms
      set queue 7
      set shed \(shed)
      load 1000/s for 50ms write 0%
      run 60ms
      """)
    #expect(played.session.cluster.replicas[ReplicaID(0)].queueLength == 8)
    #expect(try played.fact("shed.total") == "42")
  }
}
