import Kernel

/// Which copies of a group are enough: to make a record durable, to elect a leader, to keep a lease.
///
/// Of one region's copies it is a majority. Where the group spans all regions it is a majority of the copies in each of two
/// regions: what is durable outlives any one region (multi-Region strong consistency: a recovery point of zero), and of three regions
/// any two pairs have one in common, in which two majorities meet.
struct CopyQuorum: Sendable {
  /// How many copies make a majority, where they are all in one region.
  let majority: Int
  /// The copies of each region; empty where the group is that of one.
  let regions: [ReplicaSet]
  /// Where the group's members are being changed: those before and those after, of each of which a majority is needed.
  let both: [ReplicaSet]
  /// Whether followers have to be told what is committed, as they can't conclude it from having a record.
  let tellsCommits: Bool

  /// A majority of so many copies of one region.
  init(of count: Int) {
    majority = count / 2 + 1
    (regions, both) = ([], [])
    tellsCommits = majority > 2
  }

  /// A majority of each of the two, where the members of one region's group are being changed.
  init(ofBoth former: [ReplicaID], _ members: [ReplicaID]) {
    majority = members.count / 2 + 1
    regions = []
    both = [ReplicaSet(former), ReplicaSet(members)]
    tellsCommits = true
  }

  /// Majorities in two of those regions.
  init(over byRegion: [[ReplicaID]]) {
    majority = .max
    regions = byRegion.map { ReplicaSet($0) }
    both = []
    tellsCommits = true
  }

  /// Whether the group spans all regions.
  @inline(__always) var spans: Bool { !regions.isEmpty }

  /// Whether those are enough.
  func isReached(by set: ReplicaSet) -> Bool {
    guard both.isEmpty else { return both.allSatisfy { $0.intersection(set).count > $0.count / 2 } }
    guard spans else { return set.count >= majority }
    return regions.count { !$0.isEmpty && $0.intersection(set).count > $0.count / 2 } >= 2
  }

  /// Up to where a log is on most copies of a region, by how far each has persisted it.
  func reach(in region: Int, _ persisted: (ReplicaID) -> UInt32) -> UInt32 {
    let places = regions[region].map(persisted).sorted(by: >)
    return places.isEmpty ? 0 : places[places.count / 2]
  }

  /// Up to where a log is on a majority of those before and of those after, by how far each has persisted it.
  func reachInBoth(_ persisted: (ReplicaID) -> UInt32) -> UInt32 {
    both.map { members in members.map(persisted).sorted(by: >)[members.count / 2] }.min() ?? 0
  }

  /// Up to where it is so in two regions.
  func reach(_ persisted: (ReplicaID) -> UInt32) -> UInt32 {
    let places = regions.indices.map { reach(in: $0, persisted) }.sorted(by: >)
    return places.count < 2 ? 0 : places[1]
  }
}
