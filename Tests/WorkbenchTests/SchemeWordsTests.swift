import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What is said under schemes that have no hints, no repair, no levels of writes and no vectors to show.
@Suite struct SchemeWordsTests {
  private static let streams = "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=streams"
  private static let caches = "cluster us-east-1:4 eu-west-1:4 ap-south-1:4 scheme=primary-cache"
  private static let log = "cluster us-east-1:3 eu-west-1:3 scheme=log"

  private func text(_ explanation: Explanation) -> String {
    explanation.lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
  }

  @Test(arguments: SchemeName.allCases) func helpListsTheSettingsOfThisScheme(scheme: SchemeName) throws {
    for question in ["help settings", "help set"] {
      var session = try play("cluster a:4 scheme=\(scheme.rawValue)").session
      var shown: [String] = []
      try session.execute(.prompt(question), isPrompt: true) { if case .shown(let lines) = $0 { shown += lines } }
      for setting in SettingCatalog.all {
        // A long usage goes on in the next line.
        let start = "\(setting.name.rawValue) \(setting.usage)".prefix(40)
        let isListed = shown.contains { $0.hasPrefix(start) }
        #expect(isListed == scheme.specification.has(setting.name), "\(question): \(setting.name.rawValue)")
      }
    }
  }

  // MARK: Refusals

  @Test func aWriteHasNoLevelWhereTheSchemeHasNone() {
    for (cluster, levels) in [(Self.streams, "EVENTUAL and STRONG"), (Self.caches, "CACHED and CRITICAL")] {
      for command in ["write k v at STRONG", "delete k at STRONG"] {
        let sentence = refusal(of: command, after: cluster) ?? ""
        #expect(sentence.contains("has no level") && sentence.contains("\(levels) are levels of reads"), "\(sentence)")
      }
    }
  }

  @Test func whatASchemeHasNotToShowIsRefusedWithWhatItHas() throws {
    for cluster in [Self.streams, Self.caches, Self.log] {
      for command in ["show hints", "show clocks k", "show merkle us1 us2"] {
        let sentence = refusal(of: command, after: cluster) ?? ""
        #expect(sentence.contains("has no ") && sentence.contains("show roles"), "\(command): \(sentence)")
      }
    }
    #expect(try play("\(Self.streams)\nwrite hints v\nshow \"hints\"").shown.contains { $0.contains("us1") })
    #expect(try play("cluster a:3\nshow hints").shown == ["no hint waits"])
  }

  @Test func noFactSpeaksOfHintsWhereThereAreNone() throws {
    for cluster in [Self.streams, Self.caches, Self.log] {
      let shown = try play("\(cluster)\nwrite k v\nshow metrics").shown
      #expect(!shown.isEmpty && !shown.contains { $0.contains("hint") }, "\(shown.filter { $0.contains("hint") })")
    }
  }

  // MARK: Why not converged

  @Test func whatWaitsForAnotherRegionIsTold() throws {
    let played = try play("\(Self.streams)\nwrite k v\nrun 1s\ncut us-east-1 eu-west-1\nwrite k w\nrun 5s")
    let why = text(played.session.timeline.explanation(of: .converged("k")))
    #expect(why.contains("keeps 1 write for eu") && why.contains("cut us-east-1 eu-west-1"), "\(why)")
    #expect(!why.contains("Nothing is in flight"))
  }

  @Test func whatAFollowerHasYetToApplyIsTold() throws {
    let played = try play("\(Self.streams)\nset follower-delay 10s\nwrite k v\nrun 1s")
    let why = text(played.session.timeline.explanation(of: .converged("k")))
    #expect(why.contains("1 write in its log that it has yet to apply"), "\(why)")
  }

  // MARK: What is lost

