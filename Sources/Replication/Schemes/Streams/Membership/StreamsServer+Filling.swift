import Kernel

/// How a log-only copy gets the rest: its leader sends it all that it has applied, at a rate that takes minutes where there is much.
extension StreamsServer {
  /// How many bytes of a copy are sent in a second: the paper has "several minutes" for a partition of at most 10 GB, which this
  /// rate takes 200 s for.
  static let copyRate: Int64 = 50_000_000

  /// Whether some follower has no more than the log: nobody gives up a record then that it may lack.
  func hasLogOnlyFollower(_ place: Int) -> Bool {
    guard copies[place].group.latest != nil else { return false }
    return copies[place].leadership?.followers.contains(where: \.isLogOnly) ?? false
  }

  /// Begins to send the copy to whoever has only the log, once that counts as a member.
  mutating func beginToFill(_ place: Int, _ turn: inout Turn) {
    guard let latest = copies[place].group.latest, !latest.isJoint, copies[place].committed >= latest.place,
      let followers = copies[place].leadership?.followers
    else { return }
    for (index, follower) in followers.enumerated()
    where follower.isLogOnly && follower.follows && follower.filledAt == nil {
      let span = TimeSpan(microseconds: Int64(copyBytes(place, &turn)) * 1_000_000 / Self.copyRate)
      copies[place].leadership?.followers[index].filledAt = turn.now + span
      turn.effects.wake(after: span, for: .fill(id, incarnation: incarnation, partition: copies[place].partition))
    }
  }

  /// How many bytes the copy takes on the wire.
  private func copyBytes(_ place: Int, _ turn: inout Turn) -> Int {
    var bytes = 0
    for key in cells.ids where turn.environment.keyOwners[key].index == Int(copies[place].partition) {
      if cells[key].version != .none { bytes += turn.size(carrying: cells[key].version) }
    }
    return bytes
  }

  /// All bytes have been sent: the copy is there as of now. Where messages get lost it may have to be sent again. False if nobody
  /// waits for it any more.
  mutating func fillUp(_ partition: Int, _ turn: inout Turn) -> Bool {
    guard let place = place(of: partition), let followers = copies[place].leadership?.followers else { return false }
    var isAwaited = false
    for (index, follower) in followers.enumerated() where follower.isLogOnly && follower.follows {
      guard let due = follower.filledAt, due <= turn.now else { continue }
      isAwaited = true
      sendCopy(place, to: follower.replica, epoch: copies[place].epoch, &turn)
      guard turn.environment.hasLosses || turn.environment.takesTimeToServe else {
        copies[place].leadership?.followers[index].filledAt = .end
        continue
      }
      copies[place].leadership?.followers[index].filledAt = turn.now + .seconds(1)
      turn.effects.wake(
        after: .seconds(1), for: .fill(id, incarnation: incarnation, partition: copies[place].partition))
    }
    return isAwaited
  }
}
