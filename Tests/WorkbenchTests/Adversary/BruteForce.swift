import Analysis
import Kernel
import Language
import Replication

@testable import Workbench

/// Every set of up to so many lost messages, tried one after another: slow, simple, and without anything of the search that it
/// judges. A message is known by its number among those that come to be delivered.
struct BruteForce {
  let lines: [SourceLine]
  let claim: BreakPlan.Claim
  private(set) var runs = 0

  init(_ plan: BreakPlan) { (lines, claim) = (plan.lines, plan.claim) }

  /// Whether some set of losses makes the claim false.
  mutating func breaks(with count: Int) -> Bool {
    var sets: [[Int]] = [[]]
    while !sets.isEmpty {
      var longer: [[Int]] = []
      for lost in sets {
        runs += 1
        let (isKept, delivered) = run(losing: lost)
        if !isKept { return true }
        guard lost.count < count else { continue }
        longer += ((lost.last ?? -1) + 1..<max((lost.last ?? -1) + 1, delivered)).map { lost + [$0] }
      }
      sets = longer
    }
    return false
  }

  /// What came of a set.
  struct Outcome {
    let isKept: Bool
    /// How many messages came to be delivered, lost ones included.
    let delivered: Int
  }

  /// What comes of each set of up to so many losses; a set that makes the claim false is not added to.
  mutating func outcomes(with count: Int) -> [[Int]: Outcome] {
    var (found, sets): ([[Int]: Outcome], [[Int]]) = ([:], [[]])
    while let lost = sets.popLast() {
      runs += 1
      let (isKept, delivered) = run(losing: lost)
      found[lost] = Outcome(isKept: isKept, delivered: delivered)
      let first = (lost.last ?? -1) + 1
      guard isKept, lost.count < count, first < delivered else { continue }
      sets += (first..<delivered).map { lost + [$0] }
    }
    return found
  }

  private func run(losing lost: [Int]) -> (isKept: Bool, delivered: Int) {
    var session = Session()
    var count = 0
    func head() -> InFlight? {
      session.cluster.messagesInFlight.first { if case .message = $0.event { true } else { false } }
    }
    for line in lines {
      guard let command = try? CommandParser.parse(line.text, in: session.names(carryingOut: line)),
        var goal = try? session.begin(command, from: line, report: { _ in })
      else { continue }
      var isReached = false
      while !isReached {
        while lost.contains(count), let message = head() {
          session.timeline.perform(.drop(message.number))
          count += 1
        }
        let next = head()
        isReached = session.pursue(&goal, until: .end, atMost: 1, report: { _ in }) == .reached
        if let next, !session.cluster.messagesInFlight.contains(where: { $0.number == next.number }) { count += 1 }
      }
    }
    return (session.judge(claim) != false, count)
  }
}
