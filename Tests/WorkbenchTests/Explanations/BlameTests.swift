import Insight
import Kernel
import Testing

@testable import Analysis
@testable import Replication
@testable import Workbench

/// Which command is blamed: the one that was in force when it mattered, whatever was given at the same instant later.
@Suite struct BlameTests {
  private func why(_ number: Int, after script: String) throws -> String {
    let session = try play(script).session
    return try #require(Explanation(of: number, in: session.timeline)).lines(width: 500).joined(separator: "\n")
  }

  /// A fault, the operation that it struck, and what ends the fault.
  private static let faults = [
    ("pause us1", "write k v via us1", "resume us1"), ("crash us1", "write k v via us1", "restart us1"),
    ("cut us1 us2", "read k at ALL", "heal"), ("cut us-east-1 eu-west-1", "write k v at ALL", "heal"),
    ("hold us1 us2", "write k v at ALL", "release us1 us2"), ("hold us1 eu1", "read k at ALL", "release us1 eu1"),
    ("lose 100% us1 us2", "write k v at ALL", "lose 0% us1 us2"), ("crash us2", "write k v at ALL", "restart us2"),
    ("pause us2", "read k at ALL", "resume us2"), ("slow us1 us2 by 9s", "write k v at ALL", "slow us1 us2 by 0ms"),
    ("slow us2 by 9s", "write k v at ALL", "slow us2 by 0ms"),
    ("crash us-east-1", "write k v via us3", "restart us-east-1"),
  ]

  @Test(arguments: faults) func whatEndsAFaultAtTheSameInstantTakesNoBlameAway(
    fault: String, operation: String, relief: String
  ) throws {
    let script = "write k u at ALL via us1\n\(fault)\n\(operation) in us-east-1"
    let before = try why(2, after: script)
    #expect(before.contains("`\(fault)`"), "\(before)")
    #expect(try why(2, after: "\(script)\n\(relief)") == before)
    #expect(try why(2, after: "\(script)\n\(relief)\nrun 5s\nwrite k w at ALL").contains("`\(fault)`"))
  }

  /// What finds nothing to do is not to blame.
  @Test(arguments: [
    ("pause us1\nrestart us1", "pause us1"), ("crash us1\nresume us1", "crash us1"),
    ("crash us1\npause us1", "crash us1"), ("crash us1\ncrash us1", "crash us1"),
    ("pause us1\ncrash us1", "crash us1"), ("pause us1\nresume us1\ncrash us1", "crash us1"),
  ])
  func aCommandThatFoundNothingToDoIsNotToBlame(faults: String, culprit: String) throws {
    let lines = faults.split(separator: "\n").map(String.init)
    let script = lines.joined(separator: "\nrun 1ms\n")
    let at = lines.firstIndex(of: culprit) ?? 0
    #expect(try why(1, after: "\(script)\nwrite k v via us1").contains("`\(culprit)` at \(at).000 ms"))
  }

  /// A link that is quick again leads to a replica that is slow still, and the other way round.
  @Test(arguments: [("slow us2 by 9s", "slow us1 us2 by 0ms"), ("slow us1 us2 by 9s", "slow us2 by 0ms")])
  func oneSlownessEndsNoOther(fault: String, other: String) throws {
    #expect(try why(1, after: "\(fault)\n\(other)\nwrite k v at ALL").contains("slowed by `\(fault)`"))
  }

  /// What is too late to matter is on its way all the same, however much time has passed since.
  @Test(arguments: ["", "run 500ms", "run 1500ms", "run 1h", "run 10s\nwrite j 1 at ONE"])
  func aRequestThatWasOnItsWayAtTheTimeoutIsSaidToHaveBeen(later: String) throws {
    let text = try why(1, after: "set client-delay 3s\nwrite k v at ONE\n\(later)")
    #expect(text.contains("The request to us1 was still under way, due at 3000.000 ms."), "\(text)")
  }
}
