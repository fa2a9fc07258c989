import Insight
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Workbench

/// Random clusters with more replicas than copies, every data type and conflict policy, coordinators of all sorts: one
/// client's operations at ALL, one after another, come to what plain arithmetic says, and nothing in them is concurrent.
@Suite struct NonOwnerPropertyTests {
  /// What a key comes to if its updates happen one after another.
  struct Model {
    let form: String
    var value: String?
    var elements: Set<String> = []
    var gone: Set<String> = []
    var total = 0

    mutating func add(_ element: String) { if !gone.contains(element) { elements.insert(element) } }

    mutating func remove(_ element: String) {
      // What was never there can't be removed from a 2p-set, and what was removed never comes back.
      if elements.remove(element) != nil, form == "2p-set" { gone.insert(element) }
    }

    var text: String {
      switch form {
      case "counter", "g-counter": "\(total)"
      case "g-set", "2p-set", "or-set": "{\(elements.sorted().joined(separator: ", "))}"
      default: value ?? "none"
      }
    }
  }

  static let forms = [
    "lww", "siblings", "plain-vectors", "mv-register", "counter", "g-counter", "g-set", "2p-set", "or-set",
  ]

  private func setUp(_ form: String, _ dice: inout Dice) -> (lines: [String], coordinators: [String], regions: [String])
  {
    let regions = Array(["us-east-1", "eu-west-1", "ap-south-1"].prefix(dice.roll(1...3)))
    let counts = regions.map { _ in dice.roll(1...5) }
    var factors = counts.map { dice.roll(0...$0) }
    factors[0] = max(1, factors[0])
    let sizes = zip(regions, counts).map { "\($0):\($1)" }.joined(separator: " ")
    var lines = ["cluster \(sizes) rf=" + zip(regions, factors).map { "\($0):\($1)" }.joined(separator: ",")]
    let policies = ["siblings", "plain-vectors"]
    if policies.contains(form) { lines.append("set conflict \(form)") }
    if form != "lww", !policies.contains(form) { lines.append("type k \(form)") }
    if dice.chance(70) {
      lines.append("set coordinator \(dice.pick(CoordinatorPolicy.allCases.map(\.rawValue)))")
    }
    if dice.chance(30) { lines.append("set delta-updates on") }
    if dice.chance(30) { lines.append("set forwarding on") }
    if dice.chance(30) { lines.append("set processing-time read 0.2ms write uniform(0.1ms, 2ms)") }
    if dice.chance(30) { lines.append("link us-east-1 us-east-1 exponential(4ms)") }
    if dice.chance(30) { lines.append("duplicate 50% us-east-1 us-east-1") }
    if dice.chance(30) { lines.append("set read-repair off") }
    let names = zip(["us", "eu", "ap"], counts).flatMap { short, count in (1...count).map { "\(short)\($0)" } }
    // A link of a replica to itself is none.
    if counts[0] == 1 { lines.removeAll { $0.contains("us-east-1 us-east-1") } }
    return (lines, names, regions)
  }

  @Test(arguments: forms, 0..<25) func oneClientsUpdatesAreNeverConcurrentAndNothingIsLost(form: String, seed: Int)
    throws
  {
    var dice = Dice(seed: seed)
    let (setUp, coordinators, regions) = setUp(form, &dice)
    var lines = setUp
    lines.append("client alice in \(dice.pick(regions))")
    var model = Model(form: form)
    var expected: [String?] = []
    for number in 1...25 {
      let element = dice.pick(["milk", "eggs", "tea"])
      var line: String
      switch form {
      case "counter" where dice.chance(40):
        let amount = dice.roll(1...9)
        model.total -= amount
        line = "decrement k by \(amount)"
      case "counter", "g-counter":
        let amount = dice.roll(1...9)
        model.total += amount
        line = "increment k by \(amount)"
      case "2p-set" where dice.chance(50), "or-set" where dice.chance(50):
        model.remove(element)
        line = "remove k \(element)"
      case "g-set", "2p-set", "or-set":
        model.add(element)
        line = "add k \(element)"
      default:
        if dice.chance(15) {
          model.value = nil
          line = "delete k"
        } else {
          model.value = "v\(number)"
          line = "write k v\(number)"
        }
      }
      line += " at ALL as alice"
      lines.append(dice.chance(60) ? "\(line) via \(dice.pick(coordinators))" : line)
      expected.append(nil)
      lines.append("read k at \(dice.pick(["ONE", "ALL"])) as alice via \(dice.pick(coordinators))")
      expected.append(model.text)
    }
    let script = lines.joined(separator: "\n")
    let played = try play(script)
    #expect(played.operations.count == expected.count)
    for (operation, value) in zip(played.operations, expected) {
      #expect(operation.outcome == .ok, "seed \(seed), op \(operation.id)\n\(script)")
      guard let value else { continue }
      #expect(operation.siblings ?? 0 <= 1, "seed \(seed), op \(operation.id): \(operation.values ?? [])\n\(script)")
      #expect(operation.value ?? "none" == value, "seed \(seed), op \(operation.id)\n\(script)")
    }
    #expect(try played.holds("conflicts.total == 0 and writes.overwritten == 0"), "seed \(seed)\n\(script)")
    let cluster = played.session.cluster
    let key = try #require(cluster.catalogue.names.key(named: "k"))
    let owners = cluster.environment.owners(of: key).set
    #expect(
      cluster.topology.replicaIDs.allSatisfy { owners.contains($0) || cluster.cell(key, at: $0) == .empty },
      "seed \(seed): somebody who owns no copy keeps one\n\(script)")
  }

  /// The same under load, where each operation is over before the next begins.
  @Test(arguments: ["lww", "siblings", "plain-vectors"], CoordinatorPolicy.allCases.map(\.rawValue))
  func oneClientsLoadAtAllMakesNoConflicts(conflict: String, policy: String) throws {
    for cluster in ["cluster us-east-1:6 rf=2", "cluster us-east-1:4 eu-west-1:5 rf=us-east-1:1,eu-west-1:3"] {
      let played = try play(
        """
        \(cluster)
        set conflict \(conflict)
        set coordinator \(policy)
        load 8/s for 20s write 100% keys 7 at ALL as us-east-1
        run 25s
        """)
      #expect(try played.holds("writes.acked == 160 and conflicts.total == 0 and writes.overwritten == 0"))
    }
  }

  /// Loads of no client in particular, whose coordinators take turns: what is over when the next begins is known to it.
  @Test(arguments: CoordinatorPolicy.allCases.map(\.rawValue)) func coordinatorsInTurnKnowOfEachOther(policy: String)
    throws
  {
    let played = try play(
      """
      cluster us-east-1:5 rf=2
      set coordinator \(policy)
      load 100/s for 18s write 100% keys 10 at ALL
      run 20s
      """)
    #expect(try played.holds("writes.acked == 1800 and conflicts.total == 0"))
  }
}
