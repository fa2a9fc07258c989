import ArgumentParser
import Foundation
import Language
import Workbench

extension PlayExperiment {
  /// Plays an experiment under many seeds.
  func sweep(_ experiment: Experiment, _ range: SweepRange, _ output: LineWriter) throws {
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
