import Kernel
import Replication

/// A cluster's own history as the checkers take it.
public struct SessionRegisters: Sendable {
  /// What is judged: operations on keys that were only read and written.
  public private(set) var history = RegisterHistory()
  /// The number of each of its operations.
  public private(set) var operations: [OperationID] = []
  /// Keys that were left out: deletes, data types, siblings, expiring values, conditional writes.
  public private(set) var otherKeys: [KeyID] = []

  /// The history of a cluster so far.
  ///
  /// A client with several operations in flight counts as several processes, since a process has one at a time. The order in
  /// which the store ranks a key's versions is stated with it.
  ///
  /// - Parameter client: whose operations are taken; nil: everybody's.
  public init(_ observer: Observer, _ cluster: Cluster, only client: ClientID? = nil) {
    let catalogue = cluster.catalogue
    var versions: [OperationID: VersionID] = [:]
    var ranked: [[VersionID]] = Array(repeating: [], count: catalogue.names.keyCount)
    var isOther = Array(repeating: false, count: catalogue.names.keyCount)
    for version in catalogue.versions.ids where version != .none {
      let made = catalogue.version(version)
      guard made.key != .none else { continue }
      if made.isState || made.isTombstone || made.isExpiring { isOther[made.key.index] = true }
      if made.operation != .none { versions[made.operation] = version }
      ranked[made.key.index].append(version)
    }
    for key in catalogue.names.keys where cluster.environment.form(of: key) != .lastWriterWins {
      isOther[key.index] = true
    }
    for entry in observer.history.all {
      let operation = entry.operation
      if operation.isConditional || operation.kind != .read && operation.kind != .write {
        isOther[operation.key.index] = true
      }
    }
    otherKeys = catalogue.names.keys.filter { isOther[$0.index] }
    var edges: [(position: Int, isEnd: Bool, operation: Operation)] = []
    for entry in observer.history.all where !isOther[entry.operation.key.index] {
      guard client == nil || entry.operation.client == client else { continue }
      edges.append((entry.operation.beganAt, false, entry.operation))
      edges.append((entry.operation.endedAt, true, entry.operation))
    }
    for operation in cluster.openOperations where !isOther[operation.key.index] {
      guard client == nil || operation.client == client else { continue }
      edges.append((operation.beganAt, false, operation))
    }
    edges.sort { ($0.position, $0.isEnd ? 1 : 0) < ($1.position, $1.isEnd ? 1 : 0) }
    take(edges, versions)
    for key in catalogue.names.keys where key.index < history.keyCount && !isOther[key.index] {
      history.orders[key.index] = ranked[key.index].sorted { catalogue.wins($1, over: $0) }.map { $0.index + 1 }
    }
  }

  private mutating func take(
    _ edges: [(position: Int, isEnd: Bool, operation: Operation)], _ versions: [OperationID: VersionID]
  ) {
    var idle: [ClientID: [Int]] = [:]
    var known: [OperationID: (number: Int, process: Int)] = [:]
    var processCount = 0
    // A write that no replica ever took in has a value of its own.
    var vacant = -1
    for (place, edge) in edges.enumerated() {
      let operation = edge.operation
      guard edge.isEnd else {
        var process = idle[operation.client]?.popLast() ?? -1
        if process < 0 {
          process = processCount
          processCount += 1
        }
        var value = versions[operation.id].map { $0.index + 1 } ?? 0
        if operation.kind == .write, value == 0 {
          value = vacant
          vacant -= 1
        }
        let number = history.append(
          RegisterHistory.Operation(
            process: process, key: operation.key.index, isRead: operation.kind == .read,
            value: operation.kind == .read ? 0 : value, invoked: place))
        operations.append(operation.id)
        known[operation.id] = (number, process)
        continue
      }
      guard let (number, process) = known[operation.id] else { continue }
      idle[operation.client, default: []].append(process)
      let ending: RegisterHistory.Ending =
        switch operation.outcome {
        case .ok: .ok
        case .unavailable: .failed
        case .timeout, nil: .unknown
        }
      let answered = operation.version == .none ? 0 : operation.version.index + 1
      history.end(number, ending, value: answered, at: place)
    }
  }
}
