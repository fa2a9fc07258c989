import Language
import TestSupport
import Testing
import Workbench

@testable import Analysis
@testable import Screen

/// What is selected stays selected: by name, whatever time takes back and brings again.
@Suite struct SelectionTests {
  private static let story = """
    write cart milk at ALL
    write shelf tea at ALL
    cut us-east-1 eu-west-1
    write cart eggs at LOCAL_QUORUM
    read cart at LOCAL_QUORUM in eu-west-1
    """

  @Test func aKeyThatWasUndoneIsSelectedAgainOnceItIsRedone() throws {
    var model = try stage("write cart milk at ALL")
    model.press(.character("u"))
    #expect(model.key == nil)
    model.press(.control("r"))
    #expect(model.key == "cart")
    model = try stage("write cart milk at ALL\nwrite shelf tea at ALL\nselect cart")
    model.press(.character("u"), .character("u"), .control("r"), .control("r"))
    #expect(model.key == "cart")
  }

  @Test func theLogScrollsToItsFirstLineAndNeverToNothing() throws {
    var model = try stage("\(Self.story)\nzoom log")
    for _ in 0..<3 { model.press(.character("g")) }
    let first = try #require(model.selectedLogLine)
    #expect(first.number == LogReport.lines(.max, in: model.session.timeline).first?.number)
    #expect(model.lines.contains { $0.contains(first.text) })
    model.press(.character("G"))
    #expect(model.selectedLogLine == nil)
  }

  @Test(arguments: 1...20) func theLinesOfTheLogAreWalkedOneByOne(seed: Int) throws {
    var dice = Dice(seed: seed)
    let model = try stage(Self.story)
    let all = LogReport.lines(.max, in: model.session.timeline).map(\.number)
    var place = all.count - 1
    var number = all.last
    for _ in 0..<40 {
      let rows = Int(dice.roll(below: 15)) - 7
      place = max(0, min(all.count - 1, place + rows))
      number = LogReport.number(rows, after: number, in: model.session.timeline)
      #expect(number == all[place], "seed \(seed)")
    }
  }

  @Test func enterOnALineOfTheLogGoesToItsInstant() throws {
    var model = try stage("\(Self.story)\nview log")
    model.press(.up, .up, .up, .up, .up)
    let line = try #require(model.selectedLogLine)
    model.press(.enter)
    #expect(model.session.now == line.at)
    #expect(model.selectedLogLine == line)
  }

  @Test(arguments: [ViewName.log, .operations, .guarantees]) func whyExplainsWhatTheSelectedRowIsAbout(
    view: ViewName
  ) throws {
    var model = try stage("\(Self.story)\nrun 400ms\nview \(view.rawValue)")
    for _ in 0..<30 {
      model.press(.up)
      guard let subject = view.pane.subject(model) else { continue }
      model.press(.character("y"))
      #expect(model.session.recipe.lines.isEmpty || model.prompt.history.last == "why \(subject)", "\(view)")
      return
    }
    Issue.record("no row of \(view) is about an operation")
  }

  @Test(arguments: ViewName.allCases) func whatIsSelectedIsShownInFullAndCopiedWithoutBorders(view: ViewName) throws {
    let long = String(repeating: "a long value ", count: 30)
    var model = try stage("\(Self.story)\nwrite cart \"\(long)\" at ALL\nview \(view.rawValue)")
    model.press(.up, .character("i"))
    guard case .overlay(let overlay) = model.mode else {
      #expect(model.status?.text.contains("nothing is selected") == true, "\(view)")
      return
    }
    #expect(!overlay.lines.isEmpty, "\(view)")
    let effects = model.update(.key(.character("Y")))
    guard case .copy(let text)? = effects.first else {
      Issue.record("\(view): \(effects)")
      return
    }
    #expect(!text.contains { "│┃┏╭".contains($0) } && text.contains(overlay.title), "\(view)")
  }

  @Test func aLongValueIsShownWhole() throws {
    let long = (1...60).map { "word\($0)" }.joined(separator: " ")
    var model = try stage("write cart \"\(long)\" at ALL\nview key")
    model.press(.enter)
    guard case .overlay(let overlay) = model.mode else {
      Issue.record("no inspector")
      return
    }
    let words = overlay.lines.joined(separator: " ").split(separator: " ").map(String.init)
    #expect((1...60).allSatisfy { words.contains("word\($0)") })
  }
}
