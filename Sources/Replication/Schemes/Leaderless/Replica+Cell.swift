import Kernel

extension Replica.Cell {
  /// Takes a version in, if it wins over the one held, which is returned; what the copy has seen grows in any case.
  @inline(__always) mutating func take(
    _ id: VersionID, _ catalogue: inout Catalogue
  ) -> (Record.Reception, held: VersionID) {
    let held = version
    let offered = catalogue.versions[known: id].timestamp
    if held == .none
      || held != id && offered > timestamp && catalogue.versions[known: id].context == seen
    {
      // Most often there was nothing, or its writer had seen exactly what this copy has seen.
      self = Self(version: id, seen: catalogue.versions[known: id].vector, timestamp: offered)
      return (.applied, held)
    }
    return (held == id ? .known : meet(id, catalogue.versions[known: id], &catalogue), held)
  }

  /// Takes in a version that this copy's is not simply followed by.
  private mutating func meet(_ id: VersionID, _ offered: Version, _ catalogue: inout Catalogue) -> Record.Reception {
    if offered.isState { return join(id, &catalogue) }
    let knowsHeld = catalogue.isSeen(version, in: offered.context)
    let isKnown = catalogue.isSeen(id, in: catalogue.versions[known: version].context)
    let wins = catalogue.wins(id, over: version)
    seen = catalogue.vectors.merge(seen, offered.vector)
    if wins {
      version = id
      timestamp = offered.timestamp
      return knowsHeld ? .applied : .overwrote
    }
    return isKnown ? .known : .beaten
  }
}

extension Replica.Cell {
  /// Merges an offered state with the one held.
  private mutating func join(_ id: VersionID, _ catalogue: inout Catalogue) -> Record.Reception {
    let held = version
    hold(catalogue.merged(held, id), catalogue)
    return version == held ? .known : version == id ? .applied : .merged
  }

  /// Holds a state, whatever stood there.
  mutating func hold(_ id: VersionID, _ catalogue: Catalogue) {
    self = Self(version: id, seen: catalogue.version(id).vector, timestamp: 0)
  }
}
