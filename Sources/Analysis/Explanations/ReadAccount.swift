import Insight
import Kernel
import Replication

/// How a read was served: who was asked, what each held when it answered, and where what was missed was then.
///
/// The stretch of history from the first missed write to the answer is played once more on a copy, and looked at after
/// each event.
struct ReadAccount {
  /// What a replica answered, and was counted.
  struct Answer {
    let replica: ReplicaID
    /// What it held.
    let version: VersionID
    /// All that its copy had seen.
    let seen: VectorID
    /// The record by which it answered, and the one by which that was counted.
    let sent: Quoted
    let counted: Quoted

    /// When it answered.
    var at: Instant { sent.record.at }
  }

  /// What was done for it since its client last turned to a coordinator.
  let service: Service
  /// All that concerns the read, and what it missed.
  let records: [Quoted]
  /// The answers that were counted in the phase that came to the answer, in that order.
  let answers: [Answer]
  /// Of those that were counted before all were asked again, the ones that were not given again: they too made digests differ.
  let earlier: [Answer]
  /// Where what was missed was, for each that answered.
  let misses: [Miss]

  /// Plays the history of a read again.
  init(_ operation: Replication.Operation, missed: [VersionID], in timeline: Timeline) {
    let history = timeline.world.observer.history
    let catalogue = timeline.cluster.catalogue
    let writes = missed.map { catalogue.version($0).operation }
    let first = writes.compactMap { history[$0]?.operation.beganAt }.min()
    let start = min(first ?? operation.beganAt, operation.beganAt) - 1
    let isComplete = start >= operation.endedAt - Chronicle.limit
    var found: [RecordID: [Miss]] = [:]
    let own = timeline.cluster.version(writtenBy: operation.id)
    let chronicle = Chronicle(
      timeline, from: start, to: operation.endedAt, about: [operation.id] + writes,
      missed + (own.map { [$0] } ?? []),
      visit: { cluster, new, all in
        for quoted in new {
          if let server = Self.server(of: operation.id, in: quoted) {
            found[quoted.id] = Self.misses(of: missed, servedBy: server, quoted, cluster, all, isComplete)
          }
          guard case .step(operation.id, by: let replica, .sent(let message)) = quoted.record.what,
            message.kind.isReading
          else { continue }
          found[quoted.id] = Self.misses(of: missed, replica, replica, quoted, cluster, all, isComplete)
        }
      })
    records = chronicle.quoted
    service = Service(operation, chronicle.quoted)
    let last = service.rangeOfLast { $0 == .digests || $0 == .data }
    // Where one copy answers there are no phases.
    let counted = Self.answers(service, in: last ?? 0..<service.entries.count)
    answers = counted
    earlier = Self.answers(service, before: last?.lowerBound).filter { answer in
      !counted.contains { $0.replica == answer.replica && $0.version == answer.version && $0.seen == answer.seen }
    }
    let served = chronicle.quoted.last { Self.server(of: operation.id, in: $0) != nil }
    misses = answers.flatMap { found[$0.sent.id] ?? [] } + (served.flatMap { found[$0.id] } ?? [])
  }

  /// The cache, or the database behind caches, that served an operation, if a record says so.
  private static func server(of operation: OperationID, in quoted: Quoted) -> ReplicaID? {
    switch quoted.record.what {
    case .step(operation, by: let server, .cache(.servedEntry)),
      .step(operation, by: let server, .cache(.servedRow)):
      server
    default: nil
    }
  }

  /// Where what was missed was for who served it: for its region's database, and where that had it, for the cache.
  private static func misses(
    of missed: [VersionID], servedBy server: ReplicaID, _ quoted: Quoted, _ cluster: Cluster, _ all: [Quoted],
    _ isComplete: Bool
  ) -> [Miss] {
    let members = cluster.topology.members(of: cluster.topology.region(of: server))
    let database = members.first { [.primary, .database].contains(cluster.cacheRole(of: $0)) } ?? server
    return missed.flatMap { version -> [Miss] in
      guard server != database, cluster.has(version, database) else {
        return misses(of: [version], database, server, quoted, cluster, all, isComplete)
      }
      let look = Evidence.pending(server, position: cluster.position)
      return [
        Miss(
          version: version, replica: server, answerer: server, at: cluster.now, position: cluster.position,
          whereabouts: .inDatabase(database), evidence: [.record(quoted.id), look])
      ]
    }
  }

  private static func misses(
    of missed: [VersionID], _ replica: ReplicaID, _ answerer: ReplicaID, _ quoted: Quoted, _ cluster: Cluster,
    _ all: [Quoted],
    _ isComplete: Bool
  ) -> [Miss] {
    // Who has it in a log may not know it to be committed.
    missed.filter { cluster.scheme.features.contains(.logs) || !cluster.has($0, replica) }.map { version in
      let (place, records) = Whereabouts.find(
        version, for: replica, in: cluster, records: all, isComplete: isComplete)
      let look = Evidence.pending(replica, position: cluster.position)
      return Miss(
        version: version, replica: replica, answerer: answerer, at: cluster.now, position: cluster.position,
        whereabouts: place,
        evidence: [.record(quoted.id)] + (records.isEmpty ? [look] : records.map { .record($0) }))
    }
  }

  /// The answers that were counted before the last phase that compared copies: nobody is asked more than twice.
  private static func answers(_ service: Service, before end: Int?) -> [Answer] {
    guard let end, let begin = service.phases.first(where: { $0.phase == .digests })?.index, begin < end else {
      return []
    }
    return answers(service, in: begin..<end)
  }

  /// The answers that were counted in a phase that compared copies.
  private static func answers(_ service: Service, in phase: Range<Int>) -> [Answer] {
    service.readings(in: phase).compactMap { counted in
      let sent = service.last { entry -> Bool? in
        guard case .sent(counted.found) = entry.step, entry.quoted.id < counted.entry.quoted.id else { return nil }
        return true
      }
      return sent.map {
        Answer(
          replica: counted.found.from, version: counted.found.version, seen: counted.found.seen,
          sent: $0.entry.quoted, counted: counted.entry.quoted)
      }
    }
  }

  /// Who answered.
  var contacts: [ReplicaID] { answers.map(\.replica) }
}
