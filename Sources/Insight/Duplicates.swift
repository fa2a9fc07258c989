import Kernel
import Replication

/// Updates that a store accepted more than once, since a client that had no answer tried again.
///
/// Counted where something stands between clients and coordinators: without it nobody tries again.
public struct Duplicates: Sendable {
  private var accepted = PagedTable<OperationID, UInt8>(vacant: 0, pageSize: 256)
  /// How many updates were accepted more than once.
  public private(set) var count = 0

  /// None seen.
  init() {}

  /// Takes in that a coordinator has made a version of an update.
  mutating func accept(_ operation: OperationID) {
    guard operation != .none else { return }
    let before = accepted[operation]
    if before == 1 { count += 1 }
    accepted[operation] = min(before + 1, 2)
  }
}
