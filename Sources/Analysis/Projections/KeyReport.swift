import Kernel
import Language
import Replication

/// A key as the key view shows it: its copies with their vectors as a matrix, each compared with one of them, and what
/// that one consists of.
public struct KeyReport: Hashable, Sendable {
  /// How a copy stands to the one that all are compared with.
  public enum Standing: Hashable, Sendable {
    /// They hold the same version.
    case same
    /// The other one knows it.
    case before
    /// It knows the other one.
    case after
    /// Neither knows the other.
    case concurrent
    /// It holds nothing, or the other one doesn't.
    case none
    /// It has nothing to do with the other one: each region keeps copies of its own.
    case apart

    /// As a sign.
    public var sign: String {
      switch self {
      case .same: "="
      case .before: "<"
      case .after: ">"
      case .concurrent: "‖"
      case .none: "·"
      case .apart: "–"
      }
    }
  }

  /// The copies, in the cluster's order.
  public let copies: [CopyReport]
  /// What caches serve of the key, behind the copies in all that follows.
  public let entries: [CopyReport]
  /// What each of those replicas is for the key; none where all are alike.
  public let roles: [RoleReport?]
  /// How each stands to the reference.
  public let standings: [Standing]
  /// The replica with whose copy all are compared; nil: the newest one, of each region where those keep copies of their own.
  public let reference: String?
  /// The writers that any copy knows, in the cluster's order, as columns of the matrix.
  public let writers: [String]
  /// The vectors, a row a copy.
  public let matrix: [[UInt32]]
  /// How the copies are kept and merged.
  public let form: String
  /// What the reference's copy consists of, line by line: siblings with their dots, elements, amounts, a tombstone's age.
  public let contents: [String]

  /// Whether each region keeps copies of its own, which are compared with each other only.
  public let isByRegion: Bool

  /// The rows of the table: the copies, then what caches serve.
  public var rows: [CopyReport] { copies + entries }

  /// How many copies of owners are the newest.
  public var newest: Int { counted.count { $0.relation == .newest } }
  /// How many owners there are; where each region keeps copies of its own, of regions that hold any.
  public var owners: Int { counted.count }
  /// Whether the copies of all owners are the same, and there are any.
  public var isConverged: Bool { owners > 0 && newest == owners }
  /// Whether more than one region holds copies, each of its own.
  public var isSpread: Bool {
    isByRegion && copies.contains { $0.relation != .absent && $0.region != counted.first?.region }
  }

  /// The copies of owners that are to agree with one that holds something: a region that never got the key lacks nothing.
  private var counted: [CopyReport] { copies.filter { !$0.isStandIn && $0.relation != .absent } }

  /// The key that a command's word stands for: of a row's column the row.
  public static func key(namedBy word: String, in timeline: Timeline) -> String {
    timeline.cluster.column(named: word)?.row ?? word
  }

  /// A key's copies, compared with that of a replica; nil, or one without a copy: with the newest.
  public init(of name: String, comparedWith replica: String?, in timeline: Timeline) {
    let cluster = timeline.cluster
    let copies = CopyReport.copies(of: name, in: cluster)
    self.copies = copies
    entries = CopyReport.entries(of: name, in: cluster)
    let rows = copies + entries
    let roles = rows.map { RoleReport(of: $0.id, for: name, in: cluster) }
    self.roles = roles
    reference = rows.contains { $0.replica == replica } ? replica : nil
    isByRegion = cluster.scheme.keepsRegionsApart
    guard let key = cluster.catalogue.names.key(named: name) else {
      (standings, writers, matrix, form, contents) = ([], [], [], "", [])
      return
    }
    let groups = cluster.copyGroups(of: key, withStandIns: true)
    let index = rows.firstIndex { $0.replica == replica }
    let chosen = index.map { (id: rows[$0].id, version: cluster.cell(key, at: rows[$0].id).version) }
    let ofCopies = groups.flatMap { group in
      zip(group.members, group.versions).map { member, version in
        guard let chosen else { return Standing(version, group.newest, cluster.catalogue) }
        return cluster.areToAgree(member, chosen.id) ? Standing(version, chosen.version, cluster.catalogue) : .apart
      }
    }
    // Caches are there only where all copies are to agree.
    let newest = groups.first?.newest ?? .none
    let ofEntries = entries.map {
      Standing(cluster.cell(key, at: $0.id).version, chosen?.version ?? newest, cluster.catalogue)
    }
    standings = zip(copies, ofCopies).map { $0.relation == .absent && $1 == .same ? .none : $1 } + ofEntries
    let writers = cluster.topology.replicaIDs.filter { writer in rows.contains { $0.counters[writer] != nil } }
    self.writers = writers.map { cluster.topology.name(of: $0) }
    matrix = rows.map { copy in writers.map { copy.counters[$0] ?? 0 } }
    form = cluster.environment.form(of: key).rawValue
    if let chosen {
      contents =
        CopyContents.lines(of: chosen.version, key, at: cluster.reading(of: chosen.id), in: cluster)
        + (index.flatMap { roles[$0]?.details } ?? [])
    } else {
      let known = groups.filter { $0.newest != .none }
      contents = (known.isEmpty ? Array(groups.prefix(1)) : known).flatMap { group in
        let holder = zip(group.members, group.versions).first { $0.1 == group.newest }?.0
        let lines = CopyContents.lines(
          of: group.newest, key, at: holder.map { cluster.reading(of: $0) } ?? cluster.now.microseconds, in: cluster)
        guard known.count > 1, let member = group.members.first else { return lines }
        let region = Printable.escaped(cluster.topology.name(of: cluster.topology.region(of: member)))
        return lines.enumerated().map { $0.offset == 0 ? "\(region): \($0.element)" : "  \($0.element)" }
      }
    }
  }
}

