import Foundation
import Language
import Workbench

/// The files around the workbench: the session's journal, scripts that are saved and read, a presenter's notes.
struct SessionFiles: SessionSurroundings {
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

  mutating func writeDown(_ script: KeptScript) -> [SurroundingsAnswer] {
    do {
      try keep(script)
      return [.writtenDown]
    } catch let refusal as Journal.TooLong {
      return [.notWrittenDown(refusal.sentence)]
    } catch {
      // It is carried out all the same, and who types learns at once that it isn't kept.
      return [.writtenDown] + (problem.map { [.told($0, isProblem: true)] } ?? [])
    }
  }

  /// Keeps a session as it stands, with the command that is about to be carried out.
  ///
  /// - Throws: ``Journal/TooLong`` if that command must not be carried out; a ``FileProblem``, once, if from now on nothing
  ///   is kept.
  mutating func keep(_ script: KeptScript) throws {
    // A session in which nothing has happened leaves nothing behind.
    guard journal != nil, !script.isEmpty else { return }
    do {
      try journal?.hold(script)
    } catch let refusal as Journal.TooLong {
      throw refusal
    } catch {
      let sentence = (error as? FileProblem)?.sentence ?? "\(error)"
      problem = "from here on the session can't be kept: \(sentence)"
      journal = nil
      throw error
    }
  }

  mutating func save(_ draft: FileDraft, replacing: Bool) -> SurroundingsAnswer {
    if !replacing, FileManager.default.fileExists(atPath: draft.path) { return .exists(draft) }
    do {
      try OutputFile.write(draft.text, to: draft.path)
      return .told("saved \(draft.subject), in \(Printable.escaped(draft.path))", isProblem: false)
    } catch {
      return .told(error.sentence, isProblem: true)
    }
  }

  mutating func keepCopy(_ text: String) -> SurroundingsAnswer {
    let path = SessionFolder.mine.copyPath
    let lines = CountedNoun("line").text(text.split(separator: "\n", omittingEmptySubsequences: false).count)
    do {
      try SessionFolder.mine.keepCopy(text)
      return .told("copied \(lines) to the clipboard; also in \(Printable.escaped(path))", isProblem: false)
    } catch {
      return .told("copied \(lines) to the clipboard, if the terminal has one; \(error.sentence)", isProblem: true)
    }
  }

  func read(_ path: String, _ names: NameContext) -> SurroundingsAnswer {
    do {
      var names = names
      return .script(try Script(path, from: FileScripts(isAwaited: true), names: &names))
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
      problem = "progress could not be kept: \((error as? FileProblem)?.sentence ?? "\(error)")"
    }
  }

  func note(_ text: String) {
    notes?.write(text)
    notes?.push()
  }
}

extension SessionFolder {
  /// The folder of who runs the program.
  static var mine: SessionFolder { SessionFolder(environment: ProcessInfo.processInfo.environment) }

  /// A journal for a session that begins now.
  var newJournal: Journal { journal(beginningAt: Date(), process: ProcessInfo.processInfo.processIdentifier) }
}
