import Foundation
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Random sessions, and what comes of them when they are resumed.
enum KeptSession {
  /// Fewer where everything else is tested, too; `SOAK_SEEDS` says how many.
  static var seeds: ClosedRange<Int> {
    1...(Seeds.soaked ?? 60)
  }

  /// A session of commands, faults, loads, moves in time, branches, scripts that are sourced, and time that runs on its
  /// own or is cut short.
  static func random(seed: Int) throws -> Session {
    var dice = Dice(seed: seed)
    let script = RandomScript(seed: seed, length: 25)
    var session = Session(
      seed: dice.chance(20) ? UInt64(seed) : nil, isTracing: dice.chance(50),
      keyframeSpacing: dice.pick([7, 40, 1_000]))
    for line in script.lines {
      play(line, &session, &dice)
      if dice.chance(25) { session.step { _ in } }
      for _ in 0..<dice.pick([0, 0, 1, 1, 3]) { play(move(session, &dice), &session, &dice) }
      if dice.chance(15) { runFreely(&session, &dice) }
      if dice.chance(4) {
        for line in RandomScript(seed: seed * 31 + 7, length: 3).lines.suffix(4) { play(line, &session, &dice) }
      }
    }
    session.letGo()
    return session
  }

  private static func move(_ session: Session, _ dice: inout Dice) -> String {
    switch dice.roll(1...16) {
    case 1, 2, 3, 4: "undo"
    case 5, 6: "redo"
    case 7, 8: "back \(dice.roll(1...30))"
    case 9: "step \(dice.roll(1...30))"
    case 10: "goto \(dice.roll(0...500_000))us"
    case 11: "goto event \(dice.roll(0...session.timeline.position + 10))"
    case 12: "goto event \(dice.roll(0...session.timeline.position + 10)) at \(dice.roll(0...400_000))us"
    case 13: "switch \(dice.pick(session.timeline.branchNames))"
    case 14: "fork f\(dice.roll(1...99))"
    case 15: "async write \(dice.pick(["a", "b"])) n\(dice.roll(1...99)) at ALL"
    default: "seed \(dice.roll(1...9))"
    }
  }

  /// Plays a line to its end; false if it can't be carried out.
  @discardableResult
  static func play(_ line: String, _ session: inout Session) -> Bool {
    (try? session.execute(.prompt(line), isPrompt: true) { _ in }) != nil
  }

  /// Plays a line to its end, or cuts it short; what can't be carried out is left out.
  private static func play(_ line: String, _ session: inout Session, _ dice: inout Dice) {
    guard let command = try? CommandParser.parse(line, in: session.names(isPrompt: true)),
      var goal = try? session.begin(command, from: .prompt(line), report: { _ in })
    else { return }
    if dice.chance(30) {
      let span = TimeSpan(microseconds: Int64(dice.roll(0...60_000)))
      _ = session.pursue(&goal, until: session.now + span, atMost: dice.roll(1...200)) { _ in }
      if dice.chance(50) { session.letGo() }
    } else {
      while session.pursue(&goal, until: .end, atMost: .max, report: { _ in }) == .ongoing {}
    }
  }

  private static func runFreely(_ session: inout Session, _ dice: inout Dice) {
    session.letGo()
    for _ in 0..<dice.roll(1...4) {
      let limit = session.now + TimeSpan(microseconds: Int64(dice.roll(1...90_000)))
      var goal = Goal.instant(limit)
      _ = session.pursue(&goal, until: .end, atMost: dice.roll(1...50)) { _ in }
    }
  }

  /// The session that is played from what is kept of another, line by line, as it is resumed.
  static func replayed(_ played: Session) throws -> Session {
    var session = Session()
    for (index, line) in played.kept().lines.enumerated() {
      try session.execute(
        SourceLine(file: "kept.ev", number: index + 1, text: line), isPrompt: false
      ) { _ in }
    }
    return session
  }

  static func expectSame(
    _ again: Session, _ session: Session, _ comment: String, at location: SourceLocation = #_sourceLocation
  ) {
    let comment = Comment(rawValue: comment)
    #expect(again.cluster.fingerprint == session.cluster.fingerprint, comment, sourceLocation: location)
    #expect(again.timeline.moment == session.timeline.moment, comment, sourceLocation: location)
    #expect(again.timeline.branchNames == session.timeline.branchNames, comment, sourceLocation: location)
    #expect(again.timeline.tip == session.timeline.tip, comment, sourceLocation: location)
    #expect(again.latestNumber == session.latestNumber, comment, sourceLocation: location)
    #expect(again.commands == session.commands, comment, sourceLocation: location)
    #expect(again.expectations == session.expectations, comment, sourceLocation: location)
    let values = (session.cluster.replicas.elements.count, again.cluster.replicas.elements.count)
    #expect(values.0 == values.1, comment, sourceLocation: location)
    #expect(
      again.cluster.messagesInFlight.count == session.cluster.messagesInFlight.count, comment, sourceLocation: location)
  }
}
