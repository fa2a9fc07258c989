import Kernel

/// How a region is filled again whose disks were lost: more of them than its durability allows for, so that nobody in it knows all
/// that was ever durable there. The candidate asks the leaders of the other regions for their copies, and leads once it has what
/// those have that it reaches; what had not reached another region is gone.
extension StreamsServer {
  /// Its campaign has succeeded, and it has what the others of its region know.
  mutating func completeCampaign(_ place: Int, _ turn: inout Turn) {
    guard let votes = copies[place].candidacy?.votes, copies[place].candidacy?.refill == nil else { return }
    let own = votes[0].notice
    // Where a group spans all regions nobody else is left who could have more than those who have spoken.
    let telling = votes.count { $0.notice.tells(own) }
    guard !copies[place].quorum.spans, telling < copies[place].quorum.majority else {
      return beginToLead(place, &turn)
    }
    copies[place].candidacy?.refill = Refill()
    askEverybody(place, &turn)
    // Who is asked may have gone before it answers.
    if copies[place].candidacy?.refill?.awaited.isEmpty == false { retryLater(place, &turn) }
    weighRefill(place, &turn)
  }

  private mutating func askEverybody(_ place: Int, _ turn: inout Turn) {
    for members in turn.environment.placement.copies[Int(copies[place].partition)] {
      for other in members where turn.environment.regionOf[other.index] != region {
        askForCopy(place, of: other, &turn)
      }
    }
  }

  /// Asks those again that have not answered and that it reaches.
  mutating func askAgain(_ place: Int, _ turn: inout Turn) {
    copies[place].candidacy?.refill?.isImpatient = true
    copies[place].candidacy?.refill?.awaited = ReplicaSet()
    askEverybody(place, &turn)
    if copies[place].candidacy?.refill?.awaited.isEmpty == false { retryLater(place, &turn) }
    weighRefill(place, &turn)
  }

  /// Asks somebody in another region for a copy, if messages pass: who leads there, or looks for one, too, can tell.
  mutating func askForCopy(_ place: Int, of other: ReplicaID, _ turn: inout Turn) {
    guard let refill = copies[place].candidacy?.refill, !refill.isAnswered(by: turn.environment.regionOf[other.index]),
      turn.environment.detector.isReached(other, by: id)
    else { return }
    copies[place].candidacy?.refill?.awaited.insert(other)
    turn.effects.sends.append(
      .notice(.refill, copies[place].notice(epoch: copies[place].epoch), from: id, to: other, &turn))
  }

  /// Sends its copy to a region that has lost its own, if it leads; says that its region has nothing either, if that is so.
  mutating func answerRefill(_ message: Message, _ turn: inout Turn) -> Message? {
    let asked = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(asked.partition)) else { return nil }
    let isAsking = copies[place].candidacy?.refill != nil
    // Both have lost their disks.
    if isAsking, !asked.isWhole { takeEmptiness(place, of: message.from, isCertain: true, &turn) }
    guard copies[place].leads || isAsking, copies[place].isWhole else {
      var notice = copies[place].notice(epoch: asked.epoch)
      (notice.isWhole, notice.isGiven) = (false, isAsking)
      return .notice(.copied, notice, from: id, to: message.from, &turn)
    }
    sendCopy(place, to: message.from, epoch: asked.epoch, &turn)
    if isAsking, asked.isWhole { askForCopy(place, of: message.from, &turn) }
    return nil
  }

  /// Somebody in another region can't say, or is certain that his region has nothing either.
  mutating func takeEmptiness(_ place: Int, of sender: ReplicaID, isCertain: Bool, _ turn: inout Turn) {
    let other = turn.environment.regionOf[sender.index]
    guard let refill = copies[place].candidacy?.refill, !refill.isAnswered(by: other) else { return }
    copies[place].candidacy?.refill?.awaited.remove(sender)
    if isCertain { copies[place].candidacy?.refill?.empty.append(other) }
    weighRefill(place, &turn)
  }

  /// Another region's copy is complete.
  mutating func takeRefill(_ place: Int, _ filling: Filling, _ end: LeadershipNotice, _ turn: inout Turn) {
    let other = turn.environment.regionOf[filling.sender.index]
    guard copies[place].candidacy?.epoch == end.epoch, let refill = copies[place].candidacy?.refill,
      !refill.isAnswered(by: other)
    else { return }
    copies[place].candidacy?.refill?.copies.append(CompleteCopy(region: other, items: filling.items, notice: end))
    weighRefill(place, &turn)
  }

  /// Leads once all that it has asked have answered, if one of them had a copy, or none of the other regions has any.
  private mutating func weighRefill(_ place: Int, _ turn: inout Turn) {
    guard let candidacy = copies[place].candidacy, let refill = candidacy.refill else { return }
    let isAnswered = refill.awaited.allSatisfy { refill.isAnswered(by: turn.environment.regionOf[$0.index]) }
    guard isAnswered || refill.isImpatient else { return }
    let partition = Int(copies[place].partition)
    let isHopeless = copies[place].received.indices.allSatisfy { index in
      index == region.index || turn.environment.placement.copies[partition][index].isEmpty
        || refill.empty.contains(RegionID(index))
    }
    guard !refill.copies.isEmpty || isHopeless else { return }
    for copy in refill.copies { takeIn(copy, place, &turn) }
    // What stands in its log may have been durable by copies that are gone.
    let last = copies[place].log.end
    while copies[place].applied < last {
      copies[place].applied += 1
      let version = copies[place].log[copies[place].applied].version
      guard version != .none else { continue }
      let isOwn = isOwn(version, &turn)
      if isOwn { reportAccepted(version, &turn) }
      store(version, by: isOwn ? .append : .item, &turn)
    }
    let numbered = candidacy.votes.map(\.notice.numbered).max() ?? 0
    if copies[place].isWhole {
      copies[place].changes.leaveOut(upTo: numbered)
    } else {
      copies[place].changes.skip(to: max(numbered, copies[place].changes.end))
    }
    copies[place].committedChanges = copies[place].changes.end
    // Whoever has less than that is filled with a whole copy.
    copies[place].log.restart(after: last + 1, epoch: candidacy.epoch)
    copies[place].committed = last + 1
    copies[place].applied = last + 1
    copies[place].verified = last + 1
    copies[place].ripe = last + 1
    beginToLead(place, &turn)
  }

  /// Takes in what another region's copy has; how far that has whose changes goes for this one, too.
  ///
  /// Only who is about to lead does so: the others of its region are filled by it, and have the same then.
  private mutating func takeIn(_ copy: CompleteCopy, _ place: Int, _ turn: inout Turn) {
    for version in copy.items { store(version, by: .copyItem, &turn) }
    for index in copies[place].received.indices where index != region.index {
      let known = index == copy.region.index ? copy.notice.numbered : copy.notice.received[index]
      copies[place].received[index] = max(copies[place].received[index], known)
    }
    copies[place].changes.leaveOut(upTo: copy.notice.received[region.index])
  }
}
