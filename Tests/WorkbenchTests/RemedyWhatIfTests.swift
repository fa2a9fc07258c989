import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// `whatif` with a remedy and without: the session beside itself.
@Suite struct RemedyWhatIfTests {
  private static let before = "cluster a:1 b:1\nlink a b 40ms\nalert old when lag.oldest > 5s\n"
  private static let during = """
    load 20/s for 60s write 50% keys 10
    run 10s
    cut a b
    write k v at ONE in a
    run 50s
    """

  private func remedy(_ line: String, in session: Session) throws -> RemedyWhatIf.Change {
    let command = try CommandParser.parse("whatif \(line)", in: session.names(isPrompt: true))
    switch command {
    case .whatIf(.remedy(let remedy)): return .with(remedy)
    case .whatIf(.noRemedy(let alert)): return .without(alert: alert)
    default: throw LanguageError(.refused("\(line) is no remedy"), at: SourceSpan(start: 0, length: 1))
    }
  }

  @Test func withARemedyTheAlertClearsAndFewerReadsAreStale() throws {
    let session = try play(Self.before + Self.during).session
    let answer = RemedyWhatIf(try remedy("when old after 2s do heal", in: session), in: session.timeline)
    let after = try #require(answer.after)
    #expect(answer.before.fired == after.fired && answer.before.cleared == nil)
    #expect(answer.before.remedies == 0 && after.remedies == 1)
    let (fired, cleared) = (try #require(after.fired), try #require(after.cleared))
    // Healed 2 s after it has fired; hints are looked at every 10 s.
    #expect(cleared - fired > .seconds(2) && cleared - fired < .seconds(13))
    #expect(after.stale < answer.before.stale && after.ended == answer.before.ended)
    #expect(answer.lines.allSatisfy { TextWidth.of($0) <= 80 }, "\(answer.lines)")
    #expect(answer.lines.contains { $0.hasPrefix("cleared last") && $0.contains("fires still") })
  }

  @Test func withoutItsRemedyASessionIsWhatItWouldHaveBeen() throws {
    let plain = try play(Self.before + Self.during).session
    let helped = try play(Self.before + "when old after 2s do heal\n" + Self.during).session
    let answer = RemedyWhatIf(.without(alert: "old"), in: helped.timeline)
    let after = try #require(answer.after)
    #expect(
      after
        == RemedyWhatIf(.with(Remedy(alert: "old", delay: .hours(1), command: .await, text: "")), in: plain.timeline)
        .before)
    #expect(answer.before.remedies == 1 && answer.before.cleared != nil && after.cleared == nil)
    let with = RemedyWhatIf(try remedy("when old after 2s do heal", in: plain), in: plain.timeline)
    #expect(with.after == answer.before, "what is added and what is left out are each other's opposite")
  }

  @Test func whatIsPlayedAgainUnchangedIsTheSame() throws {
    let script = """
      profile netflix-cassandra
      when availability-ticket do heal
      when lag-page do set read-repair off
      load 50/s for 20s write 40% keys 8 at LOCAL_QUORUM
      run 2s
      cut us-east-1 eu-west-1
      write cart milk at LOCAL_QUORUM
      read cart at QUORUM
      run 5s
      crash eu1
      run 20s
      """
    let session = try play(script).session
    let course = try #require(session.timeline.course(nil))
    #expect(course.cluster.fingerprint == session.cluster.fingerprint)
    #expect(course.world.board.firings == session.world.board.firings)
    #expect(session.timeline.branches.count == 1, "nothing has changed here")
  }

  @Test func nothingToLeaveOutIsSaid() throws {
    let played = try play(Self.before + Self.during + "\nwhatif without when old\nwhatif when old do heal")
    #expect(
      played.shown.contains {
        $0.contains("nothing is done when `old` fires") || $0.contains("nothing is done when old fires")
      })
    #expect(played.shown.contains { $0.contains("as it was") && $0.contains("with it") })
    #expect(refusal(of: "whatif when old do run 5s", after: Self.before)?.contains("takes no time") == true)
    #expect(refusal(of: "whatif without when nobody", after: Self.before)?.contains("there is no alert") == true)
    // A condition that begins with a word like an alert's name is one still.
    #expect(
      try play("alert converged when time > 1s\nwrite k v at ALL\nwhatif when converged").shown.contains {
        $0.contains("was so at")
      })
  }
}
