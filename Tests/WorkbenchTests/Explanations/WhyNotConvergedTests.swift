import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Why copies don't agree, or that they do, where somebody is down, paused, or has another time of day: nothing is said of copies that
/// isn't so.
@Suite struct WhyNotConvergedTests {
  private func explained(_ script: String, _ key: String? = nil) throws -> (text: String, session: Session) {
    let session = try play(script).session
    let explanation = session.timeline.explanation(of: .converged(key))
    let witness = Witness(session)
    for fact in explanation.facts { #expect(witness.flaw(in: fact) == nil, "\(fact.text)") }
    return (explanation.lines.joined(separator: " ").split(separator: " ").joined(separator: " "), session)
  }

  // MARK: What is in the way of whom

  @Test func whatCutsOneOffIsNotSaidOfOthersThatCanBeReached() throws {
    let (text, session) = try explained(
      """
      write cart milk at ALL
      cut us-east-1 eu-west-1
      pause eu3
      write cart tea at QUORUM
      run 2s
      heal
      run 5s
      """)
    #expect(session.cluster.hints(of: ReplicaID(0)).count == 3)
    #expect(text.contains("us1 keeps 1 hint each for eu1 and eu2, to be replayed"), "\(text)")
    #expect(text.contains("us1 keeps 1 hint for eu3, out of reach: `pause eu3`"), "\(text)")
  }

  @Test func whatIsKeptInVainIsToldOfAsWell() throws {
    let (text, session) = try explained(
      """
      cluster us-east-1:3 eu-west-1:3 scheme=streams
      cut us-east-1 eu-west-1
      write cart milk in us-east-1
      write cart tea in us-east-1
      write cart pie in eu-west-1
      run 2s
      """)
    #expect(session.cluster.backlog(from: RegionID(0), to: RegionID(1)) == 2)
    #expect(
      text.contains("us1 keeps 2 writes for eu1, which holds a later one that wins: they change nothing there"),
      "\(text)")
    #expect(text.contains("eu1 keeps 1 write for us1, out of reach"), "\(text)")
  }

  // MARK: Who is down

  @Test(arguments: ["set failure-detector oracle", "set failure-detector after 1s", "set sloppy-quorum on"])
  func whatIsKeptForWhoIsDownIsToldThoughThoseThatRunAgree(setting: String) throws {
    let script = "cluster a:4 rf=3\n\(setting)\nwrite k old at ALL\nrun 1s\n"
    let owner = try #require(try play(script).session.cluster.owners(toAgreeOn: KeyID(0)).first?.first)
    let name = "a\(owner.index + 1)"
    let (text, session) = try explained("\(script)crash \(name)\nrun 2s\nwrite k new at QUORUM\nrun 3s", "k")
    #expect(session.cluster.isConverged)
    #expect(text.hasPrefix("The copies of k that run agree, and nothing is on its way that would change that."))
    #expect(text.contains("keeps 1 hint for \(name), out of reach: `crash \(name)` at"), "\(text)")
    let back = try explained(
      "\(script)crash \(name)\nrun 2s\nwrite k new at QUORUM\nrun 3s\nrestart \(name)\nrun 30s", "k")
    #expect(back.text == "The copies of k agree, and nothing is on its way that would change that.")
  }

