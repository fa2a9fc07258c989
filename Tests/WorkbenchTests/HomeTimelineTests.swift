import Kernel
import Language
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// Timelines as their readers have them.
@Suite struct HomeTimelineTests {
  /// Carol is the last of a million whom alice's posts come to, ten seconds after they are made; bob is the first.
  private static let start = """
    follow bob alice in us-east-1
    followers alice 1000000
    follow carol alice in eu-west-1
    follow carol bob
    """

  /// The explanation of an operation in one line.
  private func why(_ number: Int, _ played: Played) throws -> String {
    let explanation = try #require(Explanation(of: number, in: played.session.timeline))
    return explanation.facts.map(\.text).joined(separator: " ")
  }

  @Test(arguments: ["leaderless", "streams"]) func aPostIsAWriteInItsAuthorsHomeAndComesToTimelinesInTime(
    scheme: String
  ) throws {
    let played = try play(
      """
      cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=\(scheme)
      \(Self.start)
      post alice "hello there" in ap-south-1
      expect op(-1).operation == write and op(-1).key == alice.post.1 and op(-1).client == ap-south-1
      run 1s
      timeline bob
      timeline carol
      run 12s
      timeline carol
      expect timelines.answered == 3 and fanout.backlog == 0 and fanout.p99 > 10s and fanout.p99 < 11s
      """)
    #expect(played.expectations.allSatisfy { $0.isHeld })
    #expect(played[2]?.records == ["alice.post.1 hello there"])
    #expect(played[3]?.records == [] && played[3]?.lacks.map(\.post) == ["alice.post.1"])
    #expect(played[3]?.lacks.first?.text.contains("the daemon of eu-west-1 has 9") == true, "\(played[3]?.lacks ?? [])")
    #expect(played[4]?.records?.count == 1 && played[4]?.lacks.isEmpty == true)
  }

  @Test func anAuthorReadsHerOwnPostWhereverSheAsksAndWhateverTheDaemonsDo() throws {
    let played = try play(
      """
      \(Self.start)
      cut us-east-1 eu-west-1
      post alice hello at LOCAL_QUORUM
      timeline alice
      timeline alice in eu-west-1
      """)
    for number in [2, 3] { #expect(played[number]?.records == ["alice.post.1 hello"]) }
  }

  @Test func aReplyIsThereBeforeWhatItAnswers() throws {
    let played = try play(
      """
      \(Self.start)
      post alice hello
      run 1s
      timeline bob
      post bob indeed
      run 1s
      timeline carol
      expect timelines.early == 1 and timeline.missing(carol) == 1
      run 12s
      timeline carol
      expect timelines.early == 1 and timeline.missing(carol) == 0
      """)
    #expect(played.expectations.allSatisfy { $0.isHeld })
    #expect(played[4]?.records == ["bob.post.1 indeed"])
    #expect(played[4]?.lacks.map(\.kind) == [.missing, .early])
    #expect(played.last.records == ["bob.post.1 indeed", "alice.post.1 hello"])
    let why = try why(4, played)
    #expect(why.contains("bob.post.1") && why.contains("daemon of"), "\(why)")
  }

  @Test("a post that no replica of the region holds: the cut link is named, and healing mends it") func cutLinks()
    throws
  {
    let played = try play(
      """
      follow carol alice in eu-west-1
      cut us-east-1 eu-west-1
      cut ap-south-1 eu-west-1
      post alice hello in us-east-1 at LOCAL_QUORUM
      run 1s
      timeline carol
      heal
      run 30s
      timeline carol
      """)
    #expect(
      played[2]?.lacks.map(\.text) == [
        "lacks alice.post.1: no replica of eu-west-1 holds it: the links to there are cut"
      ])
    #expect(try why(2, played).contains("by `cut us-east-1 eu-west-1`"))
    #expect(played.last.records == ["alice.post.1 hello"] && played.last.lacks.isEmpty)
  }

  @Test func aDaemonStopsWithItsReplica() throws {
    let played = try play(
      """
      follow carol alice
      followers bob 5000000
      follow carol bob
      post bob hello
      run 1s
      pause us1
      timeline carol
      """)
    #expect(played.last.lacks.first?.text.contains("us1, which inserts it, stands still") == true)
  }

  /// What carol read of one replica, the next one lacks.
  private static let merge = """
    \(start)
    set pull-above 1000
    cut us-east-1 -> eu2
    cut ap-south-1 -> eu2
    post alice hello at LOCAL_QUORUM
    run 1s
    timeline carol
    crash eu1
    timeline carol
    """

  @Test func aMergeGoesBackwardsWhereASourceIsBehind() throws {
    let played = try play(
      """
      \(Self.merge)
      expect timelines.backwards == 1 and fanout.inserts == 0
      """)
    #expect(played.expectations.allSatisfy { $0.isHeld })
    #expect(played[2]?.records == ["alice.post.1 hello"] && played[3]?.records == [])
    #expect(played[3]?.lacks.map(\.kind) == [.missing, .gone])
  }

  @Test func aSnapshotKeepsWhatWasShown() throws {
    let played = try play("set timeline-snapshot on\n\(Self.merge)\nexpect timelines.backwards == 0")
    #expect(played.expectations.allSatisfy { $0.isHeld } && played[3]?.records == ["alice.post.1 hello"])
  }

  @Test func readingFromAnotherReplicaTakesARoundTrip() throws {
    let played = try play(
      """
      cluster us-east-1:5 rf=1
      set coordinator nearest
      follow carol alice
      set pull-above 0
      post alice one
      post alice two
      post alice three
      timeline carol
      """)
    #expect(played.last.records?.count == 3)
    #expect([1_000, 2_000].contains((played.last.end - played.last.start).microseconds))
  }

  @Test func whoReadsIsToldOfWhatComesSince() throws {
    let played = try play(
      """
      follow bob alice
      timeline bob
      expect timeline.pushed(bob) == 0
      post alice hello
      run 1s
      expect timeline.pushed(bob) == 1
      """)
    #expect(played.expectations.allSatisfy { $0.isHeld })
  }

  @Test func itIsReadByProgramsToo() throws {
    let played = try play("follow bob alice\npost alice hello\nrun 1s\ntimeline bob")
    let line = try #require(played.json.last { $0.contains("\"timeline\"") })
    #expect(line.contains("\"values\":[\"alice.post.1 hello\"]") && line.contains("\"user\":\"bob\""), "\(line)")
    #expect(line.contains("\"missing\":[]") && line.contains("\"key\":null"))
  }

  @Test(arguments: [
    ("timeline zoe", "nobody called `zoe`"), ("follow bob bob", "without following themselves"),
    ("follow bob alice", "follows alice already"), ("follow bob carol in eu-west-1", "at home in us-east-1"),
    ("post bob hi in eu-west-1", "at home in us-east-1"), ("whatif timeline bob", "no levels to compare"),
  ]) func whatCantBeIsRefused(line: String, reason: String) throws {
    let diagnostic = #expect(throws: Diagnostic.self) { try play("follow bob alice in us-east-1\n\(line)") }
    #expect(diagnostic?.sentence.contains(reason) == true, "\(diagnostic?.sentence ?? "")")
  }

  @Test(arguments: ["follow a b", "followers a 3", "post a b", "timeline a", "set pull-above 3"])
  func onlyLeaderlessClustersAndStreamsHaveTimelines(line: String) throws {
    for scheme in ["log", "primary-cache"] {
      #expect(throws: Diagnostic.self) { try play("cluster a:3 scheme=\(scheme)\n\(line)") }
    }
  }
}
