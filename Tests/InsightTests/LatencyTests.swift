import Kernel
import Testing

@testable import Insight

/// Latencies of quorums: computed, and as plain trials find them.
@Suite struct LatencyTests {
  private static func ms(_ milliseconds: Int64) -> Delay { .fixed(.milliseconds(milliseconds)) }

  @Test func ofConstantDelaysTheyAreExact() {
    let trips = [0, 1, 40, 60].map { RoundTrip(there: Leg(Self.ms($0)), back: Leg(Self.ms($0))) }
    for r in 1...4 {
      let latency = PartialQuorum(r: r, w: 1, writers: [trips], readers: [trips]).readLatency
      let exact = [0.0, 2, 80, 120][r - 1]
      #expect([latency.p50, latency.p95, latency.p99, latency.p999] == [exact, exact, exact, exact])
    }
    // The one coordinator has its own copy, the other doesn't.
    let two = PartialQuorum(r: 1, w: 1, writers: [[trips[2]], [trips[0]]], readers: [[trips[3]], [trips[2]]])
    #expect(two.writeLatency.p50 == 0 && two.writeLatency.p95 == 80)
    #expect(two.readLatency.p50 == 80 && two.readLatency.p999 == 120)
  }

  @Test func aLatencyThatIsOneOfTwoMixesThem() {
    let delay = Delay.mixture([.init(weight: 96, delay: Self.ms(1)), .init(weight: 4, delay: Self.ms(10))])
    let legs = PartialQuorum.Legs(write: delay, ack: .none, request: delay, response: delay)
    let single = PartialQuorum(n: 1, r: 1, w: 1, legs: legs)
    #expect(single.writeLatency.p95 == 1 && single.writeLatency.p99 == 10)
    // Both ways are quick in 92.16 % of reads, both slow in 0.16 %.
    #expect(single.readLatency.p50 == 2 && single.readLatency.p95 == 11 && single.readLatency.p999 == 20)
  }

  /// Copies of every kind, and two coordinators that see them differently.
  private static let mixed: (writers: [[RoundTrip]], readers: [[RoundTrip]]) = {
    let legs = LegTests.delays.map { Leg($0) }
    func row(_ offset: Int) -> [RoundTrip] {
      (0..<5).map { RoundTrip(there: legs[($0 + offset) % legs.count], back: legs[($0 * 3 + offset) % legs.count]) }
    }
    return ([row(1), row(6)], [row(3), row(4), row(8)])
  }()

  @Test("the k-th of N answers is where plain trials find it", arguments: 1...5)
  func orderStatistics(k: Int) {
    let quorum = PartialQuorum(r: k, w: k, writers: Self.mixed.writers, readers: Self.mixed.readers)
    let randomness = Randomness(seed: 11)
    var lengths: [Double] = []
    for trial in 0..<12_000 {
      func unit(_ purpose: UInt64) -> Double {
        (Double(randomness.word(.workload, owner: purpose, number: UInt64(trial)) >> 11) + 0.5) * 0x1p-53
      }
      let reader = Self.mixed.readers[trial % 3]
      let answers = reader.indices.map { copy in
        reader[copy].there.sample(unit(UInt64(copy))) + reader[copy].back.sample(unit(UInt64(10 + copy)))
      }
      lengths.append(answers.sorted()[k - 1])
    }
    lengths.sort()
    let latency = quorum.readLatency
    for (share, value) in [(0.5, latency.p50), (0.95, latency.p95), (0.99, latency.p99)] {
      // The computed percentile stands where the trials have that share, give or take three standard errors.
      let below = Double(lengths.count { $0 <= value + 1e-4 }) / Double(lengths.count)
      let error = 3 * (share * (1 - share) / Double(lengths.count)).squareRoot()
      #expect(below > share - error - 0.001, "\(k): \(below) of \(share) by \(value) ms")
      let before = Double(lengths.count { $0 < value - 1e-4 }) / Double(lengths.count)
      #expect(before < share + error + 0.001, "\(k): \(before) of \(share) before \(value) ms")
    }
  }

  @Test func atLeastSoManyOfSeveral() {
    #expect(OrderStatistic.atLeast(1, of: [0.5, 0.5]) == 0.75)
    #expect(OrderStatistic.atLeast(2, of: [0.5, 0.5]) == 0.25)
    #expect(
      abs(OrderStatistic.atLeast(2, of: [0.1, 0.2, 0.7]) - (0.1 * 0.2 + 0.1 * 0.7 + 0.2 * 0.7 - 2 * 0.014)) < 1e-12)
    #expect(OrderStatistic.atLeast(3, of: [1, 1, 1]) == 1 && OrderStatistic.atLeast(3, of: [1, 1, 0]) == 0)
  }
}
