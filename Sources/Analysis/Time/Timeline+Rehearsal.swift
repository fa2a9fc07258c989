import Kernel
import Replication

/// What a history is asked for by somebody who judges what has been done in it.
extension Timeline {
  /// A history that begins with this one's present, draws from another seed, and counts anew: what is tried in it leaves no
  /// trace here, and what was done here is in none of its numbers.
  package func rehearsal(seed: UInt64) -> Timeline {
    var world = world
    world.rehearse(seed: seed)
    return Timeline(world, spacing: max(spacing, 100_000))
  }

  /// What has been decided about the cluster so far: settings, delays, faults, clients and what they are promised, data types and
  /// who leads. What was read and written, and what was loaded, is no part of it.
  package var arrangement: [Input] {
    branches[current].inputs.prefix(cursor).map(\.input).filter(\.isArrangement)
  }

  /// Where the present branch begins: the position before its first event.
  package var beginning: Int { branches[current].keyframes[0].position }

  /// How many inputs have been given from a position of this branch on.
  package func inputCount(since position: Int) -> Int {
    branches[current].inputs.prefix(cursor).reversed().prefix { $0.position >= position }.count
  }

  /// Whether a moment is the present one or lies before it on the way that led here.
  package func contains(_ moment: Moment) -> Bool {
    var (branch, position) = (current, self.position)
    while branch != moment.branch {
      guard let parent = branches[branch].parent else { return false }
      (branch, position) = (parent.index, min(position, parent.position))
    }
    guard moment.position == position, branch == current else { return moment.position <= position }
    return moment.time <= now
  }

  /// Visits the history after each event and input from a position of this branch to the present, until a visit returns true.
  ///
  /// - Parameter isTracing: whether each message is in its trace, also where it isn't in this one's.
  package func replayed(since position: Int, isTracing: Bool = false, _ visit: (Timeline) -> Bool) {
    var copy = isTracing ? retraced : self
    copy.seek(position, nil)
    while copy.position < self.position {
      guard copy.step() else { return }
      if visit(copy) { return }
    }
  }
}

extension Input {
  /// Whether it says how the cluster is to be, and not what it is to do.
  fileprivate var isArrangement: Bool {
    switch self {
    case .setUp, .reseed, .set, .link, .type, .addClient, .addConsumer, .followConsumer, .group, .follow, .addFollowers,
      .guarantee, .fault, .moveLeader, .defect:
      true
    case .sync, .repair, .operate, .load, .stopLoads, .deliver, .drop, .delay, .flush, .watch: false
    }
  }
}
