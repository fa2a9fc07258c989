import Kernel

/// Updates of data types that travel as what they change, not as the whole state.
///
/// Delta-state CRDTs (Almeida, Shoker and Baquero, *Delta State Replicated Data Types*, JPDC 2018): a delta may only be
/// joined into a copy that has all that the delta was made on, else dots in between would count as seen. A copy that
/// lacks some of it says so and is sent the whole state, as Akka's replicator does (`DeltaNack`). Hints, read repair
/// and anti-entropy carry whole states.
struct DeltaUpdate: Sendable {
  /// The version that the coordinator's copy became by the update.
  let version: VersionID
  /// What that copy had seen before.
  let base: VectorID
  /// On the wire, header excepted.
  let bytes: UInt32
}

extension LeaderlessServer {
  /// Takes in a delta if this copy has what it was made on; returns the acknowledgement, or the wish for the whole state.
  mutating func takeDelta(
    _ message: Message, _ turn: inout Turn
  ) -> Message {
    let key = turn.catalogue.version(message.version).key
    guard let delta = turn.catalogue.delta(of: message.version),
      turn.catalogue.vectors.covers(cells[key].seen, delta.base)
    else { return message.acknowledged(.deltaRefused) }
    // With its base there, joining the delta comes to joining the state.
    store(message.version, by: .delta, &turn)
    return message.acknowledged(.writeAck)
  }

  /// Sends the whole state to a copy that could not take the delta.
  mutating func completeDelta(
    _ message: Message, _ turn: inout Turn
  ) {
    guard writes.contains(message.request), writes[message.request].operation == message.operation else { return }
    let whole = Message.carrying(
      message.version, .write, from: id, to: message.from, operation: message.operation, request: message.request)
    writes[message.request].messages += 2
    writes[message.request].bytes += UInt32(turn.size(of: message) + turn.size(of: whole))
    turn.effects.sends.append(whole)
  }
}

extension Catalogue {
  /// How many bytes a change of a state takes: what it was made on, what is new, and the dots of what has gone.
  func size(ofChangeFrom old: KeyState, to new: KeyState) -> Int {
    let base = (old.seen.entries.count + 1) * WireSize.vectorEntry
    switch (old.content, new.content) {
    case (.dotted(let before), .dotted(let after)):
      let gone = before.entries.filter { !after.entries.contains($0) }
      let new = after.entries.filter { !before.entries.contains($0) }
      return base + gone.count * WireSize.vectorEntry
        + new.reduce(0) { $0 + WireSize.vectorEntry + names.byteCount(of: $1.item) }
    case (.amounts(let added, let subtracted), .amounts(let nowAdded, let nowSubtracted)):
      let changed =
        nowAdded.entries.filter { !added.entries.contains($0) }.count
        + nowSubtracted.entries.filter { !subtracted.entries.contains($0) }.count
      return base + changed * WireSize.amountEntry
    case (.elements(let before), .elements(let after)):
      let new =
        after.added.filter { !before.added.contains($0) } + after.removed.filter { !before.removed.contains($0) }
      return base + new.reduce(0) { $0 + names.byteCount(of: $1) }
    default:
      return base + size(of: new)
    }
  }
}
