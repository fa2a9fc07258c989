import Insight
import Kernel
import Replication

extension Timeline {
  /// The operation that `why` is about: that of the number, or the last of a command that has ended.
  package func explained(_ number: OperationID?) -> OperationID? { number ?? world.observer.history.commands.last }

  /// Why an operation can't be explained now; nil if it can.
  package func refusal(toExplain number: OperationID?) -> String? {
    guard let id = explained(number) else {
      guard let open = cluster.openOperations.last else {
        return "there is no operation yet whose answer could be explained"
      }
      return waiting(open)
    }
    if world.observer.history[id] != nil { return nil }
    if let open = cluster.openOperation(id) { return waiting(open) }
    let last = cluster.nextOperation - 1
    return id.index <= last
      ? "operation \(id.index) belongs to an earlier cluster, whose history has ended"
      : last == 0
        ? "there is no operation \(id.index): there has been none yet"
        : "there is no operation \(id.index); the latest is \(last)"
  }

  /// What an operation that goes on waits for.
  private func waiting(_ operation: Replication.Operation) -> String {
    if operation.executor == .none || cluster.isBetweenAttempts(operation.id) {
      return "operation \(operation.id.index) has not been answered yet: "
        + (cluster.isBetweenAttempts(operation.id)
          ? "its client waits before attempt \(operation.attempts)" : "it is on its way to the edge cache")
    }
    let coordinator = cluster.topology.name(of: operation.executor)
    let awaited =
      cluster.awaited(ofWrite: operation.id, at: operation.executor)
      ?? cluster.read(operation.id, at: operation.coordinator)?.awaited
    let names = (awaited ?? ReplicaSet()).map { cluster.topology.name(of: $0) }
    let what =
      names.isEmpty
      ? "it waits for \(coordinator), its \(operation.leader == .none ? "coordinator" : "leader")"
      : "\(coordinator) waits for answers from \(Explainer.row(names))"
    return "operation \(operation.id.index) has not been answered yet: \(what)"
  }
}
