import Kernel

extension LogMessage {
  /// How the network classes it: an appended record is a write, a fetch a request.
  public var messageClass: MessageClass {
    switch self {
    case .produceBlindly, .produce, .produceForAll, .records, .mirrored, .checkpoint: .write
    case .produced, .notEnough, .notLeader: .ack
    case .read, .readAfter, .fetch, .askEpoch, .poll, .mirrorFetch: .request
    case .data, .noData, .watermark, .epochEnd, .polled, .notPolled, .notFetched: .response
    }
  }

  /// Whether a replica has to work on it, one at a time.
  public var isServed: Bool {
    switch self {
    case .produceBlindly, .produce, .produceForAll, .read, .readAfter, .records, .poll, .mirrored: true
    case .produced, .notEnough, .notLeader, .data, .noData, .fetch, .watermark, .askEpoch, .epochEnd, .polled,
      .notPolled, .mirrorFetch, .checkpoint, .notFetched:
      false
    }
  }

  /// Whether it carries a version with its value.
  public var carriesVersion: Bool {
    switch self {
    case .produceBlindly, .produce, .produceForAll, .records, .data: true
    case .produced, .notEnough, .notLeader, .read, .readAfter, .noData, .fetch, .watermark, .askEpoch, .epochEnd, .poll,
      .polled, .notPolled, .mirrorFetch, .mirrored, .checkpoint, .notFetched:
      false
    }
  }

  /// Whether it answers a read with what a copy holds.
  public var answersRead: Bool { self == .data }

  /// Whether it is about who lives, not about data: nobody asks by message, the controller sees.
  public var isGossip: Bool { false }

  /// Whether it is part of a write as its coordinator sends it, not a repair of any kind.
  public var isWrite: Bool {
    switch self {
    case .produceBlindly, .produce, .produceForAll, .records, .mirrored: true
    case .produced, .notEnough, .notLeader, .read, .readAfter, .data, .noData, .fetch, .watermark, .askEpoch, .epochEnd,
      .poll, .polled, .notPolled, .mirrorFetch, .checkpoint, .notFetched:
      false
    }
  }

  /// Whether it asks a leader to append.
  var isProduce: Bool {
    switch self {
    case .produceBlindly, .produce, .produceForAll: true
    case .produced, .notEnough, .notLeader, .read, .readAfter, .data, .noData, .fetch, .records, .watermark, .askEpoch,
      .epochEnd, .poll, .polled, .notPolled, .mirrorFetch, .mirrored, .checkpoint, .notFetched:
      false
    }
  }

  /// A request is worth nothing once its client has given up; what goes between copies is, always.
  public func shelfLife(_ settings: Settings) -> TimeSpan? {
    switch self {
    case .produceBlindly, .produce, .produceForAll: settings.writeTimeout
    case .read, .readAfter, .poll: settings.readTimeout
    case .produced, .notEnough, .notLeader, .data, .noData, .fetch, .records, .watermark, .askEpoch, .epochEnd, .polled,
      .notPolled, .mirrorFetch, .mirrored, .checkpoint, .notFetched:
      nil
    }
  }

  /// What it is on the map.
  public var errand: MessageErrand {
    switch self {
    case .produceBlindly, .produce, .produceForAll, .read, .readAfter, .fetch, .askEpoch, .poll, .mirrorFetch: .request
    case .records, .mirrored, .checkpoint: .repair
    case .produced, .notEnough, .notLeader, .data, .noData, .watermark, .epochEnd, .polled, .notPolled,
      .notFetched:
      .answer
    }
  }
}

extension Turn {
  /// How many bytes a message of a log takes on the wire.
  mutating func size(of message: Message, _ kind: LogMessage) -> Int {
    switch kind {
    case .records, .polled, .mirrored: WireSize.header + Int(parcels.batches[known: message.batch].bytes)
    case .produceBlindly, .produce, .produceForAll: size(carrying: message.version)
    case .data: message.version == .none ? WireSize.header : size(carrying: message.version)
    case .produced, .notEnough, .notLeader, .read, .readAfter, .noData, .fetch, .watermark, .askEpoch, .epochEnd, .poll,
      .notPolled, .mirrorFetch, .checkpoint, .notFetched:
      WireSize.header
    }
  }
}
