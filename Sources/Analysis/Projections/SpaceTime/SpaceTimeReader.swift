import Algorithms
import Insight
import Kernel
import Language
import Replication

/// Reads a space-time diagram out of the trace.
///
/// Records are gathered around the selected event, those of one event are joined, and sends that left no record of their
/// own are added where their messages came from.
package struct SpaceTimeReader {
  let timeline: Timeline
  let cluster: Cluster
  let trace: Trace
  let filter: SpaceTimeFilter

  package init(_ scope: SpaceTimeReport.Scope, in timeline: Timeline) {
    self.timeline = timeline
    let world = timeline.world
    cluster = world.cluster
    trace = world.observer.trace
    filter = SpaceTimeFilter(scope, world, timeline)
  }

  package func report(around name: SpaceTimeReport.EventName?, count: Int) -> SpaceTimeReport {
    let (positions, isCutOff, isToEnd) = window(around: name, count: count)
    var draft = SpaceTimeDraft(cluster, timeline)
    for position in positions { draft.add(trace[position], named: filter.name) }
    draft.addSends()
    var rows = draft.rows()
    let cone = SpaceTimeDraft.cone(of: &rows, around: name)
    let selectedRow = name.flatMap { name in
      rows.firstIndex { $0.at == name.at && $0.events.contains { $0.name == name } }
    }
    if isToEnd { rows += predictions(atMost: max(2, count / 4)) }
    let present = Set(
      rows.flatMap(\.events).flatMap { [$0.name.replica] + $0.origins.flatMap { [$0.replica, $0.target] } })
    let owners = filter.owners
    let lanes = cluster.topology.replicaIDs
      .filter { owners.contains($0) || present.contains($0.index) }
      .map { id in
        SpaceTimeReport.Lane(
          replica: id.index, name: cluster.topology.name(of: id), region: cluster.topology.region(of: id).index,
          role: RoleReport(of: id, for: filter.name, in: cluster)?.letter ?? "")
      }
    return SpaceTimeReport(
      rows: rows, lanes: lanes, regions: cluster.topology.regions.map(\.name), selectedRow: selectedRow,
      cone: cone, isCutOff: isCutOff)
  }

  /// The positions of about `count` instants' records before the selected event, or the end, and of as many after it.
  private func window(
    around name: SpaceTimeReport.EventName?, count: Int
  ) -> (positions: [Int], isCutOff: Bool, isToEnd: Bool) {
    let middle = name.map { trace.firstPosition(after: $0.at) } ?? trace.count
    var positions: [Int] = []
    var instants = 0
    var last: Instant?
    var isCutOff = trace.dropped > 0
    // A constant of its own: this struct is large, and would be copied for each record.
    let filter = filter
    // Each instant is a row at least; what one instant holds may be much.
    trace.visitBackwards(before: middle) { position, record in
      guard filter.includes(record) else { return true }
      if record.at != last {
        instants += 1
        last = record.at
      }
      guard instants <= count, positions.count < 12 * count else {
        isCutOff = false
        return false
      }
      positions.append(position)
      return true
    }
    positions.reverse()
    instants = 0
    var position = middle
    while position < trace.count, positions.count < 24 * count, instants <= count {
      let record = trace[position]
      position += 1
      guard filter.includes(record) else { continue }
      if record.at != last {
        instants += 1
        last = record.at
      }
      positions.append(position - 1)
    }
    return (positions, isCutOff, position == trace.count)
  }

  /// What is on its way, as rows below the present.
  private func predictions(atMost count: Int) -> [SpaceTimeReport.Row] {
    var rows: [SpaceTimeReport.Row] = []
    var known: [SpaceTimeDraft.RowName: Int] = [:]
    let filter = filter
    let coming = cluster.messagesInFlight(first: 16 * count, amongFirst: MapReport.countedMessages) { event in
      if case .message(let sent) = event { filter.includes(sent) } else { false }
    }
    for message in coming.first {
      guard case .message(let sent) = message.event else { continue }
      let text = MessageText.contents(sent, cluster) + (message.arrives == nil ? ", held" : "")
      let name = SpaceTimeReport.EventName(at: message.arrives ?? .end, replica: sent.to.index, text: text)
      let event = SpaceTimeReport.Event(
        name: name, replicaName: cluster.topology.name(of: sent.to), mark: .prediction, clock: "",
        origins: [
          SpaceTimeReport.Origin(
            replica: sent.from.index, departed: message.departed, target: sent.to.index, operation: sent.operation)
        ],
        standing: nil, operation: sent.operation)
      let rowName = SpaceTimeDraft.RowName(at: name.at, text: text)
      if let row = known[rowName] {
        SpaceTimeDraft.join(event, to: &rows[row].events)
      } else if rows.count < count {
        known[rowName] = rows.count
        rows.append(SpaceTimeReport.Row(at: message.arrives, text: text, events: [event], note: nil))
      }
    }
    guard !rows.isEmpty else { return [] }
    return [SpaceTimeReport.Row(at: cluster.now, text: "now", events: [], note: .present)] + rows
  }
}

extension Trace {
  /// The position of the first record after an instant.
  fileprivate func firstPosition(after instant: Instant) -> Int {
    (0..<count).partitioningIndex { self[$0].at > instant }
  }
}
