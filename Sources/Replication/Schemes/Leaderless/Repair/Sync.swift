import Kernel

/// State that an operator carries from replica to replica by hand, at this instant: cuts don't hinder it, and no message
/// is sent, so nothing of it counts in the traffic between replicas.
extension Cluster {
  /// Gives the second replica all that the first holds of the keys that both own; and, both ways, the first all that the
  /// second held.
  mutating func sync(_ from: ReplicaID, _ to: ReplicaID, bothWays: Bool) {
    var load = Load()
    carry(from, to, &load)
    if bothWays { carry(to, from, &load) }
    let outcome = repairs.enter(.sync(from: from, to: to, bothWays: bothWays), at: now) {
      ($0.pairs, $0.completed) = (1, 1)
      ($0.keys, $0.copies, $0.bytes) = (load.changed.count, load.copies, load.bytes)
    }
    turn.effects.report(outcome, at: now)
  }

  /// What was carried, and what it changed.
  private struct Load {
    var changed = KeySet()
    var copies = 0
    var bytes = 0
  }

  private mutating func carry(_ from: ReplicaID, _ to: ReplicaID, _ load: inout Load) {
    for key in replicas.leaderless[from].sharedKeys(with: to, only: .none, turn) {
      let version = cell(key, at: from).version
      guard version != .none else { continue }
      load.bytes += turn.size(carrying: version)
      if replicas.leaderless[to].store(version, by: .stream, &turn).changesCopy {
        load.changed.insert(key)
        load.copies += 1
      }
    }
  }
}
