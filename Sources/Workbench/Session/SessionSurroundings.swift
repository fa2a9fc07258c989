import Language

/// What lies outside of a session: files, and who presents it. Screen and line mode ask it for the same things.
public protocol SessionSurroundings {
  /// Keeps a script as the session's journal, and says how that went.
  mutating func writeDown(_ script: KeptScript) -> [SurroundingsAnswer]
  /// Writes a script to a file, and says how that went.
  mutating func save(_ draft: FileDraft, replacing: Bool) -> SurroundingsAnswer
  /// Reads a script.
  mutating func read(_ path: String, _ names: NameContext) -> SurroundingsAnswer
  /// Tells the presenter something.
  mutating func note(_ text: String)
  /// Keeps a text that was copied in a file, for terminals without a clipboard, and says where.
  mutating func keepCopy(_ text: String) -> SurroundingsAnswer
  /// Keeps how far somebody has come with the lessons.
  mutating func keep(_ progress: LessonProgress)
}

/// What came of something that was asked of a session's surroundings.
public enum SurroundingsAnswer: Hashable, Sendable {
  /// What was to be written down before a command is carried out has been.
  case writtenDown
  /// It could not be, and the command is not carried out: the reason, and what to do.
  case notWrittenDown(String)
  /// A script that was asked for has been read.
  case script(Script)
  /// Something was done outside, or could not be: in one sentence.
  case told(String, isProblem: Bool)
  /// A file that was to be written exists already.
  case exists(FileDraft)
}
