/// Seeds as the command line names them: `1..1000`, at most a million.
struct SeedRange {
  /// The seeds.
  let seeds: ClosedRange<UInt64>

  /// The range that a text names; nil if it names none, or more than a million seeds.
  init?(_ text: String) {
    let ends = text.split(separator: ".", omittingEmptySubsequences: false)
    guard ends.count == 3, ends[1].isEmpty, let first = UInt64(ends[0]), let last = UInt64(ends[2]), first <= last,
      last - first < 1_000_000
    else { return nil }
    seeds = first...last
  }
}

/// A part of many, as the command line names it: `3/16`.
struct ShardNumber {
  /// Which part, from 1.
  let number: Int
  /// Of how many, at most 100,000.
  let count: Int

  /// The part that a text names; nil if it names none.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], (1...100_000).contains(count),
      (1...count).contains(number)
    else { return nil }
    (self.number, self.count) = (number, count)
  }
}
