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
    subcommands: [PlayExperiment.self, MergeSweeps.self], defaultSubcommand: PlayExperiment.self)
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

  @Option(help: ArgumentHelp("Play it under many seeds, each with faults left out by chance.", valueName: "a..b"))
  var seeds: String?

  @Option(help: "With --seeds: how many run at once.")
  var jobs = 2

  @Option(help: ArgumentHelp("With --seeds: only this part of so many; `chaos merge` puts them together.", valueName: "i/n"))
  var shard: String?

  @Flag(help: "With --seeds: leave no fault out.")
  var allFaults = false

  @Flag(help: "Play it against defects of the model too: which does it catch?")
  var mutants = false

  func validate() throws {
    if seeds == nil, shard != nil || allFaults { throw ValidationError("--shard and --all-faults go with --seeds") }
    if seeds != nil, seed != nil { throw ValidationError("--seed is one seed, --seeds are many: one of the two") }
    if seeds != nil, mutants || junit != nil { throw ValidationError("--mutants and --junit go with one seed, not with --seeds") }
    if let seeds, SweepRange(seeds) == nil {
      throw ValidationError("`\(Printable.escaped(seeds))` are no seeds: a first and a last, at most 1,000,000, such as 1..1000")
    }
    if let shard, SweepRange.shard(shard) == nil {
      throw ValidationError("`\(Printable.escaped(shard))` is no part: which of how many, such as 3/16")
    }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs is from 1 to 64") }
  }

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
      if let range = seeds.flatMap(SweepRange.init) { return try sweep(experiment, range, output) }
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
    var isSharp = true
    if mutants {
      let caught = try experiment.mutants(seed: seed, sound: result) { meter.show($0) }
      meter.clear()
      if !json { output.write("\nAgainst defects of the model:") }
      for mutant in caught { output.write(json ? mutant.json : mutant.line) }
      isSharp = !caught.contains { $0.outcome == .missed && experiment.catches.contains($0.mutant) }
    }
    for line in ExperimentJUnit.text(experiment, [result]).split(separator: "\n") { junitWriter?.write(String(line)) }
    for scenario in result.scenarios { scenario.script.forEach { scriptWriter?.write($0) } }
    try junitWriter?.close()
    try scriptWriter?.close()
    try output.close()
    let status: Int32 =
      result.isUntested ? 2 : result.isHeld && isSharp && (!requireReached || result.hasMetDanger) ? 0 : 1
    // Leave at once: giving back a long history piece by piece takes time that nobody needs.
    Foundation.exit(status)
  }
}

extension PlayExperiment {
  fileprivate func sweep(_ experiment: Experiment, _ range: SweepRange, _ output: LineWriter) throws {
    let part = shard.flatMap(SweepRange.shard) ?? (1, 1)
    let plan = SweepPlan(experiment, seeds: range.seeds, shard: part.number, of: part.count, isSwarm: !allFaults)
    let scriptWriter = try script.map { try LineWriter(path: $0) }
    let count = plan.seeds.count
    let isWatched = isatty(STDERR_FILENO) == 1
    let sweep = try Sweep.run(experiment, plan, jobs: jobs) { done in
      if isWatched { FileHandle.standardError.write(Data("\r\u{1B}[K\(done) of \(count) seeds".utf8)) }
    }
    if isWatched { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    for line in json ? sweep.json : sweep.lines { output.write(line) }
    if let seed = sweep.firstFailure, let scriptWriter {
      try experiment.shrunk(seed: seed, isSwarm: plan.swarm)?.forEach { scriptWriter.write($0) }
    }
    try scriptWriter?.close()
    try output.close()
    Foundation.exit(sweep.status(requireReached: requireReached))
  }
}

extension Sweep {
  /// The exit status.
  fileprivate func status(requireReached: Bool) -> Int32 {
    firstFailure != nil ? 1 : isUntested ? 2 : requireReached && !hasMetDanger ? 1 : 0
  }
}

/// Puts the parts of a sweep together.
struct MergeSweeps: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Puts the parts of a sweep together, as if it had been run whole.",
    discussion: "The parts are what `eventually chaos FILE --seeds A..B --shard I/N --json` prints.")

  @Argument(help: ArgumentHelp("The parts' results.", valueName: "results"))
  var files: [String]

  @Flag(help: "Print JSON Lines and nothing else.")
  var json = false

  @Flag(help: "Status 1 also if a run never met the danger that it was made for.")
  var requireReached = false

  func run() throws {
    let output = LineWriter.standardOutput
    let sweep: Sweep
    do {
      sweep = try Sweep.merge(files.map { ($0, try FileScripts(longest: 1 << 30).text(of: $0)) })
    } catch {
      throw Failure.exit(for: error)
    }
    for line in json ? sweep.json : sweep.lines { output.write(line) }
    try output.close()
    let status = sweep.status(requireReached: requireReached)
    if status != 0 { throw ExitCode(status) }
  }
}

/// Seeds and parts as the command line names them.
struct SweepRange {
  let seeds: ClosedRange<UInt64>

  init?(_ text: String) {
    let ends = text.split(separator: ".", omittingEmptySubsequences: false)
    guard ends.count == 3, ends[1].isEmpty, let first = UInt64(ends[0]), let last = UInt64(ends[2]), first <= last,
      last - first < 1_000_000
    else { return nil }
    seeds = first...last
  }

  /// Which part of how many.
  static func shard(_ text: String) -> (number: Int, count: Int)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], (1...100_000).contains(count),
      (1...count).contains(number)
    else { return nil }
    return (number, count)
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
