import Insight
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Insight
@testable import Language
@testable import Workbench

/// Three quantities that are called lag: what arrives, what doesn't, and how long the rest takes.
@Suite struct LagFactTests {
  @Test func underACutWhatArrivesIsSilentAndWhatDoesNotGrows() throws {
    try check(
      """
      expect lag.delivered == none and lag.oldest == 0ms and lag.drain == 0ms
      write cart milk at ALL
      expect lag.delivered == 90ms and lag.delivered(us-east-1, eu-west-1) == 40ms and lag.oldest == 0ms
      expect lag.delivered(us-east-1, us-east-1) == 0.5ms and lag.delivered(eu-west-1, us-east-1) == none
      cut us-east-1 eu-west-1
      expect lag.delivered(us-east-1, eu-west-1) == 40ms
      write cart eggs
      run 500ms
      expect lag.oldest >= 500ms and lag.oldest(us-east-1, eu-west-1) >= 500ms and lag.oldest(us-east-1, ap-south-1) == 0ms
      run 30s
      expect lag.delivered(us-east-1, eu-west-1) == none and lag.delivered(us-east-1, ap-south-1) == 90ms
      expect lag.oldest > 30s and lag.oldest < 31s and lag.oldest(eu-west-1, us-east-1) == 0ms
      expect lag.drain == none and lag.drain(us-east-1, eu-west-1) == none and lag.drain(us-east-1, ap-south-1) == 0ms
      heal
      run 20s
      expect lag.oldest == 0ms and lag.delivered(us-east-1, eu-west-1) > 30s and lag.drain == 0ms
      run 61s
      expect lag.delivered(us-east-1, eu-west-1) == none
      """)
  }

  @Test func anOwnerThatIsDownLacksItToo() throws {
    try check(
      """
      crash eu1
      run 2s
      write cart milk at QUORUM
      run 10s
      expect converged and lag.oldest > 10s and lag.oldest < 11s and lag.p99 == none and convergence.p99 < 100ms
      restart eu1
      run 20s
      expect lag.oldest == 0ms and lag.p99 > 10s
      """)
  }

  @Test func aLostDiskLacksWhatStoodOnIt() throws {
    try check(
      """
      write cart milk at ALL
      write cart eggs at ALL
      write other x at ALL
      run 10s
      wipe eu1
      restart eu1
      expect lag.oldest > 10s and lag.oldest(us-east-1, eu-west-1) > 10s
      repair
      run 1s
      expect lag.oldest == 0ms and converged
      """)
  }

  @Test func whatNobodyHoldsAnyMoreIsLostAndNotLate() throws {
    try check(
      """
      cluster us-east-1:1 rf=1
      write cart milk
      expect lag.oldest == 0ms and lag.delivered == none and lag.drain == none
      wipe us1
      restart us1
      run 1s
      expect lag.oldest == 0ms and writes.lost == 1
      """)
  }

  @Test func drainIsTheBytesThatWaitOverTheRate() throws {
    let played = try play(
      """
      set hints on
      crash eu1
      run 2s
      load 100/s for 10s write 100% size 1000B at ONE in us-east-1
      run 10s
      restart eu1
      """)
    let most = try #require(
      played.session.cluster.replicas.ids.map {
        played.session.cluster.hints(of: $0).pending.reduce(0) { $0 + $1.hints.count }
      }.max())
    let text = try played.fact("lag.drain(us-east-1, eu-west-1)")
    let drain = try #require(Quantity.duration(text)).microseconds
    // The coordinator that keeps most sends it at an eighth of 1,024 KiB/s, a little more than 1,000 bytes a hint.
    let least = Double(most) * 1_000 * 8 / (1_024 * 1_024) * 1_000_000
    #expect(most > 100 && Double(drain) > least && Double(drain) < least * 1.3, "\(text) for \(most) hints")
    #expect(try played.fact("lag.drain(eu-west-1, us-east-1)") == "0ms")
    #expect(try play("set hints off\nrun 1s").fact("lag.drain") == "none")
  }

  @Test func faultsThatAreOverAreNotAtWork() throws {
    try check(
      """
      cluster us-east-1:2 eu-west-1:1 rf=us-east-1:2,eu-west-1:1
      expect faults.now == 0
      cut us-east-1 eu-west-1
      expect faults.now == 4
      heal
      crash us1
      slow us2 by 5ms
      skew eu1 by 1ms
      lose 5% us1 -> us2
      expect faults.now == 4
      restart us1
      slow us2 by 0ms
      skew eu1 by 0ms
      lose 0% us1 us2
      expect faults.now == 0 and faults > 0
      """)
  }

  @Test func whoIsHeardByWhom() throws {
    try check(
      """
      expect hears(us1, eu1) and hears(us1, us1)
      cut us1 -> eu1
      expect hears(us1, eu1) and not hears(eu1, us1) and not reachable(us1, eu1)
      pause ap1
      expect not hears(ap1, us1) and not hears(us1, ap1)
      """)
  }

  @Test(arguments: 1...30) func eachCopyIsStoredReplacedOrMissing(seed: Int) throws {
    // The run ends healed and repaired.
    let run = SoakRun(seed: seed, length: 60)
    let session = run.session
    if session.cluster.isConverged {
      let oldest = session.facts.value(.named("lag.oldest", []))
      #expect(oldest == .duration(0), "seed \(seed): \(oldest.text)\n\(run.text)")
    }
    let convergence = session.world.observer.convergence
    let missing = convergence.pending.slots.reduce(0) { $0 + convergence.pending[$1].missing.count }
    #expect(convergence.copies.missing == missing, "seed \(seed)")
    #expect(convergence.lags.count == convergence.copies.stored, "seed \(seed)")
    // Nobody lacks what it holds.
    let cluster = session.cluster
    for slot in convergence.pending.slots {
      let entry = convergence.pending[slot]
      let key = cluster.catalogue.version(entry.version).key
      for owner in entry.missing where cluster.cell(key, at: owner).version == entry.version {
        Issue.record("seed \(seed): \(cluster.topology.name(of: owner)) holds what it is said to lack")
      }
    }
  }
}

/// Percentiles over what has happened and what hasn't.
@Suite struct PercentileTests {
  @Test(arguments: 1...200) func itLiesBetweenWhatItIsAtLeastAndAtMostWhateverBecomesOfTheRest(seed: Int) throws {
    var dice = Dice(seed: seed)
    let spans = (0..<dice.roll(0...40)).map { _ in Int64(dice.roll(0...1_000)) }
    let ages = (0..<dice.roll(0...10)).map { _ in Int64(dice.roll(0...1_000)) }
    var samples = Samples()
    for span in spans { samples.add(span) }
    let share = Double(dice.pick([1, 50, 90, 99, 100]))
    guard let known = Percentile(share, of: samples, missing: ages) else {
      #expect(spans.isEmpty && ages.isEmpty)
      return
    }
    // However long each of the missing takes in the end.
    for _ in 0..<20 {
      let whole = spans + ages.map { $0 + Int64(dice.roll(0...2_000)) }
      let rank = max(1, Int((share / 100 * Double(whole.count)).rounded(.up)))
      let value = whole.sorted()[rank - 1]
      #expect(known.atLeast <= value && value <= known.atMost ?? .max, "seed \(seed)")
    }
    #expect((known.atMost == known.atLeast) || !ages.isEmpty, "seed \(seed)")
  }
}
