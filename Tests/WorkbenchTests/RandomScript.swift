import Kernel
import Replication
import TestSupport
import Testing

@testable import Language
@testable import Workbench

/// A script of operations and faults that belongs to a seed.
///
/// It stays within what a store without anti-entropy answers for: no disk is lost, no clock is wrong, no outage
/// outlasts the hint window.
struct RandomScript {
  /// The levels of its operations.
  enum Strength {
    /// Any write meets any later read.
    case quorum
    /// Any level but ANY, whose hints nobody can read.
    case mixed
  }

  /// The commands, one a line.
  private(set) var lines: [String] = []
  /// The keys of its commands.
  let keys = ["a", "b", "c"]
  /// The keys of its loads.
  let loadKeys = ["k0", "k1", "k2", "k3", "k4"]
  var dice: Dice
  private let strength: Strength
  private var names = NameContext.standard
  private var written = 0

  var text: String { lines.joined(separator: "\n") + "\n" }

  private static let clusters = [
    "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 rf=3",
    "cluster us-east-1:3 rf=3",
    "cluster us-east-1:3 eu-west-1:3 rf=3",
    "cluster us-east-1:4 eu-west-1:3 rf=us-east-1:3,eu-west-1:2",
  ]

  /// A script of `length` commands after its set-up.
  init(seed: Int, length: Int, strength: Strength = .mixed) {
    dice = Dice(seed: seed)
    self.strength = strength
    setUp(seed)
    for _ in 0..<length { lines.append(command()) }
  }

  private mutating func setUp(_ seed: Int) {
    lines.append(dice.pick(Self.clusters))
    if case .input(.setUp(let plan)) = try? CommandParser.parse(lines[0], in: names) {
      names = NameContext(cluster: Cluster(plan))
    }
    lines.append("seed \(seed)")
    let region = dice.pick(regions)
    let delay = dice.pick(["uniform(0.2ms, 3ms)", "exponential(2ms)", "2ms~1ms", "0.5ms"])
    lines.append("link \(region) \(region) \(delay)")
    if dice.chance(50) { lines.append("set failure-detector \(dice.pick(["oracle", "after 200ms", "after 3s"]))") }
    if dice.chance(30) {
      lines.append("set coordinator \(dice.pick(["nearest", "token-aware", "round-robin", "random", "sticky"]))")
    }
    if dice.chance(30) { lines.append("set processing-time read exponential(0.3ms) write uniform(0ms, 1ms)") }
    if dice.chance(30) { lines.append("set read-repair \(dice.pick(["async", "off"]))") }
    lines.append("client alice in \(dice.pick(regions))")
  }

  /// Ends every fault and brings the copies level: what a repair would do, by reads that ask everybody.
  mutating func recover() {
    lines += ["heal"]
    for region in regions {
      lines += ["restart \(region)", "resume \(region)", "slow \(region) by 0ms"]
      for other in regions where replicas.count > 1 {
        lines += [
          "release \(region) \(other)", "lose 0% \(region) \(other)", "duplicate 0% \(region) \(other)",
          "slow \(region) \(other) by 0ms",
        ]
      }
    }
    lines += ["set read-repair blocking", "await", "run 15s"]
    lines += (keys + loadKeys).map { "read \($0) at ALL" }
    lines += ["run until converged within 60s"]
  }

  private var regions: [String] { names.topology.regions.map(\.name) }
  private var replicas: [String] { names.topology.replicas.map(\.name) }

  private mutating func command() -> String {
    switch dice.roll(1...100) {
    case ...40: operation()
    case ...62: "run \(dice.pick(["200us", "1ms", "7ms", "45ms", "130ms", "400ms", "1500ms", "4s"]))"
    case ...64: "await"
    case ...66:
      "load \(dice.roll(1...5) * 20)/s for 200ms keys \(loadKeys.count) at QUORUM\(dice.pick(["", " poisson"]))"
    default: fault()
    }
  }

  private mutating func operation() -> String {
    let key = dice.pick(keys)
    let kind = dice.pick(["write", "write", "write", "delete", "read", "read"])
    var text = dice.chance(40) ? "async \(kind) \(key)" : "\(kind) \(key)"
    if kind == "write" {
      written += 1
      text += " v\(written)"
    }
    text += " at \(level())"
    switch dice.roll(1...6) {
    case 1: text += " in \(dice.pick(regions))"
    case 2: text += " as alice"
    case 3: text += " via \(dice.pick(replicas))"
    default: break
    }
    return text
  }

  private mutating func level() -> String {
    switch strength {
    case .quorum: dice.pick(["QUORUM", "QUORUM", "EACH_QUORUM", "ALL"])
    case .mixed: dice.pick(["ONE", "TWO", "LOCAL_ONE", "LOCAL_QUORUM", "QUORUM", "EACH_QUORUM", "ALL"])
    }
  }

  private mutating func fault() -> String {
    let arrow = dice.pick(["", "", "-> "])
    let (first, second) = pair()
    return switch dice.roll(1...16) {
    case 1, 2: "cut \(first) \(arrow)\(second)"
    case 3: "isolate \(dice.pick(replicas))"
    case 4, 5: "heal"
    case 6, 7: "crash \(dice.pick(replicas))"
    case 8, 9: "restart \(dice.pick(replicas + regions))"
    case 10: "pause \(dice.pick(replicas))"
    case 11: "resume \(dice.pick(replicas + regions))"
    case 12: "lose \(dice.pick(["0%", "5%", "40%"])) \(first) \(arrow)\(second)"
    case 13: "duplicate \(dice.pick(["0%", "20%", "100%"])) \(first) \(arrow)\(second)"
    case 14: "slow \(first) \(arrow)\(second) by \(dice.pick(["0ms", "30ms", "2500ms"]))"
    case 15: "hold \(first) \(arrow)\(second)"
    default: "release \(first) \(arrow)\(second)"
    }
  }

  /// Two replicas, or two regions where there are any.
  private mutating func pair() -> (String, String) {
    let places = regions.count > 1 && dice.chance(30) ? regions : replicas
    let first = dice.pick(places)
    return (first, dice.pick(places.filter { $0 != first }))
  }
}
