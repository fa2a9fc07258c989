import Testing

@testable import Language

/// Text from outside: everything that commands a terminal, or that nobody sees, is shown as an escape.
@Suite struct PrintableTests {
  /// Every scalar there is: what is left as it stands is a letter, a mark or a sign that is seen.
  @Test func whatIsNotSeenIsEscaped() {
    var kept = 0
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "a\(Character(scalar))b"
      let escaped = Printable.escaped(text)
      let isSeen: Bool =
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: !scalar.properties.isDefaultIgnorableCodePoint
        }
      guard (escaped == text) == isSeen, isSeen || escaped.unicodeScalars.allSatisfy(\.isASCII) else {
        Issue.record("U+\(String(value, radix: 16)): \(escaped)")
        return
      }
      if isSeen { kept += 1 }
    }
    #expect(kept > 100_000, "most of what people write stays")
  }

  /// Where a line of JSON is printed nothing of it is escaped a second time, which would be no JSON.
  @Test func jsonIsPrintable() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for before in ["", "k", "❤"] {
        let json = JSONText.string(before + String(Character(scalar)) + "k").text
        guard PrintableLine(json).text == json else {
          Issue.record("U+\(String(value, radix: 16)): \(json)")
          return
        }
      }
    }
  }

  @Test(arguments: [
    "👨‍👩‍👧‍👦", "🏳️‍🌈", "❤️", "☺️", "©️", "1️⃣ and #️⃣", "👍🏽", "می‌خواهم", "क्‍ष", "葛\u{E0100}", "é", "牛乳", "─●▁", "e\u{301}",
  ]) func whatShapesALetterStays(text: String) {
    #expect(Printable.escaped(text) == text)
    #expect(text.allSatisfy { !Printable.isUnsafe($0) })
    #expect(Printable.escaped("k" + text + "k") == "k" + text + "k")
  }

  @Test(arguments: [
    ("k\u{200D}", #"k\u{200D}"#), ("\u{200C}k", #"\u{200C}k"#), ("k\u{FE0F}", #"k\u{FE0F}"#),
    ("1\u{FE0F}", #"1\u{FE0F}"#), ("é\u{200D}\u{301}", #"é\u{200D}"# + "\u{301}"), ("ж\u{FE0F}", #"ж\u{FE0F}"#),
    ("👨\u{200D}\u{200D}", "👨\u{200D}" + #"\u{200D}"#), ("❤\u{FE0F}\u{FE0F}", "❤\u{FE0F}" + #"\u{FE0F}"#),
    ("\u{3164}", #"\u{3164}"#), ("a\u{34F}b", #"a\u{34F}b"#), ("\u{115F}\u{1160}", #"\u{115F}\u{1160}"#),
  ]) func whatHidesBehindALetterIsEscaped(text: String, shown: String) {
    #expect(Printable.escaped(text) == shown)
    #expect(Printable.escaped(shown) == shown, "what is escaped stays as it is")
  }
}
