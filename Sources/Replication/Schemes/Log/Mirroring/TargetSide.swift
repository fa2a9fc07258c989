import Kernel

/// What a leader does to have what other regions' leaders have: it fetches, as a consumer there would, and appends, as a producer
/// at ACKS_ALL would here. MirrorMaker 2 does it in a process of its own, near the target.
extension LogServer {
  /// Sees to the mirrors of all that it leads: what is to be mirrored, or who leads elsewhere, or who can be reached, has changed.
  mutating func mirror(_ turn: inout Turn) {
    for partition in copies.indices where copies[partition].isHeld { mirror(partition, &turn) }
  }

  /// Sees to the mirrors of one partition.
  mutating func mirror(_ partition: Int, _ turn: inout Turn) {
    guard leads(partition) else { return forgetMirrors(of: partition) }
    let plans = turn.environment.settings.mirrors
    guard !(plans.isEmpty && copies[partition].mirroring.isEmpty) else { return }
    for place in copies[partition].mirroring.indices {
      let source = copies[partition].mirroring[place].source
      if !plans.contains(where: { $0.source == source && $0.target == region }) {
        copies[partition].mirroring[place].forget()
      }
    }
    for plan in plans where plan.target == region { mirror(partition, from: plan.source, &turn) }
  }

  private mutating func mirror(_ partition: Int, from source: RegionID, _ turn: inout Turn) {
    let place = fetching(of: partition, from: source)
    // Whoever reaches a broker of a region learns from it who leads there.
    let detector = turn.environment.detector
    let isHeard = turn.environment.topology.members(of: source).contains { detector.isReached($0, by: id) }
    let fetching = copies[partition].mirroring[place]
    let leader = isHeard ? turn.environment.leaders(in: source)[partition] : fetching.leader
    let isConnected = leader != .none && detector.isReached(leader, by: id)
    copies[partition].mirroring[place].isConnected = isConnected
    if leader != fetching.leader { copies[partition].mirroring[place].isAwaiting = false }
    copies[partition].mirroring[place].leader = leader
    guard isConnected, !fetching.isConnected || !copies[partition].mirroring[place].isAwaiting else { return }
    fetchElsewhere(place, of: partition, &turn)
  }

  /// What it knows of its fetches of a region's records; the first time it begins after the last that its log has.
  private mutating func fetching(of partition: Int, from source: RegionID) -> Int {
    if let place = copies[partition].mirroring.firstIndex(where: { $0.source == source }) {
      if copies[partition].mirroring[place].leader == .none {
        copies[partition].mirroring[place].position = copies[partition].next(from: source)
      }
      return place
    }
    copies[partition].mirroring.append(MirrorFetching(source))
    let place = copies[partition].mirroring.count - 1
    copies[partition].mirroring[place].position = copies[partition].next(from: source)
    return place
  }

  /// Asks what comes next, unless nothing could be appended that all would have to have.
  private mutating func fetchElsewhere(_ place: Int, of partition: Int, _ turn: inout Turn) {
    // Whatever it has asked before, it will ask once there are enough.
    copies[partition].mirroring[place].isAwaiting = false
    guard copies[partition].state.inSync.count >= copies[partition].neededInSync(turn.environment.settings) else {
      return
    }
    copies[partition].mirroring[place].isAwaiting = true
    copies[partition].mirroring[place].number &+= 1
    copies[partition].mirroring[place].asked = turn.now
    let fetching = copies[partition].mirroring[place]
    var batch = RecordBatch()
    batch.partition = UInt16(partition)
    batch.fetch = fetching.number
    batch.base = UInt32(fetching.position.offset)
    batch.epochs = [PartitionLog.EpochStart(epoch: fetching.position.epoch, start: fetching.position.offset)]
    turn.effects.sends.append(
      Message(
        .log(.mirrorFetch), .batch(.none, turn.parcels.batches.append(batch)), from: id, to: fetching.leader,
        operation: .none, request: UInt32(partition)))
    if turn.environment.isLossy { watchMirror(place, of: partition, &turn) }
  }

  /// Appends what another region's leader sent, and fetches on.
  mutating func takeMirrored(_ message: Message, _ turn: inout Turn) {
    let batch = turn.parcels.batches[known: message.batch]
    let (partition, source) = (Int(batch.partition), turn.environment.regionOf[message.from.index])
    guard leads(partition), let place = copies[partition].mirroring.firstIndex(where: { $0.source == source }),
      case let fetching = copies[partition].mirroring[place], fetching.isAwaiting, fetching.number == batch.fetch,
      fetching.leader == message.from
    else { return }
    copies[partition].mirroring[place].isAwaiting = false
    // NotEnoughReplicas: the producer tries again once there are enough.
    guard copies[partition].state.inSync.count >= copies[partition].neededInSync(turn.environment.settings) else {
      return
    }
    for item in batch.items {
      let version = turn.mirror(item.version, from: source, by: id)
      lead(version, at: copies[partition].log.end, of: partition, by: .mirrored, &turn)
    }
    if let next = batch.epochs.first {
      copies[partition].mirroring[place].position = ConsumerPosition(offset: next.start, epoch: next.epoch)
    }
    noteAppend(of: batch.items.count, to: partition, &turn)
    turn.effects.mirrorings.append(.appended(MirrorRoute(source: source, target: region)))
    if copies[partition].mirroring[place].isConnected { fetchElsewhere(place, of: partition, &turn) }
  }

