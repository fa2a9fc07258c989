import DequeModule
import Kernel

/// What the cluster does by itself where each partition has a leader in each region: it keeps to the capacity of streams.
extension Cluster {
  /// Lets a timer of the scheme go off. False if nobody waits for it any more.
  mutating func wake(_ timer: StreamsTimer, _ scheduled: Scheduled) -> Bool {
    if case .turn(let from, let to) = timer { return serveNextChange(from, to) }
    guard let (id, incarnation) = timer.sleeper else { return false }
    return wake(id, incarnation: incarnation, scheduled) { $0.streams[id].wake(timer, &$1) }
  }

  // MARK: Capacity

  /// Puts those who have changes for other regions in line.
  mutating func lineUpChanges() {
    for index in 0..<turn.effects.streamWants.count {
      let want = turn.effects.streamWants[index]
      let place = streamQueues.place(from: turn.environment.regionOf[want.replica.index], to: want.to)
      streamQueues.update(place) { $0.waiting.append(want) }
      callNextChange(place)
    }
    turn.effects.streamWants.clear()
  }

  private mutating func callNextChange(_ place: Int) {
    let (now, capacity) = (turn.now, turn.environment.settings.streamCapacity)
    let line = streamQueues.lines[place]
    guard !line.isDue, !line.waiting.isEmpty else { return }
    let slot = streamQueues.update(place) { line in
      line.isDue = true
      return line.nextSlot(at: now, capacity: capacity)
    }
    queue.push(Scheduled(departed: now, event: .wake(.streams(.turn(from: line.from, to: line.to)))), at: slot)
  }

  /// Lets the next of those in line send one change. False if none of them has any to send.
  private mutating func serveNextChange(_ from: RegionID, _ to: RegionID) -> Bool {
    let place = streamQueues.place(from: from, to: to)
    streamQueues.update(place) { $0.isDue = false }
    while let want = streamQueues.update(place, { $0.waiting.popFirst() }) {
      guard replicas.status(of: want.replica) == .running else { continue }
      if replicas.streams[want.replica].takeTurn(Int(want.partition), to: to, &turn) {
        streamQueues.update(place) { $0.used += 1 }
        callNextChange(place)
        return true
      }
    }
    return false
  }

  /// The capacity, the batches or the retention have changed.
  mutating func resumeStreams() {
    streamQueues.restart(at: now)
    replicas.noticeReach(&turn)
  }

  /// The key of an update that a coordinator passes on, as long as no leader has taken it up.
  func keyPassedOn(by message: Message) -> KeyID? {
    guard message.kind.streams == .update, turn.parcels.streams.forwards.contains(message.forward.raw) else {
      return nil
    }
    let forward = turn.parcels.streams.forwards[message.forward.raw]
    return forward.operation.id == message.operation && !forward.isTaken ? forward.operation.key : nil
  }

  // MARK: What can be asked

  /// Whether nobody has a version any more that a leader made and could not commit: it stands in no log and in no copy, not even
  /// on the disk of who is down, and nothing brings it.
  func isDropped(_ version: VersionID) -> Bool {
    guard plan.scheme == .streams, version != .none, !turn.parcels.streams.isReported[version] else { return false }
    let key = catalogue.version(version).key
    for owner in environment.owners(of: key).members {
      let server = replicas.streams[owner]
      if catalogue.isSeen(version, in: server.cells[key].seen) { return false }
      guard let place = server.place(of: environment.keyOwners[key].index) else { continue }
      let log = server.copies[place].log
      var next = log.base
      while next < log.end {
        next += 1
        if log[next].version == version, !replicas.isDoomed(next, at: owner, place) { return false }
      }
    }
    return !journeys.contains { $0.version == version }
  }

  /// The copies that have a version in their logs, or have applied it or what replaced it; none under another scheme.
  public func loggers(of version: VersionID) -> [ReplicaID] {
    guard plan.scheme == .streams else { return [] }
    let key = catalogue.version(version).key
    return environment.owners(of: key).members.filter { owner in
      let server = replicas.streams[owner]
      if catalogue.isSuperseded(version, byHeld: server.cells[key].version, seen: server.cells[key].seen) {
        return true
      }
      guard let place = server.place(of: environment.keyOwners[key].index) else { return false }
      let log = server.copies[place].log
      return log.end > log.base && (log.base + 1...log.end).contains { log[$0].version == version }
    }
  }

  /// What a replica is for a partition that streams connect with other regions.
  func streamsRole(of replica: ReplicaID, in partition: Int) -> PartitionRole {
    // A witness region serves nobody, whoever leads.
    if let witness = environment.placement.span?.witness, topology.region(of: replica) == witness { return .witness }
    // Who has joined, and who has left, is what the members in force say, whatever it knows itself.
    let members = environment.placement.copies[partition][topology.region(of: replica).index]
    guard let place = replicas.streams[replica].place(of: partition), members.contains(replica) else { return .none }
    if environment.placement.isLogOnly(replica, in: partition) { return .logOnly }
    let serves = replicas.streams[replica].copies[place].serves(at: now, lease: environment.settings.lease)
    return serves && replicas.status(of: replica) != .crashed ? .leader : .follower
  }

  /// The epoch that a leader leads in, and until when its lease lasts as things are; nil for who leads nothing.
  public func leadership(of replica: ReplicaID, in partition: Int) -> (epoch: Int, lease: Instant)? {
    guard plan.scheme == .streams, let place = replicas.streams[replica].place(of: partition) else { return nil }
    let copy = replicas.streams[replica].copies[place]
    return copy.leadership.map { (Int(copy.epoch), $0.lease(at: now, span: environment.settings.lease)) }
  }

