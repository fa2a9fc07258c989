import Analysis
import Kernel
import Language

extension BreakScript {
  /// Whether the script can be run, and the claim does not hold at its end.
  private func isBroken(_ lines: [String]) -> Bool {
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

  /// Lets time run for a round span where it had been told how many events to play, if the claim is as false then.
  mutating func smooth() {
    precondition(isBroken(lines), "the counterexample does not break the claim:\n\(lines.joined(separator: "\n"))")
    for place in lines.indices where lines[place].hasPrefix("step ") {
      for span in ["1s", "500ms", "100ms", "50ms", "20ms", "10ms", "5ms", "2ms", "1ms", "500us", "100us"] {
        var smooth = lines
        smooth[place] = "run \(span)"
        guard isBroken(smooth) else { continue }
        lines = smooth
        break
      }
    }
  }
}
