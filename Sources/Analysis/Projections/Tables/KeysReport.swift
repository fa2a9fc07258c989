import Kernel
import Language
import Replication

/// The keys as a table: how far the copies of each stand apart, how many conflict, how old and how large it is.
public struct KeysReport: Hashable, Sendable {
  /// One key.
  public struct Row: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// What its newest copy holds, as tables show it.
    public let value: String
    /// How many owners it has.
    public let owners: Int
    /// How many of them don't hold the newest version.
    public let differing: Int
    /// How many values stand against another: copies that are concurrent with the newest, and siblings beside the first.
    public let conflicts: Int
    /// For how long the newest version has existed; nil while no owner holds any.
    public let age: TimeSpan?
    /// How many bytes the newest version takes in a message, its key included.
    public let bytes: Int
  }

  /// How many keys are looked at, at most: those that came up last.
  public static let limit = 2_000

  /// The keys, in the order in which they came up.
  public let rows: [Row]
  /// How many there are in all.
  public let total: Int

  /// The keys as they are now.
  public init(_ timeline: Timeline) {
    let cluster = timeline.cluster
    total = cluster.catalogue.names.keyCount
    rows = cluster.catalogue.names.keys.suffix(Self.limit).map { Row($0, cluster) }
  }
}

extension KeysReport.Row {
  fileprivate init(_ key: KeyID, _ cluster: borrowing Cluster) {
    let catalogue = cluster.catalogue
    let owners = cluster.environment.owners(of: key).members
    let held = owners.map { cluster.cell(key, at: $0).version }
    let newest = catalogue.newest(of: held)
    name = catalogue.names.name(of: key)
    self.owners = owners.count
    differing = held.count { $0 != newest }
    let holder = held.firstIndex(of: newest).map { owners[$0] }
    value = ValueText.shown(
      newest, key, in: cluster, at: holder.map { cluster.reading(of: $0) } ?? cluster.now.microseconds)
    guard newest != .none else {
      (conflicts, age, bytes) = (0, nil, 0)
      return
    }
    let against = held.count { $0 != .none && $0 != newest && catalogue.relation($0, newest) == .concurrent }
    var siblings = 0
    if let state = catalogue.state(of: newest), [.siblings, .plainSiblings, .mvRegister].contains(state.form),
      case .dotted(let items) = state.content
    {
      siblings = max(0, items.entries.count - 1)
    }
    conflicts = against + siblings
    let version = catalogue.version(newest)
    age = cluster.now - version.accepted
    bytes = Int(version.bytes)
  }
}
