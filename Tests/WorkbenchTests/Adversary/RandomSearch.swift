import Kernel

@testable import Workbench

/// Sets of lost messages drawn at random until one makes a claim false, or, where none does, until all have been drawn: how long it
/// takes whoever doesn't think about it to come to a verdict. What each set comes to is known from a ``BruteForce``, so that a try
/// costs nothing.
struct RandomSearch {
  private let outcomes: [[Int]: BruteForce.Outcome]
  private let faults: Int

  init(_ plan: BreakPlan, faults: Int) {
    var everything = BruteForce(plan)
    (outcomes, self.faults) = (everything.outcomes(with: faults), faults)
  }

  /// Whether some set makes the claim false.
  var isBroken: Bool { outcomes.values.contains { !$0.isKept } }

  /// How many tries it takes under a seed.
  func tries(seed: UInt64) -> Int {
    let randomness = Randomness(seed: seed)
    var (number, count): (UInt64, Int) = (0, 0)
    func draw(below bound: Int) -> Int {
      number += 1
      return Int(randomness.draw(.experiment, owner: 1, number: number).first % UInt64(bound))
    }
    var drawn: Set<[Int]> = []
    while drawn.count < outcomes.count {
      count += 1
      var lost: [Int] = []
      for _ in 0..<draw(below: faults + 1) {
        guard let outcome = outcomes[lost], outcome.isKept else { break }
        let first = (lost.last ?? -1) + 1
        guard first < outcome.delivered else { break }
        lost.append(first + draw(below: outcome.delivered - first))
      }
      if outcomes[lost]?.isKept == false { return count }
      drawn.insert(lost)
    }
    return count
  }
}
