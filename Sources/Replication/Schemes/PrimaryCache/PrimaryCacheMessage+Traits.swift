import Kernel

extension PrimaryCacheMessage {
  /// How the network classes it.
  public var messageClass: MessageClass {
    switch self {
    case .update, .changeset, .row, .invalidation, .replay, .direct, .second, .flush, .promoted: .write
    case .heard, .known: .ack
    case .fetch, .criticalRead, .probe, .hello: .request
    case .fill, .criticalData, .refused: .response
    }
  }

  /// Whether a server has to work on it, one at a time.
  public var isServed: Bool {
    switch self {
    case .fetch, .criticalRead, .update: true
    case .fill, .criticalData, .changeset, .refused, .row, .invalidation, .replay, .direct, .second, .probe, .heard,
      .hello, .flush, .promoted, .known:
      false
    }
  }

  /// Whether it carries a version with its value; an invalidation names one, and carries none.
  public var carriesVersion: Bool {
    switch self {
    case .fill, .criticalData, .changeset, .row: true
    case .fetch, .criticalRead, .update, .refused, .invalidation, .replay, .direct, .second, .probe, .heard, .hello,
      .flush, .promoted, .known:
      false
    }
  }

  /// Whether its receiver may keep what it carries as a copy of the key: a database does, a cache isn't one.
  @inline(__always) var bringsCopy: Bool { self == .row }

  /// Whether it answers a read with what a copy holds.
  public var answersRead: Bool { self == .fill || self == .criticalData }

  /// Whether it is about who lives, not about data.
  public var isGossip: Bool { false }

  /// Whether it is part of a write.
  public var isWrite: Bool { self == .update || self == .row || self == .changeset }

  /// Whether it is on the way from a client's coordinator to whoever answers, or back.
  public var isOfTrip: Bool {
    switch self {
    case .fetch, .fill, .criticalRead, .criticalData, .update, .changeset, .refused: true
    case .row, .invalidation, .replay, .direct, .second, .probe, .heard, .hello, .flush, .promoted, .known: false
    }
  }

  /// A request is worth nothing once its client has given up; all else waits for as long as it takes.
  public func shelfLife(_ settings: Settings) -> TimeSpan? {
    switch self {
    case .update: settings.writeTimeout
    case .fetch, .criticalRead: settings.readTimeout
    case .fill, .criticalData, .changeset, .refused, .row, .invalidation, .replay, .direct, .second, .probe, .heard,
      .hello, .flush, .promoted, .known:
      nil
    }
  }

  /// What it is on the map.
  public var errand: MessageErrand {
    switch self {
    case .fetch, .criticalRead, .update, .probe, .hello: .request
    case .fill, .criticalData, .changeset, .refused, .heard, .known: .answer
    case .row, .invalidation, .replay, .direct, .second, .flush, .promoted: .repair
    }
  }
}
