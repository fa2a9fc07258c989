import DequeModule
import Kernel

/// A replica that keeps copies of partitions' logs, leads some of them and fetches the others, and coordinates what clients
/// ask of it: a broker of Kafka.
public struct LogServer: SoleTable {
  /// Where it stands, whether it runs, its clock.
  public internal(set) var replica: Replica
  /// What it holds, or knows, of each partition.
  var copies: [LogCopy]
  /// The newest record of each key in its logs.
  var heads: SparseTable<KeyID, LogHead>
  /// The timestamp that its latest record has, as a leader's records have them in the order of their offsets.
  var lastTimestamp = Int64.min + 1
  /// What it coordinates.
  var requests = Slab<LogRequest>()
  /// What it waits for on behalf of consumers.
  var polls: [ConsumerPoll] = []
  /// How often the period of cleaning has changed.
  var cleaning: UInt32 = 0
  /// Whether it is going to clean.
  var isToClean = false

  init(_ replica: Replica, _ placement: Placement, among count: Int) {
    self.replica = replica
    heads = SparseTable(vacant: LogHead(), isFull: count <= 64)
    copies = placement.copies.map { LogCopy($0[replica.region.index], at: replica.id) }
  }

  /// Takes its place among the copies of a placement, before anything was written.
  mutating func divide(_ placement: Placement) {
    copies = placement.copies.map { LogCopy($0[region.index], at: id) }
  }

  /// Whether it leads a partition, as far as it knows.
  @inline(__always) func leads(_ partition: Int) -> Bool { copies[partition].state.leader == id }

  /// What it coordinates has nothing elsewhere.
  mutating func release(_ slot: UInt32, _ turn: inout Turn) {}

  /// Acts on a message whose turn it is; returns the reply.
  mutating func perform(_ message: Message, _ turn: inout Turn) -> Message? {
    guard let kind = message.kind.log else { preconditionFailure("\(message.kind) came to \(id)") }
    switch kind {
    case .produceBlindly, .produce, .produceForAll: return append(message, kind, &turn)
    case .produced, .notEnough, .notLeader: endWrite(message, kind, &turn)
    case .read: return answerRead(message, turn)
    case .readAfter: return answerRead(after: message, turn)
    case .data, .noData: endRead(message, kind, &turn)
    case .fetch: return takeFetch(message, &turn)
    case .records: takeRecords(message, &turn)
    case .watermark: takeWatermark(message, &turn)
    case .askEpoch: return answerEpoch(message)
    case .epochEnd: takeEpochEnd(message, &turn)
    case .poll: return answerPoll(message, &turn)
    case .polled, .notPolled: takePolled(message, kind, &turn)
    case .mirrorFetch: return takeMirrorFetch(message, &turn)
    case .mirrored: takeMirrored(message, &turn)
    case .checkpoint: takeCheckpoint(message, &turn)
    case .notFetched: takeFetchRefusal(message, &turn)
    }
    return nil
  }

  /// Does what it wanted to be woken for. False if it needs it no longer.
  mutating func wake(_ timer: LogTimer, _ turn: inout Turn) -> Bool {
    switch timer {
    case .lag(_, let partition, _): return lookForLaggards(Int(partition), &turn)
    case .refetch(_, let partition, _): return fetchAgain(Int(partition), &turn)
    case .clean(_, let generation): return clean(generation, &turn)
    case .refetchElsewhere(_, let partition, let source, _):
      return fetchElsewhereAgain(Int(partition), from: source, &turn)
    case .notice, .unclean, .hear, .checkpoint, .session:
      preconditionFailure("\(timer) is the controller's own, and woke \(id)")
    }
  }

  /// Loses its memory: what it knows of its followers, what waits at it, what it coordinates.
  mutating func crash(_ turn: inout Turn) {
    for slot in requests.slots { turn.effects.close(requests[slot]) }
    requests = Slab()
    polls = []
    for partition in copies.indices {
      copies[partition].followers = []
      copies[partition].pending = []
      copies[partition].readers = []
      copies[partition].isWatchingLag = false
      copies[partition].following.forget()
      forgetMirrors(of: partition)
    }
    replica.crash()
  }

  /// Runs again: it is what it was by what it had heard, until it hears more.
  mutating func restart(_ turn: inout Turn) {
    for partition in copies.indices where copies[partition].isHeld {
      if leads(partition) {
        copies[partition].followers = unknownFollowers(of: partition)
        advanceWatermark(of: partition, &turn)
        mirror(partition, &turn)
      } else if turn.environment.settings.truncation == .watermark {
        // As before KIP-101: what it can't be sure of it fetches again.
        truncate(partition, to: copies[partition].watermark, &turn)
      }
    }
  }

  /// Loses its disk: its logs, and what it has heard.
  mutating func loseDisk() {
    heads = heads.emptied
    for partition in copies.indices {
      copies[partition].log = PartitionLog()
      copies[partition].watermark = 0
      copies[partition].markers = []
      copies[partition].traces = []
      copies[partition].state.leader = .none
      copies[partition].state.epoch = 0
      copies[partition].state.inSync = ReplicaSet()
      copies[partition].state.eligible = ReplicaSet()
    }
  }

  /// Nothing: what is over here is cleaned, see ``clean(_:_:)``.
  mutating func purge(_ turn: inout Turn) {}

  /// The newest record of a key in its log, committed or not.
  @inline(__always) func cell(_ key: KeyID) -> Replica.Cell { heads[key].cell }

  /// Who has not been heard of a write that waits for all in sync, by whom it waits for.
  func awaited(ofWrite operation: OperationID) -> ReplicaSet? {
    for copy in copies {
      guard let waiting = copy.pending.first(where: { $0.message.operation == operation }) else { continue }
      return ReplicaSet(
        copy.followers.filter { copy.state.inSync.contains($0.id) && ($0.end ?? 0) <= waiting.offset }.map(\.id))
    }
    return nil
  }
}
