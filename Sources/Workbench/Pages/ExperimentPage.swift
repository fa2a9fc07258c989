import Kernel
import Language
import Replication

/// What became of an experiment, as a page of its own: the tree of figures with their limits, pictures on one axis of time,
/// the operation that shows the first failed assertion, and how to see it again.
///
/// It asks for nothing from elsewhere, and the same run gives the same bytes.
public struct ExperimentPage {
  /// What the template `experiment` asks for.
  private struct Content: Sendable {
    let title: String
    let paints: String
    let kind: String
    let heading: String
    let description: [String]
    let tone: String
    let sign: String
    let overall: String
    let outcome: [PageTable]
    let scenarios: [ScenarioPart]
    let mutants: [PageTable]
    let command: String
    let seedLine: String
    let scripts: [Script]
    let hasMonitoring: Bool
    let monitoring: [String]
    let footer: String
  }

  private struct Script: Sendable {
    let name: String
    let text: String
  }

  private let experiment: Experiment
  private let result: ExperimentResult
  private let file: String
  private let mutants: [MutantResult]

  /// A page of a result that was played with its pictures.
  ///
  /// - Parameters:
  ///   - file: the experiment, as the command line named it.
  ///   - mutants: how it fared against defects of the model; empty where that wasn't asked.
  public init(_ experiment: Experiment, _ result: ExperimentResult, file: String, mutants: [MutantResult] = []) {
    (self.experiment, self.result, self.file, self.mutants) = (experiment, result, file, mutants)
  }

  /// The page.
  public var text: String { PageTemplates.page(content, from: "experiment") }

  private var content: Content {
    let overall = ExperimentText(experiment, result).overall
    return Content(
      title: "\(experiment.name), seed \(result.seed)", paints: SVGDrawing.rules.joined(separator: "\n"),
      kind: "Experiment, seed \(result.seed)", heading: experiment.name,
      description: experiment.description.isEmpty ? [] : [experiment.description],
      tone: (result.isUntested ? PageTable.Kind.warn : result.isHeld ? .good : .bad).rawValue,
      sign: String(overall.prefix(1)), overall: String(overall.dropFirst(2)), outcome: [outcome],
      scenarios: result.scenarios.enumerated().map { ScenarioPart($0.element, number: $0.offset + 1) },
      mutants: mutants.isEmpty ? [] : [mutantTable], command: command,
      seedLine: "The seed is \(result.seed): it decides every delay, loss and arrival that is drawn.",
      scripts: result.scenarios.filter { !$0.script.isEmpty }
        .map { Script(name: $0.name, text: $0.script.joined(separator: "\n")) },
      hasMonitoring: !experiment.monitoring.isEmpty, monitoring: experiment.monitoring,
      footer: "Written by eventually. All times are virtual: the run depends on nothing but the file and the seed.")
  }

  private var outcome: PageTable {
    PageTable(
      caption: "What became of each scenario",
      columns: [
        .init("Scenario"), .init("Verdict"), .init("Assertions that hold", .number), .init("Replicas agreed"),
        .init("Danger"),
      ],
      rows: result.scenarios.map { scenario in
        let held = scenario.verdicts.count(where: \.isHeld)
        let agreed = scenario.agreement.map { "\(Quantity.figure($0)) after all was undone" } ?? "no"
        let danger = scenario.dangers.isEmpty ? "none named" : scenario.hasMetDanger ? "met" : "not met"
        return PageTable.Row(
          head: scenario.name,
          cells: [
            .init(scenario.word, sign: scenario.sign),
            .init(scenario.isTested ? "\(held) of \(scenario.verdicts.count)" : "–", .number),
            .init(scenario.isTested ? agreed : "–"),
            .init(
              scenario.isTested ? danger : "–", scenario.isTested && !scenario.hasMetDanger ? .warn : .text),
          ])
      })
  }

  private var mutantTable: PageTable {
    PageTable(
      caption: "Played against defects of the model: what it tells from the model as it should be",
      columns: [.init("Defect"), .init("What is wrong with it"), .init("Outcome"), .init("Caught by")],
      rows: mutants.map { mutant in
        let kind: PageTable.Kind =
          switch mutant.outcome {
          case .caught: .good
          case .missed: .bad
          case .notApplicable: .text
          }
        return PageTable.Row(
          head: mutant.mutant.rawValue,
          cells: [
            .init(mutant.mutant.summary), .init(mutant.outcome.rawValue, kind),
            .init(mutant.by.isEmpty ? "–" : mutant.by.joined(separator: ", ")),
          ])
      })
  }

  /// The command line that writes this page again.
  private var command: String {
    let source = file == "-" ? "- < experiment.yaml" : ShellWord.quoted(file)
    return file == "-"
      ? "eventually chaos --seed \(result.seed) --report report.html \(source)"
      : "eventually chaos \(source) --seed \(result.seed) --report report.html"
  }
}
