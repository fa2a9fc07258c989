import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// `whatif when`: from which event on an outcome was likely.
struct OutcomeWhatIfTests {
  /// A script whose outcome hangs on what is drawn at one event, and the condition that is the outcome.
  struct Drama {
    let script: [String]
    let condition: String
    /// Whether the event is the command that issues the last operation; else it is the one at which the first operation of a command
    /// is accepted.
    let isOfTheLast: Bool

    /// The scripts are of four kinds, with more or less going on besides.
    init(_ number: Int, rate: Int) {
      let besides = ["load \(rate)/s for 1s keys 20", "run \(100 + 37 * (number % 7))ms"]
      switch number % 4 {
      case 0:
        // A copy that takes long.
        script =
          ["link us-east-1 eu-west-1 exponential(40ms)"] + besides + [
            "write cart milk in us-east-1", "run 60ms", "read cart in eu-west-1",
          ]
        (condition, isOfTheLast) = ("last.stale", false)
      case 1:
        // A copy that is lost.
        script =
          ["set hints off", "set read-repair off", "lose 25% us-east-1 eu-west-1"] + besides + [
            "write cart milk in us-east-1", "run 150ms", "read cart in eu-west-1",
          ]
        (condition, isOfTheLast) = ("last.stale", false)
      case 2:
        // A coordinator that lacks what others have.
        script =
          ["set coordinator random", "set read-repair off", "hold us1 eu2"] + besides + [
            "write cart milk via us1", "run 150ms", "read cart in eu-west-1",
          ]
        (condition, isOfTheLast) = ("last.stale", true)
      default:
        // A request that takes long.
        script =
          ["cluster us-east-1:1 eu-west-1:1 rf=1", "link us-east-1 -> eu-west-1 exponential(40ms)"] + besides + [
            "write cart milk at ALL in us-east-1"
          ]
        (condition, isOfTheLast) = ("last.latency > 130ms", false)
      }
    }

    /// The session after the script under the first seed under which it comes to the outcome.
    func played() throws -> Session? {
      for seed in UInt64(1)...80 {
        let played = try play(script.joined(separator: "\n"), seed: seed, keyframeSpacing: 200)
        if try played.holds(condition) { return played.session }
      }
      return nil
    }

    /// The event on which it hangs, found by stepping through the session once more.
    func cause(in session: Session) -> Int? {
      let operations = session.cluster.commandOperations
      guard let first = operations.first, let last = operations.last else { return nil }
      var timeline = session.timeline
      timeline.goto(position: 0)
      while timeline.position < session.timeline.position {
        guard timeline.step() else { return nil }
        let isThere =
          isOfTheLast
          ? timeline.cluster.commandOperations.last == last
          : timeline.cluster.version(writtenBy: first) != nil
        if isThere { return timeline.position }
      }
      return nil
    }
  }

  private static func answer(_ condition: String, in session: Session) throws -> OutcomeWhatIf {
    var reader = CommandReader(condition, context: session.names(isPrompt: false))
    let (read, text) = try reader.conditionWithText()
    return OutcomeWhatIf(read, text, commands: session.commands, in: session.timeline)
  }

  /// Scripts with up to thousands of events, one of them with nearly as many as are gone back.
  @Test func theJumpIsAtTheEventThatDecided() throws {
    var found = 0
    var missed: [String] = []
    for number in 0..<20 {
      let drama = Drama(number, rate: number == 7 ? 380 : [0, 4, 10, 25, 60][number % 5] + 1)
      guard let session = try drama.played(), let cause = drama.cause(in: session) else {
        Issue.record("script \(number) comes to no \(drama.condition)")
        continue
      }
      let answer = try Self.answer(drama.condition, in: session)
      if let event = answer.cause?.after.event, answer.isNamed, abs(event - cause) <= 1 {
        found += 1
      } else {
        missed.append("script \(number): event \(cause), found \(answer.cause?.after.event ?? -1)")
      }
    }
    #expect(found >= 18, "\(missed.joined(separator: "; "))")
  }

  private static let stale = """
    link us-east-1 eu-west-1 exponential(40ms)
    write cart milk in us-east-1
    run 60ms
    read cart in eu-west-1
    """

  private func stale() throws -> Session {
    for seed in UInt64(1)...80 {
      let played = try play(Self.stale, seed: seed)
      if try played.holds("last.stale") { return played.session }
    }
    throw LanguageError(.refused("no seed makes it stale"), at: SourceSpan(start: 0, length: 1))
  }

  @Test func theProbabilityBeforeItIsThatOfTheDelay() throws {
    let answer = try Self.answer("last.stale", in: try stale())
    let cause = try #require(answer.cause)
    // The copy has 61 ms: e^(−61 / 40) of exponential delays take longer.
    #expect(abs(cause.before.probability - 0.218) < 0.1)
    #expect(cause.after.probability == 1)
    #expect(cause.operation == 1)
    #expect(cause.command == "write cart milk in us-east-1")
    #expect(cause.sent.contains { $0.hasPrefix("us1 → eu1: write cart = milk") })
  }

  @Test func nothingChangesAndTheSameIsFoundAgain() throws {
    let session = try stale()
    let before = session.cluster.fingerprint
    let answers = [try Self.answer("last.stale", in: session), try Self.answer("last.stale", in: session)]
    #expect(session.cluster.fingerprint == before)
    #expect(answers[0].json == answers[1].json)
    #expect(answers[0].lines.allSatisfy { TextWidth.of($0) <= 80 })
  }

  @Test func whatWasEverSoIsFollowedFromEveryInstant() throws {
    let session = try stale()
    let ever = try Self.answer("ever(reads.stale > 0)", in: session)
    let last = try Self.answer("last.stale", in: session)
    #expect(ever.cause != nil)
    #expect(ever.cause?.after.event == last.cause?.after.event)
  }

  @Test func whatIsNotSoHasNoCause() throws {
    let played = try play("write cart milk\nwhatif when last.stale")
    #expect(played.shown.joined(separator: " ").contains("is not so now"))
    #expect(played.json.contains { $0.contains(#""kind":"whatif","condition":"last.stale","held":false"#) })
  }

  @Test func whatWasBoundToHappenHasNoEvent() throws {
    let answer = try Self.answer("writes.acked == 1", in: try play("write cart milk").session)
    #expect(answer.cause == nil)
    #expect(answer.points.allSatisfy { $0.probability == 1 })
  }
}
