import ArgumentParser
import Foundation
import Screen
import Workbench

struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn", abstract: "Opens the lessons, or one of them.",
    discussion: """
      Without a name the list, with the next lesson that you haven't done chosen; with --plain that one begins. Progress is kept in $XDG_STATE_HOME/eventually; `eventually \
      lessons` shows it.
      """)

  @Argument(help: "A lesson's name or number; `eventually lessons` lists them.")
  var lesson: String?

  @Option(
    name: .customLong("lessons"),
    help: ArgumentHelp("A folder of lessons in place of those that came with the program.", valueName: "folder"))
  var folder: String?

  @Flag(help: "Line by line, for screen readers and pipes.")
  var plain = false

  @OptionGroup var screen: ScreenOptions

  func run() throws {
    let course = try LessonFiles.course(folder)
    let progress = LessonProgress(path: LessonFiles.progressPath)
    let next = course.lessons.first { !progress.isDone($0) } ?? course.lessons.first
    guard let chosen = lesson == nil ? next : course.lesson(named: lesson ?? "") else {
      let names = course.lessons.map(\.name).joined(separator: ", ")
      Complaint.say("there is no lesson `\(lesson ?? "")`; there are \(names)")
      throw ExitCode(66)
    }
    if plain { throw ExitCode(try PlainLines.run(chosen)) }
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 80, rows: 24))
    try model.learn(course, progress, lesson: lesson == nil ? nil : chosen)
    var files = SessionFiles(journal: nil)
    throw ExitCode(screen.open(&model, in: &files))
  }
}
