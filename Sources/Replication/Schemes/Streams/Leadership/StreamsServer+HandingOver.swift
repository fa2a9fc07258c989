import Kernel

/// How a leadership is handed over gracefully, so that nobody waits for a lease (ATC 2022, §3): the leader takes no more updates,
/// waits until its heir has all of the log, gives up its lease, and tells the heir, which campaigns at once. What comes
/// meanwhile waits at the two of them.
extension StreamsServer {
  /// Whether a leadership is being handed over by it, or to it.
  @inline(__always) mutating func isBetweenLeaders(_ place: Int) -> Bool { copies[place].isBetweenLeadersInPlace() }

  /// Hands a leadership over, as soon as that can be.
  mutating func handOver(_ partition: Int, to heir: ReplicaID, _ turn: inout Turn) {
    guard let place = place(of: partition), copies[place].leads, copies[place].others.contains(heir) else { return }
    copies[place].leadership?.heir = heir
    passOnLeadership(place, &turn)
  }

  /// Gives up its lease in favour of its heir, if that has all of the log and all is committed.
  mutating func passOnLeadership(_ place: Int, _ turn: inout Turn) {
    guard let leadership = copies[place].leadership, let heir = leadership.heir,
      copies[place].committed == copies[place].log.end,
      leadership.followers.contains(where: {
        $0.replica == heir && $0.follows && $0.persisted == copies[place].log.end
      })
    else { return }
    turn.effects.sends.append(
      .notice(.handover, copies[place].notice(epoch: copies[place].epoch), from: id, to: heir, &turn))
    let postponed = copies[place].postponed
    copies[place].postponed = []
    stepDown(place, epoch: copies[place].epoch, leader: .none, &turn)
    copies[place].successor = heir
    learn(heir, epoch: copies[place].epoch, leads: Int(copies[place].partition), in: region)
    for message in postponed {
      if message.from == id {
        if requests.contains(message.request), requests[message.request].operation == message.operation {
          passOn(message.request, to: heir, &turn)
        }
      } else {
        turn.effects.sends.append(message.answered(.refused, .leader(heir)))
      }
    }
  }

  /// The leader has handed its leadership over: it campaigns, though it has heard that leader until now.
  mutating func takeHandover(_ message: Message, _ turn: inout Turn) {
    let notice = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(notice.partition)),
      copies[place].leader == message.from || copies[place].leader == .none,
      copies[place].epoch == notice.epoch, !copies[place].leads, copies[place].candidacy == nil, copies[place].isWhole,
      copies[place].log.end == notice.end, copies[place].log.lastEpoch == notice.lastEpoch
    else { return }
    copies[place].hearsLeader = false
    beginWatch(place, &turn)
    campaign(place, above: notice.epoch, isHandedOver: true, &turn)
  }

  /// Its heir is out of reach: it goes on leading.
  mutating func keepLeadership(_ place: Int, _ turn: inout Turn) {
    copies[place].leadership?.heir = nil
    resumePostponed(place, &turn)
  }

  /// Serves what has waited.
  mutating func resumePostponed(_ place: Int, _ turn: inout Turn) {
    let postponed = copies[place].postponed
    copies[place].postponed = []
    for message in postponed {
      if let answer = serveAsLeader(message, &turn) { tell(answer, &turn) }
    }
  }

  /// Nobody has become the leader here: those who wait are to ask elsewhere.
  mutating func refusePostponed(_ place: Int, _ turn: inout Turn) {
    let postponed = copies[place].postponed
    copies[place].postponed = []
    for message in postponed { tell(refusal(of: message, Int(copies[place].partition)), &turn) }
  }

  /// Does what a coordinator, perhaps itself, asks the leader for; returns the answer that can be given at once.
  mutating func serveAsLeader(_ message: Message, _ turn: inout Turn) -> Message? {
    message.kind.streams == .update ? lead(message, &turn) : readAsLeader(message, &turn)
  }

  private mutating func tell(_ answer: Message, _ turn: inout Turn) {
    guard answer.to == id else { return turn.effects.sends.append(answer) }
    if let kind = answer.kind.streams { takeAnswer(answer, kind, &turn) }
  }
}
