import Kernel

/// How a copy is filled whose disk is empty, or whose log is too far behind: with all that a leader has applied (ATC 2022, §3: a
/// new storage replica gets the B-tree and then the recent log).
extension StreamsServer {
  /// Sends a whole copy: item by item, the changes that some other region may lack among them, and then as of which record it is.
  /// Returns that record's place.
  ///
  /// What is sent again, as something got lost, counts as of the first time: its items may be newer, and the records and changes
  /// since then follow in any case.
  @discardableResult
  mutating func sendCopy(_ place: Int, to other: ReplicaID, epoch: UInt32, _ turn: inout Turn) -> UInt32 {
    var notice = beginFill(place, of: other, &turn)
    notice.epoch = epoch
    let partition = copies[place].partition
    func send(_ version: VersionID, as item: UInt32, _ turn: inout Turn) {
      turn.effects.sends.append(
        Message(
          .streams(.copyItem), .entry(version, place: item), from: id, to: other,
          operation: turn.catalogue.versions[known: version].operation, request: notice.fill))
      notice.items.append(item)
    }
    for key in cells.ids where turn.environment.keyOwners[key].index == Int(partition) && cells[key].version != .none {
      send(cells[key].version, as: key.raw << 1, &turn)
    }
    let changes = copies[place].changes
    var number = changes.base
    while number < copies[place].committedChanges {
      number += 1
      let version = changes[number]
      if version != .none, cells[turn.catalogue.versions[known: version].key].version != version {
        send(version, as: number << 1 | 1, &turn)
      }
    }
    turn.effects.sends.append(.notice(.copied, notice, from: id, to: other, &turn))
    return notice.place
  }

  /// As of when a copy is that is sent to somebody, perhaps again.
  private mutating func beginFill(_ place: Int, of other: ReplicaID, _ turn: inout Turn) -> LeadershipNotice {
    let isOwn = turn.environment.regionOf[other.index] == region || spansRegions
    let known = copies[place].fills.first { $0.recipient == other }
    if let known, !isOwn || known.notice.place >= copies[place].log.base { return known.notice }
    copiesSent += 1
    var notice = copies[place].notice(epoch: copies[place].epoch)
    notice.lastEpoch = copies[place].log.epoch(at: copies[place].committed)
    notice.numbered = copies[place].committedChanges
    notice.changesBase = copies[place].changes.base
    for index in notice.received.indices { notice.received[index] = durable(place, fromRegion: index, &turn) }
    notice.fill = copiesSent
    copies[place].fills.removeAll { $0.recipient == other }
    copies[place].fills.append(Fill(recipient: other, notice: notice))
    return notice
  }

  /// Keeps an item of a copy apart until that is complete, as Raft keeps the parts of a snapshot (Ongaro and Ousterhout 2014, §7).
  ///
  /// Until then nobody has said that the copy is still wanted. If it stood among what is applied and the rest never came, as who
  /// sends it was lost with its disk, it would stay there for good, and in no other copy of the region.
  mutating func takeCopied(_ message: Message, _ turn: inout Turn) {
    let partition = turn.environment.keyOwners[turn.catalogue.versions[known: message.version].key].index
    guard let place = place(of: partition), awaitsCopy(place, from: message.from, &turn) else { return }
    let index = filling(place, from: message.from, number: message.request)
    guard copies[place].fillings[index].taken.insert(message.place) else { return }
    copies[place].fillings[index].items.append(message.version)
    if isOwn(message.version, &turn) {
      copies[place].fillings[index].changes.append((turn.parcels.streams.numbers[message.version], message.version))
    }
    completeCopy(place, index, &turn)
  }

  /// Whether a copy may still fill it: its leader's, or another region's as long as it waits for one.
  private func awaitsCopy(_ place: Int, from sender: ReplicaID, _ turn: inout Turn) -> Bool {
    let origin = turn.environment.regionOf[sender.index]
    guard origin != region, !spansRegions else { return copies[place].leader == sender }
    return copies[place].candidacy?.refill?.isAnswered(by: origin) == false
  }

  /// The end of a copy has come, perhaps before some of its items.
  mutating func endCopy(_ message: Message, _ turn: inout Turn) {
    let notice = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(notice.partition)) else { return }
    guard notice.isWhole else {
      takeEmptiness(place, of: message.from, isCertain: notice.isGiven, &turn)
      return
    }
    guard awaitsCopy(place, from: message.from, &turn) else { return }
    let index = filling(place, from: message.from, number: notice.fill)
    copies[place].fillings[index].end = notice
    completeCopy(place, index, &turn)
  }

  private mutating func filling(_ place: Int, from sender: ReplicaID, number: UInt32) -> Int {
    if let index = copies[place].fillings.firstIndex(where: { $0.sender == sender && $0.number == number }) {
      return index
    }
    // Who sends another copy begins anew.
    copies[place].fillings.removeAll { $0.sender == sender && $0.number < number }
    copies[place].fillings.append(Filling(sender: sender, number: number))
    return copies[place].fillings.count - 1
  }

  private mutating func completeCopy(_ place: Int, _ index: Int, _ turn: inout Turn) {
    let filling = copies[place].fillings[index]
    guard let end = filling.end, end.items.allSatisfy(filling.taken.contains) else { return }
    copies[place].fillings.remove(at: index)
    if turn.environment.regionOf[filling.sender.index] == region || spansRegions {
      takeOver(place, filling, end, &turn)
    } else {
      takeRefill(place, filling, end, &turn)
    }
  }

  /// The leader's copy is complete: the log goes on from there.
  private mutating func takeOver(_ place: Int, _ filling: Filling, _ end: LeadershipNotice, _ turn: inout Turn) {
    guard copies[place].epoch == end.epoch, copies[place].leader == filling.sender else { return }
    if copies[place].isLogOnly, copies[place].log.base <= end.place, copies[place].verified >= end.place {
      return completeLog(place, filling, end, &turn)
    }
    guard copies[place].committed < end.place || !copies[place].isWhole else {
      // It came before; what it said then may have been lost.
      sayThatItIsWhole(place, to: filling.sender, &turn)
      turn.effects.sends.append(persisted(place, to: filling.sender, .none))
      return
    }
    if copies[place].log.end > copies[place].committed { discard(from: copies[place].committed + 1, place, &turn) }
    for version in filling.items { store(version, by: .copyItem, &turn) }
    copies[place].log.restart(after: end.place, epoch: end.lastEpoch)
    copies[place].committed = end.place
    copies[place].applied = end.place
    copies[place].verified = end.place
    copies[place].ripe = end.place
    copies[place].received = end.received
    copies[place].received[region.index] = 0
    copies[place].changes.restart(after: end.changesBase, upTo: end.numbered, filling.changes)
    copies[place].committedChanges = copies[place].changes.end
    (copies[place].isWhole, copies[place].isLogOnly) = (true, false)
    if let membership = end.membership { copies[place].adopt(membership) }
    takeEarly(place, &turn)
    conclude(place, &turn)
    sayThatItIsWhole(place, to: filling.sender, &turn)
    turn.effects.sends.append(persisted(place, to: filling.sender, .none))
  }
}
