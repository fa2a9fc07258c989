/// A verdict as a sign. A word always goes with it, for who doesn't see the sign or hears it read out.
///
/// They are the signs that the rest of the program has, and ordinary fonts have them: an emoji is a box where no font has it, and as wide as
/// two letters.
enum VerdictSign: String {
  case good = "✓"
  case bad = "✗"
  case warning = "▲"

  /// How a verdict's sign is set on a page.
  var tone: PageTable.Kind {
    switch self {
    case .good: .good
    case .bad: .bad
    case .warning: .warn
    }
  }
}

extension VerdictSign: CustomStringConvertible {
  var description: String { rawValue }
}

extension ScenarioResult {
  /// Its verdict as a sign.
  var sign: VerdictSign { isHeld ? .good : isTested ? .bad : .warning }

  /// Its verdict in a word.
  var word: String { isHeld ? "passed" : isTested ? "failed" : "nothing tested" }
}

extension Verdict {
  /// As a sign.
  var sign: VerdictSign { isHeld ? .good : reading.value.isJudged ? .bad : .warning }

  /// In a word.
  var word: String { isHeld ? "holds" : reading.value.isJudged ? "fails" : "not judged" }
}
