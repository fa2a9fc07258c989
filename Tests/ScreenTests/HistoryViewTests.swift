import Kernel
import Replication
import TestSupport
import Testing
import Workbench

@testable import Analysis
@testable import Screen

/// Views of what has happened: gaps of time, the graph of versions, and the operations that break a guarantee.
@Suite struct HistoryViewTests {
  @Test func timeInWhichNothingHappensIsABreakWithItsLength() throws {
    let story = "write cart milk at ALL\nrun 1696ms\nwrite cart tea at ALL\nzoom space-time"
    let model = try stage(story, size: Size(columns: 80, rows: 24))
    #expect(model.shows("⋮ 1.70 s"))
    #expect(!(try stage("write cart milk at ALL\nwrite cart tea at ALL\nzoom space-time").shows("⋮ 1")))
  }

  @Test(arguments: 1...20) func rowsAndGapsFitAndTheSelectedRowIsAmongThem(seed: Int) throws {
    var dice = Dice(seed: seed)
    let commands = (0..<dice.roll(2...8)).map { _ in
      dice.pick(["write cart milk at ALL", "run 400ms", "run 3s", "cut us1 eu1", "async write cart tea", "read cart"])
    }
    var model = try stage("write cart a\n" + commands.joined(separator: "\n") + "\nzoom space-time")
    for height in 1...40 {
      let report = model.spaceTime(rows: height)
      let sight = SpaceTimeSight(report, height: height)
      #expect(sight.height <= height && sight.places.count == sight.rows.count)
      #expect(report.selectedRow.map(sight.rows.contains) ?? true)
      #expect(Set(sight.places).isDisjoint(with: sight.gaps.map(\.place)))
      if dice.chance(30) { model.moveEvent(by: -dice.roll(1...5)) }
    }
  }

  @Test func messagesAreToldFromReplicasWithoutColour() throws {
    let model = try stage("write cart milk at ALL\nzoom space-time", size: Size(columns: 80, rows: 24))
    #expect(model.shows("┊ ├►○"))
    #expect(model.shows("──► message") && model.shows("┊ replica"))
    var small = try stage("write cart milk at ALL\nzoom space-time", size: Size(columns: 40, rows: 10))
    #expect(!small.shows("──► message"))
    small.press(.character("?"))
    small.type("message in")
    #expect(Legend.entries.contains { $0 == ("──►", "in space-time: message") })
    small = try stage("write cart milk at ALL\nzoom space-time", size: Size(columns: 60, rows: 18))
    small.press(.character("?"))
    small.type("in space-time")
    #expect(small.shows("──►        in space-time: message"))
  }

  @Test(arguments: 1...20) func aLineOfTheGraphLeadsToWhatAVersionCameRightAfter(seed: Int) throws {
    var dice = Dice(seed: seed)
    let writes = (0..<dice.roll(2...12)).map { index in
      let region = dice.pick(["us-east-1", "eu-west-1", "ap-south-1"])
      let fault = dice.chance(30) ? dice.pick(["cut us-east-1 eu-west-1\n", "heal\n", "run 1s\n"]) : ""
      return "\(fault)write cart v\(index) at ONE in \(region)"
    }
    let policy = dice.pick(["lww", "siblings"])
    let model = try stage("set conflict \(policy)\n" + writes.joined(separator: "\n") + "\nzoom clocks")
    let report = model.clocks
    let catalogue = model.session.timeline.cluster.catalogue
    func isBefore(_ one: Int, _ other: Int) -> Bool {
      catalogue.relation(report.versions[one].id, report.versions[other].id) == .before
    }
    // What can be reached over lines is what came before, and no line can be left out.
    for version in report.versions.indices {
      var reached = Set<Int>()
      var open = report.parents[version]
      while let next = open.popLast() { if reached.insert(next).inserted { open += report.parents[next] } }
      #expect(reached == Set(report.versions.indices.filter { isBefore($0, version) }), "seed \(seed)")
      for parent in report.parents[version] {
        #expect(!report.parents[version].contains { $0 != parent && isBefore(parent, $0) }, "seed \(seed)")
      }
    }
    #expect(VersionGraph(report).width >= 2)
    if report.versions.count > 1 { #expect(model.shows("●") && model.shows("held by")) }
  }

  @Test func aBrokenGuaranteeIsDrawnAsItHappened() throws {
    let model = try stage(
      "write cart milk at ALL\nwrite cart eggs at ONE\nread cart at ONE in eu-west-1\nzoom guarantees")
    #expect(model.shows("├─ 1 write cart = milk ─┤"))
    #expect(model.shows("├─ 3 read cart → milk ─┤"))
    let small = try stage(
      "write cart milk at ALL\nwrite cart eggs at ONE\nread cart at ONE in eu-west-1\nzoom guarantees",
      size: Size(columns: 60, rows: 18))
    #expect(small.shows("op 3  "))
  }
}
