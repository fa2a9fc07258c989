import Insight
import Kernel

@testable import Analysis
@testable import Replication
@testable import Workbench

extension Reading {
  mutating func flaw(in miss: Miss, of read: OperationID, _ accepted: Instant) -> String? {
    let replies = take { record -> VersionID? in
      switch record.what {
      case .step(read, by: miss.answerer, .cache(.servedEntry(let version, _, _))),
        .step(read, by: miss.answerer, .cache(.servedRow(let version))):
        return version
      case .step(read, by: miss.answerer, .sent(let message)) where message.kind.isReading: return message.version
      default: return nil
      }
    }
    guard replies.count == 1, replies[0].at == miss.at, replies[0].id.position == miss.position else {
      return "it did not answer then"
    }
    guard witness.catalogue.version(miss.version).accepted == accepted else { return "accepted at another instant" }
    let cluster = witness.world(at: miss.position).cluster
    let catalogue = witness.catalogue
    let key = catalogue.version(miss.version).key
    let cell = cluster.cell(key, at: miss.replica)
    let isInLogs = cluster.scheme.features.contains(.logs)
    guard isInLogs || !catalogue.isSuperseded(miss.version, byHeld: cell.version, seen: cell.seen) else {
      return "it had it"
    }
    func brings(_ version: VersionID) -> Bool {
      version == miss.version
        || version != .none && catalogue.version(version).key == key
          && catalogue.isSuperseded(miss.version, byHeld: version, seen: catalogue.version(version).vector)
    }
    func wiped(_ replica: ReplicaID, at instant: Instant) -> Bool {
      take { if case .wiped(replica) = $0.what { true } else { nil } }.map(\.at) == [instant]
    }
    let (target, version) = (miss.replica, miss.version)
    switch miss.whereabouts {
    case .inFlight(let from, let to, let departed, let due, let kind):
      let isThere = cluster.messagesInFlight.contains { sent in
        guard case .message(let message) = sent.event else { return false }
        return message.from == from && message.to == to && message.kind == kind && sent.departed == departed
          && sent.arrives == due && brings(message.version)
      }
      return isThere && due >= miss.at ? nil : "no such message is in flight"
    case .held(let from, let departed):
      let isThere = cluster.messagesInFlight.contains { sent in
        guard case .message(let message) = sent.event else { return false }
        return message.from == from && sent.departed == departed && sent.arrives == nil && brings(message.version)
      }
      return isThere ? nil : "no such message waits"
    case .queued:
      return cluster.isQueued(version, at: target) ? nil : "nothing waits"
    case .hinted(let keeper, let since, let isDown):
      let isKept = cluster.hints(of: keeper).pending.contains { other, hints in
        other == target && hints.contains { $0.stored == since && brings($0.version) }
      }
      return isKept && (cluster.replicas[keeper].status != .running) == isDown ? nil : "no such hint is kept"
    case .logged(let keeper) where cluster.primary != nil:
      return cluster.cacheRole(of: keeper) == .primary && cluster.has(version, keeper) ? nil : "its log lacks it"
    case .logged(let keeper):
      let region = witness.topology.region(of: target)
      return cluster.keepings.contains { keeping in
        keeping.keeper == keeper && keeping.version == version && witness.topology.region(of: keeping.target) == region
      } ? nil : "nobody keeps it"
    case .inDatabase(let database):
      return cluster.has(version, database) && !cluster.has(version, target) ? nil : "the database lacked it"
    case .guest(let keeper, let since, let isDown):
      let isKept = cluster.hints(of: keeper).pending.contains { other, hints in
        other == target && hints.contains { $0.stored == since && $0.isStandIn && brings($0.version) }
      }
      return isKept && (cluster.replicas[keeper].status != .running) == isDown ? nil : "nothing is held in its place"
    case .lost(let loss, let from, let to, let at, _):
      let lost = take { record -> Message? in
        if case .lost(let message, loss, _) = record.what { message } else { nil }
      }
      return lost.count == 1 && lost[0].at == at && lost[0].found.from == from && lost[0].found.to == to
        && lost[0].found.version == version ? nil : "no such message was lost"
    case .wiped(let at):
      let stored = take { if case .stored(version, at: target, _, _, _) = $0.what { true } else { nil } }
      return stored.count == 1 && wiped(target, at: at) ? nil : "no such disk was lost"
    case .lostHint(let keeper, let at):
      let kept = take { if case .hinted(version, by: keeper, target: target) = $0.what { true } else { nil } }
      return kept.count == 1 && wiped(keeper, at: at) ? nil : "no such hint was lost"
    case .expiredHint(let judge):
      let kept = take { if case .hinted(version, by: _, target: target) = $0.what { true } else { nil } }
      let dropped = take { record -> Bool? in
        if case .hintExpired(version, by: judge, target: target) = record.what { true } else { nil }
      }
      return kept.count == 1 && dropped.count == 1 ? nil : "no hint was dropped"
    case .lostInQueue(let at):
      let came = take { record -> Bool? in
        guard case .delivered(let message, _) = record.what else { return nil }
        return message.to == target && message.version == version ? true : nil
      }
      return came.map(\.at) == [at] ? nil : "it did not come"
    case .uncommitted, .unfetched, .unlogged, .unmirrored: return flawInLogs(of: miss, cluster)
    case .neverSent(let coordinator):
      let operation = catalogue.version(version).operation
      let left = steps(of: operation, by: coordinator) { step, _ -> Bool? in
        switch step {
        case .regards(target, isAlive: false, _), .unhinted(target, _): true
        default: nil
        }
      }
      let wasSent = witness.steps(of: operation).contains { step in
        guard step.id.position <= miss.position, case .sent(let message) = step.step else { return false }
        return message.to == target && message.version == version && message.kind.bringsVersion
      }
      return left.count == 2 && !wasSent ? nil : "it was sent"
    case .forgotten: return miss.position > Chronicle.limit ? nil : "nothing lies that far back"
    case .untold:
      let wasSent = witness.order.contains { id in
        guard id.position <= miss.position, let record = witness.records[id] else { return false }
        switch record.what {
        case .stored(version, at: target, _, _, _), .hinted(version, by: _, target: target): return true
        case .lost(let message, _, _):
          return message.to == target && message.version == version && message.kind.leaderless != .dataResponse
        default: return false
        }
      }
      let isOnItsWay = cluster.journeys.contains { $0.target == target && brings($0.version) }
      return wasSent || isOnItsWay ? "something had brought it, or was to" : nil
    }
  }
}