  /// Loses what it has asked of other regions, and what others' fetches wait for here.
  mutating func forgetMirrors(of partition: Int) {
    for place in copies[partition].mirroring.indices { copies[partition].mirroring[place].forget() }
    copies[partition].readersElsewhere = []
  }

  /// A connection breaks though it is paused: it finds that out when it goes on.
  mutating func noticeBrokenMirrors(_ turn: Turn) {
    for partition in copies.indices {
      for place in copies[partition].mirroring.indices {
        let leader = copies[partition].mirroring[place].leader
        guard leader != .none, !turn.environment.detector.isReached(leader, by: id) else { continue }
        copies[partition].mirroring[place].isConnected = false
      }
    }
  }

  // MARK: Losses

  /// Something was lost on the way: it may have been what it waits for.
  mutating func noticeMirrorLosses(_ turn: inout Turn) {
    for partition in copies.indices where leads(partition) {
      for place in copies[partition].mirroring.indices where copies[partition].mirroring[place].isAwaiting {
        watchMirror(place, of: partition, &turn)
      }
    }
  }

  /// What it has asked of another region came, and was shed.
  mutating func noticeShed(_ message: Message, _ turn: inout Turn) {
    guard message.kind == .log(.mirrored) else { return }
    let (partition, source) = (Int(message.request), turn.environment.regionOf[message.from.index])
    guard let place = copies[partition].mirroring.firstIndex(where: { $0.source == source }) else { return }
    watchMirror(place, of: partition, &turn)
  }

  /// Whom it has asked doesn't lead, as far as that has heard: it asks again a while later.
  mutating func takeMirrorRefusal(_ message: Message, of partition: Int, _ turn: inout Turn) {
    let source = turn.environment.regionOf[message.from.index]
    guard let place = copies[partition].mirroring.firstIndex(where: { $0.source == source }),
      case let fetching = copies[partition].mirroring[place], fetching.isAwaiting, fetching.number == message.fetch,
      fetching.leader == message.from
    else { return }
    watchMirror(place, of: partition, &turn)
  }

  private mutating func watchMirror(_ place: Int, of partition: Int, _ turn: inout Turn) {
    guard !copies[partition].mirroring[place].isWatched else { return }
    copies[partition].mirroring[place].isWatched = true
    turn.effects.wake(
      after: Self.fetchPatience,
      for: .refetchElsewhere(
        id, partition: UInt16(partition), copies[partition].mirroring[place].source, incarnation: incarnation))
  }

  /// Asks again what it has asked for long, as the question or its answer may be lost. False if it awaits nothing.
  mutating func fetchElsewhereAgain(_ partition: Int, from source: RegionID, _ turn: inout Turn) -> Bool {
    guard let place = copies[partition].mirroring.firstIndex(where: { $0.source == source }) else { return false }
    copies[partition].mirroring[place].isWatched = false
    let fetching = copies[partition].mirroring[place]
    guard leads(partition), fetching.isAwaiting else { return false }
    guard turn.now - fetching.asked >= Self.fetchPatience else {
      watchMirror(place, of: partition, &turn)
      return true
    }
    guard fetching.isConnected else { return false }
    fetchElsewhere(place, of: partition, &turn)
    return true
  }
}

extension LogCopy {
  /// What of a region's log it has, as far as its records say.
  func trace(of source: RegionID) -> MirrorTrace? { traces.first { $0.source == source } }

  /// What comes next of a region's log after what it has.
  func next(from source: RegionID) -> ConsumerPosition {
    trace(of: source).map { ConsumerPosition(offset: Int($0.last.offset) + 1, epoch: $0.last.epoch) }
      ?? ConsumerPosition()
  }

  /// Takes in that a record of another region stands in its log.
  mutating func noteMirrored(_ position: LogPosition, from source: RegionID, at place: Int, spacing: Int) {
    if let index = traces.firstIndex(where: { $0.source == source }) {
      traces[index].note(position, at: place, spacing: spacing)
    } else {
      traces.append(MirrorTrace(source, position, at: place))
    }
  }

  /// Takes in that its log was cut off.
  mutating func cutTraces(from offset: Int, _ catalogue: Catalogue) {
    guard !traces.isEmpty else { return }
    let log = log
    func last(from source: RegionID) -> MirrorSync? {
      for place in stride(from: offset - 1, through: 0, by: -1) {
        guard let origin = catalogue.origin(of: log[place].version), catalogue.home(of: origin) == source,
          let position = catalogue.position(of: origin)
        else { continue }
        return MirrorSync(upstream: position, place: place)
      }
      return nil
    }
    var kept: [MirrorTrace] = []
    for var trace in traces {
      let before = trace.place >= offset ? last(from: trace.source) : nil
      if trace.cut(from: offset, before: before) { kept.append(trace) }
    }
    traces = kept
  }
}

extension Turn {
  /// Enters another region's record as a record of this one's, by its name here. Until it is appended it stands nowhere.
  mutating func mirror(_ original: VersionID, from source: RegionID, by leader: ReplicaID) -> VersionID {
    let record = catalogue.version(original)
    let name = environment.topology.mirroredName(of: catalogue.names.name(of: record.key), from: source)
    let key = intern(key: name)
    let grown = catalogue.names.byteCount(ofKey: key) - catalogue.names.byteCount(ofKey: record.key)
    return catalogue.propose(copyOf: original, as: key, bytes: Int(record.bytes) + grown, at: now, by: leader)
  }
}
