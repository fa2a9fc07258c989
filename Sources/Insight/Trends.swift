import Kernel
import Replication

/// How indicators have moved since the cluster began: equal stretches of virtual time, and what fell into each.
///
/// There are at most ``Trends/capacity`` stretches; when time has gone past the last one, each two become one and every
/// stretch is twice as long. So the whole of any run is kept, in a few kilobytes. They are kept only while the cluster is
/// tracing: nobody looks at them in a run without a screen.
public struct Trends: Sendable {
  /// How many stretches there are at most.
  public static let capacity = 128

  /// What fell into a stretch.
  public struct Stretch: Hashable, Sendable {
    /// Reads that answered.
    public internal(set) var reads = 0
    /// Of those, the stale ones.
    public internal(set) var stale = 0
    /// Versions that reached a replica.
    public internal(set) var stored = 0
    /// Of those, the ones that met a concurrent version.
    public internal(set) var conflicts = 0
    /// Operations that ended.
    public internal(set) var ended = 0
    /// Of those, the ones that ended `ok`.
    public internal(set) var succeeded = 0

    /// Whether nothing fell into it.
    public var isEmpty: Bool { self == Stretch() }

    mutating func add(_ other: Stretch) {
      reads += other.reads
      stale += other.stale
      stored += other.stored
      conflicts += other.conflicts
      ended += other.ended
      succeeded += other.succeeded
    }
  }

  /// How long a stretch is.
  public private(set) var width = TimeSpan.milliseconds(10)
  /// The stretches so far, the present one last.
  public private(set) var stretches = [Stretch()]
  /// Replication lags.
  public private(set) var lags = SpanSeries()
  /// Convergence times.
  public private(set) var convergences = SpanSeries()
  /// Stale reads by region, by position.
  public private(set) var staleByRegion: [Int] = []

  /// Nothing has happened.
  public init() {}

  /// The same with stretches up to an instant, also where nothing happened any more.
  public func extended(to now: Instant) -> Trends {
    var whole = self
    whole.turn(to: now)
    return whole
  }

  /// Moves on to the stretch into which an instant falls.
  mutating func turn(to now: Instant) {
    while now.microseconds / width.microseconds >= Int64(Self.capacity) { halve() }
    let present = Int(now.microseconds / width.microseconds)
    guard present >= stretches.count else { return }
    stretches += Array(repeating: Stretch(), count: present + 1 - stretches.count)
    lags.extend(to: present + 1)
    convergences.extend(to: present + 1)
  }

  private mutating func halve() {
    var merged: [Stretch] = []
    for start in stride(from: 0, to: stretches.count, by: 2) {
      var stretch = stretches[start]
      if start + 1 < stretches.count { stretch.add(stretches[start + 1]) }
      merged.append(stretch)
    }
    stretches = merged
    lags.halve()
    convergences.halve()
    width = TimeSpan(microseconds: width.microseconds * 2)
  }

  mutating func addStored(isConflict: Bool) {
    stretches[stretches.count - 1].stored += 1
    if isConflict { stretches[stretches.count - 1].conflicts += 1 }
  }

  mutating func addLag(_ microseconds: Int64) { lags.add(microseconds) }

  mutating func addConvergence(_ microseconds: Int64) { convergences.add(microseconds) }

  mutating func add(_ operation: Operation, isStale: Bool) {
    let last = stretches.count - 1
    let isOK = operation.outcome == .ok
    stretches[last].ended += 1
    if isOK { stretches[last].succeeded += 1 }
    guard isOK, operation.kind == .read else { return }
    stretches[last].reads += 1
    guard isStale else { return }
    stretches[last].stale += 1
    let region = operation.region.index
    if region >= staleByRegion.count { staleByRegion += Array(repeating: 0, count: region + 1 - staleByRegion.count) }
    staleByRegion[region] += 1
  }
}

/// Spans by the stretch in which they ended.
///
/// Each stretch is a coarse histogram, four bins to the doubling: as exact as a sparkline can show, and soon asked. The spans
/// themselves are kept too, eight bytes each, for exact numbers.
public struct SpanSeries: Sendable {
  private static let bins = 128
  private enum SpanKind {}

  private var counts = Array(repeating: UInt32(0), count: SpanSeries.bins)
  private var spans = PagedTable<Identity<SpanKind, UInt32>, Int64>(vacant: 0, pageSize: 256)
  /// Where each stretch's spans begin.
  private var starts = [0]

  /// How many stretches there are.
  public var count: Int { counts.count / Self.bins }

  mutating func extend(to count: Int) {
    counts += Array(repeating: 0, count: max(0, count * Self.bins - counts.count))
    starts += Array(repeating: spans.count, count: max(0, count - starts.count))
  }

  mutating func add(_ microseconds: Int64) {
    counts[counts.count - Self.bins + Self.bin(of: microseconds)] += 1
    spans.append(microseconds)
  }

  mutating func halve() {
    var merged = Array(repeating: UInt32(0), count: (count + 1) / 2 * Self.bins)
    for index in counts.indices { merged[index / Self.bins / 2 * Self.bins + index % Self.bins] += counts[index] }
    counts = merged
    starts = starts.indices.filter { $0.isMultiple(of: 2) }.map { starts[$0] }
  }

  /// The span in microseconds that `percentile` of 100 of those in a stretch are no longer than (nearest rank); nil if
  /// there are none, or no such stretch.
  ///
  /// - Complexity: O(n log n) in the stretch's spans.
  public func exactPercentile(_ percentile: Double, in stretch: Int) -> Int64? {
    guard starts.indices.contains(stretch) else { return nil }
    let end = stretch + 1 < starts.count ? starts[stretch + 1] : spans.count
    guard starts[stretch] < end else { return nil }
    let sorted = (starts[stretch]..<end).map { spans[Identity($0)] }.sorted()
    let rank = Int((percentile / 100 * Double(sorted.count)).rounded(.up))
    return sorted[Swift.max(0, Swift.min(sorted.count, rank) - 1)]
  }

  /// The span in microseconds, rounded up to its bin's end, that `percentile` of 100 of those in some stretches are no
  /// longer than; nil if there are none.
  public func percentile(_ percentile: Double, in range: Range<Int>) -> Int64? {
    var sums = Array(repeating: 0, count: Self.bins)
    for stretch in range.clamped(to: 0..<count) {
      for bin in 0..<Self.bins { sums[bin] += Int(counts[stretch * Self.bins + bin]) }
    }
    let total = sums.reduce(0, +)
    guard total > 0 else { return nil }
    let rank = max(1, Int((percentile / 100 * Double(total)).rounded(.up)))
    var seen = 0
    for bin in 0..<Self.bins {
      seen += sums[bin]
      if seen >= rank { return Self.end(of: bin) }
    }
    return nil
  }

  /// Four bins to the doubling: the position of the highest bit, and the two bits below it.
  static func bin(of microseconds: Int64) -> Int {
    let value = UInt64(max(0, microseconds))
    guard value >= 4 else { return Int(value) }
    let exponent = 63 - value.leadingZeroBitCount
    let quarter = Int(value >> UInt64(exponent - 2)) & 3
    return min(bins - 1, 4 * (exponent - 1) + quarter)
  }

  /// The largest span in a bin.
  static func end(of bin: Int) -> Int64 {
    guard bin >= 4 else { return Int64(bin) }
    let (exponent, quarter) = (bin / 4 + 1, bin % 4)
    return (Int64(5 + quarter) << Int64(exponent - 2)) - 1
  }
}
