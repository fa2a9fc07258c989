import Insight
import TestSupport
import Testing

/// The checker of causal consistency against its definition, worked out the long way.
@Suite struct CausalConsistencyTests {
  private struct Step {
    let process: Int
    let key: Int
    let isRead: Bool
    var value: Int
  }

  private static func history(_ steps: [Step]) -> RegisterHistory {
    var history = RegisterHistory()
    for (place, step) in steps.enumerated() {
      let number = history.append(
        RegisterHistory.Operation(
          process: step.process, key: step.key, isRead: step.isRead, value: step.value, invoked: 2 * place))
      history.end(number, .ok, value: step.value, at: 2 * place + 1)
    }
    return history
  }

  /// Which step is among the causes of which.
  private static func closure(_ steps: [Step]) -> [[Bool]] {
    let count = steps.count
    var before = Array(repeating: Array(repeating: false, count: count), count: count)
    for first in 0..<count {
      for second in 0..<count {
        let (one, other) = (steps[first], steps[second])
        if first < second, one.process == other.process { before[first][second] = true }
        if !one.isRead, other.isRead, one.key == other.key, one.value == other.value { before[first][second] = true }
      }
    }
    for middle in 0..<count {
      for first in 0..<count where before[first][middle] {
        for second in 0..<count where before[middle][second] { before[first][second] = true }
      }
    }
    return before
  }

  /// The four patterns, found by transitive closure.
  private static func isCausal(_ steps: [Step]) -> Bool {
    let (before, count) = (closure(steps), steps.count)
    for place in 0..<count {
      if before[place][place] { return false }
      let read = steps[place]
      guard read.isRead else { continue }
      for write in 0..<count where !steps[write].isRead && steps[write].key == read.key && before[write][place] {
        if read.value == 0 { return false }
        guard steps[write].value != read.value else { continue }
        let source = steps.firstIndex { !$0.isRead && $0.key == read.key && $0.value == read.value }
        if let source, before[source][write] { return false }
      }
    }
    return true
  }

  @Test(arguments: 1...400) func itSaysWhatTheDefinitionSays(seed: Int) {
    var dice = Dice(seed: Int(seed))
    var written = [0, 0]
    var steps: [Step] = []
    for _ in 0..<(3 + dice.roll(below: 9)) {
      let key = dice.roll(below: 2)
      let isRead = dice.roll(below: 2) == 0
      if !isRead { written[key] += 1 }
      steps.append(Step(process: dice.roll(below: 3), key: key, isRead: isRead, value: isRead ? -1 : written[key]))
    }
    // Reads may answer what is only written later: the history need not be possible, only consistent with some order.
    for place in steps.indices where steps[place].isRead {
      steps[place].value = dice.roll(below: written[steps[place].key] + 1)
    }
    let verdict = CausalConsistency.judge(Self.history(steps), without: [])
    #expect(verdict.isBroken == !Self.isCausal(steps), "seed \(seed): \(steps)")
    #expect(verdict.isNotJudged == (Self.isCausal(steps) && !steps.contains(where: \.isRead)))
    let prefix = ConsistentPrefix.judge(Self.history(steps), without: [])
    #expect(prefix.isBroken == !Self.isPrefix(steps), "seed \(seed): \(steps)")
  }

  /// A set of steps shows something by itself only if it has the write of everything that its reads found.
  private static func hasSources(_ steps: [Step]) -> Bool {
    steps.allSatisfy { step in
      !step.isRead || step.value == 0
        || steps.contains { !$0.isRead && $0.key == step.key && $0.value == step.value }
    }
  }

