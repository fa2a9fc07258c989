import ArgumentParser
import Foundation
import Language
import Screen
import Workbench

struct LessonExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes lessons as static pages, with pictures of their runs.",
    discussion: """
      A page a lesson, its answers in answers/NAME.html, and index.html. Each page is one file that asks for nothing from \
      elsewhere: it can be opened from a disk, served, or printed. --without-answers leaves the answers out, and every link to \
      them. Exit status: 65 a lesson can't be read or played, 66 there is no such lesson, 73 a page can't be written.
      """)

  @Argument(help: "Lessons' names or numbers.")
  var names: [String] = []

  @Flag(help: "All lessons.")
  var all = false

  @Option(help: ArgumentHelp("The folder that the pages are written into.", valueName: "folder"))
  var html: String

  @Option(help: ArgumentHelp("A folder of lessons; those that came with the program if unsaid.", valueName: "folder"))
  var from: String?

  @Flag(help: "Leave the answers out.")
  var withoutAnswers = false

  func validate() throws {
    guard all == names.isEmpty else { throw ValidationError("export lessons by name, or --all of them") }
  }

  func run() throws {
    let course = try LessonFiles.course(from)
    let lessons = try all ? course.lessons : names.map { try Self.lesson($0, in: course) }
    let folder = URL(fileURLWithPath: html)
    let output = LineWriter.standardOutput
    do {
      try Self.make(withoutAnswers ? folder : folder.appendingPathComponent("answers"))
      for lesson in lessons {
        let page = try LessonPage(lesson, withAnswers: !withoutAnswers, screen: Self.screen)
        try Self.write(page.questions, to: folder.appendingPathComponent("\(lesson.name).html"))
        if let answers = page.answers {
          try Self.write(answers, to: folder.appendingPathComponent("answers/\(lesson.name).html"))
        }
      }
      let index = CoursePage.text(lessons, withAnswers: !withoutAnswers)
      try Self.write(index, to: folder.appendingPathComponent("index.html"))
    } catch let error as Diagnostic {
      try? output.close()
      Complaint.tell(error.text)
      throw ExitCode(65)
    } catch {
      try? output.close()
      throw Failure.exit(for: error)
    }
    let words = CountedNoun("lesson").text(lessons.count)
    output.write("● \(words) in \(Printable.escaped(html)), beginning with index.html")
    try output.close()
  }

  private static func lesson(_ name: String, in course: Course) throws -> Lesson {
    if let lesson = course.lesson(named: name) { return lesson }
    let names = course.lessons.map(\.name).joined(separator: ", ")
    Complaint.say("there is no lesson `\(name)`; there are \(names)")
    throw ExitCode(66)
  }

  private static func screen(of session: Session) -> ScreenPicture {
    let frame = ScreenView.render(ScreenModel(session, size: Size(columns: 100, rows: 30)))
    return ScreenPicture(
      light: SVGEncoder.document(of: frame, on: .light), dark: SVGEncoder.document(of: frame, on: .dark))
  }

  private static func make(_ folder: URL) throws(FileProblem) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileProblem(folder.path, "the folder can't be made")
    }
  }

  private static func write(_ text: String, to file: URL) throws(FileProblem) {
    try OutputFile.write(text, to: file.path)
  }
}