  @Test func whatWasWrittenInPlaceOfALostWriteDoesNotFindItAgain() throws {
    let script = """
      \(Self.streams)
      write k old
      run 1s
      cut us-east-1 eu-west-1
      cut us-east-1 ap-south-1
      write k gone
      destroy us-east-1
      heal
      run 1s
      """
    #expect(try play(script).holds("writes.lost == 1"))
    let again = try play("\(script)\nwrite k new in eu-west-1\nrun 1s")
    #expect(try again.holds("writes.lost == 1 and writes.overwritten == 0"))
    let why = text(try #require(Explanation(of: 2, in: again.session.timeline)))
    #expect(why.contains("Why it is lost") && why.contains("was written without it"), "\(why)")
  }

  @Test func whatMeetsItsBetterIsOverwrittenAndNotLost() throws {
    let script = "\(Self.streams)\nwrite k a in us-east-1\nwrite k b in eu-west-1\nrun 1s"
    #expect(try play(script).holds("writes.lost == 0 and writes.overwritten == 1"))
    // Also where nobody is left who had seen it.
    let refilled = ["us-east-1", "eu-west-1"].reduce(script) { "\($0)\ndestroy \($1)\nrestart \($1)\nrun 60s" }
    #expect(try play(refilled).holds("writes.lost == 0"))
  }

  @Test func whatThePrimaryTookWithItIsLostWhereverItStands() throws {
    let script = """
      \(Self.caches)
      write k old
      run 1s
      cut us-east-1 eu-west-1
      cut us-east-1 ap-south-1
      write k gone
      crash us1
      run 30s
      """
    #expect(try play(script).holds("writes.lost == 1"))
    // It stands on a disk that comes back, before its owner hears who is the primary.
    let back = try play("\(script)\nrestart us1")
    #expect(try back.holds("writes.lost == 1"))
    let again = try play("\(script)\nwrite k new in eu-west-1\nheal\nrestart us1\nrun 30s")
    #expect(try again.holds("writes.lost == 1 and writes.overwritten == 0"))
    let why = text(try #require(Explanation(of: 2, in: again.session.timeline)))
    #expect(why.contains("another was promoted that did not have it"), "\(why)")
  }

  // MARK: What a timeout leaves open

  @Test func aTimeoutSaysTheSameInItsHeadlineAndInItsExplanation() throws {
    // Nobody gets the update.
    let losses = ["us1 us2", "us1 us3"].map { "lose 100% \($0)" }
    let writes = (0..<4).map { "write k\($0) v via us1" }
    let lost = try play(([Self.streams] + losses + writes).joined(separator: "\n"))
    var timeouts = 0
    for id in 1...4 {
      let report = try #require(OperationReport(OperationID(id), in: lost.session.world))
      guard report.outcome == .timeout else { continue }
      timeouts += 1
      let headline = report.sentence(in: lost.session.world)
      let why = text(try #require(Explanation(of: id, in: lost.session.timeline)))
      #expect(headline.contains("it did not happen") == why.contains("it did not happen"), "\(headline)\n\(why)")
      #expect(headline.contains("may take effect") == why.contains("may take effect"), "\(headline)\n\(why)")
    }
    #expect(timeouts > 0)
  }

  @Test func whatWasDiscardedTakesNoEffect() throws {
    let script = """
      \(Self.streams)
      write k old via us1
      run 1s
      """
    let leader = try play(script).fact("leader(k)")
    let isolated = try play("\(script)\nisolate \(leader)\nwrite k new via \(leader)\nrun 20s\nheal\nrun 20s")
    let report = try #require(OperationReport(OperationID(2), in: isolated.session.world))
    #expect(report.outcome == .timeout)
    #expect(report.sentence(in: isolated.session.world).hasSuffix("it takes no effect"))
    let why = text(try #require(Explanation(of: 2, in: isolated.session.timeline)))
    #expect(why.contains("it was given up when another took over"), "\(why)")
  }

  // MARK: What decides

  @Test func thePrimarysLogDecidesAndNoTimestamp() throws {
    let played = try play("\(Self.caches)\nwrite k a\nwrite k b\nrun 1s")
    let why = text(played.session.timeline.explanation(of: .siblings("k")))
    #expect(!why.contains("last writer wins") && why.contains("last in the log"), "\(why)")
  }
}