  @Test(arguments: 1...300) func theWitnessIsTheEarliestAndSmallestThatShowsItByItself(seed: Int) {
    var dice = Dice(seed: Int(seed) + 1_000_000)
    var written = [0, 0]
    var steps: [Step] = []
    for _ in 0..<(5 + dice.roll(below: 6)) {
      let key = dice.roll(below: 2)
      let isRead = dice.roll(below: 5) < 3
      if !isRead { written[key] += 1 }
      steps.append(
        Step(
          process: dice.roll(below: 3), key: key, isRead: isRead,
          value: isRead ? dice.roll(below: written[key] + 1) : written[key]))
    }
    let history = Self.history(steps)
    for (verdict, isKept) in [
      (CausalConsistency.judge(history, without: []), Self.isCausal),
      (ConsistentPrefix.judge(history, without: []), Self.isPrefix),
    ] {
      guard let end = steps.indices.first(where: { !isKept(Array(steps[...$0])) }) else {
        #expect(!verdict.isBroken, "seed \(seed): \(steps)")
        continue
      }
      let expected = WitnessTests.smallest(of: Array(0...end)) { numbers in
        let part = numbers.map { steps[$0] }
        return Self.hasSources(part) && !isKept(part)
      }
      guard case .broken(let witness, _) = verdict else {
        Issue.record("seed \(seed): not broken: \(steps)")
        continue
      }
      #expect(witness == expected, "seed \(seed): \(steps)")
    }
  }

  @Test func aDeleteThatWasReplacedIsToldAndNotWhatItEnded() {
    // One process writes, deletes, writes again and reads nothing: the second write is what it overlooks.
    var history = RegisterHistory()
    for (place, (isRead, value)) in [(false, 1), (false, -2), (false, 3), (true, 0)].enumerated() {
      let number = history.append(.init(process: 0, key: 0, isRead: isRead, value: value, invoked: 2 * place))
      history.end(number, .ok, value: value, at: 2 * place + 1)
    }
    #expect(
      CausalConsistency.judge(history, without: [])
        == .broken(witness: [2, 3], reason: "a read finds nothing where a write is among its causes"))
  }

  // MARK: Consistent prefix

  /// Whoever has read what came of a write finds that write, or something newer: by transitive closure.
  private static func isPrefix(_ steps: [Step]) -> Bool {
    let before = closure(steps)
    func source(_ read: Step) -> Int? {
      steps.firstIndex { !$0.isRead && $0.key == read.key && $0.value == read.value }
    }
    if steps.indices.contains(where: { before[$0][$0] }) { return false }
    for (late, second) in steps.enumerated() where second.isRead {
      for first in steps[..<late] where first.isRead && first.process == second.process && first.key != second.key {
        guard let shown = source(first) else { continue }
        for (place, write) in steps.enumerated()
        where !write.isRead && write.key == second.key && write.process != second.process && before[place][shown] {
          guard let found = source(second) else { return false }
          if before[found][place] { return false }
        }
      }
    }
    return true
  }

  @Test func anAnswerWithoutItsQuestionBreaksThePrefixAndNothingElseOfTheWatcher() {
    func write(_ process: Int, _ key: Int) -> Step { Step(process: process, key: key, isRead: false, value: 1) }
    func read(_ process: Int, _ key: Int, _ value: Int) -> Step {
      Step(process: process, key: key, isRead: true, value: value)
    }
    let question = [write(0, 0), read(1, 0, 1), write(1, 1)]
    let seen = Self.history(question + [read(2, 1, 1), read(2, 0, 0)])
    #expect(
      ConsistentPrefix.judge(seen, without: [])
        == .broken(
          witness: [0, 1, 2, 3, 4],
          reason: "a session has read what came of a write, and then of that write's key something older"))
    #expect(MonotonicReads.judge(seen, without: []).isHeld)
    #expect(ConsistentPrefix.judge(seen, without: [], of: [0, 1]) == .held)
    #expect(ConsistentPrefix.judge(seen, without: [], of: [0]).isNotJudged, "that session has read nothing")
    // Nobody is told by the missing question alone that there is an answer.
    #expect(
      ConsistentPrefix.judge(Self.history(question + [read(2, 0, 0), read(2, 1, 1)]), without: []) == .held)
    // To go back in time on one key is another guarantee's business.
    let back = Self.history([write(0, 0), read(1, 0, 1), read(1, 0, 0)])
    #expect(ConsistentPrefix.judge(back, without: []) == .held && !MonotonicReads.judge(back, without: []).isHeld)
  }
}
