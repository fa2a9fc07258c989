import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What fires again before it has been quiet is the same page.
@Suite struct AlertPageTests {
  private static func cut(_ rate: Int) -> String {
    """
    show alerts
    load \(rate)/s for 180s write 50% keys 100
    run 30s
    cut us-east-1 eu-west-1
    run 120s
    heal
    run 30s
    """
  }

  @Test("one outage is few pages, however much or little is asked", arguments: [2, 10, 100])
  func outage(rate: Int) throws {
    let session = try play(Self.cut(rate)).session
    for row in AlertReport(session.timeline).rows where !row.firings.isEmpty {
      #expect(row.pages <= 7, "\(row.name) fired \(row.firings.count) times, on \(row.pages) pages")
      #expect(row.firings[0].firing.isNewPage)
    }
    let lag = try #require(AlertReport(session.timeline).rows.first { $0.name == "lag-page" })
    #expect(lag.firings.count > 20 && lag.pages < 4, "\(lag.firings.count), \(lag.pages)")
  }

  @Test("after its long window has been quiet an alert calls anew")
  func anew() throws {
    // Of 1 h the page's long window lasts 5 s.
    let script = """
      cluster a:1 b:1
      show alerts
      set failover local
      write k v at ALL in a
      crash a
      read k in a
      run 4s
      read k in a
      run 20s
      read k in a
      run 20s
      """
    let session = try play(script).session
    let firings = session.world.board.firings.filter { $0.alert == "availability-page" }
    #expect(firings.map(\.isNewPage) == [true, false, true])
  }

  @Test("what flaps is told three times, and once more when it is quiet")
  func told() throws {
    let session = try play(
      Self.cut(100).replacing("show alerts", with: "alert lag-page escalate after 1h to secondary")
    ).session
    let events = session.world.board.events.filter { $0.alert == "lag-page" }
    let firings = session.world.board.firings.filter { $0.alert == "lag-page" }
    let pages = firings.count(where: \.isNewPage)
    #expect(firings.count > 50)
    #expect(events.count <= pages * 6, "\(events.map(\.kind))")
    #expect(events.map(\.kind).contains(.quietened))
    #expect(events.contains { if case .flaps = $0.kind { true } else { false } })
    #expect(events.map(\.at) == events.map(\.at).sorted())
  }

  @Test("a rule of one's own is quiet for as long as it waits, or as its longest window")
  func own() throws {
    let script = """
      cluster a:1 b:1
      alert bad when burn(availability, 400ms) > 50
      alert patient when burn(availability, 400ms) > 50 for 10ms
      set failover local
      write k v at ALL in a
      crash a
      read k in a
      run 600ms
      read k in a
      run 5s
      read k in a
      run 5s
      """
    let session = try play(script).session
    // 5 min of 30 d are 0.42 s of 1 h: what is 0.6 s later, less the 0.4 s of the window, is the same page.
    let firings = session.world.board.firings.filter { $0.alert == "bad" }
    #expect(firings.map(\.isNewPage) == [true, false, true])
  }

  @Test(
    "a name that isn't there is spoken of without an article",
    arguments: [
      "alert nobody off", "when nobody do heal", "expect burn(nobody, 5s) > 1", "read k at NOBODY", "crash nobody",
      "view nobody", "switch nobody", "set nobody 1", "profile nobody", "whatif without when nobody",
    ])
  func articles(line: String) throws {
    do {
      _ = try play(line)
      Issue.record("\(line) was taken")
    } catch let error as Diagnostic {
      #expect(error.sentence.contains("there is no "), "\(error.sentence)")
      for article in ["no a ", "no an ", "no the "] { #expect(!error.sentence.contains(article), "\(error.sentence)") }
    }
  }
}
