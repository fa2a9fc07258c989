import Language
import Testing

@testable import Workbench

/// The answers to an exam as a text.
@Suite struct ExamSheetTests {
  private static let exam = Exam(seed: 7)

  private func sheet() -> ExamSheet {
    var sheet = ExamSheet(Self.exam)
    sheet.cards[0] = 1
    sheet.cards[5] = 0
    sheet.designs[1] = AnsweringPolicy.taught.design(for: Self.exam.tasks[1].kind)
    return sheet
  }

  @Test func aSheetIsReadAsItWasWritten() throws {
    #expect(try ExamSheet(sheet().text, file: "a") == sheet())
    var named = ExamSheet(Exam(seed: Exam.seed(of: "Ånna K.", group: 3)), student: "Ånna K.", group: 3)
    named.cards[2] = 2
    #expect(try ExamSheet(named.text, file: "a") == named)
  }

  @Test func anExamHasTwelveCardsOfOtherFamiliesAndThreeTasksOfOtherKinds() {
    for seed in UInt64(1)...4 {
      let exam = Exam(seed: seed)
      #expect(exam.cards.count == 12 && Set(exam.cards.map(\.family)).count == 12)
      #expect(exam.tasks.count == 3 && Set(exam.tasks.map(\.kind)).count == 3)
      #expect(exam == Exam(seed: seed) && exam.fingerprint == Exam(seed: seed).fingerprint)
      let seeds = exam.tasks.indices.flatMap(exam.seeds(ofTask:))
      #expect(Set(seeds).count == 600)
    }
    #expect(Exam(seed: 1).fingerprint != Exam(seed: 2).fingerprint)
  }

  @Test func aNameHasASeedAndAnotherInAnotherClass() {
    #expect(Exam.seed(of: "anna", group: 0) == Exam.seed(of: "anna", group: 0))
    #expect(Set(["anna", "Anna", "ann", "ben", "nana"].map { Exam.seed(of: $0, group: 0) }).count == 5)
    #expect(Exam.seed(of: "anna", group: 0) != Exam.seed(of: "anna", group: 1))
  }

  private func problem(_ change: (inout [String]) -> Void) -> String {
    var lines = sheet().text.split(separator: "\n").map(String.init)
    change(&lines)
    do {
      _ = try ExamSheet(lines.joined(separator: "\n"), file: "a.txt")
      return ""
    } catch {
      return (error as? ScriptError)?.sentence ?? "\(error)"
    }
  }

  @Test func whatIsWrongIsToldWithItsPlace() {
    let cases: [(words: String, change: (inout [String]) -> Void)] = [
      ("a.txt:1:1: error: this is empty", { $0 = [] }),
      ("a.txt:1:1: error: the answers to an exam begin", { $0[0] = "hello" }),
      ("a.txt:2:6: error: `seed` is followed by a whole number", { $0[1] = "seed x" }),
      ("there is no line `seed N`", { $0[1] = "" }),
      ("a.txt:3:7: error: those are not the questions", { $0[2] = "paper 0" }),
      ("a.txt:4:6: error: card 1 has no choice `z`", { $0[3] = "card 1 z" }),
      ("each once", { $0[4] = "card 1 a" }),
      ("there are cards 1 to 12", { $0[4] = "card 13 a" }),
      ("there are cards 1 to 12", { $0[4] = "card \(Int.min) a" }),
      ("there are cards 1 to 12", { $0[4] = "card \(Int.max) a" }),
      ("a.txt:5:1: error: expected student, class, seed", { $0[4] = "crad 2 a" }),
      ("there are designs 1 to 3", { $0 += ["design 9"] }),
      ("there are designs 1 to 3", { $0 += ["design \(Int.min)"] }),
      ("an answer here holds", { $0 += ["  crash us1"] }),
      ("that is not the seed of anna", { $0[3] = "student anna" }),
    ]
    for (words, change) in cases {
      let told = problem(change)
      #expect(told.contains(words), "\(told)")
    }
  }

  @Test func whateverStandsInAFileItIsReadOrRefused() {
    let words = [
      "card", "design", "seed", "7", "1", "a", "-", "  ", "paper", "\u{1B}", "writes at", "eventually exam 1",
    ]
    for seed in UInt64(1)...60 {
      var draw = CardDraw(seed: seed, owner: 1)
      let lines = (0..<12).map { _ in (0..<3).map { _ in draw.pick(words) }.joined(separator: " ") }
      let text = (draw.flag() ? "eventually exam 1\nseed 7\n" : "") + lines.joined(separator: "\n")
      #expect(throws: ScriptError.self, "seed \(seed)") { _ = try ExamSheet(text, file: "a") }
    }
  }

  @Test func aGradeCountsCardsAndDesigns() {
    var sheet = ExamSheet(Self.exam)
    let empty = ExamGrade(sheet)
    #expect(empty.points == 0 && !empty.isPassed && empty.misconceptions.isEmpty)
    for (index, card) in Self.exam.cards.enumerated() { sheet.cards[index] = card.answer }
    sheet.cards[0] = Self.exam.cards[0].choices.firstIndex { $0.misconception != nil }
    let grade = ExamGrade(sheet, pass: 45)
    #expect(grade.points == 11 && grade.isPassed && grade.misconceptions.count == 1)
    #expect(ExamGrade.junit([("a.txt", grade)]).contains("tests=\"16\" failures=\"4\""))
    #expect(grade.json.contains("\"points\":11") && grade.lines[0].hasPrefix("seed 7: 11 of 24 points, passed"))
  }

  @Test func anAnswerThatAsksForMoreThanIsAllowedIsRefused() {
    for kind in ExamTaskKind.allCases {
      var draw = CardDraw(seed: 1, owner: 5)
      let task = kind.task(&draw)
      #expect(task.problem(in: AnsweringPolicy.taught.design(for: kind)) == nil)
      for line in [
        "heal", "cluster us-east-1:1", "set read-timeout 1ms", "writes at NOWHERE", "reads at", "expect 1 == 1",
      ] {
        #expect(task.problem(in: [line])?.line == 0, "\(kind.rawValue): \(line)")
      }
    }
  }
}
