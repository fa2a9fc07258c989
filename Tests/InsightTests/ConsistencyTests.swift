import Kernel
import Testing

@testable import Insight

/// How likely reads are fresh: what must hold of any prediction, and what plain trials say.
@Suite struct ConsistencyTests {
  private static let disk = PartialQuorum.Legs(.linkedInDisk)

  private func ms(_ milliseconds: Int64) -> Delay { .fixed(.milliseconds(milliseconds)) }

  @Test("L01 · without any delay no read is stale")
  func withoutDelay() {
    let legs = PartialQuorum.Legs(write: .none, ack: .none, request: .none, response: .none)
    for (r, w) in [(1, 1), (2, 1), (1, 2)] {
      let consistency = Consistency(of: PartialQuorum(n: 3, r: r, w: w, legs: legs), trials: 1_000, seed: 1)
      #expect(consistency.at(0).value == 1 && consistency.visibility(0.999).value == 0)
    }
  }

  @Test("L02 · with R + W > N no read is stale, whatever the delays", arguments: 1...6)
  func strictQuorums(n: Int) {
    for r in 1...n {
      for w in (n - r + 1)...n {
        let quorum = PartialQuorum(n: n, r: r, w: w, legs: Self.disk, far: .milliseconds(75))
        let consistency = Consistency(of: quorum, trials: 1_000, seed: 1)
        #expect(consistency.at(0) == Interval(value: 1, low: 1, high: 1))
        #expect(consistency.visibility(0.999).high == 0 && consistency.trialCount == 0)
        #expect(quorum.withinVersions == Array(repeating: 1, count: 10))
      }
    }
  }

  @Test func theLaterAReadTheMoreLikelyItIsConsistent() {
    let consistency = Consistency(of: PartialQuorum(n: 3, r: 1, w: 1, legs: Self.disk), trials: 5_000, seed: 3)
    let instants = (0...200).map { Double($0) / 4 }
    let shares = instants.map { consistency.at($0).value }
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(shares.allSatisfy { (0...1).contains($0) })
    let curve = consistency.curve(at: instants)
    #expect(zip(curve, curve.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func visibilityIsWhereTheCurveReachesTheShare() {
    let consistency = Consistency(of: PartialQuorum(n: 3, r: 1, w: 2, legs: Self.disk), trials: 5_000, seed: 3)
    for share in [0.75, 0.9, 0.99, 0.999] {
      let after = consistency.visibility(share)
      #expect(abs(consistency.at(after.value).value - share) < (1 - share) * 0.01)
      #expect(after.low <= after.value && after.value <= after.high)
    }
    #expect(consistency.visibility(0.5).value == 0, "71 % of reads are consistent at once")
  }

  @Test func constantDelaysTakeStepsAtExactInstants() {
    // One copy gets the write at once, the others after 40 and 90 ms; each read asks the one nearest to its coordinator.
    func trip(_ delay: Int64) -> RoundTrip { RoundTrip(there: Leg(ms(delay)), back: Leg(ms(delay))) }
    let rows = [[0, 40, 90], [40, 0, 60], [90, 60, 0]].map { $0.map { trip($0) } }
    let quorum = PartialQuorum(r: 1, w: 1, writers: [rows[0]], readers: [rows[1]])
    let consistency = Consistency(of: quorum, trials: 1_000, seed: 1)
    #expect(consistency.at(39.999).value == 0 && consistency.at(40).value == 1)
    #expect(abs(consistency.visibility(0.9).value - 40) < 0.001)
    let others = Consistency(
      of: PartialQuorum(r: 1, w: 1, writers: rows, readers: rows), trials: 20_000, seed: 1)
    for (instant, share) in [(0, 1.0 / 3), (40, 5.0 / 9), (60, 7.0 / 9), (90, 1)] {
      #expect(abs(others.at(Double(instant)).value - share) < 0.015, "\(instant) ms")
    }
  }

