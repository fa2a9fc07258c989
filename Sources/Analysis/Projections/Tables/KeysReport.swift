import Kernel
import Language
import Replication

/// The keys as a table: how far the copies of each stand apart, how many conflict, how old and how large it is.
public struct KeysReport: Hashable, Sendable {
  /// One key.
  public struct Row: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// What its newest copy holds, as tables show it; of each region where those keep copies of their own.
    public let value: String
    /// How many owners it has.
    public let owners: Int
    /// How many of them don't hold the newest version of those that are to agree.
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
    let groups = cluster.copyGroups(of: key)
    name = catalogue.names.name(of: key)
    owners = groups.reduce(0) { $0 + $1.members.count }
    differing = groups.reduce(0) { $0 + $1.differing }
    value = Self.value(of: key, groups, cluster)
    let latest = groups.map(\.newest).filter { $0 != .none }.max {
      catalogue.version($0).accepted < catalogue.version($1).accepted
    }
    guard let newest = latest else {
      (conflicts, age, bytes) = (0, nil, 0)
      return
    }
    let against = groups.reduce(0) { sum, group in
      sum
        + group.versions.count {
          $0 != .none && $0 != group.newest && catalogue.relation($0, group.newest) == .concurrent
            && catalogue.clash($0, group.newest)
        }
    }
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

  /// What the newest copy holds; where regions keep copies of their own and hold different values, each with its region.
  private static func value(of key: KeyID, _ groups: [CopyGroup], _ cluster: Cluster) -> String {
    let known = groups.filter { $0.newest != .none }
    let shown = (known.isEmpty ? Array(groups.prefix(1)) : known).map { group in
      let holder = zip(group.members, group.versions).first { $0.1 == group.newest }?.0
      return ValueText.shown(
        group.newest, key, in: cluster, at: holder.map { cluster.reading(of: $0) } ?? cluster.now.microseconds)
    }
    guard Set(shown).count > 1 else { return shown.first ?? "" }
    return zip(known, shown).map { group, value in
      let region = group.members.first.map { cluster.topology.name(of: cluster.topology.region(of: $0)) } ?? ""
      return "\(Printable.escaped(region)): \(value)"
    }.joined(separator: ", ")
  }
}
