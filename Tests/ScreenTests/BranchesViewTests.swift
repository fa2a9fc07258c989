import Foundation
import Kernel
import Language
import Testing
import Workbench

@testable import Analysis
@testable import Screen

/// Two branches side by side: at the same instant, lit where they differ, and stepping together.
@Suite struct BranchesViewTests {
  private static let story = """
    write cart milk at ALL
    write cart eggs at ONE
    run 20ms
    back 12
    write cart jam at ONE in eu-west-1
    run 10ms
    view branches
    """

  @Test func bothAreShownAtTheSameInstantAndStepTogether() throws {
    var model = try stage(Self.story)
    for _ in 0..<5 {
      let report = try #require(model.branchesReport?.report)
      #expect(report.present.now == model.session.now && report.other.now == model.session.now)
      model.press(.character("."))
    }
    model.press(.character(","))
    #expect(model.branchesReport?.report?.other.now == model.session.now)
  }

  @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)])
  func everyCopyCanBeReached(size: Size) throws {
    var model = try stage(Self.story, size: size)
    model.isZoomed = true
    var missing = Set(model.session.copies(of: "cart").map(\.replica))
    for _ in 0..<12 {
      for line in model.lines {
        for name in missing where line.contains("= \(name) ") || line.contains("≠ \(name) ") { missing.remove(name) }
      }
      model.look()
      model.press(.right)
    }
    #expect(missing.isEmpty)
    model.look()
    model.press(.right)
    #expect(model.status?.text.contains("copies") == true, "at the end it says so")
  }

  @Test(arguments: [("streams", "us1L"), ("log", "us1L"), ("primary-cache", "eu1D")])
  func rolesAreMarkedOnBothMaps(scheme: String, mark: String) throws {
    let model = try stage(
      """
      cluster us-east-1:4 eu-west-1:4 scheme=\(scheme)
      write cart milk
      run 1s
      fork other
      view branches
      """)
    let rows = model.lines.filter { $0.contains(mark) }
    #expect(rows.reduce(0) { $0 + $1.components(separatedBy: mark).count - 1 } >= 2, "\(model.lines)")
    if scheme == "primary-cache" {
      let report = try #require(model.branchesReport?.report)
      #expect(report.present.entries.map(\.replica).contains("us3") && report.other.entries.count > 0)
    }
  }

  @Test func exactlyTheCopiesThatDifferAreLit() throws {
    let model = try stage(Self.story)
    let report = try #require(model.branchesReport?.report)
    var other = model.session.timeline
    let isThere = other.switchTo("main")
    #expect(isThere)
    other.goto(model.session.now)
    for copy in model.session.copies(of: "cart") {
      let same = CopyReport.copies(of: "cart", in: other.cluster).contains {
        $0.replica == copy.replica && $0.vector == copy.vector && $0.value == copy.value
      }
      #expect(report.differing.contains(copy.replica) != same, "\(copy.replica)")
    }
    #expect(!report.differing.isEmpty)
  }

  @Test func oneBranchAloneSaysHowToOpenAnother() throws {
    var model = try stage("write cart milk at ALL\nview branches")
    #expect(model.lines.contains { $0.contains("`fork NAME`") })
    model.press(.enter)
    #expect(model.status?.text.contains("fork NAME") == true)
  }

  @Test func enterSwitchesToTheOtherOne() throws {
    var model = try stage(Self.story)
    model.press(.enter)
    #expect(model.session.timeline.branchName == "main")
    #expect(model.branchesReport?.report?.other.name == "main~1")
  }
}
