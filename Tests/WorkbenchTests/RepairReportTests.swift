import Kernel
import Testing

@testable import Analysis
@testable import Workbench

/// What the repair view tells: who differs from whom, how far repair is, and by which way copies caught up.
@Suite struct RepairReportTests {
  private func report(_ script: String, _ pair: String? = nil, lines: Int = 40) throws -> RepairReport {
    RepairReport(selecting: pair, treeLines: lines, in: try play(script).session.timeline)
  }

  private let apart = """
    write cart milk at ALL
    write list tea at ALL
    cut us-east-1 eu-west-1
    set hints off
    write cart eggs at ONE
    run 3s
    """

  @Test func whoDiffersIsListedThoughNobodyHasComparedThem() throws {
    let report = try report(apart)
    #expect(report.pairs.count == 18 && report.pairs.allSatisfy { $0.phase == .unrepaired && $0.differing == 1 })
    #expect(report.pairs[0].name == "us1 ⇄ eu1" && report.keys == (1, 2, 2))
    #expect(try self.report("write cart milk at ALL").pairs.isEmpty)
  }

  @Test func theTreeIsOpenDownToTheKeyThatDiffers() throws {
    let tree = try #require(try report(apart).tree)
    #expect(tree.differing == 1 && tree.leaves == 2)
    #expect(tree.lines.first?.isEqual == false)
    let key = tree.lines.first { if case .key = $0.content { true } else { false } }
    #expect(key?.content == .key("cart", first: "eggs", second: "milk", isEqual: false))
    // The other leaf is there, and folded.
    #expect(tree.lines.contains { if case .node(_, _, _, true) = $0.content { true } else { false } })
  }

  @Test(arguments: 0...30) func theTreeNeverTakesMoreLinesThanThereAre(lines: Int) throws {
    let script = "load 500/s for 1s keys 60 write 100%\nset hints off\ncut us-east-1 eu-west-1\nrun 2s"
    let tree = try #require(try report(script, lines: lines).tree)
    #expect(tree.lines.count <= lines)
    if lines > 2 { #expect(tree.lines.contains { if case .key = $0.content { true } else { false } }) }
  }

  @Test func progressIsWhatHasBeenAcknowledged() throws {
    let begun = "\(apart)\nheal\nset anti-entropy 5s\n"
    // Trees there and back, 80 ms; what differs streams both ways, and its acknowledgements take another 80 ms.
    let comparing = try report(begun + "run 5050ms", "us1 ⇄ eu1")
    #expect(comparing.selected.map { comparing.pairs[$0].phase } == .comparing)
    let streaming = try report(begun + "run 5130ms", "us1 ⇄ eu1")
    let pair = try #require(streaming.selected.map { streaming.pairs[$0] })
    #expect(pair.phase == .streaming && pair.streamed > 0 && pair.progress < 1)
    let done = try report(begun + "run 6s", "us1 ⇄ eu1")
    #expect(done.selected.map { done.pairs[$0].phase } == .done)
    #expect(done.keys.differing == 0 && done.sessions.completed == done.sessions.begun)
    #expect(done.ways.first { $0.name == "anti-entropy" }?.count == 3)
  }

  @Test func hintsAreCountedByTarget() throws {
    let report = try report(
      "crash eu1\nrun 2s\nwrite cart milk at ONE\nwrite cart eggs at ONE in ap-south-1\nrun 1s")
    #expect(report.hints.count == 1)
    #expect(report.hints.first?.target == "eu1" && report.hints.first?.count == 2)
    #expect(report.hints.first?.keepers == ["us1", "ap1"])
    let after = try self.report(
      "crash eu1\nrun 2s\nwrite cart milk at ONE\nrestart eu1\nrun 12s")
    #expect(after.hints.isEmpty && after.ways.first { $0.name == "hinted handoff" }?.count == 1)
  }

  @Test func aPairWhosePartnerIsDownHasFailedAndSaysWhy() throws {
    let report = try report("write cart milk at ALL\ncrash eu1\nrepair us1 eu1", "us1 ⇄ eu1")
    let pair = report.pairs.first { $0.name == "us1 ⇄ eu1" }
    #expect(pair?.phase == .failed && pair?.failure == "dead")
    #expect(report.sessions == (open: 0, completed: 0, failed: 1, begun: 1))
  }
}
