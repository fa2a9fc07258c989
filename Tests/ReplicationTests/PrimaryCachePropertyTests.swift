import Kernel
import TestSupport
import Testing

@testable import Replication

/// What holds under the primary-cache scheme whatever is asked and whatever goes wrong.
@Suite struct PrimaryCachePropertyTests {
  @Test(arguments: 0..<40) func withoutFaultsItDoesWhatTheModelDoes(block: Int) {
    for seed in block * 25..<block * 25 + 25 {
      var dice = Dice(seed: seed + 1)
      var cluster = Cluster(Cluster.cachePlan, seed: 1)
      cluster.apply(.set(.binlogDelay(.fixed(TimeSpan(microseconds: Int64(PrimaryCacheModel.binlogDelay))))))
      var model = PrimaryCacheModel()
      for number in 0..<20 {
        // Odd instants: nothing of one operation falls on anything of another.
        let start = Int(cluster.now.microseconds) + 1 + dice.roll(below: dice.roll(below: 3) == 0 ? 400_000 : 3_000)
        cluster.pass(until: Instant(microseconds: Int64(start)))
        let (region, tier, key) = (dice.roll(below: 3), 1 + dice.roll(below: 2), "k\(dice.roll(below: 3))")
        let server = region * 4 + 1 + tier
        let what = dice.roll(below: 10)
        if what < 4 {
          let text = what == 0 ? nil : "v\(number)"
          let end = model.write(text, to: key, in: region, tier: tier, at: start)
          let write = what == 0 ? cluster.remove(key, via: server) : cluster.put(text ?? "", to: key, via: server)
          #expect(Int(write.ended.microseconds) == end, "seed \(seed), operation \(number)")
        } else {
          let isCritical = what == 9
          let (text, end) = model.read(key, in: region, tier: tier, isCritical: isCritical, at: start)
          let read = cluster.get(key, at: isCritical ? .critical : .cached, via: server)
          let seen = cluster.catalogue.isTombstone(read.version) ? nil : cluster.text(of: read.version)
          #expect(seen == text && Int(read.ended.microseconds) == end, "seed \(seed), operation \(number)")
        }
      }
    }
  }

