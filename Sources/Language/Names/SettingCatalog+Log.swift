import Kernel
import Replication

extension SettingCatalog {
  /// Those of logs, their in-sync sets and their elections.
  static let ofLogs: [SettingSpecification] = [
    SettingSpecification(
      name: .compaction, usage: "DURATION | off", standard: "off",
      summary: """
        How often each copy of a log is compacted: of a key's records all but the newest go, as far as they are committed and \
        their segment is closed; offsets stay.
        """,
      source: "Kafka 4.1: cleanup.policy delete, compact by topic; looked at every 15s (log.cleaner.backoff.ms)."
    ) { reader in
      if try reader.optionalKeyword("off") != nil { return .compaction(nil) }
      return .compaction(try reader.duration(.seconds(1)...Quantity.longest))
    },
    SettingSpecification(
      name: .deleteRetention, usage: "DURATION", standard: "24h",
      summary: "For how long a delete marker stays in a log after it was first cleaned.",
      source: "Kafka 4.1: delete.retention.ms 86400000."
    ) { .deleteRetention(try $0.duration()) },
    SettingSpecification(
      name: .eligibleReplicas, usage: "on | off", standard: "on",
      summary: """
        Whether who leaves an in-sync set that is too small to commit stays eligible as leader: nothing that was committed can \
        be missing there.
        """,
      source: "Kafka 4.1: on for new clusters (KIP-966, eligible.leader.replicas.version 1)."
    ) { .eligibleReplicas(try $0.keyword("on", "off") == "on") },
    SettingSpecification(
      name: .inSyncLag, usage: "DURATION", standard: "30s",
      summary: "For how long a follower may lack something before it is out of sync; looked at every half of it.",
      source: "Kafka 4.1: replica.lag.time.max.ms 30000."
    ) { .inSyncLag(try $0.duration(.milliseconds(10)...(.hours(24)))) },
    SettingSpecification(
      name: .minInSync, usage: "N", standard: "2",
      summary: "How many copies must be in sync for records to be committed, and ACKS_ALL accepted; from 1.",
      source: "Kafka 4.1: min.insync.replicas 1; 2 of 3 is what its manual recommends."
    ) { reader in
      let word = try reader.peek()
      let count = try reader.wholeNumber(1...ReplicaSet.capacity)
      guard count <= reader.context.mostCopies || !reader.context.isCertain else {
        throw reader.refused(
          "no partition has \(count) copies that could be in sync; rf is \(reader.context.mostCopies)",
          word?.span ?? SourceSpan(start: 0, length: 1))
      }
      return .minInSync(count)
    },
    SettingSpecification(
      name: .mirror, usage: "REGION -> REGION [checkpoint DURATION | off] | off", standard: "off",
      summary: """
        Whether one region's committed records are brought to another, in the order of each partition, as keys with the region's name \
        before theirs, such as us-east-1.cart; what came from there isn't brought back. Checkpoints tell how far consumers are, every \
        60s from now on unless said; a cut delays both.
        """,
      source: "Kafka 4.1: MirrorMaker 2, emit.checkpoints.interval.seconds 60, offset.lag.max 100."
    ) { try $0.mirror() },
    SettingSpecification(
      name: .segment, usage: "N", standard: "1000",
      summary: "How many records a segment of a log has; the last one is never cleaned.",
      source: "Kafka 4.1: segment.bytes 1073741824."
    ) { .segment(try $0.wholeNumber(1...1_000_000)) },
    SettingSpecification(
      name: .truncation, usage: LogTruncation.allCases.map(\.rawValue).joined(separator: " | "), standard: "epoch",
      summary: """
        By what a follower cuts off what its leader may not have: by the leaders' epochs, or by the watermark that it knows, as \
        once, which loses what was acknowledged.
        """,
      source: "Kafka since 0.11 (KIP-101), and 2.0 (KIP-279): epoch."
    ) { .truncation(LogTruncation(rawValue: try $0.keyword("epoch", "watermark")) ?? .epoch) },
    SettingSpecification(
      name: .uncleanElection, usage: "on | off", standard: "off",
      summary: """
        Whether a copy that was not in sync leads after 5m without a leader, whatever it lacks. Here the longest log, of several \
        the lowest number: the least that can be lost. Kafka takes the first that lives, in the order of the assignment.
        """,
      source:
        "Kafka 4.1: unclean.leader.election.enable false; PartitionChangeBuilder takes the first; the longest is KIP-966's unclean recovery."
    ) { .uncleanElection(try $0.keyword("on", "off") == "on") },
  ]
}

extension CommandReader {
  /// Takes what `set mirror` says.
  fileprivate mutating func mirror() throws -> Setting {
    if try optionalKeyword("off") != nil { return .mirror(.allOff) }
    let source = try region()
    _ = try keyword("->")
    let word = try peek()
    let target = try region()
    if source == target, context.isCertain {
      throw refused("nothing is mirrored from a region to itself", word?.span ?? SourceSpan(start: 0, length: 1))
    }
    let route = MirrorRoute(source: source, target: target)
    switch try optionalKeyword("checkpoint", "off") {
    case "off": return .mirror(.off(route))
    case "checkpoint":
      return .mirror(.on(route, checkpoint: try duration(.milliseconds(1)...Quantity.longest)))
    default: return .mirror(.on(route, checkpoint: Settings.checkpointPeriod))
    }
  }
}
