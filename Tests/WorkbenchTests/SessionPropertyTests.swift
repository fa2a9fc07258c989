import Insight
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
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

  // MARK: Causality

  /// Three clients that read and write the same keys in different regions while things fail, at ONE.
  private func conversation(seed: Int, isCausal: Bool, conflict: String = "lww") -> String {
    var dice = Dice(seed: seed)
    let regions = ["us-east-1", "eu-west-1", "ap-south-1"]
    var lines = ["seed \(seed)", "set read-repair off", "set conflict \(conflict)", "set read-timeout 30s"]
    for (region, client) in zip(regions, ["alice", "bob", "carol"]) { lines.append("client \(client) in \(region)") }
    if isCausal { lines += ["alice", "bob", "carol"].map { "guarantee \($0) causal" } }
    for client in ["alice", "bob", "carol"] {
      lines.append("load 8/s for 12s write 50% keys 4 at ONE as \(client)")
    }
    for _ in 1...8 {
      lines.append("run \(dice.roll(300...1500))ms")
      let first = dice.pick(["us1", "eu1", "ap1"])
      let second = dice.pick(["us1", "eu1", "ap1"].filter { $0 != first })
      lines.append(
        dice.pick(["slow \(first) \(second) by 900ms", "lose 40% \(first) \(second)", "slow \(first) by 700ms"]))
    }
    return (lines + ["run 60s"]).joined(separator: "\n")
  }

  private func breaks(_ guarantee: Guarantee, _ script: String) throws -> Bool {
    GuaranteeCheck(try play(script).session.world).report(guarantee).isHeld == false
  }

  @Test(arguments: 1...16) func whoReadsAnUpdateOfACausalSessionFindsWhatItCameAfter(seed: Int) throws {
    let script = conversation(seed: seed, isCausal: true)
    #expect(try !breaks(.causal, script) && !breaks(.consistentPrefix, script), "seed \(seed)")
  }

  @Test func withoutCausalSessionsAnAnswerIsSeenBeforeItsQuestion() throws {
    let broken = try (1...6).filter { try breaks(.consistentPrefix, conversation(seed: $0, isCausal: false)) }
    #expect(broken.count >= 2, "\(broken)")
  }

  @Test func siblingsCarryWhatEachOfThemCameAfter() throws {
    let ends = """
      run 60ms
      read q as bob
      write a A as bob
      write a B as alice
      run 80ms
      read a as carol
      read q as carol
      """
    func script(_ words: String) -> String {
      """
      set conflict siblings
      client alice in us-east-1
      client bob in eu-west-1
      client carol in ap-south-1
      \(words)
      slow us1 ap-south-1 by 300ms
      write q Q as alice
      \(ends)
      """
    }
    let causal = try play(script(["alice", "bob", "carol"].map { "guarantee \($0) causal" }.joined(separator: "\n")))
    let plain = try play(script(""))
    func last(_ session: Session) -> String? {
      session.world.observer.history.commands.last.flatMap { OperationReport($0, in: session.world)?.answerText }
    }
    #expect(last(causal.session) == "Q" && last(plain.session) == "none")
  }
}
