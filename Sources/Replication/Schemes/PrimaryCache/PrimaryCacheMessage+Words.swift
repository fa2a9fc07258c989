import Kernel

extension PrimaryCacheMessage {
  /// How a version comes that isn't its writer's; nil where it is simply stored.
  public var means: String? { self == .row ? "by binlog" : nil }

  /// What it is, in a word.
  public var word: String {
    switch self {
    case .fetch: "fetch"
    case .fill: "fill"
    case .criticalRead: "critical?"
    case .criticalData: "data"
    case .update: "update"
    case .changeset: "changeset"
    case .refused: "refused"
    case .row: "row"
    case .invalidation, .replay, .direct: "invalidate"
    case .second: "again"
    case .probe: "so far?"
    case .heard: "so far"
    case .hello: "hello"
    case .flush: "flush"
    case .promoted: "primary"
    case .known: "ack"
    }
  }

  /// What it says.
  public func phrase(_ message: Message) -> Phrase {
    switch self {
    case .fetch: "fetch \(message.key)"
    case .fill: message.version == .none ? "fill: none" : "fill \(message.version)"
    case .criticalRead: "asks the primary for \(message.key)"
    case .criticalData: message.version == .none ? "data none" : "data \(message.version)"
    case .update: "asks the primary for \(message.operation)"
    case .changeset: "changeset \(message.version)"
    case .refused: "can't reach who has to act"
    case .row: "row \(Int(message.place)): \(message.version)"
    case .invalidation: "invalidate what is older than \(message.version)"
    case .replay: "invalidate what is older than \(message.version), in case it was missed"
    case .direct: "invalidate what is older than \(message.version), from the primary's side"
    case .second: "invalidate what is older than \(message.version), once more"
    case .probe: "asks how far it has heard"
    case .heard: "has heard up to number \(Int(message.place))"
    case .hello: "has started, asks where its database stands"
    case .flush: "drop every entry"
    case .promoted: "\(message.leadingReplica) is the primary's database now"
    case .known: "ack: knows the primary"
    }
  }
}
