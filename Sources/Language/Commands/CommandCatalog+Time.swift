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
      guard try !reader.isAtEnd() else { return .back(1) }
      if let word = try reader.peek(), Quantity.duration(word.text) != nil, Int(word.text) == nil {
        throw reader.refused(
          "`back` takes a number of events; `goto` goes to an instant, such as `goto \(word.text)`", word.span)
      }
      return .back(try reader.wholeNumber(many))
    },
    CommandSpecification(
      "goto", .time, usage: ["goto INSTANT", "goto event NUMBER [at INSTANT]"],
      "Goes to an instant of the present branch, earlier or later, or to the moment after an event.",
      details: """
        Events are counted from the beginning of the branch, commands that change the cluster among them: an instant may hold \
        many. At an instant behind the event time stands before whatever comes next.
        """,
      examples: ["goto 120ms", "goto event 17", "goto event 17 at 20ms"]
    ) { reader in
      guard try reader.optionalKeyword("event") != nil else { return .goto(.start + (try reader.duration())) }
      let (position, instant) = try reader.moment()
      return .gotoEvent(position, at: instant)
    },
    CommandSpecification(
      "play", .time, usage: ["play to event NUMBER [at INSTANT]"],
      "Lets time run on its own up to an event, as Space does in the workbench: kept sessions have it.",
      details: "It is nothing that somebody did: `undo` doesn't take it back, and it doesn't count as a command.",
      examples: ["play to event 17", "play to event 17 at 20ms"]
    ) { reader in
      _ = try reader.keyword("to")
      _ = try reader.keyword("event")
      let (position, instant) = try reader.moment()
      return .play(to: position, at: instant)
    },
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
  /// Takes a number of events, and the instant at which time stands after them.
  fileprivate mutating func moment() throws -> (position: Int, instant: Instant?) {
    let position = try wholeNumber(0...1_000_000_000_000)
    guard try optionalKeyword("at") != nil else { return (position, nil) }
    // As sessions are kept: a session may be longer than any duration that a command takes.
    if let word = try peek(), !word.isQuoted, word.text.hasSuffix("us"), let exact = Int64(word.text.dropLast(2)),
      exact >= 0
    {
      _ = try take(.duration)
      return (position, Instant(microseconds: exact))
    }
    return (position, .start + (try duration()))
  }

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
