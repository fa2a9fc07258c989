import ArgumentParser
import Foundation
import Language
import Workbench

struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "progress", abstract: "How you, or a class, get on with the lessons, step by step.",
    discussion: """
      Without a file your own progress, and your cards. With several files, such as anna.json and ben.json, what the class \
      guessed at each step: how many were right, and what the others believed, and were sure of. Files are read where they lie; \
      nothing leaves this machine. Exit status: 65 a file is no progress.json, 66 one is missing.
      """)

  @Argument(help: "Files of progress that students have handed in.")
  var files: [String] = []

  @Flag(help: "Print comma-separated values and nothing else: a line a step of a student.")
  var csv = false

  @Flag(help: "Print JSON Lines and nothing else.")
  var json = false

  func validate() throws {
    if csv, json { throw ValidationError("--csv and --json exclude one another: leave one of them out") }
  }

  func run() throws {
    do {
      let mine = LessonFiles.progressPath
      let paths = files.isEmpty ? (FileScripts.exists(mine) ? [mine] : []) : files
      let deck = files.isEmpty ? CardDeck(path: SessionFolder.mine.cardsPath) : CardDeck()
      let report = StudyReport(try paths.map { try StudyFile(path: $0) }, of: try LessonFiles.course(nil), deck)
      let output = LineWriter.standardOutput
      for line in csv ? report.csv : json ? report.json : report.lines { output.write(line) }
      try output.close()
    } catch {
      throw Failure.exit(for: error)
    }
  }
}
