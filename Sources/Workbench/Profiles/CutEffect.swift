import Kernel
import Language
import Replication

/// What a cut between two regions parts in a profile: read of its topology, its roles and its links while the cut lasts.
public struct CutEffect: Hashable, Sendable {
  /// Who takes writes.
  public enum Writers: Hashable, Sendable {
    /// Any replica.
    case anybody
    /// In each region a leader of its own.
    case leaders
    /// One region's database, for all regions.
    case primary(String)
  }

  /// The two regions.
  public let cut: Ordeal.Cut
  /// Which of the two it has.
  public let regions: [String]
  /// Who takes writes in it.
  public let writers: Writers
  /// The regions from which messages don't reach the primary, or back.
  public let parted: [String]
  /// Whether changes go straight from one of the two to the other, and so wait while they are cut off from each other.
  public let carriesChanges: Bool

  /// What is so in a cluster now.
  init(_ cut: Ordeal.Cut, in cluster: Cluster) {
    let topology = cluster.topology
    let ends = [cut.first, cut.second].compactMap { topology.region(named: $0) }
    self.cut = cut
    regions = ends.map { topology.name(of: $0) }
    switch cluster.plan.scheme {
    case .leaderless: writers = .anybody
    case .streams, .log: writers = .leaders
    case .primaryCache: writers = cluster.primary.map { .primary(topology.name(of: $0.region)) } ?? .anybody
    }
    let unreached = cluster.primary.map { primary in
      topology.regionIDs.filter { !Self.reaches(primary.region, $0, in: cluster) }
    }
    parted = (unreached ?? []).map { topology.name(of: $0) }
    switch cluster.plan.scheme {
    case _ where ends.count < 2: carriesChanges = false
    case .leaderless, .streams: carriesChanges = true
    case .primaryCache: carriesChanges = cluster.primary.map { ends.contains($0.region) } ?? false
    case .log:
      let mirrors = cluster.environment.settings.mirrors
      carriesChanges = mirrors.contains { ends.contains($0.source) && ends.contains($0.target) }
    }
  }

  /// Whether messages of two regions' first replicas reach each other.
  private static func reaches(_ first: RegionID, _ second: RegionID, in cluster: Cluster) -> Bool {
    guard first != second, let one = cluster.topology.members(of: first).first,
      let other = cluster.topology.members(of: second).first
    else { return true }
    return !cluster.network.isCut(one, other) && !cluster.network.isCut(other, one)
  }

  /// Whether it parts anything that the profile uses.
  public var isTouched: Bool { carriesChanges || !parted.isEmpty }

  /// What it parts, in a sentence without a full stop.
  public var sentence: String {
    guard let only = regions.first else { return "it has neither \(cut.first) nor \(cut.second): nothing is cut" }
    guard regions.count == 2 else { return "of the two it has \(only) alone: nothing is cut" }
    switch writers {
    case .anybody:
      return "each region takes writes by itself; what it owes the other waits"
    case .leaders:
      return "each region has leaders of its own, who go on; "
        + (carriesChanges ? "what goes from one to the other waits" : "and nothing goes from one to the other")
    case .primary(let primary) where parted.isEmpty:
      return "its primary, \(primary), still reaches both, and changes come from there alone: "
        + "nothing that it uses is cut"
    case .primary(let primary):
      return "its primary, \(primary), is parted from \(parted.joined(separator: ", ")), where nothing can be written "
        + "and no change arrives"
    }
  }

  /// The same in a few words, for a picture.
  public var words: String {
    guard regions.count == 2 else { return regions.isEmpty ? "has neither region" : "has \(regions[0]) alone" }
    switch writers {
    case .anybody: return "every region writes by itself"
    case .leaders: return "a leader in each region"
    case .primary(let primary) where parted.isEmpty: return "its primary, \(primary), isn't cut off"
    case .primary(let primary): return "cut off from its primary, \(primary)"
    }
  }

  /// Its fields in JSON.
  var fields: [JSONText.Field] {
    let primary: JSONText
    if case .primary(let name) = writers { primary = .string(name) } else { primary = .null }
    return [
      .init("regions", .array(regions.map { .string($0) })), .init("primary", primary),
      .init("parted", .array(parted.map { .string($0) })), .init("touched", .boolean(isTouched)),
      .init("cutEffect", .string(sentence)),
    ]
  }
}