  /// Whose copy may answer a read in a region now: the leader's, or that of any who is alive.
  func streamServers(of partition: Int, at level: ConsistencyLevel, in region: RegionID) -> [ReplicaID] {
    if level == .strong { return leader(of: partition, in: region).map { [$0] } ?? [] }
    let first = Proximity.gate(of: region, topology)
    var turn = turn
    guard let home = replicas.streams[first].home(of: partition, for: first, &turn) else { return [] }
    return environment.placement.copies[partition][home.index].filter {
      live.contains($0) && !environment.placement.isLogOnly($0, in: partition)
    }
  }

  /// Who could take a partition's leadership over now: the other copies of its region that follow its leader.
  func streamHeirs(of partition: Int, in region: RegionID) -> [ReplicaID] {
    guard let leader = leader(of: partition, in: region), let place = replicas.streams[leader].place(of: partition)
    else {
      return []
    }
    let followers =
      replicas.streams[leader].copies[place].leadership?.followers.filter { follower in
        follower.follows && replicas.status(of: follower.replica) == .running
          && replicas.streams[follower.replica].place(of: partition)
            .map { replicas.streams[follower.replica].copies[$0].isWhole } == true
      }.map(\.replica) ?? []
    guard let span = environment.placement.span else { return followers }
    // Those of the leader's region first: nothing changes for anybody's way to it.
    return span.group(environment.placement.copies[partition]).filter {
      followers.contains($0) && topology.region(of: $0) != span.witness
    }
  }

  /// How long the changes that wait in some region for another take at the capacity, the longest; nil where there is no
  /// bound, or a way is cut.
  public func streamDrain(from: RegionID?, to: RegionID?) -> TimeSpan? {
    guard let capacity = environment.settings.streamCapacity else { return nil }
    var longest = TimeSpan.zero
    for source in topology.regionIDs where from == nil || source == from {
      for target in topology.regionIDs where target != source && (to == nil || target == to) {
        if isAnyCut(from: topology.set(of: source), to: topology.set(of: target)) { return nil }
        longest = max(longest, capacity.span(for: Int64(backlog(from: source, to: target))))
      }
    }
    return longest
  }

  /// How many changes wait in a region for another: committed, and not sent, or not acknowledged when the way broke. Where a group
  /// spans all regions it is what its leader, if it is of that region, has committed and most copies of the other don't have.
  ///
  /// Where a leader doesn't know yet how far they have come, or nobody leads, it is what most there have and nobody over there.
  public func backlog(from: RegionID, to: RegionID) -> Int {
    guard plan.scheme == .streams, from != to else { return 0 }
    return environment.placement.copies.indices.reduce(0) {
      let members = environment.placement.copies[$1]
      guard !members[to.index].isEmpty else { return $0 }
      if environment.spansRegions { return $0 + replicas.undelivered(of: $1, from: members[from.index], to: to) }
      return $0 + replicas.waitingChanges(of: $1, from: members[from.index], to: to, members[to.index])
    }
  }

  /// How many changes left the retention before they could be sent.
  public var expiredChanges: Int { replicas.streams.elements.reduce(0) { $0 + $1.expired.reduce(0, +) } }
}

extension Servers {
  /// Whether a record is sure to be discarded: it isn't committed, and another copy of the group leads in a later epoch without it.
  func isDoomed(_ record: UInt32, at id: ReplicaID, _ place: Int) -> Bool {
    let copy = streams[id].copies[place]
    guard record > copy.committed else { return false }
    return copy.others.contains { other in
      guard let place = streams[other].place(of: Int(copy.partition)) else { return false }
      let theirs = streams[other].copies[place]
      guard theirs.leads, theirs.epoch > copy.log.epoch(at: record), record > theirs.log.base else { return false }
      return record > theirs.log.end || theirs.log[record] != copy.log[record]
    }
  }

  /// What a replica keeps that somebody is yet to take. What is sure to be discarded nobody will.
  func streamsBacklog(of id: ReplicaID) -> [Cluster.Journey] {
    let server = streams[id]
    let doomed = server.copies.indices.flatMap { place -> [VersionID] in
      let copy = server.copies[place]
      guard copy.committed < copy.log.end else { return [] }
      return (copy.committed + 1...copy.log.end).filter { isDoomed($0, at: id, place) }.map { copy.log[$0].version }
    }
    return doomed.isEmpty ? server.backlog : server.backlog.filter { !doomed.contains($0.version) }
  }

  /// How many changes of a partition wait in a region for another.
  func waitingChanges(of partition: Int, from: [ReplicaID], to: RegionID, _ targets: [ReplicaID]) -> Int {
    func copies(of members: [ReplicaID]) -> [PartitionCopy] {
      members.compactMap { id in streams[id].place(of: partition).map { streams[id].copies[$0] } }
    }
    let senders = copies(of: from)
    let leader = senders.filter { $0.leads && $0.leadership?.streams[to.index].isKnown == true }
      .max { $0.epoch < $1.epoch }
    if let leader, let cursor = leader.leadership?.streams[to.index] {
      let gone = max(cursor.sent, leader.changes.base)
      return Int(leader.changes.count(after: gone, upTo: leader.committedChanges))
    }
    guard let origin = from.first.map({ self[$0].region }),
      let source = senders.max(by: { $0.committedChanges < $1.committedChanges })
    else { return 0 }
    let received = copies(of: targets).map { $0.received[origin.index] }.max() ?? 0
    return Int(source.changes.count(after: max(received, source.changes.base), upTo: source.committedChanges))
  }
}
