import Kernel
import Testing
import Workbench

@testable import Language
@testable import Screen

/// All profiles under one load and one cut, in a view: it goes on while somebody looks, and no longer.
@Suite struct CompareViewTests {
  private static let short = Ordeal(
    "40/s for 16s write 20% keys 40", cut: .init("us-east-1", "eu-west-1", for: .seconds(6)))

  /// A screen that looks at a short ordeal.
  private func looking(size: Size = Size(columns: 120, rows: 40)) throws -> ScreenModel {
    var model = try stage("view compare", size: size)
    model.comparison = Comparison(Self.short)
    return model
  }

  @Test func itGoesOnWhileSomebodyLooks() throws {
    var model = try looking()
    #expect(model.isMoving && model.isHurrying && model.shows("running, "))
    for _ in 0..<40 { _ = model.update(.tick(nanoseconds: 33_000_000)) }
    let stretches = try #require(model.comparison?.results.map(\.stretches.count))
    #expect(stretches.allSatisfy { $0 > 2 } && (stretches.max() ?? 0) - (stretches.min() ?? 0) <= 1)
    model.press(.escape, .character("1"))
    #expect(!model.isMoving)
    _ = model.update(.tick(nanoseconds: 33_000_000))
    #expect(model.comparison?.results.map(\.stretches.count) == stretches)
    #expect(model.session.now == .start && model.session.commands == 0)
  }

  @Test func whenAllAreThroughNothingMovesAndNothingMoreIsKept() throws {
    var model = try looking()
    model.finishComparing()
    #expect(!model.isMoving && model.comparison?.isOver == true && model.comparison?.now == nil)
    let whole = try Self.short.run(try systems())
    #expect(model.comparison?.results.map(\.script) == whole.map(\.script))
  }

  private func systems() throws -> [Profile] { try Profile.all().filter(\.isSystem) }

  @Test func aLaneIsChosenAndOpensAsASession() throws {
    var model = try looking()
    model.finishComparing()
    // The third lane, three columns before the cut is healed.
    model.press(.escape, .character("j"), .character("j"), .character("h"), .character("h"), .character("h"))
    #expect(model.selection.profile == "facebook-tao" && model.shows("facebook-tao at 13s"))
    model.press(.enter)
    #expect(model.focus == .map && model.session.now == .start + .seconds(13))
    #expect(model.shows("us-west-2"))
    // And back again.
    for _ in 0..<5 { model.press(.character("u")) }
    #expect(model.session.now == .start && model.shows("ap-south-1"))
  }

  @Test func itsScriptIsShownInFull() throws {
    var model = try looking()
    model.press(.escape, .character("i"))
    #expect(model.shows("under way"))
    model.press(.escape)
    model.finishComparing()
    model.press(.character("G"), .character("i"))
    #expect(model.shows("profile uber-metrics") && model.shows("cut us-east-1 eu-west-1"))
  }

  @Test(arguments: [(40, 10), (80, 24), (120, 40), (200, 60)])
  func itLooksAsItWasApproved(columns: Int, rows: Int) throws {
    var model = try looking(size: Size(columns: columns, rows: rows))
    for _ in 0..<80 { model.compareOn() }
    model.press(.escape)
    try GoldenFrameTests.approve(ScreenView.render(model), of: "compare-running", seed: model.session.seed)
    model.finishComparing()
    model.press(.end)
    try GoldenFrameTests.approve(ScreenView.render(model), of: "compare-over", seed: model.session.seed)
    if columns == 80 {
      let frame = ScreenView.render(model).inASCII
      try GoldenFrameTests.approve(frame, of: "compare-over-ascii", seed: model.session.seed)
    }
  }
}