  @Test func whoIsDownMayHoldSomethingElseThoughNothingIsKeptForIt() throws {
    let script = "cluster a:3\nset hints off\nwrite k old at ALL\nrun 1s\ncrash a3\nwrite k new at QUORUM\nrun 5s"
    #expect(
      try explained(script).text == "All copies that run agree, and nothing is on its way that would change that.")
  }

  @Test func whereCopiesDifferHintsForWhoIsDownAreNoHintsForThem() throws {
    let (text, _) = try explained(
      """
      cluster a:4 rf=4
      set failure-detector oracle
      write k old at ALL
      run 1s
      set hints off
      cut a1 a2
      write k new at ONE via a1
      run 5s
      heal
      set hints on
      crash a4
      write other x at QUORUM via a1
      run 5s
      """)
    #expect(text.contains("Nothing is in flight or hinted for who runs."), "\(text)")
    #expect(text.contains("What is kept for who is down a1 keeps 1 hint for a4"), "\(text)")
  }

  @Test(arguments: ["cluster a:3 scheme=log", "cluster a:3", "cluster a:3 scheme=streams"])
  func whatHasComeToAPausedReplicaIsLeftToBeTakenIn(cluster: String) throws {
    let (text, _) = try explained("\(cluster)\nwrite k 1\nrun 1s\npause a2\nwrite k 2\nrun 2m", "k")
    #expect(
      text.contains("come to a2, which is paused: `pause a2` at") || text.contains("for a2, out of reach: `pause a2`"),
      "\(text)")
    #expect(!text.contains("Nothing is in flight"), "\(text)")
    #expect(text.contains("`resume a2`: they agree"), "\(text)")
  }

  // MARK: What has expired

  @Test(arguments: ["write k v ttl 10s at ALL", "type k row\nwrite k.name Ann at ALL\nwrite k.code 1 ttl 10s at ALL"])
  func copiesThatDifferByTheirClocksAloneAgreeInTime(writes: String) throws {
    let script = "\(writes)\nskew us2 by -5s\nrun 12s"
    let (text, session) = try explained(script, "k")
    #expect(!session.cluster.isConverged)
    #expect(text.contains("Not yet converged: 1 key differs."))
    #expect(text.contains("their replicas' clocks differ over what has expired"), "\(text)")
    #expect(text.contains("Nothing: time alone: they agree"), "\(text)")
    #expect(!text.contains("until a read or a repair"))
    #expect(try play("\(script)\nrun until converged within 10s").holds("converged and time < 16s"))
  }

  @Test func theColumnThatHasExpiredIsNamed() throws {
    let (text, _) = try explained(
      "type k row\nwrite k.name Ann at ALL\nwrite k.code 1 ttl 10s at ALL\nskew us2 by -5s\nrun 12s", "k")
    #expect(text.contains("ap3 hold {code=1, name=Ann} (expired: code); us2 holds {code=1, name=Ann}."), "\(text)")
  }

  @Test func aChangeThatLeftItsStreamIsSaidNotToCome() throws {
    let script = """
      cluster a:3 b:3 scheme=streams
      set stream-retention 1s
      write k 1 in a
      run 1s
      cut a b
      write k 2 in a
      run 20s
      heal
      run 10s
      """
    let (text, session) = try explained(script)
    #expect(text.contains("1 change left the streams after `stream-retention`"), "\(text)")
    guard case .broken = GuaranteeCheck(session.world).report(.eventual).finding else {
      Issue.record("nothing will bring it")
      return
    }
  }

  // MARK: What is checked, and what is explained

  @Test(
    "what can come about by ending a fault is not broken",
    arguments: [
      "cluster a:3 scheme=log\nwrite k 1\nrun 1s\npause a2\nwrite k 2 at ACKS_1\nrun 2m",
      "cluster a:3 b:3 scheme=streams\nwrite k 1 in a\nrun 1s\npause a2\nwrite k 2 in a\nrun 2m",
      "cluster a:3 b:3 scheme=streams\nwrite k 1 in a\nrun 1s\npause b\nwrite k 2 in a\nrun 2m",
      "cluster a:3 b:3 scheme=streams\nwrite k 1 in a\nrun 1s\nhold a b\nwrite k 2 in a\nrun 2m",
      "cluster a:4 b:4 scheme=primary-cache\nwrite k 1\nrun 1s\npause b1\nwrite k 2 in a\nrun 2m",
      "cluster a:3\nwrite k 1 at ALL\npause a2\nwrite k 2 at ONE via a1\nrun 1s",
    ])
  func whatCanStillComeAboutIsUndecided(script: String) throws {
    let (text, session) = try explained(script)
    #expect(text.contains("they agree"), "\(text)")
    guard case .undecided = GuaranteeCheck(session.world).report(.eventual).finding else {
      Issue.record("\(GuaranteeCheck(session.world).report(.eventual).finding): \(text)")
      return
    }
  }
}
