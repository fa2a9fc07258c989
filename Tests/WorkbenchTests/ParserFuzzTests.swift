import Kernel
import Replication
import TestSupport
import Testing

@testable import Language
@testable import Workbench

/// Whatever is typed: an error with a place in the file, or a command that can be carried out; never a trap, never a hang.
@Suite struct ParserFuzzTests {
  /// Reads a script and looks at what it says of every error.
  private func read(_ text: String, _ origin: String) {
    var names = NameContext.standard
    names.isPrompt = text.utf8.count.isMultiple(of: 2)
    do {
      _ = try Script("a.ev", from: MemoryScripts(files: ["a.ev": text]), names: &names)
    } catch ScriptError.wrong(let diagnostics) {
      // A carriage return at the end of a line is no part of it, the last line's included.
      let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        .map { $0.hasSuffix("\r") ? $0.dropLast() : $0 }
      #expect(!diagnostics.isEmpty, "\(origin)")
      for diagnostic in diagnostics {
        let isInside =
          (1...lines.count).contains(diagnostic.line.number)
          && diagnostic.line.text == lines[diagnostic.line.number - 1]
          && diagnostic.span.start >= 0 && diagnostic.span.length >= 1
          && diagnostic.span.start + diagnostic.span.length <= diagnostic.line.text.count + 1
        #expect(isInside, "\(origin): \(diagnostic.line.number):\(diagnostic.span) \(diagnostic.message)")
        let shown = diagnostic.text
        #expect(shown.hasPrefix("a.ev:\(diagnostic.line.number):\(diagnostic.span.start + 1): error: "), "\(origin)")
        #expect(
          !shown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }, "\(origin): a control character is shown")
      }
    } catch {
      Issue.record("\(origin): \(error)")
    }
  }

  @Test(arguments: Seeds.slices(fewest: 160, each: 80)) func randomBytes(seeds: ClosedRange<Int>) {
    for seed in seeds {
      var dice = Dice(seed: seed)
      let bytes = (0..<dice.roll(0...200)).map { _ in
        // Mostly printable, with blanks and line ends among it.
        dice.chance(60)
          ? UInt8(dice.roll(0x20...0x7E)) : dice.chance(50) ? dice.pick([0x0A, 0x20, 0x22]) : UInt8(dice.roll(0...255))
      }
      read(String(decoding: bytes, as: UTF8.self), "seed \(seed)")
    }
  }

  @Test(arguments: Seeds.slices(fewest: 200, each: 100)) func randomWords(seeds: ClosedRange<Int>) {
    for seed in seeds {
      var dice = Dice(seed: seed)
      let lines = (0..<dice.roll(1...8)).map { _ in
        (0..<dice.roll(0...12)).map { _ in dice.pick(Mutation.words) }.joined(
          separator: dice.pick([" ", " ", "", "\t"]))
      }
      read(lines.joined(separator: dice.pick(["\n", "\r\n"])), "seed \(seed)")
    }
  }

  @Test(arguments: Seeds.slices(fewest: 300, each: 150)) func mutatedScripts(seeds: ClosedRange<Int>) {
    for seed in seeds {
      var dice = Dice(seed: seed)
      read(Mutation.script(&dice), "seed \(seed)")
    }
  }

  @Test(arguments: [
    "\0", "\u{FEFF}heal", "\u{202E}", "🎉 🎉", "write 👨‍👩‍👧‍👦 🏳️‍🌈", "e\u{301}\u{301}\u{301}", "\u{200D}", "\u{1B}[31m", "\r",
    "\r\r\n\n\r",
    "write \u{2028} \u{85} b", "\"", "\\", "\"\\", "\"\"\"\"", "#", "#\"", "->", "|", "||||", "(", ")", "((((", "= = =",
    "<=>=",
    "expect", "expect (", "expect )", "expect ,", "expect ==", "expect \"", "expect op", "expect op(",
    "expect count(,,)",
    "expect value(,)", "link us1 us2 (", "link us1 us2 mix(", "link us1 us2 uniform(,)", "cluster :", "cluster rf=",
    "cluster a:1 rf=,",
    "load /", "load 1/", "load /s for", "speed", "seed", "write a b at", "partition |", "partition us1 | | eu1", "set",
    "show", "heal heal",
    "fork ~", "switch", "source", "source \"\"", "view", "goto", "run until", "run until within", "async", "-", "--",
    "-1", "%", "x", "1",
  ]) func oddLines(text: String) {
    read(text, "\(text)")
    read("write a 1\n" + text + "\n", "\(text)")
  }

  @Test func veryLongLinesAndDeepNestingEndSoon() {
    let count = 4_000
    func many(_ text: String) -> String { String(repeating: text, count: count) }
    for text in [
      many("a"), many("a "), many("\""), many("\\"), many("("), many(")"), many("not "), many("write a b\n"),
      many("\n"),
      "write a " + many("b"), "write a \"" + many("b\\n") + "\"", "say " + many("🎉"), "expect " + many("("),
      "expect " + many("ever("), "expect " + many("not "), "expect converged" + many(" and converged"),
      "expect count(" + many("read ") + ") > 1", "expect value(us1, " + many("k") + ") == 1",
      "link us1 us2 " + many("mix(1 "),
      "link us1 us2 empirical(1ms" + many(", 1ms") + ")", "link us1 us2 mix(1 1ms" + many(", 1 1ms") + ")",
      "partition us1" + many(" | eu1"), "undo\npartition x1" + many(" | x1"), "cluster a:1" + many(" b:1"),
      "load 1/s for 1s as us-east-1 hop" + many(" us-east-1"), "link us1 us2 1ms for" + many(" write"),
      "seed " + many("9"),
      "run " + many("9") + "s", "run 0." + many("9") + "s", "step " + many("9"), "cut us1 " + many("e"),
      "e" + many("\u{301}"),
    ] {
      read(text, "\(text.prefix(30))…")
    }
  }
}

