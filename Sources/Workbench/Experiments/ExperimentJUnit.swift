import Language

/// What is told of an experiment to continuous integration, in the XML that JUnit's Ant task writes and every server reads:
/// a suite a scenario, a case an assertion.
public enum ExperimentJUnit {
  /// The document.
  public static func text(_ experiment: Experiment, _ results: [ExperimentResult]) -> String {
    let suites = results.flatMap { result in
      result.scenarios.map { suite($0, seed: result.seed, experiment, isOne: results.count == 1) }
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"\(attribute(experiment.name))\">\n"
      + suites.joined() + "</testsuites>\n"
  }

  private static func suite(_ scenario: ScenarioResult, seed: UInt64, _ experiment: Experiment, isOne: Bool) -> String {
    let name = isOne ? scenario.name : "\(scenario.name), seed \(seed)"
    var cases: [(name: String, failure: String?, isSkipped: Bool)] = []
    guard scenario.isTested else {
      let failed = scenario.steadyState.first { !$0.isHeld }
      let words = failed.map { "\($0.assertion.metric.name) is \($0.reading.value.text)" } ?? ""
      return suite(
        name,
        [("steady state", "nothing was tested: \(words)", false)]
          + scenario.verdicts.map { ($0.assertion.metric.name, nil, true) })
    }
    for verdict in scenario.verdicts {
      let words = "\(verdict.reading.value.text), not \(verdict.assertion.threshold.text)"
      let more = [verdict.reading.remark, verdict.issue ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
      cases.append(
        (
          "\(verdict.assertion.metric.name) \(verdict.assertion.threshold.text)",
          verdict.isHeld ? nil : more.isEmpty ? words : "\(words): \(more)", false
        ))
    }
    cases.append(
      (
        "replicas agree", scenario.agreement == nil ? "they did not, within \(Quantity.text(scenario.patience))" : nil,
        false
      ))
    if case .stopped(let reason, let at) = scenario.ending {
      cases.append(("is played to its end", "stopped at \(Quantity.figure(at)): \(reason)", false))
    }
    return suite(name, cases)
  }

  private static func suite(_ name: String, _ cases: [(name: String, failure: String?, isSkipped: Bool)]) -> String {
    let failures = cases.count { $0.failure != nil }
    let skipped = cases.count(where: \.isSkipped)
    let lines = cases.map { entry in
      let start = "    <testcase classname=\"\(attribute(name))\" name=\"\(attribute(entry.name))\""
      if entry.isSkipped { return "\(start)><skipped/></testcase>\n" }
      guard let failure = entry.failure else { return "\(start)/>\n" }
      return "\(start)><failure message=\"\(attribute(failure))\"/></testcase>\n"
    }
    return
      "  <testsuite name=\"\(attribute(name))\" tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"\(skipped)\">\n"
      + lines.joined() + "  </testsuite>\n"
  }

  /// A text as an attribute, in which XML keeps no ends of lines unless they are written as references.
  private static func attribute(_ text: String) -> String {
    PageText.escaped(text).replacing("\n", with: "&#10;")
  }
}