extension Reading {
  /// Where a record was for a copy of its log: looked up in the logs themselves.
  private func flawInLogs(of miss: Miss, _ cluster: Cluster) -> String? {
    guard let position = cluster.catalogue.position(of: miss.version) else { return "it stands in no log" }
    let partition = Int(position.partition)
    func log(_ replica: ReplicaID) -> PartitionLog { cluster.replicas.log[replica].copies[partition].log }
    let decided = cluster.controller.partitions[cluster.topology.region(of: miss.replica).index][partition].state
    let isThere = log(miss.replica).had(miss.version, at: position)
    switch miss.whereabouts {
    case .unmirrored(let leader):
      let held = cluster.original(of: miss.version, mirroredTo: miss.replica)
      guard let home = cluster.catalogue.home(of: miss.version), home != cluster.topology.region(of: miss.replica)
      else {
        return "it was written where it is read"
      }
      let state = cluster.controller.partitions[home.index][partition].state
      return held != miss.version && state.leader == leader ? nil : "it had been mirrored"
    case .uncommitted(let offset, let watermark):
      let known = cluster.replicas.log[miss.replica].copies[partition].watermark
      return isThere && offset == Int(position.offset) && watermark == known && offset >= known
        ? nil : "it was committed"
    case .unfetched(let leader, let offset, let end):
      return !isThere && decided.leader == leader && log(leader).had(miss.version, at: position)
        && offset == Int(position.offset) && end == log(miss.replica).end ? nil : "it had been fetched"
    case .unlogged(let leader, let epoch):
      let isLed = leader != .none && log(leader).had(miss.version, at: position)
      return !isThere && !isLed && decided.leader == leader && decided.epoch == epoch ? nil : "it stands in a log"
    default: return "it is of no log"
    }
  }
}
