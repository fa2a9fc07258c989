import Kernel

/// How a lost copy's place in a group is taken by another server of the region (ATC 2022, §5.1: "upon detecting an unhealthy
/// storage replica, the leader of a replication group adds a log replica to ensure there is no impact on durability").
///
/// A region that has more servers than copies can do so. A copy that its leader hasn't reached for 5 s counts as lost; the next
/// server that it reaches joins the group, and keeps the log at once: a copy can lack minutes of bytes, the end of the log is there in
/// a moment. From then on it counts for what is durable. It serves nothing until the whole copy has come, for which its bytes are
/// divided by 50 MB/s, and is a follower then like any other. The change of members is two records of the log: ``Membership``.
///
/// The paper has the lost one replaced for good, and says nothing of a way back. So a lost copy that returns finds its place taken,
/// drops what it has of the partition, and is a server that may be the next to join. A group that spans regions keeps its members:
/// AWS doesn't say how such a one heals.
extension StreamsServer {
  /// For how long a copy is out of reach before another server takes its place: "within seconds", says the paper, and no figure.
  static let patienceWithLost = TimeSpan.seconds(5)

  /// Takes in which of its followers are out of reach, as far as another server could take their places.
  mutating func watchLost(_ place: Int, _ turn: inout Turn) {
    guard copies[place].group.latest != nil, replica.status == .running,
      let followers = copies[place].leadership?.followers
    else { return }
    for (index, follower) in followers.enumerated() {
      if turn.environment.detector.isReached(follower.replica, by: id) {
        copies[place].leadership?.followers[index].lostSince = nil
      } else if follower.lostSince == nil {
        copies[place].leadership?.followers[index].lostSince = turn.now
        turn.effects.wake(
          after: Self.patienceWithLost,
          for: .replace(id, incarnation: incarnation, partition: copies[place].partition))
      }
    }
    replaceLost(place, &turn)
  }

  /// A copy has been lost for long enough, if it still is. False if it leads no more, or all are there.
  mutating func replaceLost(of partition: Int, _ turn: inout Turn) -> Bool {
    guard let place = place(of: partition), copies[place].leads else { return false }
    return replaceLost(place, &turn)
  }

  /// Has another server take the place of a copy that is lost, if one is, and nothing else is being changed.
  @discardableResult
  private mutating func replaceLost(_ place: Int, _ turn: inout Turn) -> Bool {
    guard let membership = copies[place].group.latest, let leadership = copies[place].leadership, !membership.isJoint,
      leadership.heir == nil, copies[place].committed >= max(membership.place, leadership.barrier)
    else { return false }
    let now = turn.now
    let lost = leadership.followers.first { follower in
      follower.lostSince.map { now - $0 >= Self.patienceWithLost } ?? false
    }
    let present = ReplicaSet(leadership.followers.filter(\.follows).map(\.replica) + [id])
    guard let lost, membership.isReached(by: present), let next = nextServer(place, besides: membership, &turn) else {
      return false
    }
    copies[place].leadership?.announced.remove(next)
    write(
      Membership(
        place: copies[place].log.end + 1, epoch: copies[place].epoch,
        members: membership.members.filter { $0 != lost.replica } + [next], former: membership.members),
      place, &turn)
    sayThatItLeads(place, to: next, &turn)
    return true
  }

  /// The server that joins next: of those of its region that it reaches the first after the partition's first copies, in a circle.
  private func nextServer(_ place: Int, besides membership: Membership, _ turn: inout Turn) -> ReplicaID? {
    let servers = Array(turn.environment.topology.members(of: region))
    let first = Int(copies[place].partition) + membership.members.count
    return servers.indices.lazy.map { servers[(first + $0) % servers.count] }.first { server in
      !membership.members.contains(server) && turn.environment.detector.isReached(server, by: self.id)
    }
  }

