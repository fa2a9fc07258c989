/// What a session guarantee asks of the values of one key whose order is stated.
struct RankedValues {
  private let guarantee: SessionOrder
  private let history: RegisterHistory
  private var ranks: [Int: [Int]] = [:]

  init(_ guarantee: SessionOrder, order: [Int], _ history: RegisterHistory) {
    (self.guarantee, self.history) = (guarantee, history)
    for (rank, value) in order.enumerated() { ranks[value, default: []].append(rank) }
  }

  /// The earliest ending that breaks the guarantee; nil if none does.
  func end(_ steps: SessionSteps) -> Int? {
    var earliest: Int?
    for session in steps.sessions {
      /// The highest rank that has been taken in so far.
      var highest = -2
      var chosen: [Int: Int] = [:]
      session.walk(in: history) { number in
        // It begins.
        let operation = history.operations[number]
        var bound = highest
        for half in operation.halves where guarantee.isObliged(half) || guarantee.isObliging(half) {
          guard let range = range(half) else { continue }
          if guarantee.isObliged(half), range.most < bound {
            earliest = min(earliest ?? .max, operation.ended)
            continue
          }
          guard guarantee.isObliging(half) else { continue }
          // The least that will do leaves most room to what comes later.
          let rank = guarantee.isObliged(half) ? least(half, from: bound) ?? range.least : range.least
          chosen[number] = max(chosen[number] ?? -2, rank)
          // What it found itself obliges what it writes.
          if !guarantee.isObligedRead, guarantee.isObligingRead { bound = max(bound, rank) }
        }
      } ended: { number in
        if let rank = chosen[number] { highest = max(highest, rank) }
      }
    }
    return earliest
  }

  /// The ranks that a found value may have, or a written one; nil for one that never took effect.
  private func range(_ half: RegisterHistory.Half) -> (least: Int, most: Int)? {
    let known = ranks[half.value]
    if half.value == 0, half.isFound { return (-1, known?.last ?? -1) }
    guard let known, let first = known.first, let last = known.last else { return nil }
    return (first, last)
  }

  /// The least rank of a value that isn't below a bound.
  private func least(_ half: RegisterHistory.Half, from bound: Int) -> Int? {
    if half.value == 0, half.isFound, bound <= -1 { return -1 }
    return ranks[half.value]?.first { $0 >= bound }
  }
}
