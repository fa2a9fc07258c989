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
  /// What caches serve of the key, behind the copies in all that follows.
  public let entries: [CopyReport]
  /// What each of those replicas is for the key; none where all are alike.
  public let roles: [RoleReport?]
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

  /// The rows of the table: the copies, then what caches serve.
  public var rows: [CopyReport] { copies + entries }

  /// How many copies are the newest.
  public var newest: Int { copies.count { $0.relation == .newest } }
  /// Whether all copies are the same, and there are any.
  public var isConverged: Bool { !copies.isEmpty && newest == copies.count }

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
    guard let key = cluster.catalogue.names.key(named: name) else {
      (standings, writers, matrix, form, contents) = ([], [], [], "", [])
      return
    }
    let held = rows.map { cluster.cell(key, at: $0.id).version }
    let index = rows.firstIndex { $0.replica == replica }
    let other = index.map { held[$0] } ?? cluster.catalogue.newest(of: Array(held.prefix(copies.count)))
    standings = held.map { Standing($0, other, cluster.catalogue) }
    let writers = cluster.topology.replicaIDs.filter { writer in rows.contains { $0.counters[writer] != nil } }
    self.writers = writers.map { cluster.topology.name(of: $0) }
    matrix = rows.map { copy in writers.map { copy.counters[$0] ?? 0 } }
    form = cluster.environment.form(of: key).rawValue
    let holder = index ?? held.firstIndex(of: other)
    let reading = holder.map { cluster.reading(of: rows[$0].id) } ?? cluster.now.microseconds
    contents =
      CopyContents.lines(of: other, key, at: reading, in: cluster)
      + (index.flatMap { roles[$0]?.details } ?? [])
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
    }
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
