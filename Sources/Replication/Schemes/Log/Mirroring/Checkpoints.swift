import Kernel

/// How far a consumer has committed each partition of its region's logs, at some instant.
struct GroupPlace: Hashable, Sendable {
  let client: ClientID
  let offsets: [Int]
  /// When that was so.
  let taken: Instant
}

/// What a mirror tells its target about a consumer of its source.
public struct Checkpoint: Hashable, Sendable {
  /// Whose.
  public let client: ClientID
  /// When it was taken in the consumer's region.
  public let taken: Instant
  /// When it came.
  public let at: Instant
  /// How far the consumer had committed then in its own region, by partition: the next offset.
  public let offsets: [Int]
  /// Where the consumer would go on there, by partition; nil where nothing is known.
  let positions: [ConsumerPosition?]

  /// The offset at which the consumer would go on in a partition of the mirror's target; nil where nothing is known.
  public func place(in partition: Int) -> Int? { positions[partition]?.offset }
}

/// The checkpoints of all mirrors: consumers' places in one region's logs as places in another's
/// (`MirrorCheckpointTask`, `sync.group.offsets.enabled`).
struct Checkpoints: Sendable {
  /// Those of one mirror.
  struct Line: Sendable {
    let route: MirrorRoute
    /// Since when it is on: checkpoints come at multiples of its period since then.
    var since: Instant
    /// How often it was set.
    var generation: UInt16 = 1
    /// Whether it is on.
    var isOn = true
    /// Whether it is going to make one.
    var isScheduled = false
    /// Whether one is due, and nothing has arrived since.
    var isDue = false
    /// What has arrived, the latest for each consumer.
    var latest: [Checkpoint] = []
  }

  private(set) var lines: [Line] = []

  /// The line of a mirror.
  func line(_ route: MirrorRoute) -> Line? { lines.first { $0.route == route } }

  /// Changes the line of a mirror.
  mutating func update(_ route: MirrorRoute, _ change: (inout Line) -> Void) {
    guard let place = lines.firstIndex(where: { $0.route == route }) else { return }
    change(&lines[place])
  }

  /// A mirror is set, now.
  mutating func begin(_ route: MirrorRoute, at now: Instant) {
    guard lines.contains(where: { $0.route == route }) else {
      lines.append(Line(route: route, since: now))
      return
    }
    update(route) {
      $0.since = now
      $0.generation &+= 1
      $0.isOn = true
      $0.isScheduled = false
      $0.isDue = false
    }
  }

  /// A mirror is off; what it has brought stays.
  mutating func end(_ route: MirrorRoute) {
    update(route) {
      $0.isOn = false
      $0.isScheduled = false
      $0.isDue = false
    }
  }

  /// A region has lost all its disks, and what it was told.
  mutating func forget(_ region: RegionID) {
    for place in lines.indices where lines[place].route.target == region { lines[place].latest = [] }
  }
}

extension Cluster {
  /// The consumers of a region's own logs.
  private func groups(of region: RegionID) -> [GroupPlace] {
    clients.ids.compactMap { id in
      guard clients[id].region == region, let consumer = clients[id].consumer, consumer.membership == nil,
        consumer.source == nil
      else {
        return nil
      }
      return GroupPlace(client: id, offsets: consumer.positions.map(\.offset), taken: now)
    }
  }

  /// Where a consumer that has read so far would go on in a mirror's target, as far as that is known now.
  private func translation(of offsets: [Int], on route: MirrorRoute) -> [ConsumerPosition?] {
    offsets.enumerated().map { partition, offset in
      guard let decided = decision(on: partition, in: route.target) else { return nil }
      let holder = decided.state.leader == .none ? decided.lastLeader : decided.state.leader
      let copy = replicas.log[holder].copies[partition]
      guard offset > 0, let place = copy.trace(of: route.source)?.translation(of: offset) else { return nil }
      return ConsumerPosition(offset: place, epoch: place > 0 ? copy.log.epoch(at: place - 1) ?? 0 : 0)
    }
  }

  /// Sees to the next checkpoint of a mirror, if it would say anything new.
  mutating func scheduleCheckpoint(on route: MirrorRoute) {
    guard let line = checkpoints.line(route), line.isOn, !line.isScheduled,
      let plan = turn.environment.settings.mirrors.first(where: { $0.route == route }), isAnythingNew(on: line)
    else { return }
    let period = plan.checkpoint.microseconds
    let due = line.since + TimeSpan(microseconds: ((now - line.since).microseconds / period + 1) * period)
    checkpoints.update(route) { $0.isScheduled = true }
    queue.push(
      Scheduled(departed: now, event: .wake(.log(.checkpoint(route, generation: line.generation)))), at: due)
  }

