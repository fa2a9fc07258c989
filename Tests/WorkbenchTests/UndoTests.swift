import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Taking commands back, and what the memory of the past costs.
@Suite struct UndoTests {
  @Test func undoReturnsToTheInstantBeforeTheCommandAndRedoToTheOneAfter() throws {
    var walk = try Walk("write cart milk at QUORUM\nrun 100ms")
    var moments = [walk.moment]
    for command in ["crash us1", "write cart eggs at QUORUM", "run 3s", "read cart at ONE in eu-west-1", "run 2s"] {
      try walk(command)
      moments.append(walk.moment)
    }
    for moment in moments.dropLast().reversed() {
      try walk("undo")
      #expect(walk.moment == moment)
    }
    for moment in moments.dropFirst() {
      try walk("redo")
      #expect(walk.moment == moment)
    }
    #expect(walk.branch == "main" && !walk.isInPast)
  }

  @Test func aNewCommandAfterUndoOpensABranchAndEndsRedo() throws {
    var walk = try Walk("write cart milk at QUORUM\nwrite cart eggs at QUORUM\nundo\nwrite cart bread at QUORUM")
    #expect(walk.branch == "main~1")
    #expect(try walk.value("last.value") == "bread")
    #expect(try walk.value("writes.acked") == "2")
    #expect(throws: LanguageError.self) { try walk("redo") }
    try walk("switch main")
    #expect(try walk.value("last.value") == "eggs")
  }

  @Test func evenSilenceCanBeUndone() throws {
    var walk = try Walk("write cart milk at ALL\nrun 10s\nundo")
    #expect(walk.moment.time == .start + .milliseconds(181))
    try walk("crash us1")
    #expect(walk.branch == "main~1")
    try walk("switch main")
    #expect(walk.moment.time == .start + .milliseconds(10_181))
  }

  @Test func travellingCanBeUndoneToo() throws {
    var walk = try Walk("write cart milk\nrun 1s")
    let moment = walk.moment
    try walk("back 5\nundo")
    #expect(walk.moment == moment)
    try walk("fork other\nundo")
    #expect(walk.branch == "main")
    try walk("switch other\nundo\nredo")
    #expect(walk.branch == "other")
    #expect(walk.moment == moment)
  }

  @Test func aNewClusterCanBeUndone() throws {
    var walk = try Walk("write cart milk at ALL\nrun 1s")
    let moment = walk.moment
    try walk("cluster eu-west-1:3 rf=3\nwrite cart eggs\nundo\nundo")
    #expect(walk.moment == moment)
    #expect(try walk.value("value(us1, cart)") == "milk")
    try walk("redo\nredo")
    #expect(try walk.value("value(eu1, cart)") == "eggs")
  }

  @Test func thereMustBeSomethingToUndo() throws {
    for script in ["undo", "redo", "write cart milk\nundo\nundo", "say hello\nundo"] {
      #expect(throws: LanguageError.self, "\(script)") { _ = try Walk(script) }
    }
  }

  @Test func whatIsLookedAtIsNoCommandToUndo() throws {
    let walk = try Walk("write cart milk\nshow cart\nexpect converged\nmark here\nundo")
    #expect(walk.position == 0)
  }

  // MARK: Keyframes

  @Test func aLongRunKeepsFewKeyframesAndEveryMomentIsStillInReach() throws {
    var walk = try Walk("load 300/s for 6s keys 10 at ONE\nrun 7s", keyframeSpacing: 20)
    let tip = walk.moment
    #expect(walk.position > 10_000)
    for _ in 0..<10 { try walk("back 700") }
    try walk("goto 1s\nwrite k0 x\ngoto 2s\nswitch main")
    #expect(walk.moment == tip)
    for branch in walk.session.timeline.branches {
      #expect(branch.keyframes.count <= Timeline.keyframeLimit)
      #expect(branch.keyframes.map(\.position) == branch.keyframes.map(\.position).sorted())
    }
  }

  @Test func keyframesStayFewHoweverOftenTheClusterBeginsAnew() throws {
    let anew = (1...100).map { "seed \($0)\nwrite a v\($0)\nrun 5ms\n" }.joined()
    var walk = try Walk(anew)
    #expect(walk.session.timeline.branches[0].keyframes.count <= Timeline.keyframeLimit)
    #expect(try walk.value("op(-1).value") == "v100")
    let tip = walk.moment
    // The clock of this cluster counts, not that of one before it.
    try walk("goto 700us")
    #expect(try walk.value("op(-1).value") == "v100")
    #expect(try walk.value("op(-1).outcome") == "none")
    #expect(walk.moment.time == Instant(microseconds: 700))
    try walk("back 800\nstep 800\ngoto 7ms\nback 1\nstep 1\ngoto 6ms")
    #expect(walk.moment.fingerprint == tip.fingerprint)
  }

  @Test func branchesAreListedWithTheirOrigin() throws {
    let played = try play("write a 1\ngoto 500us\nwrite a 2\nbranches")
    #expect(played.shown.count == 2)
    #expect(played.shown[1].contains("►") && played.shown[1].contains("main~1  from main"))
  }
}
