import ArgumentParser
import Foundation
import Language
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

  @Option(
    help: ArgumentHelp("A production system to set up first; `eventually profiles` lists them.", valueName: "name"))
  var profile: String?

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  @Flag(help: "Line by line, for screen readers and pipes: the same commands, no screen.")
  var plain = false

  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    if let profile { try ProfileName.check(profile, inTables: false) }
  }

  func run() throws {
    do {
      let isKept = !plain || PlainLines.isTyped
      var files = SessionFiles(journal: isKept ? SessionFolder.mine.newJournal : nil)
      var model = ScreenModel(Session(seed: seed, isTracing: true), size: Size(columns: 80, rows: 24))
      if let profile {
        let line = SourceLine(file: "--profile", number: 1, text: "profile \(profile)")
        try Workbenches.run([line], of: "--profile", on: &model, keepingIn: &files)
      }
      if let script { try Workbenches.run(script, on: &model, keepingIn: &files) }
      guard !plain else { throw ExitCode(try PlainLines.run(model.session, files)) }
      throw ExitCode(Workbenches.open(&model, &files, screen))
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

  @Flag(help: "Line by line, for screen readers: the same commands, no screen.")
  var plain = false

  func run() throws {
    let folder = SessionFolder.mine
    let contents = folder.contents
    for skipped in contents.skipped { Complaint.say(skipped.sentence) }
    if let obstacle = contents.obstacle {
      Complaint.say(obstacle)
      if list || session == nil { throw ExitCode(66) }
    }
    if list { return try Self.list(contents.entries, in: folder) }
    let known = session.map { name in contents.entries.first { $0.name == name } } ?? contents.entries.last
    do {
      var resumed: ResumedSession
      if let known {
        resumed = try ResumedSession(known, in: folder, seed: seed, withoutLast: withoutLast)
      } else if let session {
        if let skipped = contents.skipped.first(where: { $0.isMeant(by: session) }), !FileScripts.exists(session) {
          throw ScriptError.unreadable(session, reason: skipped.reason)
        }
        resumed = try ResumedSession(file: session, in: folder, seed: seed, withoutLast: withoutLast)
      } else {
        Complaint.say("no session has been kept yet")
        throw ExitCode(66)
      }
      for sentence in resumed.notices { Complaint.say(sentence) }
      guard !plain else { throw ExitCode(try PlainLines.run(resumed.model.session, resumed.files)) }
      if let notice = resumed.notices.last { _ = resumed.model.update(.answer(.told(notice, isProblem: true))) }
      throw ExitCode(Workbenches.open(&resumed.model, &resumed.files, screen))
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
  }

  private static func list(_ entries: [SessionFolder.Entry], in folder: SessionFolder) throws {
    let output = LineWriter.standardOutput
    for entry in entries {
      let commands = folder.lines(of: entry).commands
      let count = TextWidth.padLeft(CountedNoun("command").text(commands.count), 12)
      let size = TextWidth.padLeft(CountedNoun.bytes.text(entry.size), 14)
      let first = TextWidth.fit(Printable.escaped(commands.first.map { String($0.prefix(60)) } ?? ""), 40)
      output.write("\(entry.name)  \(SessionFolder.words(for: entry.began))  \(count)  \(size)  \(first)")
    }
    try output.close()
  }
}

/// Models for screens, with or without a script that has run.
enum Workbenches {
  static func model(running file: String, seed: UInt64?, size: Size) throws -> ScreenModel {
    var model = ScreenModel(Session(seed: seed, isTracing: true), size: size)
    try model.run(try script(file, for: model))
    return model
  }

  /// Runs a script on a model; each line is written down before it is carried out.
  static func run(_ file: String, on model: inout ScreenModel, keepingIn files: inout SessionFiles) throws {
    try run(try script(file, for: model).lines, of: file, on: &model, keepingIn: &files)
  }

  /// The same with lines that were read.
  static func run(
    _ lines: [SourceLine], of file: String, on model: inout ScreenModel, keepingIn files: inout SessionFiles
  ) throws {
    do {
      try model.run(lines) { kept in
        do { try files.keep(kept) } catch let problem as FileProblem {
          Complaint.say(files.problem ?? problem.sentence)
        }
      }
    } catch let refusal as Journal.TooLong {
      throw ScriptError.unreadable(file, reason: refusal.sentence)
    }
    try? files.keep(model.session.kept())
  }

  private static func script(_ file: String, for model: ScreenModel) throws -> Script {
    var names = model.session.names(isPrompt: false)
    return try Script(file == "-" ? FileScripts.standardInput : file, from: FileScripts(), names: &names)
  }

  /// Opens a screen on a model, and keeps its session.
  static func open(_ model: inout ScreenModel, _ files: inout SessionFiles, _ screen: ScreenOptions) -> Int32 {
    model.remember(SessionFolder.mine.latestCommands(atMost: Prompt.historyLimit))
    model.isJournalled = true
    let status = screen.open(&model, in: &files)
    if status == 0, !model.session.isFresh, files.problem == nil {
      Complaint.say("this session is kept: `eventually resume` goes on with it")
    }
    return status
  }
}
