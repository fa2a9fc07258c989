import Analysis
import ArgumentParser
import Foundation
import Kernel
import Language
import Workbench

struct BreakCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "break",
    abstract: "Searches for faults that make a claim about a script false, or certifies that there are none.",
    discussion: """
      Plays the script again and again while an adversary loses a message, delays one past its turn, or crashes a replica; all \
      choices of one fault, then of two, up to --faults, those first on which the good outcome rests. It ends with the smallest \
      script that shows how the claim fails, or with a certificate that every choice was covered, or says what was not. The \
      claim is a condition that is judged at the end of the script; `ever(…)` asks about all instants.

      Exit status: 0 not broken, 1 broken, 65 the script or the claim is wrong, 66 the file is missing, 73 output can't be \
      written.
      """)

  @Argument(help: "The script; - is standard input.")
  var file: String

  @Option(help: ArgumentHelp("What is to hold at its end, such as \"not last.stale\".", valueName: "condition"))
  var claim: String

  @Option(help: ArgumentHelp("How many faults at most, from 0 to 4.", valueName: "n"))
  var faults = 2

  @Option(
    help: ArgumentHelp(
      "The instant after which nothing is done; ten seconds after the script's end if unsaid.", valueName: "duration"))
  var by: String?

  @Option(help: ArgumentHelp("Other seeds to try at random afterwards, such as 1..100.", valueName: "a..b"))
  var seeds: String?

  @Option(
    help: ArgumentHelp(
      "What a fault is: \(AdversaryFaultKind.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "kinds"))
  var faultKinds = AdversaryFaultKind.standard.map(\.rawValue).joined(separator: ",")

  @Option(help: ArgumentHelp("How many runs at most.", valueName: "n"))
  var runs = 20_000

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  @Flag(help: "Print one line of JSON and nothing else.")
  var json = false

  @Option(help: ArgumentHelp("Write the script that breaks the claim.", valueName: "file"))
  var output: String?

  func validate() throws {
    guard (0...4).contains(faults) else { throw ValidationError("--faults is from 0 to 4, not \(faults)") }
    guard runs > 0 else { throw ValidationError("--runs is at least 1, not \(runs)") }
    if let by, Quantity.duration(by).map({ $0.microseconds <= 0 }) ?? true {
      throw ValidationError("`\(Printable.escaped(by))` is no duration above 0 such as 5s")
    }
    if let seeds, SeedRange(seeds) == nil {
      throw ValidationError("`\(Printable.escaped(seeds))` is no range of seeds such as 1..100, of at most a million")
    }
    _ = try kinds()
  }

  private func kinds() throws -> [AdversaryFaultKind] {
    try faultKinds.split(separator: ",", omittingEmptySubsequences: false).map { word in
      let name = word.trimmingCharacters(in: .whitespaces)
      guard let kind = AdversaryFaultKind(rawValue: name) else {
        let all = AdversaryFaultKind.allCases.map(\.rawValue)
        let meant = NearestWord.to(name, among: all).map { "; did you mean \($0)?" } ?? ""
        throw ValidationError(
          "there is no kind of fault `\(Printable.escaped(name))`\(meant)\nThere are \(all.joined(separator: ", ")).")
      }
      return kind
    }
  }

  func run() throws {
    let writer = LineWriter.standardOutput
    let isBroken: Bool
    do {
      var plan = try BreakPlan(file == "-" ? FileScripts.standardInput : file, from: FileScripts(), claim: claim)
      (plan.faults, plan.runs, plan.seed, plan.kinds) = (faults, runs, seed, try kinds())
      plan.deadline = by.flatMap(Quantity.duration)
      plan.seeds = seeds.flatMap(SeedRange.init)?.seeds
      let line = ProgressLine(CountedNoun("run"))
      let result = try BreakResult(plan, progress: line.show)
      line.end()
      isBroken = result.counterexample != nil
      if json { writer.write(result.json) } else { for line in result.lines { writer.write(line) } }
      if let output, let counterexample = result.counterexample {
        try OutputFile.write(counterexample.script.map { $0 + "\n" }.joined(), to: output)
      }
    } catch {
      throw Failure.exit(for: error)
    }
    try writer.close()
    if isBroken { throw ExitCode(1) }
  }
}
