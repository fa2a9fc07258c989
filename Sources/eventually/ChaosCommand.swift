import ArgumentParser
import Experiments
import Foundation
import Language
import Workbench

struct ChaosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract: "Runs experiments that can refute: faults and loads, and what must hold all the same.",
    discussion: """
      An experiment is a YAML file of kind ChaosExperiment; --schema prints its shape for editors, --dry-run what it would \
      do. Without one the shipped experiments are listed, which run by their names.

      Exit status: 0 all that was asserted holds, 1 something doesn't, wasn't judged, or replicas didn't agree afterwards; \
      2 nothing was tested, as the steady state didn't hold; 65 the file is wrong, 66 it is missing, 73 output can't be \
      written. With --require-reached also 1 if a scenario never met the danger that it was made for.
      """,
    subcommands: [PlayExperiment.self], defaultSubcommand: PlayExperiment.self)
}

/// Runs an experiment, or lists those that are shipped.
struct PlayExperiment: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs an experiment; `eventually chaos FILE` does the same.")

  @Argument(help: ArgumentHelp("The experiment: a YAML file, - for standard input, or a shipped one's name.", valueName: "file"))
  var file: String?

  @Option(help: "The seed.")
  var seed: UInt64?

  @Flag(help: "Print JSON Lines and nothing else.")
  var json = false

  @Option(help: ArgumentHelp("Write what became of it in JUnit's XML.", valueName: "file"))
  var junit: String?

  @Option(help: ArgumentHelp("Write the scenarios as scripts that give the same figures.", valueName: "file"))
  var script: String?

  @Flag(help: "Print what would be done, and do nothing.")
  var dryRun = false

  @Flag(help: "Print the JSON schema of an experiment's file.")
  var schema = false

  @Flag(help: "Status 1 also if a scenario never met the danger that it was made for.")
  var requireReached = false

  func run() throws {
    let output = LineWriter.standardOutput
    if schema {
      output.write(ExperimentSchema.text)
      return try output.close()
    }
    guard let file else {
      for line in try ExperimentFiles.list() { output.write(line) }
      return try output.close()
    }
    let experiment = try ExperimentFiles.experiment(file)
    for warning in experiment.warnings { Complaint.tell("\(warning) (warning)") }
    let seed = seed ?? experiment.seed ?? 1
    do {
      if dryRun {
        for line in try experiment.plan(seed: seed) { output.write(line) }
        return try output.close()
      }
      try play(experiment, seed, output)
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
  }

  private func play(_ experiment: Experiment, _ seed: UInt64, _ output: LineWriter) throws {
    let junitWriter = try junit.map { try LineWriter(path: $0) }
    let scriptWriter = try script.map { try LineWriter(path: $0) }
    let meter = ProgressMeter()
    let result = try experiment.run(seed: seed) { meter.show($0) }
    meter.clear()
    let lines = json ? ExperimentJSON.lines(experiment, result) : ExperimentText(experiment, result).lines
    for line in lines { output.write(line) }
    for line in ExperimentJUnit.text(experiment, [result]).split(separator: "\n") { junitWriter?.write(String(line)) }
    for scenario in result.scenarios { scenario.script.forEach { scriptWriter?.write($0) } }
    try junitWriter?.close()
    try scriptWriter?.close()
    try output.close()
    let status: Int32 =
      result.isUntested ? 2 : result.isHeld && (!requireReached || result.hasMetDanger) ? 0 : 1
    // Leave at once: giving back a long history piece by piece takes time that nobody needs.
    Foundation.exit(status)
  }
}

/// Where experiments come from.
enum ExperimentFiles {
  /// The experiment of a file, or a shipped one.
  ///
  /// - Throws: an exit with status 65 or 66.
  static func experiment(_ file: String) throws -> Experiment {
    do {
      if file != "-", !FileScripts.exists(file), let shipped = ShippedExperiments.all.first(where: { $0.name == file }) {
        return try ExperimentReader.read(shipped.text, file: "\(file).yaml")
      }
      let name = file == "-" ? FileScripts.standardInput : file
      if file != "-", !FileScripts.exists(file) { throw ScriptError.missing(file, reason: missing(file)) }
      return try ExperimentReader.read(try FileScripts().text(of: name), file: name)
    } catch {
      throw Failure.exit(for: error)
    }
  }

  private static func missing(_ name: String) -> String {
    let names = ShippedExperiments.all.map(\.name)
    let meant = ExperimentNames.nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
    return "there is no such file, and no shipped experiment of that name\(meant)"
  }

  /// The shipped experiments, in lines.
  static func list() throws -> [String] {
    let experiments = try ShippedExperiments.all.map { ($0.name, try ExperimentReader.read($0.text, file: "\($0.name).yaml")) }
    return ["Shipped experiments; `eventually chaos NAME` runs one, `eventually chaos FILE.yaml` yours.", ""]
      + ExperimentNames.table(experiments.map { ($0.0, $0.1.description) })
  }
}

/// How far an experiment has come, on a terminal that somebody watches.
final class ProgressMeter {
  private let isWatched = isatty(STDERR_FILENO) == 1
  private let began = Date()
  private var latest = Date.distantPast
  private var isShown = false

  /// Tells it, five times a second at most.
  func show(_ progress: ExperimentProgress) {
    let now = Date()
    guard isWatched, now.timeIntervalSince(latest) > 0.2 else { return }
    latest = now
    isShown = true
    let elapsed = now.timeIntervalSince(began)
    FileHandle.standardError.write(Data("\r\u{1B}[K\(progress.line(after: elapsed))".utf8))
  }

  /// Leaves nothing of it.
  func clear() {
    guard isShown else { return }
    isShown = false
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}
