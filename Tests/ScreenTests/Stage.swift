import Testing
import Workbench

@testable import Screen

/// Scripts that tests hold in memory.
struct MemoryScript: ScriptSource {
  let script: String

  func text(of file: String) -> String { script }
  func resolve(_ name: String, from file: String) -> String { name }
}

/// A screen on which a script has run.
func stage(_ script: String = "", size: Size = Size(columns: 120, rows: 40)) throws -> ScreenModel {
  var model = ScreenModel(Session(isTracing: true), size: size)
  var names = model.session.names(isPrompt: false)
  try model.run(Script("test.ev", from: MemoryScript(script: script), names: &names))
  return model
}

extension ScreenModel {
  /// Presses keys one after another, each after a look at the screen; says what was asked of the screen's loop.
  @discardableResult
  mutating func press(_ keys: Key...) -> [ScreenEffect] {
    keys.flatMap { key in
      // Only a lesson asks what its reader sees.
      if classroom != nil { look() }
      return update(.key(key))
    }
  }

  /// Looks at the screen: what is done then is done to what was seen.
  mutating func look() { sight = ScreenView.render(self).sight }

  /// Looks, and does something with the mouse.
  @discardableResult
  mutating func point(_ action: MouseAction, at place: Point) -> [ScreenEffect] {
    look()
    return update(.mouse(action, place))
  }

  /// Types text.
  mutating func type(_ text: String) {
    for character in text { _ = update(.key(.character(character))) }
  }

  /// Types a command at the prompt.
  mutating func begin(_ command: String) {
    if mode != .prompt { press(.character(":")) }
    type(command)
    press(.enter)
  }

  /// Types a command at the prompt, and sees it to its end.
  mutating func enter(_ command: String) {
    begin(command)
    watch()
  }

  /// Lets real time pass until nothing moves, at most a minute of it; says how many frames that took.
  @discardableResult
  mutating func watch() -> Int {
    var frames = 0
    while isMoving, frames < 1_800 {
      _ = update(.tick(nanoseconds: 33_000_000))
      frames += 1
    }
    return frames
  }

  /// The screen as lines of text.
  var lines: [String] { TextEncoder.lines(of: ScreenView.render(self)) }

  /// Whether some line of the screen contains a text.
  func shows(_ text: String) -> Bool { lines.contains { $0.contains(text) } }
}

/// A test that fails shows the screen, not the whole model.
extension ScreenModel: CustomTestStringConvertible {
  /// The screen as text.
  public var testDescription: String { "\n" + lines.joined(separator: "\n") + "\n" }
}
