import Analysis
import Kernel
import Language

/// What can be typed in a drill besides the language.
public enum DrillWord: Hashable, Sendable {
  case checklist, lags, tickets, causes, score
  /// Names a cause by its number, from 1, and the operation that shows it.
  case cause(Int, operation: Int?)
  /// These words.
  case words

  /// How each is typed, and what it does.
  public static let list = [
    ("checklist", "what to look at, and with which command"),
    ("lags", "between regions: age of what arrives, of what doesn't, time to drain"),
    ("tickets", "what has come in, and which alarms fire"),
    ("cause", "the causes to choose from"),
    ("cause N because op M", "names one and what shows it; each guess has it named ten minutes later"),
    ("score", "what it has come to so far"),
    ("quit", "lets the rest of the day pass, and shows the score sheet"),
  ]

  /// What is wrong with such a word, as a sentence.
  public struct Problem: Error, Hashable {
    /// It.
    public let sentence: String
  }

  /// The word in a line; nil if the line is one of the language.
  ///
  /// - Throws: a ``Problem`` if it names a cause or an operation that isn't there.
  public init?(_ line: String, in play: DrillPlay) throws(Problem) {
    let words = line.split(separator: " ").map { $0.lowercased() }
    switch words {
    case ["checklist"]: self = .checklist
    case ["lags"]: self = .lags
    case ["tickets"]: self = .tickets
    case ["score"]: self = .score
    case ["cause"]: self = .causes
    case ["help", "drill"]: self = .words
    default:
      guard words.first == "cause" else { return nil }
      guard let number = Int(words[1]), play.drill.causes.index(ofNumber: number) != nil else {
        throw Problem(sentence: "there is no cause \(words[1]); there are 1 to \(play.drill.causes.count)")
      }
      self = .cause(number, operation: try Self.operation(Array(words.dropFirst(2)), in: play))
    }
  }

  /// The operation that is named; nil where none is.
  private static func operation(_ words: [String], in play: DrillPlay) throws(Problem) -> Int? {
    if words.isEmpty { return nil }
    let found: Int? =
      switch words {
      case ["because", "last"]: play.session.operations(1).last?.id
      default: words.count == 3 && words[0] == "because" && words[1] == "op" ? play.operation(words[2]) : nil
      }
    if let found { return found }
    throw Problem(
      sentence: "expected `cause N`, `cause N because op M` of an operation that has ended, or `cause N because last`")
  }
}

extension DrillPlay {
  fileprivate func operation(_ word: String) -> Int? {
    guard let number = Int(word) else { return nil }
    let operation =
      number > 0 ? session.operation(numbered: number) : session.operations(max(1, -max(number, -1_000))).first
    return operation?.id
  }

  /// Answers a word.
  ///
  /// - Returns: lines, or paragraphs where they are longer, and how good or bad what they say is.
  public mutating func answer(to word: DrillWord) -> DrillAnswer {
    switch word {
    case .checklist: return DrillAnswer(checklist())
    case .lags:
      let lines = lags()
      return DrillAnswer(lines.isEmpty ? ["there is one region, and nothing between any two"] : lines)
    case .tickets:
      let calls = journal.filter(\.isCall).map(text)
      let firing = firingAlarms
      let alarms = "alarms that fire now: \(firing.isEmpty ? "none" : firing.joined(separator: ", "))"
      return DrillAnswer((calls.isEmpty ? ["nothing has come in"] : calls) + [alarms])
    case .causes: return DrillAnswer(drill.causes.enumerated().map { "\($0 + 1)  \($1.words)" })
    case .score: return DrillAnswer(Listing.table(scores))
    case .words:
      return DrillAnswer(
        ["In a drill there is also:"] + Listing.table(DrillWord.list.map { ["  " + $0.0, $0.1] }) + [
          "",
          "Whatever looks is free. Whatever changes something is a mitigation, and stands in the journal. Time runs forward only.",
        ])
    case .cause(let number, let operation): return verdict(name(number, because: operation), number)
    }
  }

  /// An entry of the journal, with the time of day.
  public func text(_ entry: DrillEntry) -> String {
    "\(drill.clock.text(entry.at))  \(entry.heading)  \(Printable.escaped(entry.words))"
  }

  /// What to look at, and with which command, by phases; an entry is done once its command was asked. What puts things right
  /// is not among it before the cause is named, or the day is over.
  public var checks: [(check: DrillCheck, isDone: Bool)] {
    let isNamed = isOver || journal.contains { $0.kind == .named }
    return drill.checklist.filter { isNamed || !$0.isRemedy }.map { check in
      (check, journal.contains { DrillPlay.begins($0.words, with: check.command) })
    }
  }

  /// What is said in place of those that give away what is wrong; nil where they are shown.
  public var heldBack: String? {
    checks.count < drill.checklist.count ? "\(Drill.remedyPhase): once the cause is named" : nil
  }

  private func checklist() -> [String] {
    var phase = ""
    var lines: [String] = []
    for (check, isDone) in checks {
      if check.phase != phase { lines.append(check.phase.uppercased()) }
      phase = check.phase
      lines += ["  \(isDone ? "●" : "○") \(check.question)", "      \(check.command)"]
    }
    return lines + (heldBack.map { [$0] } ?? [])
  }

  private var scores: [[String]] {
    let score = DrillScore(self)
    func text(_ span: TimeSpan?) -> String { span.map { Quantity.figure($0) + " after its cause" } ?? "not yet" }
    return [
      ["noticed", text(score.detected)], ["cause named", text(score.named)],
      ["guesses", "\(score.guesses)"], ["stale reads", "\(score.stale) of \(score.reads)"],
      ["failed operations", "\(score.failed) of \(score.ended)"], ["acknowledged writes lost", "\(score.lost)"],
      ["sales lost", DrillSheet.dollars(score.sales)],
    ]
  }

  private func verdict(_ entry: DrillEntry?, _ number: Int) -> DrillAnswer {
    guard let entry, let position = drill.causes.index(ofNumber: number) else { return DrillAnswer([]) }
    let cause = drill.causes[position]
    switch entry.kind {
    case .named: return DrillAnswer(["● That is it, and it is proven. \(cause.reason)"], .good)
    case .wrong:
      return DrillAnswer(["✗ That isn't it: \(cause.reason) It counts as named ten minutes later for that."], .bad)
    case .unproven:
      let words =
        "Nothing that you have shown proves it, so nobody acts on it, and it counts as named ten minutes later."
      return DrillAnswer(["▲ \(words) \(cause.proof.words)"], .warning)
    case .paged, .cleared, .ticket, .looked, .changed, .asked: return DrillAnswer([])
    }
  }
}

/// What a drill answers.
public struct DrillAnswer: Hashable, Sendable {
  /// Its lines, some of them paragraphs.
  public let lines: [String]
  /// How good or bad it is.
  public let weight: LogLine.Weight

  init(_ lines: [String], _ weight: LogLine.Weight = .plain) { (self.lines, self.weight) = (lines, weight) }
}
