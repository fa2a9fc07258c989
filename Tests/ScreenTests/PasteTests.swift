import Kernel
import Testing
import Workbench

@testable import Screen

/// What is pasted: a line is text, several are a queue.
@Suite struct PasteTests {
  private static let lines = "write a 1 at ONE\n# a remark\n\nwrite a 2 at ONE\rcut us-east-1 eu-west-1\r\nread a\n"

  private func opened() -> ScreenModel { WorkbenchScreenTests.opened() }

  @Test func oneLineLandsInThePrompt() {
    var model = opened()
    _ = model.update(.paste("write a 1 at ONE\n"))
    #expect(model.prompt.line == "write a 1 at ONE" && model.mode == .prompt)
    #expect(model.session.latestNumber == 0)
  }

  @Test func severalLinesAreCarriedOutOneByOne() {
    var model = opened()
    _ = model.update(.paste(Self.lines))
    #expect(model.shows("lines wait · Esc stops · next: "))
    model.watch()
    #expect(
      model.session.recipe.lines == ["write a 1 at ONE", "write a 2 at ONE", "cut us-east-1 eu-west-1", "read a"])
    #expect(
      model.prompt.history.suffix(4) == ["write a 1 at ONE", "write a 2 at ONE", "cut us-east-1 eu-west-1", "read a"])
    #expect(model.pasted == nil && !model.isMoving)
    #expect(model.status?.text.hasPrefix("read a") == true)
  }

  @Test func eachLineWaitsForTheTimeOfTheOneBefore() {
    var model = opened()
    _ = model.update(.paste("write a 1 at ALL\nwrite b 1 at ALL\nwrite c 1 at ALL"))
    var seen: [Int] = []
    for _ in 0..<600 where model.isMoving {
      _ = model.update(.tick(nanoseconds: 33_000_000))
      if seen.last != model.session.latestNumber { seen.append(model.session.latestNumber) }
    }
    #expect(seen == [1, 2, 3])
    #expect(model.session.now.microseconds > 3 * 181_000)
  }

  @Test func anErrorStopsTheQueueAndKeepsTheRest() {
    var model = opened()
    _ = model.update(.paste("write a 1 at ONE\nwrite a 2 at QUORAM\nwrite a 3 at ONE\nread a"))
    model.watch()
    #expect(model.prompt.line == "write a 2 at QUORAM" && model.prompt.fault != nil)
    #expect(model.session.recipe.lines == ["write a 1 at ONE"])
    #expect(model.shows("2 lines wait for this one"))
    for _ in 0..<3 { model.press(.backspace) }
    model.type("RUM")
    model.press(.enter)
    model.watch()
    #expect(model.session.recipe.lines.count == 2)
    #expect(model.shows("2 lines wait, stopped · Enter goes on, Esc drops them · next: write a 3 at ONE"))
    model.press(.enter)
    model.watch()
    #expect(model.session.recipe.lines.suffix(2) == ["write a 3 at ONE", "read a"])
  }

  @Test(arguments: [Key.escape, .control("c")])
  func theQueueCanBeStoppedAndGoOnOrBeDropped(key: Key) {
    var model = opened()
    _ = model.update(.paste("write a 1 at ALL\nwrite b 1 at ALL\nwrite c 1 at ALL"))
    _ = model.update(.tick(nanoseconds: 33_000_000))
    model.press(key)
    model.watch()
    #expect(model.status?.text.hasPrefix("stopped: 2 pasted lines left") == true)
    let count = model.session.latestNumber
    var other = model
    other.press(.enter)
    other.watch()
    #expect(other.session.latestNumber == count + 2)
    model.press(.escape)
    #expect(model.status?.text == "dropped 2 pasted lines" && model.pasted == nil)
    model.watch()
    #expect(model.session.latestNumber == count)
  }

  @Test func anAnswerIsReadBeforeTheNextLine() {
    var model = opened()
    _ = model.update(.paste("write a 1 at ONE\nshow a\nwrite a 2 at ONE"))
    model.watch()
    #expect(model.session.latestNumber == 1 && model.shows("against newest"))
    model.press(.escape)
    model.watch()
    #expect(model.session.latestNumber == 2)
  }

  @Test func eachLineIsWrittenDownBeforeItIsCarriedOut() {
    var model = opened()
    model.isJournalled = true
    var written: [[String]] = []
    var effects = model.update(.paste("write a 1 at ONE\nwrite a 2 at ONE"))
    for _ in 0..<200 where model.isMoving || !effects.isEmpty {
      for case .writeDown(let script) in effects {
        written.append(script.lines)
        _ = model.update(.answer(.writtenDown))
      }
      effects = model.update(.tick(nanoseconds: 33_000_000))
    }
    #expect(written.map(\.last) == ["write a 1 at ONE", "write a 2 at ONE"])
  }
}
