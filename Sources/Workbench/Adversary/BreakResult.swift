import Analysis
import Kernel
import Language
import Replication

/// What came of an attempt to break a claim.
public struct BreakResult: Sendable {
  /// A script in which the claim does not hold.
  public struct Counterexample: Sendable {
    /// Its commands, the claim last, as an expectation.
    public let script: [String]
    /// What the adversary does in it, in words.
    public let faults: [String]
    /// The seed, if it isn't the script's own.
    public let seed: UInt64?
    /// Whether the script was run by itself, and the claim did not hold at its end.
    public let isReproduced: Bool
  }

  /// What was tried.
  public let plan: BreakPlan
  /// The counterexample; nil if none was found.
  public let counterexample: Counterexample?
  /// How many runs there were, those for making it smaller left out.
  public let runs: Int
  /// How many choices of faults were tried, each counted once, in which the claim held.
  public let covered: Int
  /// How many choices were not tried since they begin from a state that had been met before, with as many faults left.
  public let spared: Int
  /// Of how many of those that were tried the claim could not be judged, as one of its facts had no value.
  public let notJudged: Int
  /// Whether every choice of up to so many faults by that instant was covered.
  public let isCertificate: Bool
  /// The instant after which nothing is done.
  public let deadline: Instant
  /// How many runs could not be played to their end.
  public let unplayable: Int
  /// Whether it stopped since there had been as many runs as there may be.
  public let isExhausted: Bool

  /// Tries to break a claim.
  ///
  /// - Parameter progress: is told now and then how many runs there have been, of those that there may be.
  /// - Throws: a ``ScriptError`` if the script can't be played even without faults, or is too long.
  public init(_ plan: BreakPlan, progress: @escaping @Sendable (Concurrently.Progress) -> Void = { _ in }) throws {
    var search = BreakSearch(plan, progress: progress)
    let base = try search.begin(seed: plan.seed)
    var found: (run: BreakSearch.Run, seed: UInt64?)?
    if base.isKept == false { found = (base, plan.seed) }
    var count = 1
    while found == nil, count <= plan.faults, !search.isExhausted {
      if let run = search.search(from: base, exactly: count) { found = (run, plan.seed) }
      count += 1
    }
    isCertificate = found == nil && !search.isExhausted && search.unplayable == 0
    for seed in plan.seeds.map(Array.init) ?? [] where found == nil && search.runs < plan.runs {
      let base = try search.begin(seed: seed)
      if let run = base.isKept == false ? base : search.swarm(base, seed: seed, tries: 4) { found = (run, seed) }
    }
    (self.plan, runs, covered, deadline) = (plan, search.runs, search.covered, search.deadline)
    (unplayable, isExhausted, notJudged) = (search.unplayable, search.isExhausted, search.notJudged)
    spared = search.spared
    counterexample = found.map { Counterexample($0.run, plan, seed: $0.seed, by: search.deadline) }
  }
}

extension BreakResult.Counterexample {
  init(_ run: BreakSearch.Run, _ plan: BreakPlan, seed: UInt64?, by deadline: Instant) {
    let whole = BreakSearch.run(plan, run.faults, from: 0, of: .adversarial(seed: seed), observesMoments: true)
    var shrinking = BreakShrinking(whole, plan, seed: seed, by: deadline)
    shrinking.shrink()
    let small = BreakSearch.run(
      shrinking.plan, shrinking.run.faults, from: 0, of: .adversarial(seed: seed), observesMoments: true)
    var script = BreakScript(small, shrinking.plan, seed: seed)
    isReproduced = script.smooth()
    self.script = script.lines + ["expect \(plan.claim.text)"]
    faults = small.play.deeds.map(\.words)
    self.seed = seed
  }
}
