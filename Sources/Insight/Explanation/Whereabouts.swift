import Kernel
import Replication

/// Where a write was for a replica that did not have it, at one instant.
///
/// Where it was on its way in several ways, the one that comes first counts: what is in flight, then what waits, then
/// what is kept. Where it was on its way no more, the last thing that became of it counts.
public enum Whereabouts: Hashable, Sendable {
  /// In flight: who sent it to whom (to another only where that one passes it on), and when it is due.
  case inFlight(from: ReplicaID, to: ReplicaID, departed: Instant, due: Instant, kind: Message.Kind)
  /// On a link that is held.
  case held(from: ReplicaID, departed: Instant)
  /// Arrived, and waiting for the replica to get to it.
  case queued
  /// Kept for it by a replica, which may be down.
  case hinted(by: ReplicaID, since: Instant, isKeeperDown: Bool)
  /// Kept by who has it in a log: by that replica itself, which has yet to apply it, or by one that has yet to bring it there.
  case logged(by: ReplicaID)
  /// In the database from which a cache is filled: nothing had told the cache of it yet.
  case inDatabase(ReplicaID)
  /// Held in its place by a replica, which may be down and hands it back.
  case guest(by: ReplicaID, since: Instant, isKeeperDown: Bool)
  /// Lost on its way to it: why, when, from whom to whom (to another only where that one passes it on); whether its coordinator still waits for the acknowledgement, and so
  /// will keep a hint when the timeout has passed.
  case lost(Record.Loss, from: ReplicaID, to: ReplicaID, at: Instant, isAwaited: Bool)
  /// It had it, until it lost its disk.
  case wiped(at: Instant)
  /// Kept for it as a hint by a replica that has lost its disk, and the hint with it.
  case lostHint(by: ReplicaID, at: Instant)
  /// Kept for it as a hint, which grew older than the grace period of tombstones, and dropped by that one: its keeper, or itself.
  case expiredHint(by: ReplicaID)
  /// Arrived, and lost with its queue when it crashed.
  case lostInQueue(at: Instant)
  /// In its log at an offset, which is not below the one up to which it knew the log to be committed: readers see no further.
  case uncommitted(offset: Int, watermark: Int)
  /// In the log of its leader at an offset, where its own ended before.
  case unfetched(from: ReplicaID, offset: Int, end: Int)
  /// In neither its own log nor that of the leader it follows; none where nobody leads.
  case unlogged(leader: ReplicaID, epoch: UInt32)
  /// In the logs of another region, whose records come by a mirror alone: who leads there; none where nobody does.
  case unmirrored(from: ReplicaID)
  /// Never sent, as its coordinator thought it dead; no hint was kept.
  case neverSent(by: ReplicaID)
  /// What became of it lies too far back to be looked up.
  case forgotten
  /// Nothing of that: what was sent did not bring it.
  case untold

  /// Finds a write, and the records that say so; none where it is to be seen in the cluster itself.
  ///
  /// - Parameters:
  ///   - version: what it wrote.
  ///   - target: a replica that lacks it.
  ///   - cluster: the cluster at that instant.
  ///   - records: what has happened since it was accepted, as far as it is known, in order.
  ///   - isComplete: whether that is all that has happened since.
  public static func find(
    _ version: VersionID, for target: ReplicaID, in cluster: Cluster, records: some BidirectionalCollection<Quoted>,
    isComplete: Bool
  ) -> (place: Whereabouts, records: [RecordID]) {
    if let place = Self.inLogs(version, target, cluster) { return (place, []) }
    if let place = onItsWay(version, target, cluster) ?? kept(version, target, cluster)
      ?? logged(version, target, cluster)
    {
      return (place, [])
    }
    return gone(version, target, cluster, records) ?? unsent(version, target, cluster, records)
      ?? (isComplete ? .untold : .forgotten, [])
  }

  /// Whether its coordinator sent it nothing and kept no hint, and said so.
  private static func unsent(
    _ version: VersionID, _ target: ReplicaID, _ cluster: Cluster, _ records: some BidirectionalCollection<Quoted>
  ) -> (Whereabouts, [RecordID])? {
    let operation = cluster.catalogue.version(version).operation
    var doubt: Quoted?
    for quoted in records {
      switch quoted.record.what {
      case .step(operation, _, .regards(target, isAlive: false, _)): doubt = quoted
      case .step(operation, by: let keeper, .unhinted(target, _)):
        if let doubt { return (.neverSent(by: keeper), [doubt.id, quoted.id]) }
      default: break
      }
    }
    return nil
  }

  private static func onItsWay(_ version: VersionID, _ target: ReplicaID, _ cluster: Cluster) -> Whereabouts? {
    let coming = cluster.messagesInFlight { event in
      guard case .message(let message) = event, !message.kind.traits.answersRead else { return false }
      return Self.leads(message, to: target, cluster) && cluster.carries(message, version)
    }
    if let first = coming.first, case .message(let message) = first.event {
      guard let due = first.arrives else { return .held(from: message.from, departed: first.departed) }
      return .inFlight(from: message.from, to: message.to, departed: first.departed, due: due, kind: message.kind)
    }
    return cluster.isQueued(version, at: target) ? .queued : nil
  }

  private static func leads(_ message: Message, to target: ReplicaID, _ cluster: Cluster) -> Bool {
    message.to == target
      // A leader has what comes to its region in its log, and sends it on.
      || (message.kind.leaderless == .relay || message.kind.streams == .relay || message.kind.streams == .item)
        && cluster.topology.region(of: message.to) == cluster.topology.region(of: target)
  }

