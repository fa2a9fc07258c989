import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Trying things on copies: what they would come to, and that nothing changes here.
@Suite struct WhatIfTests {
  private func trials(_ script: String, _ command: String) throws -> [OperationWhatIf.Row] {
    let walk = try Walk(script)
    guard case .whatIf(.operation(let plan))? = try CommandParser.parse(command, in: walk.session.names(isPrompt: true))
    else { return [] }
    return OperationWhatIf(plan, in: walk.session.timeline).trials
  }

  private func trial(
    _ level: String, _ region: String, in trials: [OperationWhatIf.Row]
  ) throws -> OperationWhatIf.Row {
    try #require(trials.first { $0.level == level && $0.region == region })
  }

  private func latency(_ trial: OperationWhatIf.Row) -> TimeSpan? { trial.report.map { $0.end - $0.start } }

  @Test func aReadIsTriedAtEveryLevelFromEveryRegion() throws {
    let trials = try trials("write cart milk at ALL\nwrite cart eggs at ONE", "whatif read cart")
    #expect(trials.count == 10 * 3)
    let near = try trial("LOCAL_QUORUM", "us-east-1", in: trials)
    #expect(near.freshness == .guaranteed && latency(near) == .milliseconds(2))
    let far = try trial("LOCAL_QUORUM", "eu-west-1", in: trials)
    #expect(far.freshness == .stale && far.report?.value == "milk")
    let quorum = try trial("QUORUM", "us-east-1", in: trials)
    #expect(quorum.freshness == .byLuck("us1"), "five of nine may all lack what three have")
    #expect(latency(quorum) == .milliseconds(81))
    let all = try trial("ALL", "us-east-1", in: trials)
    #expect(all.freshness == .guaranteed && latency(all) == .milliseconds(181))
  }

  @Test func afterAQuorumWriteAQuorumReadIsGuaranteedToBeFresh() throws {
    let trials = try trials("write cart milk at ALL\nwrite cart eggs at QUORUM", "whatif read cart")
    for region in ["us-east-1", "eu-west-1", "ap-south-1"] {
      #expect(try trial("QUORUM", region, in: trials).freshness == .guaranteed)
    }
    #expect(try trial("ONE", "ap-south-1", in: trials).freshness == .stale)
  }

  @Test func aReadThatMeetsWhatArrivesMeanwhileWasLucky() throws {
    let trials = try trials("write cart milk at ALL\nwrite cart eggs at ONE", "whatif read cart")
    let late = try trial("QUORUM", "ap-south-1", in: trials)
    #expect(late.report?.value == "eggs" && late.freshness == .byLuck(nil))
  }

  @Test func aQuietReadAtONESendsNothingBetweenRegions() throws {
    let trials = try trials("write cart milk at ALL\nrun 1s", "whatif read cart")
    let one = try trial("ONE", "eu-west-1", in: trials)
    #expect(one.messages == 0 && one.crossRegionBytes == 0 && one.freshness == .guaranteed)
    #expect(try trial("QUORUM", "us-east-1", in: trials).messages == 8)
  }

  @Test func aWriteThatIsUnavailableSaysHowManyItSees() throws {
    let walk = try Walk("write cart milk at ALL\npartition us-east-1 | eu-west-1 ap-south-1\nrun 2s")
    let lines = try play(
      "write cart milk at ALL\npartition us-east-1 | eu-west-1 ap-south-1\nrun 2s\nwhatif write cart x"
    ).shown
    #expect(lines.contains { $0.hasPrefix("QUORUM") && $0.contains("✗ needs 5, sees 3 alive") })
    #expect(walk.session.latestNumber == 1)
  }

  @Test(arguments: [
    "whatif read cart", "whatif write cart x", "whatif cut us-east-1 eu-west-1", "whatif load 50/s for 1s keys 5",
  ])
  func nothingChanges(command: String) throws {
    var walk = try Walk("write cart milk at ALL\nwrite cart eggs at ONE")
    let moment = walk.moment
    let position = walk.position
    try walk(command)
    #expect(walk.moment == moment && walk.position == position && walk.session.latestNumber == 2)
    #expect(walk.session.recipe.lines.count == 2)
  }

  @Test func aCutSaysWhatWouldStillBeAvailable() throws {
    let lines = try play("write cart milk at ALL\nwhatif cut us-east-1 eu-west-1").shown
    let each = try #require(lines.first { $0.hasPrefix("EACH_QUORUM") })
    #expect(each.contains("✗") && each.contains("✓ 181 ms"), "only Mumbai still sees every region")
    let local = try #require(lines.first { $0.hasPrefix("LOCAL_QUORUM") })
    #expect(!local.contains("✗"))
  }

