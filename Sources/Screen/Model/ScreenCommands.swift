import Analysis
import Kernel
import Language
import Workbench

/// Commands, as the screen carries them out: time that they take is played, not jumped.
extension ScreenModel {
  /// Carries a line out that was typed, or that a script holds.
  ///
  /// - Parameter isPlayed: whether the time that it takes is played on the screen; otherwise it has passed at once.
  /// - Throws: a ``Diagnostic`` if the line is wrong or can't be carried out; nothing has changed then.
  mutating func carryOut(_ line: SourceLine, isPlayed: Bool) throws -> [ScreenEffect] {
    do {
      guard let command = try CommandParser.parse(line.text, in: session.names(carryingOut: line)) else {
        return []
      }
      return try carryOut(command, line, isPlayed: isPlayed)
    } catch let error as LanguageError {
      throw Diagnostic(error, in: line)
    }
  }

  private mutating func carryOut(_ command: Command, _ line: SourceLine, isPlayed: Bool) throws -> [ScreenEffect] {
    switch command {
    case .quit:
      return [.quit(0)]
    case .view(let view), .zoom(let view):
      focus = view
      if case .zoom = command { isZoomed = true }
    case .focus(let place):
      let regions = session.replicaNames(in: place)
      replica = regions.first ?? place
    case .select(let key):
      guard session.position(ofKey: key) != nil else {
        say(Session.untouched(key), .warn)
        return []
      }
      self.key = key
    case .save(let path):
      return [.save(session.draft(ofScript: path), replacing: false)]
    case .export(let plan, let path):
      do {
        return [.save(try session.draft(of: plan, to: path), replacing: false)]
      } catch {
        say(error.sentence, .bad)
        return []
      }
    case .source(let path):
      return [.read(path)]
    default:
      return try performed(command, line, isPlayed: isPlayed)
    }
    session.writeDown(line)
    return []
  }

  private mutating func performed(
    _ command: Command, _ line: SourceLine, isPlayed: Bool
  ) throws -> [ScreenEffect] {
    let wasPast = session.timeline.isInPast
    let branch = session.timeline.branchName
    var events: [SessionEvent] = []
    let goal = try session.begin(command, from: line) { events.append($0) }
    take(events)
    follow(command, wasInPast: wasPast, branch)
    var effects: [ScreenEffect] = []
    if case .note(let text) = command { effects.append(.note(text)) }
    guard let goal else { return effects }
    if isPlayed, session.speed == .step, case .answer = goal {
      // It stays in flight, and so it is kept.
      session.letGo()
      return effects
    }
    guard isPlayed, isAnimated, session.speed != .step || goal.isLong, !goal.isCounted || goal.isLong else {
      finish(goal)
      return effects
    }
    playback = Playback(goal, in: session)
    // What is only counted needs no watching, but it must not keep keys waiting.
    if goal.isCounted { playback?.hurry() }
    return effects
  }

  /// Turns the screen to what a command was about.
  private mutating func follow(_ command: Command, wasInPast: Bool, _ branch: String) {
    let now = Quantity.milliseconds(session.now.microseconds)
    switch command {
    case .operate(_, let isAsync):
      key = command.operationKey
      scroll = scroll.filter { $0.key == .lesson }
      if session.timeline.branchName != branch {
        say("a new branch, \(session.timeline.branchName), begins here; \(branch) stays as it was", .focus)
      } else if isAsync || session.speed == .step {
        say("op \(session.latestNumber) is on its way; `.` plays the next event", .flight)
      } else {
        status = nil
      }
    case .back, .goto, .gotoEvent:
      let left = session.timeline.tip.position - session.timeline.position
      let events = CountedNoun("event").text(left)
      let replayed = left == 1 ? "it" : "them"
      say(
        left > 0 ? "at \(now), \(events) before the end of \(branch); Space plays \(replayed) again" : "at \(now)",
        .focus)
    case .undo: say("undone: at \(now)", .focus)
    case .redo: say("redone: at \(now)", .focus)
    case .fork, .switchTo: say("on branch \(session.timeline.branchName), at \(now)", .focus)
    case .input, .seed, .fixSeed, .repair, .await, .step, .run, .runUntil, .play, .speed, .show, .predict, .why,
      .whyNot,
      .branches, .diff, .whatIf, .check, .say, .beat, .mark, .note, .view, .focus, .select, .zoom, .expect, .source,
      .help,
      .save, .export, .quit, .breakpoint:
      break
    }
  }

  /// Plays a goal to its end at once.
  mutating func finish(_ goal: Goal) {
    var goal = goal
    var events: [SessionEvent] = []
    while session.pursue(&goal, until: .end, atMost: .max, report: { events.append($0) }) == .ongoing {}
    take(events)
  }

  /// What was being played for a command is played to its end: the next command finds it done.
  mutating func finishPlaying() {
    if let goal = playback?.goal { finish(goal) }
    playback = nil
  }

  // MARK: Time

  mutating func tick(_ nanoseconds: UInt64) {
    guard var playback else { return }
    var events: [SessionEvent] = []
    let progress = playback.tick(nanoseconds: nanoseconds, &session) { events.append($0) }
    self.playback = playback
    take(events)
    switch progress {
    case .ongoing: break
    case .stopped:
      self.playback = nil
      say("the breakpoint's condition has come true", .warn)
    case .reached:
      self.playback = nil
      if playback.goal == nil { say("nothing is left to happen", .dim) }
    }
  }

