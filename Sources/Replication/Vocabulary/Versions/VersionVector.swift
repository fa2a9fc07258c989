import Kernel

/// A version vector: for each writer, how many of its updates are included.
///
/// Missing writers count as 0, and none is kept with 0, so equal vectors are equal values. (Parker et al., *Detection of
/// Mutual Inconsistency in Distributed Systems*, IEEE TSE 1983; Riak's `vclock.erl`.)
public struct VersionVector: Lattice {
  /// The entries, sorted by writer.
  public private(set) var entries: [VectorEntry]

  /// The vector that includes nothing.
  public init() { entries = [] }

  /// The vector of those entries; the larger counter of a writer counts, and 0 is left out.
  public init(_ entries: some Sequence<VectorEntry>) {
    self.init()
    for entry in entries { raise(entry) }
  }

  /// How many updates of a writer it includes.
  public func counter(of writer: ReplicaID) -> UInt32 {
    let place = place(of: writer)
    return place < entries.count && entries[place].writer == writer ? entries[place].counter : 0
  }

  /// Whether it includes the update that has that dot.
  public func contains(_ dot: VectorEntry) -> Bool { counter(of: dot.writer) >= dot.counter }

  /// Whether it includes all that the other includes (Riak: `descends`).
  public func covers(_ other: VersionVector) -> Bool { other.entries.allSatisfy(contains) }

  /// How it stands to another.
  public func relation(to other: VersionVector) -> Relation {
    switch (covers(other), other.covers(self)) {
    case (true, true): .equal
    case (true, false): .after
    case (false, true): .before
    case (false, false): .concurrent
    }
  }

  /// Includes an update and those of its writer before it.
  public mutating func raise(_ entry: VectorEntry) {
    guard entry.counter > 0 else { return }
    let place = place(of: entry.writer)
    if place < entries.count, entries[place].writer == entry.writer {
      if entries[place].counter < entry.counter { entries[place] = entry }
    } else {
      entries.insert(entry, at: place)
    }
  }

  /// Includes all that the other includes.
  public mutating func merge(_ other: VersionVector) {
    for entry in other.entries { raise(entry) }
  }

  private func place(of writer: ReplicaID) -> Int {
    entries.firstIndex { $0.writer >= writer } ?? entries.count
  }
}
