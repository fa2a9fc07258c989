import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What is said of commands alike is so, for every example of the reference.
@Suite struct CommandTraitsTests {
  private static let examples = CommandCatalog.all.filter { !$0.isPromptOnly }.flatMap(\.examples)

  /// A session in which there is something to undo, to read and to explain.
  private func begun() throws -> Session {
    var session = Session(isTracing: true)
    for line in ["write cart milk at ALL", "read cart", "run 1s", "undo"] {
      try session.execute(.prompt(line), isPrompt: true) { _ in }
    }
    return session
  }

  @Test func whatIsAnActionCountsAndCanBeUndone() throws {
    var actions = 0
    for example in Self.examples {
      var session = try begun()
      let before = (commands: session.commands, moment: session.timeline.moment)
      guard let command = try CommandParser.parse(example, in: session.names(isPrompt: false)) else { continue }
      guard (try? session.execute(command, from: .prompt(example)) { _ in }) != nil else { continue }
      #expect(session.commands - before.commands == (command.traits.isAction ? 1 : 0), "\(example)")
      guard command.traits.isAction else { continue }
      actions += 1
      try session.execute(.prompt("undo"), isPrompt: true) { _ in }
      #expect(session.timeline.moment == before.moment, "\(example)")
    }
    #expect(actions > 20)
  }

  @Test func whatIsKeptIsInTheJournalAndNothingElseIs() throws {
    for example in Self.examples {
      var session = try begun()
      let before = session.recipe.lines.count
      guard let command = try CommandParser.parse(example, in: session.names(isPrompt: false)) else { continue }
      guard (try? session.execute(command, from: .prompt(example)) { _ in }) != nil else { continue }
      #expect((session.recipe.lines.count > before) == command.traits.isKept, "\(example)")
    }
  }

  @Test func anActionIsAlwaysKept() throws {
    for example in Self.examples {
      guard let traits = try CommandParser.parse(example, in: .standard)?.traits else { continue }
      #expect(!traits.isAction || traits.isKept, "\(example)")
      #expect(!traits.canBeAsync || traits.isAction, "\(example)")
    }
  }
}
