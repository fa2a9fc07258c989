import Kernel

/// That one region's records are brought to another: a source and a target of MirrorMaker 2 (KIP-382, KIP-710).
///
/// A partition stays the same partition, records keep their order in it, and a key is known there by the region's name before it
/// (`DefaultReplicationPolicy`: `source.topic`). What came from a region is never brought back to it.
public struct MirrorPlan: Hashable, Sendable {
  /// Whose records.
  public let source: RegionID
  /// Where they go.
  public let target: RegionID
  /// How often consumers' places are translated (`emit.checkpoints.interval.seconds`).
  public let checkpoint: TimeSpan

  /// That route.
  public var route: MirrorRoute { MirrorRoute(source: source, target: target) }
}

/// From which region records are mirrored to which.
public struct MirrorRoute: Hashable, Sendable {
  /// Whose records.
  public let source: RegionID
  /// Where they go.
  public let target: RegionID

  /// From one region to another.
  public init(source: RegionID, target: RegionID) { (self.source, self.target) = (source, target) }
}

/// One change of what is mirrored.
public enum MirrorChange: Hashable, Sendable {
  /// From now on, with checkpoints so often, counted from now.
  case on(MirrorRoute, checkpoint: TimeSpan)
  /// No longer.
  case off(MirrorRoute)
  /// Nothing any more.
  case allOff
}

extension Settings {
  /// What `set mirror` says when it doesn't say how often (`emit.checkpoints.interval.seconds` 60).
  public static let checkpointPeriod = TimeSpan.seconds(60)
}

/// How mirrored keys are called.
extension Topology {
  /// What a key is called where it was mirrored to from a region.
  func mirroredName(of key: String, from source: RegionID) -> String { "\(name(of: source)).\(key)" }

  /// Whether a key's records go to a region: not what came from there, by whatever way (`MirrorSourceConnector.isCycle`).
  public func isMirrored(_ key: String, to target: RegionID) -> Bool {
    var rest = Substring(key)
    while let (region, bare) = origin(ofKey: rest) {
      if region == target { return false }
      rest = bare
    }
    return true
  }

  /// The region that a key's name begins with, and the rest of it; nil for a key of one's own.
  private func origin(ofKey key: Substring) -> (region: RegionID, bare: Substring)? {
    for region in regionIDs {
      let prefix = name(of: region)
      guard key.utf8.count > prefix.utf8.count + 1, key.hasPrefix(prefix) else { continue }
      let rest = key.dropFirst(prefix.count)
      if rest.first == "." { return (region, rest.dropFirst()) }
    }
    return nil
  }
}

extension Placement {
  /// A key's name without the regions that it was mirrored from: it falls in the same partition everywhere.
  func bareName(_ key: String) -> Substring {
    var rest = Substring(key)
    while let prefix = prefixes.first(where: { rest.utf8.count > $0.utf8.count && rest.hasPrefix($0) }) {
      rest = rest.dropFirst(prefix.count)
    }
    return rest
  }
}
