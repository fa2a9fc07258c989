import Kernel
import Replication
import TestSupport

@testable import Analysis
@testable import Language
@testable import Workbench

/// A random script of all that the language can do to a cluster and its keys; it belongs to a seed.
///
/// It is text, a command a line, so that what fails can be replayed with `eventually run`. Each line may depend on what
/// came of the lines before it, since only an operation that was answered has a context to send.
struct SoakScript {
  /// What else than operations and faults without a lasting harm a script may do.
  private struct Hazards {
    let losesDisks, skewsClocks, writesAtAny, deletes, loads: Bool

    init(_ dice: inout Dice) {
      losesDisks = dice.chance(20)
      skewsClocks = dice.chance(25)
      writesAtAny = dice.chance(25)
      deletes = dice.chance(75)
      loads = dice.chance(25)
    }
  }

  /// A key and the name of its type; nil for one that the conflict policy decides about.
  private struct Key {
    let name: String
    let type: String?
  }

  /// The lines that come before any operation.
  private(set) var setUp: [String] = []
  var dice: Dice
  private let hazards: Hazards
  private let policy: String
  private let keys: [Key]
  private let regions: [String]
  private let replicas: [String]
  private let victim: String
  private var written = 0
  /// What is to come soon.
  private var sequel: String?

  private static let clusters = [
    "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 rf=3", "cluster us-east-1:3 rf=3", "cluster us-east-1:2 rf=2",
    "cluster us-east-1:3 eu-west-1:3 rf=3", "cluster us-east-1:4 eu-west-1:3 rf=us-east-1:3,eu-west-1:2",
    "cluster us-east-1:5 rf=3", "cluster us-east-1:1 eu-west-1:3 rf=us-east-1:0,eu-west-1:3",
    "cluster us-east-1:2 eu-west-1:2 ap-south-1:2 rf=1",
  ]
  private static let types = [
    "register", "counter", "g-counter", "g-set", "2p-set", "or-set", "mv-register",
  ]

  private static let guarantees = [
    "causal", "read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads",
    "read-your-writes monotonic-reads",
  ]

  /// The set-up of a seed's script.
  init(seed: Int) {
    dice = Dice(seed: seed)
    hazards = Hazards(&dice)
    policy = dice.pick(["lww", "lww", "lww", "siblings", "siblings", "plain-vectors"])
    // Drawn by themselves: what other scripts draw stays as it is.
    var extras = Dice(seed: seed + 1_000_000)
    let row = extras.chance(25) ? [Key(name: "r", type: "row")] : []
    let isSloppy = extras.chance(25)
    keys = [Key(name: "a", type: nil), Key(name: "b", type: dice.pick(Self.types))] + row
    let plan = dice.pick(Self.clusters)
    guard case .input(.setUp(let cluster)) = try? CommandParser.parse(plan, in: .standard) else {
      preconditionFailure("\(plan) is no cluster")
    }
    let topology = Cluster(cluster).topology
    regions = topology.regions.map(\.name)
    replicas = topology.replicas.map(\.name)
    victim = dice.pick(replicas)
    setUp = [plan, "seed \(seed)", "set conflict \(policy)"]
    setUp += keys.compactMap { key in key.type.map { "type \(key.name) \($0)" } }
    setUp += ["client alice in \(dice.pick(regions))", "client bob in \(dice.pick(regions))"]
    if dice.chance(30) { setUp.append("guarantee \(dice.pick(["alice", "bob"])) \(dice.pick(Self.guarantees))") }
    setUp += settings() + links()
    if isSloppy { setUp.append("set sloppy-quorum on") }
  }

  private mutating func settings() -> [String] {
    var lines: [String] = []
    if policy == "lww" {
      if dice.chance(50) { lines.append("set tombstone-grace \(dice.pick(["30m", "20s", "5s", "5s", "0s"]))") }
    }
    if hazards.skewsClocks, dice.chance(50) { lines.append("set timestamps client") }
    if dice.chance(40) {
      lines.append("set coordinator \(dice.pick(["nearest", "token-aware", "round-robin", "random", "sticky"]))")
    }
    if dice.chance(15) { lines.append("set failover local") }
    if dice.chance(30) { lines.append("set processing-time read exponential(0.3ms) write uniform(0ms, 1ms)") }
    if dice.chance(20) { lines.append("set client-delay uniform(0.1ms, 2ms)") }
    if dice.chance(20) { lines.append("set gossip \(dice.pick(["500ms", "1s"]))") }
    for _ in 0..<dice.roll(0...5) { lines.append(setting()) }
    return lines
  }

