/// How likely a leg takes longer than something, looked up: what a million trials ask many times each.
///
/// A grid over powers of two, 128 cells each, straight between its points: off by less than a thousandth of what
/// is left. Constant parts are kept apart, as steps, and so are exact.
struct SurvivalTable: Sendable {
  private static let cellBits = 7
  /// The grid begins at 2⁻¹² ms, a quarter of a microsecond; below it nothing changes.
  private static let lowestExponent = -12

  /// Sums of delays that are equal on paper differ by less, in milliseconds.
  private static let rounding = 1e-9

  private let steps: [(at: Double, share: Double)]
  private var values: [Double] = []

  init(_ leg: Leg) {
    steps = leg.parts.filter { $0.shape == .none }.map { ($0.shift, $0.share) }
    let smooth = leg.parts.filter { $0.shape != .none }
    guard !smooth.isEmpty else { return }
    var index = 0
    var last = 1.0
    // As far as anything is left that counts among ten million trials.
    while last > 1e-12, index < 60 << Self.cellBits {
      last = smooth.reduce(0) { $0 + $1.share * $1.exceeds(Self.position(index)) }
      values.append(last)
      index += 1
    }
    values.append(0)
  }

  /// How likely the leg takes longer than `milliseconds`, which aren't negative.
  @inline(__always) func exceeds(_ milliseconds: Double) -> Double {
    var result = 0.0
    for step in steps where step.at > milliseconds + Self.rounding { result += step.share }
    guard !values.isEmpty else { return result }
    let bits = Int(truncatingIfNeeded: milliseconds.bitPattern)
    let place = bits &- (1_023 &+ Self.lowestExponent) &<< 52
    guard place >= 0 else { return result + values[0] }
    let index = place &>> (52 &- Self.cellBits)
    guard index < values.count &- 1 else { return result }
    let mask = 1 &<< (52 &- Self.cellBits) &- 1
    let rest = Double(place & mask) * (1 / Double(mask))
    return result + values[index] + (values[index &+ 1] - values[index]) * rest
  }

  /// The milliseconds at which a cell begins: the floating-point numbers with its leading bits.
  private static func position(_ index: Int) -> Double {
    Double(bitPattern: UInt64((1_023 + lowestExponent) << 52 + index << (52 - cellBits)))
  }
}
