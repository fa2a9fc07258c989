import TestSupport
import Testing
import Workbench

@testable import Screen

/// What is selected, filled in or set on the screen outlives its cluster: nothing of it may be taken for somebody of the next.
@Suite struct AbsentSelectionTests {
  private static let letters = "1234567890jjjjkkhhllloooxfRywrvzan[]gGb,.u{}B/N "
  private static let keys: [Key] = letters.map { .character($0) } + [.enter, .escape, .tab, .control("r")]

  private static let commands = [
    "cluster a:1 rf=1", "cluster a:2 b:3 rf=2", "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 rf=3", "seed 7", "undo",
    "redo", "back 30", "goto 50ms", "fork here", "switch main", "focus eu3", "focus ap-south-1", "select cart",
    "breakpoint not alive(us1)", "write k v", "async write cart x at ALL", "cut us-east-1 eu-west-1", "step 9",
    "client alice in us-east-1", "read cart as alice", "hold us1 eu1", "view clocks", "view repair",
  ]

  @Test(arguments: 1...40) func everyViewIsDrawnWhateverWasSelectedInAnotherCluster(seed: Int) throws {
    var dice = Dice(seed: seed)
    var model = try stage(
      "client bob in eu-west-1\nwrite cart milk at ALL\nwrite cart eggs at ONE\nasync write other x at ALL\nrun 20ms",
      size: Size(columns: [80, 120, 200][seed % 3], rows: 40))
    for _ in 0..<60 {
      if dice.roll(below: 4) == 0 {
        model.press(.escape, .escape)
        model.begin(dice.pick(Self.commands))
        for _ in 0..<30 where model.isMoving { _ = model.update(.tick(nanoseconds: 33_000_000)) }
      } else {
        model.press(dice.pick(Self.keys))
      }
      #expect(model.lines.count == 40, "seed \(seed)")
    }
    // And once through all views of a cluster that nothing of it was selected in.
    model.press(.escape, .escape, .escape)
    model.enter("cluster z:1 rf=1")
    for pane in "1234567890" {
      model.press(.escape, .character(pane), .character("z"), .character("j"), .character("y"))
      model.press(.escape, .character("z"))
      #expect(model.lines.count == 40, "seed \(seed)")
    }
  }
}
