import Kernel
import Language
import TestSupport
import Testing
import Workbench

@testable import Screen

/// Nothing that somebody does with keys or mouse is the end of the program or spoils the picture: every key in every view
/// and mode, at any size and in any theme.
@Suite struct AnyKeyTests {
  private static let keys: [Key] =
    (32..<127).map { .character(Character(Unicode.Scalar(UInt8($0)))) }
    + "abcdefghijklmnopqrstuvwxyz".map { .control($0) } + (1...12).map { .function($0) }
    + [
      .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown,
    ]

  private static let sizes = [(1, 1), (39, 9), (40, 10), (60, 18), (80, 24), (120, 40), (200, 60)].map {
    Size(columns: $0.0, rows: $0.1)
  }

  private static let story = """
    write cart milk at ALL
    load 100/s for 300ms keys 4 at LOCAL_QUORUM
    run 320ms
    cut us-east-1 eu-west-1
    crash ap2
    async write cart eggs at ONE
    back 9
    write cart jam at LOCAL_QUORUM in eu-west-1
    async write shelf tea at ALL
    step 4
    """

  /// What opens each mode, from plain keys.
  private static let modes: [(name: String, keys: [Key])] = [
    ("prompt", [.character(":")]), ("help", [.character("?")]), ("palette", [.control("p")]),
    ("views", [.character("V")]), ("write form", [.character("w")]), ("read form", [.character("r")]),
    ("faults", [.character("o"), .character("f")]), ("branches", [.character("B")]), ("search", [.character("/")]),
    ("why", [.character("y")]), ("inspector", [.character("2"), .character("i")]),
  ]

  /// Draws a model somewhere, and looks at what every picture has.
  private static func look(_ model: ScreenModel, _ dice: inout Dice, _ place: String) {
    var model = model
    _ = model.update(.resize(dice.pick(sizes)))
    let frame = ScreenView.render(model)
    #expect(frame.cells.count == frame.size.columns * frame.size.rows, "\(place)")
    #expect(frame.sight.hits.allSatisfy { $0.rect.width > 0 && $0.rect.height > 0 }, "\(place)")
    let theme = Theme(dice.pick(ColorTier.allCases), on: dice.pick(Palette.allCases))
    #expect(
      ANSIEncoder(theme).lines(of: dice.roll(below: 2) == 0 ? frame : frame.inASCII).count == frame.size.rows,
      "\(place)")
    for y in 0..<frame.size.rows {
      let width = frame.row(y).filter { !$0.isTail }.reduce(0) { $0 + TextWidth.of($1.glyph) }
      #expect(width == frame.size.columns, "\(place), row \(y)")
    }
  }

  @Test(arguments: ViewName.allCases) func everyKeyInEveryView(view: ViewName) throws {
    var dice = Dice(seed: view.rawValue.utf8.count)
    var model = try stage("\(Self.story)\nview \(view.rawValue)")
    model.press(.escape)
    for key in Self.keys {
      var model = model
      if dice.roll(below: 2) == 0 { model.press(.up) }
      model.press(key)
      Self.look(model, &dice, "\(view): \(key.name)")
    }
  }

  @Test(arguments: modes.indices) func everyKeyInEveryMode(mode: Int) throws {
    var dice = Dice(seed: mode)
    var model = try stage(Self.story)
    model.press(.escape)
    for key in Self.modes[mode].keys { model.press(key) }
    #expect(model.mode != .keys, "\(Self.modes[mode].name)")
    for key in Self.keys {
      var model = model
      model.press(key)
      Self.look(model, &dice, "\(Self.modes[mode].name): \(key.name)")
    }
  }

  @Test(arguments: 1...30) func anythingInAnyOrder(seed: Int) throws {
    var dice = Dice(seed: seed)
    var model = try stage(seed % 2 == 0 ? Self.story : "write cart milk at ALL\nload 100/s for 10s keys 5")
    model.focus = dice.pick(ViewName.allCases)
    for step in 0..<200 {
      switch dice.roll(below: 20) {
      case 0:
        model.point(
          dice.pick([.press, .drag, .wheel(3), .wheel(-3)]), at: Point(dice.roll(below: 210), dice.roll(below: 62)))
      case 1: _ = model.update(.resize(dice.pick(Self.sizes)))
      case 2: _ = model.update(.tick(nanoseconds: dice.roll(below: 100_000_000)))
      case 3: _ = model.update(.paste("write \u{1B}[2J\nread"))
      default: _ = model.update(.key(dice.pick(Self.keys)))
      }
      if step % 4 == 0 { Self.look(model, &dice, "seed \(seed), step \(step)") }
      if model.session.now > .start + .milliseconds(3_600_000) { return }
    }
  }

  @Test(arguments: ViewName.allCases) func everyHintOfTheFooterAndTheHelpCanBeClicked(view: ViewName) throws {
    var model = try stage("\(Self.story)\nview \(view.rawValue)", size: Size(columns: 200, rows: 60))
    model.press(.escape)
    model.look()
    let footer = model.sight.hits.filter { $0.rect.y == 59 }
    for key in view.pane.keys where !key.hint.isEmpty {
      #expect(footer.contains { $0.target == .action(key.action) }, "\(view): \(key.hint)")
    }
    model.point(.press, at: Point(197, 0))
    guard case .menu(let menu) = model.mode else {
      Issue.record("`? help` opens nothing in \(view)")
      return
    }
    #expect(menu.shown.first?.command == "IN \(view.rawValue.uppercased())")
  }
}
