/// The few operations that show that no order explains a register's answers.
struct LinearizationWitness {
  /// How many configurations are looked at, at most, to make a witness small.
  private static let budget = 200_000

  /// The operations as they stood at the ending.
  private let operations: [RegisterHistory.Operation]
  /// The places of those that count.
  private let candidates: [Int]
  private let last: Int

  /// The places of operations that can't be explained by themselves, of those that had begun by an ending.
  ///
  /// What only reads can be left out: an order that explains all explains the rest. So can a write or a compare-and-set
  /// whose value none of the rest has to find, unless something must have found *another* value than some. What is left
  /// has to be impossible by itself.
  static func places(_ operations: [RegisterHistory.Operation], _ end: Int) -> [Int] {
    LinearizationWitness(operations, end).places
  }

  private init(_ operations: [RegisterHistory.Operation], _ end: Int) {
    self.operations = operations.map { operation in
      guard operation.ended > end else { return operation }
      var operation = operation
      (operation.ended, operation.ending) = (.max, .unknown)
      return operation
    }
    candidates = operations.indices.filter { place in
      let operation = operations[place]
      guard operation.invoked < end, operation.ending != .failed else { return false }
      // What was still in flight had found nothing, and what it found then says that it didn't write.
      return operation.ended <= end || operation.mayHaveWritten
    }
    last = candidates.first { operations[$0].ended == end } ?? 0
  }

  private var places: [Int] {
    var budget = Self.budget
    func isImpossible(_ places: [Int]) -> Bool? {
      guard budget > 0 else { return nil }
      if case .broken = LinearizationSearch.run(places.map { operations[$0] }, budget: &budget) { return true }
      return false
    }
    let known = SmallestWitness.irreducible(candidates, without: without, isBroken: isImpossible)
    return SmallestWitness.numbers(among: candidates, with: last, known: known) { places in
      isClosed(places) && isImpossible(places) == true
    }
  }

  /// What is left without a stretch, as far as that can be left out.
  private func without(_ stretch: Range<Int>, of places: [Int]) -> [Int] {
    let kept = places.indices.filter { !stretch.contains($0) || !isReading(places[$0]) }
    guard var wanted = wanted(by: kept.map { places[$0] }) else { return kept.map { places[$0] } }
    return kept.reversed().filter { index in
      let operation = operations[places[index]]
      guard stretch.contains(index), wanted[operation.value, default: 0] == 0 else { return true }
      // What it asked for itself is wanted no longer.
      if case .compareAndSet(let expected) = operation.function { wanted[expected, default: 0] -= 1 }
      return false
    }.reversed().map { places[$0] }
  }

  private func isReading(_ place: Int) -> Bool { operations[place].isRead || operations[place].ending == .refuted }

  /// How many operations have to find each value, or ask for it; nil if one has to find any other than some.
  private func wanted(by places: [Int]) -> [Int: Int]? {
    var wanted: [Int: Int] = [:]
    for place in places {
      let operation = operations[place]
      if operation.ending == .refuted { return nil }
      switch operation.function {
      case .read: wanted[operation.value, default: 0] += 1
      case .compareAndSet(let expected): wanted[expected, default: 0] += 1
      case .write: break
      }
    }
    return wanted
  }

  /// Whether whatever wrote something that others have to find is among them.
  private func isClosed(_ places: [Int]) -> Bool {
    let wanted = wanted(by: places)
    let members = Set(places)
    return candidates.allSatisfy { place in
      isReading(place) || members.contains(place) || wanted.map { $0[operations[place].value] ?? 0 == 0 } ?? false
    }
  }
}
