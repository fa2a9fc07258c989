import Algorithms

/// What a session guarantee demands of one key: when that was broken, and by which operations.
struct KeyDemands {
  /// What came of looking at the key.
  enum Finding {
    case kept
    case undecided
    /// It was broken when this had ended.
    case broken(end: Int)
  }

  private let guarantee: SessionOrder
  private let steps: SessionSteps
  private let history: RegisterHistory
  private let ranks: RankedValues?
  private let writers: KeyWriters

  /// - Parameter numbers: all operations on the key, also those that found something impossible.
  init(
    _ guarantee: SessionOrder, _ steps: SessionSteps, _ numbers: [Int], _ history: RegisterHistory, order: [Int]?
  ) {
    (self.guarantee, self.steps, self.history) = (guarantee, steps, history)
    ranks = order.map { RankedValues(guarantee, order: $0, history) }
    writers = KeyWriters(order == nil ? numbers : [], in: history)
  }

  /// Whether it is a stated order of the values that counts.
  var hasOrder: Bool { ranks != nil }

  private func unranked(_ steps: SessionSteps) -> UnrankedValues { UnrankedValues(guarantee, steps, writers, history) }

  var finding: Finding {
    if let ranks { return ranks.end(steps).map { .broken(end: $0) } ?? .kept }
    switch unranked(steps).isKept {
    case true?: return .kept
    case nil: return .undecided
    case false?: break
    }
    // What can't be kept can't be kept with more to come either.
    let ends = steps.ends
    return .broken(end: ends[ends.dropLast().partitioningIndex { unranked(steps.ended(by: $0)).isKept == false }])
  }

  /// The fewest operations that break it by themselves, of those that had ended by that place; the earliest of those.
  func witness(by end: Int) -> [Int] {
    let steps = steps.ended(by: end)
    guard let last = steps.numbers.first(where: { history.operations[$0].ended == end }) else { return [] }
    guard ranks == nil else {
      // A session's demands are its own.
      let session = history.operations[last].session
      return smallest(steps.numbers.filter { history.operations[$0].session == session }, last)
    }
    let unranked = unranked(steps)
    return smallest(steps.numbers, last, known: unranked.shortestCircle(of: last))
  }

  private func smallest(_ candidates: [Int], _ last: Int, known: [Int]? = nil) -> [Int] {
    let known = known ?? SmallestWitness.irreducible(candidates, isBroken: isBroken)
    return SmallestWitness.numbers(among: candidates, with: last, known: known, isBroken: isBroken)
  }

  /// Whether some operations break it by themselves: of the others it is known only what they wrote.
  private func isBroken(_ numbers: [Int]) -> Bool {
    let steps = SessionSteps(numbers, in: history)
    return ranks.map { $0.end(steps) != nil } ?? (unranked(steps).isKept == false)
  }
}

/// The operations that have written each value of a key, or may have.
struct KeyWriters {
  private var numbers: [Int: [Int]] = [:]

  init(_ all: [Int], in history: RegisterHistory) {
    for number in all where history.operations[number].mayHaveWritten {
      numbers[history.operations[number].value, default: []].append(number)
    }
  }

  /// Those of a value, in the order in which they began.
  func of(_ value: Int) -> [Int] { numbers[value] ?? [] }
}
