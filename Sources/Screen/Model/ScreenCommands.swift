import Analysis
import Kernel
import Language
import Replication
import Workbench

/// Commands, as the screen carries them out: time that they take is played, not jumped.
extension ScreenModel {
  /// Carries a line out that was typed, or that a script holds.
  ///
  /// - Parameter isPlayed: whether the time that it takes is played on the screen; otherwise it has passed at once.
  /// - Throws: a ``Diagnostic`` if the line is wrong or can't be carried out; nothing has changed then.
  mutating func carryOut(_ line: SourceLine, isPlayed: Bool) throws -> [ScreenEffect] {
    do {
      if duty != nil, let effects = try carryOutOnDuty(line) { return effects }
      guard let command = try CommandParser.parse(line.text, in: session.names(carryingOut: line)) else {
        return []
      }
      return try carryOut(command, line, isPlayed: isPlayed)
    } catch let error as LanguageError {
      throw Diagnostic(error, in: line)
    }
  }

  private mutating func carryOut(_ command: Command, _ line: SourceLine, isPlayed: Bool) throws -> [ScreenEffect] {
    if let reason = classroom?.flow?.withholding(of: command) {
      say(reason, .warn)
      return []
    }
    switch command {
    case .quit:
      return [.quit(demo?.status ?? 0)]
    case .poll(let votes) where classroom?.flow != nil:
      take(votes: votes)
      return []
    case .messages:
      openMessages()
      return []
    case .trial where classroom?.play?.step?.trial != nil:
      playTrial()
      return []
    case .view(let view), .zoom(let view):
      focus = view
      if case .zoom = command { isZoomed = true }
    case .focus(let place):
      let regions = session.replicaNames(in: place)
      replica = regions.first ?? place
    case .select(let key) where session.position(ofKey: key) != nil: self.key = key
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
    case .input, .profile, .killLeader, .moveLeader, .seed, .fixSeed, .operate, .repair, .await, .step, .run,
      .runUntil, .back, .goto, .gotoEvent, .play,
      .undo, .redo, .speed, .show, .predict, .why, .whyNot, .fork, .branches, .switchTo, .diff, .whatIf, .check, .say,
      .beat, .mark, .note, .select, .expect, .help, .breakpoint, .operating, .trial, .poll:
      break
    case .share:
      let effects = try performed(command, line, isPlayed: isPlayed)
      guard case .overlay(let overlay) = mode, let token = overlay.text else { return effects }
      return effects + [.copy(token)]
    }
    return try performed(command, line, isPlayed: isPlayed)
  }