  @Test func theSameSeedGivesTheSameNumbersAndAnotherNearbyOnes() {
    let quorum = PartialQuorum(n: 3, r: 1, w: 1, legs: Self.disk)
    let first = Consistency(of: quorum, trials: 4_000, seed: 1)
    #expect(first.at(1) == Consistency(of: quorum, trials: 4_000, seed: 1).at(1))
    let other = Consistency(of: quorum, trials: 4_000, seed: 2).at(1)
    #expect(first.at(1) != other && abs(first.at(1).value - other.value) < 0.02)
  }

  /// A write and a read as the paper describes them: after how many milliseconds the read is consistent.
  private func plainTrial(_ quorum: PartialQuorum, _ unit: (Int) -> Double) -> Double {
    let n = quorum.n
    let writer = quorum.writers[Int(unit(4 * n) * Double(quorum.writers.count))].map { quorum.trips[$0] }
    let reader = quorum.readers[Int(unit(4 * n + 1) * Double(quorum.readers.count))].map { quorum.trips[$0] }
    let writes = (0..<n).map { writer[$0].there.sample(unit($0)) }
    let acks = (0..<n).map { writes[$0] + writer[$0].back.sample(unit(n + $0)) }
    let requests = (0..<n).map { reader[$0].there.sample(unit(2 * n + $0)) }
    let answers = (0..<n).map { requests[$0] + reader[$0].back.sample(unit(3 * n + $0)) }
    let commit = acks.sorted()[quorum.w - 1]
    let used = (0..<n).sorted { (answers[$0], $0) < (answers[$1], $1) }.prefix(quorum.r)
    return used.map { writes[$0] - commit - requests[$0] }.min() ?? 0
  }

  @Test(
    "conditional trials agree with plain ones",
    arguments: [(3, 1, 1, 0), (3, 2, 1, 0), (3, 1, 2, 75), (5, 2, 2, 0), (4, 1, 1, 20), (4, 2, 1, 0)])
  func agreesWithPlainTrials(n: Int, r: Int, w: Int, far: Int) {
    let quorum = PartialQuorum(
      n: n, r: r, w: w, legs: Self.disk, far: far == 0 ? nil : .milliseconds(Int64(far)))
    let consistency = Consistency(of: quorum, trials: 10_000, seed: 5)
    let randomness = Randomness(seed: 99)
    let count = 10_000
    let instants = (0..<count).map { trial in
      plainTrial(quorum) { purpose in
        (Double(randomness.word(.workload, owner: UInt64(purpose), number: UInt64(trial)) >> 11) + 0.5) * 0x1p-53
      }
    }
    for t in [0, 2, 10, 60.0] {
      let consistent = instants.count { $0 <= t + 1e-9 }
      let share = Double(consistent) / Double(count)
      let error = 4 * (max(0.0005, share * (1 - share)) / Double(count)).squareRoot()
      let predicted = consistency.at(t)
      let margin = error + predicted.high - predicted.low
      #expect(abs(predicted.value - share) < margin, "t = \(t): \(predicted), plainly \(share)")
    }
  }

  @Test(
    "the closed form of k-staleness",
    arguments: [
      (3, 1, 1, [0.3333, 0.5556, 0.7037, 0.8683, 0.9827]), (3, 1, 2, [0.6667, 0.8889, 0.9630, 0.9959, 1]),
      (3, 2, 1, [0.6667, 0.8889, 0.9630, 0.9959, 1]), (3, 2, 2, [1, 1, 1, 1, 1]),
      (5, 1, 1, [0.2, 0.36, 0.488, 0.6723, 0.8926]), (5, 2, 2, [0.7, 0.91, 0.973, 0.9976, 1]),
    ])
  func closedForm(n: Int, r: Int, w: Int, expected: [Double]) {
    let within = PartialQuorum(n: n, r: r, w: w, legs: Self.disk).withinVersions
    #expect(within.count == 10)
    for (k, value) in zip([1, 2, 3, 5, 10], expected) {
      #expect(abs(within[k - 1] - value) < 0.00006, "within \(k): \(within[k - 1])")
    }
  }
}
