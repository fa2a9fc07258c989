import Insight
import Kernel
import Language
import Replication

/// What has been played on a branch with the present cluster, to be played again from any instant before its end with other
/// randomness: the same cluster, the same commands at the same times, other draws.
struct Rewinding: Sendable {
  /// How many events and inputs before the end are gone back at most.
  static let horizon = 5_000
  /// How many events one course is played at most.
  private static let budget = 100_000
  /// How many events are played between two looks whether all is decided.
  private static let slice = 64

  /// A moment from which it is played again.
  struct Stand: Sendable {
    let world: World
    /// Which input comes next.
    let cursor: Int
    /// What has ever been so by then.
    let recalled: Set<Condition>

    var position: Int { world.cluster.position }
    var time: Instant { world.cluster.now }
  }

  /// What is asked of each course.
  let question: OutcomeQuestion
  /// The moment at which it was so.
  let end: Timeline.Moment
  /// The first moment that is gone back to.
  let start: Stand
  private let inputs: [Timeline.TimedInput]
  /// Whether every operation of a command had been answered at the end.
  private let wasQuiet: Bool

  /// Nil if the condition is true neither now nor at the end of what has been played of this branch.
  init?(_ condition: Condition, commands: Int, in timeline: Timeline) {
    question = OutcomeQuestion(condition, commands: commands)
    var there = timeline
    there.world.reportsLoads = false
    there.world.keepsTrace = false
    there.world.isTracing = false
    func isSo(_ timeline: Timeline) -> Bool {
      FactContext(timeline.world, commands: commands, past: timeline, predictions: PredictionMemo()).holds(condition)
    }
    if !isSo(there) {
      guard there.isInPast else { return nil }
      there.goto(position: there.tip.position, at: there.tip.time)
      guard isSo(there) else { return nil }
    }
    end = there.moment
    wasQuiet = there.cluster.openCommands == 0
    let branch = there.branches[there.current]
    inputs = branch.inputs.filter { $0.position < there.position }
    let era = inputs.last { $0.input.beginsCluster }.map { $0.position + 1 } ?? branch.keyframes[0].position
    let first = max(era, there.position - Self.horizon)
    var recalled: Set<Condition> = []
    if question.needsEachEvent, first > era {
      // What has ever been so by then has to be known.
      there.goto(position: era)
      var stand = Stand(world: there.world, cursor: there.cursor, recalled: [])
      stand = Self.played(stand, to: first, inputs, question)
      recalled = stand.recalled
    }
    if there.position != first { there.goto(position: first) }
    question.remember(there.world, &recalled)
    start = Stand(world: there.world, cursor: there.cursor, recalled: recalled)
  }

  /// How many events and inputs lie between the first moment and the end.
  var length: Int { end.position - start.position }

  /// The moment at which a position had been reached, as it was, from an earlier one.
  func stand(at position: Int, from earlier: Stand) -> Stand { Self.played(earlier, to: position, inputs, question) }

  private static func played(
    _ stand: Stand, to position: Int, _ inputs: [Timeline.TimedInput], _ question: OutcomeQuestion
  ) -> Stand {
    var (world, cursor, recalled) = (stand.world, stand.cursor, stand.recalled)
    while world.cluster.position < position {
      let next = cursor < inputs.count ? inputs[cursor] : nil
      if let next, next.position == world.cluster.position {
        world.advance(to: next.time)
        world.apply(next.input)
        cursor += 1
      } else {
        let count = min(position, next?.position ?? position) - world.cluster.position
        if world.run(until: .end, atMost: question.needsEachEvent ? 1 : count) == .reached { break }
      }
      world.forgetReports()
      if question.needsEachEvent { question.remember(world, &recalled) }
    }
    return Stand(world: world, cursor: cursor, recalled: recalled)
  }

  // MARK: Another course

  /// What the condition comes to where everything from a moment on is drawn from another seed; nil if that course has too many
  /// events to be played.
  func outcome(from stand: Stand, drawnFrom seed: UInt64) -> Bool? {
    var course = Course(world: stand.world, recalled: stand.recalled, question: question, rest: Self.budget)
    course.world.redraw(from: seed)
    for next in inputs[stand.cursor...] {
      guard course.run(until: next.time) else { return course.decision }
      course.take(next.input)
      if course.decision != nil { return course.decision }
    }
    guard course.run(until: end.time) else { return course.decision }
    // Then everybody had an answer: here, too, everybody gets one, in time or not.
    if wasQuiet { guard course.runUntilQuiet() else { return course.decision } }
    return question.holds(in: course.world, course.recalled)
  }

  /// One course.
  private struct Course {
    var world: World
    var recalled: Set<Condition>
    let question: OutcomeQuestion
    /// How many more events may be played.
    var rest: Int
    /// What the condition has come to, if nothing can change that any more.
    private(set) var decision: Bool?

    init(world: World, recalled: Set<Condition>, question: OutcomeQuestion, rest: Int) {
      (self.world, self.recalled, self.question, self.rest) = (world, recalled, question, rest)
    }

    /// Gives an input where it can be given; an operation begins after the latest answer, as it does in a session.
    mutating func take(_ input: Input) {
      if case .operate(let plan) = input {
        guard world.refusal(of: plan) == nil, run(until: world.cluster.nextStart) else { return }
      } else if world.refusal(of: input) != nil {
        return
      }
      world.apply(input)
      look()
    }

    /// Plays up to an instant; false if all is decided by then, or too much is to be played.
    mutating func run(until instant: Instant) -> Bool {
      let slice = question.needsEachEvent ? 1 : question.canEndEarly ? Rewinding.slice : 65_536
      while rest > 0 {
        let position = world.cluster.position
        let advance = world.run(until: max(instant, world.cluster.now), atMost: min(slice, rest))
        rest -= world.cluster.position - position
        look()
        if decision != nil { return false }
        if advance == .reached { return true }
      }
      return false
    }

    /// Plays until nobody waits for the answer to a command's operation; false as above.
    mutating func runUntilQuiet() -> Bool {
      while world.cluster.openCommands > 0 {
        guard rest > 0 else { return false }
        guard world.step() else { break }
        rest -= 1
        world.forgetReports()
        look()
        if decision != nil { return false }
      }
      return true
    }

    private mutating func look() {
      world.forgetReports()
      if question.needsEachEvent { question.remember(world, &recalled) }
      if question.canEndEarly { decision = question.decision(in: world, recalled) }
    }
  }
}
