import Insight
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Workbench

/// What `whatif` calls guaranteed is so in whatever order messages arrive: small clusters, and every order tried on forks.
@Suite struct WhatIfOrderTests {
  /// How many ends are looked at for one read, at most.
  private static let limit = 400

  @Test(arguments: 1...40) func aGuaranteedReadIsFreshInWhateverOrderMessagesArrive(seed: Int) throws {
    let script = script(seed)
    let session = try play(script).session
    let plan = OperationPlan(kind: .read, key: "a", level: .one, client: ClientID(0))
    guard session.cluster.catalogue.names.key(named: "a") != nil else { return }
    for trial in OperationWhatIf(plan, in: session.timeline).trials where trial.freshness == .guaranteed {
      var read = plan
      read.level = try #require(ConsistencyLevel.allCases.first { $0.name == trial.level })
      var start = session.timeline
      start.fork("order")
      start.makeRoom(at: start.world.cluster.nextStart)
      let id = start.operate(read)
      var ends = 0
      #expect(!isEverStale(start.world, id, &ends), "seed \(seed) at \(trial.level)\n\(script)")
      #expect(ends > 0, "seed \(seed) at \(trial.level): nothing was judged")
    }
  }

  /// Whether some order in which the messages on their way are delivered makes a read's answer stale.
  private func isEverStale(_ world: World, _ read: OperationID, _ ends: inout Int) -> Bool {
    if let entry = world.observer.history[read] {
      ends += 1
      return entry.isStale
    }
    guard ends < Self.limit else { return false }
    let numbers = world.cluster.messagesInFlight.map(\.number)
    if numbers.isEmpty {
      var next = world
      return next.step() && isEverStale(next, read, &ends)
    }
    for number in numbers {
      var next = world
      next.apply(.deliver(number))
      if isEverStale(next, read, &ends) { return true }
    }
    return false
  }

  private func script(_ seed: Int) -> String {
    var dice = Dice(seed: seed)
    let size = dice.roll(2...3)
    var lines = ["cluster us-east-1:\(size) rf=\(size)", "seed \(seed)"]
    lines.append("set tombstone-grace \(dice.pick(["0s", "1s", "10s"]))")
    if dice.chance(50) { lines.append("set hints off") }
    if dice.chance(50) { lines.append("set failure-detector oracle") }
    var number = 0
    func replica() -> String { "us\(dice.roll(1...size))" }
    for _ in 0..<dice.roll(4...10) {
      let place = replica()
      number += 1
      switch dice.roll(1...8) {
      case 1, 2: lines.append("write a v\(number) at \(dice.pick(["ONE", "QUORUM", "ALL"])) via \(place)")
      case 3: lines.append("write a v\(number) ttl \(dice.pick(["1s", "5s"])) via \(place)")
      case 4, 5: lines.append("delete a at \(dice.pick(["ONE", "QUORUM"])) via \(place)")
      case 6: lines += ["crash \(place)", "run \(dice.pick(["10ms", "3s"]))"]
      case 7: lines += ["wipe \(place)", "restart \(place)"]
      default: lines += ["restart us-east-1", "run \(dice.pick(["1ms", "2s", "12s"]))"]
      }
    }
    return (lines + ["restart us-east-1", "run \(dice.pick(["0us", "2s"]))"]).joined(separator: "\n")
  }

  @Test func aPurgedTombstoneGuaranteesNothing() throws {
    let session = try play(
      """
      cluster us-east-1:3 rf=3
      set tombstone-grace 1s
      set hints off
      write a milk at ALL
      crash us3
      run 2s
      delete a at QUORUM
      run 5s
      restart us3
      run 2s
      """
    ).session
    let plan = OperationPlan(kind: .read, key: "a", level: .one, client: ClientID(0))
    let trials = OperationWhatIf(plan, in: session.timeline).trials
    #expect(trials.allSatisfy { $0.freshness != .guaranteed }, "the dead value may come back at any level")
  }
}
