import Analysis
import Language
import Replication

/// Plays a step as somebody would who has not understood it, or who does more than was needed: it changes the solution in many
/// ways, and holds against each what the step's idea says.
///
/// A change that goes without the idea must not reach the goal; one that has it, and only adds what can't matter, must.
struct LessonAdversary {
  /// How many events all mutants of a step may take together, those of trials included: the whole course is checked within a
  /// minute.
  static let budget = 400_000

  /// How many were played.
  private(set) var tried = 0
  /// How many were left out, as they would have taken too long.
  private(set) var leftOut = 0
  /// What is to be mended.
  private(set) var problems: [String] = []

  /// Plays all mutants of a step, from a session as it is when the step begins.
  init(_ step: LessonStep, _ play: LessonPlay, _ session: Session) {
    guard let idea = step.idea else { return }
    var standpoints: [(play: LessonPlay, session: Session, past: PastWatch)] = []
    var (course, present, past) = (play, session, PastWatch([idea.condition]))
    /// Whether a session has the idea, by somebody who has looked at its past up to where a mutant begins.
    func hasIdea(_ session: Session, _ past: PastWatch) -> Bool {
      var past = past
      return session.facts(recalling: past.recalled(in: session.timeline)).holds(idea.condition)
    }
    for line in step.solution {
      _ = past.recalled(in: present.timeline)
      standpoints.append((course, present, past))
      // A solution that can't be carried out is told of elsewhere.
      guard (try? course.carryOut([line], in: &present)) != nil else { return }
    }
    let quiet = standpoints.map { $0.session.isQuiet }
    let mutants = LessonMutant.all(of: step.solution, in: present.names(isPrompt: false), quiet: quiet)
    let end = present.timeline.position
    let asks = step.solution.count(where: LessonTrial.isAsked)
    let trialCost = asks > 0 ? step.trial?.events(on: present) ?? 0 : 0
    var rest = Self.budget
    for mutant in mutants {
      let cost = end - standpoints[mutant.start].session.timeline.position + trialCost
      guard cost <= rest else {
        leftOut += 1
        continue
      }
      rest -= max(1_000, cost)
      let past = standpoints[mutant.start].past
      var (copy, state) = (standpoints[mutant.start].play, standpoints[mutant.start].session)
      // Of a way that has the idea, and isn't only the solution and more, nothing is asked: no trial has to be played for it.
      if asks > 0, !mutant.isHarmless {
        var end = state
        guard (try? end.carryOut(mutant.lines.filter { !LessonTrial.isAsked(by: $0) })) != nil else { continue }
        if hasIdea(end, past) {
          tried += 1
          continue
        }
      }
      guard (try? copy.carryOut(mutant.lines, in: &state)) != nil else { continue }
      tried += 1
      let (isMet, hasIdea) = (copy.isMet(in: state), hasIdea(state, past))
      if isMet, !hasIdea {
        problems.append("it can be passed without its idea, “\(idea.words)”: \(mutant.words)")
      }
      if !isMet, hasIdea, mutant.isHarmless {
        let open = copy.clauses(in: state).filter { !$0.isHeld }.map(\.words).joined(separator: "; ")
        problems.append("it is blocked though its idea is there: \(mutant.words) (open: \(open))")
      }
    }
  }
}

extension Session {
  /// Whether nothing is under way: an operation that is done now meets no other.
  fileprivate var isQuiet: Bool {
    cluster.isSettled && cluster.openCommands == 0 && cluster.openLoads == 0 && !timeline.isInPast
  }
}

extension LessonTrial {
  /// About how many events it takes, all seeds together.
  fileprivate func events(on session: Session) -> Int {
    var copy = session
    guard (try? copy.carryOut(lines)) != nil else { return 0 }
    return (copy.timeline.position - session.timeline.position) * seeds
  }
}
