import Testing

@testable import Analysis
@testable import Workbench

/// A user's timeline as `show timeline` and the view tell of it.
@Suite("How a timeline stands") struct TimelineReportTests {
  private static let start = """
    follow bob alice in us-east-1
    followers alice 1000000
    follow carol alice in eu-west-1
    follow carol bob
    post alice hello
    run 1s
    timeline bob
    post bob indeed
    run 1s
    timeline carol
    """

  private func report(_ user: String, after script: String) throws -> TimelineReport {
    let played = try play(script)
    return try #require(TimelineReport(of: user, in: nil, played.session.timeline))
  }

  @Test("each region's cached timeline, what daemons have yet to insert, and a reply that was there before its post")
  func fanOut() throws {
    let carol = try report("carol", after: Self.start)
    #expect(carol.regions.map(\.cached) == [1, 1, 1] && carol.regions.map(\.missing) == [1, 1, 1])
    #expect(carol.regions.map(\.isHome) == [false, true, false])
    #expect(carol.rows.map(\.post) == ["bob.post.1", "alice.post.1"])
    #expect(carol.rows[0].cells.map(\.kind) == [.there, .there, .there] && carol.rows[0].left == 0)
    #expect(carol.rows[1].cells.map(\.kind) == [.coming, .coming, .coming])
    #expect(carol.rows[1].left == carol.regions.reduce(0) { $0 + $1.left })
    #expect(carol.fanOuts.count == 3 && carol.fanOuts[1].contains("of 1,000,002 inserts left in eu-west-1"))
    #expect(carol.wrongs.map(\.operation) == [4] && carol.wrongs[0].text.contains("bob.post.1 before alice.post.1"))
    #expect(carol.latest == 4)
    let bob = try report("bob", after: Self.start)
    #expect(bob.lacks.isEmpty && bob.wrongs.isEmpty && bob.rows[1].cells.map(\.kind) == [.there, .there, .there])
  }

  @Test("what nobody inserts is read: where, and how far behind that is") func pulled() throws {
    let carol = try report(
      "carol",
      after: """
        follow carol alice in eu-west-1
        followers alice 5000
        set pull-above 1000
        cut us-east-1 -> eu2
        cut ap-south-1 -> eu2
        post alice hello in us-east-1 at LOCAL_QUORUM
        run 1s
        timeline carol
        crash eu1
        timeline carol
        """)
    #expect(carol.rows[0].cells.map(\.kind) == [.read, .stuck, .read] && carol.rows[0].cells[1].words == "not at eu2")
    #expect(carol.sources == ["1 post of alice would be read at eu2, which lacks 1: it is 1.00 s behind"])
    #expect(carol.wrongs.map(\.text) == ["no longer has alice.post.1, which it has shown: it has gone backwards"])
  }

  @Test("a region without replicas that run, and links that are cut") func faults() throws {
    let carol = try report(
      "carol",
      after: """
        follow carol alice in eu-west-1
        cut us-east-1 eu-west-1
        cut ap-south-1 eu-west-1
        post alice hello in us-east-1 at LOCAL_QUORUM
        run 1s
        crash ap-south-1
        """)
    #expect(carol.rows[0].cells.map(\.text) == ["●", "✗ cut off", "●"])
    #expect(carol.lacks == ["alice.post.1: no replica of eu-west-1 holds it: the links to there are cut"])
  }

  @Test("is told in lines that fit, also of one region") func lines() throws {
    let played = try play("\(Self.start)\nshow timeline carol\nshow timeline bob in ap-south-1")
    #expect(played.shown.contains { $0.hasPrefix("carol: at home in eu-west-1; follows alice and bob") })
    #expect(played.shown.contains("What is missing in eu-west-1"))
    #expect(!played.shown.contains("What is missing in ap-south-1"))
    #expect(played.shown.allSatisfy { $0.count <= 66 }, "\(played.shown.filter { $0.count > 66 })")
  }

  @Test func isRefusedOfNobodyAndWhereThereAreNone() {
    #expect(refusal(of: "show timeline zoe", after: Self.start)?.contains("nobody called `zoe`") == true)
    #expect(refusal(of: "show timeline zoe", after: "cluster a:3 scheme=log")?.contains("timeline") == true)
  }
}
