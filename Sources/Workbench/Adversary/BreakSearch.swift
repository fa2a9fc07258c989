import Algorithms
import Analysis
import Kernel
import Language
import Replication

/// The search for faults that make a claim false: all choices of one fault, then of two, and so on, those first on which the
/// good outcome rests.
///
/// It is lineage-driven fault injection (Alvaro, Rosen, Hellerstein, SIGMOD 2015) on runs instead of programs: the lineage of a
/// run's outcome only orders the choices, and nothing is left out for it, so that what was not found is not there.
struct BreakSearch {
  /// One run: what was done in it, and what came of it.
  struct Run: Sendable {
    let play: AdversaryPlay
    /// Whether the script could be played to its end.
    let isPlayed: Bool
    /// Whether the claim held there; nil where it can't be judged.
    let isKept: Bool?

    var faults: [AdversaryFault] { play.faults }
  }

  /// How many runs are played side by side; what is found doesn't depend on how many processors there are.
  private static let batch = 16

  let plan: BreakPlan
  /// How many runs there have been.
  private(set) var runs = 0
  /// How many choices of faults were tried and did no harm, each counted once, whether or not the claim could be judged.
  private(set) var covered = 0
  /// Of how many of those the claim could not be judged.
  private(set) var notJudged = 0
  /// How many runs could not be played to their end.
  private(set) var unplayable = 0
  /// The instant after which nothing is done.
  private(set) var deadline = Instant.end
  /// Whether it stopped because there had been as many runs as there may be.
  private(set) var isExhausted = false
  /// How many choices were not tried since they begin from a state that had been met before.
  private(set) var spared = 0
  /// Runs that others go on from, by their faults: with more faults, or another pass, they come again.
  private var known: [[AdversaryFault]: Run] = [:]
  /// How many moments those have, and how many at most: a run of a long script takes room.
  private var knownMoments = 0
  private static let mostKnownMoments = 200_000
  /// States from which all was tried with so many faults.
  private var met: [UInt64: Int] = [:]
  /// States from which all is being tried with so many faults.
  private var meeting: [UInt64: Int] = [:]
  private let progress: @Sendable (Concurrently.Progress) -> Void

  init(_ plan: BreakPlan, progress: @escaping @Sendable (Concurrently.Progress) -> Void) {
    (self.plan, self.progress) = (plan, progress)
  }

  /// The run without any fault.
  mutating func begin(seed: UInt64?) throws -> Run {
    runs += 1
    let run = Self.run(
      plan, [], from: 0, of: .adversarial(seed: seed), observesMoments: true, observesStates: plan.tellsStates)
    if let refusal = run.play.refusal, let line = run.play.refusedLine {
      throw ScriptError.wrong([Diagnostic(refusal, in: line)])
    }
    if run.play.isTooLong {
      throw ScriptError.unreadable(
        plan.lines.first?.file ?? "the script",
        reason:
          "it takes more than \(BreakPlan.mostEvents) events: an adversary is for short scripts, of which it plays many variants"
      )
    }
    if run.isKept == nil {
      let names = plan.claim.condition.facts.filter { run.play.session.facts.value($0) == .none }.map(\.text)
      throw ScriptError.unreadable(
        "--claim", reason: "it says nothing about this script: \(names.joined(separator: ", ")) has no value at its end"
      )
    }
    deadline = plan.deadline.map { .start + $0 } ?? run.play.session.cluster.now + .seconds(10)
    return run
  }

  /// One way through the choices: what is left out of it, since an earlier one had it or a later one will.
  private struct Pass {
    /// Whether only choices on which the outcome rests are made, all the way.
    let onlyPromising: Bool
    /// Whether whom the adversary has stopped is started again: only where everything else has done no harm.
    let restarts: Bool

    static let all = [
      Pass(onlyPromising: true, restarts: false), Pass(onlyPromising: false, restarts: false),
      Pass(onlyPromising: true, restarts: true), Pass(onlyPromising: false, restarts: true),
    ]

    /// Whether no run with those faults belongs to it, nor any that goes on from there: nobody is left to be started again.
    func isIdle(after faults: [AdversaryFault], rest: Int) -> Bool {
      restarts && rest == 0 && !faults.isStopping && faults.last?.cost != 0
    }

