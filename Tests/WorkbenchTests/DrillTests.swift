import Drills
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// A drill in small: what comes in, what is proven, what a change does, and what is written afterwards.
@Suite struct DrillTests {
  private static let scene = """
    cluster a:1 b:1 rf=1 scheme=streams
    link a b 40ms
    set stream-capacity 0.5/s
    load 1/s for 20m write 100% keys 3 in a
    load 1/s for 20m write 0% keys 3 in b
    run 10m
    set stream-capacity 5/s
    """

  private static let page = """
    title: Late
    summary: Something is late.
    clock: "23:50"
    ends: 20m
    look: 10s
    symptom: lag.drain(a, b) > 20s
    story: |
      First.

      Second.
    alarms:
      - { name: "late", when: "lag.drain(a, b) > 60s", for: 20s, says: "what waits takes a minute" }
    tickets:
      - { from: "Ann", at: 3m, says: "I see old things." }
      - { from: "Bob", when: "stale > 50%", says: "So do I." }
    checklist:
      - { phase: "at first", ask: "What waits?", command: "show backlog" }
    causes:
      - { cause: "a cut", why: "They hear each other." }
      - cause: too little capacity
        right: true
        why: Half of the writes go across.
        proof: { looked: [show lag], operation: op(N).stale, words: "look and name a stale read" }
    mitigations:
      - { command: "set stream-capacity", worth: right, why: "More goes across." }
      - { command: "cut", worth: harmful, why: "Nothing goes across." }
    price: { stale: 1, failed: 2, lost: 3, words: "made up" }
    original: { story: Once., recovered: 10m, sources: [a book] }
    figures:
      - { name: "drain", unit: s, published: 60, within: 50%, fact: "lag.drain(a, b)", at: 1m }
      - { name: "far off", unit: s, published: 9, within: "1", fact: "lag.drain(a, b)", at: 1m }
      - { name: "end", unit: s, measure: recovery }
    """

  private func drill(_ page: String = page, _ scene: String = scene) throws -> Drill {
    try Drill("late", page: page, scene: scene, solution: "")
  }

  @discardableResult
  private func take(_ line: String, _ play: inout DrillPlay) throws -> [DrillEntry] {
    try play.take(.prompt(line)) { _ in }
  }

