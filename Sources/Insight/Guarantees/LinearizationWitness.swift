/// The few operations that show that no order explains a register's answers.
enum LinearizationWitness {
  /// How many configurations are looked at, at most, to make a witness small.
  private static let budget = 200_000

  /// The places of operations that can't be explained by themselves, of those that had begun by an ending.
  ///
  /// What only reads can be left out: an order that explains all explains the rest. So can a write or a compare-and-set
  /// whose value none of the rest has to find, unless something must have found *another* value than some. What is left
  /// has to be impossible by itself, and is smallest in that nothing more can be left out, a stretch or one by one.
  static func places(_ operations: [RegisterHistory.Operation], _ end: Int) -> [Int] {
    var places = operations.indices.filter { place in
      let operation = operations[place]
      guard operation.invoked < end, operation.ending != .failed else { return false }
      // What was still in flight had found nothing.
      return operation.ended <= end || operation.mayHaveWritten
    }
    var budget = Self.budget
    func isImpossible(_ places: [Int]) -> Bool {
      let part = places.map { place in
        var operation = operations[place]
        if operation.ended > end { (operation.ended, operation.ending) = (.max, .unknown) }
        return operation
      }
      if case .broken = LinearizationSearch.run(part, budget: &budget) { return true }
      return false
    }
    var size = max(1, places.count / 2)
    while budget > 0 {
      var isSmaller = false
      var stop = places.count
      while stop > 0, budget > 0 {
        let start = max(0, stop - size)
        let fewer = without(start..<stop, of: places, operations)
        if fewer.count < places.count, isImpossible(fewer) {
          places = fewer
          isSmaller = true
        }
        stop = min(start, places.count)
      }
      if size == 1, !isSmaller { break }
      size = max(1, size / 2)
    }
    return places
  }

  /// What is left without a stretch, as far as that can be left out.
  private static func without(
    _ stretch: Range<Int>, of places: [Int], _ operations: [RegisterHistory.Operation]
  ) -> [Int] {
    func isReading(_ place: Int) -> Bool { operations[place].isRead || operations[place].ending == .refuted }
    let kept = places.indices.filter { !stretch.contains($0) || !isReading(places[$0]) }
    var wanted: [Int: Int] = [:]
    for index in kept {
      let operation = operations[places[index]]
      if operation.ending == .refuted { return kept.map { places[$0] } }
      if operation.isRead { wanted[operation.value, default: 0] += 1 }
      if case .compareAndSet(let expected) = operation.function { wanted[expected, default: 0] += 1 }
    }
    return kept.reversed().filter { index in
      let operation = operations[places[index]]
      guard stretch.contains(index), wanted[operation.value, default: 0] == 0 else { return true }
      // What it asked for itself is wanted no longer.
      if case .compareAndSet(let expected) = operation.function { wanted[expected, default: 0] -= 1 }
      return false
    }.reversed().map { places[$0] }
  }
}
