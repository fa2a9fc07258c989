import Kernel

/// Profiles on one axis of time, as a sign for each column: the worst that happened in it.
public struct OrdealStrip: Sendable {
  /// What a column says of a profile.
  public enum Sign: Hashable, Sendable {
    /// It hasn't come that far yet.
    case ahead
    /// All was answered, and nothing stale.
    case answered
    /// Some reads were stale; so many that it is half of the most of any column, or more.
    case stale(many: Bool)
    /// Some operations were refused, or not answered in time.
    case blocked
    /// Nothing was asked, and copies differ.
    case differs
    /// Nothing was asked, and all agree.
    case agrees
  }

  /// How long a column is, in seconds.
  public let width: Int
  /// How many columns there are.
  public let columns: Int
  /// The signs of each profile, in the order of results.
  public let signs: [[Sign]]
  /// The columns that the cut takes.
  public let cut: Range<Int>

  /// An axis on which all results have room.
  ///
  /// - Parameter mostColumns: how many columns there may be; at least one is taken.
  public init(_ results: [OrdealResult], in ordeal: Ordeal, mostColumns: Int) {
    let ends = results.map { $0.stretches.last.map { Self.seconds($0.start + Ordeal.stretch) } ?? 0 }
    let isOver = results.allSatisfy { !$0.script.isEmpty && $0.values[.converged] != nil }
    // As long as somebody is under way, there is room for what comes.
    let healed = Self.seconds(ordeal.cutRange.upperBound)
    let end = isOver ? (ends.max() ?? 0) + 1 : max(ends.max() ?? 0, healed + 12) + 1
    let width = max(1, (end + max(1, mostColumns) - 1) / max(1, mostColumns))
    let columns = (end + width - 1) / width
    self.width = width
    self.columns = columns
    let begin = Self.seconds(ordeal.cutRange.lowerBound)
    cut = (begin / width)..<max(begin / width, (healed + width - 1) / width)
    let tallies = results.map { result in
      (0..<columns).map { column in Tally(of: result, from: column * width, width: width) }
    }
    let most = tallies.joined().map(\.stale).max() ?? 0
    signs = zip(results, tallies).map { result, tallies in tallies.map { $0.sign(in: result, most: most) } }
  }

  /// The instant at which a column begins.
  public func start(of column: Int) -> Instant { .start + .seconds(Int64(column * width)) }

  /// An instant's seconds, rounded up.
  static func seconds(_ instant: Instant) -> Int { Int((instant.microseconds + 999_999) / 1_000_000) }

  /// What happened in a column.
  private struct Tally {
    private(set) var stale = 0
    private var (ended, answered) = (0, 0)
    private var last: OrdealResult.Stretch?

    init(of result: OrdealResult, from second: Int, width: Int) {
      let range = Int64(second) * 1_000_000..<Int64(second + width) * 1_000_000
      for stretch in result.stretches where range.contains(stretch.start.microseconds) {
        stale += stretch.stale
        ended += stretch.ended
        answered += stretch.answered
        last = stretch
      }
    }

    func sign(in result: OrdealResult, most: Int) -> Sign {
      if ended > answered { return .blocked }
      if stale > 0 { return .stale(many: stale * 2 >= most) }
      if ended > 0 { return .answered }
      // What is so after the last event stays so.
      if let last { return last.isConverged ? .agrees : .differs }
      guard result.values[.converged] != nil else { return .ahead }
      return result.hasConverged ? .agrees : .differs
    }
  }
}
