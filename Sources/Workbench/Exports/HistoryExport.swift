import Analysis
import Insight
import Kernel
import Language
import Replication

/// The history as JSON Lines in the shape of Jepsen's, with the order in which the store came to rank its versions.
///
/// A client with several operations in flight is written as several processes, `alice`, `alice/2` …, since a process
/// has one at a time; an operation takes the first that is free, by which a reader knows that they are one session.
/// `unavailable` is a `fail`: it certainly did not happen. A `timeout` is an `info`: it may have happened, and its
/// process goes on. A delete is a write of null, a conditional write a `cas`; one that found another value is a `fail`,
/// and one that was refused has an `error` besides. A read that found siblings has an array. Keys of data types are marked
/// with their `datatype`, writes that expire with `expires`, keys that mirrors have written with `mirrored`: they are no registers. Where each region keeps copies of its own, a
/// key is a register in each: `cart in us-east-1`. What consumers take is left out.
public enum HistoryExport {
  /// Hands out the lines, one by one.
  public static func write(_ world: World, _ line: (String) -> Void) {
    let export = Export(world: world, clients: ClientHistory(world.observer, world.cluster))
    for step in export.clients.steps { line(export.text(step)) }
    for key in export.names.keys {
      for region in export.clients.homes { if let order = export.order(of: key, in: region) { line(order) } }
    }
  }

  private struct Export {
    let world: World
    let clients: ClientHistory

    var names: Names { world.cluster.catalogue.names }

    func text(_ step: ClientHistory.Step) -> String {
      let operation = step.operation
      let client = world.cluster.clients[operation.client].name
      var fields: [JSONText.Field] = [
        .init("process", .string(step.slot == 0 ? client : "\(client)/\(step.slot + 1)")),
        .init("type", .string(step.isEnd ? ending(operation) : "invoke")), .init("f", .string(function(operation))),
        .init("key", .string(clients.registerName(of: operation))), .init("value", value(step)),
        .init("time", .integer((step.isEnd ? operation.ended : operation.began).microseconds)),
      ]
      if step.isEnd, let outcome = operation.outcome, outcome != .ok, !outcome.mayHaveHappened {
        fields.append(.init("error", .string(outcome.rawValue)))
      }
      if clients.isTyped(operation.key) {
        fields.append(.init("datatype", .string(world.cluster.environment.form(of: operation.key).rawValue)))
      }
      if clients.isMirrored(operation.key) { fields.append(.init("mirrored", .boolean(true))) }
      if clients.isExpiring(operation) { fields.append(.init("expires", .boolean(true))) }
      return JSONText.object(fields).text
    }

    private func ending(_ operation: Operation) -> String {
      guard let outcome = operation.outcome, !outcome.mayHaveHappened else { return "info" }
      // A write that found its condition false certainly did not happen.
      return outcome == .ok && operation.applied != false ? "ok" : "fail"
    }

    private func function(_ operation: Operation) -> String {
      switch operation.kind {
      case .read: "read"
      case .write: operation.isConditional ? "cas" : "write"
      case .delete: "write"
      case .add, .remove, .increment, .consume, .timeline: operation.kind.rawValue
      }
    }

    private func value(_ step: ClientHistory.Step) -> JSONText {
      let operation = step.operation
      if operation.kind == .read { return step.isEnd && operation.outcome == .ok ? answer(operation) : .null }
      guard let written = clients.written(operation) else { return .null }
      return operation.isConditional ? .array([json(clients.asked(operation)), json(written)]) : json(written)
    }

    private func answer(_ operation: Operation) -> JSONText {
      guard !clients.isTyped(operation.key) else {
        return .optional(
          ValueText.text(of: operation.version, operation.key, in: world.cluster, at: operation.clockReading))
      }
      let values = clients.answered(operation).map(json)
      return values.count > 1 ? .array(values) : values.first ?? .null
    }

    private func json(_ value: ClientHistory.Value) -> JSONText {
      switch value {
      case .missing: .null
      case .text(let text): .string(names.text(of: text))
      case .written(let text, let operation, let isMarked):
        .string(isMarked ? "\(names.text(of: text))#\(operation.index)" : names.text(of: text))
      }
    }

    /// The versions of a key that have come into being, oldest first; a tombstone is null.
    func order(of key: KeyID, in region: RegionID?) -> String? {
      guard let versions = clients.order(of: key, in: region) else { return nil }
      return JSONText.object([
        .init("type", .string("order")), .init("key", .string(clients.registerName(of: key, in: region))),
        .init("values", .array(versions.map { json(clients.value(of: $0)) })),
      ]).text
    }
  }
}
