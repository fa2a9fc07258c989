import Analysis
import Kernel
import Language

/// A scene of a card that was played: the right answer, and what somebody would say who is mistaken, are read from such.
struct CardScene {
  /// How it ended.
  private(set) var session: Session

  /// Plays a scene.
  ///
  /// - Throws: a ``Diagnostic`` at the first line that can't be carried out.
  init(_ lines: [String]) throws {
    session = Session(seed: 1)
    try session.carryOut(SourceLine.lines(of: lines.joined(separator: "\n"), in: "card"))
  }

  /// A fact, now; `.none` where it has no value.
  func value(_ name: String) -> FactValue {
    var names = session.names(isPrompt: false)
    names.mayNameAbsent = true
    var reader = CommandReader(name, context: names)
    guard let fact = try? reader.fact().fact else { return .none }
    return session.facts(for: .fact(fact)).value(fact)
  }

  /// A fact as a text.
  func text(_ name: String) -> String { value(name).text }

  /// A fact as a number; 0 where it has none.
  func number(_ name: String) -> Int { value(name).magnitude.map { Int($0) } ?? 0 }

  /// Whether a fact is true.
  func holds(_ name: String) -> Bool { value(name) == .boolean(true) }

  /// How long the last operation took.
  var latency: TimeSpan { TimeSpan(microseconds: Int64(value("last.latency").magnitude ?? 0)) }

  /// How it ended.
  var outcome: String { text("last.outcome") }
}
