import Foundation
import Testing

/// One thing is one thing: `1 event`, never `1 events`, wherever a count is printed.
@Suite struct CountingTests {
  private static let things = [
    "acknowledgements", "answers", "bytes", "characters", "clients", "commands", "conflicts", "copies", "elements",
    "entries", "events", "expectations", "faults", "files", "hashes", "hints", "histories", "keys", "levels", "lines",
    "links", "messages", "nodes", "operations", "pairs", "processes", "ranges", "reads", "regions", "replicas",
    "requests", "rounds", "runs", "sessions", "siblings", "steps", "tombstones", "updates", "values", "versions",
    "writes",
  ]

  /// What is said of one thing as of many.
  private func wrong(in text: String) throws -> [String] {
    let words = Self.things.joined(separator: "|")
    let pattern = try Regex(#"(?:^|[\s(`])1 (?:more |other |same |stored )?(?:\#(words))\b"#)
    // Of all there are one is one of many: `1 of 1 reads`.
    return text.matches(of: pattern).filter { !text[..<$0.range.lowerBound].hasSuffix(" of") }
      .map { String(text[$0.range]) }
  }

  /// Clusters of one replica, of one copy among several, and of one that is alive.
  private static let clusters = [
    "cluster a:1", "cluster a:3 rf=1", "cluster a:1 b:1 rf=1", "cluster a:2 b:1 rf=1",
    "cluster a:2 rf=2\ncrash a2\nrun 2s",
    "cluster a:3 rf=3\ncrash a2\ncrash a3\nrun 2s",
  ]

  private static let script = """
    set conflict siblings
    write k 1 at ANY
    write k 2 blind
    read k at ALL
    why
    why 1
    why 2
    why not converged
    why not available
    why not siblings
    show k
    show clocks k
    show messages
    show hints
    show links
    show metrics
    show slo
    step
    step 1
    load 1/s for 1s write 100% keys 1
    run 2s
    show slo
    whatif read k
    whatif write k 2
    whatif load 1/s for 1s keys 1
    check
    repair
    repair k
    predict
    predict n=2
    predict r=2
    fork other
    write k 3
    diff main other
    branches
    lose 50% a a
    async write k 4
    show messages
    run until converged within 1s

    """

  @Test(arguments: clusters) func oneIsNotMany(cluster: String) throws {
    for (arguments, lines) in [(["--plain"], Self.script), (["run", "-"], Self.script)] {
      let input =
        cluster + "\n"
        + lines.split(separator: "\n").filter {
          // Headless, a command that can't be carried out ends the script.
          arguments == ["--plain"] || !["predict n", "predict r", "why ", "diff", "lose"].contains(where: $0.hasPrefix)
        }.joined(separator: "\n") + "\n"
      let result = try BuiltBinary.run(arguments, input: input)
      #expect(result.lines.count > 20, "\(result.errors)")
      let found = try wrong(in: result.output + result.errors)
      #expect(found.isEmpty, "\(arguments): \(found)")
    }
    for view in ["map", "key", "space-time", "clocks", "repair", "metrics", "operations", "log", "guarantees"] {
      let result = try BuiltBinary.run(
        ["frame", "-", "--view", view, "--size", "160x50"], input: "\(cluster)\nwrite k 1 at ANY\nasync write j 1\n")
      #expect(try wrong(in: result.output).isEmpty, "\(view): \(result.output)")
    }
  }

  @Test(arguments: [
    "--n 1 --r 1 --w 2", "--n 1 --r 2 --w 1", "--n 1 --r 1 --w 1 --fit lnkd-ssd", "--n 2 --r 1 --w 1 --fit lnkd-ssd",
    "--n 2 --r 1 --w 1 --fit lnkd-ssd --trials 99999999999",
  ]) func predictionsCountToo(words: String) throws {
    let result = try BuiltBinary.run(["predict"] + words.split(separator: " ").map(String.init))
    #expect(try wrong(in: result.output + result.errors).isEmpty, "\(result.output)\(result.errors)")
  }

  /// A test that can fail.
  @Test func whatIsWrongIsSeen() throws {
    for text in ["1 events", "to all 1 copies", "the same 1 operations", "missed 1 more writes", "it has 1 keys"] {
      #expect(try wrong(in: text).count == 1, "\(text)")
    }
    for text in [
      "11 events", "1 event", "r=1 reads", "0.1 operations", "1 copy of 2 copies", "1 of 1 reads", "us1 reads",
    ] {
      #expect(try wrong(in: text).isEmpty, "\(text)")
    }
  }
}
