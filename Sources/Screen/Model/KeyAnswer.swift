import Analysis
import Language
import Workbench

/// No key is silently dead: either something is seen of it, or the status line says why not.
extension ScreenModel {
  /// Presses a key. What was said before was about something else, and goes; where nothing comes of the key, that is said.
  mutating func answer(to key: Key) -> [ScreenEffect] {
    // Terminals send Alt as an Esc before the key. Where no line is typed it is two keys, soon after one another.
    if case .alt(let character) = key, mode != .prompt || prompt.text.isEmpty {
      return answer(to: .escape) + answer(to: character == "\u{7F}" ? .backspace : .character(character))
    }
    let (before, said, wasSilent) = (Trace(self), messages.count, status == nil)
    // Who opens the prompt, or types, still reads what the last command came to.
    if mode != .prompt, mode != .keys || keyMap.action(for: key) != .openPrompt { status = nil }
    let effects = pressed(key)
    let isSeen = messages.count != said || Trace(self) != before || key == .escape && !wasSilent
    guard effects.isEmpty, !isSeen else { return effects }
    prompt.fault = nil
    say(reason(forSilenceOf: key), .dim)
    return effects
  }

  /// All that a key can change and somebody can see, but what the status line says.
  private struct Trace: Equatable {
    let mode: Mode
    let prompt: Prompt
    let tutorial: Tutorial
    let focus: ViewName
    let flags: [Bool?]
    let names: [String?]
    let scroll: [ViewName: Int]
    let selection: ViewSelection
    let tables: [ViewName: TableLook]
    let search: Search?
    let moment: Timeline.Moment
    let numbers: [Int?]
    let phase: Demo.Phase?

    init(_ model: ScreenModel) {
      let play = model.classroom?.play
      mode = model.mode
      prompt = model.prompt
      tutorial = model.tutorial
      focus = model.focus
      flags = [
        model.isZoomed, model.hasMouse, model.isLeaving, model.playback?.isHurried,
        model.playback.map { $0.goal == nil },
        model.demo?.isPaused, model.demo?.isTakenOver, model.demo?.isBlank, model.classroom?.showsSolution,
        model.classroom?.isUnread,
        model.pasted?.isStopped,
      ]
      names = [model.key, model.replica, model.level, model.caption, model.chapter, play?.lesson.name]
      scroll = model.scroll
      selection = model.selection
      tables = model.tables
      search = model.search
      moment = model.session.timeline.moment
      numbers = [
        model.session.recipe.revision, model.demo?.position, model.demo.map { Int($0.percent) }, play?.position,
        play?.hints.count, play?.guess, model.classroom?.notice.count, model.pasted?.left,
      ]
      phase = model.demo?.phase
    }
  }

  // MARK: Why not

  /// Why nothing came of a key, and what would be something.
  private func reason(forSilenceOf key: Key) -> String {
    switch mode {
    case .keys: return reasonAmongPanes(key)
    case .prompt: return Self.reasonAtPrompt(key)
    case .overlay(let overlay):
      guard let action = keyMap.action(for: key) else { return "\(key.shown) means nothing here; Esc closes this" }
      switch action {
      case .up, .left, .pageUp, .top: return "\(name(of: overlay)) begins here"
      case .down, .right, .pageDown, .runOrPause, .bottom: return "\(name(of: overlay)) ends here; Esc closes it"
      default: return "\(key.shown) waits until this is closed: Esc closes it"
      }
    case .menu(let menu):
      if menu.shown.isEmpty { return "nothing is called that; Backspace takes a letter back, Esc leaves" }
      return menu.isFiltered
        ? "\(key.shown) changes nothing here; letters narrow the list down, ↑ ↓ choose, Enter takes, Esc leaves"
        : "\(key.shown) changes nothing here; j and k choose, Enter takes, Esc leaves"
    case .form(let form):
      return form.isText
        ? "\(key.shown) changes nothing here; type a \(form.field.rawValue), Tab goes to the next field, Enter sends"
        : "\(key.shown) changes nothing here; ← → choose, Tab goes to the next field, Enter sends, Esc leaves"
    case .question: return "y writes over it; n, Enter and Esc leave it as it is"
    case .search: return "\(key.shown) finds nothing more; Enter keeps what was found, Esc leaves"
    }
  }

  private func name(of overlay: Overlay) -> String { overlay.title.isEmpty ? "this" : overlay.title }

  private static func reasonAtPrompt(_ key: Key) -> String {
    switch key {
    case .up, .control("p"): "no earlier command begins so"
    case .down, .control("n"): "no later command begins so"
    case .tab, .backTab: "nothing completes this; `help` lists the commands"
    case .left, .home, .control("a"), .control("b"): "the line begins here"
    case .right, .end, .control("e"), .control("f"): "the line ends here"
    case .alt("b"): "the line begins here"
    case .alt("f"): "the line ends here"
    case .backspace, .delete, .control("h"), .control("d"), .control("u"), .control("k"), .control("w"), .alt:
      "there is nothing to delete"
    case .character(":"): "the prompt is open already: type a command; `help` lists them"
    case .character, .control, .function, .enter, .escape, .pageUp, .pageDown:
      "\(key.shown) means nothing at the prompt; Esc leaves it, then keys act on panes"
    }
  }

  private func reasonAmongPanes(_ key: Key) -> String {
    if let demo, demo.isOver, !demo.isTakenOver { return "\(key.shown) has nothing to play: \(demo.ending)" }
    if let demo, !demo.isTakenOver {
      return "\(key.shown) means nothing while a demo plays: Space goes on, ← goes back, t takes over, q leaves"
    }
    guard let action = keyMap.action(for: key) else { return unknown(key) }
    let view = focus.rawValue.uppercased()
    switch action {
    case .up, .pageUp, .top: return "nothing lies further up in \(view)"
    case .down, .pageDown, .bottom: return "nothing lies further down in \(view)"
    case .left: return "nothing lies further left in \(view)"
    case .right: return "nothing lies further right in \(view)"
    case .previousKey, .nextKey:
      return "\(session.latestKey.map(Printable.named) ?? "nothing") is the only key there is"
    case .pane: return "\(view) has the focus already"
    case .finish: return "there is nothing to open in \(view) now"
    case .cancel: return "nothing is open, selected or running; q leaves"
    case .lesson: return "there is nothing more of that in this step"
    case .duty: return "there is nothing to choose now"
    case .quit, .quitNow, .help, .openPrompt, .nextPane, .previousPane, .scope, .runOrPause, .stepForward, .stepBack,
      .faster, .slower, .undo, .redo, .zoom, .redraw, .suspend, .interrupt, .write, .read, .cutOrHeal, .faults, .level,
      .repair, .kind, .why, .breakpoint, .palette, .messages, .earlier, .later, .branches, .search, .next, .previous,
      .previousMatch, .mouse, .share, .views, .view, .inspect, .copy, .reverse:
      return "\(key.shown) has nothing to do now"
    }
  }

  /// Which key lists all keys; nothing where none does.
  var wayToTheKeys: String { keyMap.label(for: .help).map { "; \($0) lists the keys" } ?? "" }

  /// That a key means nothing, and which one is meant perhaps.
  private func unknown(_ key: Key) -> String {
    var near = ""
    if case .character(let character) = key {
      let other = character.isUppercase ? character.lowercased() : character.uppercased()
      let binding = other.first.flatMap { other in keyMap.bindings.first { $0.keys.contains(.character(other)) } }
      if let binding, !binding.label.isEmpty { near = "; \(other): \(binding.summary)" }
    }
    return "\(key.shown) means nothing here\(near)\(wayToTheKeys)"
  }
}