  private mutating func links() -> [String] {
    regions.flatMap { region in
      // A region's inside has links only if it has several replicas.
      regions.filter { $0 > region || $0 == region && !setUp[0].contains("\(region):1") }.filter { _ in
        dice.chance(40)
      }.map { other in
        "link \(region) \(other) "
          + dice.pick(["uniform(0.2ms, 3ms)", "exponential(2ms)", "2ms~1ms", "30ms~8ms", "exponential(40ms)", "0ms"])
      }
    }
  }

  // MARK: One command

  /// The next command, after those whose answers are known.
  mutating func next(after operations: [OperationReport]) -> String {
    if let sequel, dice.chance(40) {
      self.sequel = nil
      return sequel
    }
    return switch dice.roll(1...100) {
    case ...50: operation(after: operations)
    case ...62: "run \(dice.pick(["200us", "1ms", "7ms", "45ms", "130ms", "400ms", "1500ms", "4s", "12s"]))"
    case ...64: "await"
    case ...67: "set \(setting().dropFirst(4))"
    case ...70: repair()
    case ...72 where hazards.loads:
      "load \(dice.roll(1...5) * 20)/s for 200ms keys 3 at \(level(.write))/\(level(.read))"
        + dice.pick(["", " poisson"])
    case ...76 where hazards.losesDisks:
      diskLoss()
    case ...78 where hazards.skewsClocks:
      "skew \(dice.pick(replicas + ["alice"])) by \(dice.pick(["250ms", "5s", "-2s", "0ms drift 1ms", "0ms"]))"
    case ...88: fault()
    default: relief()
    }
  }

  /// Mostly the same disk is lost, so that what others hold has to survive; and mostly the replica comes back soon.
  private mutating func diskLoss() -> String {
    guard dice.chance(85) else { return dice.pick(["wipe \(dice.pick(replicas))", "destroy \(dice.pick(regions))"]) }
    sequel = "restart \(victim)"
    return "wipe \(victim)"
  }

  private mutating func operation(after operations: [OperationReport]) -> String {
    let key = dice.pick(keys)
    let kind = kind(of: key)
    var name = key.name
    // Of a row now and then the whole is deleted.
    if key.type == "row", kind == "write" || kind == "delete" && dice.chance(70) {
      name += ".\(dice.pick(["author", "text", "likes"]))"
    }
    var text = dice.chance(50) ? "async \(kind) \(name)" : "\(kind) \(name)"
    switch kind {
    case "write":
      written += 1
      text += " v\(written)"
    case "add", "remove": text += " \(dice.pick(["eggs", "milk", "tea", "rice", "figs"]))"
    case "increment", "decrement": text += dice.chance(50) ? "" : " by \(dice.roll(2...9))"
    default: break
    }
    let condition = condition(of: key, kind)
    text += condition ?? " at \(level(OperationKind(rawValue: kind) ?? .write))"
    switch dice.roll(1...6) {
    case 1: text += " in \(dice.pick(regions))"
    case 2: text += " as \(dice.pick(["alice", "bob"]))"
    default: break
    }
    if dice.chance(60) { text += " via \(dice.pick(replicas))" }
    if condition == nil, kind == "write" || kind == "delete" {
      text += modifier(of: key, isDelete: kind == "delete", operations)
    }
    return text
  }

  /// Makes a lightweight transaction of some reads and writes of registers that last writer wins.
  private mutating func condition(of key: Key, _ kind: String) -> String? {
    guard policy == "lww", key.type == nil || key.type == "register", dice.chance(15) else { return nil }
    let level = dice.pick(["SERIAL", "SERIAL", "LOCAL_SERIAL"])
    switch kind {
    case "read": return " at \(level)"
    case "write":
      return (dice.chance(40) ? " if absent" : " if value == v\(max(1, written - dice.roll(1...3)))") + " at \(level)"
    default: return nil
    }
  }

  private mutating func kind(of key: Key) -> String {
    if dice.chance(30) { return "read" }
    switch key.type {
    case "counter": return dice.pick(["increment", "increment", "decrement"])
    case "g-counter": return "increment"
    case "g-set": return "add"
    case "2p-set", "or-set": return dice.pick(["add", "add", "remove"])
    default: return hazards.deletes && dice.chance(30) ? "delete" : "write"
    }
  }