/// Scripts that somebody mistyped.
enum Mutation {
  private static let bases: [[String]] =
    [DeterminismTests.storm.split(separator: "\n").map(String.init)]
    + CommandSpecification.Chapter.allCases.map { chapter in
      CommandCatalog.all.filter { $0.chapter == chapter }.flatMap(\.examples)
    }.filter { !$0.isEmpty } + (1...6).map { RandomScript(seed: $0, length: 20).lines }

  /// Everything that means something somewhere.
  static let words: [String] =
    CommandCatalog.all.flatMap { [$0.name] + $0.aliases } + SettingCatalog.all.map(\.name.rawValue)
    + FactCatalog.all.map(\.usage) + ConsistencyLevel.allCases.compactMap(\.name) + FactCatalog.filterWords
    + [
      "us-east-1", "eu-west-1", "ap-south-1", "us1", "eu2", "ap-south-1/3", "us-east-1/9", "k0", "cart", "\"a b\"",
      "\"\"",
    ]
    + [
      "at", "in", "as", "via", "for", "by", "until", "within", "drift", "hop", "poisson", "zipf", "keys", "size",
      "timestamp",
    ]
    + [
      "and", "or", "not", "contains", "==", "!=", "<", "<=", ">", ">=", "(", ")", ",", "=", "->", "|", "#", "\"", "\\",
    ]
    + [
      "0", "1", "-1", "5%", "100%", "0.5", "1e9", "nan", "inf", "99999999999999999999", "9223372036854775807", "1/s",
      "100/ms",
    ]
    + [
      "0ms", "1ms", "1s", "-1s", "10000d", "10001d", "1ms~1ms", "uniform(1ms, 2ms)", "exponential(rate=0.1/ms)",
      "mix(1 1ms)",
    ]
    + [
      "pareto(1ms, 1.5)", "empirical(1ms)", "on", "off", "blocking", "oracle", "after", "x-1:3", "rf=3", "rf=x-1:2",
      "none",
    ]
    + [
      "true", "false", "op(1).latency", "op(-1).value", "ever(converged)", "count(read stale)", "\0", "🎉", "é", "日本",
      "\u{202E}",
    ]

  /// A valid script with a few mistakes in it.
  static func script(_ dice: inout Dice) -> String {
    var lines = dice.pick(bases)
    for _ in 0..<dice.roll(1...4) {
      guard !lines.isEmpty else { break }
      let index = dice.roll(0...lines.count - 1)
      lines[index] = dice.chance(60) ? mutatedWords(lines[index], &dice) : mutatedCharacters(lines[index], &dice)
      if dice.chance(10) { lines.remove(at: index) }
      if dice.chance(10) { lines.insert(dice.pick(lines + [""]), at: min(index, lines.count)) }
    }
    return lines.joined(separator: "\n") + (dice.chance(50) ? "\n" : "")
  }

  private static func mutatedWords(_ line: String, _ dice: inout Dice) -> String {
    var parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let index = dice.roll(0...max(0, parts.count - 1))
    guard index < parts.count else { return dice.pick(words) }
    switch dice.roll(1...5) {
    case 1: parts.remove(at: index)
    case 2: parts.insert(parts[index], at: index)
    case 3: parts.swapAt(index, dice.roll(0...parts.count - 1))
    case 4: parts[index] = dice.pick(words)
    default: parts.insert(dice.pick(words), at: index)
    }
    return parts.joined(separator: " ")
  }

  private static func mutatedCharacters(_ line: String, _ dice: inout Dice) -> String {
    var characters = Array(line)
    let others = Array("abcxyz019 \"\\#()=<>!,.:/%|~-_\u{0}\u{7}é🎉\t")
    guard !characters.isEmpty else { return String(dice.pick(others)) }
    let index = dice.roll(0...characters.count - 1)
    switch dice.roll(1...4) {
    case 1: characters.remove(at: index)
    case 2: characters.insert(dice.pick(others), at: index)
    case 3: characters[index] = dice.pick(others)
    default: characters.swapAt(index, dice.roll(0...characters.count - 1))
    }
    return String(characters)
  }
}
