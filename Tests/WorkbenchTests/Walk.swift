import Kernel
import Replication

@testable import Analysis
@testable import Language
@testable import Workbench

/// A session that was played event by event, and what each moment looked like the first time.
struct Walk {
  struct Moment: Equatable {
    let fingerprint: Fingerprint
    let time: Instant
  }

  private(set) var session: Session
  /// What stood after that many events and inputs; what happens in the microsecond before an operation is not looked at.
  private(set) var moments: [Int: Moment] = [:]
  private(set) var reported: [Int] = []

  init(_ script: String = "", keyframeSpacing: Int = 40) throws {
    session = Session(keyframeSpacing: keyframeSpacing)
    note()
    try self(script)
  }

  /// Plays lines, one event after another.
  mutating func callAsFunction(_ script: String) throws {
    for line in script.split(separator: "\n") {
      guard let command = try CommandParser.parse(String(line), in: session.names(isPrompt: true)) else { continue }
      var ids: [Int] = []
      let report: (SessionEvent) -> Void = { if case .operation(let operation) = $0 { ids.append(operation.id) } }
      if var goal = try session.begin(command, from: .prompt(String(line)), report: report) {
        note()
        while session.pursue(&goal, until: .end, atMost: 1, report: report) == .ongoing { note() }
      }
      note()
      reported += ids
    }
  }

  private mutating func note() {
    if moments[position] == nil { moments[position] = moment }
  }

  var moment: Moment { Moment(fingerprint: session.cluster.fingerprint, time: session.cluster.now) }
  var position: Int { session.timeline.position }
  var branch: String { session.timeline.branchName }
  var isInPast: Bool { session.timeline.isInPast }

  func value(_ fact: String) throws -> String {
    var reader = CommandReader(fact, context: session.names(isPrompt: true))
    return session.facts.value(try reader.fact().fact).text
  }
}
