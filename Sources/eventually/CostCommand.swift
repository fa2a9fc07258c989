import Analysis
import ArgumentParser
import Foundation
import Kernel
import Language
import Replication
import Workbench

struct CostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cost",
    abstract: "Says what a session costs a month, and a workload by regions, levels and settings.",
    discussion: """
      With a script, what it has come to is billed first, and levels and settings are tried where it ends. Below stands the \
      table that is stated for one, three and five regions, with the arithmetic of what is said to come of it.
      A file of prices has the keys storage ($/GB-month), transfer ($/GB), replica ($/month) and person ($/year), each a \
      number or a price with its origin; what it leaves out stays as it is.
      """)

  @Argument(help: "A script that is run first; - is standard input.")
  var file: String?

  @Option(help: ArgumentHelp("A file of prices, in YAML.", valueName: "file"))
  var prices: String?

  @Option(
    help: ArgumentHelp("What follows on `load`, such as \"200/s for 10s write 20% keys 200\".", valueName: "load"))
  var workload: String?

  @Flag(help: "Print JSON Lines and nothing else.")
  var json = false

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  func run() throws {
    let output = LineWriter.standardOutput
    do {
      for line in try lines() { output.write(PrintableLine(line)) }
    } catch {
      throw Failure.exit(for: error)
    }
    try output.close()
  }

  private func lines() throws -> [String] {
    let prices = try PriceFile.read(prices)
    var runner = ScriptRunner(Session(seed: seed)) { _ in }
    var bill: [String] = []
    if let file {
      try runner.run([file == "-" ? FileScripts.standardInput : file], from: FileScripts())
      let report = CostReport(in: runner.session.facts, prices: prices)
      bill = json ? [report.json] : ["What the session costs", ""] + report.lines + [""]
    }
    let study = try CostStudy(workload, after: runner.session, prices: prices)
    if json { return bill + study.json + StatedCosts.standard.json }
    return bill + study.lines + [""] + StatedCosts.standard.lines + (file == nil ? [""] + prices.lines : [])
  }
}

/// Files of prices on the command line.
enum PriceFile {
  /// The prices of a file, or those that the program brings along.
  ///
  /// - Throws: a ``ScriptError`` if the file is missing or wrong.
  static func read(_ file: String?) throws -> Prices {
    guard let file else { return .standard }
    do {
      return try Prices(reading: try FileScripts(longest: 65_536).text(of: file), of: file)
    } catch let diagnostic as Diagnostic {
      throw ScriptError.wrong([diagnostic])
    }
  }
}
