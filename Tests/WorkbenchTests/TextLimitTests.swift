import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What a line may hold: marks upon letters, upon quotes and upon blanks, and no more of them than text has.
@Suite struct TextLimitTests {
  private static let marks = ["\u{301}", "\u{308}", "\u{20D0}", "\u{FE0F}", "\u{200D}", "\u{E0100}", "\u{301}\u{302}"]

  /// Why a line is refused; nil if it isn't.
  private func refusal(_ line: String) -> Diagnostic? {
    do {
      _ = try CommandParser.parse(line, in: Session().names(isPrompt: false))
      return nil
    } catch {
      guard let error = error as? LanguageError else {
        Issue.record("\(error)")
        return nil
      }
      return Diagnostic(error, in: .prompt(line))
    }
  }

  /// What a mark stands upon is one character with it for people, and two for the language.
  @Test(arguments: marks) func aQuoteWithAMarkIsAQuote(mark: String) throws {
    let opened = try play("write \"\(mark)a b\" \"\(mark)c d\"\n").last
    #expect(opened.key == "\(mark)a b" && opened.value == "\(mark)c d")
    let closed = refusal("write \"a\"\(mark) 1")
    #expect(closed != nil, "a word goes on behind its quote")
    #expect(try play("write a \"#\(mark)\" # \"\(mark)\n").last.value == "#\(mark)")
    #expect(try play("write a \"\\\\\" # \(mark)\n").last.value == "\\")
    // What is kept of it is the same command.
    let line = SourceLine.prompt("write \"\(mark)a # b\" \"\(mark)c\" # \"\(mark)")
    #expect(line.command == "write \"\(mark)a # b\" \"\(mark)c\"")
    let unended = refusal("write \"\(mark)a 1")
    #expect(unended?.sentence.contains("quote") == true, "\(unended?.sentence ?? "")")
  }

  @Test(arguments: marks) func aBlankWithAMarkIsABlank(mark: String) throws {
    let written = try play("write key \(mark)value\n").last
    #expect(written.key == "key" && written.value == "\(mark)value")
    #expect(SourceLine.prompt("heal #\(mark) all").command == "heal")
  }

  /// As many as a letter may carry, one more, and more than anybody has the time to look at.
  @Test(arguments: [0, 1, 30, 31, 32, 33, 1_000, 30_000, 32_700, 500_000])
  func aWordOfMarksIsRefusedAtOnce(count: Int) {
    let marks = String(repeating: "\u{301}", count: count)
    for line in [
      "write é\(marks) 1", "write a é\(marks)", "write a \"é\(marks)\"", "say \"é\(marks)\"",
      "expect last.value == é\(marks)",
      "client é\(marks) in eu-west-1", "fork é\(marks)", "heal # é\(marks)", "é\(marks)",
    ] {
      let refused = refusal(line)
      let size = line.utf8.count
      if size > 65_536 {
        #expect(refused?.sentence == "this line has \(size) bytes; a line has at most 65536", "\(line.prefix(12))")
      } else if count > 31 {
        #expect(
          refused?.sentence.contains("this character consists of \(count + 1) scalars; one has at most 32") == true,
          "\(line.prefix(12)): \(refused?.sentence ?? "taken")")
      } else if !line.hasPrefix("é") {
        #expect(refused?.sentence.contains("scalars") != true)
      }
      #expect((refused?.text.utf8.count ?? 0) < 3_000, "nobody reads more")
    }
  }

  @Test(arguments: [
    "rf=a:1,a:2", "rf=a:1,a:1", "rf=a:1,b:1,a:1", "rf=b:2,a:1,b:2", "rf=a:0,a:1", "rf=a:1,b:1,b:0", "rf=a:1,,b:1",
    "rf=a:1 rf=a:2", "rf=1 rf=1",
  ]) func aRegionHasOneFactor(factors: String) {
    #expect(refusal("cluster a:2 b:2 \(factors)") != nil)
    #expect(refusal("cluster a:2 b:2 rf=a:1,b:2") == nil)
  }
}
