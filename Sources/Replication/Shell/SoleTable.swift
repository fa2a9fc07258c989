import Kernel

/// A server whose requests stand in one table: each is passed on to one other server, and answered by what that says.
protocol SoleTable: Server {
  /// What it keeps of each.
  associatedtype Kept: Request
  /// All that it coordinates.
  var requests: Slab<Kept> { get set }

  /// Lets go of what a request has elsewhere, once nothing more is expected of that; takes in what that has cost.
  mutating func release(_ slot: UInt32, _ turn: inout Turn)
}

extension SoleTable {
  /// Nothing more is expected for a request.
  mutating func end(_ slot: UInt32, _ turn: inout Turn) {
    release(slot, &turn)
    turn.effects.close(requests[slot])
    requests.remove(slot)
  }

  mutating func expire(_ request: RequestID, of operation: Operation, _ turn: inout Turn) -> Expiry {
    turn.effects.note(
      .expired(operation.kind.isUpdate ? .write : .data, required: 1, received: 0), of: operation.id, by: id,
      at: turn.now)
    end(request, &turn)
    return Expiry(received: 0)
  }

  @inline(__always) func isWorking(on request: RequestID, of operation: Operation) -> Bool {
    requests.contains(request) && requests[request].operation == operation.id
  }

  func cost(of operation: OperationID) -> Cost? {
    requests.slots.first { requests[$0].operation == operation }
      .map { Cost(messages: requests[$0].messages, bytes: requests[$0].bytes) }
  }
}
