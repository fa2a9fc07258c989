import Foundation
import Testing

@testable import Kernel

@Suite struct DelayTests {
  private static let count = 200_000

  private func samples(_ delay: Delay) -> [Double] {
    let randomness = Randomness(seed: 11)
    return (0..<Self.count).map {
      Double(delay.sample(randomness.draw(.delay, owner: 9, number: UInt64($0))).microseconds)
    }.sorted()
  }

  private func quantile(_ sorted: [Double], _ p: Double) -> Double { sorted[Int(p * Double(sorted.count))] }

  @Test func logarithmAndPowerAgreeWithTheMathematicalOnes() {
    for exponent in stride(from: 0.25, to: 60, by: 0.37) {
      let word = UInt64(pow(2, 64 - exponent))
      let bits = Double(FixedPoint.negativeLog2(word)) / 4_294_967_296
      #expect(abs(bits - (64 - log2(Double(word)))) < 1e-6)
      let (mantissa, power) = FixedPoint.power2(UInt64(exponent * 4_294_967_296))
      let value: Double = Double(mantissa) / 4_294_967_296 * pow(2, Double(power))
      #expect(abs(value / pow(2, exponent) - 1) < 1e-6)
    }
  }

  @Test func aFixedDelayIsAlwaysTheSame() {
    #expect(Set(samples(.fixed(.milliseconds(40)))) == [40_000])
  }

  @Test func aUniformDelayStaysWithinItsBoundsAndReachesBoth() {
    let values = samples(.uniform(TimeSpan(microseconds: 500), TimeSpan(microseconds: 1_500)))
    #expect(values.first == 500)
    #expect(values.last == 1_500)
    #expect(abs(values.reduce(0, +) / Double(values.count) - 1_000) < 5)
  }

  @Test func anExponentialDelayHasItsQuantiles() {
    // rate 0.183/ms: mean 5.464 ms
    let values = samples(.exponential(meanNanoseconds: 5_464_481))
    for p in [0.1, 0.5, 0.9, 0.99, 0.999] {
      let expected: Double = -log(1 - p) * 5_464.481
      #expect(abs(quantile(values, p) / expected - 1) < 0.05)
    }
  }

  @Test func aParetoDelayHasItsQuantiles() {
    let delay = Delay.pareto(scale: TimeSpan(microseconds: 1_050), shape: 98_959)  // 1.05 ms, 1.51
    let values = samples(delay)
    for p in [0.1, 0.5, 0.9, 0.99] {
      let expected: Double = 1_050 * pow(1 - p, -1 / 1.51)
      #expect(abs(quantile(values, p) / expected - 1) < 0.05)
    }
    let mean: Double = 1_050_000 * 1.51 / 0.51
    #expect(abs(Double(delay.meanNanoseconds) / mean - 1) < 1e-3)
    #expect(values.first! >= 1_050)
  }

  @Test func aNormalDelayHasItsQuantilesAndIsNeverNegative() {
    let values = samples(.normal(mean: .milliseconds(40), deviation: .milliseconds(5)))
    for (p, z) in [(0.001, -3.0902), (0.1587, -1.0), (0.5, 0.0), (0.8413, 1.0), (0.999, 3.0902)] {
      let expected: Double = 40_000 + z * 5_000
      #expect(abs(quantile(values, p) - expected) < 250)
    }
    #expect(samples(.normal(mean: .milliseconds(1), deviation: .milliseconds(5))).first == 0)
  }

  @Test func aMixtureKeepsItsWeights() {
    let delay = Delay.mixture([
      .init(weight: 380_000, delay: .fixed(.milliseconds(1))), .init(weight: 620_000, delay: .fixed(.milliseconds(9))),
    ])
    let values = samples(delay)
    let share = Double(values.filter { $0 == 1_000 }.count) / Double(values.count)
    #expect(abs(share - 0.38) < 0.005)
    #expect(delay.meanNanoseconds == 5_960_000)
  }

  @Test func anEmpiricalDelayGivesOnlyWhatWasMeasured() {
    let measured = [1, 2, 5].map { TimeSpan.milliseconds($0) }
    #expect(Set(samples(.empirical(measured))) == [1_000, 2_000, 5_000])
  }

  @Test func theHeaviestTailEndsAtABoundInsteadOfOverflowing() {
    let heavy = Delay.pareto(scale: Delay.longestParameter, shape: 1_000)
    #expect(heavy.sample(Randomness.Draw(first: 0, second: 0)).microseconds == Delay.longest)
    #expect(heavy.meanNanoseconds == Delay.longest)
    let slow = Delay.exponential(meanNanoseconds: Delay.longestParameter.microseconds * 1_000)
    #expect(slow.sample(Randomness.Draw(first: 0, second: 0)).microseconds > 0)
    let wide = Delay.normal(mean: Delay.longestParameter, deviation: Delay.longestParameter)
    #expect(wide.sample(Randomness.Draw(first: 0, second: 0)).microseconds > 0)
    #expect(wide.sample(Randomness.Draw(first: .max, second: 0)).microseconds >= 0)
  }
}
