import Foundation
import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Rules of one's own, escalation, remedies, and what is true and false of alerts.
@Suite struct AlertTests {
  private static let two = "cluster a:1 b:1\nlink a b 40ms\n"

  private func firings(_ alert: String, _ session: Session) -> [AlertFiring] {
    session.world.board.firings.filter { $0.alert == alert }
  }

  private func accepted(_ session: Session) throws -> Instant {
    let trace = session.world.observer.trace
    return try #require(
      (0..<trace.count).map { trace[$0] }.first { if case .accepted = $0.what { true } else { false } }
    ).at
  }

  @Test func aRuleIsPendingAndFiresAtTheInstantThatItsClockGives() throws {
    let script = "\(Self.two)alert old when lag.oldest > 5s for 10s severity ticket\ncut a b\nwrite k v at ONE in a\n"
    let pending = try play(script + "run 6s", keepsTrace: true).session
    #expect(pending.world.board.state(of: "old") == .pending)
    let session = try play(script + "run 20s\nheal\nrun 20s", keepsTrace: true).session
    // Older than 5 s from 5 s and 1 µs after acceptance on, for 10 s.
    let since = try accepted(session) + TimeSpan(microseconds: 5_000_001)
    let firing = try #require(firings("old", session).first)
    #expect(firing.pending == since && firing.fired == since + .seconds(10))
    #expect(firing.severity == .ticket && firing.cleared != nil)
  }

  @Test func whatBreaksOffDoesNotFire() throws {
    let script =
      "\(Self.two)alert old when lag.oldest > 5s for 10s\ncut a b\nwrite k v at ONE in a\n"
      + "run 8s\nheal\nrun 1m"
    // Hints are looked at every 10 s: the copy comes at 10 s, five seconds too early for the alert.
    #expect(firings("old", try play(script).session).isEmpty)
  }

  @Test func somebodyElseIsToldUnlessItIsAcknowledged() throws {
    let script = """
      \(Self.two)alert old when lag.oldest > 5s escalate after 10s to secondary
      cut a b
      write k v at ONE in a
      run 10s

      """
    let told = try play(script + "run 10s").session
    let firing = try #require(firings("old", told).first)
    #expect(firing.told == [AlertFiring.Told(receiver: "secondary", at: firing.fired + .seconds(10))])
    let taken = try play(script + "alert old acknowledged\nrun 10s").session
    #expect(try #require(firings("old", taken).first).told.isEmpty)
  }

  @Test func aRemedyIsCarriedOutAtItsInstantAndStandsInTheHistory() throws {
    let script = """
      \(Self.two)alert old when lag.oldest > 5s
      when old after 2s do heal
      cut a b
      write k v at ONE in a
      run 30s
      """
    let session = try play(script, keepsTrace: true).session
    let firing = try #require(firings("old", session).first)
    let remedy = try #require(session.timeline.branches[0].inputs.last)
    #expect(remedy.text == "alert old fired: heal" && remedy.time == firing.fired + .seconds(2))
    #expect(firing.cleared != nil, "it has helped")
    #expect(session.cluster.network.link(ReplicaID(0), ReplicaID(1)).isCut == false)
    // Gone back in and played once more it is the same, and not done twice.
    let again = try play(script + "\nback 5\ngoto \(session.now.microseconds)us", keepsTrace: true).session
    #expect(again.timeline.branches.count == 1)
    #expect(again.timeline.branches[0].inputs.count == session.timeline.branches[0].inputs.count)
    #expect(again.world.board.firings == session.world.board.firings)
    // What is kept of the session does the same again.
    let kept = try KeptSession.replayed(session)
    #expect(kept.cluster.fingerprint == session.cluster.fingerprint)
    #expect(kept.world.board.firings == session.world.board.firings)
  }

  @Test func aRemedyCanFollowAnIndicatorsAlert() throws {
    let session = try play(
      "\(Self.two)when lag-page do heal\ncut a b\nwrite k v at ONE in a\nrun 30s", keepsTrace: true
    ).session
    let firing = try #require(firings("lag-page", session).first)
    #expect(firing.fired == (try accepted(session)) + TimeSpan(microseconds: 1_000_001))
    #expect(session.timeline.branches[0].inputs.last?.time == firing.fired)
  }

  @Test func whatWouldNeverEndEnds() throws {
    let session = try play(
      """
      \(Self.two)alert busy when op(-1).outcome == ok
      alert idle when alert(busy) == ok
      when busy do async write k v at ONE in a
      when idle do async write k w at ONE in a
      write k x at ONE in a
      run 1m
      """
    ).session
    #expect(session.timeline.branches[0].inputs.count < 3 * AlertBoard.mostTimes)
  }

  @Test(
    "a wrong remedy is refused as the rule is given, with its place",
    arguments: [
      ("when lag-page do set stream-capacity", "set"), ("when lag-page do run 5s", "run"),
      ("when lag-page do crash nobody", "nobody"), ("when lag-pge do heal", "lag-pge"),
      ("when lag-page do cluster a:3", "cluster"), ("alert lag-page when time > 5s", "lag-page"),
      ("alert x when ever(converged)", "ever"), ("set objective lag 100%", "100%"),
    ])
  func refused(line: String, place: String) throws {
    let names = NameContext.standard
    do {
      _ = try CommandParser.parse(line, in: names)
      Issue.record("\(line) was taken")
    } catch let error as LanguageError {
      let start = try #require(line.range(of: place)).lowerBound
      #expect(error.span.start >= line.distance(from: line.startIndex, to: start), "\(line)")
    }
  }

  @Test func theTruthSaysWhatAnAlertMissedAndWhatWasFalse() throws {
    let session = try play(
      """
      \(Self.two)alert noisy when lag.delivered > 30ms
      write k v at ALL in a
      run 10s
      cut a b
      write k w at ONE in a
      run 10s
      heal
      run 1m
      """
    ).session
    let report = AlertReport(session.timeline)
    let noisy = try #require(report.rows.first { $0.name == "noisy" })
    #expect(noisy.falseAlarms == 1, "copies that take 40 ms are no breach of anything")
    let page = try #require(report.rows.first { $0.name == "lag-page" })
    let firing = try #require(page.firings.first)
    #expect(firing.cause?.text == "cut a b" && page.missed == 0 && page.falseAlarms == 0)
    // The cut stood for some time before the write that it held up, which is overdue a second later.
    #expect(try #require(firing.delay) > .seconds(1))
  }

  @Test func anIndicatorClearsWhenItsWindowSaysSo() throws {
    let script = "\(Self.two)cut a b\nwrite k v at ONE in a\nrun 5m\nheal\nrun 1m\n"
    let played = try play(script + "expect slo(lag) != critical\nexpect alert(lag-page) == ok\nshow slo")
    #expect(played.session.expectations.failed == 0)
    #expect(!played.shown.contains { $0.contains("CRITICAL") })
    #expect(played.shown.contains { $0.contains("For the whole run") })
    let during = try play("\(Self.two)cut a b\nwrite k v at ONE in a\nrun 5m\nexpect slo(lag) == critical")
    #expect(during.session.expectations.failed == 0)
  }

  @Test func nothingIsCountedWhereNobodyAsks() throws {
    let session = try play("\(Self.two)write k v at ALL in a\nrun 10s").session
    #expect(!session.timeline.isWatching && session.world.board.firings.isEmpty)
  }

  @Test func rulesForPrometheusHaveTheSameThresholds() throws {
    let session = try play("set slo-period 30d\nalert old when lag.oldest > 5s and writes.failed > 3 for 10m").session
    let lines = PrometheusRules.lines(of: session)
    #expect(lines.contains("      - alert: \"lag-page\""))
    #expect(lines.contains { $0.contains("[1h]") && $0.contains("[5m]") && $0.contains("> 0.144") })
    let own = try #require(lines.first { $0.contains("eventually_lag_oldest_seconds > 5") })
    #expect(own.contains("eventually_writes_failed_total > 3"))
    #expect(lines.contains("        for: 10m"))
  }
}
