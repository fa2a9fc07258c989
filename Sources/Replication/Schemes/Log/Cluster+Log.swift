import DequeModule
import Kernel

/// What the cluster does by itself where each region keeps logs.
extension Cluster {
  /// Answers a client that waits for nothing, before anybody has heard of its write (`acks=0`: the producer goes on as soon as
  /// the record is in its socket's buffer).
  mutating func answerAtOnce(_ ticket: UInt32) {
    let (operation, payload) = (operations[ticket].operation, operations[ticket].payload)
    operations[ticket].operation.version = turn.catalogue.propose(
      operation, timestamp: payload.timestamp ?? clients[operation.client].clock.timestamp(at: now),
      stamp: payload.timestamp == nil ? .clientClock : payload.stamp, valueBytes: payload.valueBytes, at: now,
      by: operation.coordinator)
    end(ticket, .ok)
  }

  // MARK: Whether copies agree

  /// A key of a record that some live copy of a log has and another lacks, or that is on its way to a leader; nil if there is
  /// none. Copies that end alike are alike: a record's offset and its leader's epoch say what it is. Not so
  /// where records were cleaned away for the sake of others that an unclean leader has cut off: who hasn't cleaned has them still.
  var keyApartInLogs: KeyID? {
    let live = live
    for region in controller.partitions {
      for (number, partition) in region.enumerated() {
        let members = partition.members.filter(live.contains)
        guard let first = members.first else { continue }
        for other in members.dropFirst() {
          if let key = keyApart(number, first, other) { return key }
        }
      }
    }
    return keyToMirror ?? keyOfUpdateUnderWay
  }

  private func keyApart(_ partition: Int, _ first: ReplicaID, _ second: ReplicaID) -> KeyID? {
    let (left, right) = (replicas.log[first].copies[partition].log, replicas.log[second].copies[partition].log)
    if left.end != right.end || left.lastVersion != right.lastVersion && right.lastVersion != .none {
      let longer = left.end >= right.end ? left : right
      if longer.lastVersion != .none { return catalogue.version(longer.lastVersion).key }
    }
    guard controller.hasLost, controller.cleaning > 0 else { return nil }
    return (0..<turn.catalogue.names.keyCount).lazy.map { KeyID($0) }.first {
      environment.keyOwners[$0].index == partition && isApart($0, first, second)
    }
  }

  /// Whether the newest records of a key in two logs differ; a delete marker is as good as none, which it becomes.
  private func isApart(_ key: KeyID, _ first: ReplicaID, _ second: ReplicaID) -> Bool {
    let newest = [first, second].map { replicas.log[$0].cell(key).version }
    return newest[0] != newest[1] && !newest.allSatisfy { $0 == .none || catalogue.isTombstone($0) }
  }

  /// The key of an update that has yet to reach its leader.
  private var keyOfUpdateUnderWay: KeyID? {
    func key(_ event: Event) -> KeyID? {
      switch event {
      case .message(let message):
        guard message.kind.log?.isProduce == true, catalogue.position(of: message.version) == nil else { return nil }
        return catalogue.version(message.version).key
      case .request(let id, let ticket, _):
        guard isOpen(id, ticket), operations[ticket].operation.kind.isUpdate else { return nil }
        let operation = operations[ticket].operation
        return operation.outcome == nil || operation.isUnawaited ? operation.key : nil
      case .answer, .arrival, .wake: return nil
      }
    }
    var found: KeyID?
    queue.visit { _, _, scheduled in
      found = key(scheduled.event)
      return found == nil
    }
    if let found { return found }
    for waiting in held { if let found = key(waiting.scheduled.event) { return found } }
    for replica in replicas.elements where replica.status != .crashed {
      for waiting in replica.inbox { if let found = key(waiting.event) { return found } }
      if let parcel = replica.queue.current, let found = key(.message(parcel.message)) { return found }
      for parcel in replica.queue.waiting { if let found = key(.message(parcel.message)) { return found } }
    }
    return nil
  }

  // MARK: What is lost

