import ArgumentParser
import Language
import Lessons
import Workbench

struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map",
    abstract: "A map of two parameters of a script: for which of them does a claim hold?",
    discussion: """
      In the script {NAME} stands for the value of a parameter; the comment `# parameter NAME FROM..TO by STEP` says which \
      values are usual, and `# claim CONDITION` what is to hold. Each pair is played with each seed. What doesn't hold with \
      more of y, though it does with the least of it, is marked: what y did is over, and its effect stays.

      Shipped: \(ShippedLessons.maps.map(\.name).joined(separator: ", ")), for `eventually map overload --x load --y trigger`.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, csv, json, svg }

  @Argument(help: "A script with open numbers, or the name of one that is shipped; - is standard input.")
  var file = "overload"

  @Option(help: ArgumentHelp("From left to right: NAME, or NAME=FROM..TO/STEP.", valueName: "parameter"))
  var x: String?

  @Option(help: ArgumentHelp("From below to above, the least first: likewise.", valueName: "parameter"))
  var y: String?

  @Option(help: ArgumentHelp("What is to hold at the script's end.", valueName: "condition"))
  var claim: String?

  @Flag(help: "No map: of each claim the nearest change of one parameter that makes it false, or true.")
  var fragility = false

  @Option(
    help: ArgumentHelp(
      "With --fragility: where a parameter stands, else where its values begin.", valueName: "name=value"))
  var at: [String] = []

  @Option(help: ArgumentHelp("The seeds that each pair is played with.", valueName: "a..b"))
  var seeds = "1..1"

  @Option(help: "What is written: text, csv, json or svg.")
  var format = Format.text

  @Option(help: ArgumentHelp("Write it to a file.", valueName: "file"))
  var output: String?

  func validate() throws {
    if !fragility {
      guard x != nil, y != nil else { throw ValidationError("a map has two parameters: --x and --y") }
      if !at.isEmpty { throw ValidationError("--at goes with --fragility") }
    } else if format == .csv || format == .svg {
      throw ValidationError("--fragility is written as text or json")
    }
    if SeedRange(seeds) == nil {
      throw ValidationError("`\(Printable.escaped(seeds))` is no range of seeds such as 1..20")
    }
  }

  func run() throws {
    do {
      let shipped = ShippedLessons.maps.first { $0.name == file }?.text
      let source = FileScripts()
      let name = file == "-" ? FileScripts.standardInput : file
      let text = try shipped ?? source.text(of: name)
      let seeds = SeedRange(seeds)?.seeds ?? 1...1
      let lines = try fragility ? changes(name, text, seeds) : map(name, text, seeds)
      if let output {
        try OutputFile.write(lines.map { $0 + "\n" }.joined(), to: output)
        return
      }
      let writer = LineWriter.standardOutput
      for line in lines { writer.write(line) }
      try writer.close()
    } catch {
      throw Failure.exit(for: error)
    }
  }

  private func changes(_ name: String, _ text: String, _ seeds: ClosedRange<UInt64>) throws -> [String] {
    let plan = try Fragility.Plan(
      name, text: text, claims: claim.map { [$0] } ?? [], axes: [x, y].compactMap { $0 }, values: at, seeds: seeds)
    let found = try Fragility(plan)
    return format == .json ? found.json : found.lines
  }

  private func map(_ name: String, _ text: String, _ seeds: ClosedRange<UInt64>) throws -> [String] {
    let map = try ClaimMap(
      try MapPlan(name, text: text, x: x ?? "", y: y ?? "", claim: claim, seeds: seeds))
    return switch format {
    case .text: map.lines
    case .csv: map.csv
    case .json: map.json
    case .svg: map.svg
    }
  }
}
