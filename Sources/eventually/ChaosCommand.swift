import ArgumentParser
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

  @Argument(
    help: ArgumentHelp("The experiment: a YAML file, - for standard input, or a shipped one's name.", valueName: "file")
  )
  var file: String?

  @Option(help: "The seed.")
  var seed: UInt64?

  @Flag(help: "Print JSON Lines and nothing else.")
  var json = false

  @Option(help: ArgumentHelp("Write what became of it in JUnit's XML.", valueName: "file"))
  var junit: String?

  @Option(help: ArgumentHelp("Write the scenarios as scripts that give the same figures.", valueName: "file"))
  var script: String?

  @Option(help: ArgumentHelp("Write what became of it as one page of HTML, with pictures.", valueName: "file"))
  var report: String?

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

  @Option(
    help: ArgumentHelp("With --seeds: only this part of so many; `chaos merge` puts them together.", valueName: "i/n"))
  var shard: String?

  @Flag(help: "With --seeds: leave no fault out.")
  var allFaults = false

  @Flag(help: "Play it against defects of the model too: which does it catch?")
  var mutants = false

  @Flag(help: "Of each assertion the nearest change of one number that makes it hold, or hold no more.")
  var fragility = false

  @Flag(help: "Play it in the workbench: faults on the time line, and now and then how the assertions stand.")
  var watch = false

  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    if watch, json || seeds != nil || mutants || dryRun || junit != nil || report != nil || script != nil {
      throw ValidationError("--watch is for somebody at a screen: leave out what is written, and other runs")
    }
    if fragility, seeds != nil || mutants || dryRun || watch || junit != nil || report != nil || script != nil {
      throw ValidationError("--fragility plays the experiment many times: it goes with --seed and --json alone")
    }
    if seeds == nil, shard != nil || allFaults { throw ValidationError("--shard and --all-faults go with --seeds") }
    if seeds != nil, seed != nil { throw ValidationError("--seed is one seed, --seeds are many: one of the two") }
    if seeds != nil, mutants || junit != nil || report != nil {
      throw ValidationError("--mutants, --junit and --report go with one seed, not with --seeds")
    }
    if let seeds, SeedRange(seeds) == nil {
      throw ValidationError(
        "`\(Printable.escaped(seeds))` are no seeds: a first and a last, at most 1,000,000, such as 1..1000")
    }
    if let shard, ShardNumber(shard) == nil {
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
    let (bytes, name) = try ExperimentFiles.bytes(file)
    let experiment = try ExperimentFiles.experiment(bytes, name)
    for warning in experiment.warnings { Complaint.tell("\(warning) (warning)") }
    let seed = seed ?? experiment.seed ?? 1
    do {
      if dryRun {
        for line in try experiment.plan(seed: seed) { output.write(line) }
        return try output.close()
      }
      if fragility { return try tellFragility(String(decoding: bytes, as: UTF8.self), name, seed, output) }
      if watch { try show(experiment, seed) }
      if let range = seeds.flatMap(SeedRange.init) { return try sweep(experiment, range, output) }
      try play(experiment, file, seed, output)
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
  }

  private func tellFragility(_ text: String, _ name: String, _ seed: UInt64, _ output: LineWriter) throws {
    let line = ProgressLine(CountedNoun("number"))
    let found = try ExperimentFragility(text, file: name, seed: seed) { line.show($0) }
    line.end()
    for line in json ? found.json : found.lines { output.write(line) }
    try output.close()
  }

  private func play(_ experiment: Experiment, _ file: String, _ seed: UInt64, _ output: LineWriter) throws {
    let junitWriter = try junit.map { try LineWriter(path: $0) }
    let scriptWriter = try script.map { try LineWriter(path: $0) }
    let page = try report.map { try Self.outputFile($0) }
    let meter = ProgressMeter()
    let result = try experiment.run(seed: seed, isPictured: page != nil) { meter.show($0) }
    meter.clear()
    let lines = json ? ExperimentJSON.lines(experiment, result) : ExperimentText(experiment, result).lines
    for line in lines { output.write(line) }
    var isSharp = true
    var caught: [MutantResult] = []
    if mutants {
      caught = try experiment.mutants(seed: seed, sound: result) { meter.show($0) }
      meter.clear()
      if !json { ["", "Against defects of the model:"].forEach { output.write($0) } }
      for mutant in caught { output.write(json ? mutant.json : mutant.line) }
      isSharp = !caught.contains { $0.outcome == .missed && experiment.catches.contains($0.mutant) }
    }
    for line in ExperimentJUnit.text(experiment, [result]).split(separator: "\n") { junitWriter?.write(String(line)) }
    for scenario in result.scenarios { scenario.script.forEach { scriptWriter?.write($0) } }
    if let page {
      page.write(ExperimentPage(experiment, result, file: file, mutants: caught).text.utf8)
      do { try page.close() } catch { throw Failure.exit(for: error) }
    }
    try junitWriter?.close()
    try scriptWriter?.close()
    try output.close()
    let status: Int32 =
      result.isUntested ? 2 : result.isHeld && isSharp && (!requireReached || result.hasMetDanger) ? 0 : 1
    // Leave at once: giving back a long history piece by piece takes time that nobody needs.
    Foundation.exit(status)
  }

  /// - Throws: an exit with status 73 if it can't be written.
  private static func outputFile(_ path: String) throws -> OutputFile {
    do { return try OutputFile(path) } catch { throw Failure.exit(for: error) }
  }
}
