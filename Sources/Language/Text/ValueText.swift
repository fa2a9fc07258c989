import Kernel
import Replication

/// What a copy of a key holds, in words: `milk`, `3`, `{eggs, milk}`, `[milk | eggs]`.
public enum ValueText {
  /// The value of a version; nil for a missing or deleted key.
  ///
  /// A key with a data type that was never updated has that type's empty value. A row is missing when none of its columns is left.
  ///
  /// - Parameter reading: what the reader's clock shows, in microseconds: a value with a limited life is missing from
  ///   its end on. Nil: nobody's, and the value is given as it was written.
  public static func text(
    of version: VersionID, _ key: KeyID, in cluster: Cluster, at reading: Int64?
  ) -> String? {
    let form = cluster.environment.form(of: key)
    switch form {
    case .counter, .growCounter:
      return "\(cluster.catalogue.state(of: version)?.total ?? 0)"
    case .growSet, .twoPhaseSet, .orSet:
      return "{" + elements(of: version, in: cluster).joined(separator: ", ") + "}"
    case .row:
      guard let row = cluster.catalogue.state(of: version)?.row else { return "{}" }
      let cells = row.living(at: reading)
      return cells.isEmpty ? nil : "{" + cells.map { "\($0.column)=\($0.value ?? "")" }.joined(separator: ", ") + "}"
    case .lastWriterWins, .siblings, .plainSiblings, .mvRegister:
      let values = siblings(of: version, in: cluster, at: reading)
      return values.count < 2 ? values.first : "[" + values.joined(separator: " | ") + "]"
    }
  }

  /// The values that stand side by side, sorted; one for a counter or a set.
  public static func siblings(
    of version: VersionID, _ key: KeyID, in cluster: Cluster, at reading: Int64?
  ) -> [String] {
    guard cluster.environment.form(of: key).isRegister else {
      return text(of: version, key, in: cluster, at: reading).map { [$0] } ?? []
    }
    return siblings(of: version, in: cluster, at: reading)
  }

  private static func siblings(of version: VersionID, in cluster: Cluster, at reading: Int64?) -> [String] {
    guard version != .none else { return [] }
    let catalogue = cluster.catalogue
    guard catalogue.state(of: version) == nil else { return elements(of: version, in: cluster) }
    guard !catalogue.isDead(version, at: reading ?? .min) else { return [] }
    return [catalogue.names.text(of: catalogue.version(version).value)]
  }

  private static func elements(of version: VersionID, in cluster: Cluster) -> [String] {
    (cluster.catalogue.state(of: version)?.items ?? []).map { cluster.catalogue.names.text(of: $0) }.sorted()
  }
}

extension ValueText {
  /// What a version holds, as tables show it: escaped, in words where there is no value, and with the tombstones of
  /// concurrent deletes among siblings.
  ///
  /// - Parameter reading: what the reader's clock shows, in microseconds; nil: the value is shown as it was written.
  package static func shown(_ version: VersionID, _ key: KeyID, in cluster: Cluster, at reading: Int64?) -> String {
    guard version != .none else { return "–" }
    if let reading, cluster.catalogue.isExpired(version, at: reading) { return "(expired)" }
    guard let text = text(of: version, key, in: cluster, at: reading).map(Printable.named) else { return "(deleted)" }
    guard cluster.environment.form(of: key).isRegister, hasTombstone(version, cluster.catalogue) else { return text }
    return text.hasPrefix("[") ? "\(text.dropLast()) | (deleted)]" : "[\(text) | (deleted)]"
  }

  /// Whether a delete stands beside values that its client had not seen.
  private static func hasTombstone(_ version: VersionID, _ catalogue: Catalogue) -> Bool {
    guard case .dotted(let items)? = catalogue.state(of: version)?.content else { return false }
    return items.entries.contains { $0.item == .none }
  }
}
