import Analysis
import Foundation
import Testing

@testable import Workbench

/// What an exam is worth: who holds a misconception fails it, who was taught passes.
@Suite struct ExamPolicyTests {
  /// Whether a design solves a task, under so few seeds that a test can afford it.
  private struct Judged: Hashable {
    let exam: Int
    let task: Int
    let design: [String]
  }

  /// Under how many of an exam's 200 hidden seeds a design is played: two that a test can afford, or as many as EXAM_SEEDS says,
  /// which `make soak` sets to all.
  private static let seedCount = ProcessInfo.processInfo.environment["EXAM_SEEDS"].flatMap { Int($0) } ?? 2

  private static let exams = (1...9).map { Exam(seed: UInt64($0)) }

  /// The points of a policy in each exam.
  private func points(_ policy: AnsweringPolicy, _ solved: [Judged: Bool]) -> [Int] {
    Self.exams.indices.map { index in
      let exam = Self.exams[index]
      let cards = exam.cards.indices.count { policy.choice(on: exam.cards[$0], number: $0) == exam.cards[$0].answer }
      let tasks = exam.tasks.indices.count {
        solved[Judged(exam: index, task: $0, design: policy.design(for: exam.tasks[$0].kind))] == true
      }
      return cards * Exam.cardPoints + tasks * Exam.taskPoints
    }
  }

  @Test func eachMisconceptionScoresBelowFortyPercentAndTheTaughtAboveNinety() {
    let mistaken = Misconception.allCases.map(AnsweringPolicy.mistaken)
    var wanted: Set<Judged> = []
    for (index, exam) in Self.exams.enumerated() {
      for (number, task) in exam.tasks.enumerated() {
        for policy in mistaken + [.taught] {
          wanted.insert(Judged(exam: index, task: number, design: policy.design(for: task.kind)))
        }
      }
    }
    let all = Array(wanted)
    let results = Concurrently.map(all) { judged in
      let exam = Self.exams[judged.exam]
      let seeds = exam.seeds(ofTask: judged.task).prefix(Self.seedCount)
      return ExamTaskMark(exam.tasks[judged.task], judged.design, seeds: Array(seeds)).isSolved
    }
    let solved = Dictionary(uniqueKeysWithValues: zip(all, results))
    let taught = points(.taught, solved)
    for points in taught { #expect(points * 100 > 90 * Exam.most, "the taught policy has \(points) of \(Exam.most)") }
    var best = (points: -1, belief: "")
    for belief in Misconception.allCases {
      for (exam, points) in zip(Self.exams, points(.mistaken(belief), solved)) {
        #expect(
          points * 100 < 40 * Exam.most, "\(belief.rawValue) has \(points) of \(Exam.most) with seed \(exam.seed)")
        if points > best.points { best = (points, "\(belief.rawValue), seed \(exam.seed)") }
      }
    }
    print(
      "exams: taught \(taught.min() ?? 0) of \(Exam.most) at least; the best of \(Misconception.allCases.count) misconceptions "
        + "\(best.points) (\(best.belief)); \(Self.seedCount) seeds a design")
  }

  /// Over many exams, on the cards alone: a belief is worth less than two of five.
  @Test func onTheCardsAloneAMisconceptionScoresBelowFortyPercent() {
    for belief in Misconception.allCases {
      let policy = AnsweringPolicy.mistaken(belief)
      var (right, all) = (0, 0)
      for exam in Self.exams {
        all += exam.cards.count
        right += exam.cards.indices.count { policy.choice(on: exam.cards[$0], number: $0) == exam.cards[$0].answer }
      }
      #expect(right * 100 < 40 * all, "\(belief.rawValue): \(right) of \(all)")
    }
  }

  @Test func theRightChoiceStandsAtEachPlace() {
    var places = [0, 0, 0, 0]
    for exam in Self.exams { for card in exam.cards { places[card.answer] += 1 } }
    #expect(places.prefix(3).allSatisfy { $0 > Self.exams.count }, "\(places)")
  }
}