  private mutating func performed(
    _ command: Command, _ line: SourceLine, isPlayed: Bool
  ) throws -> [ScreenEffect] {
    let branch = session.timeline.branchName
    // The first offers are for the cluster that the screen opens with.
    if command.beginsCluster { tutorial.end() }
    var events: [SessionEvent] = []
    let goal = try session.begin(command, from: line) { events.append($0) }
    // What an earlier command came to is no answer to this one.
    if goal != nil { status = nil }
    take(events, of: line)
    follow(command, from: branch)
    var effects: [ScreenEffect] = []
    if case .note(let text) = command { effects.append(.note(text)) }
    guard let goal else { return effects }
    if isPlayed, session.speed == .step, case .answer = goal {
      // It stays in flight, and so it is kept.
      session.letGo()
      say("op \(session.latestNumber) is on its way; `.` plays the next event", .flight)
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

  /// Turns the screen to what a command was about, and says at once what it has come to where its time is only played.
  mutating func follow(_ command: Command, from branch: String) {
    if let operated = command.operationKey {
      key = KeyReport.key(namedBy: operated, in: session.timeline)
      scroll = scroll.filter { $0.key == .lesson }
      let present = session.timeline.branchName
      if status == nil, present != branch { say("on branch \(present) now; \(branch) stays as it was", .focus) }
    }
  }

  /// Plays a goal to its end at once.
  mutating func finish(_ goal: Goal) {
    var goal = goal
    var events: [SessionEvent] = []
    func play(_ player: inout some TimePlayer) {
      while player.pursue(&goal, until: .end, atMost: .max, report: { events.append($0) }) == .ongoing {}
    }
    if duty == nil { play(&session) } else { play(&duty!.play) }
    take(events)
    noteDuty()
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
    let progress =
      duty == nil
      ? playback.tick(nanoseconds: nanoseconds, &session) { events.append($0) }
      : playback.tick(nanoseconds: nanoseconds, &duty!.play) { events.append($0) }
    self.playback = playback
    take(events)
    if duty != nil {
      if progress != .ongoing || duty?.play.isOver ?? false { self.playback = nil }
      noteDuty()
      return
    }
    switch progress {
    case .ongoing: break
    case .stopped:
      self.playback = nil
      report(session.stopped)
    case .reached:
      self.playback = nil
      if playback.goal == nil { report(session.played(since: playback.start)) }
    }
  }

  /// Time stands still: what it ran for is given up.
  mutating func pause() {
    playback = nil
    session.letGo()
  }

  /// Time stands still, and how far it has come is said.
  mutating func halt() {
    let start = playback?.start
    pause()
    guard let start else { return }
    say("paused: \(session.played(since: start).sentence)", .warn)
  }

  mutating func runOrPause() {
    if playback != nil {
      halt()
    } else if let request = pollRequest {
      say(request, .warn)
    } else if let duty, duty.play.isOver {
      say("the day is over: q shows the score sheet", .dim)
    } else if session.speed == .step {
      say("speed is step: `.` plays the next event; `speed auto` lets time run", .warn)
    } else if session.nextInstant == nil {
      say("nothing is left to happen; write something: `:` opens the prompt", .dim)
    } else {
      status = nil
      session.letGo()
      if duty != nil { play(towards: nil) } else { playback = Playback(nil, in: session) }
    }
  }

  mutating func step() {
    pause()
    if let request = pollRequest {
      say(request, .warn)
      return
    }
    guard duty == nil else {
      say("on duty time runs: Space, or `:run 5m`", .dim)
      return
    }
    var events: [SessionEvent] = []
    session.step { events.append($0) }
    take(events)
  }

  /// Carries out a command that a key stands for; the prompt's history shows it, and so teaches the language.
  mutating func run(_ command: String) -> [ScreenEffect] {
    pause()
    return intend(Intention(line: command, origin: .key))
  }

  mutating func changeSpeed(by factor: Double) -> [ScreenEffect] {
    let thousandths: Int
    switch session.speed {
    case .factor(let present): thousandths = max(1, min(1_000_000, Int(Double(present) * factor)))
    default: thousandths = factor > 1 ? 100 : 10
    }
    let word = "\(Quantity.number(Double(thousandths) / 1_000))x"
    return run("speed \(word)")
  }

  // MARK: What comes of it

  /// Takes in what a command brought about.
  ///
  /// - Parameter line: the command, if it is one.
  mutating func take(_ events: [SessionEvent], of line: SourceLine? = nil) {
    var records = ""
    for event in events {
      // On duty the journal tells of it, with the time of day.
      if duty != nil, case .alerted = event { continue }
      switch event {
      // Its outcome says the same; what ends unawaited has none.
      case .operation(let operation):
        records = Self.records(of: operation)
        say(operation.sentence(in: session.world) + records, operation.weight.role)
        showRecords(of: operation)
      case .repaired(let summary): say(summary.sentence, summary.weight.role)
      case .said(let text): caption = Printable.escaped(text)
      case .marked(let text): (chapter, caption) = (Printable.escaped(text), nil)
      case .shown(let lines), .answered(let lines, _):
        mode = .overlay(Overlay(title: "", lines: Overlay.fitted(lines, on: size)))
      case .explained(let explanation):
        let width = min(Explanation.width, size.columns - 6)
        mode = .overlay(
          Overlay(
            title: "WHY", lines: explanation.lines(width: width),
            stops: explanation.stops(width: width).map { Overlay.Stop(line: $0.line, at: $0.at) }))
      case .checked(let reports, let leftOut):
        mode = .overlay(
          Overlay(
            title: "CHECK",
            lines: reports.flatMap { $0.lines(width: Overlay.columns(on: size)) }
              + Overlay.fitted(leftOut.map { ["", $0] } ?? [], on: size)))
      case .shared(let token): mode = .overlay(Overlay(sharing: token, on: size))
      case .outcome(let outcome): report(outcome, of: line, adding: records)
      case .alerts(let report):
        mode = .overlay(Overlay(title: "ALERTS", lines: Overlay.fitted(report.lines, on: size)))
      case .alerted(let event): say(event.glyph + " " + event.text, event.isGood ? .ok : .bad)
      case .expectation, .traced: break
      }
    }
  }
}

/// What a consumer got, where it is seen.
extension ScreenModel {
  /// How many records the status line tells of.
  private static let toldRecords = 3

  /// The first records that a consumer got, as the end of a sentence; empty for other operations.
  private static func records(of operation: OperationReport) -> String {
    guard operation.kind == .consume, let records = operation.records, !records.isEmpty else { return "" }
    let more = records.count > toldRecords ? " …" : ""
    return ", by partition, offset, key and value: \(records.prefix(toldRecords).joined(separator: "; "))\(more)"
  }

  /// Lists what a consumer got that the status line has no room for, where nobody else speaks.
  private mutating func showRecords(of operation: OperationReport) {
    guard operation.kind == .consume, let records = operation.records, records.count > Self.toldRecords, demo == nil,
      classroom == nil, mode == .keys || mode == .prompt
    else { return }
    let lines = ["partition offset key value", ""] + records
    mode = .overlay(
      Overlay(title: "WHAT \(Printable.escaped(operation.client)) GOT", lines: Overlay.fitted(lines, on: size)))
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
