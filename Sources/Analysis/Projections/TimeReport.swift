import Insight
import Kernel
import Language
import Replication

/// The present branch as a bar of time: where the present stands, and where something happened.
public struct TimeReport: Hashable, Sendable {
  /// What happened, the least remarkable first: of several at one place the most remarkable is marked.
  public enum Mark: Int, Comparable, Sendable {
    case command, write, branch, fault, stale

    /// Whether the first is less remarkable.
    public static func < (first: Mark, second: Mark) -> Bool { first.rawValue < second.rawValue }
  }

  /// How many operations and inputs are looked at, at most: the latest.
  private static let looked = 4_000

  /// The end of the branch, or the present if that is later.
  public let end: Instant
  /// The place of the present, from 0.
  public let present: Int
  /// What is marked at each place.
  public let marks: [Mark?]

  /// A bar of that many places, at least 1.
  public init(places: Int, in timeline: Timeline) {
    let places = max(1, places)
    let end = max(timeline.tip.time, timeline.now)
    func place(_ instant: Instant) -> Int {
      guard end > .start else { return 0 }
      let share = Double(max(0, instant.microseconds)) / Double(end.microseconds)
      return min(places - 1, Int(share * Double(places - 1) + 0.5))
    }
    var marks: [Mark?] = Array(repeating: nil, count: places)
    func note(_ mark: Mark, at instant: Instant) {
      guard instant <= end else { return }
      let index = place(instant)
      marks[index] = max(marks[index] ?? mark, mark)
    }
    let branch = timeline.branches[timeline.current]
    for input in branch.inputs.suffix(Self.looked) where !input.isConcealed {
      switch input.input {
      case .operate(let plan): note(plan.kind.isUpdate ? .write : .command, at: input.time)
      case let other: note(other.isFault ? .fault : .command, at: input.time)
      }
    }
    for other in timeline.branches {
      guard let parent = other.parent, parent.index == timeline.current else { continue }
      if let parted = other.inputs.first(where: { $0.position >= parent.position })?.time { note(.branch, at: parted) }
    }
    let history = timeline.world.observer.history
    for id in history.commands.suffix(Self.looked) where history[id]?.isStale ?? false {
      note(.stale, at: history[id]?.operation.ended ?? .start)
    }
    self.end = end
    self.marks = marks
    present = place(timeline.now)
  }

  /// The instant that a place stands for.
  public func instant(at place: Int) -> Instant {
    guard marks.count > 1 else { return end }
    let share = Double(max(0, min(marks.count - 1, place))) / Double(marks.count - 1)
    return Instant(microseconds: Int64((Double(end.microseconds) * share).rounded()))
  }
}
