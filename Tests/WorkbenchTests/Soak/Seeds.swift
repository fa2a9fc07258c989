import TestSupport

/// The seeds of a property: few in a test run, and in `make soak` as many as the variable SOAK_SEEDS says.
enum Seeds {
  /// How many seeds `make soak` plays; nil in a test run.
  static let soaked = SoakSeeds.wanted

  /// The seeds from 1 on in slices, which are played side by side.
  static func slices(fewest count: Int, each size: Int) -> [ClosedRange<Int>] {
    let last = soaked ?? count
    return stride(from: 1, through: last, by: size).map { $0...min($0 + size - 1, last) }
  }
}
