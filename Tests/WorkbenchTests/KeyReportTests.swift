import Testing

@testable import Analysis
@testable import Workbench

/// What the key view tells of a key's copies.
@Suite struct KeyReportTests {
  private func report(_ script: String, of key: String = "cart", _ replica: String? = nil) throws -> KeyReport {
    KeyReport(of: key, comparedWith: replica, in: try play(script).session.timeline)
  }

  private let concurrent = """
    write cart milk at ALL
    cut us-east-1 eu-west-1
    write cart eggs at ONE
    write cart jam at ONE in eu-west-1
    """

  @Test func copiesAreComparedWithTheSelectedOne() throws {
    let signs = try report(concurrent, "us1").standings.map(\.sign).joined()
    #expect(signs == "===‖‖‖<<<")
    #expect(try report(concurrent, "ap1").standings.map(\.sign).joined() == ">>>>>>===")
  }

  @Test func withoutASelectedOneTheyAreComparedWithTheNewest() throws {
    let report = try report(concurrent)
    #expect(report.reference == nil && report.standings.map(\.sign).joined() == "‖‖‖===<<<")
    #expect(report.newest == 3 && !report.isConverged)
    #expect(try self.report("write cart milk at ALL").isConverged)
  }

  @Test func theVectorsAreAMatrix() throws {
    let report = try report(concurrent)
    #expect(report.writers == ["us1", "eu1"])
    #expect(
      report.matrix == Array(repeating: [2, 0], count: 3) + Array(repeating: [1, 1], count: 3)
        + Array(repeating: [1, 0], count: 3))
  }

  @Test func dataTypesAreTakenApart() throws {
    let set = "type cart or-set\nadd cart milk at ALL\nadd cart eggs at ALL in eu-west-1"
    #expect(try report(set, "us1").contents == ["2 elements:", "milk  by us1:1", "eggs  by eu1:1"])
    let counter =
      "type cart counter\nincrement cart by 3 at ALL\ndecrement cart at ALL\nincrement cart by 2 at ALL in eu-west-1"
    #expect(try report(counter, "us1").contents == ["4, added up at 2 replicas:", "us1  +3 −1", "eu1  +2"])
    let removed = "type cart 2p-set\nadd cart milk at ALL\nremove cart milk at ALL"
    #expect(try report(removed, "us1").contents == ["0 elements: ", "removed for ever: milk"])
  }

  @Test func aTombstoneSaysHowLongItStays() throws {
    let report = try report("set tombstone-grace 1h\nwrite cart milk at ALL\ndelete cart at ALL\nrun 10m", "us1")
    #expect(report.copies.allSatisfy { $0.shownValue == "(deleted)" })
    #expect(report.contents[1] == "a tombstone, dead for 10.0 min; kept for another 50.0 min")
    let expiring = try self.report("write cart milk ttl 10s at ALL", "us1")
    #expect(expiring.contents[1].hasPrefix("expires in 9.82 s"))
  }

  @Test func aReplicaWithoutACopyHoldsNothing() throws {
    let report = try report("write cart milk at ONE", "ap1")
    #expect(report.contents == ["holds nothing"])
    #expect(report.standings.map(\.sign).joined() == "···======")
    #expect(try self.report("", of: "nothing").copies.isEmpty)
  }

  /// A replica writes under another name after it has lost its disk.
  @Test(
    arguments: [
      ("", "write cart tea at ONE via us1"), ("set conflict siblings\n", "write cart tea at ONE via us1"),
      ("set conflict plain-vectors\n", "write cart tea at ONE via us1"),
      ("type cart mv-register\n", "write cart tea at ONE via us1"),
      ("type cart or-set\n", "add cart tea at ONE via us1"),
    ])
  func whatWasWrittenAfterADiskWasLostIsToldByItsWritersName(setUp: String, update: String) throws {
    let script = "\(setUp)wipe us1\nrestart us1\n\(update)\n"
    #expect(try report(script).contents.contains { $0.contains("by us1~2:1") }, "\(setUp)")
    let clocks = ClocksReport(of: "cart", selected: nil, reference: nil, in: try play(script).session.timeline)
    #expect(clocks.versions.contains { $0.dot == "us1~2:1" }, "\(setUp)")
  }
}
