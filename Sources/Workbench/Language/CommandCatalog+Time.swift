import Kernel
import Replication

extension CommandCatalog {
  private static let many = 1...100_000_000

  static let time: [CommandSpecification] = [
    CommandSpecification(
      "step", .time, usage: ["step [N]"], "Plays the next event, or the next N.", examples: ["step", "step 5"]
    ) { reader in
      reader.note(.lineEnd)
      return .step(try reader.isAtEnd() ? 1 : try reader.wholeNumber(many))
    },
    CommandSpecification(
      "run", .time, usage: ["run DURATION", "run until CONDITION [within DURATION]"],
      "Lets virtual time run for a while, or until a condition holds; within 1h when unsaid.",
      details: "A condition that isn't reached counts as a failed expectation, and time stands at the bound.",
      examples: ["run 100ms", "run until converged", "run until reads.stale > 0 within 10s"]
    ) { reader in
      guard try reader.optionalKeyword("until") != nil else { return .run(try reader.duration()) }
      let (condition, text) = try reader.conditionWithText()
      let isBounded = try reader.optionalKeyword("within") != nil
      return .runUntil(condition, within: isBounded ? try reader.duration() : .hours(1), text: text)
    },
    CommandSpecification(
      "back", .time, usage: ["back [N]"], "Takes back the last event, or the last N; commands count as events.",
      details: "The same history runs again from there, until a new command opens a branch.",
      examples: ["back", "back 5"]
    ) { reader in
      reader.note(.lineEnd)
      return .back(try reader.isAtEnd() ? 1 : try reader.wholeNumber(many))
    },
    CommandSpecification(
      "goto", .time, usage: ["goto INSTANT"], "Goes to an instant of the present branch, earlier or later.",
      examples: ["goto 120ms"]
    ) { .goto(.start + (try $0.duration())) },
    CommandSpecification("undo", .time, usage: ["undo"], "Returns to the instant before the last command.") { _ in .undo
    },
    CommandSpecification("redo", .time, usage: ["redo"], "Does again what was undone.") { _ in .redo },
    CommandSpecification(
      "fork", .time, usage: ["fork NAME"], "Makes a branch of time here and switches to it.", examples: ["fork quorum"]
    ) { reader in
      let word = try reader.take(.name)
      guard word.text.isName else {
        throw reader.refused("a branch's name is made of letters, digits, `-`, `_` and `.`", word.span)
      }
      guard !reader.context.branches.contains(word.text) else {
        throw reader.refused("there is a branch `\(word.text)` already", word.span)
      }
      return .fork(word.text)
    },
    CommandSpecification("branches", .time, usage: ["branches"], "Lists the branches of time.") { _ in .branches },
    CommandSpecification(
      "switch", .time, usage: ["switch BRANCH"], "Goes to the end of another branch.", examples: ["switch main"]
    ) { .switchTo(try $0.take(.branch).text) },
    CommandSpecification(
      "diff", .time, usage: ["diff BRANCH BRANCH"],
      "Puts two branches side by side: where they parted, and what differs.",
      details: "Each is taken as it stands at its end. ≠ marks what differs.", examples: ["diff main main"]
    ) { .diff(try $0.take(.branch).text, try $0.take(.branch).text) },
    CommandSpecification(
      "speed", .time, usage: ["speed auto | step | max | FACTORx"], "Sets the workbench's pace; ignored by `run`.",
      details: "At auto the longest hop in view takes about two seconds, and silence is short.",
      examples: ["speed auto", "speed 0.02x", "speed 10x"]
    ) { .speed(try $0.speed()) },
  ]
}

extension CommandReader {
  fileprivate mutating func speed() throws -> Speed {
    if let keyword = try optionalKeyword("auto", "step", "max") {
      switch keyword {
      case "auto": return .auto
      case "step": return .step
      default: return .max
      }
    }
    let word = try take(.other("a factor such as 10x"))
    guard !word.isQuoted, word.text.lowercased().hasSuffix("x"),
      let thousandths = Quantity.scaled(String(word.text.dropLast()), by: 1_000),
      (1...1_000_000_000).contains(thousandths)
    else {
      throw LanguageError(
        .expected(
          [.keyword("auto"), .keyword("step"), .keyword("max"), .other("a factor such as 10x, from 0.001x")],
          found: word.text),
        at: word.span)
    }
    return .factor(thousandths: Int(thousandths))
  }
}
