import Analysis
import ArgumentParser
import Foundation
import Language
import Workbench

extension PlayExperiment {
  /// Plays an experiment under many seeds.
  func sweep(_ experiment: Experiment, _ range: SeedRange, _ output: LineWriter) throws {
    let part = shard.flatMap(ShardNumber.init)
    let plan = SweepPlan(
      experiment, seeds: range.seeds, shard: part?.number ?? 1, of: part?.count ?? 1, isSwarm: !allFaults)
    let scriptWriter = try script.map { try LineWriter(path: $0) }
    let line = ProgressLine(CountedNoun("seed"))
    defer { line.end() }
    let sweep = try Sweep.run(experiment, plan, jobs: jobs, progress: line.show)
    line.end()
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
