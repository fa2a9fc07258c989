import Kernel

/// What must hold after every event, whatever was asked and whatever went wrong: a cluster that breaks it is a defect of
/// ours, and nothing that it says can be trusted.
extension Cluster {
  /// How closely a cluster is looked at.
  public enum Scrutiny: Sendable {
    /// What goes on: its cost grows with the operations in progress.
    case inProgress
    /// All that it holds besides: its cost grows with the keys, the versions and the events to come.
    case everything
  }

  /// The first invariant that doesn't hold, in words; nil if all do.
  public func brokenInvariant(_ scrutiny: Scrutiny) -> String? {
    let found =
      brokenByOperations() ?? brokenByRepairs() ?? replicas.ids.lazy.compactMap(brokenBy(replica:)).first
      ?? replicas.brokenByLeaders(at: now, lease: environment.settings.lease) ?? brokenByCommits()
      ?? replicas.brokenByPrimaries()
      ?? (scrutiny == .everything ? brokenByTime() ?? brokenByCopies() ?? doubleInsert() : nil)
    return found.map { "after event \(position), at \(now.microseconds) µs: \($0)" }
  }

  mutating func scrutinize(_ scrutiny: Scrutiny) {
    if broken == nil { broken = brokenInvariant(scrutiny) }
  }

  /// Operations are counted as they are, and none stays that nobody expects anything of.
  private func brokenByOperations() -> String? {
    var (commands, loads) = (0, 0)
    for ticket in operations.slots {
      let open = operations[ticket]
      if open.operation.outcome == nil {
        if open.operation.isLoad { loads += 1 } else { commands += 1 }
      } else if open.isClosed {
        return "operation \(open.operation.id.raw) has ended and is closed, and is still in progress"
      }
    }
    guard commands == openCommands, loads == openLoads else {
      return "\(commands) and \(loads) operations of commands and loads go on, counted as \(openCommands), \(openLoads)"
    }
    var effects = turn.effects
    return effects.isIdle ? nil : "what replicas asked for was not carried out"
  }

  private func brokenBy(replica id: ReplicaID) -> String? {
    let replica = replicas[id]
    if replica.status == .crashed, replica.queueLength + replica.inboxLength > 0 {
      return
        "\(topology.name(of: id)) has crashed, and \(replica.queueLength + replica.inboxLength) messages wait there"
    }
    if replica.status == .running, replica.inboxLength > 0 {
      return "\(topology.name(of: id)) runs, and \(replica.inboxLength) messages wait for the end of its pause"
    }
    return replicas.brokenInvariant(of: id, turn, isAwaited: isOrWasLed).map { "\(topology.name(of: id)): \($0)" }
  }

  /// Whether an operation is in progress, or was handed to an owner that may outlast it.
  private func isOrWasLed(_ operation: OperationID, _ ticket: UInt32) -> Bool {
    isOpen(operation, ticket) || turn.parcels.leads.slots.contains { turn.parcels.leads[$0].operation.id == operation }
  }

  /// Nothing is due in the past, and every operation whose client waits has a deadline to come.
  private func brokenByTime() -> String? {
    if let first = queue.firstInstant, first < now { return "an event is due at \(first.microseconds) µs" }
    var awaited: [OperationID] = []
    queue.forEach { _, _, scheduled in
      if case .wake(.deadline(let operation, _)) = scheduled.event { awaited.append(operation) }
    }
    awaited.sort()
    for operation in openOperations where !deadlines.holds(operation.id) && !awaited.contains(operation.id) {
      return "operation \(operation.id.raw) would never end"
    }
    return nil
  }

  /// A copy holds a version of its own key that somebody wrote, and has seen it.
  private func brokenByCopies() -> String? {
    for id in replicas.ids {
      for key in catalogue.names.keys {
        let cell = replicas.cell(key, at: id)
        guard cell.version != .none else { continue }
        guard cell.version.index < catalogue.versions.count else {
          return "\(topology.name(of: id)) holds version \(cell.version.raw), which was never made"
        }
        let version = catalogue.version(cell.version)
        let isOfSomebody = version.operation == .none || version.operation.index < nextOperation
        guard version.key == key, isOfSomebody, catalogue.isSeen(cell.version, in: cell.seen) else {
          return
            "\(topology.name(of: id)) holds version \(cell.version.raw) of key \(version.key.raw) for key \(key.raw), "
            + "made by operation \(version.operation.raw), and has seen vector \(cell.seen.raw)"
        }
      }
    }
    return nil
  }
}
