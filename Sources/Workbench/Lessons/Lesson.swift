import Analysis
import Kernel
import Language

/// A lesson: a story in steps, each with something to do and a goal that the cluster's own facts decide.
public struct Lesson: Hashable, Sendable {
  /// Its name: that of its file, such as `01-three-copies`.
  public let name: String
  /// What it is called.
  public let title: String
  /// What it teaches, in one sentence.
  public let summary: String
  /// The chapter it belongs to.
  public let chapter: String
  /// How long it takes, in minutes, 1 to 60.
  public let minutes: Int
  /// The names of the lessons that come before it.
  public let prerequisites: [String]
  /// Where what it says can be read.
  public let sources: [String]
  /// What stands before the first step.
  public let introduction: [String]
  /// The commands that set the scene.
  public let setUp: [SourceLine]
  /// What there is to do.
  public let steps: [LessonStep]
  /// Of a challenge: how many commands its author needed.
  public let par: Int?
}

/// One step of a lesson.
public struct LessonStep: Hashable, Sendable {
  /// Its heading.
  public let title: String
  /// The commands that set its scene; none: it begins where the step before it ended.
  public let setUp: [SourceLine]
  /// What it says, paragraph by paragraph.
  public let prose: [String]
  /// What is to be guessed first; nil if nothing is.
  public let prediction: LessonPrediction?
  /// What has to come true, clause by clause; empty where the trial is all.
  public let goal: [LessonClause]
  /// The sealed workload that has to be passed, too; nil: none.
  public let trial: LessonTrial?
  /// What nobody without the step's idea has done, over settings or the trace; nil: the step has no idea of its own.
  public let idea: LessonClause?
  /// Hints, the vaguest first.
  public let hints: [String]
  /// Commands that reach the goal.
  public let solution: [SourceLine]
  /// Scripts that must not reach it: each embodies a mistake.
  public let wrong: [LessonAttempt]
  /// Other ways that must reach it.
  public let others: [LessonAttempt]
  /// What there is to notice afterwards; `{last.latency}` stands for that fact.
  public let notice: [String]

  /// What the solution does to the session: all of it but the words that ask for the trial, which changes nothing.
  public var commands: [SourceLine] { solution.filter { !LessonTrial.isAsked(by: $0) } }

  /// What has to come true, in words: clause by clause and, last, what the trial asks for.
  public var wanted: [String] { goal.map(\.words) + (trial.map { [$0.words] } ?? []) }
}

/// A clause of a goal, of a trial or of an idea: a condition, and what it means.
public struct LessonClause: Hashable, Sendable {
  /// In words.
  public let words: String
  /// The condition.
  public let condition: Condition
  /// As it was written.
  public let text: String
}

/// A question whose right answer the tool finds out by running ahead on a copy; it is never written down.
public struct LessonPrediction: Hashable, Sendable {
  /// A choice, and the condition that makes it right.
  public struct Choice: Hashable, Sendable {
    /// In words.
    public let words: String
    /// What holds if it is right.
    public let condition: Condition
  }

  /// The question.
  public let question: String
  /// What is run ahead.
  public let lines: [SourceLine]
  /// Two to six choices, of which one is right.
  public let choices: [Choice]

  /// The positions of the choices that are right at this moment of a session: one, in a lesson that was checked.
  ///
  /// - Throws: a ``Diagnostic`` if what is to be run ahead can't be carried out.
  public func answers(in session: Session) throws -> [Int] {
    var copy = session
    try copy.carryOut(lines)
    return choices.indices.filter { copy.facts(for: choices[$0].condition).holds(choices[$0].condition) }
  }
}

/// A script that is tried by `lessons check`.
public struct LessonAttempt: Hashable, Sendable {
  /// What it does, in a few words.
  public let title: String
  /// Its commands.
  public let lines: [SourceLine]
}

/// What is wrong with a lesson, and where.
public struct LessonError: Error, Hashable, Sendable {
  /// The file.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The column, from 1.
  public let column: Int
  /// In one sentence.
  public let message: String

  /// In the form that editors can follow.
  public var text: String { "\(Printable.escaped(file)):\(line):\(column): error: \(message)" }
}
