import Drills
import Language
import Testing
import Workbench

@testable import Screen

/// A drill on the screen: what comes in stops time, words of a drill are answered, and the day ends with its score sheet.
@Suite struct DutyTests {
  static func duty(_ name: String, size: Size = Size(columns: 120, rows: 40)) throws -> ScreenModel {
    let folder = try #require(ShippedDrills.all.first { $0.name == name })
    let drill = try Drill(name, page: folder.page, scene: folder.scene, solution: folder.solution)
    var model = ScreenModel(Session(isTracing: true), size: size)
    model.goOnDuty(try DrillPlay(drill))
    return model
  }

  /// Lets time be played on the screen until it stands, and somebody has looked.
  private func play(_ model: inout ScreenModel) {
    var ticks = 0
    while model.playback != nil, ticks < 2_000 {
      _ = model.update(.tick(nanoseconds: 33_000_000))
      ticks += 1
    }
    #expect(model.playback == nil, "it goes on and on")
  }

  private func type(_ line: String, _ model: inout ScreenModel) {
    if model.mode != .prompt { model.press(.character(":")) }
    for character in line { model.press(.character(character)) }
    model.press(.enter)
  }

  @Test func whoComesOnDutyIsToldTheStoryAndNothingOfTheCause() throws {
    var model = try Self.duty("retry-storm")
    #expect(model.shows("BUSY AND USELESS") && model.shows("you are on duty until"))
    model.press(.escape)
    #expect(model.shows("CHECKLIST") && model.shows("CAUSES") && model.shows("10:00"))
    #expect(!model.shows("faults now") && !model.shows("load 5/s"), "what happens by itself is to be found out")
  }

  @Test func timeStopsWhenSomebodyCalls() throws {
    var model = try Self.duty("retry-storm")
    model.press(.escape, .character(" "))
    #expect(model.shows("RUNNING"))
    play(&model)
    #expect(model.duty?.play.journal.contains(where: \.isNews) == true)
    #expect(model.shows("WHAT CAME IN") && (model.shows("page Availability") || model.shows("ticket from support")))
    #expect(model.duty?.play.isOver == false)
  }

  @Test func aRunOfAWhileIsPlayedAndStandsInTheDaysTime() throws {
    var model = try Self.duty("retry-storm")
    model.press(.escape)
    type("run 4m", &model)
    #expect(model.playback != nil, "it is played, not jumped")
    play(&model)
    #expect(model.shows("10:04"))
    model.press(.escape, .character("u"))
    #expect(model.shows("time runs forward only"))
  }

  @Test func aCauseIsNamedWithTheOperationThatProvesIt() throws {
    var model = try Self.duty("retry-storm")
    model.press(.escape)
    type("run 10m", &model)
    play(&model)
    type("run 10m", &model)
    play(&model)
    type("show metrics", &model)
    model.press(.escape)
    type("read k1", &model)
    model.press(.escape, .character("C"))
    #expect(model.shows("CAUSES: THE PROMPT TAKES THE OPERATION"))
    model.press(.character("j"), .character("j"), .character("j"), .enter)
    #expect(model.prompt.line == "cause 4 because op ")
    for character in "-1" { model.press(.character(character)) }
    model.press(.enter)
    #expect(model.shows("That is it, and it is proven"), "\(model.prompt.fault?.message ?? "")")
    model.press(.escape, .character("T"))
    #expect(model.shows("cause named"))
    model.press(.escape)
    type("cause 9", &model)
    #expect(model.prompt.fault?.message.contains("there is no cause 9") == true)
  }

  @Test func theDayEndsWithTheScoreSheetAndAnotherQLeaves() throws {
    var model = try Self.duty("retry-storm")
    model.press(.escape)
    #expect(model.press(.character("q")).isEmpty && model.shows("q once more"), "a key is soon pressed")
    type("show metrics", &model)
    model.press(.escape)
    #expect(model.press(.character("q")).isEmpty && model.duty?.play.isOver == false, "something was done in between")
    #expect(model.press(.character("q")).isEmpty, "the sheet is shown first")
    #expect(model.shows("SCORE SHEET") && model.shows("nobody") && model.shows("original"))
    #expect(model.duty?.sheet != nil && model.duty?.play.isOver == true)
    model.press(.escape)
    #expect(model.press(.character("q")) == [.quit(0)])
  }

  @Test(arguments: ["set read-repair", "set", "wriet k0 x", "set shed purple", "read", "when nothing do flush"])
  func aWrongLineIsSaidToBeSoInASentence(line: String) throws {
    var model = try Self.duty("tombstones")
    model.press(.escape)
    type(line, &model)
    #expect(model.prompt.fault != nil && !model.shows("LanguageError") && !model.shows("Problem."))
  }

  @Test func whatPutsThingsRightIsShownOnceTheCauseIsNamed() throws {
    var model = try Self.duty("retry-storm", size: Size(columns: 120, rows: 60))
    model.press(.escape)
    let remedies = try #require(model.duty).play.drill.checklist.filter(\.isRemedy)
    #expect(!remedies.isEmpty && model.shows("resolution: once the cause is named"))
    #expect(try #require(model.duty).play.checks.allSatisfy { !$0.check.isRemedy })
    type("run 20m", &model)
    play(&model)
    type("show metrics", &model)
    model.press(.escape)
    type("read k1", &model)
    type("cause 4 because last", &model)
    model.press(.escape)
    #expect(try #require(model.duty).play.heldBack == nil)
  }

  @Test func whereNobodyIsOnDutyItsKeysSayHowToBe() throws {
    var model = try stage("write cart milk")
    model.press(.escape, .character("C"))
    #expect(model.shows("`eventually drill NAME` puts you on duty"))
  }

  @Test(arguments: ["beginning", "night", "sheet"]) func framesLookAsTheyWereApproved(scene: String) throws {
    for size in [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)] {
      var model = try Self.duty("black-friday", size: size)
      if scene != "beginning" {
        model.press(.escape)
        for _ in 0..<3 {
          type("run 40m", &model)
          play(&model)
        }
        model.press(.escape)
      }
      if scene == "sheet" { model.press(.character("q"), .character("q")) }
      try GoldenFrameTests.approve(ScreenView.render(model), of: "duty-\(scene)", seed: model.session.seed)
    }
  }
}
