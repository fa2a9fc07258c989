import ArgumentParser
import Foundation
import Language
import Lessons
import Workbench

struct LessonsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lessons", abstract: "Lists the lessons, with how far you have come.",
    subcommands: [LessonList.self, LessonsCheckCommand.self, LessonNew.self, LessonExport.self],
    defaultSubcommand: LessonList.self)
}

/// Where lessons and progress are.
enum LessonFiles {
  /// The lessons of a folder, that of a file, or those that came with the program.
  ///
  /// - Throws: an exit, after the reason was told.
  static func course(_ place: String?) throws -> Course {
    do {
      guard let place else { return try shipped() }
      let others = try shipped().lessons.map(\.name)
      return isFolder(place) || !place.hasSuffix(".md")
        ? try Course(folder: place, knowing: others) : try Course(file: place, knowing: others)
    } catch let error as LessonError {
      Complaint.tell(error.text)
      throw ExitCode(65)
    } catch {
      throw Failure.exit(for: error)
    }
  }

  /// What a course's README says that its lessons teach; nothing where it says nothing, and of a single file.
  static func map(_ place: String?) -> CourseMap {
    guard let place else { return CourseMap(ShippedLessons.guide) }
    let path = URL(fileURLWithPath: place).appendingPathComponent("README.md").path
    guard isFolder(place), let data = FileManager.default.contents(atPath: path) else { return CourseMap("") }
    return CourseMap(String(decoding: data, as: UTF8.self))
  }

  private static func shipped() throws -> Course { try Course(texts: ShippedLessons.all, in: "lessons") }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// Where somebody's own lessons are, by what they call them: a folder, a file, or a file's name without `.md`; nil if there
  /// is nothing of that name.
  static func own(_ name: String) -> String? {
    if isFolder(name) { return name }
    return [name, "\(name).md"].first { $0.hasSuffix(".md") && FileManager.default.fileExists(atPath: $0) }
  }

  static var progressPath: String { SessionFolder.mine.progressPath }
}

struct LessonList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the lessons.", shouldDisplay: false)

  @Option(
    name: .customLong("lessons"),
    help: ArgumentHelp("A folder of lessons in place of those that came with the program.", valueName: "folder"))
  var folder: String?

  @Flag(help: "Print JSON Lines and nothing else.")
  var json = false

  @Flag(help: "Forget how far you have come.")
  var reset = false

  func run() throws {
    if reset, unlink(LessonFiles.progressPath) != 0, errno != ENOENT {
      throw Failure.exit(for: FileProblem(LessonFiles.progressPath, String(cString: strerror(errno))))
    }
    let course = try LessonFiles.course(folder)
    let progress = LessonProgress(path: LessonFiles.progressPath)
    let output = LineWriter.standardOutput
    let width = course.lessons.map { TextWidth.of($0.name) }.max() ?? 0
    var chapter = ""
    for lesson in course.lessons {
      let steps = min(progress.lessons[lesson.name]?.steps ?? 0, lesson.steps.count)
      if json {
        output.write(lesson.json(stepsDone: steps))
        continue
      }
      if lesson.chapter != chapter {
        if !chapter.isEmpty { output.write("") }
        output.write(lesson.chapter.uppercased())
        chapter = lesson.chapter
      }
      let mark = steps == lesson.steps.count ? "●" : steps > 0 ? "◐" : "○"
      let title = TextWidth.pad(lesson.title, 34)
      output.write(
        "  \(mark) \(TextWidth.pad(lesson.name, width)) \(title) \(lesson.minutes) min  \(steps)/\(lesson.steps.count)")
    }
    try output.close()
  }
}

struct LessonsCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Plays every lesson headless: goals, solutions, wrong scripts, other ways, predictions, mutants.",
    discussion: """
      Where a lesson's front matter names the ideas of its steps, each solution is changed in many ways: lines left out or exchanged, \
      other levels, both directions in place of one, reads apart from writes, waiting, needless operations. A change without the idea \
      that reaches the goal is a fault of the lesson, and so is one that has it and is refused. The tables of the folder's README.md that say \
      which lesson teaches what are held against the lessons, too.

      Exit status: 0 nothing is to be mended, 1 something is, 65 a lesson can't be read.
      """)

  @Argument(help: "A folder of lessons, or a lesson's file; those that came with the program if unsaid.")
  var folder: String?

  @Flag(help: "Print one JSON line a step and nothing else.")
  var json = false

  func run() throws {
    let course = try LessonFiles.course(folder)
    let output = LineWriter.standardOutput
    let untrue = LessonFiles.map(folder).problems(in: course)
    var isFine = untrue.isEmpty
    var steps = 0
    for (lesson, check) in zip(course.lessons, LessonCheck.all(course.lessons)) {
      for result in check.results {
        steps += 1
        isFine = isFine && result.isFine
        if json {
          output.write(result.json)
        } else if result.isFine {
          output.write(
            "● \(TextWidth.pad(lesson.name, 28)) step \(result.step)  \(CountedNoun("command").text(result.commands)), "
              + "\(CountedNoun("wrong script").text(result.wrong.rejected)) rejected"
              + (result.mutants.tried > 0 ? ", \(CountedNoun("mutant").text(result.mutants.tried))" : "")
              + (result.mutants.leftOut > 0 ? " (\(result.mutants.leftOut) left out)" : "")
          )
        } else {
          output.write("✗ \(TextWidth.pad(lesson.name, 28)) step \(result.step)")
          for problem in result.problems { output.write("    \(problem)") }
        }
      }
    }
    for problem in untrue {
      if json {
        output.write(
          JSONText.object([
            .init("file", .string("README.md")), .init("line", .integer(Int64(problem.line))),
            .init("problem", .string(problem.words)),
          ]).text)
      } else {
        output.write("✗ README.md, line \(problem.line): \(problem.words)")
      }
    }
    if !json {
      output.write(
        "\(CountedNoun("lesson").text(course.lessons.count)), \(CountedNoun("step").text(steps)): "
          + (isFine ? "nothing is to be mended" : "see above"))
    }
    try output.close()
    if !isFine { throw ExitCode(1) }
  }
}

struct LessonNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Writes a template for a lesson of your own.")

  @Argument(help: "The lesson's name, such as 42-my-lesson: small letters, digits and dashes.")
  var name: String

  func validate() throws {
    let isName = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
    guard isName else { throw ValidationError("a lesson's name is made of small letters, digits and dashes") }
  }

  func run() throws {
    let path = "\(name).md"
    guard !FileManager.default.fileExists(atPath: path) else {
      Complaint.say("\(path) exists already")
      throw ExitCode(73)
    }
    let writer = try LineWriter(path: path)
    LessonTemplate.lines.forEach { writer.write($0) }
    try writer.close()
    let output = LineWriter.standardOutput
    output.write("\(path) is a lesson that passes `eventually lessons check \(path)`; make it yours")
    output.write("`eventually learn \(name)` plays it")
    try output.close()
  }
}
