import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Regions that are replicated synchronously, in the command language and in what is said of them.
@Suite struct StrongRegionsSessionTests {
  private static let plain = "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=streams"
  private static let cluster = "\(plain)\nset multi-region strong"
  /// Two writes of one item at a time, of which the second to reach the leader is a conflict.
  private static let rivals = """
    \(cluster)
    async write k us in us-east-1
    async write k eu in eu-west-1
    await
    """

  // MARK: Settings

  @Test func theModeIsChosenBeforeTheFirstOperation() throws {
    for setting in ["multi-region strong", "multi-region eventual", "witness us-east-1", "witness none"] {
      let sentence = refusal(of: "set \(setting)", after: "\(Self.plain)\nwrite k v")
      #expect(sentence?.contains("before the first operation") == true, "\(sentence ?? "")")
    }
    #expect(refusal(of: "set multi-region strong", after: "cluster a:3")?.contains("leaderless") == true)
    #expect(refusal(of: "set witness mars", after: Self.plain) != nil)
  }

  @Test(arguments: ["a:3 b:3", "a:3", "a:3 b:3 c:3 d:3", "a:3 b:3 c:3 rf=a:3,b:3,c:0"])
  func exactlyThreeRegionsAreReplicatedSynchronously(regions: String) {
    let sentence = refusal(of: "set multi-region strong", after: "cluster \(regions) scheme=streams")
    #expect(
      sentence?.contains("exactly three regions") == true && sentence?.contains("set witness") == true,
      "\(sentence ?? "")")
  }

  @Test func nothingExpires() throws {
    let sentence = refusal(of: "write k v ttl 10s", after: Self.cluster)
    #expect(sentence?.contains("ttl") == true && sentence?.contains("multi-region strong") == true, "\(sentence ?? "")")
    #expect(try play("\(Self.plain)\nwrite k v ttl 10s").last.outcome == .ok)
  }

  // MARK: Conflicts

  @Test func aConflictIsAnOutcomeOfItsOwn() throws {
    let played = try play("\(Self.rivals)\nrun until converged\nread k at STRONG")
    #expect(try played.holds("op(1).outcome == conflict and op(2).outcome == ok"))
    #expect(try played.holds("writes.failed == 1 and writes.acked == 1 and writes.lost == 0 and last.value == eu"))
    let report = try #require(played.operations.first { $0.id == 1 })
    #expect(report.sentence(in: played.session.world).hasSuffix("nothing has happened"))
    try check("\(Self.rivals)\nexpect op(1).outcome == conflict")
    #expect(played.json.contains { $0.contains("\"id\":1,") && $0.contains("\"outcome\":\"conflict\"") })
  }

  @Test func aConflictNamesWhatItMet() throws {
    let script = "\(Self.rivals)\nwhy 1"
    let why = try play(script).explained.joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(why.contains("op 2") && why.contains("under way") && why.contains("certainly did not happen"), "\(why)")
  }

  @Test func inAHistoryAConflictHasFailed() throws {
    let played = try play(Self.rivals)
    var lines: [String] = []
    HistoryExport.write(played.session.world) { lines.append($0) }
    #expect(lines.contains { $0.contains("\"type\":\"fail\"") && $0.contains("conflict") }, "\(lines)")
  }

  // MARK: What is shown

  @Test func oneLeaderLeadsForAllRegions() throws {
    let played = try play("\(Self.cluster)\nset partitions 1\nwrite k v\nshow roles")
    for region in ["us-east-1", "eu-west-1", "ap-south-1"] {
      #expect(try played.fact("leader(k, \(region))") == "eu1")
    }
    #expect(try played.fact("leader(k)") == "eu1")
    #expect(try played.holds("role(eu1, k) == leader and role(us1, k) == follower"))
    let killed = try play("\(Self.cluster)\nset partitions 1\nwrite k v\nkill-leader k\nrun 10s\nwrite k w")
    #expect(try killed.fact("leader(k)") == "eu2" && killed.last.outcome == .ok)
  }

  @Test func aWitnessIsShownAsOne() throws {
    let script =
      "\(Self.plain)\nset witness ap-south-1\nset multi-region strong\nset partitions 1\nwrite k v\nshow roles"
    let played = try play(script)
    #expect(try played.holds("role(ap1, k) == witness and role(ap3, k) == witness and role(us1, k) == follower"))
    #expect(played.shown.contains { $0.contains("witness") })
    #expect(try play("\(script)\nread k in ap-south-1").holds("last.latency == 121ms"))
  }

  @Test func allIsConvergedAndNothingWaitsForAStream() throws {
    let script = """
      \(Self.cluster)
      load 200/s for 3s write 50% keys 20
      run 1s
      cut us-east-1 eu-west-1
      run 1s
      """
    #expect(try play(script).holds("backlog(eu-west-1, us-east-1) > 0 and backlog(eu-west-1, ap-south-1) == 0"))
    let played = try play("\(script)\nheal\nrun until converged within 20s")
    #expect(try played.holds("converged and writes.lost == 0 and backlog(us-east-1, eu-west-1) == 0"))
    #expect(try played.holds("lag.oldest == 0ms"))
  }

  @Test func strongReadsAndWritesOfAllRegionsAreLinearizable() throws {
    let script = """
      \(Self.cluster)
      load 40/s for 4s write 50% keys 2 at STRONG
      run 1500ms
      isolate eu-west-1
      run 1s
      heal
      run 5s
      check linearizable
      """
    let played = try play(script)
    #expect(played.json.contains { $0.contains("\"guarantee\":\"linearizable\",\"held\":true") }, "\(played.json)")
    #expect(try played.holds("writes.acked > 20"))
  }

  @Test func aWhatIfKnowsWhoWouldBeLeftWithout() throws {
    let asked = try play("\(Self.cluster)\nwrite k v\nwhatif cut us-east-1 eu-west-1").shown.joined(separator: "\n")
    #expect(asked.contains("STRONG") && asked.contains("✗"), "\(asked)")
  }
}
