import ArgumentParser
import Foundation
import Workbench

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs scripts without a screen.",
    discussion: """
      Prints what happens, or JSON Lines with --json. Exit status: 0 all expectations held, 1 one failed, 65 a script is \
      wrong, 66 a file is missing, 73 output can't be written.
      """)

  @Argument(help: "Scripts, run one after another on one cluster; - is standard input.")
  var files: [String]

  @Flag(help: "Print JSON Lines and nothing else.")
  var json = false

  @Flag(help: "Also print the operations of loads.")
  var all = false

  @Option(help: ArgumentHelp("Write the history in the shape of Jepsen's.", valueName: "out"))
  var history: String?

  @Option(help: ArgumentHelp("Write everything that happens, as JSON Lines.", valueName: "out"))
  var trace: String?

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  func validate() throws {
    if let history, history == trace { throw ValidationError("--history and --trace can't both go to \(history)") }
  }

  func run() throws {
    let output = LineWriter.standardOutput
    let traceWriter = try trace.map { try LineWriter(path: $0) }
    let historyWriter = try history.map { try LineWriter(path: $0) }
    let text = TextReport(isColored: TerminalTraits.isColored)
    let session = Session(seed: seed, keepsTrace: trace != nil, reportsLoads: all)
    var tokens: [String] = []
    var runner = ScriptRunner(session) { [json] event in
      if case .traced(let records, let cluster) = event {
        traceWriter?.write(TraceExport.lines(of: records, in: cluster))
      } else if case .shared(let token) = event, !json {
        tokens.append(token.text)
      } else if json {
        JSONReport.lines(for: event).forEach { output.write($0) }
      } else {
        for line in text.lines(for: event) { output.write(line) }
      }
    }
    var failure: (any Error)?
    do {
      try runner.run(files.map { $0 == "-" ? FileScripts.standardInput : $0 }, from: FileScripts())
      runner.finish()
      if json {
        output.write(JSONReport.endLine(of: runner.session))
      } else {
        for line in text.endLines(of: runner.session) { output.write(line) }
      }
    } catch {
      failure = error
    }
    // A moment that is shared stands last, where whoever calls this looks for it.
    tokens.forEach { output.write($0) }
    if let historyWriter { HistoryExport.write(runner.session.world) { historyWriter.write($0) } }
    traceWriter?.write(TraceExport.endLine(of: runner.session.cluster))
    try traceWriter?.close()
    try historyWriter?.close()
    try output.close()
    if let failure { throw Failure.exit(for: failure) }
    // Leave at once: giving back a long history piece by piece takes time that nobody needs.
    Foundation.exit(runner.session.expectations.failed > 0 ? 1 : 0)
  }
}