  /// Puts a record into its log that names the members from there on.
  private mutating func write(_ membership: Membership, _ place: Int, _ turn: inout Turn) {
    append(LogRecord(version: .none, epoch: copies[place].epoch), place, &turn)
    copies[place].adopt(membership)
    var notice = LeadershipNotice(partition: copies[place].partition, epoch: copies[place].epoch)
    (notice.place, notice.lastEpoch) = (copies[place].log.end, copies[place].epoch)
    notice.membership = membership
    for index in copies[place].others.indices {
      guard let follower = copies[place].takeForLatest(index) else { continue }
      turn.effects.sends.append(.notice(.barrier, notice, from: id, to: follower, &turn))
    }
    reviseLease(place, &turn)
    advance(place, &turn)
    armResend(place, &turn)
  }

  /// Goes on with a change of members, as far as the log is committed by now.
  mutating func settleMembership(_ place: Int, _ turn: inout Turn) {
    guard let latest = copies[place].group.latest, copies[place].leads, copies[place].committed >= latest.place else {
      return
    }
    if latest.isJoint {
      let next = Membership(place: copies[place].log.end + 1, epoch: copies[place].epoch, members: latest.members)
      return write(next, place, &turn)
    }
    if latest.place > 0 { tellMembers(latest, place, &turn) }
    replaceLost(place, &turn)
  }

  /// The members that its log names are in force: who leads the table's control plane to them, and who was one before.
  private mutating func tellMembers(_ latest: Membership, _ place: Int, _ turn: inout Turn) {
    let partition = Int(copies[place].partition)
    let placed = turn.environment.placement.copies[partition][region.index]
    let new = latest.members.filter { !placed.contains($0) }
    for (member, old) in zip(new, placed.filter { !latest.members.contains($0) }) {
      let follower = copies[place].leadership?.followers.first { $0.replica == member }
      turn.effects.replacements.append(
        CopyReplacement(
          partition: partition, replica: member, predecessor: old,
          isLogOnly: member != id && !(follower?.follows == true && follower?.isLogOnly == false)))
    }
    if !new.isEmpty { announce(place, &turn) }
    beginToFill(place, &turn)
  }

  // MARK: What heartbeats say of it

  /// Has a heartbeat say who the members are, and where who is to keep the log begins.
  func addMembers(to notice: inout LeadershipNotice, for other: ReplicaID, _ place: Int, _ turn: inout Turn) {
    guard let latest = copies[place].group.latest else { return }
    notice.isSettled = !latest.isJoint && copies[place].committed >= latest.place
    let follower = copies[place].leadership?.followers.first { $0.replica == other }
    if follower?.isLogOnly == true { notice.start = logStart(place, &turn) }
  }

  /// From where on it keeps its log, and how many changes were numbered there.
  private func logStart(_ place: Int, _ turn: inout Turn) -> LogStart {
    let log = copies[place].log
    var numbered = copies[place].changes.end
    var next = log.base
    while next < log.end {
      next += 1
      let version = log[next].version
      guard version != .none, isOwn(version, &turn) else { continue }
      numbered = turn.parcels.streams.numbers[version] - 1
      break
    }
    return LogStart(base: log.base, epoch: log.epoch(at: log.base), numbered: numbered)
  }

  /// Takes in what a follower says of itself: that it has only the log, or the whole copy by now.
  mutating func noteStanding(_ place: Int, _ index: Int, _ notice: LeadershipNotice, _ turn: inout Turn) {
    let (partition, follower) = (Int(copies[place].partition), copies[place].others[index])
    copies[place].leadership?.followers[index].isLogOnly = notice.isLogOnly
    copies[place].leadership?.followers[index].filledAt = nil
    copies[place].leadership?.followers[index].lostSince = nil
    if notice.isWhole, turn.environment.placement.isLogOnly(follower, in: partition) {
      turn.effects.replacements.append(
        CopyReplacement(partition: partition, replica: follower, predecessor: nil, isLogOnly: false))
    }
  }

  /// As a new leader, takes over who of its followers has only the log, as far as is known.
  func noteLogOnly(_ leadership: inout Leadership, of partition: Int, _ turn: inout Turn) {
    let placement = turn.environment.placement
    for index in leadership.followers.indices {
      let follower = leadership.followers[index].replica
      leadership.followers[index].isLogOnly =
        placement.isLogOnly(follower, in: partition)
        || !placement.copies[partition][region.index].contains(follower)
    }
  }
}
