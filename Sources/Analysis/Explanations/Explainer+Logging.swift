import Insight
import Kernel
import Replication

/// Who had a write in its log, where partitions have leaders: who led, and which copies had it one after another.
struct LoggingAccount {
  /// A copy's log had the record after that event.
  struct Entry {
    let replica: ReplicaID
    let at: Instant
    let position: Int
  }

  /// The copies that had it, in the order in which they did.
  private(set) var entries: [Entry] = []

  /// Takes in who has an operation's record after an event.
  mutating func look(at cluster: Cluster, for operation: Replication.Operation) {
    guard cluster.scheme.features.contains(.leaders), let version = cluster.version(writtenBy: operation.id) else {
      return
    }
    let holders =
      cluster.scheme.features.contains(.logs)
      ? cluster.environment.owners(of: operation.key).members.filter { cluster.hasRecord(version, at: $0) }
      : cluster.loggers(of: version)
    let home = cluster.topology.region(of: cluster.catalogue.version(version).writer.replica)
    let spans = (cluster.environment.settings.multiRegion == .strong)
    for holder in holders where spans || cluster.topology.region(of: holder) == home {
      guard !entries.contains(where: { $0.replica == holder }) else { continue }
      entries.append(Entry(replica: holder, at: cluster.now, position: cluster.position))
    }
  }
}

extension Explainer {
  /// Who led the partition, and which copies had the record until the client had its answer.
  func logged(_ write: Replication.Operation, _ account: LoggingAccount, _ end: Cluster) -> [Explanation.Fact] {
    guard let first = account.entries.first, let partition = end.partition(ofKey: catalogue.names.name(of: write.key))
    else { return [] }
    let leader = first.replica
    let region = topology.region(of: leader)
    let isLog = end.scheme.features.contains(.logs)
    let members = end.environment.owners(of: write.key).members.filter {
      (end.environment.settings.multiRegion == .strong) || topology.region(of: $0) == region
    }
    var facts: [Explanation.Fact] = []
    let decided = isLog ? end.decision(on: partition, in: region) : nil
    let epoch = decided.map { Int($0.state.epoch) } ?? end.leadership(of: leader, in: partition)?.epoch
    if let epoch, decided.map({ $0.state.leader == leader }) ?? true {
      facts.append(
        fact(
          .write(.led(write.id, by: leader, partition: partition, epoch: epoch, since: decided?.since)), first.at,
          Quotes(.pending(leader, position: first.position))))
    }
    let needed = enough(write, members, decided)
    for (place, entry) in account.entries.enumerated() {
      let claim = WriteClaim.persisted(
        write.id, entry.replica, isLeader: entry.replica == leader, number: place + 1, needed)
      facts.append(fact(.write(claim), entry.at, Quotes(.pending(entry.replica, position: entry.position))))
    }
    return facts
  }

  /// Of how many copies a write waits to be in the logs; where two regions have to have it that is told apart.
  private func enough(
    _ write: Replication.Operation, _ members: [ReplicaID], _ decided: LogPartition?
  ) -> WriteClaim.Enough {
    guard let decided else {
      return (timeline.cluster.environment.settings.multiRegion == .strong) ? .elsewhere : .most(of: members.count)
    }
    switch write.level {
    case .acks0: return .nobody
    case .acks1: return .leader
    default: return .allInSync(decided.state.inSync.count)
    }
  }

  /// That the primary's database has a write, where there is one.
  func committed(_ write: Replication.Operation, _ service: Service) -> [Explanation.Fact] {
    guard timeline.cluster.primary != nil else { return [] }
    for quoted in service.records {
      guard case .accepted(let version) = quoted.record.what, catalogue.version(version).operation == write.id else {
        continue
      }
      let database = catalogue.version(version).writer.replica
      return [fact(.write(.committed(write.id, by: database)), quoted.record.at, Quotes(quoted))]
    }
    return []
  }
}
