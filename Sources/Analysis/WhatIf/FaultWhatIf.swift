import Kernel
import Language
import Replication

extension Timeline {
  /// The levels at which an operation can be asked for: a read at those that allow it, an update at those that are no
  /// transaction's unless it has a condition, and at a transaction's only what last writer wins.
  func levels(of plan: OperationPlan) -> [ConsistencyLevel] {
    let form =
      cluster.catalogue.names.key(named: plan.key).map(cluster.environment.form)
      ?? cluster.environment.settings.conflict
    let scheme = cluster.scheme
    let choice =
      plan.kind == .read ? scheme.readLevels : plan.condition == nil ? scheme.writeLevels : scheme.conditionLevels
    return (choice?.all ?? []).filter { !$0.isSerial || form == .lastWriterWins }
  }

  /// An operation by which availability is tried out: a region's client reads a key, or updates it in the way that its
  /// type has.
  func probe(_ kind: OperationKind, _ key: String, _ level: ConsistencyLevel, from region: RegionID) -> OperationPlan {
    let form = cluster.catalogue.names.key(named: key).map { cluster.environment.form(of: $0) } ?? .lastWriterWins
    let update = form.updates.first ?? .write
    return OperationPlan(
      kind: kind == .read ? .read : update, key: key,
      value: kind == .read || update == .delete ? nil : update == .increment ? "1" : "x", level: level,
      client: ClientID(region.index))
  }
}

/// What would still be available after a fault, at which level and from which region: tried on copies of the session.
public struct FaultWhatIf: Sendable {
  /// The table.
  public let lines: [String]

  /// - Parameter key: the key that is read and written on the copies.
  init(_ input: Input, key: String, in timeline: Timeline) {
    var trial = Trial(timeline)
    let noticing = trial.strike(input)
    let regions = timeline.cluster.topology.regions.map(\.name)
    var rows = [
      ["level"] + regions.flatMap { [Printable.escaped($0), ""] }, [""] + regions.flatMap { _ in ["write", "read"] },
    ]
    var available = 0
    var asked = 0
    let (reads, writes) = (timeline.cluster.scheme.readLevels.all, timeline.cluster.scheme.writeLevels.all)
    for level in reads + writes.filter({ !reads.contains($0) }) {
      // Where writes have no level, they stand in a row of their own.
      var row = [level.name ?? "writes"]
      for region in timeline.cluster.topology.regionIDs {
        for kind in [OperationKind.write, .read] {
          let plan = timeline.probe(kind, key, level, from: region)
          guard timeline.levels(of: plan).contains(level) else {
            row.append("")
            continue
          }
          let ending = Forecast(plan, in: trial.timeline)?.ending
          asked += 1
          if case .answered = ending { available += 1 }
          row.append(Self.cell(ending))
        }
      }
      if row.dropFirst().contains(where: { !$0.isEmpty }) { rows.append(row) }
    }
    lines =
      Listing.table(rows) + [
        "",
        "\(available) of \(asked) ways to ask would be answered\(noticing.words).",
      ]
  }

  private static func cell(_ ending: Forecast.Ending?) -> String {
    switch ending {
    case .answered(let span): "✓ " + Quantity.milliseconds(span.microseconds, decimals: 0)
    case .unavailable: "✗"
    case .throttled: "▲ throttled"
    case .rejected: "▲ rejected"
    case .conflict: "▲ conflict"
    case .failure: "✗ failure"
    case .timeout: "▲ timeout"
    case .unknown, nil: "?"
    }
  }
}
