import Analysis
import Kernel
import Language
import Workbench

/// Somebody on duty: the drill that is being played, and what of it has been told.
public struct Duty: Sendable {
  /// The drill, with its cluster.
  public internal(set) var play: DrillPlay
  /// How much of the journal has been told.
  var told = 0
  /// When somebody was asked whether the rest of the day is to pass, and how much had come in and been done by then.
  var asked: (at: Instant, entries: Int)?
  /// What it came to, once the day is over and somebody has seen it.
  public internal(set) var sheet: DrillSheet?

  /// What time of day it is.
  var clock: String { play.drill.clock.text(play.session.now) }
  /// Until when somebody is on duty.
  var end: String { play.drill.clock.text(play.drill.end) }
}

/// What somebody does who is on duty.
public enum DutyAction: Hashable, Sendable {
  /// Chooses a cause.
  case cause
  /// What it has come to so far; once it is over, the sheet.
  case score
}

/// Time that can be played on the screen: a session's, or that of a drill around one.
protocol TimePlayer {
  var session: Session { get }
  mutating func pursue(
    _ goal: inout Goal, until limit: Instant, atMost count: Int, report: (SessionEvent) -> Void
  ) -> GoalProgress
}

extension Session: TimePlayer {
  var session: Session { self }
}

extension DrillPlay: TimePlayer {}

extension ScreenModel {
  /// Puts somebody on duty: the drill's cluster takes the place of whatever there was.
  public mutating func goOnDuty(_ play: DrillPlay) {
    tutorial.end()
    duty = Duty(play: play)
    focus = .duty
    let drill = play.drill
    let words =
      "It is \(drill.clock.text(play.session.now)), and you are on duty until \(drill.clock.text(drill.end)). Space lets time run, "
      + "`:run 5m` a while of it; it stops when somebody calls. What you type as commands looks, or changes something. "
      + "`checklist` says what to look at, `help drill` what else can be typed."
    let alarms =
      drill.alarms.isEmpty ? [] : ["", "Alarms in force: \(drill.alarms.map(\.name).joined(separator: ", "))."]
    let lines = drill.story.flatMap { [$0, ""] } + [words] + alarms
    mode = .overlay(Overlay(title: drill.title.uppercased(), lines: Overlay.fitted(lines, on: size)))
    status = nil
  }

  /// Carries out what somebody on duty has typed; nil: it is for the screen alone, and means what it always does.
  mutating func carryOutOnDuty(_ line: SourceLine) throws -> [ScreenEffect]? {
    guard let duty else { return nil }
    if let word = try word(in: line, duty.play) {
      answer(word)
      return []
    }
    let command = try CommandParser.parse(line.text, in: session.names(isPrompt: true))
    switch command {
    case nil, .messages, .view, .zoom, .focus, .select, .speed, .say, .beat, .mark, .note, .breakpoint, .help:
      return nil
    case .quit: return leaveDuty()
    default: break
    }
    var events: [SessionEvent] = []
    let goal = try self.duty?.play.begin(line) { events.append($0) }
    if goal != nil { status = nil }
    take(events, of: line)
    if let command { follow(command, from: session.timeline.branchName) }
    tellNews()
    if let goal { play(towards: goal) }
    return []
  }

  private func word(in line: SourceLine, _ play: DrillPlay) throws -> DrillWord? {
    do {
      return try DrillWord(line.text, in: play)
    } catch {
      throw Diagnostic(LanguageError(.refused(error.sentence), at: line.whole), in: line)
    }
  }

  private mutating func answer(_ word: DrillWord) {
    guard let answer = duty?.play.answer(to: word) else { return }
    let title: String
    switch word {
    case .checklist: title = "CHECKLIST"
    case .lags: title = "LAGS"
    case .tickets: title = "WHAT CAME IN"
    case .causes: title = "CAUSES"
    case .score: title = "SO FAR"
    case .words: title = "IN A DRILL"
    case .cause: title = "CAUSE"
    }
    mode = .overlay(Overlay(title: title, lines: Overlay.fitted(answer.lines, on: size)))
    if case .cause = word, let play = duty?.play, let entry = play.journal.last {
      say(play.text(entry), answer.weight.role)
    }
  }

