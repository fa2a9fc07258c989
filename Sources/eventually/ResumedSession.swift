import Foundation
import Language
import Screen
import Workbench

/// A session that was kept, played again to where it stood, and where it goes on.
struct ResumedSession {
  /// What the screen begins with.
  var model: ScreenModel
  /// Where it is kept from now on.
  var files: SessionFiles
  /// What who resumes should know, each in a sentence.
  private(set) var notices: [String] = []

  /// Resumes a session of the folder: in its own file, unless another program is in it.
  ///
  /// - Throws: a ``ScriptError`` if it can't be read, or if a command of it can't be carried out.
  init(_ entry: SessionFolder.Entry, in folder: SessionFolder, seed: UInt64?, withoutLast: Bool) throws {
    let opened = try folder.open(entry)
    try self.init(opened.lines, named: entry.path, seed: seed, withoutLast: withoutLast)
    if let problem = opened.lines.dropped { notices.append(problem) }
    if var journal = opened.journal {
      do {
        // Commands that were left out are no part of the session any more.
        try journal.goOn(from: model.session.kept(), after: length)
        files = SessionFiles(journal: journal)
        return
      } catch {
        notices.append(error.sentence)
      }
    }
    fork(in: folder, because: opened.obstacle)
  }

  /// Resumes from a file that somebody saved elsewhere: it stays as it is.
  ///
  /// - Throws: a ``ScriptError`` if it can't be read, or if a command of it can't be carried out.
  init(file: String, in folder: SessionFolder, seed: UInt64?, withoutLast: Bool) throws {
    let name = file == "-" ? FileScripts.standardInput : file
    let bytes = try FileScripts().bytes(of: name)
    let kept = KeptLines(bytes)
    if kept.isSession {
      try self.init(kept, named: name, seed: seed, withoutLast: withoutLast)
      if let problem = kept.dropped { notices.append(problem) }
    } else {
      let source = ScriptThatWasRead(file: name, text: try FileScripts.text(bytes, of: name))
      try self.init(script: source, seed: seed, withoutLast: withoutLast)
    }
    files = SessionFiles(journal: folder.newJournal)
    do {
      try files.keep(model.session.kept())
    } catch {
      notices.append(files.problem ?? "\(error)")
    }
  }

  /// Opens a moment that somebody has shared.
  ///
  /// - Parameter folder: where it is kept from now on; nil: nowhere.
  /// - Throws: a ``ShareRefusal`` if what this very version has shared can't be had again.
  init(_ moment: SharedMoment, in folder: SessionFolder?) throws {
    model = ScreenModel(Session(isTracing: true), size: Self.size)
    files = SessionFiles(journal: folder?.newJournal)
    length = 0
    let isMine = moment.version == ProgramVersion.number
    let makers =
      "this was shared by eventually \(Printable.escaped(moment.version)), and this is \(ProgramVersion.number)"
    let lines = moment.sourceLines(of: "<shared>")
    do {
      try model.run(lines)
    } catch let error as ScriptError {
      guard !isMine, case .wrong(let diagnostics) = error, let refused = diagnostics.first else {
        throw ShareRefusal(sentence: "this link doesn't lead anywhere: \(error.sentence)")
      }
      let place = "command \(refused.line.number) of \(lines.count), `\(Printable.escaped(refused.line.text))`"
      notices.append("\(makers): opened as far as its commands exist; \(place): \(refused.sentence)")
    }
    let reached = model.session.sharedMoment.fingerprint
    if notices.isEmpty, reached != moment.fingerprint {
      guard !isMine else {
        throw ShareRefusal(
          sentence: "this link leads to another moment than it says: fingerprint \(reached), not \(moment.fingerprint)")
      }
      notices.append(
        "\(makers), where the same commands lead elsewhere: fingerprint \(reached), not \(moment.fingerprint)")
    } else if notices.isEmpty, !isMine {
      notices.append("\(makers); it leads to the same moment")
    }
    guard folder != nil else { return }
    do {
      try files.keep(model.session.kept())
    } catch {
      notices.append(files.problem ?? "\(error)")
    }
  }

  /// Plays a script that was written by somebody else than this program.
  private init(script source: ScriptThatWasRead, seed: UInt64?, withoutLast: Bool) throws {
    model = ScreenModel(Session(seed: seed, isTracing: true), size: Self.size)
    files = SessionFiles(journal: nil)
    length = 0
    var names = model.session.names(isPrompt: false)
    var script = try Script(source.file, from: source, names: &names)
    if withoutLast { script.dropLast() }
    try model.run(script)
  }

  private static let size = Size(columns: 80, rows: 24)
  /// How many bytes of its file it stands on.
  private var length: Int

  /// Plays lines one by one, each with the names of its moment, as they were typed.
  private init(_ kept: KeptLines, named file: String, seed: UInt64?, withoutLast: Bool) throws {
    model = ScreenModel(Session(seed: seed, isTracing: true), size: Self.size)
    files = SessionFiles(journal: nil)
    length = kept.length
    var lines = kept.commandLines(of: file)
    if withoutLast, let line = lines.popLast() { length = kept.offset(ofLine: line.number) }
    do {
      try model.run(lines)
    } catch let error as ScriptError {
      // What was written down last may be a command that was then refused, and the program cut off before it said so.
      guard case .wrong(let diagnostics) = error, let refused = diagnostics.first, refused.line == lines.last else {
        throw error
      }
      length = kept.offset(ofLine: refused.line.number)
      notices.append("left out the last command, which can't be carried out: \(refused.sentence)")
    }
  }

  private mutating func fork(in folder: SessionFolder, because obstacle: String?) {
    let journal = folder.newJournal
    let name = URL(fileURLWithPath: journal.path).deletingPathExtension().lastPathComponent
    files = SessionFiles(journal: journal)
    do {
      try files.keep(model.session.kept())
      notices.append("\(obstacle ?? "its file can't be written"): the session goes on as \(name)")
    } catch {
      notices.append("\(obstacle ?? "its file can't be written"), and \(files.problem ?? "it can't be kept elsewhere")")
    }
  }
}

/// A script that can't be read a second time, such as standard input.
private struct ScriptThatWasRead: ScriptSource {
  let file: String
  let text: String

  func text(of file: String) throws -> String { file == self.file ? text : try FileScripts().text(of: file) }
  func resolve(_ name: String, from file: String) -> String { FileScripts().resolve(name, from: file) }
}
