import Kernel

extension StreamsMessage {
  /// How a version comes that isn't its writer's; nil where it is simply stored.
  public var means: String? {
    switch self {
    case .item: "by stream"
    case .copyItem: "by copy"
    case .update, .strongRead, .read, .data, .done, .unmet, .refused, .append, .relay, .barrier, .persisted, .committed,
      .received, .resume, .heartbeat, .resign, .follow, .inquiry, .testimony, .campaign, .vote, .fetch, .copied, .trim,
      .refill, .handover, .throttled, .conflict, .durable, .confirm, .confirmed, .informed:
      nil
    }
  }

  /// What it is, in a word.
  public var word: String {
    switch self {
    case .update: "update"
    case .strongRead: "strong?"
    case .read: "read"
    case .data: "data"
    case .done: "done"
    case .unmet: "unmet"
    case .refused: "refused"
    case .append: "append"
    case .relay: "relay"
    case .barrier: "barrier"
    case .persisted: "ack"
    case .committed: "commit"
    case .item: "stream"
    case .received: "ack"
    case .resume: "resume?"
    case .heartbeat: "leads"
    case .resign: "resigns"
    case .follow: "follows"
    case .inquiry: "hears?"
    case .testimony: "hears"
    case .campaign: "campaign"
    case .vote: "vote"
    case .fetch: "fetch"
    case .copyItem: "copy"
    case .copied: "copied"
    case .trim: "trim"
    case .refill: "refill?"
    case .handover: "lead!"
    case .throttled: "throttled"
    case .conflict: "conflict"
    case .durable: "durable"
    case .confirm: "follows?"
    case .confirmed: "follows"
    case .informed: "ack"
    }
  }

  /// What it says.
  public func phrase(_ message: Message) -> Phrase {
    switch self {
    case .update: "asks the leader for \(message.operation)"
    case .strongRead: "asks the leader for \(message.key)"
    case .read: "read \(message.key)"
    case .data: message.version == .none ? "data none" : "data \(message.version)"
    case .done: "durable: \(message.version)"
    case .unmet: message.version == .none ? "condition not met: none" : "condition not met: \(message.version)"
    case .refused: message.leadingReplica == .none ? "nobody leads here" : "\(message.leadingReplica) leads"
    case .append: "append \(message.version), record \(Int(message.place))"
    case .relay: "append \(message.version), record \(Int(message.place)), and pass it on"
    case .barrier: "its leadership begins in the log"
    case .persisted:
      message.subjectReplica == message.from
        ? "ack: persisted up to record \(Int(message.place))"
        : "ack of \(message.subjectReplica): persisted up to record \(Int(message.place))"
    case .committed: "committed up to record \(Int(message.place))"
    case .item: "stream \(message.version), change \(Int(message.request))"
    case .received: "ack: durable up to change \(Int(message.request))"
    case .resume: "leads now, asks how far its region's changes have come"
    case .heartbeat: "leads"
    case .resign: "leads no more"
    case .follow: "follows"
    case .inquiry: "asks whether it hears the leader"
    case .testimony: "says whether it hears the leader"
    case .campaign: "campaigns"
    case .vote: "votes"
    case .fetch: "asks for records that it lacks"
    case .copyItem: "copy of \(message.version)"
    case .copied: "that was the whole copy"
    case .trim: "all regions have the changes up to \(Int(message.place))"
    case .refill: "its region has lost its disks, asks for a copy"
    case .handover: "hands its leadership over"
    case .throttled: "the partition's capacity is used up"
    case .conflict: "another region's write is under way"
    case .durable: "durable in the leader's region: record \(Int(message.place)), of \(message.operation)"
    case .confirm: "asks whether it still follows"
    case .confirmed: "still follows"
    case .informed: "ack: knows the log committed up to record \(Int(message.place))"
    }
  }
}
