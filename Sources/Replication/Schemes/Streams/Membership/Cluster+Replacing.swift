import Kernel

/// What the table's control plane takes in of the members of groups: who owns what, and whom routers may ask.
extension Cluster {
  /// Servers have taken lost copies' places, or have whole copies by now.
  mutating func regroup() {
    for index in 0..<turn.effects.replacements.count {
      let change = turn.effects.replacements[index]
      let region = topology.region(of: change.replica)
      let isNews = turn.rearrange { $0.placement.change(change, in: region) }
      if isNews { turn.effects.record(.replaced(change), at: now) }
    }
    turn.effects.replacements.clear()
  }
}
