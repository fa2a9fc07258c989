import Kernel

/// How a copy is filled whose disk is empty, or whose log is too far behind: with all that the leader has applied (ATC 2022, §3: a
/// new storage replica gets the B-tree and then the recent log).
extension StreamsServer {
  /// Sends a whole copy: item by item, and then as of which record it is.
  mutating func sendCopy(_ place: Int, to other: ReplicaID, _ turn: inout Turn) {
    let partition = copies[place].partition
    for key in cells.ids where turn.environment.keyOwners[key].index == Int(partition) && cells[key].version != .none {
      let version = cells[key].version
      turn.effects.sends.append(
        Message(
          .streams(.copyItem), .entry(version, place: 0), from: id, to: other,
          operation: turn.catalogue.versions[known: version].operation, request: copies[place].epoch))
    }
    var notice = copies[place].notice(epoch: copies[place].epoch)
    notice.lastEpoch = copies[place].log.epoch(at: copies[place].committed)
    turn.effects.sends.append(.notice(.copied, notice, from: id, to: other, &turn))
  }

  mutating func takeCopied(_ message: Message, _ turn: inout Turn) {
    store(message.version, by: .copyItem, &turn)
  }

  /// The copy is complete: its log goes on from there.
  mutating func endCopy(_ message: Message, _ turn: inout Turn) -> Message? {
    let notice = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(notice.partition)), copies[place].epoch == notice.epoch,
      copies[place].leader == message.from, copies[place].committed < notice.place || !copies[place].isWhole
    else { return nil }
    if copies[place].log.end > copies[place].committed { discard(from: copies[place].committed + 1, place, &turn) }
    copies[place].log.restart(after: notice.place, epoch: notice.lastEpoch)
    copies[place].committed = notice.place
    copies[place].applied = notice.place
    copies[place].verified = notice.place
    copies[place].ripe = notice.place
    copies[place].received = notice.received
    copies[place].received[region.index] = 0
    copies[place].changes.skip(to: notice.numbered)
    copies[place].committedChanges = copies[place].changes.end
    copies[place].isWhole = true
    takeEarly(place, &turn)
    conclude(place, &turn)
    return persisted(place, to: message.from, .none)
  }
}
