import Insight
import Testing

/// The session guarantees against every ranking of the values, with sessions whose operations overlap.
@Suite struct SessionOrderTests {
  private typealias Judge = @Sendable (RegisterHistory, [RegisterHistory.Anomaly], Set<Int>?) -> Verdict

  private static let guarantees: [(name: String, judge: Judge, obligingRead: Bool, obligedRead: Bool)] = [
    ("read-your-writes", ReadYourWrites.judge, false, true), ("monotonic-reads", MonotonicReads.judge, true, true),
    ("monotonic-writes", MonotonicWrites.judge, false, false),
    ("writes-follow-reads", WritesFollowReads.judge, true, false),
  ]

  @Test(arguments: 1...60, [0, 1, 2]) func theySayWhatTryingEveryRankingSays(seed: Int, values: Int) {
    var small = SmallHistory(seed: seed * 3 + values + 50_000)
    for round in 0..<25 {
      let history = small.make(steps: 13, values: values == 0 ? nil : values)
      guard history.operations.count(where: \.mayHaveWritten) <= 5 else { continue }
      let anomalies = history.anomalies
      for guarantee in Self.guarantees {
        let verdict = guarantee.judge(history, anomalies, nil)
        let canBeKept = SmallHistory.canBeKept(
          history, obligingRead: guarantee.obligingRead, obligedRead: guarantee.obligedRead)
        #expect(
          verdict.isBroken == !canBeKept,
          "seed \(seed), values \(values), round \(round), \(guarantee.name): \(history.operations)")
      }
    }
  }

  /// A session's operations: begin, end, what.
  private func history(_ steps: [(begin: Int, end: Int, function: RegisterHistory.Function, value: Int)])
    -> RegisterHistory
  {
    var history = RegisterHistory()
    for (process, step) in steps.enumerated() {
      let number = history.append(
        .init(process: process, session: 0, key: 0, step.function, value: step.value, invoked: step.begin))
      history.end(number, .ok, value: step.value, at: step.end)
    }
    return history
  }

  @Test func whatOverlapsObligesToNothingAndWhatEndedBeforeDoes() {
    let overlapping = history([(0, 3, .write, 1), (1, 2, .read, 0)])
    #expect(ReadYourWrites.judge(overlapping, without: []) == .held)
    let after = history([(0, 1, .write, 1), (2, 3, .read, 0)])
    #expect(ReadYourWrites.judge(after, without: []).isBroken)
    // Another operation in between, in flight all the time, changes nothing.
    let busy = history([(0, 5, .read, 0), (1, 2, .write, 1), (3, 4, .read, 0)])
    #expect(
      ReadYourWrites.judge(busy, without: [])
        == .broken(
          witness: [1, 2],
          reason: "a read answers something older than its session had written, in whatever order the values came"))
  }

  @Test func theWitnessIsTheEarliest() {
    var steps: [(begin: Int, end: Int, function: RegisterHistory.Function, value: Int)] = []
    for index in 0..<10 {
      steps.append((6 * index, 6 * index + 1, .write, index + 1))
      steps.append((6 * index + 2, 6 * index + 3, .read, index >= 4 ? 0 : index + 1))
    }
    var history = history(steps)
    for order in [nil, Array(1...10)] {
      history.orders[0] = order
      guard case .broken(let witness, _) = ReadYourWrites.judge(history, without: []) else {
        Issue.record("the fifth read misses its write")
        continue
      }
      #expect(witness.last == 9 && witness.count == 2)
    }
  }

  @Test func aGuaranteeThatNothingIsObligedByIsNotJudged() {
    let reads = history([(0, 1, .read, 0)])
    #expect(MonotonicWrites.judge(reads, without: []).isNotJudged)
    #expect(WritesFollowReads.judge(reads, without: []).isNotJudged)
    #expect(ReadYourWrites.judge(reads, without: []).isNotJudged, "nobody has written")
    let writes = history([(0, 1, .write, 1)])
    #expect(ReadYourWrites.judge(writes, without: []).isNotJudged)
    #expect(MonotonicReads.judge(writes, without: []).isNotJudged)
    #expect(WritesFollowReads.judge(writes, without: []).isNotJudged, "nobody has read")
    #expect(ReadYourWrites.judge(reads, without: [], of: [1]).isNotJudged, "another session did nothing")
  }
}
