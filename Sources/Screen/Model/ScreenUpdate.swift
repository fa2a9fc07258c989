import Analysis
import Kernel
import Language
import Workbench

/// How the screen changes: a message in, effects out, and nothing else.
extension ScreenModel {
  /// Takes in a message.
  public mutating func update(_ message: ScreenMessage) -> [ScreenEffect] {
    let wasReached = classroom?.isReached ?? false
    var effects = take(message)
    // An answer belongs to what is going on; whatever else happens leaves time for the next line, and for a look at it.
    if case .answer = message {} else { effects += goOnWithQueue() }
    if classroom?.play != nil {
      effects += followLesson()
      if case .tick = message, classroom?.isReached ?? false, !wasReached { classroom?.isUnread = true }
    }
    refreshReports()
    guard let asked = demo?.effects, !asked.isEmpty else { return effects }
    demo?.effects = []
    return asked + effects
  }

  private mutating func take(_ answer: SurroundingsAnswer) -> [ScreenEffect] {
    switch answer {
    case .writtenDown: return carryOutIntention()
    case .notWrittenDown(let reason):
      giveUp(reason)
      return []
    case .script(let script): return goOn(with: script)
    case .told(let sentence, let isProblem):
      say(sentence, isProblem ? .bad : .ok)
      return []
    case .exists(let draft):
      mode = .question(Question(sentence: "\(Printable.escaped(draft.path)) exists. Write over it?", draft: draft))
      return []
    }
  }

  private mutating func take(_ message: ScreenMessage) -> [ScreenEffect] {
    switch message {
    case .resize(let size):
      self.size = size
      // Nobody watches a demo that is over at once.
      if let demo, demo.pace == .instant, demo.isOver { return [.quit(demo.status)] }
      return []
    case .tick(let nanoseconds):
      if demo?.isTicking ?? false { tickDemo(nanoseconds) } else { tick(nanoseconds) }
      compareOn()
      return []
    case .mouse(let action, let point):
      // What nobody can take over nobody points into, and in a blank screen there is nothing to point at.
      if let demo, demo.isGuarded || demo.isBlank { return [] }
      return take(action, at: point)
    case .paste(let text):
      paste(text)
      return []
    case .answer(let answer): return take(answer)
    case .key(let key): return answer(to: key)
    }
  }

  /// Does what a key means, where the screen stands now.
  mutating func pressed(_ key: Key) -> [ScreenEffect] {
    if key != .control("c") { isLeaving = false }
    switch key {
    case .control("z"): return [.suspend]
    case .control("l"): return [.redraw]
    case .control("c"): return interrupt()
    case .function(2): return perform(.mouse)
    default: break
    }
    if demo != nil, let effects = pressedInDemo(key) { return effects }
    switch mode {
    case .question(let question): return answered(question, key)
    case .form(let form): return pressedInForm(form, key)
    case .menu(let menu): return pressedInMenu(menu, key)
    case .search(let search): return pressedInSearch(search, key)
    case .prompt: return typed(key)
    case .overlay(let overlay): return pressedInOverlay(overlay, key)
    case .keys: return keyMap.action(for: key).map { perform($0) } ?? []
    }
  }

  /// Ctrl-C stops what runs, empties the prompt, and on an idle screen leaves at the second time.
  private mutating func interrupt() -> [ScreenEffect] {
    if isQueueRunning {
      _ = stopQueue()
    } else if playback != nil {
      halt()
    } else if mode == .prompt, !prompt.text.isEmpty {
      prompt.keep()
      status = nil
    } else if isLeaving {
      return [.quit(130)]
    } else {
      isLeaving = true
      say("Ctrl-C once more leaves; so does q", .warn)
    }
    return []
  }

  // MARK: Keys

  mutating func perform(_ action: ScreenAction) -> [ScreenEffect] {
    switch action {
    case .quit: return isZoomed ? unzoomed() : duty != nil ? askToLeaveDuty() : [.quit(demo?.status ?? 0)]
    case .quitNow: return [.quit(demo?.status ?? 0)]
    case .help: openHelp()
    case .openPrompt: mode = .prompt
    case .nextPane: turn(by: 1)
    case .previousPane: turn(by: -1)
    case .pane(let number):
      if focus == .lesson, guess(number) { break }
      if let view = ViewName.allCases.first(where: { $0.digit == number % 10 }) { focus = view }
    case .lesson(let action): perform(action)
    case .duty(let action): perform(action)
    case .up: focus.pane.move(&self, by: -1)
    case .down: focus.pane.move(&self, by: 1)
    case .left: focus.pane.moveAside(&self, by: -1)
    case .right: focus.pane.moveAside(&self, by: 1)
    case .pageUp: focus.pane.move(&self, by: -max(1, size.rows / 3))
    case .pageDown: focus.pane.move(&self, by: max(1, size.rows / 3))
    case .top: focus.pane.move(&self, by: -1_000_000)
    case .bottom: focus.pane.move(&self, by: 1_000_000)
    case .previousKey: turnKey(by: -1)
    case .nextKey: turnKey(by: 1)
    case .runOrPause: runOrPause()
    case .stepForward: step()
    case .stepBack: return run("back")
    case .next: if search != nil { nextMatch(by: 1) } else { step() }
    case .previous: if search != nil { nextMatch(by: -1) } else { return run("back") }
    case .finish where resumeQueue(): break
    case .finish:
      if classroom?.isReached ?? false, playback?.goal == nil {
        if classroom?.isUnread ?? false {
          classroom?.isUnread = false
          scroll[.lesson] = nil
          say("done: here is what there is to notice; Enter once more goes on", .ok)
        } else {
          goOn()
        }
      } else if playback != nil, playback?.goal == nil {
        say("time runs until Space pauses it; Enter opens things while it stands", .warn)
      } else if playback?.goal == nil {
        return focus.pane.open(&self)
      } else {
        playback?.hurry()
      }
    case .scope: focus.pane.changeScope(&self)
    case .faster: return changeSpeed(by: 2)
    case .slower: return changeSpeed(by: 0.5)
    case .undo: return run("undo")
    case .redo: return run("redo")
    case .zoom: isZoomed.toggle()
    case .cancel: cancel()
    case .write: openForm(isRead: false)
    case .read: openForm(isRead: true)
    case .cutOrHeal: return cutOrHeal()
    case .faults: openFaults()
    case .level: nextLevel()
    case .repair: return repairSelected()
    case .kind: nextKind()
    case .why: return explain()
    case .breakpoint: return breakOnSelection()
    case .palette: openPalette()
    case .messages: openMessages()
    case .share: return run("share")
    case .branches: openBranches()
    case .views: openViews()
    case .inspect: inspect()
    case .copy: return copySeen()
    case .reverse: focus.pane.reverse(&self)
    case .view(let view): focus = view
    case .mouse:
      hasMouse.toggle()
      say(hasMouse ? "the mouse points at things" : "the mouse is the terminal's; F2 takes it back", .focus)
      return [.mouse(hasMouse)]
    case .earlier: return seek(by: -1)
    case .later: return seek(by: 1)
    case .search: mode = .search(Search(in: self))
    case .previousMatch: nextMatch(by: -1)
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .interrupt: return interrupt()
    }
    return []
  }

