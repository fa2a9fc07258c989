import Foundation
import Kernel
import Testing

@testable import Insight

/// The distributions that predictions are made of.
@Suite struct LegTests {
  private static func ms(_ milliseconds: Double) -> TimeSpan {
    TimeSpan(microseconds: Int64((milliseconds * 1_000).rounded()))
  }

  static let delays: [Delay] = [
    .fixed(ms(40)), .uniform(ms(1), ms(3)), .uniform(ms(2), ms(2)), .normal(mean: ms(40), deviation: ms(5)),
    .normal(mean: ms(1), deviation: ms(2)), .normal(mean: ms(3), deviation: .zero),
    .exponential(meanNanoseconds: 5_464_481), .pareto(scale: ms(1.05), shape: 98_959),
    .empirical([ms(1), ms(2), ms(2), ms(9)]), PublishedFit.linkedInDisk.write, PublishedFit.yammer.answer,
    .mixture([.init(weight: 3, delay: .fixed(ms(1))), .init(weight: 1, delay: .exponential(meanNanoseconds: 900_000))]),
  ]

  @Test("a leg is exceeded as often as the delay's own draws exceed it", arguments: delays)
  func agreesWithTheDelay(delay: Delay) {
    let leg = Leg(delay)
    let randomness = Randomness(seed: 7)
    let count = 8_000
    var drawn: [Double] = []
    var sampled: [Double] = []
    for number in 0..<count {
      drawn.append(
        Double(delay.sample(randomness.draw(.delay, owner: 1, number: UInt64(number))).microseconds) / 1_000)
      sampled.append(leg.sample((Double(number) + 0.5) / Double(count)))
    }
    #expect(sampled.allSatisfy { $0 >= 0 && $0 <= Leg.longest })
    drawn.sort()
    // Between two whole microseconds, where the rounding of draws doesn't matter.
    for share in [0.05, 0.3, 0.5, 0.9, 0.99] {
      let place = (drawn[Int(share * Double(count))] * 1_000).rounded() / 1_000 + 0.0005
      let observed = Double(drawn.count { $0 > place }) / Double(count)
      #expect(
        abs(leg.exceeds(place) - observed) < 0.02, "drawn \(observed), exceeds \(leg.exceeds(place)) at \(place)")
      let own = Double(sampled.count { $0 > place }) / Double(count)
      #expect(abs(leg.exceeds(place) - own) < 0.0005, "sampled \(own), exceeds \(leg.exceeds(place)) at \(place)")
    }
  }

  @Test("what is added moves everything, and nothing is negative", arguments: delays)
  func isMoved(delay: Delay) {
    let (leg, moved) = (Leg(delay), Leg(delay, plus: Self.ms(75)))
    #expect(leg.exceeds(-0.001) == 1 && moved.exceeds(50) >= 0.99)
    #expect(leg.exceeds(Leg.longest) == 0)
    for place in [3.0, 6, 41.5, 80] {
      // A normal leg is cut off at 0 only after it was moved.
      #expect(abs(moved.exceeds(place + 75) - leg.exceeds(place)) < 1e-9)
    }
  }

  @Test("the table of a leg says what the leg says", arguments: delays)
  func tableAgrees(delay: Delay) {
    let leg = Leg(delay)
    let table = SurvivalTable(leg)
    for number in 0..<600 {
      let place = Double(number) * 0.1703 + 0.00001
      let (exact, looked) = (leg.exceeds(place), table.exceeds(place))
      #expect(abs(exact - looked) < 0.004 + exact * 0.003, "\(looked), not \(exact) at \(place) ms")
    }
    #expect(abs(table.exceeds(0) - leg.exceeds(0)) < 0.001)
    #expect(table.exceeds(1e300) == 0)
  }

  @Test func theElementaryFunctionsAgreeWithTheSystems() {
    for step in -600...600 {
      let x = Double(step)
      let big = Foundation.exp(x / 2)
      #expect(abs(ElementaryFunctions.exp(x / 2) / big - 1) < 1e-12, "exp \(x / 2)")
      #expect(abs(ElementaryFunctions.log(big) - x / 2) < 1e-12 * max(1, abs(x)), "log \(big)")
      let z = x / 100
      let tail = 0.5 * Foundation.erfc(z / 2.0.squareRoot())
      #expect(abs(ElementaryFunctions.normalExceeds(z) / tail - 1) < 1e-12, "normal \(z)")
      #expect(abs(ElementaryFunctions.normalQuantile(above: tail) - z) < 2e-6, "quantile \(z)")
    }
    #expect(ElementaryFunctions.exp(-1e9) == 0 && ElementaryFunctions.exp(1e9).isFinite)
  }
}
