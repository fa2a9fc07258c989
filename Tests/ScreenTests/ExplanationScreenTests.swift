import Kernel
import Testing
import Workbench

@testable import Analysis
@testable import Screen

/// Why an operation answered as it did, on the screen: each fact leads to its instant.
@Suite struct ExplanationScreenTests {
  private func stage() throws -> ScreenModel {
    var model = try ScreenTests.stage("write cart milk\nread cart in eu-west-1\nrun 1s")
    model.press(.escape, .character("y"))
    return model
  }

  @Test func yExplainsTheLatestOperationAndTeachesTheCommand() throws {
    let model = try stage()
    #expect(model.shows("op 2 stale read of cart"))
    #expect(model.shows("eu1 held nothing, 1 acknowledged write behind"))
    #expect(model.prompt.history.last == "why")
  }

  @Test func enterGoesToTheInstantOfTheSelectedFact() throws {
    var model = try stage()
    model.press(.character("j"), .character("j"))
    model.press(.enter)
    #expect(model.mode == .keys && model.session.now == Instant(microseconds: 1_501))
    #expect(model.prompt.history.last == "goto 1501us")
    #expect(model.session.timeline.isInPast, "nothing of the history is lost")
  }

  @Test func aClickOnAFactGoesThere() throws {
    var model = try stage()
    let frame = ScreenView.render(model)
    let place = try #require(
      (0..<frame.size.rows).lazy.map { Point(40, $0) }.first { point in
        if case .instant(Instant(microseconds: 1_501))? = frame.sight.targets(at: point).first { true } else { false }
      })
    model.point(.press, at: place)
    #expect(model.mode == .keys && model.session.now == Instant(microseconds: 1_501))
  }

  @Test func escapeClosesAndNothingHasChanged() throws {
    var model = try stage()
    let before = model.session.timeline.moment
    model.press(.character("j"), .escape)
    #expect(model.mode == .keys && model.session.timeline.moment == before)
  }

  @Test func theSelectedOperationIsExplainedInItsView() throws {
    var model = try ScreenTests.stage("write cart milk\nread cart in eu-west-1\nview operations")
    model.press(.escape, .up, .up, .character("y"))
    #expect(model.prompt.history.last == "why 1" && model.shows("op 1 write cart"))
  }

  @Test func whereThereIsNothingToExplainThatIsSaid() throws {
    var model = try ScreenTests.stage("")
    model.press(.escape, .character("y"))
    #expect(model.shows("there is no operation yet"))
  }
}
