import Analysis
import Language
import Testing
import Workbench

@testable import Screen

/// What replicas are for a key, on the map and beside its copies.
@Suite struct RolesOnScreenTests {
  @Test(arguments: [
    ("streams", "follower", "lease until"), ("log", "in-sync", "watermark 1"),
  ])
  func whoLeadsIsMarkedOnTheMapAndNamedBesideItsCopy(_ scheme: String, _ others: String, _ detail: String) throws {
    var model = try stage("cluster us-east-1:3 eu-west-1:3 scheme=\(scheme)\nwrite cart milk\nrun 1s")
    #expect(model.shows("us1L"))
    #expect(!model.shows("us2L"))
    model.turn(to: .spaceTime)
    model.press(.character("z"))
    #expect(model.lines[2].contains("us1L"))
    model.press(.character("z"))
    model.turn(to: .key)
    model.press(.character("j"))
    #expect(model.lines.contains { $0.contains("us1") && $0.contains(" leader ") })
    #expect(model.lines.contains { $0.contains("us2") && $0.contains(" \(others) ") })
    #expect(model.shows("leader of partition"))
    #expect(model.shows(detail))
  }

  @Test func whatACacheServesIsSeenBesideTheCopiesAndCountsAsNone() throws {
    var model = try stage("cluster us-east-1:4 eu-west-1:4 scheme=primary-cache\nwrite cart milk\nrun 1s")
    #expect(model.shows("us1P"))
    #expect(model.shows("eu1D"))
    model.turn(to: .key)
    let written = try #require(model.lines.first { $0.contains("us3 ") && $0.contains("follower") })
    #expect(written.contains("milk"))
    // Nobody has read in Europe: its caches have no entry.
    #expect(!model.lines.contains { $0.contains("eu3 ") && $0.contains("follower") })
    #expect(model.shows("all 2 level"))
    model.enter("read cart in eu-west-1")
    #expect(model.lines.contains { $0.contains("eu3 ") && $0.contains("follower") && $0.contains("milk") })
  }

  @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)])
  func whoStandsInForAnOwnerIsMarkedOnTheMap(size: Size) throws {
    let before = "cluster a:5 rf=3\nset sloppy-quorum on\nset failure-detector oracle\nwrite cart old at ALL\nrun 1s"
    let owners = try stage(before).session.copies(of: "cart").map(\.replica)
    let script = "\(before)\ncrash \(owners[0])\nwrite cart new at ALL via \(owners[1])\nrun 1s\nselect cart"
    let model = try stage(script, size: size)
    let copies = model.session.copies(of: "cart")
    let standIn = try #require(copies.first { $0.isStandIn }?.replica)
    #expect(model.shows("\(standIn)s") || model.lines.contains { $0.contains("\(standIn) stand-in") }, "\(model.lines)")
    for owner in owners { #expect(!model.shows("\(owner)s") && !model.shows("\(owner) stand-in")) }
    let back = try stage("\(script)\nrestart \(owners[0])\nrun 30s", size: size)
    #expect(!back.shows("\(standIn)s") && !back.shows("\(standIn) stand-in"), "it has handed back")
  }

  @Test func aReplicaWithoutRolesHasNone() throws {
    let model = try stage("write cart milk at ALL")
    #expect(!model.lines.contains { $0.contains(" role ") })
  }
}