  /// Whether an acknowledged write is lost: its leader's log lacks it, it wasn't cleaned away there, and no copy that runs has it
  /// still, which would cut it off when it follows. Where nobody leads, it is as long as some disk has it. One that nobody waited
  /// for is lost when nothing is left that could append it.
  public func isLost(_ version: VersionID) -> Bool {
    let written = catalogue.version(version)
    let region = topology.region(of: written.writer.replica)
    guard let position = catalogue.position(of: version) else {
      return !operations.slots.contains { operations[$0].operation.id == written.operation }
        && !pendingVersions.contains(version)
    }
    let partition = Int(position.partition)
    let entry = controller.partitions[region.index][partition]
    let isLed = entry.state.leader != .none
    return !entry.members.contains { id in
      (!isLed || replicas.status(of: id) != .crashed) && hasRecord(version, at: id)
    }
  }

  /// Whether a record stands in a replica's log, or did until it was cleaned away.
  public func hasRecord(_ version: VersionID, at id: ReplicaID) -> Bool {
    guard let position = catalogue.position(of: version) else { return false }
    let (log, partition) = (replicas.log[id].copies[Int(position.partition)].log, Int(position.partition))
    guard log.had(version, at: position) else { return false }
    return log[Int(position.offset)].version == version || isReplaced(version, at: position, id, partition)
  }

  /// Whether a record that was cleaned away went for the sake of one that is there still, or of a delete marker that was cleaned away
  /// in its turn. For the sake of what was cut off later it went for nothing.
  private func isReplaced(
    _ version: VersionID, at position: LogPosition, _ id: ReplicaID, _ partition: Int
  ) -> Bool {
    let key = catalogue.version(version).key
    if replicas.log[id].heads[key].place > position.offset + 1 { return true }
    let log = replicas.log[id].copies[partition].log
    return turn.catalogue.versions.ids.contains { later in
      guard turn.catalogue.versions[known: later].key == key, turn.catalogue.versions[known: later].isTombstone,
        let place = turn.catalogue.position(of: later), place.offset >= position.offset, log.had(later, at: place)
      else { return false }
      return log[Int(place.offset)].version == .none
    }
  }

  // MARK: What can be asked

  /// What a region's controller has decided about a partition; nil where there is none.
  public func decision(on partition: Int, in region: RegionID) -> LogPartition? {
    guard region.index < controller.partitions.count, partition < controller.partitions[region.index].count else {
      return nil
    }
    return controller.partitions[region.index][partition]
  }

  /// What a replica is for a partition of its region's log, by its controller.
  func logRole(of replica: ReplicaID, in partition: Int) -> PartitionRole {
    guard let entry = decision(on: partition, in: topology.region(of: replica)) else { return .none }
    if entry.state.leader == replica { return .leader }
    if entry.state.inSync.contains(replica) { return .inSync }
    if entry.state.eligible.contains(replica) { return .eligible }
    return entry.members.contains(replica) ? .outOfSync : .none
  }

  /// The first offset of a partition that isn't committed, by its leader; nil where nobody leads.
  public func watermark(of partition: Int, in region: RegionID) -> Int? {
    guard let leader = decision(on: partition, in: region)?.state.leader, leader != .none else { return nil }
    return replicas.log[leader].copies[partition].watermark
  }

  /// The offset that a replica's copy of a partition ends at; nil if it has none.
  public func logEnd(of partition: Int, at id: ReplicaID) -> Int? {
    copy(of: partition, at: id)?.log.end
  }

  /// A replica's copy of a partition's log; nil if it has none.
  private func copy(of partition: Int, at id: ReplicaID) -> LogCopy? {
    guard scheme.features.contains(.logs), replicas.log[id].copies[partition].isHeld else { return nil }
    return replicas.log[id].copies[partition]
  }

  /// The leader, if it answers a committed read with all that its log holds: reads end at the high watermark. Nobody else is
  /// known beforehand to.
  func logServers(of partition: Int, at level: ConsistencyLevel, in region: RegionID) -> [ReplicaID] {
    guard level == .committed, let leader = leader(of: partition, in: region),
      logEnd(of: partition, at: leader) == knownWatermark(of: partition, at: leader)
    else { return [] }
    return [leader]
  }

  /// How far a replica knows its copy of a partition to be committed; nil if it has none.
  public func knownWatermark(of partition: Int, at id: ReplicaID) -> Int? {
    copy(of: partition, at: id)?.watermark
  }
}

extension PartitionLog {
  /// The record at its end; none where that was cleaned away, and in an empty log.
  var lastVersion: VersionID { end == 0 ? .none : self[end - 1].version }
}