  private static func kept(_ version: VersionID, _ target: ReplicaID, _ cluster: Cluster) -> Whereabouts? {
    let key = cluster.catalogue.version(version).key
    var found: (hint: Hint, keeper: Replica)?
    for replica in cluster.replicas.elements {
      for (wanted, hints) in cluster.hints(of: replica.id).pending where wanted == target {
        for hint in hints
        where cluster.catalogue.version(hint.version).key == key
          && cluster.catalogue.isSuperseded(
            version, byHeld: hint.version, seen: cluster.catalogue.version(hint.version).vector)
        {
          // One that runs will bring it sooner.
          if found == nil || found?.keeper.status != .running && replica.status == .running { found = (hint, replica) }
        }
      }
    }
    return found.map {
      let isDown = $0.keeper.status != .running
      return $0.hint.isStandIn
        ? .guest(by: $0.keeper.id, since: $0.hint.stored, isKeeperDown: isDown)
        : .hinted(by: $0.keeper.id, since: $0.hint.stored, isKeeperDown: isDown)
    }
  }

  private static func logged(_ version: VersionID, _ target: ReplicaID, _ cluster: Cluster) -> Whereabouts? {
    if let primary = cluster.primary {
      // What was lost on its way the binlog keeps all the same, until the other database has it.
      let database = ReplicaID(cluster.topology.regions[primary.region.index].replicas.lowerBound)
      return database != target && cluster.holders(of: version).contains(database) ? .logged(by: database) : nil
    }
    guard cluster.scheme.features.contains(.streams) else { return nil }
    let keepings = cluster.keepings.filter { $0.version == version }
    let region = cluster.topology.region(of: target)
    let keeping =
      keepings.first { $0.target == target && $0.keeper == target } ?? keepings.first { $0.target == target }
      ?? keepings.first { cluster.topology.region(of: $0.target) == region && $0.keeper != $0.target }
    return keeping.map { .logged(by: $0.keeper) }
  }

  /// Where each region keeps logs: how far it had come in them. Whether it was on its way to a follower then is told by where the two
  /// logs end.
  private static func inLogs(_ version: VersionID, _ target: ReplicaID, _ cluster: Cluster) -> Whereabouts? {
    guard cluster.scheme.features.contains(.logs), let position = cluster.catalogue.position(of: version) else {
      return nil
    }
    let (partition, offset) = (Int(position.partition), Int(position.offset))
    let region = cluster.topology.region(of: target)
    if let home = cluster.catalogue.home(of: version), home != region {
      return .unmirrored(from: cluster.decision(on: partition, in: home)?.state.leader ?? .none)
    }
    guard let end = cluster.logEnd(of: partition, at: target),
      let known = cluster.knownWatermark(of: partition, at: target),
      let decided = cluster.decision(on: partition, in: region)
    else { return nil }
    if cluster.hasRecord(version, at: target) { return .uncommitted(offset: offset, watermark: known) }
    let leader = decided.state.leader
    guard leader != .none, cluster.hasRecord(version, at: leader) else {
      return .unlogged(leader: leader, epoch: decided.state.epoch)
    }
    return .unfetched(from: leader, offset: offset, end: end)
  }

  private static func gone(
    _ version: VersionID, _ target: ReplicaID, _ cluster: Cluster, _ records: some BidirectionalCollection<Quoted>
  ) -> (Whereabouts, [RecordID])? {
    var wiped: [(replica: ReplicaID, quoted: Quoted)] = []
    var dropped: (judge: ReplicaID, quoted: Quoted)?
    for quoted in records.reversed() {
      switch quoted.record.what {
      case .wiped(let replica): wiped.append((replica, quoted))
      case .hintExpired(version, by: let judge, target: target): dropped = (judge, quoted)
      case .stored(version, at: target, _, _, _):
        return wiped.last { $0.replica == target }.map { loss in
          (.wiped(at: loss.quoted.record.at), [quoted.id, loss.quoted.id])
        }
      case .hinted(version, by: let keeper, target: target):
        if let dropped { return (.expiredHint(by: dropped.judge), [quoted.id, dropped.quoted.id]) }
        if let loss = wiped.last(where: { $0.replica == keeper })?.quoted {
          return (.lostHint(by: keeper, at: loss.record.at), [quoted.id, loss.id])
        }
        return nil
      case .delivered(let message, _)
      where dropped == nil && message.to == target && message.version == version && message.kind.bringsWhole:
        return (.lostInQueue(at: quoted.record.at), [quoted.id])
      case .lost(let message, let loss, _)
      where !message.kind.traits.answersRead && leads(message, to: target, cluster) && message.version == version:
        let operation = cluster.catalogue.version(version).operation
        let isAwaited =
          cluster.awaited(ofWrite: operation, at: message.from).map { $0.contains(target) } ?? false
        let place = Whereabouts.lost(
          loss, from: message.from, to: message.to, at: quoted.record.at, isAwaited: isAwaited)
        return (place, [quoted.id])
      default: break
      }
    }
    return nil
  }
}

extension Cluster {
  /// The messages in flight that are as wanted, in the order of their arrival; held ones last.
  fileprivate func messagesInFlight(where isWanted: (Event) -> Bool) -> [InFlight] {
    messagesInFlight(first: .max / 8, where: isWanted).first
  }
}

extension Message.Kind {
  /// Whether the replica that works on it stores the version that it carries.
  fileprivate var bringsWhole: Bool { isServed && carriesVersion && leaderless != .delta }
}