  @Test(arguments: [
    ("oracle", "0ms"), ("after 200ms", "200ms"), ("after 1s", "1s"), ("after 7s", "7s"),
  ])
  func aFaultIsAskedAboutOnceTheDetectorInUseHasNoticedIt(detector: String, after: String) throws {
    let lines = try play("set failure-detector \(detector)\nwrite cart milk at ALL\nwhatif crash us1").shown
    #expect(lines.last?.hasSuffix("once the fault has been noticed, \(after) after it.") == true, "\(lines)")
    let all = try #require(lines.first { $0.hasPrefix("ALL") })
    #expect(all.contains("✗") && !all.contains("timeout") && !all.contains("✓"))
    let shares = try ledger("set failure-detector \(detector)", "load 10/s for 1s").resilience.shares(
      try #require(SchemeSpecification.leaderless.ladder.firstIndex { $0.write == .all }))
    #expect(shares == ["0 of 6", "0 of 6", "2 of 6"], "with one link cut the third region still sees every copy")
  }

  @Test func byGossipItTakesAsLongAsItsSilenceAndACutIsHeardRound() throws {
    let script = "set failure-detector phi\nrun 60s\nwrite cart milk at ALL\n"
    let crashed = try #require(try play(script + "whatif crash us1").shown.last)
    #expect(crashed.contains("once the fault has been noticed, "), "\(crashed)")
    let seconds = crashed.split(separator: " ").compactMap { word in
      word.hasSuffix("s") && !word.hasSuffix("ms") ? Double(word.dropLast()) : nil
    }
    #expect((10...40).contains(seconds.last ?? 0), "18 times the mean span between heartbeats: \(crashed)")
    let cut = try #require(try play(script + "whatif cut us1 eu1").shown.last)
    #expect(cut.hasSuffix("40s after the fault; not every coordinator has noticed it by then."), "\(cut)")
  }

  @Test func aWorkloadHasItsPriceAtEveryLevel() throws {
    let lines = try play("whatif load 50/s for 1s keys 5 write 100%").shown
    #expect(lines.contains { $0.hasPrefix("ONE") && $0.contains("  1.0  ") && $0.hasSuffix("no limit") })
    #expect(lines.contains { $0.hasPrefix("ALL") && $0.contains("  181.0  ") })
  }

  private func ledger(_ script: String, _ load: String) throws -> LoadWhatIf {
    let session = try play(script).session
    let parsed = try CommandParser.parse(load, in: session.names(isPrompt: false))
    let plan: WorkloadPlan? = if case .input(.load(let plan))? = parsed { plan } else { nil }
    return LoadWhatIf(try #require(plan), in: session.timeline)
  }

  @Test func aLoadThatRunsIsNotCountedAsTheOneThatIsTried() throws {
    let trials = try ledger("load 100/s for 60s\nrun 1s", "load 10/s for 10s keys 5").trials
    #expect(trials.allSatisfy { $0.issued == 100 && $0.succeeded == 100 }, "\(trials.map(\.issued))")
    let lines = try play("load 100/s for 60s\nrun 1s\nwhatif load 10/s for 10s keys 5").shown
    #expect(lines.contains("On the copies the load that runs here was stopped."))
  }

  @Test func whatOneRegionAloneHasTakenIsGoneWithIt() throws {
    // 10 ms of each 90 ms-long way to the next region are writes that nobody else has.
    let trials = try ledger("", "load 500/s for 1s keys 50 write 100% in us-east-1").trials
    let lost = Dictionary(uniqueKeysWithValues: trials.map { ($0.levels.write, $0.lost.first?.writes ?? -1) })
    #expect((lost[.one] ?? 0) > 5 && (lost[.localQuorum] ?? 0) > 5)
    #expect(lost[.quorum] == 0 && lost[.eachQuorum] == 0 && lost[.all] == 0)
    #expect(trials.allSatisfy { $0.lost.dropFirst().allSatisfy { $0.writes == 0 } }, "nobody wrote elsewhere")
  }

  @Test func aLevelWithstandsWhatItsAnswersDoNotNeed() throws {
    let ledger = try ledger("", "load 10/s for 1s")
    let shares = Dictionary(
      uniqueKeysWithValues: SchemeSpecification.leaderless.ladder.enumerated().map {
        ($1.write, ledger.resilience.shares($0))
      })
    #expect(shares[.one] == ["6 of 6", "6 of 6", "6 of 6"] && shares[.quorum] == ["6 of 6", "6 of 6", "6 of 6"])
    #expect(shares[.all]?[0] == "0 of 6" && shares[.eachQuorum]?[0] == "6 of 6")
    #expect(shares[.eachQuorum]?[1] == "0 of 6", "it asks every region")
  }

  @Test func whatTheBusiestReplicaCouldCarryIsItsLimit() throws {
    let trials = try ledger(
      "cluster us-east-1:3 rf=3\nset processing-time 1ms", "load 100/s for 2s write 100% keys 20"
    ).trials
    let all = try #require(trials.first { $0.levels.write == .all }?.capacity)
    // Each replica serves each write for 1 ms.
    #expect((900...1_100).contains(all), "\(all)")
  }

  @Test(arguments: ["whatif", "whatif show cart", "whatif set hints off", "whatif whatif read cart", "whatif run 1s"])
  func whatIsNoHypothesisIsRefused(command: String) throws {
    #expect(throws: (any Error).self) { try play("write cart milk\n\(command)") }
  }
}
