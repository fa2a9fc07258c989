import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// What a store owes its clients whatever the network does: random scripts of operations and faults, none of which
/// loses a disk, turns a clock or outlasts the hint window.
@Suite struct DurabilityTests {
  /// Plays a seed's script to its end: faults healed, copies brought level by reads that ask everybody.
  private func recovered(
    _ seed: Int, _ strength: RandomScript.Strength
  ) throws -> (played: Played, script: String) {
    var script = RandomScript(seed: seed, length: 40, strength: strength)
    script.recover()
    return (try play(script.text), script.text)
  }

  @Test(arguments: [1...60, 61...120]) func noAcknowledgedWriteIsLostAndTheCopiesBecomeEqual(
    seeds: ClosedRange<Int>
  ) throws {
    for seed in seeds {
      let (played, script) = try recovered(seed, .mixed)
      let lost = try played.fact("writes.lost")
      #expect(lost == "0", "seed \(seed): \(lost) writes lost\n\(script)")
      #expect(played.session.expectations.failed == 0, "seed \(seed): not converged within a minute\n\(script)")
    }
  }

  @Test(arguments: [1_001...1_050, 1_051...1_100]) func aQuorumReadSeesEveryQuorumWriteThatPrecedesIt(
    seeds: ClosedRange<Int>
  ) throws {
    for seed in seeds {
      let (played, script) = try recovered(seed, .quorum)
      let lost = try played.fact("writes.lost")
      #expect(lost == "0", "seed \(seed): \(lost) writes lost\n\(script)")
      for read in played.operations where read.isStale == true {
        Issue.record("seed \(seed): operation \(read.id) misses \(read.missed)\n\(script)")
      }
    }
  }

  /// The same scripts at ONE show what the quorum is good for: without it the claim is false.
  @Test func theSameScriptsAtWeakerLevelsHaveStaleReads() throws {
    let stale = try (1...20).reduce(0) { sum, seed in
      sum + (try recovered(seed, .mixed).played.operations.count { $0.isStale == true })
    }
    #expect(stale > 0)
  }

  @Test func theScriptsAreHardEnough() throws {
    var outcomes: [Outcome: Int] = [:]
    var hints = 0
    for seed in 1...20 {
      let played = try recovered(seed, .mixed).played
      for operation in played.operations { outcomes[operation.outcome, default: 0] += 1 }
      hints += Int(try played.fact("hints.replayed")) ?? 0
    }
    #expect([Outcome.ok, .unavailable, .timeout].allSatisfy { outcomes[$0, default: 0] >= 10 }, "\(outcomes)")
    #expect(hints > 0)
  }
}
