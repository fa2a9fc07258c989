import Insight
import TestSupport
import Testing

/// The search for an order of operations, against trying every order, and its witnesses.
@Suite struct LinearizabilityTests {
  @Test(arguments: 1...60, [1, 2, 3]) func itSaysWhatTryingEveryOrderSays(seed: Int, values: Int) {
    var small = SmallHistory(seed: seed * 10 + values)
    for round in 0..<60 {
      let history = small.make(steps: 14, values: values)
      let verdict = Linearizability.judge(history, without: history.anomalies)
      let isLinearizable = SmallHistory.isLinearizable(history.operations)
      let context: Comment = "seed \(seed), values \(values), round \(round): \(history.operations)"
      #expect(verdict.isBroken == !isLinearizable, context)
      guard case .broken(let witness, _) = verdict else { continue }
      expectSmall(witness, history, context)
    }
  }

  @Test(arguments: 1...40) func withoutASearchItSaysTheSame(seed: Int) {
    var small = SmallHistory(seed: seed + 7_000)
    for round in 0..<80 {
      let history = small.make(steps: 16, values: nil)
      let verdict = Linearizability.judge(history, without: history.anomalies)
      let context: Comment = "seed \(seed), round \(round): \(history.operations)"
      #expect(verdict.isBroken == !SmallHistory.isLinearizable(history.operations), context)
    }
  }

  /// A witness is impossible by itself, ends as early as one can, and has nothing to spare.
  private func expectSmall(_ witness: [Int], _ history: RegisterHistory, _ context: Comment) {
    guard history.anomalies.isEmpty else {
      #expect(witness.count == 1, context)
      return
    }
    func cut(_ operations: [RegisterHistory.Operation], by end: Int) -> [RegisterHistory.Operation] {
      operations.filter { $0.invoked <= end }.compactMap { operation in
        guard operation.ended > end else { return operation }
        guard operation.mayHaveWritten else { return nil }
        var operation = operation
        (operation.ended, operation.ending) = (.max, .unknown)
        return operation
      }
    }
    let operations = witness.map { history.operations[$0] }
    // What of the witness is in flight at its end, and so need not have happened, may end later.
    let ends = operations.filter { $0.found != nil || $0.ending == .refuted }.map(\.ended).sorted()
    let end = ends.first { !SmallHistory.isLinearizable(cut(operations, by: $0)) } ?? .max
    let told = cut(operations, by: end)
    #expect(!SmallHistory.isLinearizable(told), context)
    for place in told.indices where told[place].isRead {
      var fewer = told
      fewer.remove(at: place)
      #expect(SmallHistory.isLinearizable(fewer), context)
    }
    let before = history.operations.map(\.ended).filter { $0 < end }.max() ?? -1
    let earlier = cut(history.operations, by: before)
    #expect(SmallHistory.isLinearizable(earlier), context)
  }

  /// What a real register answers to many clients at once, with values that repeat.
  private func register(operations: Int, clients: Int, seed: Int, unknown: Int) -> RegisterHistory {
    var small = SmallHistory(seed: seed)
    var history = RegisterHistory()
    var open: [(number: Int, isDone: Bool, found: Int)?] = Array(repeating: nil, count: clients)
    var (value, place) = (0, 0)
    while history.operations.count < operations || open.contains(where: { $0 != nil }) {
      let client = small.dice.roll(below: clients)
      place += 1
      if let (number, isDone, found) = open[client] {
        let operation = history.operations[number]
        if !isDone {
          open[client] = (number, true, value)
          switch operation.function {
          case .read: break
          case .write: value = operation.value
          case .compareAndSet(let expected): if expected == value { value = operation.value }
          }
        } else {
          var ending = RegisterHistory.Ending.ok
          if case .compareAndSet(let expected) = operation.function, expected != found { ending = .refuted }
          if !operation.isRead, small.dice.roll(below: 100) < unknown { ending = .unknown }
          history.end(number, ending, value: found, at: place)
          open[client] = nil
        }
      } else if history.operations.count < operations {
        let kind = small.dice.roll(below: 3)
        let function: RegisterHistory.Function =
          kind == 0 ? .read : kind == 1 ? .write : .compareAndSet(expected: small.dice.roll(below: 5))
        let number = history.append(
          .init(process: client, key: 0, function, value: kind == 0 ? 0 : small.dice.roll(below: 5), invoked: place))
        open[client] = (number, false, 0)
      }
    }
    return history
  }

  @Test(arguments: [(20_000, 5, 0), (5_000, 20, 0), (2_000, 10, 10), (500, 30, 20)])
  func aLongHistoryOfARegisterIsLinearizable(size: Int, clients: Int, unknown: Int) {
    let history = register(operations: size, clients: clients, seed: size, unknown: unknown)
    #expect(Linearizability.judge(history, without: history.anomalies) == .held)
  }

  @Test func whatTakesTooLongIsUndecided() {
    // Two writes of each value, all at once; each value is read twice, in turn, and one of them a third time. Which of its
    // writes came first makes no difference, and yet so many ways.
    var history = RegisterHistory()
    var place = 0
    for process in 0..<48 {
      _ = history.append(.init(process: process, key: 0, .write, value: process / 2 + 1, invoked: place))
      place += 1
    }
    for read in 0..<49 {
      let number = history.append(.init(process: 100, key: 0, .read, value: 0, invoked: place))
      history.end(number, .ok, value: read % 24 + 1, at: place + 1)
      place += 2
    }
    for process in 0..<48 { history.end(process, .ok, value: 0, at: place + process) }
    guard case .undecided = Linearizability.judge(history, without: history.anomalies) else {
      Issue.record("a million states are not enough")
      return
    }
  }

  @Test func nothingIsNotJudged() {
    #expect(Linearizability.judge(RegisterHistory(), without: []).isNotJudged)
    var history = RegisterHistory()
    let number = history.append(.init(process: 0, key: 0, .write, value: 1, invoked: 0))
    history.end(number, .failed, value: 0, at: 1)
    #expect(Linearizability.judge(history, without: []).isNotJudged)
    _ = history.append(.init(process: 1, key: 0, .read, value: 0, invoked: 2))
    #expect(Linearizability.judge(history, without: []).isNotJudged)
    history.end(1, .ok, value: 0, at: 3)
    #expect(Linearizability.judge(history, without: []) == .held)
    history.leaveOut(0, .expiring)
    #expect(Linearizability.judge(history, without: []).isNotJudged)
  }
}
