import Kernel
import Replication

/// Everything that happens, as JSON Lines: what `run --trace` writes.
public enum TraceExport {
  /// The line of a record.
  public static func line(for record: Record, in cluster: Cluster) -> String {
    let names = cluster.topology
    func name(_ replica: ReplicaID) -> JSONText { .string(names.name(of: replica)) }
    func version(_ id: VersionID) -> JSONText {
      id == .none ? .null : .string(MessageText.assignment(of: id, cluster))
    }
    var fields: [JSONText.Field] = [.init("time", .integer(record.at.microseconds))]
    switch record.what {
    case .accepted(let id):
      fields += [
        .init("event", .string("accepted")), .init("replica", name(cluster.catalogue.version(id).writer.replica)),
        .init("version", version(id)), .init("clock", .string(cluster.vectorText(of: id))),
        .init("timestamp", .integer(cluster.catalogue.version(id).timestamp)),
      ]
    case .stored(let id, let replica, let reception, let held, let kind):
      fields += [
        .init("event", .string("stored")), .init("replica", name(replica)), .init("version", version(id)),
        .init("result", .string("\(reception)")), .init("over", version(held)), .init("by", .string("\(kind)")),
      ]
    case .began(let operation):
      fields += [.init("event", .string("began")), .init("operation", .integer(Int64(operation.index)))]
    case .ended(let operation):
      fields += [.init("event", .string("ended")), .init("operation", .integer(Int64(operation.index)))]
    case .closed(let operation, let messages, let bytes):
      fields += [
        .init("event", .string("closed")), .init("operation", .integer(Int64(operation.index))),
        .init("messages", .integer(Int64(messages))), .init("bytes", .integer(Int64(bytes))),
      ]
    case .hinted(let id, let replica, let target):
      fields += [
        .init("event", .string("hinted")), .init("replica", name(replica)), .init("target", name(target)),
        .init("version", version(id)),
      ]
    case .hintExpired(let id, let replica, let target):
      fields += [
        .init("event", .string("hintExpired")), .init("replica", name(replica)), .init("target", name(target)),
        .init("version", version(id)),
      ]
    case .reaped(let id, let replica):
      fields += [.init("event", .string("reaped")), .init("replica", name(replica)), .init("version", version(id))]
    case .liveness(let replica, let status):
      fields += [
        .init("event", .string("status")), .init("replica", name(replica)), .init("status", .string(status.rawValue)),
      ]
    case .wiped(let replica):
      fields += [.init("event", .string("wiped")), .init("replica", name(replica))]
    case .noticed(let coordinator, let replica, let isAlive):
      fields += [
        .init("event", .string("noticed")), .init("replica", name(coordinator)), .init("target", name(replica)),
        .init("alive", .boolean(isAlive)),
      ]
    case .delivered(let message, let departed):
      fields += [
        .init("event", .string("delivered")), .init("from", name(message.from)), .init("to", name(message.to)),
        .init("operation", .integer(Int64(message.operation.index))),
        .init("message", .string(MessageText.contents(message, cluster))),
        .init("sent", .integer(departed.microseconds)),
      ]
    case .lost(let message, let loss, let departed):
      fields += [
        .init("event", .string("lost")), .init("from", name(message.from)), .init("to", name(message.to)),
        .init("operation", .integer(Int64(message.operation.index))),
        .init("message", .string(MessageText.contents(message, cluster))),
        .init("sent", .integer(departed.microseconds)), .init("why", .string("\(loss)")),
      ]
    case .clientMessageLost(let operation):
      fields += [.init("event", .string("clientMessageLost")), .init("operation", .integer(Int64(operation.index)))]
    case .lacked(let operation, let replica, let origin):
      fields += [
        .init("event", .string("lacked")), .init("replica", name(replica)),
        .init("operation", .integer(Int64(operation.index))), .init("origin", .integer(Int64(origin.index))),
      ]
    case .repaired(let round):
      fields += [.init("event", .string("repaired")), .init("round", .integer(Int64(round)))]
    case .input(let position):
      fields += [.init("event", .string("command")), .init("position", .integer(Int64(position)))]
    case .step(let operation, let replica, let step):
      fields += [
        .init("event", .string("step")), .init("replica", name(replica)),
        .init("operation", .integer(Int64(operation.index))), .init("step", .string("\(step)")),
      ]
    }
    return JSONText.object(fields).text
  }

  /// The last line: the digest of the run, equal for equal runs.
  public static func endLine(of cluster: Cluster) -> String {
    JSONText.object([
      .init("time", .integer(cluster.now.microseconds)), .init("event", .string("end")),
      .init("events", .integer(Int64(cluster.position))),
      .init("fingerprint", .string(cluster.fingerprint.description)),
    ]).text
  }
}
