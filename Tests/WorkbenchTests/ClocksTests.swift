import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Two versions of a key compared writer by writer, and why one is before the other.
@Suite struct ClocksTests {
  private func report(
    _ script: String, of key: String = "cart", _ first: String? = nil, with second: String? = nil
  ) throws -> ClocksReport {
    let session = try play(script).session
    let all = ClocksReport(of: key, selected: nil, reference: nil, in: session.timeline)
    func number(_ value: String?) throws -> Int? {
      try value.map { value in try #require(all.versions.first { $0.value == value }, "\(value)").number }
    }
    return ClocksReport(of: key, selected: try number(first), reference: try number(second), in: session.timeline)
  }

  @Test func aWriteIsAfterWhatItsCoordinatorHadSeen() throws {
    let report = try report(
      "write cart milk at ALL\nwrite cart eggs at ALL in eu-west-1", "eggs", with: "milk")
    let comparison = try #require(report.comparison)
    #expect(comparison.standing == .after)
    #expect(
      comparison.components.map { "\($0.writer) \($0.first) \($0.sign) \($0.second)" } == ["us1 1 = 1", "eu1 1 > 0"])
    #expect(
      comparison.reason == "After: whoever made eggs had seen milk (us1:1); no counter of it is lower, and eu1 1 > 0.")
    #expect(comparison.consequence.hasSuffix("It replaces what it had seen."))
  }

  @Test func theOtherWayRoundItIsBefore() throws {
    let comparison = try #require(
      try report("write cart milk at ALL\nwrite cart eggs at ALL in eu-west-1", "milk", with: "eggs").comparison)
    #expect(comparison.standing == .before)
    #expect(comparison.reason.hasPrefix("Before: whoever made eggs had seen milk (us1:1)"))
  }

  @Test func writesOnBothSidesOfACutAreConcurrentAndOneIsGivenUp() throws {
    let script = """
      cut us-east-1 eu-west-1
      write cart eggs at ONE
      write cart jam at ONE in eu-west-1
      """
    let comparison = try #require(try report(script, "eggs", with: "jam").comparison)
    #expect(comparison.standing == .concurrent)
    #expect(
      comparison.reason
        == "Concurrent: neither had seen the other. eggs leads at us1 (1 > 0), jam leads at eu1 (1 > 0).")
    #expect(comparison.consequence.contains("The last writer wins: jam"))
    #expect(comparison.consequence.contains("eggs is given up wherever the two meet, unseen."))
  }

  @Test func aClockThatRunsBehindLosesWhatWasMadeLater() throws {
    let script = "write cart milk at ALL\nskew eu1 by -10s\nwrite cart eggs at ONE in eu-west-1"
    let comparison = try #require(try report(script, "eggs", with: "milk").comparison)
    #expect(comparison.standing == .after)
    #expect(comparison.consequence.contains("though eggs was made later, knowing it: a clock was wrong."))
  }

  @Test func withoutAChoiceTheNewestIsComparedWithAConcurrentOneThatSomebodyHolds() throws {
    let report = try report(
      "write cart milk at ALL\ncut us1 eu1\nwrite cart eggs at ONE\nwrite cart jam at ONE in eu-west-1")
    #expect(report.selected.map { report.versions[$0].value } == "jam")
    #expect(report.reference.map { report.versions[$0].value } == "eggs")
  }

  @Test func oneVersionHasNothingToBeComparedWith() throws {
    let report = try report("write cart milk at ALL")
    #expect(report.versions.count == 1 && report.comparison == nil)
    #expect(
      ClocksReport(of: "nothing", selected: nil, reference: nil, in: try play("").session.timeline).versions.isEmpty)
  }

  @Test func theSameVersionIsEqualToItself() throws {
    let report = try report("write cart milk at ALL\nwrite cart eggs at ALL", "milk", with: "milk")
    #expect(report.comparison?.standing == .equal && report.comparison?.reason == "The same version.")
  }

  @Test func aMergedStateHasTakenInBothSides() throws {
    let script = """
      set conflict siblings
      write cart milk at ALL
      cut us-east-1 eu-west-1
      write cart eggs at ONE in us-east-1
      write cart jam at ONE in eu-west-1
      run 1s
      """
    let report = try report(script, "[eggs | jam]")
    let merged = try #require(report.selected.map { report.versions[$0] })
    #expect(merged.dot.isEmpty && merged.operation == nil && merged.holders == ["ap1", "ap2", "ap3"])
    #expect(report.comparison?.reason.contains("[eggs | jam] has taken in") == true)
  }

  @Test func aDeleteAmongSiblingsIsShown() throws {
    let script = "set conflict siblings\nwrite cart milk at ALL\ndelete cart at ALL in eu-west-1"
    #expect(try report(script).versions.contains { $0.value == "[milk | (deleted)]" })
  }

  @Test func textIsWrappedAtBlanks() {
    #expect(TextWrap.lines("one two three", width: 7) == ["one two", "three"])
    #expect(TextWrap.lines("豆腐 ほうれん草", width: 4) == ["豆腐", "ほう", "れん", "草"])
    #expect(TextWrap.lines("", width: 4).isEmpty)
  }
}
