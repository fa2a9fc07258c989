import Analysis
import ArgumentParser
import Foundation
import Kernel
import Language
import Replication
import Workbench

struct DesignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "design",
    abstract: "Searches for a configuration that meets demands: scheme, copies, level, repair, routing.",
    discussion: """
      Each design plays the same workload under the same seed on three regions, and what it costs, how long 99 of 100 \
      operations take, how many reads are stale and what share of operations is answered after a loss is measured. Printed are \
      the designs that meet all demands and of which none is better in everything. Exit status: 0 one was found, 1 none was: \
      it says which demand nobody met, and who came nearest.
      """)

  @Option(help: ArgumentHelp("How long 99 of 100 operations may take.", valueName: "duration"))
  var p99: String?

  @Option(help: ArgumentHelp("What share of reads may be stale, such as 0.1%.", valueName: "share"))
  var stale: String?

  @Option(help: ArgumentHelp("What may be lost: region, replica or none.", valueName: "what"))
  var survive = "region"

  @Option(help: ArgumentHelp("What it may cost a month without people, in dollars.", valueName: "dollars"))
  var price: String?

  @Option(help: ArgumentHelp("A file of prices, in YAML.", valueName: "file"))
  var prices: String?

  @Option(
    help: ArgumentHelp("What follows on `load`, such as \"200/s for 20s write 10% keys 500\".", valueName: "load"))
  var workload: String?

  @Option(help: ArgumentHelp("Only these schemes, with commas between them.", valueName: "names"))
  var scheme: String?

  @Option(help: ArgumentHelp("Only these numbers of copies a region, with commas between them.", valueName: "numbers"))
  var copies: String?

  @Option(help: ArgumentHelp("Print the point of that number as a script.", valueName: "N"))
  var script: Int?

  @Option(help: ArgumentHelp("Write each point as a script into this folder.", valueName: "folder"))
  var output: String?

  @Flag(help: "Print JSON Lines and nothing else.")
  var json = false

  @Option(help: "What chance is drawn from.")
  var seed: UInt64 = 1

  func validate() throws { _ = (try demand(), try space()) }

  private func demand() throws -> DesignDemand {
    var demand = DesignDemand()
    if let p99 {
      guard let span = Quantity.duration(p99), span > .zero else {
        throw ValidationError("--p99 takes a duration above 0, such as 50ms, and not `\(Printable.escaped(p99))`")
      }
      demand.p99 = span
    }
    if let stale {
      let isPercent = stale.hasSuffix("%")
      guard let number = Double(isPercent ? String(stale.dropLast()) : stale),
        (0...(isPercent ? 100 : 1)).contains(number)
      else {
        throw ValidationError(
          "--stale takes a share from 0% to 100%, such as 0.1%, and not `\(Printable.escaped(stale))`")
      }
      demand.stale = isPercent ? number / 100 : number
    }
    guard let loss = DesignDemand.Loss(rawValue: survive) else {
      throw ValidationError("--survive takes region, replica or none, and not `\(Printable.escaped(survive))`")
    }
    demand.survives = loss
    if let price {
      guard let number = Double(price), number.isFinite, number > 0 else {
        throw ValidationError(
          "--price takes dollars a month above 0, such as 2000, and not `\(Printable.escaped(price))`")
      }
      demand.price = number
    }
    return demand
  }

  private func space() throws -> DesignSpace {
    var space = DesignSpace()
    if let scheme {
      space.schemes = try scheme.split(separator: ",").map { name in
        guard let known = SchemeName(rawValue: String(name)), space.schemes.contains(known) else {
          throw ValidationError(
            "--scheme takes \(space.schemes.map(\.rawValue).joined(separator: ", ")), and not `\(Printable.escaped(String(name)))`"
          )
        }
        return known
      }
    }
    if let copies {
      space.copies = try copies.split(separator: ",").map { word in
        guard let number = Int(word), (1...5).contains(number) else {
          throw ValidationError("--copies takes numbers from 1 to 5, and not `\(Printable.escaped(String(word)))`")
        }
        return number
      }
    }
    guard !space.candidates.isEmpty else {
      throw ValidationError("with these --scheme and --copies there is no design")
    }
    return space
  }

  func run() throws {
    let writer = LineWriter.standardOutput
    var isMet = false
    do {
      let line = ProgressLine(CountedNoun("design"))
      defer { line.end() }
      let search = try DesignSearch(
        try demand(), in: try space(), workload: workload, prices: try PriceFile.read(prices), seed: seed,
        progress: line.show)
      line.end()
      isMet = !search.front.isEmpty
      if let script, isMet {
        guard let lines = search.script(script) else {
          throw ValidationError("there is no point \(script): the front has \(search.front.count)")
        }
        for line in lines { writer.write(line) }
      } else {
        for line in json ? search.json : search.lines { writer.write(line) }
      }
      if let output { try write(search, into: output) }
    } catch {
      throw Failure.exit(for: error)
    }
    try writer.close()
    if !isMet { throw ExitCode(1) }
  }

  private func write(_ search: DesignSearch, into folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw FileProblem(folder, "the folder can't be made")
    }
    for number in search.front.indices.map({ $0 + 1 }) {
      let file = try LineWriter(path: "\(folder)/design-\(number).ev")
      for line in search.script(number) ?? [] { file.write(line) }
      try file.close()
    }
  }
}
