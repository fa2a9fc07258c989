import Kernel
import Language

/// What is told of an experiment: a tree with each figure beside its limit, and one line for all.
public struct ExperimentText {
  private let experiment: Experiment
  private let result: ExperimentResult

  /// A report of a result.
  public init(_ experiment: Experiment, _ result: ExperimentResult) {
    (self.experiment, self.result) = (experiment, result)
  }

  /// The report in lines.
  public var lines: [String] {
    var lines = ["\(Printable.escaped(experiment.name)) · seed \(result.seed)"]
    if !experiment.description.isEmpty { lines += Self.wrapped(experiment.description, indent: "│ ") }
    lines += experiment.monitoring.map { "│ \(Printable.escaped($0)) (told again; nobody is contacted)" }
    for scenario in result.scenarios { lines += ["│"] + self.lines(of: scenario) }
    return lines + ["│", "└─ \(overall)"]
  }

  /// Everything in one line.
  public var overall: String {
    let passed = result.scenarios.count(where: \.isHeld)
    let count = result.scenarios.count
    if result.isUntested, let first = result.scenarios.first(where: { !$0.isTested }) {
      return "▲ nothing was tested in \(Printable.escaped(first.name)): its steady state didn't hold"
    }
    let failed = result.scenarios.filter { !$0.isHeld }.map { Printable.escaped($0.name) }
    let noun = CountedNoun("scenario")
    if failed.isEmpty { return "✓ \(noun.text(count)) passed\(dangerless)" }
    let share = count == 1 ? "\(noun.text(count)) failed" : "\(passed) of \(noun.text(count)) passed"
    return "✗ \(share): review \(failed.joined(separator: ", "))\(dangerless)"
  }

  private var dangerless: String {
    let names = result.scenarios.filter { $0.isTested && !$0.hasMetDanger }.map { Printable.escaped($0.name) }
    return names.isEmpty ? "" : "; ▲ \(names.joined(separator: ", ")) never met its danger"
  }

  private func lines(of scenario: ScenarioResult) -> [String] {
    var lines = ["├─ \(scenario.sign) \(scenario.word): \(Printable.escaped(scenario.name))"]
    var branches: [[String]] = []
    if !scenario.description.isEmpty { branches.append(Self.wrapped(scenario.description, indent: "")) }
    branches += scenario.draw.map { Self.wrapped("drawn: \($0)", indent: "") }
    branches += scenario.steadyState.map { ["steady state: \(line(of: $0))"] }
    guard scenario.isTested else {
      branches.append(["nothing was tested: what is taken for granted doesn't hold"])
      return lines + Self.tree(branches)
    }
    branches += scenario.notes.map { Self.wrapped($0, indent: "") }
    branches += scenario.figures.map { Self.wrapped($0, indent: "") }
    if case .stopped(let reason, let at) = scenario.ending {
      branches.append(["✗ stopped at \(Quantity.figure(at)): \(Printable.escaped(reason))"])
    }
    let width = scenario.verdicts.map { TextWidth.of(Printable.escaped($0.assertion.metric.name)) }.max() ?? 0
    let wordWidth = scenario.verdicts.map { TextWidth.of($0.word) }.max() ?? 0
    for verdict in scenario.verdicts {
      let issue = verdict.issue.map { Self.wrapped("issue: \($0)", indent: "   ") } ?? []
      branches.append([line(of: verdict, width: width, wordWidth: wordWidth)] + remark(of: verdict) + issue)
    }
    if let agreement = scenario.agreement {
      branches.append([
        agreement == .zero
          ? "✓ replicas agreed as all was undone"
          : "✓ replicas agreed \(Quantity.figure(agreement)) after all was undone"
      ])
    } else {
      branches.append([
        "✗ replicas did not agree within \(Quantity.text(scenario.patience)) after all was undone"
      ])
    }
    branches.append(met(scenario))
    lines += Self.tree(branches)
    return lines
  }

  private func line(of verdict: Verdict, width: Int = 0, wordWidth: Int = 0) -> String {
    let name = TextWidth.pad(Printable.escaped(verdict.assertion.metric.name), width)
    let when =
      verdict.assertion.mode == .end ? "" : ", \(verdict.assertion.mode.rawValue), at \(Quantity.figure(verdict.at))"
    let value = Printable.escaped(verdict.reading.value.text)
    let word = TextWidth.pad(verdict.word, wordWidth)
    return "\(verdict.sign) \(word)  \(name)  \(value) (\(Printable.escaped(verdict.assertion.threshold.text))\(when))"
  }

  private func remark(of verdict: Verdict) -> [String] {
    verdict.reading.remark.isEmpty ? [] : Self.wrapped(verdict.reading.remark, indent: "   ")
  }

  private func met(_ scenario: ScenarioResult) -> [String] {
    let met = scenario.reached.filter { $0.times > 0 }.map { "\($0.state.rawValue) \($0.times)" }
    var lines = Self.wrapped("met: \(met.isEmpty ? "nothing of interest" : met.joined(separator: ", "))", indent: "")
    if !scenario.hasMetDanger {
      lines.append(
        "▲ never met what it was made for: \(scenario.dangers.map(\.rawValue).joined(separator: ", "))")
    }
    return lines
  }

  // MARK: Lines

  private static func tree(_ branches: [[String]]) -> [String] {
    branches.enumerated().flatMap { place, lines in
      let isLast = place == branches.count - 1
      return lines.enumerated().map { index, line in
        "│  \(index == 0 ? (isLast ? "└─ " : "├─ ") : (isLast ? "   " : "│  "))\(line)"
      }
    }
  }

  private static func wrapped(_ text: String, indent: String) -> [String] {
    Reference.wrap(Printable.escaped(text), 68).map { indent + $0 }
  }
}