  /// The checkpoints of the mirrors of a region: a consumer of it has gone on.
  mutating func scheduleCheckpoints(from region: RegionID) {
    for plan in turn.environment.settings.mirrors where plan.source == region { scheduleCheckpoint(on: plan.route) }
  }

  private func isAnythingNew(on line: Checkpoints.Line) -> Bool {
    groups(of: line.route.source).contains { group in
      let known = line.latest.first { $0.client == group.client }?.positions
      let positions = translation(of: group.offsets, on: line.route)
      return positions != known && positions.contains { $0 != nil }
    }
  }

  /// A checkpoint is due. False if the mirror was set anew, or is off.
  mutating func makeCheckpoint(on route: MirrorRoute, generation: UInt16) -> Bool {
    guard let line = checkpoints.line(route), line.isOn, line.generation == generation else { return false }
    checkpoints.update(route) {
      $0.isScheduled = false
      $0.isDue = true
    }
    sendCheckpoint(on: route)
    // It may be lost on the way.
    if turn.environment.isLossy { scheduleCheckpoint(on: route) }
    return true
  }

  /// Sends a checkpoint that is due, if messages pass from anybody there to anybody here and none is on its way; else it goes once
  /// they do.
  private mutating func sendCheckpoint(on route: MirrorRoute) {
    guard checkpoints.line(route)?.isDue == true, !isCheckpointUnderWay(on: route) else { return }
    for from in topology.members(of: route.source) where replicas.status(of: from) == .running {
      for to in topology.members(of: route.target)
      where isReachable(to, from: from) && replicas.status(of: to) == .running {
        var batch = RecordBatch()
        batch.groups = groups(of: route.source)
        turn.effects.sends.append(
          Message(
            .log(.checkpoint), .batch(.none, turn.parcels.batches.append(batch)), from: from, to: to, operation: .none,
            request: 0))
        return
      }
    }
  }

  private func isCheckpointUnderWay(on route: MirrorRoute) -> Bool {
    func isOne(_ event: Event) -> Bool {
      guard case .message(let message) = event, message.kind == .log(.checkpoint) else { return false }
      return topology.region(of: message.from) == route.source && topology.region(of: message.to) == route.target
    }
    return queue.contains { isOne($0.event) } || held.contains { isOne($0.scheduled.event) }
      || replicas.elements.contains { $0.inbox.contains { isOne($0.event) } }
  }

  /// Something was lost on the way: what is due goes again at the next multiple of its period.
  mutating func repeatDueCheckpoints() {
    for line in checkpoints.lines where line.isOn && line.isDue { scheduleCheckpoint(on: line.route) }
  }

  /// Who can reach whom has changed: what is due may go now.
  mutating func sendDueCheckpoints() {
    for line in checkpoints.lines where line.isOn && line.isDue { sendCheckpoint(on: line.route) }
  }

  /// Keeps what a checkpoint says, translated.
  mutating func take(_ groups: [GroupPlace], on route: MirrorRoute) {
    for group in groups {
      let checkpoint = Checkpoint(
        client: group.client, taken: group.taken, at: now, offsets: group.offsets,
        positions: translation(of: group.offsets, on: route))
      checkpoints.update(route) { line in
        line.latest.removeAll { $0.client == group.client }
        line.latest.append(checkpoint)
      }
    }
    checkpoints.update(route) { $0.isDue = false }
    scheduleCheckpoint(on: route)
  }

  // MARK: What can be asked

  /// The latest checkpoint of a consumer that has come from one region to another; nil if none has.
  public func checkpoint(of client: ClientID, from source: RegionID, to target: RegionID) -> Checkpoint? {
    checkpoints.line(MirrorRoute(source: source, target: target))?.latest.first { $0.client == client }
  }
}

extension LogServer {
  /// Takes in how far another region's consumers are.
  func takeCheckpoint(_ message: Message, _ turn: inout Turn) {
    turn.effects.mirrorings.append(
      .checkpoint(
        MirrorRoute(source: turn.environment.regionOf[message.from.index], target: region),
        turn.parcels.batches[known: message.batch].groups))
  }
}
