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
  /// Nanoseconds since some moment.
  var clock: UInt64 { get }
}

/// The loop: wait, take in what has come, draw if anything changed. While nothing moves it sleeps.
public enum ScreenLoop {
  /// How long a frame is shown at least, in milliseconds: thirty a second.
  private static let frameTime = 33

  /// Runs until somebody leaves; returns the exit status.
  public static func run(_ model: inout ScreenModel, on terminal: inout some ScreenTerminal) -> Int32 {
    var last = terminal.clock
    terminal.present(ScreenView.render(model))
    while true {
      let since = Int((terminal.clock - last) / 1_000_000)
      var messages = terminal.next(timeout: model.isMoving ? max(0, frameTime - since) : nil)
      if let status = terminal.endRequest { return status }
      let now = terminal.clock
      if model.isMoving {
        if now - last >= UInt64(frameTime) * 1_000_000 {
          messages.append(.tick(nanoseconds: now - last))
          last = now
        }
      } else {
        last = now
      }
      guard !messages.isEmpty else { continue }
      for message in messages {
        for effect in model.update(message) {
          switch effect {
          case .quit(let status): return status
          case .suspend: terminal.suspend()
          case .redraw: terminal.redraw()
          }
        }
      }
      terminal.present(ScreenView.render(model))
    }
  }
}
