import ArgumentParser
import Foundation
import Screen
import Workbench

struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn", abstract: "Opens the lessons, or one of them.",
    discussion: """
      Without a name the list, with the next lesson that you haven't done chosen; with --plain that one begins. A lesson of your own is \
      played by its name (my-lesson, where there is my-lesson.md), by its file (PATH.md), or with all others of its folder (DIR). Progress is kept in \
      $XDG_STATE_HOME/eventually; `eventually lessons` shows it.
      """)

  @Argument(help: "A lesson's name or number (`eventually lessons` lists them), or your own: a name, PATH.md, DIR.")
  var lesson: String?

  @Option(
    name: .customLong("lessons"),
    help: ArgumentHelp("A folder of lessons in place of those that came with the program.", valueName: "folder"))
  var folder: String?

  @Flag(help: "Line by line, for screen readers and pipes.")
  var plain = false

  @Flag(
    help: ArgumentHelp(
      "For a class that sees the screen: at each question its votes are asked for (`poll 3 12 5`), and until then nothing is carried out that would tell."
    ))
  var projector = false

  @OptionGroup var screen: ScreenOptions

  func run() throws {
    var course = try LessonFiles.course(folder)
    let progress = LessonProgress(path: LessonFiles.progressPath)
    var wanted = lesson
    // Those that came with the program go first; a path, which has a `/` or ends in `.md`, is never one of them.
    if let name = lesson, course.lesson(named: name) == nil, let place = LessonFiles.own(name) {
      course = try LessonFiles.course(place)
      wanted = course.lessons.count == 1 ? course.lessons[0].name : nil
    }
    let next = course.lessons.first { !progress.isDone($0) } ?? course.lessons.first
    guard let chosen = wanted == nil ? next : course.lesson(named: wanted ?? "") else {
      let names = course.lessons.map(\.name).joined(separator: ", ")
      Complaint.say("there is no lesson `\(lesson ?? "")`; there are \(names)")
      throw ExitCode(66)
    }
    if plain { throw ExitCode(try PlainLines.run(chosen, isProjected: projector)) }
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 80, rows: 24))
    try model.learn(
      course, progress, lesson: wanted == nil ? nil : chosen, isProjected: projector, clock: LearningClock.seconds)
    var files = SessionFiles(journal: nil)
    throw ExitCode(screen.open(&model, in: &files))
  }
}
