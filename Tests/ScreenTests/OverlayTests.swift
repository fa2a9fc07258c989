import Language
import Testing
import Workbench

@testable import Analysis
@testable import Screen

/// Text that lies over the screen: all of it can be read, at any size.
@Suite struct OverlayTests {
  private static let questions = [
    "whatif read cart", "whatif cut us-east-1 eu-west-1", "check", "show lag", "show metrics", "show links",
    "help load",
  ]

  @Test(arguments: questions, [40, 60, 80, 120]) func allOfItCanBeReached(question: String, columns: Int) throws {
    var model = try stage("write cart milk")
    _ = model.update(.resize(Size(columns: columns, rows: 24)))
    _ = try model.carryOut(.prompt(question), isPlayed: false)
    guard case .overlay(let overlay) = model.mode else {
      Issue.record("\(question) shows nothing")
      return
    }
    let words = Set(overlay.lines.flatMap { $0.split(separator: " ").map(String.init) })
    var missing = words.filter { TextWidth.of($0) < 20 }
    /// What is seen now, row by row, and what lies further right.
    func lookAlong(_ model: inout ScreenModel) {
      var columns = 0
      while columns <= overlay.width {
        for line in model.lines { for word in missing where line.contains(word) { missing.remove(word) } }
        model.press(.character("l"))
        columns += 8
      }
      while columns > 0 {
        model.press(.character("h"))
        columns -= 8
      }
    }
    for _ in 0...(overlay.lines.count / 10) {
      lookAlong(&model)
      model.press(.pageDown)
    }
    #expect(missing.isEmpty, "\(question) at \(columns) columns")
  }

  @Test func aSentenceIsBrokenAndATableIsNot() {
    let sentence = "49 of 57 ways to ask would be answered once the fault has been noticed"
    let row = "QUORUM        ✓ 181 ms   ✓ 181 ms  ✓ 121 ms   ✓ 242 ms"
    let lines = ScreenModel.Overlay.fitted([sentence, row], on: Size(columns: 46, rows: 24))
    #expect(lines.dropLast().allSatisfy { TextWidth.of($0) <= 40 } && lines.count == 3)
    #expect(lines.last == row)
  }

  @Test func whatIsMovedSidewaysLosesWholeCells() {
    #expect(TextWidth.dropping(2, "abcd") == "cd")
    #expect(TextWidth.dropping(3, "日本x") == " x", "half a wide character is a blank")
    #expect(TextWidth.dropping(9, "abcd").isEmpty)
  }
}
