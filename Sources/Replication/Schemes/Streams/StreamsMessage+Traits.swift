import Kernel

extension StreamsMessage {
  /// How the network classes it.
  public var messageClass: MessageClass {
    switch self {
    case .update, .append, .relay, .barrier, .item, .copyItem, .copied: .write
    case .done, .unmet, .persisted, .received, .committed, .trim, .durable, .informed: .ack
    case .strongRead, .read, .resume, .heartbeat, .resign, .inquiry, .campaign, .fetch, .refill, .handover, .confirm:
      .request
    case .data, .refused, .throttled, .conflict, .follow, .testimony, .vote, .confirmed: .response
    }
  }

  /// Whether a replica has to work on it, one at a time.
  public var isServed: Bool {
    switch self {
    case .update, .strongRead, .read, .append, .relay, .item, .copyItem: true
    case .data, .done, .unmet, .refused, .barrier, .persisted, .committed, .received, .resume, .heartbeat, .resign,
      .follow, .inquiry, .testimony, .campaign, .vote, .fetch, .copied, .trim, .refill,
      .handover, .throttled, .conflict, .durable, .confirm, .confirmed, .informed:
      false
    }
  }

  /// Whether it carries a version with its value.
  public var carriesVersion: Bool {
    switch self {
    case .data, .append, .relay, .item, .copyItem: true
    case .update, .strongRead, .read, .done, .unmet, .refused, .barrier, .persisted, .committed, .received, .resume,
      .heartbeat, .resign, .follow, .inquiry, .testimony, .campaign, .vote, .fetch, .copied, .trim, .refill,
      .handover, .throttled, .conflict, .durable, .confirm, .confirmed, .informed:
      false
    }
  }

  /// Whether it answers a read with what a copy holds.
  public var answersRead: Bool { self == .data }

  /// Whether it is about who lives, not about data.
  public var isGossip: Bool { false }

  /// Whether it is part of a write, not a copy that fills an empty disk.
  public var isWrite: Bool {
    switch self {
    case .update, .append, .relay, .item: true
    case .strongRead, .read, .data, .done, .unmet, .refused, .barrier, .persisted, .committed, .received, .resume,
      .heartbeat, .resign, .follow, .inquiry, .testimony, .campaign, .vote, .fetch, .copyItem, .copied, .trim,
      .refill, .handover, .throttled, .conflict, .durable, .confirm, .confirmed, .informed:
      false
    }
  }

  /// A request is worth nothing once its client has given up; the log and the streams wait for as long as it takes.
  public func shelfLife(_ settings: Settings) -> TimeSpan? {
    switch self {
    case .update: settings.writeTimeout
    case .strongRead, .read: settings.readTimeout
    case .data, .done, .unmet, .refused, .append, .relay, .barrier, .persisted, .committed, .item, .received, .resume,
      .heartbeat, .resign, .follow, .inquiry, .testimony, .campaign, .vote, .fetch, .copyItem, .copied, .trim, .refill,
      .handover, .throttled, .conflict, .durable, .confirm, .confirmed, .informed:
      nil
    }
  }

  /// What it is on the map.
  public var errand: MessageErrand {
    switch self {
    case .item, .copyItem, .copied: .repair
    case .update, .strongRead, .read, .append, .relay, .barrier, .inquiry, .campaign, .fetch, .resume, .heartbeat,
      .resign, .refill, .handover, .confirm:
      .request
    case .data, .done, .unmet, .refused, .throttled, .conflict, .persisted, .committed, .received, .follow, .testimony,
      .vote, .trim, .durable, .confirmed, .informed:
      .answer
    }
  }
}
