import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Capacity, hand-overs and lost regions in the command language, and time travel under the scheme.
@Suite struct StreamsCommandTests {
  private static let cluster = "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=streams"

  // MARK: Capacity

  @Test func whatIsBeyondACapacityIsThrottledAndCertainlyNotDone() throws {
    let script = """
      \(Self.cluster)
      set partition-capacity read 1/s write 1/s
      load 1000/s for 1s write 100% keys 1 as us-east-1
      run 2s
      write k0 v
      write k0 w
      write k0 x
      """
    let played = try play(script)
    #expect(played.last.outcome == .throttled)
    #expect(try played.holds("last.outcome == throttled and throttled.total > 600"))
    #expect(played.last.sentence(in: played.session.world).hasSuffix("nothing has happened"))
    #expect(try played.holds("writes.acked > 290 and writes.acked < 1000"))
    let explanation = try #require(Explanation(of: played.last.id, in: played.session.timeline))
    let why = explanation.lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(why.contains("set partition-capacity") && why.contains("certainly did not happen"), "\(why)")
  }

  @Test func aCapacityIsParsed() throws {
    #expect(
      try play("\(Self.cluster)\nset partition-capacity read 3000/s write 1000/s").session.cluster.environment.settings
        .partitionCapacity == PartitionCapacity(reads: 3_000, writes: 1_000))
    #expect(
      try play("\(Self.cluster)\nset partition-capacity unlimited").session.cluster.environment.settings
        .partitionCapacity == nil)
    #expect(refusal(of: "set partition-capacity write 1/s", after: Self.cluster) != nil)
    #expect(refusal(of: "set partition-capacity unlimited", after: "cluster a:3")?.contains("leaderless") == true)
  }

  // MARK: Hand-overs

  @Test func aLeadershipIsMoved() throws {
    let start = "\(Self.cluster)\nwrite cart milk"
    let before = try play(start).fact("leader(cart)")
    let moved = try play("\(start)\nmove-leader cart\nrun 10ms\nwrite cart eggs")
    let leader = try moved.fact("leader(cart)")
    #expect(leader != before && leader != "none" && moved.last.outcome == .ok)
    let named = try play("\(start)\nmove-leader cart to \(leader)\nrun 10ms")
    #expect(try named.fact("leader(cart)") == leader)
    let there = try play("\(start)\nmove-leader cart in eu-west-1\nrun 10ms")
    #expect(try there.fact("leader(cart)") == before)
    #expect(try there.fact("leader(cart, eu-west-1)") != play(start).fact("leader(cart, eu-west-1)"))
  }

  @Test func whoCannotLeadIsRefused() throws {
    let start = "\(Self.cluster)\nwrite cart milk"
    let leader = try play(start).fact("leader(cart)")
    #expect(refusal(of: "move-leader cart to \(leader)", after: start)?.contains("leads it already") == true)
    #expect(refusal(of: "move-leader partition 9", after: start)?.contains("no such partition") == true)
    #expect(
      refusal(of: "move-leader cart", after: "\(start)\nkill-leader cart\nrun 1s")?.contains("nobody leads it") == true)
    let others = ["us1", "us2", "us3"].filter { $0 != leader }
    let alone = "\(start)\n" + others.map { "crash \($0)" }.joined(separator: "\n")
    #expect(refusal(of: "move-leader cart", after: alone)?.contains("no other copy") == true)
    let down = refusal(of: "move-leader cart to \(others[0])", after: alone)
    #expect(down?.contains("follow") == true, "\(down ?? "")")
    #expect(refusal(of: "move-leader cart", after: "cluster a:3") != nil)
  }

  // MARK: What is said

  @Test func writesHaveARowOfTheirOwnWhereTheyHaveNoLevel() throws {
    let asked = try play("\(Self.cluster)\nwhatif cut us-east-1 eu-west-1").shown.joined(separator: "\n")
    #expect(asked.contains("writes") && asked.contains("STRONG"), "\(asked)")
    let write = try play("\(Self.cluster)\nwhatif write cart milk").shown.joined(separator: "\n")
    #expect(write.contains("no level") && !write.contains("acknowledgement:  from"), "\(write)")
  }

  @Test func aDestroyedRegionIsFilledAgain() throws {
    let script = """
      \(Self.cluster)
      load 100/s for 2s write 100% keys 40
      run 5s
      destroy us-east-1
      run 10s
      restart us-east-1
      run until converged within 20s
      """
    let played = try play(script)
    #expect(try played.holds("converged and writes.lost == 0"))
    #expect(try played.fact("holders(k1)") == "9")
  }

  // MARK: Time travel

  private static let storm = """
    seed 11
    \(cluster)
    set stream-capacity 60/s
    set stream-batch 4 within 50ms
    set follower-delay uniform(0ms, 90ms)
    set partition-capacity read 40/s write 1/s
    link us-east-1 eu-west-1 40ms~9ms
    set client-delay uniform(0.1ms, 1ms)
    load 150/s for 4s write 70% keys 25 zipf 1.1
    run 700ms
    write cart milk
    lose 8% us-east-1 eu-west-1
    duplicate 10% eu-west-1 ap-south-1
    cut us-east-1 ap-south-1
    kill-leader cart
    run 900ms
    move-leader partition 1 in eu-west-1
    pause eu1
    wipe ap2
    run 1500ms
    hold us2 eu2
    restart us1
    restart ap2
    resume eu1
    read cart at STRONG
    skew eu3 by 300ms
    run 2s
    release us2 eu2
    destroy ap-south-1
    restart ap-south-1
    heal
    run 30s
    write cart bread

    """

  private func playStorm(keyframeSpacing: Int = 1_000) throws -> Played {
    try play(Self.storm, keepsTrace: true, reportsLoads: true, keyframeSpacing: keyframeSpacing, finishing: true)
  }

  @Test(arguments: [60, 1_000_000]) func theSameScriptGivesTheSameBytesWhateverIsKept(spacing: Int) throws {
    let (first, second) = (try playStorm(), try playStorm(keyframeSpacing: spacing))
    #expect(first.operations.count > 400)
    #expect(Set(first.operations.map(\.outcome)).count >= 3)
    #expect(first.session.cluster.fingerprint == second.session.cluster.fingerprint)
    #expect(first.trace == second.trace && first.json == second.json)
  }

  @Test func goingBackAndForthChangesNothing() throws {
    let straight = try playStorm()
    var travelled = try playStorm(keyframeSpacing: 200).session
    let position = travelled.timeline.position
    for count in [1, 400, position] {
      for command in ["back \(count)", "step \(count)"] {
        try travelled.execute(.prompt(command), isPrompt: true) { _ in }
      }
    }
    #expect(travelled.cluster.fingerprint == straight.session.cluster.fingerprint)
    var ahead = straight.session
    for line in ["kill-leader cart", "write cart tea", "run 20s"] {
      try travelled.execute(.prompt(line), isPrompt: true) { _ in }
      try ahead.execute(.prompt(line), isPrompt: true) { _ in }
    }
    #expect(travelled.cluster.fingerprint == ahead.cluster.fingerprint)
  }
}
