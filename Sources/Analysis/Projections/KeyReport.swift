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

    /// As a sign.
    public var sign: String {
      switch self {
      case .same: "="
      case .before: "<"
      case .after: ">"
      case .concurrent: "‖"
      case .none: "·"
      }
    }
  }

  /// The copies, in the cluster's order.
  public let copies: [CopyReport]
  /// How each stands to the reference.
  public let standings: [Standing]
  /// The replica with whose copy all are compared; nil: the newest one.
  public let reference: String?
  /// The writers that any copy knows, in the cluster's order, as columns of the matrix.
  public let writers: [String]
  /// The vectors, a row a copy.
  public let matrix: [[UInt32]]
  /// How the copies are kept and merged.
  public let form: String
  /// What the reference's copy consists of, line by line: siblings with their dots, elements, amounts, a tombstone's age.
  public let contents: [String]

  /// How many copies of owners are the newest.
  public var newest: Int { copies.count { $0.relation == .newest && !$0.isStandIn } }
  /// How many owners there are.
  public var owners: Int { copies.count { !$0.isStandIn } }
  /// Whether the copies of all owners are the same, and there are any.
  public var isConverged: Bool { !copies.isEmpty && newest == owners }

  /// The key that a command's word stands for: of a row's column the row.
  public static func key(namedBy word: String, in timeline: Timeline) -> String {
    timeline.cluster.column(named: word)?.row ?? word
  }

  /// A key's copies, compared with that of a replica; nil, or one without a copy: with the newest.
  public init(of name: String, comparedWith replica: String?, in timeline: Timeline) {
    let cluster = timeline.cluster
    let copies = CopyReport.copies(of: name, in: cluster)
    self.copies = copies
    reference = copies.contains { $0.replica == replica } ? replica : nil
    guard let key = cluster.catalogue.names.key(named: name) else {
      (standings, writers, matrix, form, contents) = ([], [], [], "", [])
      return
    }
    let held = copies.map { cluster.cell(key, at: $0.id).version }
    let index = copies.firstIndex { $0.replica == replica }
    let other = index.map { held[$0] } ?? cluster.catalogue.newest(of: held)
    standings = held.map { Standing($0, other, cluster.catalogue) }
    let writers = cluster.topology.replicaIDs.filter { writer in copies.contains { $0.counters[writer] != nil } }
    self.writers = writers.map { cluster.topology.name(of: $0) }
    matrix = copies.map { copy in writers.map { copy.counters[$0] ?? 0 } }
    form = cluster.environment.form(of: key).rawValue
    let holder = index ?? held.firstIndex(of: other)
    contents = CopyContents.lines(
      of: other, key, at: holder.map { cluster.reading(of: copies[$0].id) } ?? cluster.now.microseconds, in: cluster)
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
