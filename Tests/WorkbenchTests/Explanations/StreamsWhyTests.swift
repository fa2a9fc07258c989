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
    #expect(waits.contains("us1 keeps 1 write each for us2 and us3, out of reach: `cut us1 us2`"), "\(waits)")
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
