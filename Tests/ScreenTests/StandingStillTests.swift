import Foundation
import Testing
import Workbench

@testable import Language
@testable import Screen

/// What a screen keeps still, and what it says of what goes on.
@Suite struct StandingStillTests {
  @Test func whatFollowsTheTimeInTheTitleStaysWhereItIs() throws {
    var columns: Set<Int> = []
    for time in ["1us", "93ms", "102ms", "9999ms", "12345ms"] {
      let title = try stage("run \(time)", size: Size(columns: 80, rows: 24)).lines[0]
      columns.insert(try #require(title.range(of: "branch")).lowerBound.utf16Offset(in: title))
    }
    #expect(columns.count == 1)
  }

  @Test func aLongRunSaysHowFarItIsAndWhichKeysEndIt() throws {
    var model = try stage("load 100/s for 600s")
    model.begin("run 700s")
    _ = model.update(.tick(nanoseconds: 33_000_000))
    #expect(model.shows("of 11.7 min, 0%; Enter finishes at once, Esc stops"))
    model.press(.escape)
    #expect(model.playback == nil)
  }

  @Test func theUsageOfACommandHasARowOfItsOwnWhereThePromptHasNoRoomForIt() throws {
    var model = try stage(size: Size(columns: 80, rows: 24))
    model.press(.character(":"))
    model.type("write ")
    #expect(model.lines[21].contains("write KEY VALUE [at LEVEL]"))
    model.type("cart milk")
    #expect(model.lines[21].contains("write KEY VALUE [at LEVEL]"))
    // Wide screens have it beside what is typed.
    let wide = try stage(size: Size(columns: 200, rows: 60))
    var other = wide
    other.press(.character(":"))
    other.type("write ")
    #expect(other.lines[58].contains("write KEY VALUE [at LEVEL]"))
  }

  @Test func anotherKeyForTheHelpIsNamedWhereverTheHelpIs() throws {
    var model = try stage()
    model.press(.escape)
    model.keyMap = model.keyMap.with([(.help, [.function(3)])])
    #expect(model.lines[0].contains("F3 help"))
    model.press(.character("?"))
    #expect(model.status?.text == "? means nothing here; F3 lists the keys")
  }

  @Test func theLogSaysWhereItsSelectedLineStands() throws {
    var model = try stage("write cart milk at ALL\nrun 1s")
    model.turn(to: .log)
    #expect(model.shows("following"))
    model.press(.character("k"))
    #expect(model.lines.contains { $0.contains("% · End follows") })
    model.press(.character("g"))
    let first = try #require(model.lines.first { $0.contains("% · End follows") })
    let percent = try #require(first.split(separator: " ").first { $0.hasSuffix("%") })
    #expect(percent.count == 2, "\(percent)")
  }

  @Test(arguments: [ViewName.keys, .replicas, .clients])
  func aSearchInATableBeginsAtTheSelectedRowAndEscLeavesItSelected(_ view: ViewName) throws {
    var model = try stage("load 100/s for 1s keys 30\nrun 2s")
    model.turn(to: view)
    model.press(.character("j"), .character("j"))
    let selected = try #require(model.tables[view]?.selected)
    model.press(.character("/"), .character(selected.last!))
    #expect(model.tables[view]?.selected == selected)
    model.press(.down, .escape)
    #expect(model.tables[view]?.selected == selected)
    #expect(model.tables[view]?.filter == "")
  }

  @Test func whatIsSelectedIsWhereTheHiddenCursorStands() throws {
    var model = try stage("write cart milk at ALL")
    for view in [ViewName.key, .replicas, .log] {
      model.turn(to: view)
      model.press(.character("k"), .character("k"))
      let frame = ScreenView.render(model)
      let place = try #require(frame.selected, "\(view)")
      #expect(frame[place.x, place.y].glyph == "►" && frame.cursor == nil, "\(view)")
    }
  }

  @Test func whoComesFirstReadsWhatThisIs() {
    let model = ScreenModel(Session(isTracing: true), size: Size(columns: 80, rows: 24))
    #expect(model.shows("9 replicas in 3 regions copy what you write; time moves when you command"))
  }
}
