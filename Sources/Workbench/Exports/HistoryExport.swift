import Insight
import Kernel
import Replication

/// The history as JSON Lines in the shape of Jepsen's, with the order in which the store came to rank its versions.
///
/// A client with several operations in flight is written as several processes, `alice`, `alice/2` …, since a process
/// has one at a time. `unavailable` is a `fail`: it certainly did not happen. A `timeout` is an `info`: it may have
/// happened, and its process goes on.
public enum HistoryExport {
  /// Hands out the lines, one by one.
  public static func write(_ world: World, _ line: (String) -> Void) {
    var export = Export(world: world)
    export.write(line)
  }

  private struct Export {
    let world: World
    /// Values that were written to a key more than once.
    var repeated: Set<RepeatedValue> = []
    /// The operation that each process of a client is busy with.
    var busy: [[OperationID?]] = []

    struct RepeatedValue: Hashable {
      let key: KeyID
      let value: String
    }

    enum Edge {
      case invocation(Operation)
      case completion(Operation)
    }

    init(world: World) {
      self.world = world
      var seen: Set<RepeatedValue> = []
      for entry in world.observer.history.all where entry.operation.value != .none && !entry.operation.isLoad {
        let value = RepeatedValue(key: entry.operation.key, value: names.text(of: entry.operation.value))
        if !seen.insert(value).inserted || isLoads(value) { repeated.insert(value) }
      }
      busy = Array(repeating: [], count: world.cluster.clients.count)
    }

    /// Whether a load has written that value to that key, too: `v` and the number of its operation.
    private func isLoads(_ value: RepeatedValue) -> Bool {
      guard value.value.first == "v", let number = UInt32(value.value.dropFirst()),
        let entry = world.observer.history[OperationID(Int(number))]
      else { return false }
      return entry.operation.isLoad && entry.operation.kind == .write && entry.operation.key == value.key
    }

    var names: Names { world.cluster.catalogue.names }

    mutating func write(_ line: (String) -> Void) {
      var edges: [(position: Int, rank: Int, edge: Edge)] = []
      for entry in world.observer.history.all {
        edges.append((entry.operation.beganAt, 0, .invocation(entry.operation)))
        edges.append((entry.operation.endedAt, 1, .completion(entry.operation)))
      }
      for operation in world.cluster.openOperations { edges.append((operation.beganAt, 0, .invocation(operation))) }
      edges.sort { ($0.position, $0.rank) < ($1.position, $1.rank) }
      for (_, _, edge) in edges {
        switch edge {
        case .invocation(let operation): line(invocation(of: operation))
        case .completion(let operation): line(completion(of: operation))
        }
      }
      for key in names.keys { if let order = order(of: key) { line(order) } }
    }

    private mutating func invocation(of operation: Operation) -> String {
      let client = operation.client.index
      let slot = busy[client].firstIndex { $0 == nil } ?? busy[client].count
      if slot == busy[client].count { busy[client].append(nil) }
      busy[client][slot] = operation.id
      let value: JSONText = operation.kind == .write ? .string(written(operation)) : .null
      return text(operation, slot: slot, type: "invoke", value: value, time: operation.began)
    }

    private mutating func completion(of operation: Operation) -> String {
      let client = operation.client.index
      let slot = busy[client].firstIndex(of: operation.id) ?? 0
      busy[client][slot] = nil
      let type =
        switch operation.outcome {
        // A write that found its condition false certainly did not happen.
        case .ok: operation.applied == false ? "fail" : "ok"
        case .unavailable: "fail"
        case .timeout, nil: "info"
        }
      var value: JSONText = .null
      if operation.kind == .write {
        value = .string(written(operation))
      } else if operation.kind == .read, operation.outcome == .ok {
        value = self.value(of: operation.version)
      }
      return text(operation, slot: slot, type: type, value: value, time: operation.ended)
    }

    private func text(
      _ operation: Operation, slot: Int, type: String, value: JSONText, time: Instant
    ) -> String {
      let client = world.cluster.clients[operation.client].name
      return JSONText.object([
        .init("process", .string(slot == 0 ? client : "\(client)/\(slot + 1)")), .init("type", .string(type)),
        .init("f", .string(operation.kind.rawValue)), .init("key", .string(names.name(of: operation.key))),
        .init("value", value), .init("time", .integer(time.microseconds)),
      ]).text
    }

    /// The versions of a key that have come into being, oldest first; a tombstone is null.
    private func order(of key: KeyID) -> String? {
      let catalogue = world.cluster.catalogue
      // Keys that keep more than one version are not ranked.
      let undecided = world.cluster.environment.paxos.undecided
      var versions = catalogue.versions.ids.filter {
        catalogue.version($0).key == key && !catalogue.version($0).isState && !undecided.contains($0)
      }
      guard !versions.isEmpty else { return nil }
      versions.sort { catalogue.wins($1, over: $0) }
      return JSONText.object([
        .init("type", .string("order")), .init("key", .string(names.name(of: key))),
        .init("values", .array(versions.map { value(of: $0) })),
      ]).text
    }

    private func value(of version: VersionID) -> JSONText {
      let catalogue = world.cluster.catalogue
      guard version != .none, !catalogue.version(version).isTombstone else { return .null }
      if catalogue.version(version).isState {
        return .optional(ValueText.text(of: version, catalogue.version(version).key, in: world.cluster, at: nil))
      }
      let written = catalogue.version(version)
      return .string(unique(written.value, key: written.key, operation: written.operation))
    }

    private func written(_ operation: Operation) -> String {
      unique(operation.value, key: operation.key, operation: operation.id)
    }

    /// A value that was written to its key more than once is told apart by its operation.
    private func unique(_ value: ValueID, key: KeyID, operation: OperationID) -> String {
      let text = names.text(of: value)
      return repeated.contains(RepeatedValue(key: key, value: text)) ? "\(text)#\(operation.index)" : text
    }
  }
}
