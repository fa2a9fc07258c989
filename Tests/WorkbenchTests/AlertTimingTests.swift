import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// Alerts fire and clear at the instants that arithmetic gives.
///
/// Of a period of 1 h, page watches 5 s and 1/12 of that, slow 30 s and 2.5 s, ticket 6 min and 30 s. An event at `t` leaves a
/// window of length `d` at `t + d`, so that an alert with nothing else in its short window clears there.
@Suite struct AlertTimingTests {
  /// 1 h ÷ 8,640, to the microsecond.
  private static let (pageShort, slowShort, ticketShort): (Int64, Int64, Int64) = (416_667, 2_500_000, 30_000_000)
  private static let two = "cluster a:1 b:1\nlink a b 40ms\n"

  private struct Course: Equatable, CustomStringConvertible {
    let fired: Int64
    let cleared: Int64?

    var description: String { "\(fired) – \(cleared.map(String.init) ?? "now")" }
  }

  private func session(_ script: String) throws -> Session {
    try play("show alerts\n" + script, keepsTrace: true).session
  }

  private func courses(_ alert: String, _ session: Session) -> [Course] {
    session.world.board.firings.filter { $0.alert == alert }.map {
      Course(fired: $0.fired.microseconds, cleared: $0.cleared?.microseconds)
    }
  }

  private func ended(_ number: Int, _ session: Session) throws -> Int64 {
    try #require(session.world.observer.history[OperationID(number)]).operation.ended.microseconds
  }

  private func accepted(_ session: Session) throws -> Int64 {
    let trace = session.world.observer.trace
    let records = (0..<trace.count).map { trace[$0] }
    return try #require(records.first { if case .accepted = $0.what { true } else { false } }).at.microseconds
  }

  @Test("1 · the only operation fails: 1 of 1 is 100 times what 99 % allows; each alert clears by its short window")
  func oneFailure() throws {
    let session = try session("\(Self.two)crash a\nset failover local\nread k in a\nrun 1m")
    let end = try ended(1, session)
    #expect(courses("availability-page", session) == [Course(fired: end, cleared: end + Self.pageShort)])
    #expect(courses("availability-slow", session) == [Course(fired: end, cleared: end + Self.slowShort)])
    #expect(courses("availability-ticket", session) == [Course(fired: end, cleared: end + Self.ticketShort)])
  }

  @Test("2 · 1 of 11 fails at once: 9.09 times what is allowed; more than 6, not more than 14.4")
  func oneOfEleven() throws {
    let reads = String(repeating: "read k at ONE in b\n", count: 10)
    let session = try session("\(Self.two)set failover local\n\(reads)crash a\nread k at ONE in a\nrun 1m")
    let end = try ended(11, session)
    // Ten reads of half a millisecond and the like are all in the last 0.417 s.
    #expect(end < Self.pageShort)
    #expect(courses("availability-page", session).isEmpty)
    #expect(courses("availability-slow", session) == [Course(fired: end, cleared: end + Self.slowShort)])
  }

  @Test("3 · one of two copies is cut off: overdue 1 s and 1 µs after acceptance; the alert stands until it arrives")
  func lagBreaches() throws {
    let session = try session("\(Self.two)cut a b\nwrite k v at ONE in a\nrun 20s\nheal\nrun 20s")
    let accepted = try accepted(session)
    let firings = courses("lag-page", session)
    // 1 good and 1 bad of 5 s is 50 times what is allowed, 1 bad of 0.417 s is 100 times.
    #expect(firings.map(\.fired) == [accepted + 1_000_001])
    let cleared = try #require(firings.first?.cleared)
    let arrival = try #require(arrivals(session).last)
    #expect(cleared == arrival, "an overdue copy is missing data, and breaches, until it is there")
  }

  /// When versions reached replicas.
  private func arrivals(_ session: Session) -> [Int64] {
    let trace = session.world.observer.trace
    return (0..<trace.count).compactMap { place in
      if case .stored = trace[place].what { trace[place].at.microseconds } else { nil }
    }
  }

  @Test("4 · the same where missing data is ignored: the short window empties, and the page clears during the outage")
  func lagIgnored() throws {
    let session = try session(
      "\(Self.two)set objective lag 99% missing ignore\ncut a b\nwrite k v at ONE in a\nrun 40s")
    let judged = try accepted(session) + 1_000_001
    #expect(courses("lag-page", session) == [Course(fired: judged, cleared: judged + Self.pageShort)])
    #expect(courses("lag-slow", session) == [Course(fired: judged, cleared: judged + Self.slowShort)])
    #expect(courses("lag-ticket", session) == [Course(fired: judged, cleared: judged + Self.ticketShort)])
  }