  /// Tells what has come in since it was told last.
  mutating func tellNews() {
    guard let duty else { return }
    for entry in duty.play.journal[duty.told...] where entry.isNews {
      let role: Role =
        switch entry.kind {
        case .paged: .bad
        case .ticket: .warn
        case .cleared, .looked, .changed, .asked, .wrong, .unproven, .named: .ok
        }
      say(duty.play.text(entry), role)
    }
    self.duty?.told = duty.play.journal.count
  }

  // MARK: Time

  /// How long a span of the day takes on the screen, in seconds, where no other speed is set.
  private static let secondsOfARun = 3.0
  /// Without a goal a minute passes in a second.
  private static let freeRate = 60_000_000.0

  /// Plays a goal of somebody on duty, or goes on until somebody calls.
  mutating func play(towards goal: Goal?) {
    guard let duty, isAnimated else {
      if let goal { finish(goal) }
      return
    }
    let span = goal.map { Double(($0.bound - duty.play.session.now).microseconds) }
    let rate = span.map { max($0 / Self.secondsOfARun, 1_000_000) } ?? Self.freeRate
    playback = Playback(goal, in: session, rate: rate)
  }

  /// Time has been played for somebody on duty: tells what has come in, and that it is over.
  mutating func noteDuty() {
    tellNews()
    guard let duty, duty.play.isOver, duty.sheet == nil else { return }
    say("the day is over: q shows the score sheet; until then you can look, and name the cause", .focus)
  }

  // MARK: The end

  mutating func perform(_ action: DutyAction) {
    guard duty != nil else {
      say("`eventually drill` lists the drills, `eventually drill NAME` puts you on duty", .dim)
      return
    }
    switch action {
    case .cause: openCauses()
    case .score: if duty?.sheet == nil { answer(.score) } else { showSheet() }
    }
  }

  /// Offers the causes; the one that is chosen goes to the prompt, for the operation that shows it.
  private mutating func openCauses() {
    guard let drill = duty?.play.drill else { return }
    let items = drill.causes.enumerated().map { place, cause in
      Menu.Item(
        command: "cause \(place + 1) because op", summary: "", isWhole: false,
        label: "\(place + 1)  \(Printable.escaped(cause.words))")
    }
    mode = .menu(Menu(title: "CAUSES: THE PROMPT TAKES THE OPERATION", items: items, isFiltered: false, selected: 0))
  }

  /// A key is soon pressed: before the end of the day it has to be pressed twice, with nothing done in between.
  mutating func askToLeaveDuty() -> [ScreenEffect] {
    guard let duty, duty.sheet == nil, !duty.play.isOver else { return leaveDuty() }
    let present = (at: duty.play.session.now, entries: duty.play.journal.count)
    if let asked = duty.asked, asked == present { return leaveDuty() }
    self.duty?.asked = present
    playback = nil
    say("q once more lets the rest of the day pass, until \(duty.end), and shows the score sheet", .warn)
    return []
  }

  /// The rest of the day passes, and the sheet is shown; once it has been, somebody leaves.
  mutating func leaveDuty() -> [ScreenEffect] {
    guard duty != nil, duty?.sheet == nil else { return [.quit(0)] }
    playback = nil
    duty?.play.finish()
    tellNews()
    showSheet()
    return []
  }

  private mutating func showSheet() {
    guard let play = duty?.play else { return }
    do {
      let sheet = try duty?.sheet ?? DrillSheet(play)
      duty?.sheet = sheet
      mode = .overlay(
        Overlay(
          title: "SCORE SHEET", lines: Overlay.fitted(sheet.lines(width: min(78, Overlay.columns(on: size))), on: size))
      )
      say("this was \(play.drill.title); q leaves, and prints the sheet once more", .focus)
    } catch {
      say("the day can't be played again: \((error as? Diagnostic)?.sentence ?? "\(error)")", .bad)
    }
  }
}
