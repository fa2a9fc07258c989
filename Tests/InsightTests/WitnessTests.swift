import Insight
import TestSupport
import Testing

/// Each witness against all sets of operations: none that ends earlier breaks the guarantee, and of those that break it by
/// themselves none is smaller, and none as small stands before it.
@Suite struct WitnessTests {
  private typealias Operation = RegisterHistory.Operation

  /// The first of all sets of some numbers, the smaller before the larger, that is as it is wanted.
  static func smallest(of numbers: [Int], where isBroken: ([Int]) -> Bool) -> [Int]? {
    func sets(_ size: Int, from start: Int) -> [[Int]] {
      guard size > 0 else { return [[]] }
      guard start < numbers.count else { return [] }
      return sets(size - 1, from: start + 1).map { [numbers[start]] + $0 } + sets(size, from: start + 1)
    }
    for size in 0...numbers.count {
      if let set = sets(size, from: 0).first(where: isBroken) { return set }
    }
    return nil
  }

  // MARK: Linearizability

  /// The operations as they stood at an ending.
  private static func cut(_ history: RegisterHistory, by end: Int) -> [(number: Int, operation: Operation)] {
    history.operations.enumerated().compactMap { number, operation in
      guard operation.invoked <= end, operation.ending != .failed else { return nil }
      guard operation.ended > end else { return (number, operation) }
      guard operation.mayHaveWritten else { return nil }
      var operation = operation
      (operation.ended, operation.ending) = (.max, .unknown)
      return (number, operation)
    }
  }

  private static func earliestEnd(_ history: RegisterHistory) -> Int? {
    history.operations.map(\.ended).filter { $0 < .max }.sorted().first { end in
      !SmallHistory.isLinearizable(cut(history, by: end).map(\.operation))
    }
  }

  @Test(arguments: 1...30) func whereValuesDifferTheFewestZonesAreTold(seed: Int) {
    var small = SmallHistory(seed: seed + 71_000)
    var told = 0
    for round in 0..<60 {
      let history = small.make(steps: 15, values: nil)
      guard history.anomalies.isEmpty, let end = Self.earliestEnd(history) else { continue }
      let cut = Self.cut(history, by: end)
      // What is read of a write that isn't told may have been written at any time.
      let expected = Self.smallest(of: cut.map(\.number)) { numbers in
        let part = cut.filter { numbers.contains($0.number) }.map(\.operation)
        let values = Set(part.filter(\.isRead).map(\.value))
          .subtracting(part.filter { !$0.isRead }.map(\.value) + [0]).sorted()
        return !SmallHistory.isLinearizable(
          part + values.map { Operation(process: 100 + $0, key: 0, isRead: false, value: $0, invoked: -1) })
      }
      expect(Linearizability.judge(history, without: []), expected, "seed \(seed), round \(round)", history)
      told += 1
    }
    #expect(told > 0)
  }

  @Test(arguments: 1...30, [1, 2, 3]) func whereValuesRepeatTheFewestOperationsAreTold(seed: Int, values: Int) {
    var small = SmallHistory(seed: seed * 10 + values + 72_000)
    for round in 0..<40 {
      let history = small.make(steps: 13, values: values)
      guard history.anomalies.isEmpty, let end = Self.earliestEnd(history) else { continue }
      let cut = Self.cut(history, by: end)
      let hasConditions = history.operations.contains { if case .compareAndSet = $0.function { true } else { false } }
      let written = cut.map(\.operation).filter { !$0.isRead }.map(\.value)
      // Where each value was written once nothing has to be searched.
      guard hasConditions || written.contains(0) || Set(written).count < written.count else { continue }
      let expected = Self.smallest(of: cut.map(\.number)) { numbers in
        let part = cut.filter { numbers.contains($0.number) }.map(\.operation)
        let missing = cut.filter { !numbers.contains($0.number) }.map(\.operation)
        // Nothing is left out that others may have found.
        guard missing.allSatisfy({ !Self.isWanted($0, by: part) }) else { return false }
        return !SmallHistory.isLinearizable(part)
      }
      expect(
        Linearizability.judge(history, without: []), expected, "seed \(seed), values \(values), round \(round)", history
      )
    }
  }

  private static func isWanted(_ write: Operation, by part: [Operation]) -> Bool {
    guard !write.isRead, write.ending != .refuted else { return false }
    return part.contains { other in
      switch (other.function, other.ending) {
      case (_, .refuted): true
      case (.read, _): other.value == write.value
      case (.compareAndSet(let expected), _): expected == write.value
      case (.write, _): false
      }
    }
  }

  private func expect(_ verdict: Verdict, _ expected: [Int]?, _ context: String, _ history: RegisterHistory) {
    guard case .broken(let witness, _) = verdict else {
      Issue.record("\(context): not broken")
      return
    }
    #expect(witness == expected, "\(context): \(history.operations)")
  }

  // MARK: Sessions

  private typealias Judge = @Sendable (RegisterHistory, [RegisterHistory.Anomaly], Set<Int>?) -> Verdict

