/// Logarithm and power of two in integers, so that a drawn delay is the same on every machine.
///
/// `log` and `exp` of the C libraries are not promised to agree bit for bit; these are, because they are made of
/// integer multiplications, shifts and tables that are themselves computed in integers. Numbers with a fixed point
/// carry 32 fractional bits ("Q32"). The error is below 2·10⁻⁷, far less than a microsecond in any delay in use.
enum FixedPoint {
  /// −log₂(word ÷ 2⁶⁴) in Q32, from nearly 0 (the largest word) to 64 (word 0, taken as 1).
  static func negativeLog2(_ word: UInt64) -> UInt64 {
    let word = max(word, 1)
    let zeros = word.leadingZeroBitCount
    let mantissa = word << UInt64(zeros)  // 1.xxx with 63 fractional bits
    let fraction = interpolate(logTable, at: mantissa << 1)
    return UInt64(zeros + 1) << 32 - fraction
  }

  /// 2 to the power of `exponent` (Q32) as (mantissa in Q32, power): the result is mantissa · 2^power.
  static func power2(_ exponent: UInt64) -> (mantissa: UInt64, power: Int) {
    (interpolate(powerTable, at: exponent << 32), Int(exponent >> 32))
  }

  /// The natural logarithm of 2 in Q32.
  static let ln2: UInt64 = 2_977_044_472

  /// The value of a table of 1,025 entries over [0, 1) at `position` ÷ 2⁶⁴, linear between entries.
  private static func interpolate(_ table: [UInt64], at position: UInt64) -> UInt64 {
    let index = Int(position >> 54)
    let rest = (position >> 22) & 0xffff_ffff
    let low = table[index]
    return low + ((table[index + 1] - low) * rest) >> 32
  }

  /// log₂(1 + i/1024) in Q32, bit by bit: squaring doubles a logarithm.
  private static let logTable: [UInt64] = (0...1_024).map { index in
    if index == 1_024 { return 1 << 32 }
    var mantissa = UInt64(1_024 + index) << 53  // 1.xxx with 63 fractional bits
    var result: UInt64 = 0
    for bit in (0..<32).reversed() {
      let square = mantissa.multipliedFullWidth(by: mantissa)
      // 1.xxx squared lies in [1, 4) with 126 fractional bits; `high` then has 62 of them.
      if square.high >= 1 << 63 {
        result |= 1 << UInt64(bit)
        mantissa = square.high
      } else {
        mantissa = square.high << 1 | square.low >> 63
      }
    }
    return result
  }

  /// 2^(i/1024) in Q32, as products of the square roots 2^(1/2), 2^(1/4) … 2^(1/1024).
  private static let powerTable: [UInt64] = {
    var roots: [UInt64] = []  // Q62
    var root = squareRoot(high: 1 << 61, low: 0)  // √2: 2 in Q124 is 2¹²⁵
    for _ in 0..<10 {
      roots.append(root)
      root = squareRoot(high: root >> 2, low: root << 62)  // Q62 widened to Q124
    }
    return (0...1_024).map { index in
      if index == 1_024 { return 2 << 32 }
      var product: UInt64 = 1 << 62
      for bit in 0..<10 where index & (512 >> bit) != 0 {
        let wide = product.multipliedFullWidth(by: roots[bit])
        product = wide.high << 2 | wide.low >> 62
      }
      return (product + (1 << 29)) >> 30
    }
  }()

  /// The whole square root of a 128-bit number, by bisection.
  private static func squareRoot(high: UInt64, low: UInt64) -> UInt64 {
    var root: UInt64 = 0
    for bit in (0..<64).reversed() {
      let candidate = root | 1 << UInt64(bit)
      let square = candidate.multipliedFullWidth(by: candidate)
      if (square.high, square.low) <= (high, low) { root = candidate }
    }
    return root
  }
}
