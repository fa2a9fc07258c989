import Analysis
import Language

extension Session {
  /// Reads a line that was typed against the present names; nil if there is nothing on it.
  ///
  /// - Throws: a ``Diagnostic`` if it is wrong.
  func read(_ line: SourceLine) throws -> Command? {
    do {
      return try CommandParser.parse(line.text, in: names(isPrompt: true))
    } catch let error as LanguageError {
      throw Diagnostic(error, in: line)
    }
  }

  /// Has indicators counted over windows, from the beginning.
  public mutating func watch() { timeline.watch() }
}
