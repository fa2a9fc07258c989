import DequeModule
import Kernel

/// What a replica is for a partition.
public enum PartitionRole: String, Sendable {
  case leader, follower, none
}

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
    let (now, capacity) = (turn.now, turn.environment.settings.streamCapacity ?? .max)
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

  /// Something has been lost on the way, or can be from now on.
  mutating func noticeLosses() {
    turn.rearrange { $0.hasLosses = true }
    replicas.noticeLosses(&turn)
  }

  // MARK: Partitions

  /// Divides the keys into so many partitions, before any was written.
  mutating func divide(into count: Int) {
    turn.configure { $0.partitions = count }
    let placement = Placement(plan, topology, turn.environment.settings)
    turn.rearrange { $0.placement = placement }
    replicas.divide(placement)
  }

  // MARK: What can be asked

  /// The partition of the key of that name, used or not; nil under a scheme without partitions.
  public func partition(ofKey name: String) -> Int? {
    let placement = environment.placement
    return placement.partitionCount == 0 ? nil : placement.partition(ofKey: name)
  }

  /// Who serves as the leader of a partition in a region now; nil where nobody does.
  public func leader(of partition: Int, in region: RegionID) -> ReplicaID? {
    topology.members(of: region).first { role(of: $0, in: partition) == .leader }
  }

  /// What a replica is for a partition.
  public func role(of replica: ReplicaID, in partition: Int) -> PartitionRole {
    guard plan.scheme == .streams, let place = replicas.streams[replica].place(of: partition) else { return .none }
    let serves = replicas.streams[replica].copies[place].serves(at: now, lease: environment.settings.lease)
    return serves && replicas.status(of: replica) != .crashed ? .leader : .follower
  }

  /// The epoch that a leader leads in, and until when its lease lasts as things are; nil for who leads nothing.
  public func leadership(of replica: ReplicaID, in partition: Int) -> (epoch: Int, lease: Instant)? {
    guard let place = replicas.streams[replica].place(of: partition) else { return nil }
    let copy = replicas.streams[replica].copies[place]
    return copy.leadership.map { (Int(copy.epoch), $0.lease(at: now, span: environment.settings.lease)) }
  }

  /// How long the changes that wait in some region for another take at the capacity, the longest; nil where there is no
  /// bound, or a way is cut.
  public func streamDrain(from: RegionID?, to: RegionID?) -> TimeSpan? {
    guard let capacity = environment.settings.streamCapacity else { return nil }
    var longest = TimeSpan.zero
    for source in topology.regionIDs where from == nil || source == from {
      for target in topology.regionIDs where target != source && (to == nil || target == to) {
        if isAnyCut(from: topology.set(of: source), to: topology.set(of: target)) { return nil }
        let span = Int64(backlog(from: source, to: target)) * 1_000_000 / Int64(capacity)
        longest = max(longest, TimeSpan(microseconds: span))
      }
    }
    return longest
  }

  /// How many changes wait in a region for another: committed, and not sent, or not acknowledged when the way broke.
  public func backlog(from: RegionID, to: RegionID) -> Int {
    topology.members(of: from).reduce(0) { $0 + replicas.waitingChanges(at: $1, for: to) }
  }

  /// How many changes left the retention before they could be sent.
  public var expiredChanges: Int { replicas.streams.elements.reduce(0) { $0 + $1.expired.reduce(0, +) } }
}

extension Servers {
  /// Takes replicas to their places in another placement.
  mutating func divide(_ placement: Placement) {
    switch scheme {
    case .leaderless: break
    case .streams: for id in ids { streams[id].divide(placement) }
    case .primaryCache: break
    }
  }

  /// How many changes wait at a replica for another region.
  func waitingChanges(at id: ReplicaID, for region: RegionID) -> Int {
    switch scheme {
    case .leaderless: 0
    case .streams: status(of: id) == .crashed ? 0 : streams[id].waitingChanges(for: region)
    case .primaryCache: 0
    }
  }
}