    /// Whether a whole choice of faults is one that no pass before this one had.
    func isFirst(_ faults: [AdversaryFault], isPromising: Bool) -> Bool {
      (onlyPromising || !isPromising) && restarts == faults.contains { $0.cost == 0 }
    }
  }

  /// Tries all choices of so many faults, the most promising first.
  ///
  /// - Returns: the first run in which the claim does not hold; nil if it held in all.
  mutating func search(from base: Run, exactly count: Int) -> Run? {
    meeting = [:]
    defer { if !isExhausted { met.merge(meeting, uniquingKeysWith: max) } }
    for pass in Pass.all where !pass.restarts || plan.kinds.contains(.crash) || plan.kinds.contains(.wipe) {
      if let found = explore(base, rest: count, pass, isPromising: true) { return found }
      if isExhausted { return nil }
    }
    return nil
  }

  /// Tries what can be done after the last fault of a run.
  ///
  /// - Parameter isPromising: whether the outcome rested on all that was done so far.
  private mutating func explore(_ parent: Run, rest: Int, _ pass: Pass, isPromising: Bool) -> Run? {
    var choices = BreakChoices(parent.play, plan, deadline).all
    choices.removeAll { choice in
      choice.fault.cost > rest || pass.onlyPromising && !choice.isPromising || !pass.restarts && choice.fault.cost == 0
        || pass.isIdle(after: parent.faults + [choice.fault], rest: rest - choice.fault.cost)
    }
    if let end = firstKnown(in: parent, rest) {
      let all = choices.count
      choices.removeAll { $0.fault.position >= end }
      spared += all - choices.count
    }
    // What an earlier pass has tried to its end is done with.
    choices.removeAll { choice in
      !pass.restarts && choice.fault.cost == rest
        && !pass.isFirst(parent.faults + [choice.fault], isPromising: isPromising && choice.isPromising)
    }
    for batch in choices.chunks(ofCount: Self.batch) {
      let (plan, played) = (plan, known)
      let results = Concurrently.map(Array(batch)) { choice in
        let run = played[parent.faults + [choice.fault]]
        return (run: run ?? Self.follow(parent, choice.fault, plan, observesMoments: true), isNew: run == nil)
      }
      for (choice, (run, isNew)) in zip(batch, results) {
        let left = rest - choice.fault.cost
        let isPromising = isPromising && choice.isPromising
        if isNew { keep(run) }
        if choice.isProbe {
          runs += isNew ? 1 : 0
        } else {
          if isNew, let found = take(run, left, pass, isPromising) { return found }
          if run.isPlayed, let found = explore(run, rest: left, pass, isPromising: isPromising) { return found }
        }
        for late in BreakChoices.delays(instead: choice, in: run.play, plan) {
          let before = known[parent.faults + [late]]
          let run = before ?? Self.follow(parent, late, plan, observesMoments: true)
          if before == nil { keep(run) }
          if before == nil, let found = take(run, left, pass, isPromising) { return found }
          if run.isPlayed, left > 0 || pass.restarts,
            let found = explore(run, rest: left, pass, isPromising: isPromising)
          {
            return found
          }
        }
        if isExhausted { return nil }
      }
    }
    return nil
  }

  /// Where a run first comes to a state, after its last fault, from which all was tried before with as many faults as are left:
  /// whatever is done from there on comes to what that came to. Notes the states before that, from which all is tried now.
  private mutating func firstKnown(in run: Run, _ rest: Int) -> Int? {
    guard rest > 0, plan.tellsStates else { return nil }
    let last = run.faults.last?.position ?? -1
    for moment in run.play.moments where moment.position > last {
      guard let state = moment.state else { continue }
      if let tried = met[state], tried >= rest { return moment.position }
      meeting[state] = max(rest, meeting[state] ?? 0)
    }
    return nil
  }

  /// Keeps a run that others go on from.
  private mutating func keep(_ run: Run) {
    let moments = knownMoments + run.play.moments.count
    guard run.faults.cost < plan.faults, moments <= Self.mostKnownMoments else { return }
    (known[run.faults], knownMoments) = (run, moments)
  }

