import Kernel

/// Elements that were added and, if they can be removed, those that were removed for ever.
///
/// Without removals the grow-only set (Shapiro et al., INRIA RR-7506, specification 11); with them the two-phase set
/// (specification 12): what was removed once never comes back, and a removal beats an addition that is concurrent.
public struct Elements: Lattice {
  /// What was ever added, sorted.
  public private(set) var added: [ItemID] = []
  /// What was ever removed, sorted.
  public private(set) var removed: [ItemID] = []

  /// No elements.
  public init() {}

  /// What is there.
  public var items: [ItemID] { added.filter { !removed.contains($0) } }

  /// Adds an element.
  public mutating func add(_ item: ItemID) { Self.insert(item, into: &added) }

  /// Removes an element that is there.
  public mutating func remove(_ item: ItemID) { Self.insert(item, into: &removed) }

  /// Takes in what another replica has seen added and removed.
  public mutating func merge(_ other: Elements) {
    for item in other.added { Self.insert(item, into: &added) }
    for item in other.removed { Self.insert(item, into: &removed) }
  }

  private static func insert(_ item: ItemID, into items: inout [ItemID]) {
    let place = items.firstIndex { $0 >= item } ?? items.count
    if place == items.count || items[place] != item { items.insert(item, at: place) }
  }
}