  /// Time stands still: what it ran for is given up.
  mutating func pause() {
    playback = nil
    session.letGo()
  }

  mutating func runOrPause() {
    if playback != nil {
      pause()
      say("paused", .dim)
    } else if session.speed == .step {
      say("speed is step: `.` plays the next event; `speed auto` lets time run", .warn)
    } else if session.nextInstant == nil {
      say("nothing is left to happen; write something: `:` opens the prompt", .dim)
    } else {
      status = nil
      session.letGo()
      playback = Playback(nil, in: session)
    }
  }

  mutating func step() {
    pause()
    let position = session.timeline.position
    var events: [SessionEvent] = []
    session.step { events.append($0) }
    if session.timeline.position == position {
      say("nothing is left to happen", .dim)
    } else {
      let latest = LogReport.lines(1, in: session.timeline).first
      say(latest.map { "\($0.place.isEmpty ? "" : $0.place + "  ")\($0.text)" } ?? "", .text)
    }
    take(events)
  }

  /// Carries out a command that a key stands for; the prompt's history shows it, and so teaches the language.
  mutating func run(_ command: String) -> [ScreenEffect] {
    pause()
    return intend(Intention(line: command, isTyped: false))
  }

  mutating func changeSpeed(by factor: Double) -> [ScreenEffect] {
    let thousandths: Int
    switch session.speed {
    case .factor(let present): thousandths = max(1, min(1_000_000, Int(Double(present) * factor)))
    default: thousandths = factor > 1 ? 100 : 10
    }
    let word = "\(Quantity.number(Double(thousandths) / 1_000))x"
    let effects = run("speed \(word)")
    say("speed \(word); `speed auto` stretches time again", .dim)
    return effects
  }

  // MARK: What comes of it

  /// Takes in what a command brought about.
  private mutating func take(_ events: [SessionEvent]) {
    for event in events {
      switch event {
      case .operation(let operation):
        say(operation.sentence(in: session.world), operation.weight.role)
      case .expectation(let report):
        let facts = report.facts.isEmpty ? "" : ": \(report.facts.joined(separator: ", "))"
        say(
          Printable.escaped("\(report.isHeld ? "holds" : "failed"): \(report.condition)\(facts)"),
          report.isHeld ? .ok : .bad)
      case .reached(let condition, let at):
        say(Printable.escaped("holds at \(Quantity.milliseconds(at.microseconds)): \(condition)"), .ok)
      case .said(let text): caption = Printable.escaped(text)
      case .marked(let text): (chapter, caption) = (Printable.escaped(text), nil)
      case .shown(let lines): mode = .overlay(Overlay(title: "", lines: lines))
      case .repaired(let summary): say(summary.sentence, summary.weight.role)
      case .acted(let command, _): say(Printable.escaped(command), .text)
      case .explained(let explanation):
        let width = min(Explanation.width, size.columns - 6)
        mode = .overlay(
          Overlay(
            title: "WHY", lines: explanation.lines(width: width),
            stops: explanation.stops(width: width).map { Overlay.Stop(line: $0.line, at: $0.at) }))
      case .checked(let reports, let leftOut):
        mode = .overlay(
          Overlay(title: "CHECK", lines: reports.flatMap(\.lines) + (leftOut.map { ["", $0] } ?? [])))
      case .traced: break
      }
    }
  }
}

extension ScreenModel {
  /// Runs the lines of a script at once, up to the last one or the first that can't be carried out.
  ///
  /// - Parameter prepare: is given what is to be kept before each line.
  /// - Throws: a ``ScriptError`` if one can't be carried out, and what `prepare` throws.
  public mutating func run(_ script: Script, after prepare: (KeptScript) throws -> Void = { _ in }) throws {
    try run(script.lines, after: prepare)
  }

  /// The same for the lines of a script that was not read whole: each means what it means when its time has come.
  public mutating func run(_ lines: [SourceLine], after prepare: (KeptScript) throws -> Void = { _ in }) throws {
    mode = .keys
    for line in lines {
      try prepare(session.kept(followedBy: line))
      do {
        _ = try carryOut(line, isPlayed: false)
      } catch let diagnostic as Diagnostic {
        throw ScriptError.wrong([diagnostic])
      }
    }
    settleAfterScript()
  }

  mutating func settleAfterScript() {
    refreshReports()
    if !session.isFresh { tutorial.end() } else if tutorial.step != nil { mode = .prompt }
  }
}

extension Goal {
  /// Whether it is so many events that nobody would wait for them.
  fileprivate var isLong: Bool {
    if case .events(let count) = self { return count > 10_000 }
    return false
  }

  /// Whether it is a number of events, which the screen shows one by one or not at all.
  fileprivate var isCounted: Bool {
    if case .events = self { return true }
    return false
  }
}

extension LogLine.Weight {
  /// How it is drawn.
  var role: Role {
    switch self {
    case .plain: .text
    case .command: .focus
    case .good: .ok
    case .warning: .warn
    case .bad: .bad
    case .repair: .repair
    }
  }
}
