import Kernel

/// How a scenario went, stretch by stretch: what the picture of a report is made of.
public struct ScenarioCourse: Hashable, Sendable {
  /// What fell into a stretch, by when operations ended.
  public struct Stretch: Hashable, Sendable {
    /// Operations that ended.
    public internal(set) var ended = 0
    /// Of those, the ones that ended `ok`.
    public internal(set) var answered = 0
    /// Of those, the reads.
    public internal(set) var reads = 0
    /// Of those, the stale ones.
    public internal(set) var stale = 0
    /// The longest that the first write which one of them missed had been acknowledged; zero where none is known.
    public internal(set) var staleness = TimeSpan.zero
  }

  /// What was seen at an instant.
  public struct Sample: Hashable, Sendable {
    /// When, from the scenario's beginning.
    public let at: TimeSpan
    /// Versions that some live owner lacked.
    public let missing: Int
    /// How old the oldest write was that some owner lacked; zero where none lacked any.
    public let oldest: TimeSpan
  }

  /// How long a stretch is.
  public let width: TimeSpan
  /// The stretches, from the scenario's beginning to its very end.
  public let stretches: [Stretch]
  /// What was seen, in the order of time.
  public let samples: [Sample]
  /// When all was undone, from the scenario's beginning.
  public let undone: TimeSpan
  /// When the scenario was over, from its beginning.
  public let end: TimeSpan

  /// How many stretches and samples there are at most, about.
  static let fineness: Int64 = 60

  /// A round span of which few fill a longer one.
  static func stretch(of whole: TimeSpan) -> TimeSpan {
    let rounds: [Int64] = [
      10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
      1_800_000, 3_600_000,
    ]
    let fitting = rounds.first { whole.microseconds <= $0 * 1_000 * fineness }
    return fitting.map { .milliseconds($0) } ?? TimeSpan(microseconds: whole.microseconds / fineness + 1)
  }
}
