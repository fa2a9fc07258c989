import Kernel

/// Followers that lag leave the in-sync set: who has not had all there was for longer than `insync-lag`
/// (`Partition.maybeShrinkIsr`, looked at every half of it, `ReplicaManager` isr-expiration).
///
/// One that has all there is never lags, however long nothing is written; and nobody looks while that is so of all.
extension LogServer {
  /// Sees to it that somebody looks, if anybody in sync has less than all.
  mutating func watchLag(of partition: Int, _ turn: inout Turn) {
    guard !copies[partition].isWatchingLag, isAnybodyBehind(in: partition) else { return }
    copies[partition].isWatchingLag = true
    let period = max(1, turn.environment.settings.inSyncLag.microseconds / 2)
    let due = (turn.now.microseconds / period + 1) * period
    turn.effects.wake(
      after: Instant(microseconds: due) - turn.now,
      for: .lag(id, partition: UInt16(partition), incarnation: incarnation))
  }

  private func isAnybodyBehind(in partition: Int) -> Bool {
    let copy = copies[partition]
    return leads(partition)
      && copy.followers.contains { copy.state.inSync.contains($0.id) && ($0.end ?? 0) < copy.log.end }
  }

  /// Asks for those that lag to count as out of sync. False if nobody has less than all.
  mutating func lookForLaggards(_ partition: Int, _ turn: inout Turn) -> Bool {
    copies[partition].isWatchingLag = false
    guard isAnybodyBehind(in: partition) else { return false }
    let copy = copies[partition]
    for follower in copy.followers
    where copy.state.inSync.contains(follower.id) && (follower.end ?? 0) < copy.log.end
      && turn.now - follower.caughtUp > turn.environment.settings.inSyncLag
    {
      turn.effects.pleas.append(
        ControllerPlea(
          region: region, partition: UInt16(partition), epoch: copy.state.epoch, leader: id, follower: follower.id,
          isInSync: false))
    }
    watchLag(of: partition, &turn)
    return true
  }
}
