import ArgumentParser
import Foundation
import Language
import Workbench

struct GradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade", abstract: "Judges the answers to exams, as often as you like.",
    discussion: """
      Each card is worth a point, each design four: it counts if all that was demanded held in 95 of 100 of its seeds. \
      Exit status: 0 all passed, 1 one didn't, 65 a file holds no answers (with line and column), 66 one is missing, \
      73 the output can't be written.
      """)

  @Argument(help: "Files with answers, as `eventually exam` writes them.")
  var files: [String]

  @Option(help: ArgumentHelp("The share of the points that it takes to pass, from 0 to 100.", valueName: "percent"))
  var pass = ExamGrade.usualPass

  @Flag(help: "Print one JSON object a file and nothing else.")
  var json = false

  @Option(help: ArgumentHelp("Write what became of them in JUnit's XML.", valueName: "file"))
  var junit: String?

  func validate() throws {
    guard (0...100).contains(pass) else { throw ValidationError("--pass is a percentage from 0 to 100") }
  }

  func run() throws {
    var grades: [(file: String, grade: ExamGrade)] = []
    let writer = LineWriter.standardOutput
    do {
      let report = try junit.map { try OutputFile($0) }
      // All are read before the first is judged.
      let sheets = try files.map { file in
        let name = file == "-" ? FileScripts.standardInput : file
        return (file, try ExamSheet(try FileScripts(longest: 1 << 20).text(of: name), file: name))
      }
      for (file, sheet) in sheets {
        let grade = ExamGrade(sheet, pass: pass)
        grades.append((file, grade))
        for line in json ? [grade.json] : grade.lines { writer.write(line) }
      }
      if let report {
        report.write(ExamGrade.junit(grades).utf8)
        try report.close()
      }
    } catch {
      try? writer.close()
      throw Failure.exit(for: error)
    }
    try writer.close()
    if grades.contains(where: { !$0.grade.isPassed }) { throw ExitCode(1) }
  }
}
