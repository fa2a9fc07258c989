import Kernel

/// How what a server coordinates ends.
extension PrimaryCacheServer {
  /// Says no before anything was asked of anybody.
  mutating func refuse(_ slot: UInt32, _ turn: inout Turn) -> RequestID? {
    let request = requests[slot]
    requests.remove(slot)
    turn.effects.answers.append(
      Answer(
        operation: request.operation, ticket: request.ticket, version: .none, seen: .none, coordinator: id,
        outcome: .unavailable, required: 1, received: 0))
    turn.effects.close(request)
    return nil
  }

  /// Tells the client; nothing more is expected after it.
  mutating func answer(
    _ slot: UInt32, _ outcome: Outcome, _ version: VersionID, seen: VectorID, required: UInt16 = 1, _ turn: inout Turn
  ) {
    let request = requests[slot]
    let received: UInt16 = outcome == .ok ? required : 0
    turn.effects.note(
      outcome == .ok
        ? .answered(.ok, required: required, received: required, .acknowledged)
        : .answered(outcome, required: 1, received: 0, .shortage),
      of: request.operation, by: id, at: turn.now)
    turn.effects.answers.append(
      Answer(
        operation: request.operation, ticket: request.ticket, version: version, seen: seen, coordinator: id,
        outcome: outcome, required: required, received: received))
    end(slot, &turn)
  }

  /// Ends its trip, and takes in what that has cost.
  mutating func release(_ slot: UInt32, _ turn: inout Turn) {
    settleCost(slot, &turn)
    forget(requests[slot].trip, &turn)
  }

  /// Takes in what its trip has cost.
  private mutating func settleCost(_ slot: UInt32, _ turn: inout Turn) {
    let trip = requests[slot].trip
    guard turn.parcels.primaryCache.has(trip, of: requests[slot].operation) else { return }
    requests[slot].messages += turn.parcels.primaryCache.trips[trip].messages
    requests[slot].bytes += turn.parcels.primaryCache.trips[trip].bytes
  }

  /// Ends a trip.
  mutating func forget(_ trip: UInt32, _ turn: inout Turn) {
    if trip != .max { turn.parcels.primaryCache.trips.remove(trip) }
  }

  /// A read whose next server it has come to think dead is asked of another; an update may have been made, and is not made twice.
  mutating func askElsewhere(_ turn: inout Turn) {
    for slot in Array(requests.slots) where !requests[slot].isUpdate && requests[slot].asked != .none {
      guard !regards(requests[slot].asked, &turn) else { continue }
      let trip = turn.parcels.primaryCache.trips[requests[slot].trip]
      settleCost(slot, &turn)
      forget(requests[slot].trip, &turn)
      requests[slot].trip = .max
      requests[slot].asked = .none
      askUpstream(slot, trip.operation, trip.payload, &turn)
    }
  }
}
