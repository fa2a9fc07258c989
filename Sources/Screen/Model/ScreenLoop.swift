import Workbench

/// A terminal, as far as the screen needs one. A test puts something else in its place.
public protocol ScreenTerminal {
  /// How large it is now.
  var size: Size { get }
  /// Shows a frame.
  mutating func present(_ frame: Frame)
  /// What has happened, once something has, or after that many milliseconds; nil waits for ever.
  mutating func next(timeout milliseconds: Int?) -> [ScreenMessage]
  /// The exit status of a signal that asks the program to end; nil while there is none.
  var endRequest: Int32? { get }
  /// Gives the terminal back to the shell until the shell wakes us.
  mutating func suspend()
  /// The next frame is drawn anew.
  mutating func redraw()
  /// Takes the mouse, or leaves it to the terminal.
  mutating func takeMouse(_ isOurs: Bool)
  /// Gives a text to the terminal's clipboard, if it has one.
  mutating func copy(_ text: String)
  /// Nanoseconds since some moment.
  var clock: UInt64 { get }
}

/// The loop: wait, take in what has come, draw if anything changed. While nothing moves it sleeps.
public enum ScreenLoop {
  /// How long a frame is shown at least, in milliseconds: thirty a second.
  private static let frameTime: UInt64 = 33

  /// Runs until somebody leaves; returns the exit status.
  public static func run(
    _ model: inout ScreenModel, on terminal: inout some ScreenTerminal, in surroundings: inout some SessionSurroundings
  ) -> Int32 {
    let frameTime = frameTime * 1_000_000
    var ticked = terminal.clock
    var presented = terminal.clock
    var isDirty = false
    present(&model, on: &terminal)
    while true {
      // A frame that was put off is due when the one before has been seen; the next tick likewise.
      let next = isDirty ? presented + frameTime : ticked + frameTime
      let before = terminal.clock
      let rest = next > before ? Int(next - before) / 1_000_000 : 0
      let isWaiting = model.isMoving || isDirty
      var messages = terminal.next(timeout: model.isHurrying ? 0 : isWaiting ? rest : nil)
      if let status = terminal.endRequest { return status }
      let now = max(terminal.clock, before)
      if !model.isMoving {
        ticked = now
      } else if model.isHurrying || now >= ticked + frameTime {
        messages.append(.tick(nanoseconds: now - ticked))
        ticked = now
      }
      for message in messages {
        if let status = take(message, &model, &terminal, &surroundings) { return status }
      }
      isDirty = isDirty || !messages.isEmpty
      // What somebody typed is answered at once; what only moves waits for its turn.
      let isAnswer = messages.contains { if case .tick = $0 { false } else { true } }
      if isDirty, isAnswer || now >= presented + frameTime {
        present(&model, on: &terminal)
        presented = now
        isDirty = false
      }
    }
  }

  /// Shows the model, which learns what is seen of it.
  private static func present(_ model: inout ScreenModel, on terminal: inout some ScreenTerminal) {
    let frame = ScreenView.render(model)
    model.sight = frame.sight
    terminal.present(frame)
  }

  /// Takes in a message and does what is asked for then; the exit status if that is to leave.
  private static func take(
    _ message: ScreenMessage, _ model: inout ScreenModel, _ terminal: inout some ScreenTerminal,
    _ surroundings: inout some SessionSurroundings
  ) -> Int32? {
    let revision = model.session.recipe.revision
    // One answer may lead to the next, as the lines of a script do, and there may be many.
    var inbox = [message]
    while !inbox.isEmpty {
      let message = inbox.removeFirst()
      for effect in model.update(message) {
        switch effect {
        case .quit(let status):
          _ = surroundings.writeDown(model.session.kept())
          return status
        case .suspend: terminal.suspend()
        case .redraw: terminal.redraw()
        case .mouse(let isOurs): terminal.takeMouse(isOurs)
        case .note(let text): surroundings.note(text)
        case .keep(let progress): surroundings.keep(progress)
        case .writeDown(let script): inbox += surroundings.writeDown(script).map { .answer($0) }
        case .save(let draft, let replacing): inbox.append(.answer(surroundings.save(draft, replacing: replacing)))
        case .copy(let text):
          terminal.copy(text)
          inbox.append(.answer(surroundings.keepCopy(text)))
        case .read(let path):
          inbox.append(.answer(surroundings.read(path, model.session.names(isPrompt: false))))
        }
      }
    }
    // Time that ran on its own is written down when it stands.
    if !model.isMoving, model.session.recipe.revision != revision {
      for answer in surroundings.writeDown(model.session.kept()) {
        if case .told = answer { _ = model.update(.answer(answer)) }
      }
    }
    return nil
  }
}
