import Analysis
import Insight
import Kernel
import Language
import Replication

/// A stretch of time as a sequence diagram of Mermaid (https://mermaid.js.org/syntax/sequenceDiagram.html): clients and replicas
/// as lines, messages as arrows at the instant of their arrival, lost ones with a cross.
enum MermaidExport {
  /// How many arrows are drawn at most: Mermaid itself refuses more than 500.
  static let arrowLimit = 400
  /// How many records are looked at.
  static let recordLimit = 20_000

  static func lines(of records: [Record], in session: Session) throws(ExportRefusal) -> [String] {
    var draft = Draft(session)
    for record in records { draft.add(record) }
    guard draft.arrows <= arrowLimit else {
      throw ExportRefusal(
        sentence:
          "\(CountedNoun("message").text(draft.arrows)) were sent in that time, and a diagram shows \(arrowLimit) at most; "
          + "`from` and `to` narrow it down")
    }
    guard !draft.lines.isEmpty else {
      throw ExportRefusal(sentence: "nothing happened in that time")
    }
    return draft.diagram
  }

  private struct Draft {
    let session: Session
    private(set) var lines: [String] = []
    private(set) var arrows = 0
    private var clients: Set<ClientID> = []
    private var replicas = ReplicaSet()

    init(_ session: Session) { self.session = session }

    private var cluster: Cluster { session.cluster }

    mutating func add(_ record: Record) {
      let at = Quantity.milliseconds(record.at.microseconds)
      switch record.what {
      case .delivered(let message, _) where message.from != message.to:
        draw(message, "->>", "\(at) \(MessageText.contents(message, cluster))")
      case .lost(let message, let loss, _) where message.from != message.to:
        draw(message, "-x", "\(at) \(MessageText.contents(message, cluster)) lost: \(loss.words)")
      case .began(let id):
        guard let operation = operation(id), operation.coordinator != .none else { return }
        clients.insert(operation.client)
        replicas.insert(operation.coordinator)
        arrow("c\(operation.client.index)", "->>", "r\(operation.coordinator.index)", "\(at) \(request(operation))")
      case .ended(let id):
        guard let operation = operation(id), let report = OperationReport(id, in: session.world) else { return }
        clients.insert(operation.client)
        let text = "\(at) op \(id.index): \(report.shortOutcome)"
        guard operation.coordinator != .none else {
          note("c\(operation.client.index)", "\(text), \(report.request)")
          return
        }
        replicas.insert(operation.coordinator)
        arrow("r\(operation.coordinator.index)", "-->>", "c\(operation.client.index)", text)
      case .hinted(let version, let replica, let target):
        note(
          replica,
          "\(at) keeps a hint for \(cluster.topology.name(of: target)): "
            + MessageText.assignment(of: version, cluster))
      case .liveness(let replica, let status): note(replica, "\(at) is \(status.rawValue)")
      case .wiped(let replica): note(replica, "\(at) has lost its disk")
      case .promoted(let replica): note(replica, "\(at) becomes the primary")
      case .replaced(let change): note(change.replica, "\(at) \(change.words(cluster.topology))")
      case .input(let position):
        // An operation has arrows of its own.
        let inputs = session.timeline.branches[session.timeline.current].inputs
        if case .operate = inputs.made(position)?.input { return }
        guard let text = session.timeline.text(ofInputAt: position), !text.isEmpty else { return }
        let last = cluster.topology.replicas.count - 1
        note(last == 0 ? "r0" : "r0,r\(last)", "\(at) \(text)")
      default: break
      }
    }

    private func operation(_ id: OperationID) -> Replication.Operation? {
      session.world.observer.history[id]?.operation ?? cluster.openOperation(id)
    }

    private func request(_ operation: Replication.Operation) -> String {
      let key = cluster.catalogue.names.name(of: operation.key)
      let value = operation.value == .none ? "" : " \(cluster.catalogue.names.text(of: operation.value))"
      return "op \(operation.id.index): \(operation.kind.rawValue) \(key)\(value)\(operation.level.clause)"
    }

    private mutating func draw(_ message: Message, _ arrow: String, _ text: String) {
      replicas.insert(message.from)
      replicas.insert(message.to)
      self.arrow("r\(message.from.index)", arrow, "r\(message.to.index)", text)
    }

    private mutating func arrow(_ from: String, _ arrow: String, _ to: String, _ text: String) {
      arrows += 1
      lines.append("\(from)\(arrow)\(to): \(MermaidText.message(text).written)")
    }

    private mutating func note(_ replica: ReplicaID, _ text: String) {
      replicas.insert(replica)
      note("r\(replica.index)", text)
    }

    private mutating func note(_ over: String, _ text: String) {
      lines.append("Note over \(over): \(MermaidText.message(text).written)")
    }

    /// The whole: regions as boxes, then what happened.
    var diagram: [String] {
      var result = ["sequenceDiagram"]
      for client in cluster.clients.ids where clients.contains(client) {
        result.append("  actor c\(client.index) as \(MermaidText.name(cluster.clients[client].name).written)")
      }
      for region in cluster.topology.regionIDs {
        // A region may be called like a colour, which Mermaid would take for the box's.
        result.append("  box transparent \(MermaidText.name(cluster.topology.name(of: region)).written)")
        for replica in cluster.topology.members(of: region) {
          let name = MermaidText.name(cluster.topology.name(of: replica))
          result.append("    participant r\(replica.index) as \(name.written)")
        }
        result.append("  end")
      }
      return result + lines.map { "  \($0)" }
    }
  }
}
