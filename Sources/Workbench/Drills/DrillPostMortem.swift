import Kernel
import Language

extension DrillSheet {
  /// A page about what happened, in Markdown, as it is written afterwards.
  ///
  /// - Parameter script: the file with the script that replays it.
  public func postMortem(replayedBy script: String) -> String {
    let drill = drill
    var lines = ["# Post-mortem: \(drill.title)", "", drill.summary, ""]
    lines += ["`eventually run \(script)` replays it; the fingerprint of its end is `\(fingerprint)`.", ""]
    lines += ["## Timeline", "", "| time | what | |", "|---|---|---|"]
    lines += timeline
    lines += ["", "## Impact", ""] + Self.block(table) + ["", price, ""]
    lines += ["## Cause", ""] + cause + [""]
    lines += ["## Mitigations", ""]
    lines += changes.isEmpty ? ["None."] : changes.map { "- \(Self.escaped($0))" }
    lines += ["", "## What the original did", ""]
    lines += drill.original.story.flatMap { [$0, ""] }
    if !figures.isEmpty { lines += Self.block(figures) + [""] }
    lines += ["## Sources", ""] + drill.original.sources.map { "- \($0)" }
    return lines.map { Printable.escaped($0) }.joined(separator: "\n") + "\n"
  }

  private var timeline: [String] {
    let clock = drill.clock
    var rows = [(drill.onset, "| \(clock.text(drill.onset)) | the cause begins | |")]
    rows += journal.map { entry in
      (entry.at, "| \(clock.text(entry.at)) | \(entry.heading) | \(Self.escaped(entry.words)) |")
    }
    if let trouble { rows.append((trouble.first, "| \(clock.text(trouble.first)) | the trouble shows | |")) }
    if let end = wellAgain { rows.append((end, "| \(clock.text(end)) | well again | |")) }
    return rows.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map { $0.element.1 }
  }

  private var cause: [String] {
    let right = drill.causes.first(where: \.isRight)
    let named = journal.first { $0.kind == .named }
    let found =
      named.map { "Named at \(drill.clock.text($0.at)): \(Self.escaped($0.words))." }
      ?? "It wasn't named with a proof while it lasted."
    return ["\(right?.words ?? ""). \(right?.reason ?? "")", "", found]
  }

  private static func block(_ lines: [String]) -> [String] { ["```"] + lines + ["```"] }

  private static func escaped(_ text: String) -> String { text.split(separator: "|").joined(separator: "\\|") }
}
