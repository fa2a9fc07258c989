/// Whether each key behaved as one register that every operation reached at some instant between its invocation and its
/// ending (Herlihy and Wing, TOPLAS 1990; a history is linearizable if that of each key is).
///
/// Where each value was written once, and nothing was deleted or written on a condition, no search is needed
/// (``RegisterZones``). Else one order after another is tried (``LinearizationSearch``), as far as the budget goes.
public enum Linearizability {
  /// How many configurations the search looks at, at most: so many, and four more for each operation of the key.
  public static let budget = 1_000_000

  /// Judges a history. The witness is that of the earliest ending with which some key can't be explained any more.
  ///
  /// - Complexity: O(n log n) where no search is needed, else as the ``budget`` allows.
  public static func judge(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) -> Verdict {
    if let anomaly = anomalies.min(by: { history.operations[$0.read].ended < history.operations[$1.read].ended }) {
      return .broken(witness: [anomaly.read], reason: "this read answers a value, but \(anomaly.reason.rawValue)")
    }
    var earliest: (end: Int, key: KeyRegister)?
    var isUndecided = false
    for numbers in history.judged(without: []) where !numbers.isEmpty {
      let register = KeyRegister(numbers, in: history)
      switch register.finding {
      case .linearizable: break
      case .broken(let end): if end < earliest?.end ?? .max { earliest = (end, register) }
      case .undecided: isUndecided = true
      }
    }
    if let (end, register) = earliest { return register.broken(at: end) }
    if isUndecided {
      return .undecided(reason: "more than \(budget) states were looked at, and no order was found or ruled out")
    }
    return history.concluded(.held, on: .operations)
  }
}

/// The operations on one key, and whether one register can have answered them.
struct KeyRegister {
  /// What came of looking.
  enum Finding {
    case linearizable
    /// It can't be explained from this ending on.
    case broken(end: Int)
    case undecided
  }

  /// The numbers of the operations.
  let numbers: [Int]
  let operations: [RegisterHistory.Operation]
  private let isPlain: Bool

  init(_ numbers: [Int], in history: RegisterHistory) {
    self.numbers = numbers
    operations = numbers.map { history.operations[$0] }
    var written: Set<Int> = [0]
    isPlain = operations.allSatisfy {
      switch $0.function {
      case .read: true
      case .write: written.insert($0.value).inserted
      case .compareAndSet: false
      }
    }
  }

  var finding: Finding {
    guard !isPlain else { return RegisterZones.end(of: operations).map { .broken(end: $0) } ?? .linearizable }
    var budget = Linearizability.budget + 4 * operations.count
    return LinearizationSearch.run(operations, budget: &budget)
  }

  /// The verdict on a key that can't be explained from an ending on, with few operations that show it.
  func broken(at end: Int) -> Verdict {
    let places =
      isPlain ? RegisterZones.witness(in: operations, end: end) : LinearizationWitness.places(operations, end)
    return .broken(
      witness: places.map { numbers[$0] },
      reason: isPlain
        ? "the key must have held one value while it held the other"
        : "no order of these operations explains what they found")
  }
}