  private mutating func take(_ run: Run, _ rest: Int, _ pass: Pass, _ isPromising: Bool) -> Run? {
    take(run, isCounted: rest == 0 && pass.isFirst(run.faults, isPromising: isPromising))
  }

  /// Counts a run; the run itself if the claim did not hold in it.
  private mutating func take(_ run: Run, isCounted: Bool) -> Run? {
    runs += 1
    if runs % 64 == 0 { progress(Concurrently.Progress(done: runs, all: plan.runs)) }
    if runs >= plan.runs { isExhausted = true }
    if run.isKept == false { return run }
    guard run.isPlayed else {
      unplayable += 1
      return nil
    }
    if isCounted {
      covered += 1
      notJudged += run.isKept == nil ? 1 : 0
    }
    return nil
  }

  /// Random choices of up to the allowed number of faults, each time of some kinds only: swarm testing (Groce et al., ISSTA 2012).
  mutating func swarm(_ base: Run, seed: UInt64, tries: Int) -> Run? {
    let randomness = Randomness(seed: seed)
    var number: UInt64 = 0
    func next(below bound: Int) -> Int {
      number += 1
      return Int(randomness.draw(.experiment, owner: 1, number: number).first % UInt64(bound))
    }
    for _ in 0..<tries {
      let kinds = plan.kinds.filter { _ in next(below: 2) == 0 }
      let allowed = kinds.isEmpty ? plan.kinds : kinds
      var run = base
      var left = plan.faults == 0 ? 0 : 1 + next(below: plan.faults)
      while left > 0 {
        var narrow = plan
        narrow.kinds = allowed
        let choices = BreakChoices(run.play, narrow, deadline).all.filter { $0.fault.cost <= left }
        guard !choices.isEmpty, runs < plan.runs else { break }
        let choice = choices[next(below: choices.count)]
        var tried = Self.follow(run, choice.fault, plan, observesMoments: true)
        let late = BreakChoices.delays(instead: choice, in: tried.play, narrow)
        if !late.isEmpty, choice.isProbe || next(below: 2) == 0 {
          runs += 1
          tried = Self.follow(run, late[next(below: late.count)], plan, observesMoments: true)
        } else if choice.isProbe {
          break
        }
        if let found = take(tried, isCounted: false) { return found }
        guard tried.isPlayed else { break }
        left -= max(1, choice.fault.cost)
        run = tried
      }
      if runs >= plan.runs { return nil }
    }
    return nil
  }
}

extension BreakSearch {
  /// Plays on from a run's last standpoint before a fault that comes after all of its own.
  static func follow(_ parent: Run, _ fault: AdversaryFault, _ plan: BreakPlan, observesMoments: Bool) -> Run {
    let points = parent.play.standpoints
    let place = points.lastIndex { $0.timeline.position <= fault.position } ?? 0
    return run(
      plan, parent.faults + [fault], from: parent.play.firstLine + place, of: points[place],
      observesMoments: observesMoments,
      observesStates: plan.tellsStates && parent.faults.cost + fault.cost < plan.faults)
  }

  /// Plays a script with faults from one of its commands on.
  static func run(
    _ plan: BreakPlan, _ faults: [AdversaryFault], from line: Int, of session: Session, observesMoments: Bool,
    observesStates: Bool = false
  ) -> Run {
    var play = AdversaryPlay(
      plan.lines, from: line, of: session, faults, observesMoments: observesMoments, observesStates: observesStates,
      most: BreakPlan.mostEvents)
    play.run()
    let isPlayed = play.refusal == nil && !play.isTooLong
    return Run(play: play, isPlayed: isPlayed, isKept: isPlayed ? play.session.judge(plan.claim) : nil)
  }
}

extension Session {
  /// Whether a claim holds now; nil where it can't be judged, as one of its facts has no value that it could have: a verdict on
  /// nothing is none. A text may be `none`, as the value of a missing key is.
  func judge(_ claim: BreakPlan.Claim) -> Bool? {
    let facts = facts(for: claim.condition)
    let isJudged = claim.condition.facts.allSatisfy { $0.isText || facts.value($0) != .none }
    return isJudged ? facts.holds(claim.condition) : nil
  }
}
