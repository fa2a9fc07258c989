import Insight
import Kernel
import Language
import Replication

/// What happened for one operation, message by message.
public struct OperationStory: Hashable, Sendable {
  /// The operation and how it ended.
  public let title: String
  /// One line an event, in the order of time.
  public let lines: [String]

  /// How many events are played again at most where the trace no longer holds the operation.
  private static let replayed = 200_000

  /// The story of an operation; nil if there is none of that number.
  ///
  /// Where the trace no longer holds it, the stretch of history is played once more on a copy.
  public init?(of number: Int, in timeline: Timeline) {
    let id = OperationID(number)
    let world = timeline.world
    guard let report = OperationReport(id, in: world), let entry = world.observer.history[id] else { return nil }
    let began = entry.operation.began
    let trace = world.observer.trace
    let isKept = trace.dropped == 0 || trace.count > 0 && trace[0].at < began
    let records =
      isKept
      ? (0..<trace.count).lazy.map { trace[$0] }.filter { Self.concerns($0, id) } : Self.replay(id, entry, timeline)
    let cluster = world.cluster
    var rows = records.compactMap { Self.row(for: $0, began: began, cluster) }
    for message in cluster.messagesInFlight {
      guard case .message(let sent) = message.event, sent.operation == id else { continue }
      rows.append([
        "", MessageText.route(message.event, cluster), MessageText.contents(message.event, cluster),
        message.arrives.map { "arrives at " + Quantity.milliseconds($0.microseconds, decimals: 1) } ?? "held",
      ])
    }
    let cost = cluster.cost(of: id) ?? (entry.messages, entry.bytes)
    title = "OP \(number)"
    lines =
      [
        report.sentence(in: world),
        "\(CountedNoun("message").text(cost.messages)) between replicas, \(CountedNoun.bytes.text(cost.bytes)); issued at "
          + Quantity.milliseconds(began.microseconds) + " by \(Printable.escaped(report.client))", "",
      ] + Listing.table(rows, right: [0, 3])
  }

  /// The operation's records, from a copy of the history that goes back to its beginning.
  private static func replay(_ id: OperationID, _ entry: HistoryEntry, _ timeline: Timeline) -> [Record] {
    var timeline = timeline
    let end = timeline.position
    timeline.goto(entry.operation.began)
    var records: [Record] = []
    var reader = TraceReader(from: timeline.world.observer.trace)
    var steps = 0
    while timeline.position < end, steps < replayed {
      guard timeline.step() else { break }
      steps += 1
      let trace = timeline.world.observer.trace
      for position in reader.read(trace) {
        if concerns(trace[position], id) { records.append(trace[position]) }
        if case .closed(id, _, _) = trace[position].what { return records }
      }
    }
    return records
  }

  private static func concerns(_ record: Record, _ id: OperationID) -> Bool {
    switch record.what {
    case .ended(let operation), .clientMessageLost(let operation): operation == id
    case .delivered(let message, _), .lost(let message, _, _): message.operation == id
    default: false
    }
  }

  private static func row(for record: Record, began: Instant, _ cluster: Cluster) -> [String]? {
    let at = "+" + Quantity.milliseconds((record.at - began).microseconds)
    switch record.what {
    case .ended: return [at, "client", "has its answer, or gives up", ""]
    case .clientMessageLost: return [at, "client", "a message between client and coordinator is lost", ""]
    case .delivered(let message, let departed):
      let took = Quantity.figure(record.at - departed)
      return [
        at, MessageText.route(.message(message), cluster), MessageText.contents(message, cluster), "after \(took)",
      ]
    case .lost(let message, let loss, _):
      return [
        at, MessageText.route(.message(message), cluster), MessageText.contents(message, cluster),
        "✗ lost: \(loss.words)",
      ]
    default: return nil
    }
  }
}
