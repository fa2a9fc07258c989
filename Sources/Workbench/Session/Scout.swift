import Analysis
import Insight
import Kernel
import Replication

/// What lies ahead, and what is on its way: from this the workbench knows how fast to show it.
extension Session {
  /// The longest way of a message that arrives while a goal is pursued, looked up on a copy, at most `count` events far.
  public func longestHop(towards goal: Goal, atMost count: Int) -> TimeSpan {
    var copy = self
    var goal = goal
    var longest = TimeSpan.zero
    for _ in 0..<count {
      let hop = copy.nextInstant.flatMap { copy.cluster.longestHop(arrivingBy: $0) }
      let position = copy.timeline.position
      let progress = copy.pursue(&goal, until: .end, atMost: 1) { _ in }
      guard copy.timeline.position > position else { break }
      longest = max(longest, hop ?? .zero)
      if progress != .ongoing { break }
    }
    return longest
  }

  /// Whether any message is moving: those on a held link aren't. Gossip never stops, and nobody waits for it.
  public var isAnythingMoving: Bool { cluster.longestHop() != nil }

  /// The whole way of the message on its way that takes longest; zero if none is.
  public var longestHop: TimeSpan { cluster.longestHop() ?? .zero }

  /// When the next event is due, or the next input of the branch is replayed; nil if nothing is left to happen.
  public var nextInstant: Instant? {
    guard let input = timeline.nextInputTime else { return cluster.nextInstant }
    return cluster.nextInstant.map { min($0, input) } ?? input
  }

  /// Whether a goal that waits for an answer has it.
  public func isAnswered(_ goal: Goal?) -> Bool {
    guard case .answer(let operation) = goal else { return false }
    return world.observer.history[operation] != nil
  }
}
