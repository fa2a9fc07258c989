import TestSupport
import Testing
import Workbench

@testable import Language
@testable import Screen

/// Keys and values of any script: rows keep their width, and borders stand where they should.
@Suite struct WideTextTests {
  private static let pieces = [
    "豆腐", "ほうれん草", "한국어", "ｗｉｄｅ", "é", "e\u{301}\u{301}", "👍🏽", "👩‍👩‍👧", "🏳️‍🌈", "🇩🇪", "🇮🇳🇩🇪", "1️⃣", "❤️", "क्ष", "का", "กำ",
    "می‌خواهم", "עברית", "x", " ", "a-long-word-without-any-blank", "\t", "\u{202E}", "\u{200B}", "🎉", "각",
  ]

  private static func word(_ dice: inout Dice) -> String {
    let text = (0..<dice.roll(1...8)).map { _ in dice.pick(pieces) }.joined()
    return "\"\(text.replacing("\"", with: "").replacing("\\", with: ""))\""
  }

  private static func script(_ dice: inout Dice) -> String {
    let (key, other) = (word(&dice), word(&dice))
    return """
      set conflict \(dice.pick(["lww", "siblings"]))
      write \(key) \(word(&dice)) at ALL
      cut us-east-1 eu-west-1
      write \(key) \(word(&dice))
      write \(key) \(word(&dice)) in eu-west-1
      read \(key) at ONE in eu-west-1
      write \(other) \(word(&dice)) at ONE
      async write \(other) \(word(&dice)) at ONE
      async write \(key) \(word(&dice)) at ONE
      say \(word(&dice))
      run 30ms
      """
  }

  /// What each row of a frame and each pane's border must be.
  static func check(_ model: ScreenModel, _ what: Comment) {
    let frame = ScreenView.render(model)
    for y in 0..<frame.size.rows {
      let width = frame.row(y).reduce(0) { $0 + ($1.isTail ? 0 : TextWidth.of($1.glyph)) }
      #expect(width == frame.size.columns, what)
      for x in 0..<frame.size.columns where frame[x, y].isTail {
        #expect(x > 0 && TextWidth.of(frame[x - 1, y].glyph) == 2, what)
      }
    }
    let isSingle = frame.size.columns < 80 || frame.size.rows < 24
    guard !isSingle else { return }
    let sides = Set<Character>("│┃╭╮╰╯┏┓┗┛")
    for hit in frame.sight.hits {
      guard case .pane = hit.target else { continue }
      for y in hit.rect.y..<hit.rect.bottom {
        #expect(sides.contains(frame[hit.rect.x, y].glyph) && sides.contains(frame[hit.rect.right - 1, y].glyph), what)
      }
      let bottom = (hit.rect.x + 1..<hit.rect.right - 1).map { frame[$0, hit.rect.bottom - 1].glyph }
      #expect(Set(bottom).count == 1, what)
    }
  }

  @Test(arguments: 1...8) func everyViewKeepsItsBorders(seed: Int) throws {
    var dice = Dice(seed: seed)
    var model = try stage(Self.script(&dice))
    model.press(.escape)
    let sizes = [(39, 9), (40, 10), (60, 18), (80, 24), (120, 40), (200, 60), (dice.roll(39...200), dice.roll(9...60))]
    for size in sizes {
      _ = model.update(.resize(Size(columns: size.0, rows: size.1)))
      for view in ViewName.allCases {
        model.turn(to: view)
        for isZoomed in [false, true] {
          model.isZoomed = isZoomed
          Self.check(model, "seed \(seed), \(size), \(view), zoomed \(isZoomed)")
        }
      }
    }
  }

  @Test(arguments: [
    ("豆", 2), ("👩‍👩‍👧", 2), ("👍🏽", 2), ("🏳️‍🌈", 2), ("🇩🇪", 2), ("1️⃣", 1), ("é", 1), ("e\u{301}", 1), ("각", 2), ("각", 2), ("क्ष", 2),
    ("กำ", 2), ("a", 1), ("─", 1), ("\u{301}", 0), ("\u{AD}", 0),
  ]) func aCharacterTakesAsManyCellsAsItIsDrawnIn(text: String, width: Int) throws {
    #expect(TextWidth.of(text) == width)
  }

  @Test(arguments: [("ab 豆腐豆腐 c", 4), ("👩‍👩‍👧🇩🇪豆腐xyz", 3), ("one two three", 5), ("漢字漢字漢字漢字", 5)])
  func whatIsWrappedFitsAndLosesNothing(text: String, width: Int) {
    let lines = TextWrap.lines(text, width: width)
    #expect(lines.allSatisfy { TextWidth.of($0) <= width })
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
  }

  @Test(arguments: 10...80) func aHangingIndentFitsAndLosesNothing(width: Int) {
    for line in [
      "✗ linearizable          the key must have held one value 豆腐豆腐豆腐 while it held the other",
      "      op 1  words-without-any-blank-that-are-long",
    ] {
      let lines = TextWrap.hanging(line, width: width, indent: 24)
      #expect(lines.allSatisfy { TextWidth.of($0) <= width })
      #expect(lines.joined().filter { $0 != " " } == line.filter { $0 != " " })
      if width >= 48, lines.count > 1 {
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(String(repeating: " ", count: 24)) })
      }
    }
  }

  @Test func aCellStandsWhereItShouldWhateverATerminalThinksOfTheOneBefore() throws {
    var frame = Frame(Size(columns: 8, rows: 1))
    frame.write("👩‍👩‍👧ab", at: Point(0, 0), clip: frame.bounds)
    #expect(ANSIEncoder(Theme(.mono)).lines(of: frame)[0].contains("👩‍👩‍👧\u{1B}[3Gab"))
  }
}
