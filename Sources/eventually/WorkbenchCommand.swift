import ArgumentParser
import Foundation
import Screen
import Workbench

struct WorkbenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workbench", abstract: "Opens the workbench. This is what happens without a subcommand.",
    discussion: """
      Every session is kept as a script in $XDG_STATE_HOME/eventually/sessions; `eventually resume` reopens the latest.
      """)

  @Option(help: ArgumentHelp("A script to run first.", valueName: "file"))
  var script: String?

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  @Flag(help: "Line by line, for screen readers and pipes: the same commands, no screen.")
  var plain = false

  @OptionGroup var screen: ScreenOptions

  func run() throws {
    do {
      var model = try Workbenches.model(running: script, seed: seed, size: Size(columns: 80, rows: 24))
      guard !plain else { throw ExitCode(try PlainMode.run(model.session)) }
      throw ExitCode(Workbenches.open(&model, SessionFolder.mine.newJournal, screen))
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
  }
}

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Reopens a session that was saved or cut off.",
    discussion: "Without a name the latest one. --list names them all.")

  @Argument(help: ArgumentHelp("A session's name, or a file that `save` wrote.", valueName: "session"))
  var session: String?

  @Flag(help: "List the sessions there are, the latest last.")
  var list = false

  @Flag(help: "Without the last command, should that one be what ended the session.")
  var withoutLast = false

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  @OptionGroup var screen: ScreenOptions

  func run() throws {
    let folder = SessionFolder.mine
    let entries = folder.entries
    if list {
      let output = LineWriter.standardOutput
      for entry in entries { output.write("\(entry.name)  \(entry.commands) commands") }
      return try output.close()
    }
    let known = session.map { name in entries.first { $0.name == name } } ?? entries.last
    guard let file = known?.path ?? session else {
      FileHandle.standardError.write(Data("eventually: no session has been kept yet\n".utf8))
      throw ExitCode(66)
    }
    do {
      var model = try Workbenches.model(running: file, seed: seed, size: Size(columns: 80, rows: 24), withoutLast)
      // A session goes on in its own file; what somebody saved elsewhere stays as it is.
      let journal = known.map { Journal(path: $0.path) } ?? folder.newJournal
      throw ExitCode(Workbenches.open(&model, journal, screen))
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
  }
}

/// Models for screens, with or without a script that has run.
enum Workbenches {
  static func model(running file: String?, seed: UInt64?, size: Size, _ withoutLast: Bool = false) throws -> ScreenModel
  {
    var model = ScreenModel(Session(seed: seed, isTracing: true), size: size)
    if let file {
      var names = model.session.names(isPrompt: false)
      var script = try Script(file == "-" ? FileScripts.standardInput : file, from: FileScripts(), names: &names)
      if withoutLast { script.dropLast() }
      try model.run(script)
    }
    return model
  }

  /// Opens a screen on a model, and keeps its session in a journal.
  static func open(_ model: inout ScreenModel, _ journal: Journal, _ screen: ScreenOptions) -> Int32 {
    var files = SessionFiles(journal: journal)
    model.remember(SessionFolder.mine.latestCommands(atMost: Prompt.historyLimit))
    model.isJournalled = true
    return screen.open(&model, in: &files)
  }
}
