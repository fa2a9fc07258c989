import Analysis
import Language

/// Of each assertion of an experiment: the least change of one of its numbers that makes it hold, or hold no more.
///
/// How near an experiment is to another verdict its own doesn't say. Each number of its actions and of its set-up is made up to ten
/// times as large and as small, nearest first, until an assertion is judged otherwise; the two sides are then brought together by
/// halving. Both sides that are told have been played, under the same seed.
public struct ExperimentFragility: Sendable {
  /// A change of one number by which an assertion is judged otherwise.
  struct Flip: Sendable {
    let number: ExperimentNumber
    /// The value nearest to the one it has with which the assertion is still judged as before, and what it came to.
    let before: (value: Double, verdict: Verdict)
    /// The value beyond it with which it is judged otherwise, and what it came to.
    let after: (value: Double, verdict: Verdict)

    /// How far that is, as a factor of 1 or more.
    var factor: Double { max(after.value / number.value, number.value / after.value) }
  }

  /// What was found of an assertion.
  struct Finding: Sendable {
    let scenario: String
    /// As the experiment stands.
    let verdict: Verdict
    /// The changes by which it is judged otherwise, the nearest first; one of a number at most.
    let flips: [Flip]
    /// The numbers that make no difference up to ten times as large and as small.
    let idle: [ExperimentNumber]
  }

  /// What was found, assertion by assertion.
  let findings: [Finding]
  /// How many runs of a scenario that took.
  public let runs: Int

  /// How many times as large a number is made.
  private static let factors = [0.5, 2, 0.25, 4, 0.1, 10]
  /// How often the two sides of a change are brought together.
  private static let halvings = 5

  /// Plays an experiment with one number changed at a time, as many at once as there are processors.
  ///
  /// - Parameters:
  ///   - file: its name, for what is said of it.
  ///   - progress: told how many numbers have been tried.
  /// - Throws: a ``ScriptError`` if the experiment can't be played as it stands.
  public init(
    _ text: String, file: String, seed: UInt64, progress: @Sendable (Concurrently.Progress) -> Void = { _ in }
  ) throws {
    let experiment = try ExperimentReader.read(text, file: file)
    let sound = try experiment.run(seed: seed)
    let numbers = try ExperimentNumber.all(in: text, file: file)
    let trials = Concurrently.map(numbers, progress: progress) { number in
      var trial = Trial(text: text, file: file, seed: seed, number: number)
      let flips = sound.scenarios.enumerated().map { index, scenario in
        scenario.verdicts.indices.map { trial.flip(of: $0, in: index, from: scenario.verdicts[$0]) }
      }
      return (flips: flips, runs: trial.results.count)
    }
    runs = sound.scenarios.count + trials.map(\.runs).reduce(0, +)
    findings = sound.scenarios.enumerated().flatMap { index, scenario in
      scenario.verdicts.enumerated().map { place, verdict in
        let flips = trials.compactMap { $0.flips[index][place] }
        let concerned = numbers.filter { $0.scenario == nil || $0.scenario == index }
        return Finding(
          scenario: scenario.name, verdict: verdict, flips: flips.sorted { $0.factor < $1.factor },
          idle: concerned.filter { number in !flips.contains { $0.number == number } })
      }
    }
  }

  /// What one number does to a scenario.
  private struct Trial {
    let text: String
    let file: String
    let seed: UInt64
    let number: ExperimentNumber
    /// What came of each value, by scenario; nil where that can't be played, or nothing was tested.
    var results: [Place: [Verdict]?] = [:]

    struct Place: Hashable {
      let scenario: Int
      let value: Double
    }

    private mutating func verdict(_ place: Int, in scenario: Int, with value: Double) -> Verdict? {
      let key = Place(scenario: scenario, value: value)
      if results[key] == nil {
        let changed = number.text(text, changedTo: value)
        let result = try? ExperimentReader.read(changed, file: file).result(ofScenario: scenario, seed: seed)
        results[key] = .some(result.flatMap { $0.isTested ? $0.verdicts : nil })
      }
      let verdicts = results[key].flatMap { $0 } ?? []
      return verdicts.indices.contains(place) ? verdicts[place] : nil
    }