  private mutating func modifier(of key: Key, isDelete: Bool, _ operations: [OperationReport]) -> String {
    if key.type == "row" { return !isDelete && dice.chance(20) ? " ttl \(dice.pick(["50ms", "2s", "1m"]))" : "" }
    let isRegister = key.type == nil || key.type == "register"
    guard isRegister, dice.chance(35) else { return "" }
    if policy == "lww" {
      // Who was promised an order may not give a timestamp that breaks it.
      let isPromised = setUp.contains { $0.hasPrefix("guarantee") }
      if hazards.skewsClocks, !isPromised, dice.chance(50) { return " timestamp \(dice.roll(-5...5) * 1_000)" }
      return hazards.deletes && !isDelete ? " ttl \(dice.pick(["50ms", "2s", "1m"]))" : ""
    }
    let answered = operations.filter { $0.key == key.name && $0.outcome == .ok }
    guard dice.chance(50), !answered.isEmpty else { return " blind" }
    return " context \(dice.pick(answered).id)"
  }

  private mutating func level(_ kind: OperationKind) -> String {
    if kind != .read, hazards.writesAtAny, dice.chance(20) { return "ANY" }
    return dice.pick(["ONE", "ONE", "TWO", "THREE", "LOCAL_ONE", "LOCAL_QUORUM", "QUORUM", "EACH_QUORUM", "ALL"])
  }

  private mutating func setting() -> String {
    "set "
      + dice.pick([
        "hints off", "hints on", "hint-window 2s", "hint-window 3h", "read-repair off", "read-repair async",
        "read-repair async 50%", "read-repair blocking", "speculative-retry off", "speculative-retry always",
        "speculative-retry 99p", "speculative-retry 5ms", "forwarding on", "forwarding off", "anti-entropy 5s",
        "anti-entropy off", "delta-updates on", "delta-updates off", "merkle-depth 0", "merkle-depth 3",
        "failure-detector oracle", "failure-detector after 200ms", "failure-detector after 3s",
        "failure-detector phi", "replica-choice dynamic", "replica-choice static", "write-timeout 300ms",
        "write-timeout 2s", "read-timeout 500ms", "read-timeout 5s", "coordinator nearest",
      ])
  }

  private mutating func repair() -> String {
    let (first, second) = pair(of: replicas)
    return switch dice.roll(1...6) {
    case 1: "repair"
    case 2: "repair \(dice.pick(regions))"
    case 3: "repair \(first)"
    case 4: "repair \(first) \(second)"
    case 5: "sync \(first) -> \(second)"
    default: "sync \(first) \(second)"
    }
  }

  private mutating func fault() -> String {
    let arrow = dice.pick(["", "", "-> "])
    let (first, second) = pair(of: regions.count > 1 && dice.chance(30) ? regions : replicas)
    return switch dice.roll(1...12) {
    case 1, 2: "cut \(first) \(arrow)\(second)"
    case 3: "isolate \(dice.pick(replicas))"
    case 4 where regions.count > 1: "partition \(regions[0]) | \(regions[1])"
    case 4, 5, 6: "crash \(dice.pick(replicas))"
    case 7: "pause \(dice.pick(replicas))"
    case 8: "lose \(dice.pick(["5%", "40%", "100%"])) \(first) \(arrow)\(second)"
    case 9: "duplicate \(dice.pick(["20%", "100%"])) \(first) \(arrow)\(second)"
    case 10: "slow \(first) \(arrow)\(second) by \(dice.pick(["30ms", "2500ms"]))"
    case 11: "slow \(dice.pick(replicas)) by \(dice.pick(["20ms", "700ms"]))"
    default: "hold \(first) \(arrow)\(second)"
    }
  }

  /// Ends a fault, or one that isn't there.
  private mutating func relief() -> String {
    let arrow = dice.pick(["", "", "-> "])
    let (first, second) = pair(of: regions.count > 1 && dice.chance(50) ? regions : replicas)
    return switch dice.roll(1...12) {
    case 1, 2, 3: "heal"
    case 4: "heal \(first) \(arrow)\(second)"
    case 5, 6, 7: "restart \(dice.pick(regions))"
    case 8: "resume \(dice.pick(regions))"
    case 9: "lose 0% \(first) \(second)"
    case 10: "slow \(first) \(second) by 0ms"
    default: "release \(first) \(arrow)\(second)"
    }
  }

  private mutating func pair(of places: [String]) -> (String, String) {
    let first = dice.pick(places)
    return (first, dice.pick(places.filter { $0 != first }))
  }
}
