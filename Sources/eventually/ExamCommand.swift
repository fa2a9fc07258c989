import ArgumentParser
import Foundation
import Language
import Workbench

struct ExamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exam", abstract: "Twelve cards and three design tasks, drawn from a seed.",
    discussion: """
      Cards are answered with a letter; a design is a few lines of settings and levels, and `done`. Nothing is told of what is \
      right: the answers are written to a file after each, which `eventually grade` judges. The same command goes on with a \
      file that isn't finished. --paper prints the questions alone. \
      Exit status: 0 the answers are written, 65 a line of --answers can't be taken, 66 there is no such file, 73 the answers \
      can't be written.
      """)

  @Option(help: "What the exam is drawn from.")
  var seed: UInt64?

  @Option(help: ArgumentHelp("Draw the exam from a student's name, which is kept with the answers.", valueName: "name"))
  var student: String?

  @Option(
    name: .customLong("class"),
    help: ArgumentHelp("With --student: a class's number, which gives its students other exams.", valueName: "number"))
  var group: UInt64 = 0

  @Option(help: ArgumentHelp("Answers as they would be typed, line by line; - is standard input.", valueName: "file"))
  var answers: String?

  @Option(help: ArgumentHelp("Where the answers are written; exam-SEED.txt when unsaid.", valueName: "file"))
  var output: String?

  @Flag(help: "Print the questions and ask nothing.")
  var paper = false

  @Flag(help: "Print JSON Lines and nothing else.")
  var json = false

  func validate() throws {
    guard (seed == nil) != (student == nil) else {
      throw ValidationError("an exam is drawn from --seed N, or from --student NAME: one of the two")
    }
    if student == nil, group != 0 { throw ValidationError("--class goes with --student") }
    if let student {
      guard !student.isEmpty, student.count <= 100, student == student.trimmingCharacters(in: .whitespaces),
        !student.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
      else { throw ValidationError("a student's name is a line of at most 100 characters, without blanks around it") }
    }
    if paper, answers != nil || output != nil { throw ValidationError("--paper takes no answers, and writes none") }
  }

  func run() throws {
    let writer = LineWriter.standardOutput
    let exam = Exam(seed: seed ?? Exam.seed(of: student ?? "", group: group))
    if paper {
      print(exam, on: writer)
      return try writer.close()
    }
    do {
      let path = output ?? "exam-\(exam.seed).txt"
      let begun = try begun(exam, path)
      // What can't be written is refused before anybody has worked for it.
      let file = try OutputFile(path)
      let sheet = try answered(exam, begun, path, writer)
      file.write(sheet.text.utf8)
      try file.close()
      tell(of: sheet, in: path, on: writer)
    } catch {
      try? writer.close()
      throw Failure.exit(for: error)
    }
    try writer.close()
  }

  /// What was answered before, in a file that is to be gone on with; no answers where there is none, or it is to be replaced.
  private func begun(_ exam: Exam, _ path: String) throws -> ExamSheet {
    let blank = ExamSheet(exam, student: student, group: group)
    guard FileScripts.exists(path) else { return blank }
    if answers == nil, let kept = try? ExamSheet(FileScripts(longest: 1 << 20).text(of: path), file: path),
      kept.next != nil, kept.paper == blank.paper, kept.student == student, kept.group == group
    {
      return kept
    }
    guard output != nil else {
      throw FileProblem(path, "it is there already; --output names another, or this one to replace it")
    }
    return blank
  }

  private static func write(_ sheet: ExamSheet, to path: String) throws {
    let file = try OutputFile(path)
    file.write(sheet.text.utf8)
    try file.close()
  }

  private func answered(_ exam: Exam, _ begun: ExamSheet, _ path: String, _ writer: LineWriter) throws -> ExamSheet {
    let isSilent = json || answers != nil
    if let next = begun.next, !isSilent {
      writer.write("\(path) has what was answered before; it goes on with question \(next).")
    }
    var lines = LineExam(exam, begun) { if !isSilent { writer.write($0) } }
    guard let answers else {
      var kept = begun
      try PlainLines(output: writer, isSilent: isSilent).converse { line in
        if ["quit", "q"].contains(line.trimmingCharacters(in: .whitespaces).lowercased()) { return false }
        if let problem = lines.take(line), !isSilent { writer.write("✗ \(problem)") }
        // Whoever is interrupted loses nothing.
        if lines.sheet != kept {
          kept = lines.sheet
          do { try Self.write(kept, to: path) } catch { writer.write("✗ \(error)") }
        }
        return !lines.isOver
      }
      return lines.sheet
    }
    let name = answers == "-" ? FileScripts.standardInput : answers
    let text = try FileScripts(longest: 1 << 20).text(of: name)
    try lines.take(text, of: name)
    return lines.sheet
  }

  private func print(_ exam: Exam, on writer: LineWriter) {
    for (index, card) in exam.cards.enumerated() {
      if json {
        writer.write(CardText.json(of: card, number: index + 1))
      } else {
        ["CARD \(index + 1) OF \(exam.cards.count)"].forEach { writer.write($0) }
        (CardText.lines(of: card) + [""]).forEach { writer.write($0) }
      }
    }
    for (index, task) in exam.tasks.enumerated() {
      if json {
        writer.write(CardText.json(of: task, number: index + 1))
      } else {
        writer.write("DESIGN \(index + 1) OF \(exam.tasks.count)")
        (CardText.lines(of: task) + [""]).forEach { writer.write($0) }
      }
    }
  }

  private func tell(of sheet: ExamSheet, in path: String, on writer: LineWriter) {
    let (cards, designs) = (sheet.cards.count { $0 != nil }, sheet.designs.count { !$0.isEmpty })
    if json {
      writer.write(
        JSONText.object([
          .init("kind", .string("answers")), .init("file", .string(path)), .init("student", .optional(sheet.student)),
          .init("seed", .integer(Int64(clamping: sheet.seed))), .init("cards", .integer(Int64(cards))),
          .init("designs", .integer(Int64(designs))),
        ]).text)
      return
    }
    writer.write("")
    writer.write(
      "● \(Printable.escaped(path)) has answers to \(cards) of \(sheet.cards.count) cards and \(designs) of \(sheet.designs.count) designs;"
    )
    writer.write("  `eventually grade \(Printable.escaped(path))` judges it.")
  }
}
