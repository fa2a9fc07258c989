/// Logarithm, exponential and normal distribution in floating point, for predictions.
///
/// Insight imports no C library, whose functions don't agree bit for bit from one machine to the next; these are made
/// of additions, multiplications and divisions, which do. Relative errors are below 10⁻¹² unless said otherwise.
enum ElementaryFunctions {
  private static let ln2 = 0.693_147_180_559_945_3
  private static let rootOfTwo = 1.414_213_562_373_095_1
  private static let twoByRootOfPi = 1.128_379_167_095_512_6

  /// The natural logarithm of a number that is positive, finite and not below the smallest normal one.
  @inline(__always) static func log(_ x: Double) -> Double {
    var exponent = Int(truncatingIfNeeded: x.bitPattern >> 52) &- 1_023
    var mantissa = Double(bitPattern: x.bitPattern & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000)
    if mantissa > rootOfTwo {
      mantissa *= 0.5
      exponent &+= 1
    }
    // ln m = 2 artanh((m − 1) ÷ (m + 1)), whose argument is at most 0.172 here.
    let z = (mantissa - 1) / (mantissa + 1)
    let y = z * z
    let tail = y * (1.0 / 9 + y * (1.0 / 11 + y * (1.0 / 13 + y * (1.0 / 15 + y * (1.0 / 17)))))
    let series = 1 + y * (1.0 / 3 + y * (1.0 / 5 + y * (1.0 / 7 + tail)))
    return Double(exponent) * ln2 + 2 * z * series
  }

  /// e to the power of `x`; 0 below −700, and never more than e⁷⁰⁰.
  @inline(__always) static func exp(_ x: Double) -> Double {
    guard x > -700 else { return 0 }
    let power = (min(x, 700) / ln2).rounded()
    let rest = min(x, 700) - power * ln2  // at most 0.347 from 0
    // Horner's rule over Σ restⁿ ÷ n! up to the twelfth power.
    var sum = 1 + rest * (1.0 / 11) * (1 + rest * (1.0 / 12))
    sum = 1 + rest * (1.0 / 9) * (1 + rest * (1.0 / 10) * sum)
    sum = 1 + rest * (1.0 / 7) * (1 + rest * (1.0 / 8) * sum)
    sum = 1 + rest * (1.0 / 5) * (1 + rest * (1.0 / 6) * sum)
    sum = 1 + rest * (1.0 / 3) * (1 + rest * (1.0 / 4) * sum)
    sum = 1 + rest * (1 + rest * (1.0 / 2) * sum)
    return sum * Double(bitPattern: UInt64(Int(power) + 1_023) << 52)
  }

  /// How likely a standard normal number is above `x`.
  static func normalExceeds(_ x: Double) -> Double {
    if x < 0 { return 1 - normalExceeds(-x) }
    let z = x / rootOfTwo
    if z < 2 {
      // erf z = 2/√π · e^(−z²) · Σ 2ⁿ z^(2n+1) ÷ (1·3·5 … (2n+1)): all terms positive.
      var term = z
      var sum = z
      var n = 1.0
      while term > sum * 1e-17 {
        term *= 2 * z * z / (2 * n + 1)
        sum += term
        n += 1
      }
      return 0.5 * (1 - twoByRootOfPi * exp(-z * z) * sum)
    }
    // erfc z = e^(−z²)/√π · 1/(z + ½/(z + 1/(z + 1½/(z + …)))), from the inside out.
    var fraction = z
    for n in stride(from: 60, through: 1, by: -1) { fraction = z + Double(n) * 0.5 / fraction }
    return 0.25 * twoByRootOfPi * exp(-z * z) / fraction
  }

  /// The number above which a standard normal one is with probability `tail`, above 0 and below 1, to seven figures:
  /// Wichura, *The Percentage Points of the Normal Distribution*, Applied Statistics 37 (1988), algorithm AS 241.
  static func normalQuantile(above tail: Double) -> Double {
    let q = 0.5 - tail
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      let top = ((59.109_374_720 * r + 159.291_132_02) * r + 50.434_271_938) * r + 3.387_132_717_9
      let bottom = ((67.187_563_600 * r + 78.757_757_664) * r + 17.895_169_469) * r + 1
      return q * top / bottom
    }
    let r = (-log(min(tail, 1 - tail))).squareRoot()
    let magnitude: Double
    if r <= 5 {
      let s = r - 1.6
      let top = ((0.170_238_211_03 * s + 1.306_728_481_6) * s + 2.756_815_390_0) * s + 1.423_437_277_7
      magnitude = top / ((0.120_211_329_75 * s + 0.737_001_642_50) * s + 1)
    } else {
      let s = r - 5
      let top = ((0.017_337_203_997 * s + 0.428_682_943_37) * s + 3.081_226_386_0) * s + 6.657_905_115_0
      magnitude = top / ((0.012_258_202_635 * s + 0.241_978_942_25) * s + 1)
    }
    return q < 0 ? -magnitude : magnitude
  }
}
