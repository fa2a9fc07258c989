import DequeModule
import Kernel

/// What a replica does about what its controller has decided.
extension LogServer {
  /// Hears who leads a partition, in which epoch, and who is in sync.
  mutating func hear(_ state: PartitionState, of partition: Int, _ turn: inout Turn) {
    let before = copies[partition].state
    guard state.epoch >= before.epoch else { return }
    copies[partition].state = state
    guard copies[partition].isHeld else { return }
    let isNewEpoch = state.epoch > before.epoch
    if state.leader == id {
      if isNewEpoch || before.leader != id { lead(partition, &turn) }
      watchLag(of: partition, &turn)
      for follower in copies[partition].followers where follower.isParked {
        rejoin(follower.id, to: partition, at: follower.end ?? 0, &turn)
      }
      advanceWatermark(of: partition, &turn)
      mirror(partition, &turn)
    } else {
      if before.leader == id {
        // Whoever waits for a commit here waits in vain: it may be committed yet, or cut off.
        copies[partition].pending = []
        copies[partition].followers = []
        forgetMirrors(of: partition)
        turnAwayReaders(of: partition, &turn)
      }
      if isNewEpoch || before.leader != state.leader {
        copies[partition].following.forget()
        follow(partition, isNewEpoch: isNewEpoch, &turn)
      } else if copies[partition].following.question == .nothing {
        follow(partition, isNewEpoch: false, &turn)
      }
    }
  }

  /// Begins to lead: its log is the partition's from now on (`Partition.makeLeader`).
  private mutating func lead(_ partition: Int, _ turn: inout Turn) {
    copies[partition].following.forget()
    copies[partition].log.begin(copies[partition].state.epoch)
    copies[partition].pending = []
    copies[partition].followers = unknownFollowers(of: partition).map { follower in
      var follower = follower
      follower.caughtUp = turn.now
      return follower
    }
  }
}