    mutating func flip(of place: Int, in scenario: Int, from sound: Verdict) -> Flip? {
      guard number.scenario == nil || number.scenario == scenario else { return nil }
      var last = [(value: number.value, verdict: sound), (value: number.value, verdict: sound)]
      for factor in ExperimentFragility.factors {
        let (side, value) = (factor < 1 ? 0 : 1, number.written(number.value * factor))
        guard value != last[side].value, let found = verdict(place, in: scenario, with: value) else { continue }
        guard found.isHeld != sound.isHeld else {
          last[side] = (value, found)
          continue
        }
        var (before, after) = (last[side], (value: value, verdict: found))
        for _ in 0..<ExperimentFragility.halvings {
          let middle = number.written((before.value + after.value) / 2)
          guard middle != before.value, middle != after.value,
            let between = verdict(place, in: scenario, with: middle)
          else { break }
          if between.isHeld == sound.isHeld { before = (middle, between) } else { after = (middle, between) }
        }
        return Flip(number: number, before: before, after: after)
      }
      return nil
    }
  }
}

extension ExperimentFragility {
  /// For people.
  public var lines: [String] {
    let title = "Of each assertion the nearest change of one number by which it is judged otherwise:"
    return TextWrap.hanging("\(title) \(runs) runs of a scenario.", width: 80, indent: 0)
      + findings.flatMap { finding -> [String] in
        let verdict = finding.verdict
        let title = "\(finding.scenario): \(Self.words(verdict.assertion)) \(Self.words(verdict))"
        var lines = ["", Printable.escaped(title)]
        for (place, flip) in finding.flips.enumerated() {
          lines.append(
            "  \(place == 0 ? "nearest: " : "")\(flip.number.name) at \(flip.number.text(flip.after.value)) for "
              + "\(flip.number.text(flip.number.value)): \(Self.words(flip.after.verdict)); "
              + (flip.before.value == flip.number.value
                ? "as it stands it \(Self.words(verdict))"
                : "at \(flip.number.text(flip.before.value)) it \(Self.words(flip.before.verdict))"))
        }
        let idle = finding.idle.map { "\($0.name) (\($0.text($0.value)))" }
        if !idle.isEmpty {
          lines.append("  from a tenth to ten times as much nothing changes with \(idle.joined(separator: ", "))")
        }
        return lines.flatMap { TextWrap.hanging($0, width: 80, indent: 4) }
      }
  }

  /// For programs: a line for each assertion and number.
  public var json: [String] {
    findings.flatMap { finding in
      let rows: [(flip: Flip?, number: ExperimentNumber)] =
        finding.flips.map { ($0, $0.number) } + finding.idle.map { (nil, $0) }
      return rows.map { flip, number in
        JSONText.object([
          .init("kind", .string("fragility")), .init("scenario", .string(finding.scenario)),
          .init("assertion", .string(Self.words(finding.verdict.assertion))),
          .init("held", .boolean(finding.verdict.isHeld)), .init("number", .string(number.name)),
          .init("at", .string(number.text(number.value))),
          .init("before", flip.map { .string(number.text($0.before.value)) } ?? .null),
          .init("after", flip.map { .string(number.text($0.after.value)) } ?? .null),
          .init("nearest", .boolean(flip != nil && flip?.number == finding.flips.first?.number)),
        ]).text
      }
    }
  }

  private static func words(_ assertion: Assertion) -> String { "\(assertion.metric.name) \(assertion.threshold.text)" }

  private static func words(_ verdict: Verdict) -> String {
    let what = verdict.isHeld ? "holds" : verdict.reading.value.isJudged ? "does not hold" : "isn't judged"
    return "\(what) (\(verdict.reading.value.text))"
  }
}
