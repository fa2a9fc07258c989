import Language
import Testing
import Workbench

@testable import Screen

/// The grid: nothing leaves its rectangle, and no character is ever cut in half.
@Suite struct FrameTests {
  @Test func textStaysInsideItsRectangle() {
    var frame = Frame(Size(columns: 10, rows: 3))
    frame.write("abcdefghijklmnop", at: Point(3, 1), clip: Rect(3, 1, 4, 1))
    #expect(TextEncoder.lines(of: frame) == ["", "   defg".replacing("defg", with: "abcd"), ""])
  }

  @Test func aWideCharacterThatDoesNotFitLeavesABlank() {
    var frame = Frame(Size(columns: 4, rows: 1))
    frame.write("ab豆", at: Point(1, 0), clip: frame.bounds)
    #expect(TextEncoder.lines(of: frame) == [" ab"])
    #expect(!frame[3, 0].isTail)
  }

  @Test func overwritingHalfOfAWideCharacterBlanksTheOtherHalf() {
    var frame = Frame(Size(columns: 4, rows: 1))
    frame.write("豆腐", at: Point(0, 0), clip: frame.bounds)
    frame.write("x", at: Point(1, 0), clip: frame.bounds)
    #expect(TextEncoder.lines(of: frame) == [" x腐"])
    frame.write("y", at: Point(2, 0), clip: frame.bounds)
    #expect(TextEncoder.lines(of: frame) == [" xy"])
    #expect(!(0..<4).contains { frame[$0, 0].isTail })
  }

  @Test func controlCharactersNeverReachACell() {
    var frame = Frame(Size(columns: 12, rows: 1))
    frame.write("a\u{1B}[2Jb\u{7}\u{9B}c", at: Point(0, 0), clip: frame.bounds)
    let text = TextEncoder.lines(of: frame).joined()
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
  }

  @Test func anASCIIFrameHasNothingElse() throws {
    let frame = ScreenView.render(try stage("write cart 豆腐 at ALL\ncut us-east-1 eu-west-1")).inASCII
    let lines = TextEncoder.lines(of: frame)
    #expect(lines.allSatisfy { $0.allSatisfy(\.isASCII) })
  }

  @Test func colouredTextIsTheSameTextWithoutItsColours() throws {
    let frame = ScreenView.render(try stage("write cart milk at ALL"))
    for tier in ColorTier.allCases {
      let colored = ANSIEncoder(Theme(tier)).lines(of: frame).map { line in
        line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
      }
      let plain = (0..<frame.size.rows).map { y in String(frame.row(y).filter { !$0.isTail }.map(\.glyph)) }
      #expect(colored == plain)
    }
  }

  @Test func thePictureIsWellFormedWhateverTheText() throws {
    let document = SVGEncoder.document(of: ScreenView.render(try stage("write \"<&>\\\"\" \"]]>\"")))
    #expect(document.hasPrefix("<svg ") && document.hasSuffix("</svg>\n"))
    #expect(!document.contains("<&"))
  }

  @Test(arguments: [
    (1, 1), (2, 1), (39, 9), (40, 10), (41, 11), (79, 24), (80, 23), (80, 24), (84, 50), (109, 33), (300, 100),
  ])
  func everySizeCanBeDrawn(columns: Int, rows: Int) throws {
    for view in ViewName.allCases {
      for isZoomed in [false, true] {
        var model = try stage("write cart milk at ALL\ncut us1 eu1", size: Size(columns: columns, rows: rows))
        model.focus = view
        model.isZoomed = isZoomed
        let frame = ScreenView.render(model)
        #expect(frame.cells.count == columns * rows)
      }
    }
  }
}
