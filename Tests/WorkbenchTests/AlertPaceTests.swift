import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// How often alerts are judged: ages as exactly as if they were worked out at each event, and what looks at the whole history once a
/// second.
@Suite struct AlertPaceTests {
  /// What makes copies late, never come, or be missing again.
  private static let courses = [
    "cut us-east-1 eu-west-1\nrun 4s\nheal", "crash eu1\nrun 3s\nwipe eu1\nrestart eu1",
    "set hints off\nisolate ap1\nrun 4s\nheal\nrepair",
    "lose 20% us-east-1 eu-west-1\nrun 5s\nlose 0% us-east-1 eu-west-1",
    "cut us-east-1 -> eu-west-1\nrun 2s\ncut us-east-1 ap-south-1\nrun 3s\nheal us-east-1 eu-west-1\nrun 2s\nheal",
  ]

  @Test(
    "an age passes its limit when its value does", arguments: courses.indices,
    ["lag.oldest", "lag.oldest(us-east-1, eu-west-1)"])
  func ages(course: Int, fact: String) throws {
    for comparison in course == 0 ? ["> 2s", ">= 2s", "<= 700ms", "== 0ms"] : ["> 2s"] {
      let script = """
        alert old when \(fact) \(comparison)
        load 12/s for 9s write 60% keys 6 at ONE
        run 1s
        \(Self.courses[course])
        run 9s
        """
      let session = try play(script, seed: UInt64(course + 1)).session
      // The same once more, event by event, with the value itself.
      var again = session.timeline
      again.goto(position: 0)
      var reader = CommandReader("\(fact) \(comparison)", context: session.names(isPrompt: false))
      let condition = try reader.condition()
      var wrong: [Int] = []
      while again.position < session.timeline.position, again.step() {
        guard again.world.board.state(of: "old") != nil else { continue }
        let facts = FactContext(again.world, commands: 0, predictions: PredictionMemo())
        let isFiring = again.world.board.state(of: "old") == .firing
        if facts.holds(condition) != isFiring { wrong.append(again.position) }
      }
      #expect(wrong.isEmpty, "\(comparison): at \(wrong.count) events, the first \(wrong.first ?? 0)")
      let hasFired = session.world.board.firings.contains { $0.alert == "old" }
      #expect(hasFired || fact != "lag.oldest", "\(comparison) never fires")
    }
  }

  @Test(
    "what looks at all operations, or compares all copies, is judged at whole seconds",
    arguments: [
      "count(read) > 20", "lag.p99 > 1ms", "phi-consistency <= 100%", "latency(p50 read) > 0ms", "slo(lag) == ok",
    ])
  func interval(condition: String) throws {
    let script = """
      alert costly when \(condition) for 1500ms
      run 300ms
      load 20/s for 10s write 50% keys 5 at ONE
      run 20s
      """
    let session = try play(script).session
    let firings = session.world.board.firings.filter { $0.alert == "costly" }
    #expect(!firings.isEmpty)
    for firing in firings {
      for instant in [firing.pending, firing.fired, firing.cleared].compactMap({ $0 }) {
        #expect(instant.microseconds % 1_000_000 == 0, "\(instant)")
      }
      #expect(firing.fired - firing.pending == .seconds(2), "1.5 s are over at the look after")
    }
  }

  @Test("how time is played changes nothing where alerts are judged once a second")
  func playing() throws {
    let script = """
      alert many when count(read) > 20
      alert old when lag.oldest > 300ms for 400ms
      load 20/s for 10s write 50% keys 5 at ONE
      run 2s
      cut us-east-1 eu-west-1
      run 3s
      heal
      run 15s
      """
    let whole = try play(script).session.world.board.firings
    let stepwise = try play(script.replacing("run 15s", with: "step 400\nrun until time > 19s within 20s\nrun 15s"))
    let travelled = try play(script + "\nback 300\nrun 1s\ngoto 20s").session.world.board.firings
    #expect(whole.count > 1 && whole == travelled)
    #expect(stepwise.session.world.board.firings.prefix(whole.count) == whole[...])
  }

  @Test("where nothing happens no age costs anything", arguments: ["> 10s", "== 0ms", "> 0ms", "<= 1us"])
  func idle(comparison: String) throws {
    let session = try play("alert old when lag.oldest \(comparison)\nwrite k v at ALL\nrun 10000d").session
    #expect(session.now > .start + .hours(24 * 10_000))
    #expect(session.world.board.nextInstant(after: session.now) == nil)
  }

  @Test("a record that a mirror is to bring is due where it goes", arguments: [false, true])
  func mirrors(isOff: Bool) throws {
    let script = """
      cluster us-east-1:3 eu-west-1:3 scheme=log
      set mirror us-east-1 -> eu-west-1
      show alerts
      write warm up at ACKS_ALL
      run 2s
      expect lag.oldest == 0ms and lag.delivered(us-east-1, eu-west-1) > 40ms
      cut us-east-1 eu-west-1
      write cart milk at ACKS_ALL
      run 10s
      expect lag.oldest(us-east-1, eu-west-1) > 9s and lag.oldest(eu-west-1, us-east-1) == 0ms
      expect alert(lag-page) == firing
      \(isOff ? "set mirror off" : "heal")
      run 10s
      expect lag.oldest == 0ms and alert(lag-page) == ok
      """
    let played = try play(script, keepsTrace: true)
    #expect(played.session.expectations.failed == 0, "\(played.expectations.filter { !$0.isHeld }.map(\.condition))")
    let trace = played.session.world.observer.trace
    let accepted = (0..<trace.count).map { trace[$0] }.filter { if case .accepted = $0.what { true } else { false } }
    let late = try #require(accepted.filter { $0.at > .start + .seconds(2) }.first)
    let firing = try #require(played.session.world.board.firings.first { $0.alert == "lag-ticket" })
    #expect(firing.fired == late.at + TimeSpan(microseconds: 1_000_001))
    let copies = played.session.world.observer.convergence.copies
    #expect(copies.missing == 0, "\(copies)")
  }
}
