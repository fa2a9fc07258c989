import Analysis
import Foundation
import Insight
import Kernel
import Language

/// One seed's run in brief: what a sweep keeps of it, and what its line says. A sweep that is merged from parts is told by
/// the same lines as one that was run whole.
public struct SweepRun: Hashable, Sendable, Codable {
  /// What became of an assertion.
  struct Judgement: Hashable, Sendable, Codable {
    let scenario: String
    let metric: String
    let threshold: String
    /// As people read it.
    let shown: String
    /// As a number, where it has an order: microseconds, or a share.
    let amount: Double?
    let held: Bool
    /// The spans of which it is a percentile; nil for what is none.
    let spans: SpanPool?
    /// Of 100 how many are no longer than it.
    let percentile: Double?
  }

  /// The seed.
  public let seed: UInt64
  /// Whether it passed; nil where the steady state didn't hold.
  public let held: Bool?
  let metDanger: Bool
  let draw: [String]
  let judgements: [Judgement]
  /// How often each state was met, summed over the scenarios.
  let reached: [String: Int]

  init(_ result: ExperimentResult) {
    seed = result.seed
    held = result.isUntested ? nil : result.isHeld
    metDanger = result.hasMetDanger
    draw = result.scenarios.flatMap { scenario in
      scenario.draw.map { result.scenarios.count == 1 ? $0 : "\(scenario.name): \($0)" }
    }
    judgements = result.scenarios.flatMap { scenario in
      scenario.verdicts.map { verdict in
        Judgement(
          scenario: scenario.name, metric: verdict.assertion.metric.name, threshold: verdict.assertion.threshold.text,
          shown: verdict.reading.value.text, amount: verdict.reading.value.magnitude, held: verdict.isHeld,
          spans: verdict.reading.spans,
          percentile: verdict.reading.spans.map { _ in verdict.assertion.metric.percentile })
      }
        + [
          Judgement(
            scenario: scenario.name, metric: "agreement", threshold: "within \(Quantity.text(scenario.patience))",
            shown: scenario.agreement.map { Quantity.figure($0) } ?? "never",
            amount: scenario.agreement.map { Double($0.microseconds) }, held: scenario.agreement != nil, spans: nil,
            percentile: nil)
        ]
    }
    var reached: [String: Int] = [:]
    for scenario in result.scenarios {
      for entry in scenario.reached where entry.times > 0 { reached[entry.state.rawValue, default: 0] += entry.times }
    }
    self.reached = reached
  }

  /// For programs.
  var json: String {
    JSONText.object([
      .init("kind", .string("run")), .init("seed", .integer(Int64(clamping: seed))),
      .init("held", held.map { .boolean($0) } ?? .null), .init("metDanger", .boolean(metDanger)),
      .init("draw", .array(draw.map { .string($0) })),
      .init(
        "judgements",
        .array(judgements.map(\.json))),
      .init("reached", .object(reached.sorted { $0.key < $1.key }.map { .init($0.key, .integer(Int64($0.value))) })),
    ]).text
  }

  /// For people.
  var line: String {
    let drawn = draw.isEmpty ? "" : " · \(draw.joined(separator: " · "))"
    let failed = judgements.filter { !$0.held }.map { "\($0.metric) \($0.shown) (\($0.threshold))" }
    switch held {
    case true?:
      return
        "✓ seed \(seed) holds\(metDanger ? "" : " ▲ never met its danger")\(Printable.escaped(drawn))"
    case false?:
      return
        "✗ seed \(seed) fails: \(Printable.escaped(failed.joined(separator: ", ")))\(Printable.escaped(drawn))"
    case nil: return "▲ seed \(seed): nothing was tested, as the steady state didn't hold"
    }
  }
}

/// Which seeds a sweep plays, and which of them this part does.
public struct SweepPlan: Hashable, Sendable, Codable {
  /// The experiment's name.
  public let name: String
  /// By what its text is known.
  public let fingerprint: String
  /// The first seed of the whole.
  public let from: UInt64
  /// The last one.
  public let to: UInt64
  /// Which part it is, from 1.
  public let shard: Int
  /// Of how many; 1 is the whole.
  public let shards: Int
  /// Whether faults are left out by chance.
  public let swarm: Bool

  /// A part of a sweep.
  public init(_ experiment: Experiment, seeds: ClosedRange<UInt64>, shard: Int = 1, of shards: Int = 1, isSwarm: Bool) {
    name = experiment.name
    fingerprint = experiment.fingerprint
    (from, to) = (seeds.lowerBound, seeds.upperBound)
    (self.shard, self.shards, swarm) = (shard, shards, isSwarm)
  }

  /// The seeds of this part: every so manyth.
  public var seeds: [UInt64] { (from...to).filter { Int(($0 - from) % UInt64(shards)) == shard - 1 } }

  /// The same as a whole.
  var whole: SweepPlan { SweepPlan(name: name, fingerprint: fingerprint, from: from, to: to, shards: 1, swarm: swarm) }

  private init(name: String, fingerprint: String, from: UInt64, to: UInt64, shards: Int, swarm: Bool) {
    (self.name, self.fingerprint, self.from, self.to) = (name, fingerprint, from, to)
    (shard, self.shards, self.swarm) = (1, shards, swarm)
  }

  var json: String {
    JSONText.object([
      .init("kind", .string("sweep")), .init("name", .string(name)), .init("fingerprint", .string(fingerprint)),
      .init("from", .integer(Int64(clamping: from))), .init("to", .integer(Int64(clamping: to))),
      .init("shard", .integer(Int64(shard))), .init("shards", .integer(Int64(shards))), .init("swarm", .boolean(swarm)),
    ]).text
  }
}

