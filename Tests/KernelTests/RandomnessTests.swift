import Testing

@testable import Kernel

@Suite struct RandomnessTests {
  /// Reference outputs of SplitMix64 for the seed 1234567, as published with the generator and used by Java's,
  /// Rust's and Julia's test suites.
  @Test func reproducesTheReferenceVectorsOfSplitMix64() {
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect((0..<5).map { Randomness.output(start: 1_234_567, number: $0) } == expected)
  }

  @Test func aDrawDependsOnItsKeyAlone() {
    let randomness = Randomness(seed: 7)
    let first = randomness.draw(.delay, owner: 3, number: 10)
    _ = randomness.draw(.delay, owner: 4, number: 0)
    #expect(randomness.draw(.delay, owner: 3, number: 10) == first)
  }

  @Test func eachPartOfTheKeyMatters() {
    let draws = [
      Randomness(seed: 1).draw(.delay, owner: 1, number: 1), Randomness(seed: 2).draw(.delay, owner: 1, number: 1),
      Randomness(seed: 1).draw(.loss, owner: 1, number: 1), Randomness(seed: 1).draw(.delay, owner: 2, number: 1),
      Randomness(seed: 1).draw(.delay, owner: 1, number: 2),
    ]
    #expect(Set(draws.map(\.first)).count == draws.count)
  }

  @Test func drawsBelowABoundAreEvenlySpread() {
    var counts = Array(repeating: 0, count: 10)
    for number in 0..<100_000 {
      counts[Int(Randomness(seed: 5).draw(.workload, owner: 0, number: UInt64(number)).below(10))] += 1
    }
    for count in counts { #expect(abs(count - 10_000) < 400) }
  }

  @Test(arguments: [0, 1, 50_000, 500_000, 999_999, 1_000_000]) func probabilitiesSurviveTheRoundTrip(millionths: Int) {
    #expect(Probability(millionths: millionths).millionths == millionths)
  }

  @Test func certainAndImpossibleAreExact() {
    let extremes = [Randomness.Draw(first: .max, second: 0), Randomness.Draw(first: 0, second: 0)]
    for draw in extremes {
      #expect(draw.happens(Probability(millionths: 1_000_000)))
      #expect(!draw.happens(.zero))
    }
  }
}
