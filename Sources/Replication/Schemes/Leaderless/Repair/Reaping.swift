import Kernel

/// How tombstones among siblings go: Riak's `delete_mode`.
///
/// A delete leaves a tombstone, a value marked as deleted, which may be reaped once *all* owners have it: a copy that missed
/// the delete would otherwise bring the value back. So after each delete, and after each read that answers a tombstone, the
/// coordinator asks all owners what they hold. If it thinks one of them dead, nothing is asked; if all hold the same
/// tombstone, it tells them to reap it; if one is behind, read repair brings it level, and the next read tries again
/// (`riak_kv_get_core.final_action`, `riak_kv_get_fsm` and issue 1869 of riak_kv). A replica reaps at once, or after the
/// delay unless the key was written meanwhile (`riak_kv_vnode`); one that crashes in between forgets the request.
///
/// What is reaped leaves nothing behind: an older value that is still somewhere, on a disk, in a message or in a hint, comes
/// back.
extension LeaderlessServer {
  /// Asks all owners about a tombstone that was written or read here, if the setting says that it may be reaped and all of
  /// them are thought alive.
  mutating func seekGraves(
    of key: KeyID, _ version: VersionID, for operation: OperationID, _ turn: inout Turn
  ) {
    guard turn.environment.hasMortals, turn.environment.settings.deleteMode != .keep,
      turn.environment.form(of: key).takesContext,
      turn.catalogue.isTombstone(version)
    else { return }
    let owners = turn.environment.ownerSet(of: key)
    guard owners.subtracting(turn.environment.detector.alive(to: id)).isEmpty else { return }
    check(key, at: Array(owners), for: operation, &turn)
  }

  /// If all owners have answered a read, or a check, and hold the same tombstone, they may reap it. False if not.
  @discardableResult
  mutating func judgeGrave(_ check: ReadRequest, _ turn: inout Turn) -> Bool {
    let owners = turn.environment.ownerSet(of: check.key)
    guard turn.environment.settings.deleteMode != .keep, turn.environment.form(of: check.key).takesContext,
      turn.catalogue.isTombstone(check.winner), check.responses.count == owners.count,
      check.responses.allSatisfy({ $0.version == check.winner && owners.contains($0.replica) }),
      owners.subtracting(turn.environment.detector.alive(to: id)).isEmpty
    else { return false }
    for owner in owners {
      post(
        .carrying(check.winner, .reap, from: id, to: owner, operation: check.operation, request: .max),
        &turn)
    }
    return true
  }

  /// Takes in that a tombstone may be reaped.
  mutating func takeReap(_ message: Message, _ turn: inout Turn) {
    let version = message.version
    guard cells[turn.catalogue.version(version).key].version == version else { return }
    switch turn.environment.settings.deleteMode {
    case .keep: break
    case .immediate: _ = reap(version, incarnation: incarnation, &turn)
    case .after(let span): turn.effects.wake(after: span, for: .reap(id, version, incarnation: incarnation))
    }
  }

  /// Gives up a tombstone that still stands there. False if it doesn't, or if the replica has crashed since it was asked to.
  mutating func reap(
    _ version: VersionID, incarnation: UInt32, _ turn: inout Turn
  ) -> Bool {
    let key = turn.catalogue.version(version).key
    guard incarnation == self.incarnation, cells[key].version == version else { return false }
    cells[key] = Replica.Cell(version: .none, seen: cells[key].seen, timestamp: 0)
    turn.catalogue.noteReaped(version)
    turn.effects.record(.reaped(version, at: id), at: turn.now)
    return true
  }
}

/// What went with tombstones that were reaped, for judging what a copy lacks: no replica acts on it.
extension Catalogue {
  /// Whether what a version wrote is done: a tombstone among siblings that had seen it was reaped, and a copy shows nothing of
  /// what that had deleted. Nobody who lacks it is behind then.
  func isDone(_ version: VersionID, to held: VersionID) -> Bool {
    guard !reaped.isEmpty else { return false }
    let key = self.version(version).key
    return reaped.contains { grave in
      self.version(grave).key == key && isSeen(version, in: self.version(grave).vector) && !shows(held, of: grave)
    }
  }

  /// Whether what a copy holds shows anything that a tombstone had seen.
  private func shows(_ held: VersionID, of grave: VersionID) -> Bool {
    guard let state = state(of: held), case .dotted(let items) = state.content else { return held != .none }
    let vector = version(grave).vector
    return items.entries.contains {
      vectors.contains(vector, writer: $0.dot.writer, counter: $0.dot.counter)
    }
  }
}
