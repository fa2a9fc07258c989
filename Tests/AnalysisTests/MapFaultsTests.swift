import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis

/// What is said of links is what is wrong with them: no more, no less, whatever is said together.
@Suite struct MapFaultsTests {
  private struct Way: Hashable {
    let from: Int
    let to: Int
  }

  @Test(arguments: 1...60) func everyFaultOfALinkIsSaidOnce(seed: Int) {
    var dice = Dice(seed: seed)
    var cluster = Cluster(seed: 1)
    let all = Array(cluster.topology.replicaIDs)
    func some(_ dice: inout Dice) -> ReplicaSet {
      if dice.chance(40) { return cluster.topology.set(of: RegionID(dice.roll(below: 3))) }
      return ReplicaSet(all.shuffled(using: &dice).prefix(dice.roll(1...4)))
    }
    for _ in 0..<dice.roll(0...5) {
      let links = Fault.Links(from: some(&dice), to: some(&dice), bothWays: dice.chance(60))
      cluster.apply(
        .fault(
          dice.pick([.cut([links]), .hold(links), .slow(links, by: .milliseconds(5)), .heal([links]), .release(links)]))
      )
    }
    let report = MapReport(cluster)
    var said: [Way: [String]] = [:]
    for fault in report.faults {
      for from in fault.from.replicas {
        for to in fault.to.replicas where from != to {
          said[Way(from: from, to: to), default: []].append(fault.words)
          // Within a party that is named on both sides each way is a way of its own.
          if fault.isBothWays, fault.from != fault.to { said[Way(from: to, to: from), default: []].append(fault.words) }
        }
      }
    }
    for from in all {
      for to in all where from != to {
        let link = cluster.network.link(from, to)
        let isFaulty = link.isCut || link.isHeld || link.slowdown != .zero
        let words = said[Way(from: from.index, to: to.index)] ?? []
        #expect(words.isEmpty == !isFaulty, "seed \(seed), \(from.index) to \(to.index)")
        #expect(words.allSatisfy { $0.hasPrefix("cut") == link.isCut && $0.contains("held") == link.isHeld })
        #expect(Set(words).count == words.count || words.count == 2 && report.faults.count > 1, "seed \(seed)")
      }
    }
  }
}
