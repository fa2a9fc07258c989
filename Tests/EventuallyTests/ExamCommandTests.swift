import Foundation
import Testing

/// Exams, reviews and courses from the command line.
@Suite struct ExamCommandTests {
  @Test func anExamIsWrittenAndJudgedAgain() throws {
    let folder = try Folder()
    let path = folder.path("anna.txt")
    let input = String(repeating: "a\n", count: 12) + "done\ndone\ndone\n"
    let exam = try BuiltBinary.run(["exam", "--student", "anna", "--class", "3", "--output", path], input: input)
    #expect(exam.status == 0, "\(exam.errors)")
    #expect(exam.output.contains("CARD 12 OF 12") && exam.output.contains("DESIGN 3 OF 3"))
    #expect(exam.output.contains("has answers to 12 of 12 cards and 0 of 3 designs"))
    #expect(!exam.output.contains("Right"), "nothing is told of what is right")
    let junit = folder.path("grade.xml")
    let first = try BuiltBinary.run(["grade", path, "--json", "--junit", junit])
    let again = try BuiltBinary.run(["grade", path, "--json"])
    #expect(first.status == 1 && first.output == again.output)
    #expect(first.output.contains("\"student\":\"anna\"") && first.output.contains("\"passed\":false"))
    #expect(try folder.lines("grade.xml").contains { $0.contains("<testsuite name=\"anna\" tests=\"16\"") })
    #expect(try BuiltBinary.run(["grade", path, "--pass", "0"]).status == 0)
  }

  @Test func whoIsInterruptedLosesNoAnswerAndGoesOn() throws {
    let folder = try Folder()
    let home = folder.path("")
    // Killed while it waits for the fourth answer.
    let killed = try BuiltBinary.shell(
      """
      cd '\(home)' && mkfifo line && { "$0" exam --seed 7 < line & } && exec 3> line && printf 'a\\nb\\na\\n' >&3
      for _ in {1..600}; do grep -qs 'card 3 a' exam-7.txt && break; sleep 0.05; done
      kill -KILL %1; cat exam-7.txt
      """)
    #expect(killed.output.contains("card 3 a") && killed.output.contains("card 4 -"), "\(killed.output.suffix(400))")
    let rest = "c\n" + String(repeating: "a\n", count: 8) + "done\nquit\n"
    let again = try BuiltBinary.shell("cd '\(home)' && \"$0\" exam --seed 7 << 'END'\n\(rest)END\n")
    #expect(
      again.status == 0 && again.output.contains("it goes on with question 4"),
      "\(again.output.prefix(300))")
    #expect(again.output.contains("CARD 4 OF 12") && !again.output.contains("CARD 3 OF 12"))
    #expect(try folder.lines("exam-7.txt").contains("card 4 c"))
    let other = try BuiltBinary.shell("cd '\(home)' && echo mine > exam-8.txt && \"$0\" exam --seed 8 < /dev/null")
    #expect(other.errors.contains("it is there already") && other.status == 73)
  }

  @Test func badAnswersAreRefusedWithTheirPlace() throws {
    let folder = try Folder()
    let bad = folder.path("bad.txt")
    try Data("a\nb\nq9\n".utf8).write(to: URL(fileURLWithPath: bad))
    let exam = try BuiltBinary.run(["exam", "--seed", "1", "--answers", bad, "--output", folder.path("out.txt")])
    #expect(exam.status == 65 && exam.errors.contains("bad.txt:3:1"), "\(exam.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.txt")))
    let grade = try BuiltBinary.run(["grade", bad])
    #expect(grade.status == 65 && grade.errors.contains("bad.txt:1:1"))
    #expect(try BuiltBinary.run(["grade", folder.path("none.txt")]).status == 66)
    #expect(try BuiltBinary.run(["exam"]).status == 64)
  }

  @Test func aPaperHasTheQuestionsAlone() throws {
    let paper = try BuiltBinary.run(["exam", "--seed", "5", "--paper", "--json"])
    #expect(paper.status == 0 && paper.lines.count == 15)
    #expect(!paper.output.contains("\"answer\""))
    #expect(try BuiltBinary.run(["exam", "--seed", "5", "--paper", "--json"]).output == paper.output)
  }

  @Test func whatWasMissedComesBackTheNextDay() throws {
    let line = """
      printf 'a\\na\\na\\na\\na\\na\\n' | "$0" review --all --now 2026-11-30 --json; \
      echo; "$0" review --all --now 2026-12-01 --json < /dev/null | head -1
      """
    let result = try BuiltBinary.shell(line)
    #expect(result.status == 0, "\(result.errors)")
    let answered = result.lines.filter { $0.contains("\"kind\":\"review\"") }
    #expect(answered.count == 6)
    for line in answered {
      let due = line.contains("\"right\":true") ? "2026-12-03" : "2026-12-01"
      #expect(line.contains("\"due\":\"\(due)\""), "\(line)")
    }
  }

  @Test func withoutALessonDoneThereIsNothingToReview() throws {
    let result = try BuiltBinary.run(["review", "--now", "2026-11-30"])
    #expect(result.status == 0 && result.output.contains("none was yet"))
    #expect(try BuiltBinary.run(["review", "--now", "30.11.2026"]).status == 64)
  }

  @Test func progressOfNobodyIsAHeading() throws {
    let result = try BuiltBinary.run(["progress", "--csv"])
    #expect(result.status == 0 && result.lines.count == 1 && result.output.hasPrefix("student,lesson,step"))
    #expect(try BuiltBinary.run(["progress"]).output.contains("no lesson has been begun yet"))
    #expect(try BuiltBinary.run(["progress", "/nowhere/a.json"]).status == 66)
  }

  @Test func aLessonIsExportedWithItsAnswersApart() throws {
    let folder = try Folder()
    let site = folder.path("site")
    let result = try BuiltBinary.run(["lessons", "export", "1", "--html", site])
    #expect(result.status == 0, "\(result.errors)")
    for file in ["index.html", "01-three-copies.html", "answers/01-three-copies.html"] {
      #expect(FileManager.default.fileExists(atPath: "\(site)/\(file)"), "\(file)")
    }
    let bare = folder.path("bare")
    #expect(try BuiltBinary.run(["lessons", "export", "1", "--html", bare, "--without-answers"]).status == 0)
    #expect(!FileManager.default.fileExists(atPath: "\(bare)/answers"))
    #expect(try BuiltBinary.run(["lessons", "export", "nothing", "--html", bare]).status == 66)
    #expect(try BuiltBinary.run(["lessons", "export", "--html", bare]).status == 64)
  }
}
