import Kernel
import Replication

/// A cluster's own history as the checkers take it.
public struct SessionRegisters: Sendable {
  /// What is told apart of what clients did.
  public enum Sight: Sendable {
    /// What the clients saw, and what the history that is written down says: a delete leaves what a missing key has.
    case clients
    /// Which write each read answered, as the store knows it: what causes what. A delete's value is below 0.
    case store
  }

  /// What is judged.
  public private(set) var history = RegisterHistory()
  /// The number of each of its operations.
  public private(set) var operations: [OperationID] = []

  private let clients: ClientHistory
  private let sight: Sight

  /// The history of a cluster so far: a client is a session.
  public init(_ clients: ClientHistory, _ sight: Sight) {
    (self.clients, self.sight) = (clients, sight)
    var processes: [[Int]] = []
    var processCount = 0
    var known: [OperationID: Int] = [:]
    for (place, step) in clients.steps.enumerated() {
      let operation = step.operation
      guard step.isEnd else {
        let client = operation.client.index
        while processes.count <= client { processes.append([]) }
        while processes[client].count <= step.slot {
          processes[client].append(processCount)
          processCount += 1
        }
        known[operation.id] = begin(operation, processes[client][step.slot], at: place)
        continue
      }
      if let number = known.removeValue(forKey: operation.id) { end(number, operation, at: place) }
    }
    for key in clients.leftOut.indices {
      for (place, region) in clients.homes.enumerated() {
        let register = key * clients.registersPerKey + place
        guard register < history.keyCount else { continue }
        if let reason = clients.leftOut[key] { history.leaveOut(register, reason) }
        guard history.leftOut[register] == nil, let order = clients.order(of: KeyID(key), in: region) else { continue }
        history.orders[register] = order.map { value(of: $0) }
      }
    }
  }

  private mutating func begin(_ operation: Operation, _ process: Int, at place: Int) -> Int {
    let function: RegisterHistory.Function
    if operation.kind == .read || sight == .store && operation.applied == false {
      // Where the store knows what it found, a condition that didn't hold was a read.
      function = .read
    } else if operation.isConditional, sight == .clients {
      function = .compareAndSet(expected: number(of: clients.asked(operation)))
    } else {
      function = .write
    }
    operations.append(operation.id)
    let value =
      sight == .store && function == .write
      ? operation.id.index * (operation.kind == .delete ? -1 : 1)
      : clients.written(operation).map { number(of: $0) } ?? 0
    return history.append(
      RegisterHistory.Operation(
        process: process, session: operation.client.index, key: clients.register(of: operation), function, value: value,
        invoked: place))
  }

  private mutating func end(_ number: Int, _ operation: Operation, at place: Int) {
    let isRead = history.operations[number].isRead
    let ending: RegisterHistory.Ending =
      switch operation.outcome {
      case .ok?: operation.applied == false && !isRead ? .refuted : .ok
      case let outcome?: outcome.mayHaveHappened ? .unknown : .failed
      case nil: .unknown
      }
    var found = 0
    if isRead, operation.outcome == .ok {
      switch sight {
      case .clients: found = clients.answered(operation).first.map { self.number(of: $0) } ?? 0
      case .store: found = clients.source(of: operation)
      }
    }
    history.end(number, ending, value: found, at: place)
  }

  private func value(of version: VersionID) -> Int {
    switch sight {
    case .clients: number(of: clients.value(of: version))
    case .store: clients.source(of: version)
    }
  }

  private func number(of value: ClientHistory.Value) -> Int {
    switch value {
    case .missing: 0
    case .written(_, let operation, _): 2 * operation.index + 1
    case .text(let text): 2 * text.index + 2
    }
  }
}

extension SessionRegisters {
  /// Whether a session read or wrote a key in one region, and later read or wrote it in another, where each region keeps copies of its
  /// own: what it did in the one obliges to nothing in the other.
  ///
  /// - Parameters:
  ///   - isObligingRead: whether it is reads that oblige, or writes.
  ///   - isObligedRead: whether it is reads that are obliged, or writes.
  ///   - sessions: whose operations; nil: everybody's.
  public func leavesRegion(isObligingRead: Bool, isObligedRead: Bool, of sessions: Set<Int>?) -> Bool {
    let count = clients.registersPerKey
    guard count > 1 else { return false }
    var obliging: [[Int]: [RegisterHistory.Operation]] = [:]
    for operation in history.operations where operation.ending == .ok {
      guard sessions?.contains(operation.session) ?? true, history.leftOut[operation.key] == nil else { continue }
      let place = [operation.session, operation.key / count]
      let earlier = obliging[place] ?? []
      if operation.isRead == isObligedRead,
        earlier.contains(where: { $0.key != operation.key && $0.precedes(operation) })
      {
        return true
      }
      // The first in each region tells as much as all.
      if operation.isRead == isObligingRead, !earlier.contains(where: { $0.key == operation.key }) {
        obliging[place, default: []].append(operation)
      }
    }
    return false
  }
}
