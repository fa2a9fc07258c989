import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What `why` and `why not` find where partitions have leaders and streams.
@Suite struct StreamsWhyTests {
  private static let cluster = "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=streams\nset partitions 1"

  private func told(_ script: String) throws -> String {
    try play(script).explained.joined(separator: " ").split(separator: " ").joined(separator: " ")
  }

  /// us1 leads, is cut off from its followers, and takes a write that it can't make durable.
  private static let isolated = """
    \(cluster)
    write cart milk
    cut us1 us2
    cut us1 us3
    set write-timeout 500ms
    write cart eggs via us1
    """

  // MARK: What makes an answer

  @Test(arguments: [
    ("streams", "", "us2 has it in its log (2): most of the 3 copies, so it is durable."),
    ("log", "at ACKS_ALL", "us3 has it in its log (3): all 3 that are in sync, so it is committed."),
    ("log", "at ACKS_1", "us1 itself has it in its log (1): at ACKS_1 the leader's is enough."),
    ("primary-cache", "", "us1, the primary's database, has it: the write is made."),
  ])
  func aGoodWriteSaysWhoLedAndWhoHadIt(scheme: String, level: String, ground: String) throws {
    let script = "cluster us-east-1:3 eu-west-1:3 scheme=\(scheme)\nwrite cart milk \(level)"
    let why = try told("\(script)\nwhy")
    #expect(why.contains(ground), "\(why)")
    #expect(scheme == "primary-cache" || why.contains("us1 led partition 0 in us-east-1, in epoch 1, since"), "\(why)")
    let session = try play(script).session
    let witness = Witness(session)
    let explanation = try #require(Explanation(of: 1, in: session.timeline))
    // Whom a client of caches asks first is no matter of nearness.
    for fact in explanation.facts where !fact.text.contains("follower tier") {
      #expect(witness.flaw(in: fact) == nil, "\(fact.text)")
    }
  }

  @Test(
    arguments: ["streams", "primary-cache"],
    ["cut us-east-1 eu-west-1", "slow us-east-1 eu-west-1 by 1s", "hold us1 eu1"])
  func aStaleReadSaysWhereTheWriteIs(scheme: String, fault: String) throws {
    let script = """
      cluster us-east-1:3 eu-west-1:3 scheme=\(scheme)
      write cart milk
      run 1s
      read cart in eu-west-1
      \(fault)
      write cart pie
      read cart in eu-west-1
      """
    let session = try play(script).session
    try #require(session.world.observer.history[OperationID(4)]?.isStale == true)
    let explanation = try #require(Explanation(of: 4, in: session.timeline))
    #expect(!explanation.misses.isEmpty)
    let witness = Witness(session)
    for fact in explanation.facts where !fact.text.contains("follower tier") {
      #expect(witness.flaw(in: fact) == nil, "\(fact.text)")
    }
    let text = explanation.lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    let told = [
      "in its log, and had yet to bring it", "was in flight to", "waited on the link to", "had not been told",
    ]
    #expect(told.contains { text.contains($0) }, "\(text)")
  }

  @Test func aReadThatFindsNothingSaysWhichRegionHasIt() throws {
    let script = "cluster us-east-1:3 eu-west-1:3 scheme=log\nwrite cart milk\nread cart in eu-west-1"
    let apart = try told("\(script)\nwhy")
    #expect(apart.contains("us-east-1 has cart, and eu-west-1 is a cluster of its own"), "\(apart)")
    #expect(apart.contains("unless `set mirror us-east-1 -> eu-west-1`"), "\(apart)")
    let mirrored = try told(
      "cluster us-east-1:3 eu-west-1:3 scheme=log\nset mirror us-east-1 -> eu-west-1\nwrite cart milk\nrun 1s\n"
        + "read cart in eu-west-1\nwhy")
    #expect(mirrored.contains("what its mirror brings from there is called `us-east-1.cart`"), "\(mirrored)")
  }

  @Test(arguments: ["streams", "log", "primary-cache"])
  func rolesHoldForKeysThatWereNeverWritten(scheme: String) throws {
    let played = try play("cluster us-east-1:3 eu-west-1:3 scheme=\(scheme)")
    let role = try played.fact("role(us1, never)")
    #expect(role == (scheme == "primary-cache" ? "primary" : "leader"), "\(role)")
  }

  // MARK: What a leader can't commit

  @Test func whatALeaderCannotCommitIsInItsLog() throws {
    let why = try told("\(Self.isolated)\nwhy")
    #expect(why.contains("by now us1 has it in its log"), "\(why)")
    #expect(!why.contains("no replica has it"), "\(why)")
    #expect(why.contains("it may take effect all the same"), "\(why)")
  }

