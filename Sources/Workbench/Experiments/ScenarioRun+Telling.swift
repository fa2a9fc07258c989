import Analysis
import Kernel
import Language

/// What a script says of a scenario to somebody who watches it being played: the figures are those of the run that was played
/// before, which this one repeats.
extension ScenarioRun {
  /// Says how the assertions stand now; those whose reading takes a look at every key are left to the end.
  mutating func tell() {
    guard isTold, now > .zero else { return }
    write(to: session.now)
    let reader = reader
    let standings = scenario.assertions.filter { !$0.metric.isCostly }.map { assertion in
      Self.words(assertion, reader.reading(assertion.metric))
    }
    if !standings.isEmpty { script.append(Self.saying(standings.joined(separator: "   "))) }
  }

  /// An assertion's mark and word, its name, and what it comes to.
  static func words(_ assertion: Assertion, _ reading: MetricReading) -> String {
    let mark =
      !reading.value.isJudged
      ? "·" : assertion.threshold.isMet(by: reading.value) ? "✓ holds:" : "✗ fails:"
    return "\(mark) \(assertion.metric.name) \(reading.value.text) (\(assertion.threshold.text))"
  }

  /// The command that says a text.
  static func saying(_ text: String) -> String { "say \"\(text.map { $0 == "\"" ? "'" : String($0) }.joined())\"" }
}

extension Experiment {
  /// The experiment as a script for somebody who watches: its commands, how its assertions stand now and then, and what they come to.
  ///
  /// - Throws: a ``ScriptError`` if a command can't be carried out.
  public func told(seed: UInt64, progress: (ExperimentProgress) -> Void = { _ in }) throws -> [String] {
    try scenarios.indices.flatMap { number in
      var run = try ScenarioRun(self, number: number, seed: seed, isSwarm: false)
      run.isTold = true
      let result = try run.play(progress: progress)
      var lines = result.script.filter { !$0.hasPrefix("expect ") }
      // The cluster's own beginning comes first: it begins everything anew.
      lines.insert(
        ScenarioRun.saying("\(scenarios[number].name): \(scenarios[number].description)"), at: min(2, lines.count))
      guard result.isTested else {
        return lines + [ScenarioRun.saying("▲ nothing was tested: the steady state doesn't hold")]
      }
      let verdicts = result.verdicts.map { verdict in
        ScenarioRun.saying(
          ScenarioRun.words(verdict.assertion, verdict.reading) + (verdict.issue.map { ": \($0)" } ?? ""))
      }
      let agreement =
        result.agreement.map { "✓ replicas agreed after \(Quantity.figure($0))" } ?? "✗ replicas didn't agree"
      return lines + verdicts + [ScenarioRun.saying(agreement)]
    }
  }
}