  @Test("5 · the same where it is kept: the alert stays until something is judged again")
  func lagKept() throws {
    let session = try session(
      "\(Self.two)set objective lag 99% missing keep\ncut a b\nwrite k v at ONE in a\nrun 10s\nheal\nrun 5s\nwrite k w at ALL in a"
    )
    let judged = try accepted(session) + 1_000_001
    let trace = session.world.observer.trace
    let second = (0..<trace.count).map { trace[$0] }.filter { if case .accepted = $0.what { true } else { false } }[1]
    // The next copy, stored where it is accepted, is good: 0 of 1 in both windows.
    #expect(courses("lag-page", session) == [Course(fired: judged, cleared: second.at.microseconds)])
  }

  @Test("6 · a version that a live owner lacks is late 500 ms and 1 µs after acceptance")
  func convergence() throws {
    let session = try session("\(Self.two)cut a b\nwrite k v at ONE in a\nrun 1m")
    let judged = try accepted(session) + 500_001
    #expect(courses("convergence-page", session) == [Course(fired: judged, cleared: judged + Self.pageShort)])
    #expect(courses("convergence-slow", session) == [Course(fired: judged, cleared: judged + Self.slowShort)])
    #expect(courses("convergence-ticket", session) == [Course(fired: judged, cleared: judged + Self.ticketShort)])
  }

  @Test("7 · one stale read of one: 20 times what 95 % allows, which is the most; 14.4 is exceeded")
  func oneStaleRead() throws {
    let session = try session("\(Self.two)cut a b\nwrite k v at ONE in a\nread k at ONE in b\nrun 1m")
    let end = try ended(2, session)
    #expect(try #require(session.world.observer.history[OperationID(2)]).isStale)
    #expect(courses("stale-reads-page", session) == [Course(fired: end, cleared: end + Self.pageShort)])
  }

  @Test("8 · one stale read of two: 10 times; slow fires and page does not")
  func oneStaleReadOfTwo() throws {
    let session = try session(
      "\(Self.two)cut a b\nread x at ONE in a\nwrite k v at ONE in a\nread k at ONE in b\nrun 1m")
    let end = try ended(3, session)
    #expect(courses("stale-reads-page", session).isEmpty)
    #expect(courses("stale-reads-slow", session) == [Course(fired: end, cleared: end + Self.slowShort)])
  }

  @Test(
    "9 · two regions write at once, and meet as the link heals: a conflict of four stores is 250 times what is allowed")
  func conflict() throws {
    let session = try session("\(Self.two)cut a b\nwrite k v at ONE in a\nwrite k w at ONE in b\nrun 20s\nheal\nrun 1m")
    let trace = session.world.observer.trace
    let clashes = (0..<trace.count).compactMap { place -> Int64? in
      guard case .stored(_, _, let reception, _, _) = trace[place].what, reception == .overwrote || reception == .beaten
      else { return nil }
      return trace[place].at.microseconds
    }
    let (first, last) = (try #require(clashes.first), try #require(clashes.last))
    #expect(last - first < Self.pageShort)
    #expect(courses("conflicts-page", session) == [Course(fired: first, cleared: last + Self.pageShort)])
  }

  @Test("10 · the only repair session fails: 100 times, from the end of its round on")
  func antiEntropy() throws {
    let session = try session("\(Self.two)write k v at ALL in a\ncrash b\nrepair\nrun 1m")
    let trace = session.world.observer.trace
    let round = try #require(
      (0..<trace.count).map { trace[$0] }.last { if case .repaired = $0.what { true } else { false } })
    let end = round.at.microseconds
    #expect(courses("anti-entropy-page", session) == [Course(fired: end, cleared: end + Self.pageShort)])
    #expect(courses("anti-entropy-ticket", session) == [Course(fired: end, cleared: end + Self.ticketShort)])
  }

  @Test("windows are in proportion to the period: of 12 h the page's short one lasts 5 s")
  func period() throws {
    let session = try session(
      "set slo-period 12h\n\(Self.two)set slo-period 12h\ncrash a\nset failover local\nread k in a\nrun 1m")
    let end = try ended(1, session)
    #expect(courses("availability-page", session) == [Course(fired: end, cleared: end + 5_000_000)])
  }

  @Test("how time is played changes nothing: whole, event by event, or gone back in")
  func playing() throws {
    let script = "\(Self.two)load 50/s for 20s write 50% keys 5 at ONE\nrun 4s\ncut a b\nrun 6s\nheal\nrun 20s"
    let whole = try session(script)
    let stepwise = try session(
      "alert never when time > 10d\n"
        + script.replacing("cluster a:1 b:1", with: "cluster a:1 b:1\nalert never when time > 10d"))
    let travelled = try session(script + "\nback 300\nrun 1s\ngoto 30s")
    #expect(!whole.world.board.firings.isEmpty)
    #expect(whole.world.board.firings == travelled.world.board.firings)
    #expect(whole.world.board.firings == stepwise.world.board.firings)
    let late = try play(script + "\nshow alerts", keepsTrace: true).session
    #expect(whole.world.board.firings == late.world.board.firings, "who asks late learns the same")
  }
}
