import Kernel
import Language

/// Questions of the first act: one key and its copies, and nothing is broken.
extension CardFamily {
  /// One region with delays that are drawn: from the first replica to the others, farther and farther.
  private static func spread(_ copies: Int, _ draw: inout CardDraw) -> [String] {
    var lines = ["cluster us-east-1:\(copies) rf=\(copies)"]
    var delay = draw.number(2...12)
    for replica in 2...copies {
      lines.append("link us1 us\(replica) \(delay)ms")
      delay += draw.number(8...40)
    }
    return lines
  }

  static func holders(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, _, new) = draw.names()
    let copies = draw.pick([3, 5, 5])
    let (level, acks) = draw.pick([("ONE", 1), ("TWO", 2), ("QUORUM", copies / 2 + 1), ("QUORUM", copies / 2 + 1)])
    let lines = spread(copies, &draw) + ["write \(key) \(new) at \(level) via us1"]
    let played = try CardScene(lines)
    // The coordinator has it, and those whose acknowledgements have come back; who has it besides is told by nobody.
    return CardDraft(
      story: "One key, \(copies) copies, each farther away than the one before. Nothing is broken.", scene: lines,
      question: "How many copies hold `\(new)` when the client is answered, and how many in the end?",
      right: "\(played.number("holders(\(key))")), and \(copies) in the end",
      wrong: [
        (.ackedIsEverywhere, "\(copies), and it stays at that"), (.levelIsCopies, "\(acks), and it stays at that"),
        (.oneIsEnough, "1, and \(copies) in the end"), (.failedIsUndone, "none, and \(copies) in the end"),
        (.itIsChance, "that is left to chance"),
      ],
      rule: "Every copy is sent the write at once. The client is answered when the level's acknowledgements are in; by "
        + "then those have it, and whoever got it while they travelled.")
  }

  static func copies(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, _, new) = draw.names()
    let copies = draw.pick([3, 5])
    let (level, acks) = draw.pick([("ONE", 1), ("TWO", 2), ("QUORUM", copies / 2 + 1)])
    let span = draw.pick([2, 5, 10])
    let lines = spread(copies, &draw) + ["write \(key) \(new) at \(level) via us1", "run \(span)s"]
    return CardDraft(
      story: "One key, \(copies) copies. Nothing is broken, and nobody reads.", scene: lines,
      question: "How many copies hold `\(new)` after those \(CountedNoun("second").text(span))?",
      right: "\(try CardScene(lines).number("holders(\(key))"))",
      wrong: [
        (.levelIsCopies, "\(acks)"), (.nothingMends, "\(acks), and the others once somebody reads it"),
        (.itIsChance, "that is left to chance"),
      ],
      rule: "A level is no number of copies: whatever it is, every owner is sent the write.")
  }

  static func latency(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, _, new) = draw.names()
    let copies = draw.pick([3, 5, 5])
    let level = draw.pick(["ONE", "TWO", "THREE", "QUORUM", "ALL"])
    let setUp = spread(copies, &draw)
    func span(at level: String) throws -> TimeSpan {
      try CardScene(setUp + ["write \(key) \(new) at \(level) via us1"]).latency
    }
    let right = try span(at: level)
    // Between client and coordinator it is half a millisecond each way.
    let half = TimeSpan(microseconds: (right.microseconds - 1_000) / 2 + 1_000)
    return CardDraft(
      story: "One key, \(copies) copies at the delays below, one way each. From a client to us1 it is 0.5 ms.",
      scene: setUp + ["write \(key) \(new) at \(level) via us1"],
      question: "After how long is the client answered?", right: Quantity.figure(right),
      wrong: [
        (.everybodyMustAnswer, Quantity.figure(try span(at: "ALL"))),
        (.oneIsEnough, Quantity.figure(try span(at: "ONE"))),
        (.onlyOneWay, Quantity.figure(half)),
        (.majorityDecides, Quantity.figure(try span(at: "QUORUM"))),
        (.itIsChance, "that is left to chance"),
      ],
      rule: "It is the round trip to the slowest of as many copies as the level asks for, the nearest first.")
  }

  static func acknowledgements(_ draw: inout CardDraw) throws -> CardDraft? {
    let regions = draw.pick([["us-east-1", "eu-west-1"], ["us-east-1", "eu-west-1", "ap-south-1"]])
    let factor = draw.pick([3, 5])
    let level = draw.pick(["QUORUM", "QUORUM", "LOCAL_QUORUM", "LOCAL_QUORUM", "TWO", "THREE"])
    let (key, _, new) = draw.names()
    let all = factor * regions.count
    let cluster = "cluster " + regions.map { "\($0):\(factor)" }.joined(separator: " ") + " rf=\(factor)"
    let others = (2...factor).map { "crash us\($0)" } + regions.dropFirst().map { "crash \($0)" }
    // Where one copy is left, the refusal says how many it would take.
    let refused = try CardScene([cluster] + others + ["run 3s", "write \(key) \(new) at \(level) via us1"])
    let words = refused.text("op(-1).reason").split { !$0.isNumber }
    guard let right = words.first else { return nil }
    return CardDraft(
      story: "\(factor) copies of each key in each of \(regions.count) regions.",
      scene: [cluster, "write \(key) \(new) at \(level) via us1"],
      question: "For how many acknowledgements does the coordinator wait?", right: String(right),
      wrong: [
        (.everybodyMustAnswer, "\(all)"), (.localIsGlobal, "\(factor / 2 + 1)"),
        (.majorityDecides, "\(all / 2 + 1)"), (.oneIsEnough, "1"),
        (.levelIsCopies, "\(regions.count)"),
      ],
      rule: "QUORUM is a majority of all copies in all regions, LOCAL_QUORUM one of those in the coordinator's region; "
        + "TWO and THREE are what they say, wherever they are.")
  }

  static func fresh(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let copies = draw.pick([3, 5])
    let writes = draw.pick(["ONE", "QUORUM", "TWO", "ALL"])
    let reads = draw.pick(["ONE", "ONE", "TWO", "QUORUM"])
    let far = draw.number(20...90, by: 5)
    var lines = ["cluster us-east-1:\(copies) rf=\(copies)"]
    // The first two are near one another, and so are the others, which the reader is with.
    for near in 1...2 {
      for away in 3...copies { lines.append("link us\(near) us\(away) \(far)ms") }
    }
    lines += [
      "write \(key) \(old) at ALL", "write \(key) \(new) at \(writes) via us1",
      "read \(key) at \(reads) via us\(copies)",
    ]
    let value = try CardScene(lines).text("last.value")
    let (older, newer) = ("`\(old)`, the older value", "`\(new)`, the newer value")
    return CardDraft(
      story: "\(copies) copies; us3 and those after it are \(far) ms away from us1 and us2. Nothing is broken.",
      scene: lines,
      question: "What does the read return?", right: value == new ? newer : older,
      wrong: [
        (.ackedIsEverywhere, newer), (.alwaysStale, older),
        (.readsWait, "`\(new)`, but only after the copies agree"), (.itIsChance, "either: that is left to chance"),
      ],
      rule:
        "A read returns the newest that those whom it asks hold. It is sure to be the acknowledged one only where R + W > N."
    )
  }

  static func overlap(_ draw: inout CardDraw) throws -> CardDraft? {
    let copies = draw.pick([3, 5])
    let sound = draw.pick([("QUORUM", "QUORUM"), ("ALL", "ONE"), ("ONE", "ALL"), ("QUORUM", "ALL")])
    let sums = copies == 3 ? [("ONE", "QUORUM")] : [("TWO", "THREE"), ("THREE", "TWO")]
    let others: [(Misconception, (String, String))] = [
      (.sumIsEnough, draw.pick(sums)), (.ackedIsEverywhere, ("ONE", "ONE")),
      (.majorityDecides, copies == 3 ? ("QUORUM", "ONE") : draw.pick([("QUORUM", "ONE"), ("ONE", "QUORUM")])),
    ]
    // The least favourable course: a write reaches the first copies alone, a read asks the last.
    func isSafe(_ pair: (String, String)) throws -> Bool {
      let count = ["ONE": 1, "TWO": 2, "THREE": 3, "QUORUM": copies / 2 + 1, "ALL": copies]
      let (written, asked) = (count[pair.0] ?? 1, count[pair.1] ?? 1)
      var lines = ["cluster us-east-1:\(copies) rf=\(copies)", "set hints off", "write k old at ALL"]
      lines +=
        (1...copies).filter { $0 > written }.map { "crash us\($0)" } + ["run 3s", "write k new at \(pair.0) via us1"]
      lines += (1...copies).filter { $0 > written }.map { "restart us\($0)" }
      lines += (1...copies).filter { $0 <= copies - asked }.map { "crash us\($0)" }
      return try CardScene(lines + ["run 3s", "read k at \(pair.1) via us\(copies)"]).text("last.value") == "new"
    }
    guard try isSafe(sound), try others.allSatisfy({ try !isSafe($0.1) }) else { return nil }
    func words(_ pair: (String, String)) -> String { "writes at \(pair.0), reads at \(pair.1)" }
    return CardDraft(
      story: "\(copies) copies of each key in one region.", scene: ["cluster us-east-1:\(copies) rf=\(copies)"],
      question: "Which pair never lets a read miss a write that was acknowledged before, whoever is slow or down?",
      right: words(sound), wrong: others.map { ($0.0, words($0.1)) },
      rule: "Only where W + R > \(copies) is a copy that the write has reached always among those that are asked.",
      isExplained: false)
  }

  static func unknown(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let copies = draw.pick([3, 5])
    let level = draw.pick(["QUORUM", "ALL"])
    let reader = draw.pick([1, 1, 2, copies])
    var lines = ["cluster us-east-1:\(copies) rf=\(copies)", "set hints off", "write \(key) \(old) at ALL"]
    lines += (2...copies).map { "cut us1 us\($0)" }
    lines += ["write \(key) \(new) at \(level) via us1", "heal", "run 2s", "read \(key) at ONE via us\(reader)"]
    let played = try CardScene(lines)
    guard played.text("op(2).outcome") == "timeout" else { return nil }
    let (older, newer) = ("`\(old)`", "`\(new)`")
    return CardDraft(
      story: "us1 is cut off for a while; no hints are kept. The second write ends with a timeout.", scene: lines,
      question: "What does the read return?", right: played.text("last.value") == new ? newer : older,
      wrong: [
        (.failedIsUndone, older), (.mendsItself, newer), (.readsWait, "nothing: it fails until the copies agree"),
        (.itIsChance, "either: that is left to chance"),
      ],
      rule: "A timeout means unknown. us1 has taken the write and keeps it; without hints, reads that ask it or "
        + "anti-entropy nobody else gets it.")
  }
}
