import Analysis
import Kernel
import Language

extension BreakScript {
  /// Whether the script can be run, and the claim does not hold at its end.
  private static func isBroken(_ lines: [String], _ claim: BreakPlan.Claim) -> Bool {
    var session = Session()
    for (number, text) in lines.enumerated() {
      let line = SourceLine(file: "counterexample", number: number + 1, text: text)
      do {
        try session.execute(line, isPrompt: false, report: { _ in })
      } catch {
        return false
      }
      if session.timeline.position > BreakPlan.mostEvents { return false }
    }
    return session.judge(claim) == false
  }

  /// What may stand for a number of events, the plainest first.
  private static let plainer =
    ["await"]
    + ["1s", "500ms", "100ms", "50ms", "20ms", "10ms", "5ms", "2ms", "1ms", "500us", "100us"].map { "run \($0)" }

  /// Waits for an answer, or lets time run for a round span, where it had been told how many events to play, if the claim is as
  /// false then.
  ///
  /// - Returns: whether the script shows by itself that the claim does not hold.
  mutating func smooth() -> Bool {
    guard Self.isBroken(lines, claim) else { return false }
    for place in lines.indices where lines[place].hasPrefix("step ") {
      for command in Self.plainer {
        var smooth = lines
        smooth[place] = command
        guard Self.isBroken(smooth, claim) else { continue }
        lines = smooth
        break
      }
    }
    return true
  }
}
