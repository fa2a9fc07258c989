import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Scripts that tests hold in memory.
struct MemoryScripts: ScriptSource {
  var files: [String: String]

  func text(of file: String) throws -> String {
    guard let text = files[file] else { throw ScriptError.missing(file, reason: "there is no such file") }
    return text
  }

  func resolve(_ name: String, from file: String) -> String { name }
}

/// A script that was played, and what came of it.
struct Played {
  var session: Session
  var operations: [OperationReport] = []
  var expectations: [ExpectationReport] = []
  var shown: [String] = []
  var json: [String] = []
  var trace: [String] = []
  var repairs: [RepairSummary] = []
  /// What `why` said, in lines.
  var explained: [String] = []

  /// The operation of that number.
  subscript(id: Int) -> OperationReport? { operations.first { $0.id == id } }

  /// The last operation that was reported.
  var last: OperationReport { operations[operations.count - 1] }

  /// What a fact is worth now.
  func fact(_ text: String) throws -> String {
    var reader = CommandReader(text, context: session.names(isPrompt: false))
    return session.facts.value(try reader.fact().fact).text
  }

  /// Whether a condition holds now.
  func holds(_ text: String) throws -> Bool {
    var reader = CommandReader(text, context: session.names(isPrompt: false))
    return session.facts.holds(try reader.condition())
  }
}

/// Plays a script from memory; a wrong line throws its diagnostic.
func play(
  _ script: String, seed: UInt64? = nil, keepsTrace: Bool = false, reportsLoads: Bool = false,
  keyframeSpacing: Int = 1_000, finishing: Bool = false
) throws -> Played {
  final class Collector {
    var operations: [OperationReport] = []
    var expectations: [ExpectationReport] = []
    var shown: [String] = []
    var json: [String] = []
    var trace: [String] = []
    var repairs: [RepairSummary] = []
    var explained: [String] = []
  }
  let collected = Collector()
  let session = Session(
    seed: seed, keepsTrace: keepsTrace, reportsLoads: reportsLoads, keyframeSpacing: keyframeSpacing)
  var runner = ScriptRunner(session) { event in
    switch event {
    case .operation(let operation): collected.operations.append(operation)
    case .expectation(let expectation): collected.expectations.append(expectation)
    case .repaired(let summary): collected.repairs.append(summary)
    case .shown(let lines), .answered(let lines, _): collected.shown += lines
    case .explained(let explanation): collected.explained += explanation.lines
    case .traced(let records, let cluster):
      let lines = String(decoding: TraceExport.lines(of: records, in: cluster).bytes, as: UTF8.self)
      collected.trace += lines.split(separator: "\n").map(String.init)
    default: break
    }
    collected.json += JSONReport.lines(for: event)
  }
  do {
    try runner.run(["test.ev"], from: MemoryScripts(files: ["test.ev": script]))
  } catch ScriptError.wrong(let diagnostics) {
    throw diagnostics[0]
  }
  if finishing { runner.finish() }
  return Played(
    session: runner.session, operations: collected.operations, expectations: collected.expectations,
    shown: collected.shown, json: collected.json, trace: collected.trace, repairs: collected.repairs,
    explained: collected.explained)
}

/// Plays a script whose expectations must all hold.
func check(
  _ script: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let played = try play(script)
  #expect(!played.expectations.isEmpty, "the script expects nothing", sourceLocation: sourceLocation)
  for expectation in played.expectations where !expectation.isHeld {
    Issue.record(
      "line \(expectation.line.number): \(expectation.condition); \(expectation.facts.joined(separator: ", "))",
      sourceLocation: sourceLocation)
  }
}

/// Why a line can't be carried out after a script; nil if it can.
func refusal(of line: String, after script: String) -> String? {
  do {
    _ = try play("\(script)\n\(line)")
    return nil
  } catch {
    return (error as? Diagnostic)?.sentence ?? (error as? ScriptError)?.sentence ?? "\(error)"
  }
}
