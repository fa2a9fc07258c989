import Insight
import Kernel
import Language
import Replication

/// A space-time diagram in the making: events in the order of time.
package struct SpaceTimeDraft {
  /// What events of one row share.
  struct RowName: Hashable {
    let at: Instant
    let text: String
  }

  private enum Item {
    case event(SpaceTimeReport.Event)
    case note(SpaceTimeReport.Row)

    var at: Instant {
      switch self {
      case .event(let event): event.name.at
      case .note(let row): row.at ?? .end
      }
    }
  }

  private let cluster: Cluster
  private let timeline: Timeline
  private var items: [Item] = []
  /// The latest event of each replica, by position in ``items``: the records of one event follow each other.
  private var latest: [Int: Int] = [:]
  /// The latest hints of each replica, likewise.
  private var hints: [Int: Int] = [:]

  package init(_ cluster: Cluster, _ timeline: Timeline) {
    self.cluster = cluster
    self.timeline = timeline
  }

  // MARK: Records

  package mutating func add(_ record: Record, named key: String?) {
    switch record.what {
    case .accepted(let version):
      let entered = cluster.catalogue.version(version)
      add(
        record.at, entered.writer.replica, .act, "accepts \(MessageText.assignment(of: version, cluster))", version,
        entered.operation)
    case .stored(let version, let replica, let reception, let held, let kind):
      addStored(record.at, version, replica, reception, held, kind)
    case .delivered(let message, let departed):
      add(
        record.at, message.to, message.kind.isServed || message.kind.leaderless == .lead ? .receipt : .answer,
        MessageText.contents(message, cluster),
        message.version, message.operation,
        [origin(of: message, departed)])
    case .lost(let message, let loss, let departed):
      let isAtSender = loss == .cut || loss == .network || loss == .dropped
      add(
        record.at, isAtSender ? message.from : message.to, .loss,
        "\(MessageText.contents(message, cluster)) lost: \(loss.words)", .none, message.operation,
        [origin(of: message, departed)])
    case .hinted(let version, let replica, let target):
      addHint(record.at, version, replica, for: cluster.topology.name(of: target))
    case .hintExpired(let version, let replica, _):
      add(
        record.at, replica, .loss, "drops a hint, too old: \(MessageText.assignment(of: version, cluster))", .none,
        .none)
    case .reaped(let version, let replica):
      add(record.at, replica, .act, "reaps a tombstone: \(MessageText.assignment(of: version, cluster))", .none, .none)
    case .handedBack(let version, let replica):
      add(
        record.at, replica, .act, "has handed back, and gives up: \(MessageText.assignment(of: version, cluster))",
        .none,
        .none)
    case .liveness(let replica, let status):
      let isUp = status == .running
      add(record.at, replica, isUp ? .act : .stop, "is \(status.rawValue)", .none, .none)
    case .promoted(let replica):
      add(record.at, replica, .act, "becomes the primary", .none, .none)
    case .replaced(let change):
      add(record.at, change.replica, .act, change.words(cluster.topology), .none, .none)
    case .wiped(let replica):
      add(record.at, replica, .stop, "has lost its disk", .none, .none)
    case .ended(let operation):
      guard let report = OperationReport(operation, in: timeline.world) else { return }
      let note: SpaceTimeReport.Note =
        report.weight == .good ? .good : report.weight == .warning ? .warning : .bad
      self.note(record.at, "\(Printable.escaped(report.client)): \(report.action): \(report.shortOutcome)", note)
    case .clientMessageLost(let operation):
      note(record.at, "a message between client and coordinator of op \(operation.index) is lost", .bad)
    case .input(let position):
      guard let text = timeline.text(ofInputAt: position), !text.isEmpty else { return }
      note(record.at, Printable.escaped(text), .command)
    case .lacked(let operation, let replica, _):
      let text = "lacks what the session of op \(operation.index) has written or read"
      add(record.at, replica, .answer, text, .none, operation)
    case .repaired(let round):
      guard let outcome = cluster.repairs.outcome(ofRound: round), outcome.origin != .schedule else {
        return
      }
      note(record.at, RepairSummary(outcome, in: cluster).sentence, outcome.failures.isEmpty ? .good : .warning)
    case .retried(let operation):
      note(record.at, "the client of op \(operation.index) tries again", .warning)
    case .began, .closed, .noticed, .step:
      break
    }
  }

  private func origin(of message: Message, _ departed: Instant) -> SpaceTimeReport.Origin {
    SpaceTimeReport.Origin(
      replica: message.from.index, departed: departed, target: message.to.index, operation: message.operation)
  }

  private mutating func note(_ at: Instant, _ text: String, _ note: SpaceTimeReport.Note) {
    items.append(.note(SpaceTimeReport.Row(at: at, text: text, events: [], note: note)))
  }

  private mutating func add(
    _ at: Instant, _ replica: ReplicaID, _ mark: SpaceTimeReport.Mark, _ text: String, _ version: VersionID,
    _ operation: OperationID, _ origins: [SpaceTimeReport.Origin] = []
  ) {
    latest[replica.index] = items.count
    items.append(
      .event(
        SpaceTimeReport.Event(
          name: SpaceTimeReport.EventName(at: at, replica: replica.index, text: text),
          replicaName: cluster.topology.name(of: replica), mark: mark,
          clock: cluster.vectorText(of: version), origins: origins, standing: nil, operation: operation)))
  }

  /// Hints that a coordinator keeps at one instant are one event.
  private mutating func addHint(_ at: Instant, _ version: VersionID, _ replica: ReplicaID, for target: String) {
    let before = latest[replica.index]
    let subject = MessageText.assignment(of: version, cluster)
    if let index = hints[replica.index], case .event(let event) = items[index], event.name.at == at,
      event.name.text.hasSuffix(": \(subject)")
    {
      let text = "\(event.name.text.dropLast(subject.count + 2)) \(target): \(subject)"
      items[index] = .event(event.renamed(text))
      return
    }
    hints[replica.index] = items.count
    add(at, replica, .repair, "hints for \(target): \(subject)", .none, .none)
    // What is stored at this instant belongs to what came before the hint.
    latest[replica.index] = before
  }

  /// A version has reached a copy: with the message that brought it this is one event.
  private mutating func addStored(
    _ at: Instant, _ version: VersionID, _ replica: ReplicaID, _ reception: Record.Reception, _ held: VersionID,
    _ kind: Message.Kind
  ) {
    let (mark, text) = words(version, reception, held, kind)
    let clock = cluster.vectorText(of: version)
    guard let index = latest[replica.index], case .event(let event) = items[index], event.name.at == at,
      event.operation == cluster.catalogue.version(version).operation || event.clock == clock
    else {
      add(at, replica, mark, text, version, cluster.catalogue.version(version).operation)
      return
    }
    // What its coordinator accepted it has as well, and nothing more is to be said unless something else stood there.
    if event.mark == .act, mark == .receipt { return }
    items[index] = .event(
      SpaceTimeReport.Event(
        name: SpaceTimeReport.EventName(at: at, replica: replica.index, text: text),
        replicaName: cluster.topology.name(of: replica), mark: mark, clock: clock,
        origins: event.origins, standing: nil, operation: event.operation))
  }

  private func words(
    _ version: VersionID, _ reception: Record.Reception, _ held: VersionID, _ kind: Message.Kind
  ) -> (SpaceTimeReport.Mark, String) {
    let new = MessageText.assignment(of: version, cluster)
    let old = held == .none ? "nothing" : MessageText.assignment(of: held, cluster)
    switch reception {
    case .applied:
      return kind.traits.means.map { (.repair, "stores \(new), \($0)") } ?? (.receipt, "stores \(new)")
    case .known: return (.receipt, "has \(new) already")
    case .overwrote: return (.merge, "takes \(new) over concurrent \(old)")
    case .beaten: return (.merge, "keeps \(old), drops concurrent \(new)")
    case .merged: return (.merge, "merges \(new) with \(old)")
    }
  }

  // MARK: Sends

  /// Adds an event for each message in sight that left where nothing else is known to have happened.
  package mutating func addSends() {
    guard let first = items.first?.at else { return }
    var places: Set<Place> = []
    for case .event(let event) in items where event.mark != .loss {
      places.insert(Place(replica: event.name.replica, at: event.name.at))
    }
    var sends: [SpaceTimeReport.Event] = []
    for case .event(let event) in items where event.mark != .loss {
      for origin in event.origins where origin.departed >= first {
        guard places.insert(Place(replica: origin.replica, at: origin.departed)).inserted else { continue }
        let name = SpaceTimeReport.EventName(
          at: origin.departed, replica: origin.replica, text: sendText(origin.operation))
        sends.append(
          SpaceTimeReport.Event(
            name: name, replicaName: cluster.topology.name(of: ReplicaID(origin.replica)), mark: .act, clock: "",
            origins: [], standing: nil, operation: origin.operation))
      }
    }
    guard !sends.isEmpty else { return }
    sends.sort { ($0.name.at, $0.name.replica) < ($1.name.at, $1.name.replica) }
    var merged: [Item] = []
    var rest = sends[...]
    for item in items {
      // A message that takes no time is received after it was sent; a command comes first.
      let isNote = if case .note = item { true } else { false }
      while let send = rest.first, send.name.at < item.at || send.name.at == item.at && !isNote {
        merged.append(.event(send))
        rest = rest.dropFirst()
      }
      merged.append(item)
    }
    items = merged + rest.map { .event($0) }
  }

  private struct Place: Hashable {
    let replica: Int
    let at: Instant
  }

  private func sendText(_ operation: OperationID) -> String {
    guard operation != .none else { return "sends" }
    let asked =
      timeline.world.observer.history[operation]?.operation
      ?? cluster.openOperation(operation)
    guard let asked else { return "sends for op \(operation.index)" }
    if asked.kind == .consume { return "asks for what comes next" }
    if asked.kind == .timeline { return "asks for a timeline" }
    let key = Printable.escaped(cluster.catalogue.names.name(of: asked.key))
    return asked.kind == .read ? "asks others for \(key)" : "sends \(key)"
  }

  // MARK: Rows

  /// The events by instant and text.
  func rows() -> [SpaceTimeReport.Row] {
    var rows: [SpaceTimeReport.Row] = []
    var known: [RowName: Int] = [:]
    for item in items {
      switch item {
      case .note(let row): rows.append(row)
      case .event(let event):
        let name = RowName(at: event.name.at, text: event.name.text)
        if let row = known[name] {
          Self.join(event, to: &rows[row].events)
        } else {
          known[name] = rows.count
          rows.append(SpaceTimeReport.Row(at: event.name.at, text: event.name.text, events: [event], note: nil))
        }
      }
    }
    return rows
  }

  /// Adds an event to a row; the same thing twice at one replica, such as two acknowledgements, is one event.
  static func join(_ event: SpaceTimeReport.Event, to events: inout [SpaceTimeReport.Event]) {
    if let index = events.firstIndex(where: { $0.name == event.name }) {
      events[index].origins += event.origins
    } else {
      events.append(event)
      events.sort { $0.name.replica < $1.name.replica }
    }
  }

  // MARK: Causes

  /// The events in the order of time, a cause before its effects.
  package var events: [SpaceTimeReport.Event] {
    items.compactMap { if case .event(let event) = $0 { event } else { nil } }
  }

  /// What came right before each event, by position: the event before at its replica, and those that sent to it.
  package static func causes(of events: [SpaceTimeReport.Event]) -> [[Int]] {
    var causes: [[Int]] = []
    var latest: [Int: Int] = [:]
    var byPlace: [Place: [Int]] = [:]
    for (index, event) in events.enumerated() {
      var direct: [Int] = []
      if event.mark != .loss, let before = latest[event.name.replica] { direct.append(before) }
      for origin in event.origins {
        let there = byPlace[Place(replica: origin.replica, at: origin.departed)] ?? []
        if let sender = there.first(where: { events[$0].operation == origin.operation }) ?? there.first {
          direct.append(sender)
        }
      }
      causes.append(direct)
      // That a message is gone nobody knows: it comes before nothing.
      guard event.mark != .loss else { continue }
      latest[event.name.replica] = index
      byPlace[Place(replica: event.name.replica, at: event.name.at), default: []].append(index)
    }
    return causes
  }

  /// Says of each event how it stands to the selected one, and counts.
  static func cone(
    of rows: inout [SpaceTimeReport.Row], around name: SpaceTimeReport.EventName?
  ) -> LightCone.Count {
    guard let name else { return LightCone.Count() }
    let events = rows.flatMap(\.events)
    guard let selected = events.firstIndex(where: { $0.name == name }) else { return LightCone.Count() }
    let standings = LightCone(causes: causes(of: events)).standings(around: selected)
    var count = LightCone.Count()
    var next = 0
    for row in rows.indices {
      for column in rows[row].events.indices {
        rows[row].events[column].standing = standings[next]
        switch standings[next] {
        case .past: count.past += 1
        case .future: count.future += 1
        case .concurrent: count.concurrent += 1
        case .selected: break
        }
        next += 1
      }
    }
    return count
  }
}
