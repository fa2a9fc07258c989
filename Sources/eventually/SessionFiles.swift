import Foundation
import Screen
import Workbench

/// The files around the workbench: the session's journal, scripts that are saved and read, a presenter's notes.
struct SessionFiles: ScreenSurroundings {
  private var journal: Journal?
  private let notes: LineWriter?
  /// Why the session isn't kept; nil as long as it is.
  private(set) var problem: String?

  /// The files around a session.
  ///
  /// - Parameters:
  ///   - journal: where it is kept; nil if it isn't.
  ///   - notes: where the presenter's notes go.
  init(journal: Journal?, notes: LineWriter? = nil) {
    self.journal = journal
    self.notes = notes
  }

  mutating func writeDown(_ script: [String]) {
    // A session in which nothing has happened leaves nothing behind.
    guard journal != nil, script.contains(where: { !$0.hasPrefix("#") && !$0.hasPrefix("seed ") }) else { return }
    do {
      try journal?.hold(script)
    } catch {
      problem = "the session could not be kept in \(journal?.path ?? ""): \(error.localizedDescription)"
      journal = nil
    }
  }

  mutating func save(_ draft: FileDraft, replacing: Bool) -> ScreenMessage {
    let name = Printable.escaped(draft.path)
    if !replacing, FileManager.default.fileExists(atPath: draft.path) { return .exists(draft) }
    do {
      // Written whole under another name first, so that what was there is never half of it.
      let text = draft.lines.joined(separator: "\n") + "\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: draft.path), options: .atomic)
      return .told("saved \(draft.subject), in \(name)", isProblem: false)
    } catch {
      return .told("\(name) can't be written: \(error.localizedDescription)", isProblem: true)
    }
  }

  func read(_ path: String, _ names: NameContext) -> ScreenMessage {
    do {
      var names = names
      return .script(try Script(path, from: FileScripts(), names: &names))
    } catch let error as ScriptError {
      let sentence = error.sentence.split(separator: "\n").first.map(String.init) ?? ""
      return .told(sentence, isProblem: true)
    } catch {
      return .told("\(error)", isProblem: true)
    }
  }

  mutating func keep(_ progress: LessonProgress) {
    do {
      try progress.save(to: LessonFiles.progressPath)
    } catch {
      problem = "progress could not be kept in \(LessonFiles.progressPath): \(error.localizedDescription)"
    }
  }

  func note(_ text: String) {
    notes?.write(text)
    notes?.push()
  }
}

extension SessionFolder {
  /// The folder of whoever runs the program.
  static var mine: SessionFolder { SessionFolder(environment: ProcessInfo.processInfo.environment) }

  /// A journal for a session that begins now.
  var newJournal: Journal { journal(beginningAt: Date(), process: ProcessInfo.processInfo.processIdentifier) }
}