extension KeyReport.Standing {
  fileprivate init(_ version: VersionID, _ other: VersionID, _ catalogue: Catalogue) {
    guard version != .none, other != .none else {
      self = version == other ? .same : .none
      return
    }
    switch catalogue.relation(version, other) {
    case .equal: self = .same
    case .before: self = .before
    case .after: self = .after
    case .concurrent: self = .concurrent
    }
  }
}

/// What a copy consists of, in words.
private enum CopyContents {
  /// - Parameter reading: what the clock of the replica shows that holds it, in microseconds.
  static func lines(of version: VersionID, _ key: KeyID, at reading: Int64, in cluster: Cluster) -> [String] {
    let catalogue = cluster.catalogue
    guard version != .none else { return ["holds nothing"] }
    guard let state = catalogue.state(of: version) else { return register(version, at: reading, cluster) }
    func name(_ writer: ReplicaID) -> String { cluster.topology.name(ofWriter: writer) }
    func text(_ item: ItemID) -> String {
      item == .none ? "(deleted)" : Printable.escaped(catalogue.names.text(of: item))
    }
    switch state.content {
    case .dotted(let items):
      let entries = items.entries.map { "\(text($0.item))  by \(name($0.dot.writer)):\($0.dot.counter)" }
      let noun = state.form == .orSet ? CountedNoun("element") : CountedNoun("value", "siblings")
      return ["\(noun.text(entries.count)):"] + entries
    case .amounts(let added, let subtracted):
      let writers = cluster.topology.replicaIDs.filter { id in
        added.entries.contains { $0.replica == id } || subtracted.entries.contains { $0.replica == id }
      }
      let amounts = writers.map { id in
        let plus = added.entries.first { $0.replica == id }?.amount ?? 0
        let minus = subtracted.entries.first { $0.replica == id }?.amount ?? 0
        return "\(name(id))  +\(plus)\(minus > 0 ? " −\(minus)" : "")"
      }
      return ["\(state.total), added up at \(CountedNoun("replica").text(writers.count)):"] + amounts
    case .elements(let elements):
      let present = elements.items.map(text).sorted()
      let removed = elements.removed.map(text).sorted()
      return ["\(CountedNoun("element").text(present.count)): \(present.joined(separator: ", "))"]
        + (removed.isEmpty ? [] : ["removed for ever: \(removed.joined(separator: ", "))"])
    case .row(let content): return row(content, at: reading)
    }
  }

  /// A row's columns with what tells which write is later, and its delete.
  private static func row(_ row: Row, at reading: Int64) -> [String] {
    let living = row.living(at: reading).count
    let cells = row.cells.map { cell -> String in
      let name = Printable.escaped(cell.column)
      let origin = "timestamp \(cell.timestamp) µs"
      guard let value = cell.value else { return "\(name) (deleted)  \(origin)" }
      let rest = cell.death.map { TimeSpan(microseconds: $0 - reading) }
      let end = rest.map { $0 > .zero ? ", expires in \(Quantity.figure($0))" : ", expired" } ?? ""
      return "\(name) = \(Printable.named(value))  \(origin)\(end)"
    }
    let deletion = row.deletion.map { ["row deleted  timestamp \($0.timestamp) µs: hides what is older"] } ?? []
    return ["\(CountedNoun("column").text(living)):"] + cells + deletion
  }

  /// A register's one version: who wrote it, by which clock, and how long it or its tombstone stays.
  private static func register(_ version: VersionID, at reading: Int64, _ cluster: Cluster) -> [String] {
    let entry = cluster.catalogue.version(version)
    let origin =
      "op \(entry.operation.index) by \(cluster.topology.name(ofWriter: entry.writer)):\(entry.counter), timestamp \(entry.timestamp) µs"
      + "\(entry.stamp.source)"
    if let place = cluster.catalogue.position(of: version) {
      // What a log keeps of a delete is a record like others, which a cleaning takes away.
      return [
        "\(origin); offset \(place.offset) of partition \(place.partition), epoch \(place.epoch)"
          + (entry.isTombstone ? ", a delete marker" : "")
      ]
    }
    guard let death = cluster.catalogue.death(of: version) else { return [origin] }
    let dead = TimeSpan(microseconds: reading - death)
    guard cluster.catalogue.isDead(version, at: reading) else {
      return [origin, "expires in \(Quantity.figure(.zero - dead))"]
    }
    let grace = cluster.environment.settings.tombstoneGrace - dead
    let state = entry.isTombstone ? "a tombstone" : "expired"
    return [origin, "\(state), dead for \(Quantity.figure(dead)); kept for another \(Quantity.figure(grace))"]
  }
}
