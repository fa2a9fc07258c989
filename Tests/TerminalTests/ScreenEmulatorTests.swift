import Testing

/// The emulator by itself, so that a failure on it is known to be the program's.
@Suite struct ScreenEmulatorTests {
  private func screen(_ text: String, columns: Int = 8, rows: Int = 4) -> ScreenEmulator {
    var screen = ScreenEmulator(columns: columns, rows: rows)
    screen.feed(Array(text.utf8))
    return screen
  }

  @Test func textGoesWhereTheCursorIsPut() {
    let screen = screen("ab\u{1B}[3;3Hc\u{1B}[4Gd\u{1B}[2de\u{1B}[2Df\u{1B}[Ag\u{1B}[1Bh\u{1B}[2Ci")
    #expect(screen.lines == ["ab  g", "   feh i", "  cd", ""])
    #expect(screen.cursor == ScreenEmulator.Place(row: 1, column: 7))
  }

  @Test func theLastColumnWaitsBeforeItWraps() {
    var screen = screen("12345678")
    #expect(screen.cursor == ScreenEmulator.Place(row: 0, column: 7))
    screen.feed(Array("9".utf8))
    #expect(screen.lines == ["12345678", "9", "", ""])
    #expect(self.screen("12345678\r\nx").lines == ["12345678", "x", "", ""])
  }

  @Test func wideCharactersTakeTwoCellsAndAreNeverHalved() {
    #expect(screen("中文ab").lines[0] == "中文ab")
    #expect(screen("中文ab\u{1B}[1;2Hx").lines[0] == " x文ab")
    #expect(screen("1234567中").lines == ["1234567", "中", "", ""])
    #expect(screen("e\u{301}x").lines[0] == "e\u{301}x")
  }

  @Test func charactersAndSequencesMayComeInPieces() {
    var screen = ScreenEmulator(columns: 8, rows: 2)
    for byte in Array("\u{1B}[1;3H►é中\u{1B}]0;title\u{7}\u{1B}(B\u{1B}[mx".utf8) { screen.feed([byte]) }
    #expect(screen.lines == ["  ►é中x", ""])
    #expect(screen.unknown.isEmpty)
  }

  @Test func partsAreErasedRepeatedAndShifted() {
    #expect(screen("abcdef\u{1B}[1;3H\u{1B}[2X").lines[0] == "ab  ef")
    #expect(screen("abcdef\u{1B}[1;3H\u{1B}[K").lines[0] == "ab")
    #expect(screen("abcdef\u{1B}[1;3H\u{1B}[1K").lines[0] == "   def")
    #expect(screen("─\u{1B}[4b").lines[0] == "─────")
    #expect(screen("abcdef\u{1B}[1;3H\u{1B}[2P").lines[0] == "abef")
    #expect(screen("abcdef\u{1B}[1;3H\u{1B}[2@").lines[0] == "ab  cdef")
    #expect(screen("a\r\nb\r\nc\u{1B}[2;1H\u{1B}[J").lines == ["a", "", "", ""])
  }

  @Test func rowsScrollWithinTheMargins() {
    let rows = "a\r\nb\r\nc\r\nd"
    #expect(screen(rows + "\r\ne").lines == ["b", "c", "d", "e"])
    #expect(screen(rows + "\u{1B}[2;3r\u{1B}[S").lines == ["a", "c", "", "d"])
    #expect(screen(rows + "\u{1B}[2;3r\u{1B}[T").lines == ["a", "", "b", "d"])
    #expect(screen(rows + "\u{1B}[2;1H\u{1B}[L").lines == ["a", "", "b", "c"])
    #expect(screen(rows + "\u{1B}[2;1H\u{1B}[2M").lines == ["a", "d", "", ""])
  }

  @Test func theAlternateScreenLeavesTheOtherAsItWas() {
    var screen = screen("shell\r\n\u{1B}[?1049h\u{1B}[22;0;0t\u{1B}[?25l\u{1B}[?2004h\u{1B}=\u{1B}[31mX")
    #expect(screen.lines == ["", "X", "", ""])
    #expect(screen.isAlternate && screen.hasApplicationKeypad && screen.isStyled)
    #expect(screen.modes == [7, 1049, 2004])
    #expect(screen.colors == [31])
    screen.feed(Array("\u{1B}[m\u{1B}>\u{1B}[?2004l\u{1B}[?25h\u{1B}[?1049l\u{1B}[23;0;0t".utf8))
    #expect(screen.lines == ["shell", "", "", ""])
    #expect(screen.modes == ScreenEmulator(columns: 1, rows: 1).modes)
    #expect(screen.savedTitles == 0 && !screen.isStyled && !screen.hasApplicationKeypad)
  }

  @Test func aPictureIsSeenOnceItIsWhole() {
    var screen = screen("one\u{1B}[?2026h\rtw")
    #expect(screen.lines[0] == "one")
    screen.feed(Array("o\u{1B}[?2026l".utf8))
    #expect(screen.lines[0] == "two")
  }
}
