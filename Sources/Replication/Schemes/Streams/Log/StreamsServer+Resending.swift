import Kernel

/// Where messages get lost that no cut and no crash accounts for, what is not acknowledged is sent again after a while; else nobody
/// needs a timer for it: when messages pass again, everybody goes on where it stood.
extension StreamsServer {
  /// For how long it waits for an acknowledgement.
  private static let patience = TimeSpan.seconds(1)

  /// Wants to be woken, if something isn't acknowledged and may have been lost.
  mutating func armResend(_ place: Int, _ turn: inout Turn) {
    guard turn.environment.hasLosses || turn.environment.takesTimeToServe,
      copies[place].leadership?.isToResend == false, isAnythingOpen(place, &turn)
    else { return }
    copies[place].leadership?.isToResend = true
    turn.effects.wake(
      after: Self.patience, for: .resend(id, incarnation: incarnation, partition: copies[place].partition))
  }

  private func isAnythingOpen(_ place: Int, _ turn: inout Turn) -> Bool {
    guard let leadership = copies[place].leadership else { return false }
    for follower in leadership.followers {
      let isAway = !follower.follows && turn.environment.detector.isReached(follower.replica, by: id)
      if isAway || follower.follows && follower.persisted < copies[place].log.end { return true }
      if spansRegions, follower.follows, follower.informed < copies[place].committed { return true }
    }
    return !spansRegions && leadership.streams.contains { $0.isOpen && ($0.sent > $0.acknowledged || !$0.isKnown) }
  }

  /// Sends again the first that isn't acknowledged; those after it may have arrived. False if there is none.
  mutating func resend(_ partition: Int, _ turn: inout Turn) -> Bool {
    guard let place = place(of: partition), copies[place].leads else { return false }
    copies[place].leadership?.isToResend = false
    guard isAnythingOpen(place, &turn), let leadership = copies[place].leadership else { return false }
    for follower in leadership.followers where follower.persisted < copies[place].log.end || !follower.follows {
      if follower.follows, follower.isFilled, follower.persisted < copies[place].log.base || follower.persisted == 0 {
        let whole = sendCopy(place, to: follower.replica, epoch: copies[place].epoch, &turn)
        sendRecords(place, from: whole + 1, to: follower.replica, epoch: copies[place].epoch, &turn)
      } else if follower.follows {
        sendRecords(
          place, from: follower.persisted + 1, to: follower.replica, epoch: copies[place].epoch, &turn)
      } else if turn.environment.detector.isReached(follower.replica, by: id) {
        sayThatItLeads(place, to: follower.replica, &turn)
      }
    }
    for follower in leadership.followers
    where spansRegions && follower.follows && follower.informed < copies[place].committed {
      tellCommitted(place, to: follower.replica, &turn)
    }
    for (index, cursor) in leadership.streams.enumerated()
    where index != region.index && cursor.isOpen && !spansRegions {
      let other = RegionID(index)
      if !cursor.isKnown { askHowFar(place, other, &turn) }
      guard cursor.sent > cursor.acknowledged else { continue }
      rewind(place, index)
      ship(place, to: other, &turn)
    }
    armResend(place, &turn)
    return true
  }
}
