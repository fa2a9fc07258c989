import Kernel

extension LogMessage {
  /// How a version comes that isn't its writer's; nil where it is simply stored.
  public var means: String? { nil }

  /// What it is, in a word.
  public var word: String {
    switch self {
    case .produceBlindly, .produce, .produceForAll: "append"
    case .produced: "ack"
    case .notEnough: "too few"
    case .notLeader: "not me"
    case .read, .readAfter: "read"
    case .data: "data"
    case .noData: "no data"
    case .fetch: "fetch"
    case .records: "records"
    case .watermark: "mark"
    case .askEpoch: "epoch?"
    case .epochEnd: "epoch"
    case .poll: "poll"
    case .polled: "polled"
    case .notPolled, .notFetched: "not me"
    case .mirrorFetch: "fetch"
    case .mirrored: "mirrored"
    case .checkpoint: "places"
    }
  }

  /// What it says.
  public func phrase(_ message: Message) -> Phrase {
    switch self {
    case .produceBlindly: "append \(message.version), nobody waits"
    case .produce: "append \(message.version)"
    case .produceForAll: "append \(message.version), answer once it is committed"
    case .produced: "appended \(message.version)"
    case .notEnough: "too few in sync, not appended: \(message.version)"
    case .notLeader: "doesn't lead the partition, not appended: \(message.version)"
    case .read: "read \(message.key)"
    case .readAfter: "read the key of \(message.version), once that is committed"
    case .data: message.version == .none ? "data none" : "data \(message.version)"
    case .noData: "doesn't lead the partition"
    case .fetch: "fetch partition \(Int(message.partition)) from offset \(message.offset)"
    case .records: "records up to \(message.version)"
    case .watermark: "watermark of partition \(Int(message.partition)): \(message.offset)"
    case .askEpoch: "where does epoch \(Int(message.request)) of partition \(Int(message.partition)) end?"
    case .epochEnd: "epoch \(Int(message.request)) of partition \(Int(message.partition)) ends at \(message.offset)"
    case .poll: "what comes next in a partition, for a consumer?"
    case .polled: "what comes next in a partition, for a consumer"
    case .notPolled: "doesn't lead the partition"
    case .mirrorFetch: "fetch partition \(Int(message.request)), for a mirror"
    case .mirrored: "records of partition \(Int(message.request)), for a mirror"
    case .checkpoint: "how far consumers are, for a mirror"
    case .notFetched: "doesn't lead partition \(Int(message.partition)), as far as it has heard: ask again later"
    }
  }
}

// MARK: What is sent

extension Message {
  /// What a coordinator asks of a leader or an in-sync follower, or the answer.
  static func ofLog(
    _ kind: LogMessage, _ version: VersionID, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) -> Message {
    Message(.log(kind), .version(version), from: from, to: to, operation: operation, request: request)
  }

  /// A read's question.
  static func reading(
    _ key: KeyID, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) -> Message {
    Message(.log(.read), .key(key), from: from, to: to, operation: operation, request: request)
  }

  /// A session's question: what it knows must be committed first.
  static func reading(
    after version: VersionID, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) -> Message {
    Message(.log(.readAfter), .version(version), from: from, to: to, operation: operation, request: request)
  }

  /// What somebody holds of a key, for whoever asked for it.
  func answeredByLog(_ cell: Replica.Cell) -> Message {
    Message(
      .log(.data), .copy(cell.version, seen: cell.seen), from: to, to: from, operation: operation, request: request)
  }

  /// Records for a follower.
  static func fetched(_ batch: BatchID, last: VersionID, epoch: UInt32, from: ReplicaID, to: ReplicaID) -> Message {
    Message(.log(.records), .batch(last, batch), from: from, to: to, operation: .none, request: epoch)
  }

  /// A place in a partition's log, between its leader and a follower.
  static func ofPlace(
    _ kind: LogMessage, partition: Int, fetch: UInt16, offset: Int, epoch: UInt32, from: ReplicaID, to: ReplicaID
  ) -> Message {
    Message(
      .log(kind),
      .offset(
        partition: UInt16(truncatingIfNeeded: partition), fetch: fetch, offset: UInt32(truncatingIfNeeded: offset)),
      from: from, to: to, operation: .none, request: epoch)
  }
}
