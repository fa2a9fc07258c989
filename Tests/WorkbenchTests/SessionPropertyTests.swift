import Insight
import Kernel
import Replication
import Testing

@testable import Workbench

/// A promise holds, whatever fails; without it, it is broken now and then.
@Suite struct SessionPropertyTests {
  /// One client that goes from region to region while things fail, at ONE.
  private func script(seed: Int, promised: Bool) -> String {
    var dice = Dice(seed: seed)
    let regions = ["us-east-1", "eu-west-1", "ap-south-1"]
    let replicas = ["us1", "us2", "us3", "eu1", "eu2", "eu3", "ap1", "ap2", "ap3"]
    var lines = [
      "seed \(seed)", "client alice in us-east-1", "load 20/s for 10s write 50% keys 3 at ONE",
      "skew eu1 by \(dice.roll(-200...200))ms", "set read-repair off",
    ]
    if promised { lines.append("guarantee alice causal") }
    lines.append("load 40/s for 12s write 40% keys 3 at ONE as alice hop us-east-1 eu-west-1 ap-south-1")
    for _ in 1...10 {
      lines.append("run \(dice.roll(100...1500))ms")
      let first = dice.pick(regions)
      let second = dice.pick(regions.filter { $0 != first })
      switch dice.roll(0...8) {
      case 0: lines.append("cut \(first) \(second)")
      case 1: lines.append("slow \(dice.pick(replicas)) by \(dice.roll(5...300))ms")
      case 2: lines.append("lose 30% \(first) \(second)")
      case 3: lines += ["crash \(dice.pick(replicas))", "run 300ms", "restart us-east-1", "restart eu-west-1"]
      case 4: lines.append("hold \(first) \(second)")
      case 5: lines.append("release \(first) \(second)")
      default: lines.append("heal")
      }
    }
    return (lines + ["heal", "run 30s"]).joined(separator: "\n")
  }

  /// Alice's answered operations that break a promise, by the order in which the store ranks versions.
  private func violations(in session: Session) -> Int {
    let clients = session.cluster.clients
    let alice = clients.ids.first { clients[$0].name == "alice" }
    var operations: [Replication.Operation] = []
    for entry in session.world.observer.history.all where entry.operation.client == alice {
      if entry.operation.outcome == .ok { operations.append(entry.operation) }
    }
    operations.sort { $0.beganAt < $1.beganAt }
    var count = 0
    for (index, operation) in operations.enumerated() {
      for earlier in operations[..<index]
      where earlier.key == operation.key && earlier.version != .none && earlier.endedAt < operation.beganAt {
        if isBroken(operation, after: earlier, session.cluster.catalogue) { count += 1 }
      }
    }
    return count
  }

  private func isBroken(
    _ operation: Replication.Operation, after earlier: Replication.Operation, _ catalogue: Catalogue
  ) -> Bool {
    if operation.kind != .read { return catalogue.wins(earlier.version, over: operation.version) }
    if operation.version == earlier.version { return false }
    return operation.version == .none || catalogue.wins(earlier.version, over: operation.version)
  }

  @Test(arguments: 1...16) func aPromisedSessionIsNeverBroken(seed: Int) throws {
    let played = try play(script(seed: seed, promised: true))
    #expect(violations(in: played.session) == 0, "seed \(seed)")
  }

  @Test func withoutThePromiseItIsBroken() throws {
    let broken = try (1...5).filter { violations(in: try play(script(seed: $0, promised: false)).session) > 0 }
    #expect(broken.count >= 3, "\(broken)")
  }
}
