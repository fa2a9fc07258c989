import Analysis
import Language

/// What came of a trial.
public struct TrialReport: Hashable, Sendable {
  /// What became of a condition under one seed.
  struct Finding: Hashable, Sendable {
    let isHeld: Bool
    /// What the condition asks first, and what that was worth.
    let fact: Fact?
    let value: FactValue
  }

  /// What became of a condition under all seeds.
  public struct Clause: Hashable, Sendable {
    /// In words.
    public let words: String
    /// Under how many seeds it held.
    public let held: Int
    /// The first seed under which it did not; nil if it always held.
    public let firstFailure: Failure?
    /// The median of what that fact was worth under all seeds that gave it a number; nil if none did.
    public let median: String?
  }

  /// A seed under which a condition did not hold.
  public struct Failure: Hashable, Sendable {
    /// Which, from 1.
    public let seed: Int
    /// What the condition's first fact was worth then.
    public let value: String
  }

  /// Under how many seeds it was played.
  public let seeds: Int
  /// Under how many of them all conditions held.
  public let held: Int
  /// Under how many they must.
  public let needed: Int
  /// What became of each condition.
  public let clauses: [Clause]

  /// Whether it was passed.
  public var isPassed: Bool { held >= needed }

  init(_ runs: [[Finding]], of trial: LessonTrial) {
    seeds = runs.count
    held = runs.count { $0.allSatisfy(\.isHeld) }
    needed = trial.needed
    clauses = trial.clauses.enumerated().map { index, clause in
      let findings = runs.map { $0[index] }
      let failure = findings.firstIndex { !$0.isHeld }
      let numbers = findings.filter { $0.value.magnitude != nil }.sorted {
        ($0.value.magnitude ?? 0) < ($1.value.magnitude ?? 0)
      }
      let middle = numbers.isEmpty ? nil : numbers[(numbers.count - 1) / 2]
      return Clause(
        words: clause.words, held: findings.count(where: \.isHeld),
        firstFailure: failure.map { Failure(seed: $0 + 1, value: Self.words(findings[$0])) },
        median: middle.map(Self.words))
    }
  }

  private static func words(_ finding: Finding) -> String {
    finding.fact.map { LessonPlay.words(for: finding.value, of: $0) } ?? finding.value.text
  }

  /// The report, a line for each condition and one for all.
  public var lines: [String] {
    clauses.map { clause in
      guard let failure = clause.firstFailure else {
        return "● \(clause.words): under each of \(CountedNoun("seed").text(seeds))"
      }
      let median = clause.median.map { "; median \($0)" } ?? ""
      return "○ \(clause.words): under \(clause.held) of \(CountedNoun("seed").text(seeds)); "
        + "first not under seed \(failure.seed), with \(failure.value)\(median)"
    } + [summary]
  }

  /// What came of it in one line.
  public var summary: String {
    let found = "all hold under \(held) of \(CountedNoun("seed").text(seeds))"
    return isPassed ? "● the trial is passed: \(found)" : "✗ the trial isn't passed: \(found), \(needed) are needed"
  }
}