  @Test func onceAnotherLeadsItTakesNoEffect() throws {
    let why = try told("\(Self.isolated)\nrun 10s\nwhy")
    #expect(why.contains("it was given up when another took over") && !why.contains("may take effect"), "\(why)")
  }

  @Test func healIsNotPromisedToBringWhatAnotherLeaderHasLeftOut() throws {
    let waits = try told("\(Self.isolated)\nwhy not converged")
    #expect(waits.contains("us1 keeps 1 write for us2, out of reach: `cut us1 us2`"), "\(waits)")
    #expect(waits.contains("us1 keeps 1 write for us3, out of reach: `cut us1 us3`"), "\(waits)")
    let script = "\(Self.isolated)\nrun 10s\nwhy not converged"
    let later = try told(script)
    #expect(!later.contains("heal") && !later.contains("keeps"), "\(later)")
    #expect(try play("\(Self.isolated)\nrun 10s").holds("converged"))
    #expect(try play("\(Self.isolated)\nrun 10s\nheal\nrun 5s\nread cart at STRONG").last.value == "milk")
  }

  // MARK: Timeouts

  @Test func aTimeoutNamesTheCutBehindIt() throws {
    let why = try told("\(Self.isolated)\nwhy")
    #expect(why.contains("us1, which led the partition, answers once most copies of its region have it"), "\(why)")
    #expect(why.contains("us2: it was cut off from us1 (`cut us1 us2` at"), "\(why)")
    #expect(why.contains("us3: it was cut off from us1 (`cut us1 us3` at"), "\(why)")
    let deposed = try told(
      "\(Self.cluster)\nwrite cart milk\ncut us1 us2\ncut us1 us3\nwrite cart eggs via us1\nwhy")
    #expect(deposed.contains("us1 had appended it, and leads no longer: us2 does, in epoch 2."), "\(deposed)")
    #expect(deposed.contains("us2: it was cut off from us1 (`cut us1 us2` at"), "\(deposed)")
  }

  @Test func aTimeoutNamesTheCrashBehindIt() throws {
    let crashed = try told("\(Self.cluster)\nwrite cart milk\ncrash us2\ncrash us3\nwrite cart eggs via us1\nwhy")
    #expect(crashed.contains("us2: it was down (`crash us2` at"), "\(crashed)")
    let asked = try told("\(Self.cluster)\nwrite cart milk\ncrash us1\nwrite cart eggs via us2\nwhy")
    #expect(asked.contains("`crash us1` at"), "\(asked)")
    let read = try told("\(Self.cluster)\nwrite cart milk\npause us1\nread cart at STRONG via us2\nwhy")
    #expect(read.contains("`pause us1`"), "\(read)")
  }

  @Test func aTimeoutNamesWhatKeepsRegionsApart() throws {
    let script = """
      cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=streams
      set partitions 1
      set multi-region strong
      write cart milk
      isolate eu-west-1
      """
    let write = try told("\(script)\nset write-timeout 500ms\nwrite cart eggs in eu-west-1\nwhy")
    #expect(write.contains("most copies in each of two regions"), "\(write)")
    #expect(write.contains("it was cut off from eu1 (`isolate eu-west-1` at"), "\(write)")
    let read = try told("\(script)\nset read-timeout 1s\nread cart at STRONG in eu-west-1\nwhy")
    #expect(read.contains("had asked the other regions whether it still does"), "\(read)")
    #expect(read.contains("isolate eu-west-1"), "\(read)")
  }

  // MARK: Stale reads

  @Test func aStaleReadSaysWhichCopyAnswered() throws {
    let script = """
      \(Self.cluster)
      set follower-delay 10s
      write cart milk
      run 20s
      write cart eggs
      read cart via us2
      read cart via us2
      read cart via us2
      read cart via us2
      """
    let played = try play(script)
    let stale = try #require(played.operations.first { $0.isStale == true })
    let why = try told("\(script)\nwhy \(stale.id)")
    #expect(why.contains("held milk, 1 acknowledged write behind. That is the answer."), "\(why)")
    #expect(why.contains("in its log, and had yet to apply it"), "\(why)")
    #expect(why.contains("at STRONG: eggs, fresh"), "\(why)")
  }

  @Test func aStaleReadElsewhereNamesWhatKeepsTheStream() throws {
    let script = """
      \(Self.cluster)
      write cart milk
      run 1s
      cut us-east-1 eu-west-1
      write cart eggs
      run 1s
      read cart in eu-west-1
      """
    let why = try told("\(script)\nwhy")
    #expect(why.contains("held milk, 1 acknowledged write behind. That is the answer."), "\(why)")
    #expect(why.contains("us1 had eggs") && why.contains("`cut us-east-1 eu-west-1` at"), "\(why)")
  }
}