  private mutating func unzoomed() -> [ScreenEffect] {
    isZoomed = false
    return []
  }

  private mutating func cancel() {
    if stopQueue() {
      // What was pasted stops first.
    } else if unchoose() {
      // The question is open again.
    } else if isZoomed {
      isZoomed = false
    } else if playback != nil {
      halt()
    } else if search != nil {
      search = nil
      status = nil
    } else if !focus.pane.deselect(&self) {
      (status, caption) = (nil, nil)
    }
  }

  private mutating func turn(by step: Int) {
    let views = ViewName.allCases
    let position = views.firstIndex(of: focus) ?? 0
    focus = views[(position + step + views.count) % views.count]
  }

  private mutating func turnKey(by step: Int) {
    if session.hasKeys {
      turn(toKey: (session.position(ofKey: key ?? "") ?? 0) + step)
    } else {
      say("no key has come up yet; write one: `:` opens the prompt", .warn)
    }
  }

  // MARK: The prompt

  private mutating func typed(_ key: Key) -> [ScreenEffect] {
    switch key {
    // Who is used to opening the prompt first finds it open already.
    case .character(":") where prompt.text.isEmpty: break
    case .character("?") where prompt.text.isEmpty: openHelp()
    case .character(let character): prompt.insert(String(character))
    case .backspace, .control("h"):
      if prompt.text.isEmpty, tutorial.step == nil { mode = .keys } else { prompt.backspace() }
    case .delete, .control("d"): prompt.deleteForward()
    case .control("w"), .alt("\u{7F}"): prompt.deleteWord()
    case .alt("d"): prompt.deleteWordForward()
    case .alt("b"): prompt.move(to: prompt.wordStart)
    case .alt("f"): prompt.move(to: prompt.wordEnd)
    case .control("u"): prompt.deleteToStart()
    case .control("k"): prompt.deleteToEnd()
    case .left, .control("b"): prompt.move(to: prompt.cursor - 1)
    case .right, .control("f"):
      if let offer { prompt.set(offer.command) } else { prompt.move(to: prompt.cursor + 1) }
    case .home, .control("a"): prompt.move(to: 0)
    case .end, .control("e"): prompt.move(to: prompt.text.count)
    case .up, .control("p"): prompt.earlier()
    case .down, .control("n"): prompt.later()
    case .control("r"): openHistory()
    case .tab:
      if let offer { prompt.set(offer.command) } else { prompt.complete(in: session.names(isPrompt: true)) }
    case .backTab: prompt.complete(in: session.names(isPrompt: true), forward: false)
    case .enter: return enter()
    case .escape: leavePrompt()
    case .function(1): openHelp()
    case .control("y"): return perform(.share)
    case .control, .alt, .function, .pageUp, .pageDown: break
    }
    return []
  }

  private mutating func leavePrompt() {
    if prompt.text.isEmpty {
      tutorial.end()
    } else {
      prompt.keep()
    }
    mode = .keys
    // What the last command came to stays to be read.
    if status == nil { say("letters are keys of the views now: : opens the prompt again\(wayToTheKeys)", .dim) }
  }

  /// Finishes what is being played; on an idle screen carries the line out, or the command on offer.
  private mutating func enter() -> [ScreenEffect] {
    if playback?.goal != nil, prompt.text.isEmpty {
      playback?.hurry()
      return []
    }
    let line = prompt.text.isEmpty ? tutorial.step?.command ?? "" : prompt.line
    guard !line.allSatisfy(\.isWhitespace) else {
      if !resumeQueue() { mode = .keys }
      return []
    }
    status = nil
    prompt.set(line)
    return submit(line)
  }

  private mutating func submit(_ line: String) -> [ScreenEffect] {
    finishPlaying()
    return intend(Intention(line: line, origin: .prompt))
  }
}
