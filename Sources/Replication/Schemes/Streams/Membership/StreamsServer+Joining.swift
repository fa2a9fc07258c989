import Kernel

/// How a server joins a partition's group, and how it learns that its place is taken.
extension StreamsServer {
  /// Takes a leader's word for it who the members are: joins them, or leaves. True if it begins to keep the log where that leader
  /// has it begin.
  mutating func heed(_ membership: Membership, of notice: LeadershipNotice, _ turn: inout Turn) -> Bool {
    let partition = Int(notice.partition)
    guard membership.everyone.contains(id) else {
      // A word from before it joined, or joined again, has come late.
      guard notice.isSettled, let place = place(of: partition),
        (notice.epoch, membership.place) > copies[place].group.invitation
      else { return false }
      leave(place, &turn)
      return false
    }
    if place(of: partition) == nil {
      joined += 1
      add(
        PartitionCopy(
          partition: partition, at: id, regions: expired.count, joining: membership, watch: joined << 16))
    }
    guard let place = place(of: partition), notice.epoch >= copies[place].epoch else { return false }
    copies[place].group.heed(epoch: notice.epoch, place: membership.place)
    return notice.start.map { keepLog(place, from: $0) } ?? false
  }

  /// Begins to keep the log, where it has nothing, or what it has ends before that.
  private mutating func keepLog(_ place: Int, from start: LogStart) -> Bool {
    guard !copies[place].isWhole, !copies[place].isLogOnly || start.base > copies[place].log.end else { return false }
    copies[place].log.restart(after: start.base, epoch: start.epoch)
    copies[place].committed = start.base
    copies[place].applied = start.base
    copies[place].verified = start.base
    copies[place].ripe = start.base
    copies[place].changes.restart(after: start.numbered, upTo: start.numbered, [])
    copies[place].committedChanges = start.numbered
    copies[place].early = []
    copies[place].isLogOnly = true
    return true
  }

  /// Its place is taken: it drops what it has of the partition.
  private mutating func leave(_ place: Int, _ turn: inout Turn) {
    if copies[place].leads || copies[place].candidacy != nil {
      stepDown(place, epoch: copies[place].epoch, leader: .none, &turn)
    }
    refusePostponed(place, &turn)
    // Who has written what goes with it takes another name.
    if copies[place].log.end > copies[place].committed { discard(from: copies[place].committed + 1, place, &turn) }
    let partition = Int(copies[place].partition)
    for key in cells.ids where turn.environment.keyOwners[key].index == partition && cells[key].version != .none {
      cells[key] = .empty
    }
    removeCopy(at: place)
  }

  /// Goes by the members that a record names which it has now.
  mutating func takeMembership(at index: UInt32, _ place: Int) {
    let epoch = copies[place].log.epoch(at: index)
    let offered = copies[place].group.offered.last { $0.place == index && $0.epoch == epoch }
    copies[place].group.offered.removeAll { $0.place <= index }
    if let offered { copies[place].adopt(offered) }
  }

  /// Where a leadership begins at a place that it takes for committed, its region was filled again from others, without what its log
  /// has: there is nothing to which that could be applied.
  mutating func forgetLog(_ place: Int, from notice: LeadershipNotice) {
    if copies[place].isLogOnly, notice.place <= copies[place].committed { copies[place].loseDisk() }
  }

  /// The copy has come as of a record that its log has: what follows on it stays, for it counts as durable, and is applied.
  mutating func completeLog(_ place: Int, _ filling: Filling, _ end: LeadershipNotice, _ turn: inout Turn) {
    for version in filling.items { store(version, by: .copyItem, &turn) }
    copies[place].applied = end.place
    copies[place].ripe = end.place
    copies[place].committed = max(copies[place].committed, end.place)
    copies[place].received = end.received
    copies[place].received[region.index] = 0
    copies[place].changes.restart(after: end.changesBase, upTo: end.numbered, filling.changes)
    copies[place].committedChanges = copies[place].changes.end
    var next = end.place
    while next < copies[place].log.end {
      next += 1
      let version = copies[place].log[next].version
      guard version != .none else { continue }
      if isOwn(version, &turn) {
        copies[place].changes.append(version)
      } else {
        noteReceived(version, place, &turn)
      }
    }
    (copies[place].isWhole, copies[place].isLogOnly) = (true, false)
    conclude(place, &turn)
    sayThatItIsWhole(place, to: filling.sender, &turn)
  }

  /// Tells its leader, where that may take it for one that has only the log.
  mutating func sayThatItIsWhole(_ place: Int, to leader: ReplicaID, _ turn: inout Turn) {
    guard copies[place].group.latest != nil else { return }
    turn.effects.sends.append(following(place, leader, isGiven: true, &turn))
  }
}

extension PartitionCopy {
  /// Whether the sender of a notice has left the group, and doesn't know it yet.
  func knows(_ notice: LeadershipNotice, hasLeft sender: ReplicaID) -> Bool {
    guard let latest = group.latest, !latest.everyone.contains(sender) else { return false }
    return latest.place > notice.membership?.place ?? 0
  }
}
