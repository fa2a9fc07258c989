import Insight
import Kernel
import Language
import Replication

/// The way of an operation from its client to a coordinator and back, a row a stage, with how long each took.
public struct PathReport: Sendable {
  /// One stage.
  public struct Row: Hashable, Sendable {
    /// What it is.
    public let stage: String
    /// When it began.
    public let began: Instant
    /// How long it took.
    public let span: TimeSpan
    /// What happened there.
    public let note: String
  }

  /// The stages, in order.
  public let rows: [Row]
  /// The operation in a sentence.
  public let title: String

  /// A stage that begins.
  private struct Mark {
    let at: Instant
    let stage: String
    var note = ""
  }

  /// The way of the operation of that number; nil if there is none, or it goes on.
  public init?(of number: Int, in timeline: Timeline) {
    let id = OperationID(number)
    guard let report = OperationReport(id, in: timeline.world), let entry = timeline.world.observer.history[id] else {
      return nil
    }
    let operation = entry.operation
    title = report.sentence(in: timeline.world)
    let explainer = Explainer(timeline, Explanation(number: number, title: title))
    let quoted = explainer.chronicle(of: operation).quoted
    var marks = [Mark(at: operation.began, stage: "on the way")]
    let steps = quoted.compactMap { quoted -> (by: ReplicaID, step: Step, at: Instant)? in
      if case .step(id, let replica, let step) = quoted.record.what { (replica, step, quoted.record.at) } else { nil }
    }
    // Where an edge cache is in front, that is the first it goes to; whom it goes to then was settled before.
    var target = ReplicaID.none
    for (index, step) in steps.enumerated() {
      switch step.step {
      case .directed:
        target = step.by
        let isByEdge = steps[(index + 1)...].prefix { !$0.step.isDirected }.contains { $0.step.isOfEdge }
        marks.append(Mark(at: step.at, stage: isByEdge ? "to the edge cache" : Self.way(to: target, explainer.wording)))
      case .path(.edgeMiss):
        marks += Self.marks(step.step, by: step.by, at: step.at, explainer.wording)
        marks.append(Mark(at: step.at, stage: Self.way(to: target, explainer.wording)))
      default: marks += Self.marks(step.step, by: step.by, at: step.at, explainer.wording)
      }
    }
    marks = marks.filter { $0.at <= operation.ended }.enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    let rows = marks.indices.map { index in
      let end = index + 1 < marks.count ? marks[index + 1].at : operation.ended
      return Row(
        stage: marks[index].stage, began: marks[index].at, span: end - marks[index].at, note: marks[index].note)
    }
    self.rows = rows.filter { $0.span > .zero || !$0.note.isEmpty }
  }

  private static func way(to replica: ReplicaID, _ wording: Wording) -> String {
    "to \(wording.topology.name(of: replica))"
  }

  /// What happens in no time is a row of its own, and what follows is the way on from there.
  private static func marks(_ step: Step, by replica: ReplicaID, at: Instant, _ wording: Wording) -> [Mark] {
    switch step {
    case .directed: return [Mark(at: at, stage: way(to: replica, wording))]
    case .taken:
      return [Mark(at: at, stage: "coordinator", note: "\(wording.topology.name(of: replica)) takes it up")]
    case .answered(let outcome, _, _, _):
      return [Mark(at: at, stage: "answer", note: "\(wording.topology.name(of: replica)) answers \(outcome.rawValue)")]
    case .path(.resolved(let region, let asked)):
      return [
        Mark(
          at: at, stage: "name",
          note: "\(wording.topology.name(of: region)), as of \(Quantity.milliseconds(asked.microseconds))"),
        Mark(at: at, stage: "on the way"),
      ]
    case .path(.routed(let region, let routing)):
      return [
        Mark(at: at, stage: "routing", note: "\(routing.rawValue): \(wording.topology.name(of: region))"),
        Mark(at: at, stage: "on the way"),
      ]
    case .path(.edgeHit(let since)):
      return [
        Mark(at: at, stage: "edge cache", note: "hit, \(Quantity.figure(at - since)) old"), Mark(at: at, stage: "back"),
      ]
    case .path(.edgeMiss): return [Mark(at: at, stage: "edge cache", note: "miss")]
    case .path(.admitted(let gateway, let authentication)):
      return [
        Mark(at: at, stage: "gateway", note: "let through"), Mark(at: at + gateway, stage: "authentication"),
        Mark(at: at + gateway + authentication, stage: "to the coordinator"),
      ]
    case .path(.throttled): return [Mark(at: at, stage: "gateway", note: "no token: throttled")]
    case .path(.refused): return [Mark(at: at, stage: "circuit breaker", note: "open")]
    case .path(.retried(let outcome, let wait, let attempt)):
      return [
        Mark(at: at, stage: "wait", note: "the attempt ended as \(outcome.rawValue)"),
        Mark(at: at + wait, stage: "on the way", note: "attempt \(attempt)"),
      ]
    case .path(.hedged(_, let replica)):
      return [Mark(at: at, stage: "second question", note: "to \(wording.topology.name(of: replica)), too")]
    case .path(.recognized): return [Mark(at: at, stage: "idempotency key", note: "known again")]
    case .path(.gaveUp), .path(.doubted), .path(.misled), .unreachable, .asksOnly, .keptHome, .clientLost, .regards,
      .replaced, .joined, .handedOver, .askedLeader, .cache, .refused, .began, .sent, .counted, .promised, .balloted,
      .proposed, .ranked, .found, .metRival, .foundDurable, .unhinted, .stamped, .expired, .timeline:
      return []
    }
  }

  /// The rows as a table.
  public var lines: [String] {
    let header = ["stage", "from", "span", ""]
    return [title]
      + Listing.table(
        [header]
          + rows.map { [$0.stage, Quantity.milliseconds($0.began.microseconds), Quantity.figure($0.span), $0.note] },
        right: [1, 2])
  }
}

extension Step {
  fileprivate var isDirected: Bool { if case .directed = self { true } else { false } }

  fileprivate var isOfEdge: Bool {
    switch self {
    case .path(.edgeHit), .path(.edgeMiss): true
    default: false
    }
  }
}
