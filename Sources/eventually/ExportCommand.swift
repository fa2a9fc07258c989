import ArgumentParser
import Foundation
import Kernel
import Language
import Workbench

extension ExportFormat: ExpressibleByArgument {}

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Runs scripts and prints what was seen in a form that other programs read.",
    discussion: ExportFormat.allCases.map { "\($0.rawValue): \($0.summary)" }.joined(separator: "\n")
      + """


      ShiViz splits such a log with the expression \(ShiVizLog.expression)
      Exit status: 0 it is written, 64 the stretch of time can't be shown, 65 a script is wrong, 66 a file is missing, \
      73 the output can't be written.
      """)

  @Argument(help: "Scripts, run one after another on one cluster; - is standard input.")
  var files: [String]

  @Option(help: "history, shiviz, mermaid, csv, json, openmetrics or prometheus-rules.")
  var format: ExportFormat

  @Option(help: ArgumentHelp("The file to write; standard output when unsaid.", valueName: "out"))
  var output: String?

  @Option(help: ArgumentHelp("From when on, such as 120ms (shiviz, mermaid).", valueName: "instant"))
  var from: String?

  @Option(help: ArgumentHelp("Until when (shiviz, mermaid).", valueName: "instant"))
  var to: String?

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  func validate() throws {
    _ = try plan
  }

  private var plan: ExportPlan {
    get throws {
      if !format.hasRange, from != nil || to != nil {
        throw ValidationError("--from and --to are for shiviz and mermaid; \(format.rawValue) is about the whole")
      }
      return ExportPlan(format, from: try instant(from, "--from"), to: try instant(to, "--to"))
    }
  }

  private func instant(_ text: String?, _ option: String) throws -> Instant? {
    guard let text else { return nil }
    guard let span = Quantity.duration(text) else {
      throw ValidationError("\(option) takes an instant such as 120ms, not `\(Printable.escaped(text))`")
    }
    return .start + span
  }

  func run() throws {
    var runner = ScriptRunner(Session(seed: seed, isTracing: true)) { _ in }
    if format == .openmetrics { runner.watch() }
    do {
      try runner.run(files.map { $0 == "-" ? FileScripts.standardInput : $0 }, from: FileScripts())
    } catch {
      throw Failure.exit(for: error)
    }
    let lines: [String]
    do {
      lines = try runner.session.lines(of: plan)
    } catch let refusal as ExportRefusal {
      Complaint.say(refusal.sentence)
      throw ExitCode(64)
    }
    let writer = try output.map { try LineWriter(path: $0) } ?? LineWriter.standardOutput
    lines.forEach { writer.write($0) }
    try writer.close()
  }
}
