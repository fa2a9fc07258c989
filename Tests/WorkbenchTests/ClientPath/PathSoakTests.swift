import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Workbench

/// Random paths between clients and coordinators, with random faults: what is acknowledged is there in the end, and with
/// idempotency keys nothing is there twice. As many seeds as `SOAK_SEEDS` says.
@Suite("Random client paths") struct PathSoakTests {
  @Test("neither lose what was acknowledged nor, with idempotency keys, apply anything twice")
  func soak() throws {
    for seed in 1...(SoakSeeds.wanted ?? 40) {
      let script = RandomPath(seed: seed)
      let played = try play(script.text, seed: UInt64(seed))
      let total = try #require(Int(played.last.value ?? "none"), "seed \(seed): \(played.last.outcome) \(script.text)")
      let increments = played.operations.filter { $0.kind == .increment }
      let acknowledged = increments.count { $0.outcome == .ok }
      let doubtful = increments.count { $0.outcome.mayHaveHappened }
      #expect(total >= acknowledged, "seed \(seed): \(script.text)")
      #expect(total <= acknowledged + doubtful, "seed \(seed): \(script.text)")
      #expect(try played.fact("writes.lost") == "0", "seed \(seed): \(script.text)")
    }
  }

  @Test("end the same however often they are played", arguments: [3, 14, 15, 92, 65])
  func deterministic(_ seed: Int) throws {
    let script = RandomPath(seed: seed).text
    let first = try play(script, seed: UInt64(seed)).session.cluster
    let second = try play(script, seed: UInt64(seed), keyframeSpacing: 7).session.cluster
    #expect(first.fingerprint == second.fingerprint)
  }
}

/// A script with a random path, random faults and increments of one counter; at the end all is healed, and the counter read.
private struct RandomPath {
  var dice: Dice
  private(set) var lines: [String] = []

  var text: String { lines.joined(separator: "\n") + "\n" }

  init(seed: Int) {
    dice = Dice(seed: seed)
    lines = ["type likes counter", "set idempotency-keys on"]
    if dice.chance(80) { lines.append("set retries \(dice.pick(Self.policies))") }
    if dice.chance(40) { lines.append("set dns-ttl \(dice.pick(["1s", "10s"]))") }
    if dice.chance(40) { lines.append("set health-check 1s failures \(dice.roll(1...3))") }
    if dice.chance(30) { lines.append("set balancer-check 2s failures 2") }
    if dice.chance(30) { lines.append("set throttle \(dice.pick(["5/s burst 3", "50/s"]))") }
    if dice.chance(30) { lines.append("set breaker 50% of \(dice.pick(["2", "6"])) open 2s trials 2") }
    if dice.chance(40) { lines.append("set hedge \(dice.pick(["5ms", "60ms"]))") }
    if dice.chance(30) { lines.append("set edge-ttl 500ms") }
    if dice.chance(30) { lines.append("set routing \(dice.pick(["sticky", "fresh"]))") }
    if dice.chance(30) { lines.append("set gateway-delay exponential(5ms)") }
    if dice.chance(30) {
      lines.append("set processing-time exponential(2ms)")
      lines.append("set shed \(dice.pick(["fifo", "lifo", "deadline"]))")
    }
    if dice.chance(50) { lines.append("set write-timeout \(dice.pick(["30ms", "150ms", "1s"]))") }
    if dice.chance(30) { lines.append("set failure-detector oracle") }
    for _ in 0..<30 { lines.append(command()) }
    recover()
  }

  private static let policies = [
    "standard-2026", "standard-2020", "3 base 10ms cap 100ms", "5 base 50ms cap 1s jitter none",
    "2 base 1ms cap 1ms budget 60",
  ]
  private static let regions = ["us-east-1", "eu-west-1", "ap-south-1"]
  private static let replicas = ["us1", "us2", "us3", "eu1", "eu2", "eu3", "ap1", "ap2", "ap3"]

  private mutating func command() -> String {
    let region = dice.pick(Self.regions)
    let other = dice.pick(Self.regions.filter { $0 != region })
    let replica = dice.pick(Self.replicas)
    switch dice.roll(1...20) {
    case ...9:
      let level = dice.pick(["ONE", "LOCAL_QUORUM", "QUORUM", "EACH_QUORUM", "ALL"])
      return "\(dice.chance(50) ? "async " : "")increment likes at \(level) in \(region)"
    case 10, 11: return "\(dice.chance(50) ? "async " : "")read likes at LOCAL_QUORUM in \(region)"
    case 12: return "run \(dice.pick(["3ms", "80ms", "1s", "5s"]))"
    case 13: return "cut \(region) \(other)"
    case 14: return "isolate \(dice.pick([region, replica]))"
    case 15, 16: return "heal"
    case 17: return "crash \(dice.pick([region, replica]))"
    case 18, 19: return "restart \(dice.pick([region, region, replica]))"
    default: return "slow \(region) \(other) by \(dice.pick(["0ms", "100ms"]))"
    }
  }

  private mutating func recover() {
    lines += ["heal"] + Self.regions.map { "restart \($0)" }
    lines += ["set throttle off", "set breaker off", "set edge-ttl off", "set dns-ttl off", "set balancer-check off"]
    lines += [
      "set processing-time 0ms", "set retries none", "set hedge off", "set write-timeout 2s", "await", "run 60s",
      "repair", "run 10s",
    ]
    lines += ["run until converged within 60s", "set read-timeout 5s", "read likes at ALL via us1"]
  }
}
