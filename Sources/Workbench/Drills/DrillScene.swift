import Kernel
import Language
import Replication

/// What happens by itself: a script whose `run` lines part what happens at one instant from what happens at the next.
struct DrillScene {
  /// What stands before the first `run`.
  private(set) var setUp: [SourceLine] = []
  /// What stands after it.
  private(set) var steps: [DrillStep] = []
  /// What names mean at its end.
  private(set) var names = NameContext(cluster: Cluster(seed: 1), branches: [], isPrompt: false)

  /// The scene in a text.
  ///
  /// - Throws: a ``ScriptError`` if a line is wrong, or lets time run otherwise than by `run`.
  init(_ text: String, in file: String) throws {
    var now = Instant.start
    var hasRun = false
    for line in SourceLine.lines(of: text, in: file) {
      guard let command = try Self.command(line, names) else { continue }
      names.follow(command)
      switch command {
      case .run(let span):
        now += span
        hasRun = true
      case .input, .profile, .operate(_, isAsync: true), .repair(pairs: _, key: _, isAsync: true), .operating,
        .killLeader,
        .moveLeader:
        if hasRun { steps.append(DrillStep(at: now, line: line)) } else { setUp.append(line) }
      default:
        throw ScriptError.unreadable(
          file, reason: "line \(line.number): in a scene time runs by `run D` alone, and whatever happens takes none")
      }
    }
    guard !setUp.isEmpty else { throw ScriptError.unreadable(file, reason: "a scene begins with `cluster`") }
  }

  private static func command(_ line: SourceLine, _ names: NameContext) throws -> Command? {
    do {
      return try CommandParser.parse(line.text, in: names)
    } catch let error as LanguageError {
      throw ScriptError.wrong([Diagnostic(error, in: line)])
    }
  }
}

extension Drill {
  /// Whether one of its signs or figures is about indicators over windows, or alerts.
  func asksOfService(_ names: NameContext) -> Bool {
    let signs =
      [symptom] + alarms.map(\.sign) + tickets.compactMap { if case .when(let sign) = $0.due { sign } else { nil } }
    let isSign = signs.contains { if case .condition(let condition) = $0 { condition.asksOfService } else { false } }
    return isSign
      || figures.contains { figure in
        guard case .fact(let text, at: _) = figure.measure else { return false }
        var reader = CommandReader(text, context: names)
        return (try? reader.fact().fact).map { Condition.fact($0).asksOfService } ?? false
      }
  }
}
