import Kernel
import Language
import Workbench

/// Playing a demo: what happens from tick to tick, and from step to step.
extension ScreenModel {
  /// Begins a demo.
  ///
  /// - Parameter isGuarded: whether nobody can take over, and leaving takes two keys.
  public mutating func play(_ script: Script, pace: Demo.Pace, isGuarded: Bool = false) {
    tutorial.end()
    mode = .keys
    status = nil
    demo = Demo(script, pace: pace, isGuarded: isGuarded)
    if pace == .instant { playAtOnce() }
  }

  /// Lets real time pass for the demo, or for what its step has set going.
  mutating func tickDemo(_ nanoseconds: UInt64) {
    guard var demo, !demo.isPaused, !demo.isBlank else { return }
    guard playback == nil else {
      tick(nanoseconds)
      return
    }
    switch demo.phase {
    case .pausing(let rest):
      if rest > nanoseconds {
        demo.phase = .pausing(rest - nanoseconds)
        self.demo = demo
      } else {
        beginStep()
      }
    case .typing(let count, let rest):
      if rest > nanoseconds {
        demo.phase = .typing(count, rest: rest - nanoseconds)
        self.demo = demo
      } else {
        typeOn(count)
      }
    case .watching: endStep()
    case .holding, .over: break
    }
  }

  /// Types the next character of the step's command; after the last one, Enter.
  private mutating func typeOn(_ count: Int) {
    guard var demo, let step = demo.current else { return }
    let text = Array(step.command)
    guard count < text.count else {
      carryOut(step)
      return
    }
    prompt.set(String(text[...count]))
    demo.phase = .typing(
      count + 1, rest: demo.delay(after: Array(text[...count]), of: text, seed: session.seed))
    self.demo = demo
  }

  /// Begins the next step: what is typed is typed, what only shows something is shown.
  mutating func beginStep() {
    guard var demo else { return }
    guard demo.position < demo.steps.count else {
      demo.phase = .over
      self.demo = demo
      say(demo.ending, .focus)
      return
    }
    var before = self
    before.demo?.past = []
    demo.past.append(before)
    demo.position += 1
    guard let step = demo.current else { return }
    self.demo = demo
    if demo.pace != .instant, step.isTyped(in: session) {
      mode = .prompt
      status = nil
      let seed = session.seed
      self.demo?.phase = .typing(0, rest: demo.delay(after: [], of: [" "], seed: seed))
    } else {
      carryOut(step)
    }
  }

  private mutating func carryOut(_ step: SourceLine) {
    prompt.set("")
    mode = .keys
    demo?.phase = .watching
    do {
      let effects = try carryOut(step, isPlayed: demo?.pace != .instant)
      demo?.effects += effects
      if step.isTyped(in: session) { prompt.remember(step.command) }
    } catch let error as Diagnostic {
      fail("\(error.sentence) (\(Printable.escaped(step.file)):\(step.number))", with: 65)
    } catch {
      fail("\(error)", with: 65)
    }
    if playback == nil, demo?.phase == .watching { endStep() }
  }

  /// The step's command has taken its time: an expectation that failed ends the demo, else the next step follows.
  private mutating func endStep() {
    guard let demo, let step = demo.current else { return }
    if session.expectations.failed > (demo.past.last?.session.expectations.failed ?? 0) {
      fail("\(status?.text ?? "an expectation failed") (\(Printable.escaped(step.file)):\(step.number))", with: 1)
      return
    }
    let command = try? CommandParser.parse(step.text, in: session.names(isPrompt: false))
    let isHolding: Bool
    let pause: UInt64
    switch command {
    case .say(let text): (isHolding, pause) = (true, demo.reading(text))
    case .beat(let span): (isHolding, pause) = (false, demo.pause((span ?? .milliseconds(1_500)).microseconds / 1_000))
    case .mark(let text): (isHolding, pause) = (false, demo.reading(text))
    case .note: (isHolding, pause) = (demo.position > 1 && demo.steps[demo.position - 2].isTyped(in: session), 0)
    case .view, .focus, .select, .zoom, .speed: (isHolding, pause) = (false, demo.pause(400))
    case .expect: (isHolding, pause) = (true, demo.pause(900))
    default: (isHolding, pause) = (true, demo.reading(status?.text ?? ""))
    }
    let isLast = demo.position == demo.steps.count
    if demo.pace == .presenter, isLast || isHolding && !demo.steps[demo.position].isTrailing(in: session) {
      self.demo?.phase = .holding
    } else {
      self.demo?.phase = .pausing(demo.pace == .presenter ? min(pause, demo.pause(400)) : pause)
    }
  }

  private mutating func fail(_ sentence: String, with status: Int32) {
    demo?.phase = .over
    demo?.status = status
    demo?.failure = sentence
    if let demo { say(demo.ending, .bad) }
    playback = nil
  }

  private mutating func playAtOnce() {
    while let demo, !demo.isOver { beginStep() }
  }
}

