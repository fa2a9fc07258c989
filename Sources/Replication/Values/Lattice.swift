/// What replicas can hold and merge in any order and any number of times, and agree on in the end: a join semilattice.
///
/// Merging is its least upper bound: commutative, associative and idempotent, so that neither the order in which updates
/// are heard of nor hearing them twice matters (Shapiro et al., *Conflict-free Replicated Data Types*, SSS 2011, §2.3). A
/// data type whose parts are lattices merges them one by one.
public protocol Lattice: Hashable, Sendable {
  /// Takes in what another replica holds.
  mutating func merge(_ other: Self)
}
