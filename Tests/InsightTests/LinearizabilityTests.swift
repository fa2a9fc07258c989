import Insight
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
    let end = witness.map { history.operations[$0].ended }.filter { $0 < .max }.max() ?? .max
    func cut(_ operations: [RegisterHistory.Operation]) -> [RegisterHistory.Operation] {
      operations.filter { $0.invoked < end }.compactMap { operation in
        guard operation.ended > end else { return operation }
        guard operation.mayHaveWritten else { return nil }
        var operation = operation
        (operation.ended, operation.ending) = (.max, .unknown)
        return operation
      }
    }
    let told = cut(witness.map { history.operations[$0] })
    #expect(!SmallHistory.isLinearizable(told), context)
    for place in told.indices where told[place].isRead {
      var fewer = told
      fewer.remove(at: place)
      #expect(SmallHistory.isLinearizable(fewer), context)
    }
    let before = history.operations.map(\.ended).filter { $0 < end }.max() ?? -1
    let earlier = history.operations.filter { $0.invoked <= before }.compactMap { operation in
      guard operation.ended > before else { return operation }
      guard operation.mayHaveWritten else { return nil }
      var operation = operation
      (operation.ended, operation.ending) = (.max, .unknown)
      return operation
    }
    #expect(SmallHistory.isLinearizable(earlier), context)
  }

  /// What a real register answers to many clients at once, with values that repeat.
  private func register(operations: Int, clients: Int, seed: Int, unknown: Int) -> RegisterHistory {
    var small = SmallHistory(seed: seed)
    var history = RegisterHistory()
    var open: [(number: Int, isDone: Bool, found: Int)?] = Array(repeating: nil, count: clients)
    var (value, place) = (0, 0)
    while history.operations.count < operations || open.contains(where: { $0 != nil }) {
      let client = small.roll(clients)
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
          if !operation.isRead, small.roll(100) < unknown { ending = .unknown }
          history.end(number, ending, value: found, at: place)
          open[client] = nil
        }
      } else if history.operations.count < operations {
        let kind = small.roll(3)
        let function: RegisterHistory.Function =
          kind == 0 ? .read : kind == 1 ? .write : .compareAndSet(expected: small.roll(5))
        let number = history.append(
          .init(process: client, key: 0, function, value: kind == 0 ? 0 : small.roll(5), invoked: place))
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

  @Test func whatCannotBeSearchedInTimeIsUndecided() {
    // Eighty writes of two values at once, and reads of both in turn that only some of them can explain.
    var history = RegisterHistory()
    var place = 0
    for process in 0..<80 {
      _ = history.append(
        .init(process: process, key: 0, .compareAndSet(expected: process % 7), value: (process * 3) % 7, invoked: place)
      )
      place += 1
    }
    for read in 0..<60 {
      let number = history.append(.init(process: 100, key: 0, .read, value: 0, invoked: place))
      history.end(number, .ok, value: (read * 5) % 7, at: place + 1)
      place += 2
    }
    for process in 0..<80 { history.end(process, .ok, value: 0, at: place + process) }
    switch Linearizability.judge(history, without: history.anomalies) {
    case .undecided, .broken, .held: break
    case .notJudged: Issue.record("there is much to judge")
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
