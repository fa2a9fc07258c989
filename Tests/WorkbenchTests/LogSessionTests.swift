import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What is said where each region keeps logs of its own: their copies are compared with each other only, and advice stays inside
/// of a client's region.
@Suite struct LogSessionTests {
  private static let two = "cluster us-east-1:3 eu-west-1:3 rf=3 scheme=log"
  private static let apart = "\(two)\nwrite cart milk\nwrite cart eggs in eu-west-1\nrun 10s"

  private func text(of operation: Int, after script: String) throws -> String {
    let explanation = try #require(Explanation(of: operation, in: try play(script).session.timeline))
    return explanation.lines(width: 400).joined(separator: "\n")
  }

  // MARK: Regions apart

  /// Every place that compares copies: each region's agree, and no two regions have anything to do with each other.
  @Test func whatTwoRegionsKeepIsNeverCompared() throws {
    let played = try play("\(Self.apart)\nshow cart")
    let timeline = played.session.timeline
    #expect(try played.holds("converged and conflicts.total == 0 and holders(cart) == 6"))
    #expect(try played.fact("relation(us1, eu1, cart)") == "none")
    #expect(try played.fact("relation(us1, us2, cart)") == "equal")
    #expect(CopyReport.copies(of: "cart", in: timeline.cluster).allSatisfy { $0.relation == .newest })
    #expect(played.shown.count { $0.contains("= newest") } == 6)
    let keys = KeysReport(timeline).rows
    #expect(keys.map(\.differing) == [0] && keys.map(\.conflicts) == [0])
    #expect(keys[0].value == "us-east-1: milk, eu-west-1: eggs")
    #expect(ReplicasReport(timeline).rows.allSatisfy { $0.behind == 0 && $0.level == 1 })
    #expect(Divergence(of: timeline.cluster).keys == 0 && Divergence(of: timeline.cluster).pairs.isEmpty)
    #expect(RepairReport(selecting: nil, treeLines: 0, in: timeline).keys.differing == 0)
    let key = KeyReport(of: "cart", comparedWith: nil, in: timeline)
    #expect(key.isConverged && key.newest == 6 && key.standings.allSatisfy { $0 == .same })
    #expect(
      key.contents.contains { $0.hasPrefix("us-east-1: ") } && key.contents.contains { $0.hasPrefix("eu-west-1: ") })
    let chosen = KeyReport(of: "cart", comparedWith: "eu1", in: timeline)
    #expect(chosen.standings == Array(repeating: .apart, count: 3) + Array(repeating: .same, count: 3))
    let versions = ClocksReport(of: "cart", selected: nil, reference: nil, in: timeline).versions
    #expect(versions.count == 2 && versions.allSatisfy { $0.isNewest })
    #expect(timeline.explanation(of: .converged("cart")).title.contains("agree"))
    let check = GuaranteeCheck(played.session.world)
    for guarantee in [Guarantee.linearizable, .eventual] {
      #expect(check.report(guarantee).isHeld == true, "\(guarantee)")
    }
    #expect(Outstanding(timeline.world.observer.convergence, in: timeline.cluster).copies == 0)
  }

  @Test func aRegionThatHasNothingIsNotBehind() throws {
    let timeline = try play("\(Self.two)\nwrite cart milk\nrun 1s").session.timeline
    let copies = CopyReport.copies(of: "cart", in: timeline.cluster)
    #expect(copies.map(\.relation) == Array(repeating: .newest, count: 3) + Array(repeating: .absent, count: 3))
    let report = KeyReport(of: "cart", comparedWith: nil, in: timeline)
    #expect(report.isConverged && report.newest == 3 && report.owners == 3 && !report.isSpread)
    #expect(report.standings == Array(repeating: .same, count: 3) + Array(repeating: .none, count: 3))
    let empty = KeyReport(of: "cart", comparedWith: "eu1", in: timeline)
    #expect(empty.standings == Array(repeating: .apart, count: 3) + Array(repeating: .none, count: 3))
    #expect(KeysReport(timeline).rows.map(\.differing) == [0] && KeysReport(timeline).rows[0].value == "milk")
    #expect(ReplicasReport(timeline).rows.map(\.behind) == [0, 0, 0, 0, 0, 0])
  }

  @Test func copiesOfARegionThatNeverGotTheKeyAreNoneOfTheNewest() throws {
    let script = "\(Self.two)\nwrite cart milk\ncrash us2\ncrash us3\nrun 1s\nwrite cart eggs at ACKS_1"
    let report = KeyReport(of: "cart", comparedWith: nil, in: try play(script).session.timeline)
    #expect(report.newest == 1 && report.owners == 3 && !report.isConverged)
    let both = KeyReport(
      of: "cart", comparedWith: nil, in: try play("\(script)\nwrite cart tea in eu-west-1\nrun 1s").session.timeline)
    #expect(both.newest == 4 && both.owners == 6 && both.isSpread)
    let nowhere = try play("\(Self.two)\ncrash us-east-1\nrun 1s\nwrite cart milk").session.timeline
    let none = KeyReport(of: "cart", comparedWith: nil, in: nowhere)
    #expect(none.owners == 0 && !none.isConverged)
  }

  @Test func onlyTheRegionThatDiffersIsToldOf() throws {
    let script =
      "\(Self.apart)\nhold eu1 eu2\nhold eu1 eu3\nhold eu2 eu3\nwrite cart jam at ACKS_1 in eu-west-1\nrun 1s"
    let played = try play(script)
    let lines = played.session.timeline.explanation(of: .converged("cart")).lines(width: 400)
    let difference = lines.first { $0.contains("holds jam") } ?? lines.joined(separator: "\n")
    #expect(difference.contains("eu") && !difference.contains("us1"), "\(difference)")
    #expect(KeysReport(played.session.timeline).rows[0].differing == 2)
  }

  @Test func whatOneRegionReadsIsNoLinearizationOfAnothersWrites() throws {
    let script = """
      \(Self.two)
      write cart milk
      read cart in eu-west-1
      write cart eggs in eu-west-1
      read cart
      """
    let played = try play(script)
    #expect(GuaranteeCheck(played.session.world).report(.linearizable).isHeld == true)
    var lines: [String] = []
    HistoryExport.write(played.session.world) { lines.append($0) }
    #expect(
      lines.contains { $0.contains("\"cart in us-east-1\"") && $0.contains("order") && $0.contains("[\"milk\"]") })
    #expect(
      lines.contains { $0.contains("\"cart in eu-west-1\"") && $0.contains("order") && $0.contains("[\"eggs\"]") })
    #expect(!lines.contains { $0.contains("\"key\":\"cart\"") })
  }

  // MARK: Why

  @Test func adviceStaysInTheClientsRegion() throws {
    let down = "\(Self.two)\nwrite cart milk\nkill-leader cart\nread cart"
    let words = try text(of: 2, after: down)
    #expect(words.contains("kill-leader cart"), "\(words)")
    #expect(!words.contains("via eu"), "\(words)")
    let stale =
      "\(Self.two)\nwrite cart milk in eu-west-1\nhold us1 us2\nhold us2 us3\nhold us1 us3\nhold us3 us2\n"
      + "write cart eggs at ACKS_1\nread cart"
    let found = try text(of: 3, after: stale)
    #expect(!found.contains("via eu"), "\(found)")
  }

  @Test func whoWasWaitedForIsNamed() throws {
    let script = "\(Self.two)\nset partitions 1\nset failure-detector oracle\n"
    let held = try text(of: 1, after: "\(script)hold us1 us2\nwrite cart milk\nrun 3s")
    #expect(held.contains("us1, which leads the partition, had appended it"), "\(held)")
    #expect(
      held.contains(
        "us2, in sync, had not fetched it: what went between it and us1 waited on a held link (`hold us1 us2`"),
      "\(held)")
    #expect(!held.contains("us3, in sync"), "\(held)")
    let few = try text(
      of: 1, after: "\(script)async write cart milk via us1\nrun 600us\ncrash us2\ncrash us3\nrun 5s")
    #expect(few.contains("us2, not in sync: it was down (`crash us2`"), "\(few)")
    let killed = try text(of: 1, after: "\(script)async write cart milk via us2\nrun 1100us\nkill-leader cart\nrun 5s")
    #expect(killed.contains("kill-leader cart"), "\(killed)")
  }

  @Test func aFollowersHeldAnswerIsNamed() throws {
    let script =
      "\(Self.two)\nset partitions 1\nwrite cart milk\nrun 1s\nhold us2 us1\nread cart at FOLLOWER via us1\nrun 6s"
    let words = try text(of: 2, after: script)
    #expect(words.contains("us2: what was sent to it waited on a held link, `hold us2 us1`"), "\(words)")
  }

  @Test func whatALeaderHasNotCommittedItDoesNotHaveForReaders() throws {
    let script =
      "\(Self.two)\nset partitions 1\nwrite cart milk\nrun 1s\nhold us1 us2\nwrite cart eggs at ACKS_1\nread cart"
    let played = try play(script)
    #expect(played.last.isStale == true)
    let sentence = played.last.sentence(in: played.session.world)
    #expect(sentence.hasSuffix("it misses eggs, which us1, its leader, has not committed yet"), "\(sentence)")
  }

  @Test func whoeverFindsNobodyAtHomeAsksNobodyElse() throws {
    let played = try play("\(Self.two)\ncrash us-east-1\nread cart")
    #expect(played.last.outcome == .unavailable && played.last.coordinator == nil)
    let words = try text(of: 1, after: "\(Self.two)\ncrash us-east-1\nread cart")
    #expect(words.contains("in us-east-1, whose logs it uses"), "\(words)")
  }

  @Test func nothingIsSaidOfTimestampsThatDecide() throws {
    let timeline = try play("\(Self.two)\nwrite cart milk\nwrite cart eggs\nrun 1s").session.timeline
    let comparison = try #require(ClocksReport(of: "cart", selected: nil, reference: nil, in: timeline).comparison)
    #expect(comparison.consequence.contains("eggs at offset 1, epoch 1, milk at offset 0, epoch 1"))
    #expect(!comparison.consequence.contains("writer wins"))
    #expect(refusal(of: "show clocks cart", after: "\(Self.two)\nwrite cart milk") != nil)
  }

  @Test func theFormNamesAllWhoAreInSync() throws {
    let timeline = try play("\(Self.two)\nset partitions 1").session.timeline
    let draft = OperationDraft(isRead: false, key: "cart", value: "milk", level: "ACKS_ALL", client: "us-east-1")
    #expect(draft.forecast(in: timeline)?.answerers == ["us1", "us2", "us3"])
    let one = OperationDraft(isRead: false, key: "cart", value: "milk", level: "ACKS_1", client: "us-east-1")
    #expect(one.forecast(in: timeline)?.answerers == ["us1"])
  }

  // MARK: What is lost, and who leads

  @Test func whatACopyThatRunsStillHasIsNotLostYet() throws {
    let script = """
      \(Self.two)
      set partitions 1
      write cart milk
      isolate us1
      write cart eggs at ACKS_1 via us1
      run 5s
      """
    #expect(try play(script).holds("leader(cart) == us2 and writes.lost == 0"))
    #expect(try play("\(script)\nheal\nrun 5s").holds("writes.lost == 1 and converged"))
    #expect(try play("\(script)\nwrite cart jam via us2\nheal\nrun 5s").holds("writes.lost == 1"), "written again")
    #expect(try play("\(script)\ncrash us1").holds("writes.lost == 1"), "no copy that runs has it")
  }

  @Test func aLeadershipIsHandedOverToSomebodyInSync() throws {
    let script = "\(Self.two)\nset partitions 1\nwrite cart milk"
    let moved = try play("\(script)\nmove-leader cart\nwrite cart eggs\nread cart")
    #expect(moved.last.value == "eggs" && moved.operations.allSatisfy { $0.outcome == .ok })
    #expect(try moved.holds("leader(cart) == us2 and insync(cart) == \"{us1, us2, us3}\""))
    let there = try play("\(script)\nmove-leader cart to us3\nrun 1s")
    #expect(try there.holds("leader(cart) == us3 and leader(cart, eu-west-1) == eu1"))
    let out = "\(script)\ncrash us3\nrun 5s"
    #expect(refusal(of: "move-leader cart to us3", after: out)?.contains("us3 isn't in sync in it now") == true)
    #expect(refusal(of: "move-leader cart to us1", after: script)?.contains("leads it already") == true)
  }
}
