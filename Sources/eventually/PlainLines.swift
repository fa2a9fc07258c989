import Foundation
import Language
import Workbench

/// Standard input and output as a conversation, line by line: for screen readers and pipes.
struct PlainLines {
  private let input = StandardInput()
  private let output: LineWriter
  private let report = TextReport(isColored: TerminalTraits.isColored, isConversation: true)

  private let isSilent: Bool

  /// A conversation.
  ///
  /// - Parameter isSilent: whether nothing is asked, not even of who types.
  init(output: LineWriter = .standardOutput, isSilent: Bool = false) {
    (self.output, self.isSilent) = (output, isSilent)
  }

  /// Whether somebody types. What comes through a pipe can be had again, and is no session that anybody would resume.
  static var isTyped: Bool { isatty(STDIN_FILENO) == 1 }

  /// Plays a lesson; says the exit status.
  ///
  /// - Throws: a ``Diagnostic`` if its scene can't be set, an exit with status 73 if nothing can be written.
  static func run(_ lesson: Lesson, isProjected: Bool = false) throws -> Int32 {
    let lines = PlainLines()
    let path = LessonFiles.progressPath
    var lesson = try LineLesson(
      lesson, LessonProgress(path: path), lines.report, isProjected: isProjected,
      clock: LearningClock.seconds, write: lines.output.write
    ) { progress in
      do {
        try progress.save(to: path)
        return nil
      } catch {
        return (error as? FileProblem)?.sentence ?? "\(error)"
      }
    }
    try lines.converse { lesson.take($0) }
    try lines.output.close()
    return 0
  }

  /// Plays a drill until there are no more lines, or `quit`; says how far it has come.
  ///
  /// - Parameter isSilent: whether nothing is told of it.
  static func run(_ play: DrillPlay, isSilent: Bool, on output: LineWriter) throws -> DrillPlay {
    let lines = PlainLines(output: output)
    var drill = LineDrill(play, lines.report) { if !isSilent { output.write($0) } }
    try lines.converse { drill.take($0) }
    return drill.play
  }

  /// Carries out commands until there are no more, or `quit`; says the exit status: 1 if an expectation failed.
  ///
  /// - Throws: an exit with status 73 if standard output can't be written, a ``ScriptError`` if standard input can't be read.
  static func run(_ session: Session, _ files: SessionFiles) throws -> Int32 {
    let lines = PlainLines()
    if isTyped {
      lines.output.write("eventually, line by line. help lists the commands, quit leaves.")
      if SessionFolder.mine.contents.entries.isEmpty {
        lines.output.write("Begin with `write cart milk at ALL`; `eventually learn --plain` has lessons.")
      }
    }
    var mode = LineMode(
      session, in: files, lines.report, write: lines.output.write, complain: Complaint.say)
    do {
      try lines.converse { mode.take($0) }
    } catch {
      try? lines.output.close()
      throw error
    }
    mode.keep()
    try lines.output.close()
    return mode.session.expectations.failed > 0 ? 1 : 0
  }

  /// Takes lines until there are no more, or one says that it is enough.
  func converse(_ take: (String) throws -> Bool) throws {
    while true {
      if Self.isTyped, !isSilent { output.ask("eventually> ") }
      output.push()
      guard let line = try input.line(), try take(line) else { return }
    }
  }
}
