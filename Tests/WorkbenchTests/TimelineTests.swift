import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Time travel: any moment can be had again, and going back rewrites nothing.
@Suite struct TimelineTests {
  private let cart = "write cart milk at QUORUM\nrun 300ms\nwrite cart eggs at QUORUM in eu-west-1\nrun 300ms\n"

  @Test(arguments: [1...12, 13...24]) func backAndForthIsTheIdentity(seeds: ClosedRange<Int>) throws {
    for seed in seeds {
      var script = RandomScript(seed: seed, length: 25)
      var walk = try Walk(script.text)
      let (tip, end) = (walk.moment, JSONReport.endLine(of: walk.session))
      let reported = walk.reported
      for _ in 0..<3 {
        let count = script.dice.roll(1...walk.position)
        try walk("back \(count)\nstep \(count)")
        #expect(walk.moment == tip, "seed \(seed): back \(count), step \(count)\n\(script.text)")
      }
      // The journey itself counts as commands; everything else is as it was.
      let journeys = JSONReport.endLine(of: walk.session)
      #expect(journeys.withoutCommands == end.withoutCommands, "seed \(seed)\n\(script.text)")
      #expect(walk.reported == reported, "seed \(seed): what was replayed was told again\n\(script.text)")
    }
  }

  @Test(arguments: [31...42, 43...54]) func everyMomentIsAsItWasTheFirstTime(seeds: ClosedRange<Int>) throws {
    var compared = 0
    for seed in seeds {
      var script = RandomScript(seed: seed, length: 25)
      var walk = try Walk(script.text)
      let first = walk.moments
      let tip = walk.position
      for _ in 0..<6 {
        try walk("back \(script.dice.roll(1...max(1, walk.position)))")
        guard let then = first[walk.position] else { continue }
        compared += 1
        #expect(
          walk.moment.fingerprint == then.fingerprint,
          "seed \(seed): position \(walk.position) of \(tip)\n\(script.text)")
        if script.dice.chance(50), walk.position < tip { try walk("step \(tip - walk.position)") }
      }
    }
    #expect(compared > 50)
  }

  @Test(arguments: [61...68, 69...76]) func gotoLandsOnWhatWasThen(seeds: ClosedRange<Int>) throws {
    for seed in seeds {
      var script = RandomScript(seed: seed, length: 25)
      var walk = try Walk(script.text)
      let first = walk.moments
      let end = walk.moment.time
      // The set-up begins a cluster anew, twice: only what came after it is on this clock.
      let begin = try #require(walk.session.timeline.branches[0].inputs.last { $0.input.beginsAnew }).position + 1
      for _ in 0..<5 {
        let instant = Instant(microseconds: Int64(script.dice.roll(0...Int(end.microseconds))))
        try walk("goto \(instant.microseconds)us")
        let last = try #require(first.filter { $0.key >= begin && $0.value.time <= instant }.keys.max())
        let expected = Walk.Moment(fingerprint: try #require(first[last]).fingerprint, time: instant)
        #expect(
          walk.moment == expected,
          "seed \(seed): goto \(instant.microseconds)us of \(end.microseconds)us\n\(script.text)")
      }
    }
  }

  @Test func gotoStopsInTheQuietAfterTheLastEventToo() throws {
    var walk = try Walk("write cart milk at ALL\nrun 1s\ngoto 200ms")
    #expect(walk.moment.time == .start + .milliseconds(200))
    #expect(walk.isInPast)
    try walk("write cart eggs")
    #expect(walk.branch == "main~1")
    try walk("switch main")
    #expect(walk.moment.time == .start + .milliseconds(1_181))
  }

  @Test func aCommandInThePastOpensABranchAndTheOldOneStays() throws {
    var walk = try Walk(cart)
    let tip = walk.moment
    try walk("goto 200ms\nwrite cart bread at QUORUM")
    #expect(walk.branch == "main~1")
    #expect(try walk.value("last.value") == "bread")
    #expect(walk.session.timeline.branchNames == ["main", "main~1"])
    let other = walk.moment
    try walk("switch main")
    #expect(walk.moment == tip)
    #expect(try walk.value("last.value") == "eggs")
    try walk("switch main~1")
    #expect(walk.moment == other)
    try walk("goto 100ms\nwrite cart tea\nback 3\nwrite cart rum")
    #expect(walk.branch == "main~3")
  }

  /// The next operation of a script begins a microsecond after the last answer: just where its forerunner began.
  @Test func whatIsAskedInThePastTakesThePlaceOfWhatFollowed() throws {
    var walk = try Walk("write cart milk\nwrite cart eggs\n")
    try walk("goto 1ms\nwrite cart bread")
    #expect(walk.branch == "main~1")
    #expect(try walk.value("writes.acked") == "2")
    #expect(try walk.value("op(2).value") == "bread")
    #expect(try walk.value("op(2).start") == "1.001ms")
  }

  @Test func timeForwardRunsTheSameHistoryUntilThen() throws {
    var walk = try Walk(cart)
    let tip = walk.moment
    try walk("back 40\nrun 10ms")
    #expect(walk.branch == "main" && walk.isInPast)
    try walk("step 1000")
    #expect(walk.moment == tip)
    try walk("goto 0ms\nrun until last.value == eggs")
    #expect(walk.branch == "main")
    #expect(try walk.value("op(2).start") == "381ms")
  }

  @Test func aBranchNumbersItsOperationsOnFromItsParent() throws {
    var walk = try Walk(cart)
    try walk("goto 200ms\nwrite cart bread")
    #expect(try walk.value("op(2).value") == "bread")
    #expect(try walk.value("op(-1).id") == "2")
    #expect(try walk.value("op(3).value") == "none")
    try walk("switch main\nwrite cart tea")
    #expect(try walk.value("op(3).value") == "tea")
  }

  @Test func aForkIsABranchFromHere() throws {
    var walk = try Walk(cart)
    let here = walk.moment
    try walk("fork quorum")
    #expect(walk.branch == "quorum")
    #expect(walk.moment == here)
    try walk("crash us1\nwrite cart bread at QUORUM")
    try walk("switch main")
    #expect(walk.moment == here)
    #expect(try walk.value("alive(us1)") == "true")
    try walk("write cart tea at QUORUM\nswitch quorum")
    #expect(try walk.value("last.value") == "bread")
    #expect(throws: LanguageError.self) { try walk("fork quorum") }
    #expect(throws: LanguageError.self) { try walk("switch nowhere") }
  }

  @Test func whatHeldIsAskedOfThisBranchOnly() throws {
    var walk = try Walk(cart)
    try walk("goto 200ms\nwrite cart bread at QUORUM\n")
    #expect(try walk.value("ever(last.value == bread)") == "true")
    #expect(try walk.value("ever(last.value == eggs)") == "false")
    try walk("switch main")
    #expect(try walk.value("ever(last.value == bread)") == "false")
    #expect(try walk.value("ever(last.value == eggs)") == "true")
  }

  @Test func backStopsAtTheBeginning() throws {
    var walk = try Walk(cart + "back 100000")
    #expect(walk.position == 0)
    #expect(walk.moment.time == .start)
    try walk("back")
    #expect(walk.position == 0)
  }
}

extension String {
  /// An end line without the one figure that time travel changes.
  fileprivate var withoutCommands: String { replacing(#/"commands":\d+/#, with: "") }
}

extension Input {
  fileprivate var beginsAnew: Bool {
    switch self {
    case .setUp, .reseed: true
    default: false
    }
  }
}