/// A sweep: one experiment under many seeds.
public struct Sweep: Sendable {
  /// Which seeds.
  public let plan: SweepPlan
  /// What became of each, in their order.
  public let runs: [SweepRun]

  init(_ plan: SweepPlan, _ runs: [SweepRun]) { (self.plan, self.runs) = (plan, runs) }

  /// Plays the seeds of a plan, so many at once.
  ///
  /// - Throws: a ``ScriptError`` if a command can't be carried out.
  public static func run(
    _ experiment: Experiment, _ plan: SweepPlan, jobs: Int,
    progress: @Sendable (Concurrently.Progress) -> Void = { _ in }
  ) throws -> Sweep {
    let seeds = plan.seeds
    let runs = try Concurrently.map(seeds, atOnce: jobs, progress: progress) { seed in
      Result { SweepRun(try experiment.run(seed: seed, isSwarm: plan.swarm)) }
    }.map { try $0.get() }
    return Sweep(plan, runs)
  }

  /// Whether all seeds passed.
  public var isHeld: Bool { runs.allSatisfy { $0.held == true } }
  /// Whether nothing was tested under some seed.
  public var isUntested: Bool { runs.contains { $0.held == nil } }
  /// Whether every run met the danger that it was made for.
  public var hasMetDanger: Bool { runs.allSatisfy(\.metDanger) }
  /// The first seed that failed.
  public var firstFailure: UInt64? { runs.first { $0.held == false }?.seed }

  // MARK: Report

  /// For people: a line a seed, then what they come to together.
  public var lines: [String] {
    let part = plan.shards == 1 ? "" : ", part \(plan.shard) of \(plan.shards)"
    let swarm = plan.swarm ? " · faults left out by chance" : ""
    var lines = ["\(Printable.escaped(plan.name)) · seeds \(plan.from) to \(plan.to)\(part)\(swarm)"]
    lines += runs.map(\.line)
    lines.append("")
    lines += figures
    lines.append("")
    lines += states
    lines.append(verdict)
    return lines
  }

  /// For programs: the plan, a line a seed, and, where it is whole, what they come to together.
  public var json: [String] {
    [plan.json] + runs.map(\.json) + (plan.shards == 1 ? [summary] : [])
  }

  /// How many failed, and what that says of the rate: of none in n the rule of three.
  public var verdict: String {
    let count = runs.count
    let untested = runs.count { $0.held == nil }
    let failed = runs.count { $0.held == false }
    let rest = untested > 0 ? "; under \(CountedNoun("seed").text(untested)) nothing was tested" : ""
    guard failed > 0 else {
      let tested = count - untested
      guard tested > 0 else { return "▲ nothing was tested" }
      return
        "✓ 0 of \(tested) failed: rate below \(Quantity.percent(min(1, 3 / Double(tested)))) at 95 %\(rest)"
    }
    let first = firstFailure.map { ", first under seed \($0)" } ?? ""
    return
      "✗ \(failed) of \(count) failed (\(Quantity.figure(share: Double(failed) / Double(count))))\(first)\(rest)"
  }

  /// Of each assertion: how many seeds it failed under, the least, the median and the most that it came to, and, where it is a
  /// percentile, that of the spans of all runs together.
  private var figures: [String] {
    guard let first = runs.first(where: { $0.held != nil }) else { return [] }
    var rows = [["scenario", "metric", "failed", "least", "median", "most", "pooled"]]
    for place in first.judgements.indices {
      let all = runs.compactMap { $0.judgements.count > place ? $0.judgements[place] : nil }
      let sorted = all.filter { $0.amount != nil }.sorted { ($0.amount ?? 0) < ($1.amount ?? 0) }
      let never = all.contains { $0.amount == nil && $0.shown == "never" }
      rows.append([
        Printable.escaped(first.judgements[place].scenario),
        "\(Printable.escaped(first.judgements[place].metric)) \(first.judgements[place].threshold)",
        "\(all.count { !$0.held })", sorted.first?.shown ?? "–",
        sorted.isEmpty ? "–" : sorted[(sorted.count - 1) / 2].shown, never ? "never" : sorted.last?.shown ?? "–",
        SweepRun.Judgement.pooled(all),
      ])
    }
    return Listing.table(rows, right: [2, 3, 4, 5, 6])
  }

  private var states: [String] {
    let entries = InterestingState.allCases.compactMap { state -> String? in
      let met = runs.count { ($0.reached[state.rawValue] ?? 0) > 0 }
      return met == 0 ? nil : "\(state.rawValue) in \(met) of \(runs.count)"
    }
    return Reference.wrap("met: \(entries.isEmpty ? "nothing of interest" : entries.joined(separator: ", "))", 76)
  }

  private var summary: String {
    let reached = InterestingState.allCases.map { state in
      JSONText.Field(state.rawValue, .integer(Int64(runs.count { ($0.reached[state.rawValue] ?? 0) > 0 })))
    }
    return JSONText.object([
      .init("kind", .string("summary")), .init("runs", .integer(Int64(runs.count))),
      .init("failed", .integer(Int64(runs.count { $0.held == false }))),
      .init("untested", .integer(Int64(runs.count { $0.held == nil }))),
      .init("firstFailure", firstFailure.map { .integer(Int64(clamping: $0)) } ?? .null),
      .init("held", .boolean(isHeld)), .init("reached", .object(reached)),
    ]).text
  }
}
