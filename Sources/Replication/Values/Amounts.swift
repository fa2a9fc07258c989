import Kernel

/// What each replica has added up, of which only the replica itself changes its own entry.
///
/// The grow-only counter of Shapiro et al., *A comprehensive study of Convergent and Commutative Replicated Data Types*,
/// INRIA RR-7506 (2011), specification 6. Two of them make a counter that can also go down (specification 7).
public struct Amounts: Lattice {
  /// One replica's amount.
  public struct Entry: Hashable, Sendable {
    /// Whose.
    public let replica: ReplicaID
    /// How much, above 0.
    public let amount: UInt64
  }

  /// The entries, sorted by replica.
  public private(set) var entries: [Entry] = []

  /// Nothing added up.
  public init() {}

  /// The sum; stops at the largest number there is.
  public var total: UInt64 {
    entries.reduce(0) { sum, entry in
      let (total, overflow) = sum.addingReportingOverflow(entry.amount)
      return overflow ? .max : total
    }
  }

  /// Adds an amount to a replica's own.
  public mutating func add(_ amount: UInt64, at replica: ReplicaID) {
    let own = entries.first { $0.replica == replica }?.amount ?? 0
    let (sum, overflow) = own.addingReportingOverflow(amount)
    raise(Entry(replica: replica, amount: overflow ? .max : sum))
  }

  /// Takes the larger amount of each replica.
  public mutating func merge(_ other: Amounts) {
    for entry in other.entries { raise(entry) }
  }

  private mutating func raise(_ entry: Entry) {
    guard entry.amount > 0 else { return }
    let place = entries.firstIndex { $0.replica >= entry.replica } ?? entries.count
    if place < entries.count, entries[place].replica == entry.replica {
      if entries[place].amount < entry.amount { entries[place] = entry }
    } else {
      entries.insert(entry, at: place)
    }
  }
}
