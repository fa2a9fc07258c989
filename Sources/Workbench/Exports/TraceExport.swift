import Analysis
import Kernel
import Language
import Replication

/// Everything that happens, as JSON Lines: what `run --trace` writes.
public enum TraceExport {
  /// The lines of some records.
  public static func lines(of records: [Record], in cluster: Cluster) -> EncodedLines {
    var writer = TraceWriter(cluster)
    for record in records { writer.write(record) }
    return writer.json.lines
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

/// Writes the lines of records that a cluster has reported: words that come again, as those of a version do with each of
/// its messages, are put together once.
private struct TraceWriter {
  /// What is put in words.
  private enum Phrase: Hashable {
    case version(VersionID)
    case contents(Message.Kind, VersionID, KeyID, RoundID, OperationID)
    case reception(Record.Reception)
    case kind(Message.Kind)
    case loss(Record.Loss)
  }

  private(set) var json = JSONLines()
  private let cluster: Cluster
  /// The names of the replicas, between quotes.
  private let names: [[UInt8]]
  /// Where in ``words`` a phrase stands, between quotes.
  private var places: [Phrase: Range<Int>] = [:]
  private var words: [UInt8] = []

  init(_ cluster: Cluster) {
    self.cluster = cluster
    names = cluster.topology.replicas.map { replica in
      var bytes: [UInt8] = []
      JSONText.quote(replica.name, to: &bytes)
      return bytes
    }
  }

  mutating func write(_ record: Record) {
    json.begin()
    json.add("time", record.at.microseconds)
    switch record.what {
    case .accepted(let id):
      let version = cluster.catalogue.version(id)
      begin("accepted", at: version.writer.replica)
      add("version", id)
      json.add("clock", cluster.vectorText(of: id))
      json.add("timestamp", version.timestamp)
    case .stored(let id, let replica, let reception, let held, let kind):
      begin("stored", at: replica)
      add("version", id)
      add("result", .reception(reception)) { _ in "\(reception)" }
      add("over", held)
      add("by", .kind(kind)) { _ in "\(kind)" }
    case .began(let operation): begin("began", operation)
    case .ended(let operation): begin("ended", operation)
    case .closed(let operation, let messages, let bytes):
      begin("closed", operation)
      json.add("messages", Int64(messages))
      json.add("bytes", Int64(bytes))
    case .hinted(let id, let replica, let target):
      begin("hinted", at: replica)
      add("target", target)
      add("version", id)
    case .hintExpired(let id, let replica, let target):
      begin("hintExpired", at: replica)
      add("target", target)
      add("version", id)
    case .reaped(let id, let replica):
      begin("reaped", at: replica)
      add("version", id)
    case .handedBack(let id, let replica):
      begin("handedBack", at: replica)
      add("version", id)
    case .liveness(let replica, let status):
      begin("status", at: replica)
      json.add("status", status.rawValue)
    case .wiped(let replica): begin("wiped", at: replica)
    case .promoted(let replica): begin("promoted", at: replica)
    case .replaced(let change):
      begin(change.predecessor == nil ? "filled" : "replaced", at: change.replica)
      json.add("partition", change.partition)
      if let lost = change.predecessor { add("target", lost) }
    case .noticed(let coordinator, let replica, let isAlive):
      begin("noticed", at: coordinator)
      add("target", replica)
      json.add("alive", isAlive)
    case .delivered(let message, let departed): write(message, "delivered", departed)
    case .lost(let message, let loss, let departed):
      write(message, "lost", departed)
      add("why", .loss(loss)) { _ in "\(loss)" }
    case .clientMessageLost(let operation): begin("clientMessageLost", operation)
    case .lacked(let operation, let replica, let origin):
      begin("lacked", at: replica)
      json.add("operation", operation.index)
      json.add("origin", origin.index)
    case .retried(let operation): begin("retried", operation)
    case .repaired(let round):
      json.add("event", "repaired")
      json.add("round", round)
    case .input(let position):
      json.add("event", "command")
      json.add("position", position)
    case .step(let operation, let replica, let step):
      begin("step", at: replica)
      json.add("operation", operation.index)
      json.add("step", "\(step)")
    }
    json.end()
  }

  private mutating func begin(_ event: String, at replica: ReplicaID) {
    json.add("event", event)
    add("replica", replica)
  }

  private mutating func begin(_ event: String, _ operation: OperationID) {
    json.add("event", event)
    json.add("operation", operation.index)
  }

  private mutating func write(_ message: Message, _ event: String, _ departed: Instant) {
    json.add("event", event)
    add("from", message.from)
    add("to", message.to)
    json.add("operation", message.operation.index)
    // Its words don't depend on who sends it to whom.
    let phrase = Phrase.contents(message.kind, message.version, message.key, message.round, message.operation)
    add("message", phrase) { MessageText.contents(message, $0) }
    json.add("sent", departed.microseconds)
  }

  private mutating func add(_ name: StaticString, _ replica: ReplicaID) {
    json.add(name, quoted: names[replica.index])
  }

  private mutating func add(_ name: StaticString, _ version: VersionID) {
    guard version != .none else { return json.addNull(name) }
    add(name, .version(version)) { MessageText.assignment(of: version, $0) }
  }

  private mutating func add(_ name: StaticString, _ phrase: Phrase, _ text: (Cluster) -> String) {
    if let place = places[phrase] { return json.add(name, quoted: words[place]) }
    let start = words.count
    JSONText.quote(text(cluster), to: &words)
    places[phrase] = start..<words.count
    json.add(name, quoted: words[start...])
  }
}
