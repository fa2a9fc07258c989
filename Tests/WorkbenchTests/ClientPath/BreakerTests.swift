import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// Circuit breakers and second questions: what clients do about a store that doesn't answer.
@Suite("A region's clients") struct BreakerTests {
  @Test(
    "stop asking once enough of their last calls have failed, try again after a while, and are judged by those trials")
  func breaker() throws {
    try check(
      """
      set failure-detector oracle
      set breaker 50% of 4 open 10s trials 2
      crash eu-west-1
      write a 1 at ONE
      write a 2 at ONE
      write a 3 at ALL
      expect breaker(us-east-1) == closed
      write a 4 at ALL
      expect breaker(us-east-1) == open
      write a 5 at ONE
      expect last.outcome == rejected and last.latency == 0ms and rejected.total == 1
      # Another region's clients have their own.
      write a 6 at ONE in ap-south-1
      expect last.outcome == ok and breaker(ap-south-1) == closed
      run 10s
      write a 7 at ALL
      expect last.outcome == unavailable and breaker(us-east-1) == trial
      write a 8 at ALL
      expect breaker(us-east-1) == open
      run 10s
      write a 9 at ONE
      write a 10 at ONE
      expect last.outcome == ok and breaker(us-east-1) == closed
      """)
  }

  @Test("are refused without anything being sent, and `why` says since when the breaker is open")
  func refusalExplained() throws {
    let played = try play(
      """
      set failure-detector oracle
      set breaker 100% of 1 open 10s trials 1
      crash eu-west-1
      write a 1 at ALL
      write a 2 at ONE
      """)
    let text = try #require(Explanation(of: 2, in: played.session.timeline)).lines.joined(separator: " ")
      .split(separator: " ").joined(separator: " ")
    #expect(text.contains("The circuit breaker of its region's clients, open since 1.000 ms, refuses it"), "\(text)")
    #expect(played.session.cluster.catalogue.versions.count == 0)
    var history: [String] = []
    HistoryExport.write(played.session.world) { history.append($0) }
    #expect(history.contains { $0.contains("\"type\":\"fail\"") && $0.contains("rejected") })
  }

  @Test("ask a second coordinator for a read that is late, and take the first answer")
  func hedging() throws {
    try check(
      """
      write a 1 at ALL
      slow us1 by 300ms
      read a
      expect last.latency == 301ms
      set hedge 20ms
      read a
      # Twenty milliseconds, and a read by the next.
      expect last.latency == 21ms and op(-1).coordinator == us2 and hedges.total == 1
      """)
  }

  @Test("that go by a percentile ask nobody twice before a hundred reads were answered")
  func percentile() throws {
    try check(
      """
      write a 1 at ALL
      set hedge 95p
      link us-east-1 us-east-1 uniform(0.2ms, 20ms)
      load 100/s for 990ms write 0% at LOCAL_QUORUM in us-east-1
      run 2s
      expect hedges.total == 0
      load 100/s for 20s write 0% at LOCAL_QUORUM in us-east-1
      run 30s
      # Five of a hundred are later than that.
      expect hedges.total > 60 and hedges.total < 150
      """)
  }
}
