import Analysis
import Kernel
import Language

/// A sealed workload that judges what a learner has set up: where a rate, a percentage or a policy is the point, the learner
/// chooses, and the tool plays.
///
/// It is played on copies of the cluster as it is at that moment, each of which draws from another seed and counts anew. Nothing
/// of it stays.
public struct LessonTrial: Hashable, Sendable {
  /// How many seeds there are at most.
  public static let mostSeeds = 200
  /// How many there are where nothing is said.
  public static let standardSeeds = 20

  /// Under how many seeds it is played: 1, 2 … up to that number.
  public let seeds: Int
  /// Under how many of 1,000,000 seeds all conditions must hold.
  public let share: Int
  /// What is played.
  public let lines: [SourceLine]
  /// What must hold afterwards.
  public let clauses: [LessonClause]

  /// Under how many of its seeds all conditions must hold.
  public var needed: Int { (seeds * share + 999_999) / 1_000_000 }

  /// What it asks for.
  var words: String {
    let seeds = CountedNoun("seed").text(seeds)
    let share = needed == self.seeds ? "each of \(seeds)" : "\(needed) of \(seeds)"
    return "`trial` under \(share): \(clauses.map(\.words).joined(separator: "; "))"
  }

  /// Whether a line asks for the trial.
  static func isAsked(by line: SourceLine) -> Bool {
    (try? CommandParser.parse(line.text, in: .standard)) == .trial
  }

  /// Plays it on copies of a session, on as many processors as there are.
  ///
  /// - Parameter isVerdictEnough: whether it ends with the seed that decides it; what it says of the others is left out then.
  /// - Throws: a ``Diagnostic`` if the workload can't be carried out on the cluster as it is.
  func play(on session: Session, isVerdictEnough: Bool = false) throws -> TrialReport {
    guard isVerdictEnough else { return TrialReport(try findings(under: Array(1...seeds), on: session), of: self) }
    var found: [[TrialReport.Finding]] = []
    var (held, failed) = (0, 0)
    for seed in 1...seeds where held < needed && failed <= seeds - needed {
      found += try findings(under: [seed], on: session)
      if found[found.count - 1].allSatisfy(\.isHeld) { held += 1 } else { failed += 1 }
    }
    return TrialReport(found, of: self)
  }

  private func findings(under seeds: [Int], on session: Session) throws -> [[TrialReport.Finding]] {
    let (lines, clauses) = (lines, clauses)
    let runs = Concurrently.map(seeds) { seed -> Result<[TrialReport.Finding], Diagnostic> in
      var copy = session
      copy.rehearse(seed: UInt64(seed))
      do {
        try copy.carryOut(lines)
      } catch let diagnostic as Diagnostic {
        return .failure(diagnostic)
      } catch {
        preconditionFailure("`\(lines)` failed with \(error), which is no diagnostic")
      }
      let facts = copy.facts
      return .success(
        clauses.map { clause in
          let value = clause.condition.facts.first.map { ($0, facts.value($0)) }
          return TrialReport.Finding(isHeld: facts.holds(clause.condition), fact: value?.0, value: value?.1 ?? .none)
        })
    }
    return try runs.map { try $0.get() }
  }
}

extension Session {
  /// From now on it is a rehearsal: it draws from another seed, and counts anew.
  fileprivate mutating func rehearse(seed: UInt64) { timeline = timeline.rehearsal(seed: seed) }
}
