import Kernel

/// Conflicts of writes of two regions, where a group spans all of them (AWS: `ReplicatedWriteConflictException`, which may be retried).
///
/// The leader sees all writes, so that which came first is no matter of clocks. A write that meets another region's write to the same
/// item at the leader is refused, as long as that is under way for its client, too: of two that were asked for at the same
/// time at most one is made. A write that comes after the other may have been answered is no rival of it: it stands behind it in the
/// log. Timestamps, and the order of regions, decide nothing: who would be later by them may have been answered long before
/// the leader could know of the other.
extension StreamsServer {
  /// Another region's write to a key that is under way; nil where there is none.
  func rival(ofUpdateOf key: KeyID, by coordinator: ReplicaID, tip: VersionID, _ place: Int, _ turn: inout Turn)
    -> VersionID?
  {
    guard tip != .none, tip != cells[key].version,
      let waiter = copies[place].leadership?.waiters.last(where: { $0.makes(tip) }),
      let origin = home(of: Int(copies[place].partition), for: waiter.recipient, &turn),
      origin != home(of: Int(copies[place].partition), for: coordinator, &turn)
    else { return nil }
    guard origin != region else { return tip }
    // Its region answers when it has the record and hears that it is durable here, which takes one way at least.
    let way = turn.environment.proximity.span(from: region, to: origin)
    return turn.now < turn.catalogue.version(tip).accepted + way ? tip : nil
  }

  /// Refuses an update for a rival.
  mutating func refuse(
    _ operation: OperationID, for rival: VersionID, to coordinator: ReplicaID, request: UInt32, _ turn: inout Turn
  ) {
    turn.effects.note(.metRival(rival), of: operation, by: id, at: turn.now)
    let answer = Message(
      .streams(.conflict), .leader(id), from: id, to: coordinator, operation: operation, request: request)
    if coordinator == id { takeAnswer(answer, .conflict, &turn) } else { turn.effects.sends.append(answer) }
  }

  /// The region whose copies serve a replica's clients: its own, or the nearest that has any and is no witness; nil if none is.
  func home(of partition: Int, for coordinator: ReplicaID, _ turn: inout Turn) -> RegionID? {
    let (copies, witness) = (turn.environment.placement.copies[partition], turn.environment.placement.span?.witness)
    let own = turn.environment.regionOf[coordinator.index]
    if !copies[own.index].isEmpty, own != witness { return own }
    for other in turn.environment.proximity.order(from: coordinator) {
      let region = turn.environment.regionOf[other.index]
      if !copies[region.index].isEmpty, region != witness { return region }
    }
    return nil
  }

  // MARK: Witnesses

  /// A witness leads only where nobody else has what is durable: it hands its leadership over as soon as somebody has.
  mutating func yieldAsWitness(_ place: Int, _ turn: inout Turn) {
    guard isWitness, let leadership = copies[place].leadership, leadership.heir == nil else { return }
    let end = copies[place].log.end
    let heir = leadership.followers.first {
      $0.follows && $0.persisted == end && turn.environment.regionOf[$0.replica.index] != region
    }
    guard let heir else { return }
    copies[place].leadership?.heir = heir.replica
    passOnLeadership(place, &turn)
  }
}

extension Leadership.Waiter {
  /// Whether it waits for that version to be durable, which its update has made.
  fileprivate func makes(_ version: VersionID) -> Bool {
    if case .update(let made, _) = purpose { made == version } else { false }
  }
}