  private static let guarantees: [(name: String, judge: Judge, obligingRead: Bool, obligedRead: Bool)] = [
    ("read-your-writes", ReadYourWrites.judge, false, true), ("monotonic-reads", MonotonicReads.judge, true, true),
    ("monotonic-writes", MonotonicWrites.judge, false, false),
    ("writes-follow-reads", WritesFollowReads.judge, true, false),
  ]

  @Test(arguments: 1...25, [0, 1, 2]) func ofASessionTheFewestOperationsAreTold(seed: Int, values: Int) {
    var small = SmallHistory(seed: seed * 3 + values + 73_000)
    for round in 0..<12 {
      let history = small.make(steps: 14, values: values == 0 ? nil : values)
      guard history.operations.count(where: \.mayHaveWritten) <= 4 else { continue }
      let answered = SmallHistory.answered(history)
      for guarantee in Self.guarantees {
        expectSmallest(guarantee.judge(history, history.anomalies, nil), history, answered) { numbers in
          SmallHistory.canBeKept(
            history, obligingRead: guarantee.obligingRead, obligedRead: guarantee.obligedRead, only: numbers)
        } context: {
          "seed \(seed), values \(values), round \(round), \(guarantee.name): \(history.operations)"
        }
      }
    }
  }

  @Test(arguments: 1...40, [0, 1, 2]) func ofAStatedOrderTheFewestOperationsAreTold(seed: Int, values: Int) {
    var small = SmallHistory(seed: seed * 3 + values + 74_000)
    for round in 0..<20 {
      var history = small.make(steps: 14, values: values == 0 ? nil : values)
      var order = history.operations.filter(\.mayHaveWritten).map(\.value)
      for place in order.indices { order.swapAt(place, small.dice.roll(below: place + 1)) }
      // What never took effect is left out.
      if let last = order.last, small.dice.roll(below: 4) == 0 { order.removeAll { $0 == last } }
      history.orders[0] = order
      let answered = SmallHistory.answered(history)
      for guarantee in Self.guarantees {
        expectSmallest(guarantee.judge(history, history.anomalies, nil), history, answered) { numbers in
          Self.isKept(numbers, history, order, guarantee.obligingRead, guarantee.obligedRead)
        } context: {
          "seed \(seed), values \(values), round \(round), \(guarantee.name): \(order), \(history.operations)"
        }
      }
    }
  }

  private func expectSmallest(
    _ verdict: Verdict, _ history: RegisterHistory, _ answered: [Int], _ isKept: ([Int]) -> Bool,
    context: () -> String
  ) {
    guard !isKept(answered) else {
      #expect(!verdict.isBroken, "\(context())")
      return
    }
    let ends = answered.map { history.operations[$0].ended }.sorted()
    func ended(_ end: Int) -> [Int] { answered.filter { history.operations[$0].ended <= end } }
    let end = ends.first { !isKept(ended($0)) } ?? .max
    let expected = Self.smallest(of: ended(end)) { !isKept($0) }
    guard case .broken(let witness, _) = verdict else {
      Issue.record("\(context()): not broken")
      return
    }
    #expect(witness == expected, "\(context())")
  }

  /// Whether the places of some operations' values in an order can be chosen so that every demand is kept.
  private static func isKept(
    _ numbers: [Int], _ history: RegisterHistory, _ order: [Int], _ obligingRead: Bool, _ obligedRead: Bool
  ) -> Bool {
    /// The places that what was found, or was written, may have; nil if it has none and so demands nothing.
    func places(_ number: Int, _ isRead: Bool) -> [Int]? {
      let operation = history.operations[number]
      let value: Int? =
        isRead ? operation.found : operation.isRead ? nil : operation.value
      guard let value else { return nil }
      let places = (isRead && value == 0 ? [-1] : []) + order.indices.filter { order[$0] == value }
      return places.isEmpty ? nil : places
    }
    func search(_ rest: ArraySlice<Int>, _ chosen: [Int: (found: Int?, written: Int?)]) -> Bool {
      guard let number = rest.first else { return isKept(chosen) }
      for found in places(number, true).map({ $0.map(Optional.some) }) ?? [nil] {
        for written in places(number, false).map({ $0.map(Optional.some) }) ?? [nil] {
          var chosen = chosen
          chosen[number] = (found, written)
          if isKept(chosen), search(rest.dropFirst(), chosen) { return true }
        }
      }
      return false
    }
    func isKept(_ chosen: [Int: (found: Int?, written: Int?)]) -> Bool {
      for (later, two) in chosen {
        if obligingRead, !obligedRead, let found = two.found, let written = two.written, written < found {
          return false
        }
        guard let obliged = obligedRead ? two.found : two.written else { continue }
        for (earlier, one) in chosen where history.operations[earlier].precedes(history.operations[later]) {
          guard history.operations[earlier].session == history.operations[later].session,
            let obliging = obligingRead ? one.found : one.written
          else { continue }
          if obliged < obliging { return false }
        }
      }
      return true
    }
    return search(numbers[...], [:])
  }
}
