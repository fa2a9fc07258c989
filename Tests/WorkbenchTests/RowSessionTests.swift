import Insight
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What is counted of rows, and what can't be asked of them.
@Suite struct RowSessionTests {
  private static let writers = ["us-east-1", "ap-south-1"]

  /// Two writes one right after the other, of which neither coordinator can have heard of the other's.
  private func conflicts(_ first: String, _ second: String, before: String = "") throws -> String {
    let played = try play(
      """
      type u row
      \(before)
      run 1s
      \(first) at ONE in us-east-1
      \(second) at ONE in ap-south-1
      run 1s
      """)
    #expect(played.session.cluster.isConverged)
    return try played.fact("conflicts.total")
  }

  @Test func writesOfDifferentColumnsAreNoConflict() throws {
    #expect(try conflicts("write u.a 1", "write u.b 2") == "0")
    #expect(try conflicts("write u.a 1", "delete u.b", before: "write u.b 0 at ALL") == "0")
  }

  @Test func writesOfOneColumnAre() throws {
    #expect(try conflicts("write u.a 1", "write u.a 2") == "9")
    #expect(try conflicts("delete u.a", "write u.a 2", before: "write u.a 0 at ALL") == "9")
  }

  @Test func soAreAWriteAndADeleteOfTheWholeRow() throws {
    #expect(try conflicts("delete u", "write u.a 2", before: "write u.a 0 at ALL") == "9")
    #expect(try conflicts("write u.a 2", "delete u", before: "write u.a 0 at ALL") == "9")
    #expect(try conflicts("delete u", "delete u", before: "write u.a 0 at ALL") == "0")
  }

  @Test func theKeyTableCountsThemAlike() throws {
    for (column, count) in [("b", 0), ("a", 6)] {
      let session = try play("type u row\nwrite u.a 1 at ONE in us-east-1\nwrite u.\(column) 2 at ONE in ap-south-1")
        .session
      let row = try #require(KeysReport(session.timeline).rows.first { $0.name == "u" })
      #expect(row.conflicts <= count && (row.conflicts == 0) == (count == 0), "\(row.conflicts)")
    }
  }

  /// Clients that each see what they wrote before they write again conflict with nobody, whoever coordinates.
  @Test(arguments: 1...20) func writesThatHaveSeenEachOtherNeverConflict(seed: Int) throws {
    var dice = Dice(seed: seed)
    var lines = ["type u row"]
    for number in 0..<20 {
      let column = dice.pick(["a", "b", "c"])
      let what = dice.pick([
        "write u.\(column) \(number)", "write u.\(column) \(number)", "delete u.\(column)", "delete u",
      ])
      lines += ["\(what) at \(dice.pick(["ONE", "QUORUM", "ALL"])) in \(dice.pick(Self.writers))", "run 1s"]
    }
    let played = try play(lines.joined(separator: "\n"))
    #expect(try played.fact("conflicts.total") == "0", "seed \(seed)")
  }

  /// Equal cells of two writes are told apart by their numbers, so that copies keep the same one.
  @Test func copiesAgreeOnWhichOfTwoEqualWritesTheyKeep() throws {
    let played = try play(
      """
      type u row
      async write u.a 1 at ONE timestamp 5 via us1
      async write u.a 1 at ONE timestamp 5 via ap1
      await
      run 1s
      """)
    #expect(played.session.cluster.isConverged)
    #expect(try played.fact("value(eu1, u)") == "{a=1}")
  }

  @Test(arguments: ["write u. 3", "delete u.", "read u.", "async write u. 3 ttl 5s"])
  func aNameWithADotAndNoColumnIsRefusedWithWhatToDo(command: String) {
    let sentence = refusal(of: command, after: "type u row") ?? ""
    #expect(sentence.contains("`u.` names no column of the row `u`") && sentence.contains("`u.name`"), "\(sentence)")
  }

  @Test func whereThereIsNoRowADotIsALetterLikeOthers() throws {
    #expect(try play("write u. 3\nread u.").last.value == "3")
  }
}