/// What keys do while a demo is played.
extension ScreenModel {
  /// What a key asks for; nil if it means what it always does.
  mutating func pressedInDemo(_ key: Key) -> [ScreenEffect]? {
    guard let demo else { return nil }
    if demo.isTakenOver {
      guard mode == .keys, key == .character("t") else { return nil }
      handBack()
      return []
    }
    if demo.isBlank {
      // Whatever is pressed brings the picture back, and does nothing else to it.
      self.demo?.isBlank = false
      return []
    }
    let wasLeaving = demo.isLeaving
    self.demo?.isLeaving = false
    if case .overlay = mode { return nil }
    switch key {
    case .character("q"), .character("Q"):
      guard demo.isGuarded, !wasLeaving else { return [.quit(demo.status)] }
      self.demo?.isLeaving = true
      say("q once more leaves the demo; it can't be taken over", .warn)
    // As clickers send it.
    case .character("b"), .character("."): self.demo?.isBlank = true
    case .pageDown: hurryDemo()
    case .pageUp: stepDemoBack()
    case .character("t"), .escape:
      if demo.isGuarded {
        say("this demo can't be taken over: it was opened with --read-only", .warn)
      } else {
        takeOver()
      }
    case .character(" "):
      if demo.pace == .human, demo.phase != .holding, !demo.isOver { togglePause() } else { hurryDemo() }
    case .right, .enter, .character("l"): hurryDemo()
    case .left, .character("h"): stepDemoBack()
    case .character("r"): restartStep()
    case .character("+"), .character("="): changePace(by: 150)
    case .character("-"): changePace(by: 67)
    case .character(let digit) where digit.isASCII && digit.isWholeNumber: goToChapter(digit.wholeNumberValue ?? 0)
    case .tab, .backTab, .character("z"), .character("?"), .function(1): return nil
    default: break
    }
    return []
  }

  private mutating func togglePause() {
    demo?.isPaused.toggle()
    say(demo?.isPaused ?? false ? "the demo waits; Space goes on" : "the demo goes on", .dim)
  }

  /// The next step, or the rest of this one at once.
  private mutating func hurryDemo() {
    demo?.isPaused = false
    switch demo?.phase {
    case .typing: demo?.current.map { carryOut($0) }
    case .watching:
      finishPlaying()
      endStep()
    case .pausing, .holding: beginStep()
    default: break
    }
  }

  /// The moment before the step that is being played; a second time, before the one before it.
  private mutating func stepDemoBack() {
    guard let demo, demo.position > 0 else { return }
    // What belongs to the step before it goes with that one.
    var position = demo.position - 1
    while position > 0, demo.steps[position].isTrailing(in: session) { position -= 1 }
    restore(demo.past[position], past: Array(demo.past.prefix(position)), status: 0)
    say("back before step \((self.demo?.position ?? 0) + 1) of \(demo.steps.count)", .dim)
  }

  private mutating func restartStep() {
    stepDemoBack()
    beginStep()
  }

  private mutating func goToChapter(_ number: Int) {
    guard let demo else { return }
    let chapters = demo.chapters
    guard let position = chapters.index(ofNumber: number) else {
      say("there is no chapter \(number); there are \(chapters.count)", .warn)
      return
    }
    let target = chapters[position]
    if target < demo.position {
      restore(demo.past[target], past: Array(demo.past.prefix(target)), status: 0)
    } else {
      while let demo = self.demo, demo.position < target || !demo.isBetweenSteps, !demo.isOver { hurryDemo() }
      self.demo?.phase = .holding
    }
  }

  private mutating func restore(_ moment: ScreenModel, past: [ScreenModel], status: Int32) {
    guard let demo else { return }
    let size = self.size
    self = moment
    self.size = size
    self.demo?.past = past
    self.demo?.percent = demo.percent
    self.demo?.status = status
    self.demo?.phase = .holding
    self.demo?.isPaused = false
    playback = nil
    mode = .keys
    prompt.set("")
  }

  /// Somebody wants to try something: the demo waits as it is.
  private mutating func takeOver() {
    if playback != nil { finishPlaying() }
    var moment = self
    moment.demo?.past = []
    demo?.past.append(moment)
    demo?.isTakenOver = true
    mode = .keys
    say("it is yours: t goes on with the demo where it was", .focus)
  }

  private mutating func handBack() {
    guard let demo, let moment = demo.past.last else { return }
    restore(moment, past: Array(demo.past.dropLast()), status: demo.status)
    self.demo?.isTakenOver = false
    if case .over = moment.demo?.phase {
      self.demo?.phase = .over
      say(moment.demo?.ending ?? "", demo.failure == nil ? .focus : .bad)
    } else {
      say("the demo goes on: Space plays the next step", .focus)
    }
  }

  private mutating func changePace(by percent: UInt64) {
    guard let demo else { return }
    self.demo?.percent = max(10, min(2_000, demo.percent * percent / 100))
    say("the demo plays at \(self.demo?.percent ?? 100)% of its speed", .dim)
  }
}

extension SourceLine {
  /// Whether it belongs to the step before it, so that nobody waits in between.
  fileprivate func isTrailing(in session: Session) -> Bool {
    switch try? CommandParser.parse(text, in: session.names(isPrompt: false)) {
    case .expect, .note: true
    default: false
    }
  }

  /// Whether somebody at the prompt would type it; the rest only shows something.
  func isTyped(in session: Session) -> Bool {
    guard let command = try? CommandParser.parse(text, in: session.names(isPrompt: false)) else { return true }
    switch command {
    case .say, .beat, .mark, .note, .view, .focus, .select, .zoom, .speed, .expect: return false
    default: return true
    }
  }
}