  @Test(arguments: 0..<(SoakSeeds.last(150) + 4) / 5)
  func whateverGoesWrongItHealsAndNothingAcknowledgedIsLost(block: Int) {
    for seed in block * 5..<block * 5 + 5 {
      var (cluster, acknowledged) = Self.played(UInt64(seed) + 1)
      #expect(cluster.broken == nil, "seed \(seed)")
      Self.heal(&cluster)
      cluster.pass(.seconds(90))
      #expect(cluster.broken == nil && cluster.brokenInvariant(.everything) == nil, "seed \(seed)")
      #expect(cluster.isConverged, "seed \(seed): \(cluster.cacheWitness().map { "\($0)" } ?? "databases")")
      let primary = cluster.environment.database(of: cluster.environment.primary.region)
      let disk = cluster.replicas.primaryCache[primary].disk
      var rows: Set<VersionID> = []
      for row in 0..<disk.end { rows.insert(disk[row + 1]) }
      for version in acknowledged {
        #expect(rows.contains(version) != cluster.isGivenUp(version), "seed \(seed): \(version.raw)")
        if cluster.environment.primary.epoch == 1 { #expect(rows.contains(version), "seed \(seed): \(version.raw)") }
      }
    }
  }

  @Test func theSameInputsGiveTheSameBytesAlsoFromACopy() {
    for seed in 1...10 as ClosedRange<UInt64> {
      let (first, second) = (Self.played(seed).cluster, Self.played(seed, copyingAt: 40).cluster)
      #expect(first.fingerprint == second.fingerprint && first.now == second.now, "seed \(seed)")
    }
  }

  // MARK: Random histories

  /// A cluster that random operations, faults and ends of faults have happened to, and the versions that were acknowledged.
  private static func played(_ seed: UInt64, copyingAt copy: Int = -1) -> (cluster: Cluster, acknowledged: [VersionID])
  {
    var dice = Dice(seed: Int(seed))
    var cluster = Cluster(Cluster.cachePlan, seed: seed)
    cluster.isScrutinized = true
    if dice.roll(below: 3) == 0 { cluster.apply(.set(.fillGuard(.lease))) }
    if dice.roll(below: 3) == 0 { cluster.apply(.set(.negativeEntries(true))) }
    if dice.roll(below: 3) == 0 { cluster.apply(.set(.cacheSize(2))) }
    if dice.roll(below: 4) == 0 { cluster.apply(.set(.writeThrough(false))) }
    if dice.roll(below: 3) == 0 { cluster.apply(.set(.binlogDelay(.uniform(.zero, .seconds(1))))) }
    if dice.roll(below: 4) == 0 { cluster.apply(.set(.cacheTTL(.seconds(5)))) }
    if dice.roll(below: 3) == 0 { cluster.apply(.set(.detector(.oracle))) }
    if dice.roll(below: 4) == 0 {
      cluster.apply(.link(.uniform(.zero, .milliseconds(5)), MessageClass.allCases, links(0..<12, 0..<12)))
    }
    for step in 0..<120 {
      if step == copy {
        var other = cluster
        heal(&other)
        other.pass(.seconds(1))
      }
      happen(&cluster, &dice)
    }
    let acknowledged = cluster.ended.elements.filter(\.isAcknowledgedUpdate).map(\.version)
    return (cluster, acknowledged)
  }

  private static func happen(_ cluster: inout Cluster, _ dice: inout Dice) {
    let server = dice.roll(below: 12)
    switch dice.roll(below: 20) {
    case 0...6: cluster.ask(.write, "v\(cluster.nextOperation)", of: "k\(dice.roll(below: 4))", at: .fixed, via: server)
    case 7...10:
      cluster.ask(.read, of: "k\(dice.roll(below: 4))", at: dice.roll(below: 4) == 0 ? .critical : .cached, via: server)
    case 11: cluster.ask(.delete, of: "k\(dice.roll(below: 4))", at: .fixed, via: server)
    case 12: fault(&cluster, &dice)
    case 13: end(&cluster, &dice)
    case 14: cluster.pass(.milliseconds(Int64(dice.roll(below: 4_000))))
    default: cluster.pass(.milliseconds(Int64(dice.roll(below: 100))))
    }
  }

  private static func fault(_ cluster: inout Cluster, _ dice: inout Dice) {
    let server = dice.roll(below: 12)
    let other = (server + 1 + dice.roll(below: 11)) % 12
    let link = links(server..<server + 1, other..<other + 1)
    switch dice.roll(below: 11) {
    case 0, 1: cluster.crash(server)
    case 2: cluster.apply(.fault(.pause(Cluster.set([server]))))
    case 3: cluster.wipe(server)
    case 4: cluster.apply(.fault(.cut([link])))
    case 5: cluster.apply(.fault(.cut([links(0..<4, dice.roll(below: 2) == 0 ? 4..<8 : 8..<12)])))
    case 6: cluster.apply(.fault(.hold(link)))
    case 7: cluster.apply(.fault(.lose(Probability(millionths: 300_000), links(0..<12, 0..<12))))
    case 8: cluster.apply(.fault(.duplicate(Probability(millionths: 300_000), links(0..<12, 0..<12))))
    case 9:
      cluster.apply(
        .fault(.skew(Cluster.set([server]), by: .seconds(Int64(dice.roll(below: 9)) - 4), driftPerSecond: 0)))
    default:
      if let message = cluster.messagesInFlight.first { cluster.apply(.drop(message.number)) }
    }
  }

  private static func end(_ cluster: inout Cluster, _ dice: inout Dice) {
    switch dice.roll(below: 5) {
    case 0, 1: cluster.apply(.fault(.restart(Cluster.set(Array(0..<12)))))
    case 2: cluster.apply(.fault(.resume(Cluster.set(Array(0..<12)))))
    case 3: cluster.apply(.fault(.healAll))
    default: cluster.apply(.fault(.release(links(0..<12, 0..<12))))
    }
  }

  private static func heal(_ cluster: inout Cluster) {
    cluster.apply(.fault(.lose(.zero, links(0..<12, 0..<12))))
    cluster.apply(.fault(.duplicate(.zero, links(0..<12, 0..<12))))
    cluster.apply(.fault(.release(links(0..<12, 0..<12))))
    cluster.apply(.fault(.healAll))
    cluster.apply(.fault(.resume(Cluster.set(Array(0..<12)))))
    cluster.apply(.fault(.restart(Cluster.set(Array(0..<12)))))
  }

  private static func links(_ from: Range<Int>, _ to: Range<Int>) -> Fault.Links {
    Fault.Links(from: Cluster.set(Array(from)), to: Cluster.set(Array(to)), bothWays: true)
  }
}
