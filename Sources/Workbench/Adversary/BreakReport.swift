import Kernel
import Language
import Replication

extension BreakResult {
  /// The result for people.
  public var lines: [String] {
    guard let counterexample else { return heldLines }
    var lines = ["✗ `\(plan.claim.text)` can be broken: \(CountedNoun("run").text(runs)) to find out how."]
    if counterexample.faults.isEmpty {
      lines.append("  It does not hold even without a fault.")
    } else {
      lines += counterexample.faults.map { "  \($0)" }
    }
    let title =
      counterexample.isReproduced
      ? "A script that shows it:" : "The script of that run; by itself it did not come to the same:"
    return lines + ["", title, ""] + counterexample.script.map { "    \($0)" }
  }

  private var heldLines: [String] {
    guard plan.faults > 0 else { return ["✓ `\(plan.claim.text)` holds, without any fault: --faults allows some."] }
    let kinds = plan.kinds.map(\.words)
    let list =
      kinds.count > 1 ? "\(kinds.dropLast().joined(separator: ", ")), or \(kinds[kinds.count - 1])" : kinds.joined()
    let faults = CountedNoun("fault").text(plan.faults)
    let until = Quantity.figure(deadline - .start)
    var lines: [String] = []
    if isCertificate {
      lines.append("✓ `\(plan.claim.text)` holds under every choice of up to \(faults) by \(until).")
      let all = CountedNoun("choice").text(covered)
      lines.append(
        spared == 0
          ? "  A fault is \(list). All \(all) were played."
          : "  A fault is \(list). \(all) were played; \(spared) more begin from states that had been met before.")
    } else {
      lines.append(
        "? `\(plan.claim.text)` was not broken, but not every choice of up to \(faults) by \(until) was tried.")
      lines.append("  A fault is \(list). \(CountedNoun("choice").text(covered)) were played.")
      if isExhausted {
        lines.append("  It stopped after \(CountedNoun("run").text(runs)), as many as it may take; --runs allows more.")
      }
      if unplayable > 0 {
        lines.append(
          "  \(CountedNoun("run").text(unplayable)) did not come to the script's end, and count for nothing.")
      }
    }
    if notJudged > 0 {
      lines.append(
        "  After \(CountedNoun("choice").text(notJudged)) it could not be judged, as one of its facts had no value.")
    }
    lines.append("  Not searched: other delays than the seed draws, and instants between two events of a replica.")
    return lines
  }

  /// The result as a line of JSON.
  public var json: String {
    var fields: [JSONText.Field]
    if let counterexample {
      fields = [
        JSONText.Field("found", .boolean(true)),
        JSONText.Field("script", .string(counterexample.script.joined(separator: "\n") + "\n")),
        JSONText.Field("faults", .array(counterexample.faults.map { .string($0) })),
      ]
      if !counterexample.isReproduced { fields.append(JSONText.Field("reproduced", .boolean(false))) }
      if let seed = counterexample.seed { fields.append(JSONText.Field("seed", .string(String(seed)))) }
    } else {
      fields = [
        JSONText.Field("found", .boolean(false)),
        JSONText.Field("covered", .integer(Int64(covered))),
        JSONText.Field("spared", .integer(Int64(spared))),
        JSONText.Field("notJudged", .integer(Int64(notJudged))),
        JSONText.Field("certificate", .boolean(isCertificate)),
        JSONText.Field("faults", .integer(Int64(plan.faults))),
        JSONText.Field("by", .string(Quantity.text(deadline - .start))),
      ]
    }
    fields.append(JSONText.Field("claim", .string(plan.claim.text)))
    fields.append(JSONText.Field("runs", .integer(Int64(runs))))
    return JSONText.object(fields).text
  }
}
