import Analysis
import Insight
import Kernel
import Language
import Replication

/// The operations of a session on its page, each with its `why`.
struct OperationsPart: Sendable {
  /// Why it answered so.
  struct Why: Sendable {
    let number: Int
    let text: String
  }

  /// One operation.
  struct Entry: Sendable {
    let number: Int
    let action: String
    let tone: String
    let sign: String
    let outcome: String
    let about: String
    let why: [Why]
  }

  /// How many are listed.
  private static let most = 200
  /// How many are explained: each takes a look at what would have avoided it.
  private static let mostExplained = 60
  /// The same where a load has issued many operations, and such a look takes long.
  private static let mostExplainedAmongMany = 8

  let note: [String]
  let list: [Entry]

  /// What commands have issued; nothing where they have issued none.
  static func all(of session: Session) -> [OperationsPart] {
    let count = session.world.observer.history.commands.count
    let operations = session.operations(most)
    guard !operations.isEmpty else { return [] }
    let isMany = session.world.observer.history.count > Session.watchedOperations
    // Whose answer astonishes is explained first.
    let odd = operations.filter { $0.isStale == true || $0.outcome != .ok }
    let others = operations.filter { !($0.isStale == true || $0.outcome != .ok) }
    let explained = Set((odd + others).prefix(isMany ? mostExplainedAmongMany : mostExplained).map(\.id))
    let list = operations.map { operation in
      let why = explained.contains(operation.id) ? explanation(of: operation.id, in: session) : nil
      return entry(operation, why)
    }
    var notes: [String] = []
    if count > operations.count {
      notes.append("The latest \(operations.count) of \(count) that commands have issued.")
    }
    if explained.count < operations.count {
      notes.append("Of \(explained.count) it is said why they answered so; `why N` says it of any.")
    }
    return [OperationsPart(note: notes, list: list)]
  }

  private static func explanation(of number: Int, in session: Session) -> Why? {
    guard let found = session.timeline.explained(OperationID(number)),
      let explanation = Explanation(of: found.index, in: session.timeline)
    else { return nil }
    return Why(number: number, text: explanation.lines.joined(separator: "\n"))
  }

  private static func entry(_ operation: OperationReport, _ why: Why?) -> Entry {
    let isBad = operation.isStale == true || operation.weight == .bad
    let tone: PageTable.Kind = isBad ? .bad : operation.weight == .warning ? .warn : .good
    let level = operation.level.name.map { " at \($0)" } ?? ""
    let latency = Quantity.milliseconds((operation.end - operation.start).microseconds)
    return Entry(
      number: operation.id, action: operation.action + level, tone: tone.rawValue,
      sign: isBad ? "✗" : tone == .warn ? "▲" : "✓", outcome: operation.shortOutcome,
      about: "\(Printable.escaped(operation.client)) → \(operation.answeredBy), from "
        + "\(Quantity.milliseconds(operation.start.microseconds)), answered after \(latency)",
      why: why.map { [$0] } ?? [])
  }
}