  @Test func timeStopsWhenSomebodyCalls() throws {
    var play = try DrillPlay(try drill())
    var calls: [DrillEntry] = []
    while !play.isOver { calls += try take("run 1h", &play) }
    let headings = calls.map(\.heading)
    #expect(
      headings.contains("page late") && headings.contains("ticket from Ann") && headings.contains("ticket from Bob"))
    let ann = try #require(calls.first { $0.heading == "ticket from Ann" })
    #expect(ann.at == .start + .seconds(180))
    #expect(play.drill.clock.text(ann.at) == "23:53" && play.drill.clock.text(play.session.now) == "00:10 the next day")
    let page = try #require(calls.first { $0.heading == "page late" })
    // More than 60 s of backlog at half a change a second are 31 changes: after a minute, and 20 s of that.
    #expect(page.at >= .start + .seconds(80) && page.at <= .start + .seconds(110))
  }

  @Test func noAlarmsAreInForceButTheDrills() throws {
    for folder in ShippedDrills.all {
      let drill = try Drill(folder.name, page: folder.page, scene: folder.scene, solution: folder.solution)
      var play = try DrillPlay(drill)
      for _ in 0..<3 { try take("run 20m", &play) }
      let alerts = AlertReport(play.session.timeline).rows
      #expect(alerts.isEmpty, "\(folder.name): \(alerts.map(\.name))")
    }
  }

  @Test func noCallMissesItsTurnWhileAnOperationIsUnderWay() throws {
    let slow = "cluster a:1 b:1 rf=1\nset read-timeout 10m\nset processing-time 200s\nrun 1m\nset read-timeout 9m"
    var play = try DrillPlay(try drill(Self.page, slow))
    let calls = try take("read k1 in b", &play)
    #expect(calls.contains { $0.heading == "ticket from Ann" })
    #expect(play.session.now >= .start + .seconds(180))
  }

  @Test func aGuessCostsTenMinutesAndTheRightCauseNeedsItsProof() throws {
    var play = try DrillPlay(try drill())
    while play.session.now < .start + .seconds(120) { try take("run 30s", &play) }
    for number in [7, 0, Int.min, .max] { #expect(play.name(number, because: nil) == nil) }
    #expect(play.name(1, because: nil)?.kind == .wrong)
    #expect(play.name(2, because: nil)?.kind == .unproven)
    try take("read k0 in b", &play)
    let stale = try #require(play.session.operations(1).last)
    #expect(stale.isStale == true)
    #expect(play.name(2, because: stale.id)?.kind == .unproven, "nobody has looked at the lag")
    try take("show lag", &play)
    #expect(play.name(2, because: nil)?.kind == .unproven, "no operation is named")
    #expect(play.name(2, because: stale.id)?.kind == .named)
    let score = DrillScore(play)
    #expect(score.guesses == 4)
    #expect(try #require(score.named) >= .seconds(120 + 4 * 600))
  }

  @Test func whatIsChangedChangesWhatComesOfIt() throws {
    let untouched = try DrillCourse(untouched: try drill())
    var play = try DrillPlay(try drill())
    try take("run 30s", &play)
    try take("set stream-capacity 4/s", &play)
    play.finish()
    let score = DrillScore(play)
    #expect(score.stale < untouched.score.stale && score.sales < untouched.score.sales)
    #expect(score.changes == 1 && score.harmful == 0)
    // The scene leaves alone what somebody has taken in hand.
    #expect(play.session.cluster.environment.settings.streamCapacity == 4)
    var harm = try DrillPlay(try drill())
    try take("cut a b", &harm)
    harm.finish()
    let harmed = DrillScore(harm)
    #expect(harmed.harmful == 1 && harmed.stale > untouched.score.stale)
  }

  @Test func figuresAreReadFromTheRunThatNobodyTouched() throws {
    let drill = try drill()
    let course = try DrillCourse(untouched: drill)
    let drain = try #require(course.values[0])
    #expect(drain > 50 && drain < 65)
    #expect(course.values[1] == drain)
    // From 10 minutes on 4 changes a second are caught up, of 300.
    let end = try #require(course.values[2])
    #expect(end > 600 && end < 700)
    var play = try DrillPlay(drill)
    play.finish()
    let sheet = try DrillSheet(play)
    #expect(sheet.figures.contains { $0.contains("agrees") } && sheet.figures.contains { $0.contains("differs") })
  }

  @Test func whatLeadsElsewhereIsRefused() throws {
    var play = try DrillPlay(try drill())
    for line in [
      "undo", "back 3", "goto 1s", "fork x", "cluster c:3", "seed 4", "step 9", "save x.ev", "source y.ev",
      "profile uber-metrics",
    ] {
      #expect(throws: Diagnostic.self, "\(line)") { try take(line, &play) }
    }
    #expect(play.journal.isEmpty && play.session.now == .start)
  }

  @Test func thePostMortemReplays() throws {
    var play = try DrillPlay(try drill())
    play.run(to: .start + .seconds(120))
    try take("read k0 in b", &play)
    try take("async write k1 mine in a", &play)
    try take("set stream-capacity 3/s", &play)
    try take("alert mine when lag.drain(a, b) < 5s", &play)
    try take("run until lag.drain(a, b) < 10s within 1h", &play)
    play.finish()
    var again = Session()
    try again.carryOut(SourceLine.lines(of: play.script.joined(separator: "\n"), in: "late.md.ev"))
    #expect(again.cluster.fingerprint == play.session.cluster.fingerprint)
    #expect(again.now == play.session.now)
    let sheet = try DrillSheet(play)
    let page = sheet.postMortem(replayedBy: "late.md.ev")
    for words in [
      "# Post-mortem: Late", "| 23:52 | asked | read k0 in b |", "set stream-capacity 3/s · right",
      "eventually run late.md.ev", "a book", "ticket from Ann", "well again",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(sheet.json.contains(#""fingerprint":"\#(play.session.cluster.fingerprint)""#))
  }

  @Test func aLineOfAPageThatIsWrongIsNamed() throws {
    for (old, new, words) in [
      ("clock: \"23:50\"", "clock: noon", "time of day"), ("right: true", "right: false", "proof"),
      ("look: 10s", "look: soon", "duration"), ("symptom: lag.drain(a, b)", "symptom: lag.drain(a, x)", "region"),
      ("worth: harmful", "worth: bad", "harmful"), ("stale > 50%", "stale > much", "percentage"),
      ("title: Late", "titel: Late", "titel"),
    ] {
      #expect(Self.page.contains(old))
      let page = Self.page.replacing(old, with: new)
      do {
        _ = try drill(page)
        Issue.record("\(new) was taken")
      } catch let error as ScriptError {
        #expect(error.sentence.contains("late/drill.yaml: line") && error.sentence.contains(words), "\(error.sentence)")
      }
    }
    #expect(throws: ScriptError.self) { try drill(Self.page, "cluster a:1 b:1\nwrite k v\n") }
    #expect(throws: ScriptError.self) { try drill(Self.page, "cluster a:1 b:1\nasync write k v at SOME\n") }
  }
}
