import Language

/// Questions of the second act: copies fail, and are mended.
extension CardFamily {
  static func answered(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, _, new) = draw.names()
    let copies = draw.pick([3, 5])
    let level = draw.pick(["ONE", "TWO", "QUORUM", "ALL"])
    let down = draw.number(1...(copies - 1))
    let isNoticed = draw.flag()
    let fault = draw.pick(["crash", "pause"])
    let lines =
      ["cluster us-east-1:\(copies) rf=\(copies)"] + (0..<down).map { "\(fault) us\(copies - $0)" }
      + (isNoticed ? ["run 3s"] : []) + ["write \(key) \(new) at \(level) via us1"]
    let outcomes = [
      "ok": "it is acknowledged", "unavailable": "it is refused at once: unavailable",
      "timeout": "the time for it runs out",
    ]
    guard let right = outcomes[try CardScene(lines).outcome] else { return nil }
    let words = "\(down == 1 ? "has" : "have") \(fault == "crash" ? "crashed" : "been paused")"
    return CardDraft(
      story:
        "\(copies) copies, of which \(down) \(words). Coordinators notice that after 1 s.",
      scene: lines, question: "What becomes of the write?", right: right,
      wrong: [
        (.oneIsEnough, "it is acknowledged"),
        (isNoticed ? .everybodyMustAnswer : .silenceIsKnown, "it is refused at once: unavailable"),
        (.deadAreWaitedFor, "the time for it runs out"),
        (.failedIsUndone, "it is undone on the copies that took it"),
      ],
      rule:
        "It is answered if as many copies live as \(level) asks for. Where too few are believed alive it is refused "
        + "at once; where they are dead and nobody has noticed, time runs out.")
  }

  static func hints(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let window = draw.pick([20, 30, 60])
    let after = draw.pick([0.3, 0.6, 1.4, 2])
    let wait = Int(Double(window) * after)
    let isOff = draw.below(4) == 0
    let lines = [
      "cluster us-east-1:3 rf=3", isOff ? "set hints off" : "set hint-window \(window)s", "write \(key) \(old) at ALL",
      "crash us3", "run \(wait)s", "write \(key) \(new) at QUORUM via us1", "run 5s", "restart us3", "run 30s",
    ]
    let value = try CardScene(lines).text("value(us3, \(key))")
    let right = value == new ? "`\(new)`" : value == old ? "`\(old)`" : "nothing"
    return CardDraft(
      story: "us3 is down while its key is written, and comes back. Nobody reads.", scene: lines,
      question: "What does us3 hold at the end?", right: right,
      wrong: [
        (.mendsItself, "`\(new)`"), (.nothingMends, "`\(old)`"), (.comesBackEmpty, "nothing"),
        (.itIsChance, "`\(old)` or `\(new)`: that is left to chance"),
      ],
      rule: isOff
        ? "Without hints nobody keeps what us3 misses; only a read that asks it, or anti-entropy, brings it."
        : "A coordinator keeps a hint for a replica that has been down for less than the window; for later writes none.",
      isExplained: false)
  }

  static func readRepair(_ draw: inout CardDraw) throws -> CardDraft? {
    let all = draw.number(4...6)
    let read = draw.number(1...(all - 2))
    let level = draw.pick(["ONE", "QUORUM", "ALL", "ALL"])
    let keys = (0..<all).map { "k\($0)" }
    let repair = draw.pick(["blocking", "blocking", "off"])
    let lines =
      [
        "cluster us-east-1:3 rf=3", "link us1 us3 30ms", "link us2 us3 30ms", "set hints off",
        "set read-repair \(repair)",
      ]
      + keys.map { "write \($0) old at ALL" } + ["crash us3", "run 3s"] + keys.map { "write \($0) new at QUORUM" }
      + ["restart us3", "run 3s"] + keys.prefix(read).map { "read \($0) at \(level) via us1" } + ["run 5s"]
    let played = try CardScene(lines)
    let mended = keys.count { played.text("value(us3, \($0))") == "new" }
    return CardDraft(
      story: "us3 has missed \(all) writes, and no hints are kept. Then \(read) of those keys "
        + "\(read == 1 ? "is" : "are") read. us3 is the farthest.",
      scene: lines, question: "Of how many of the \(all) keys does us3 hold the newest value at the end?",
      right: "\(mended)",
      wrong: [
        (.mendsItself, "\(all)"), (.nothingMends, "0"), (.majorityDecides, "\(read)"),
        (.itIsChance, "that is left to chance"),
      ],
      rule:
        "A read mends the copies that it has asked, if read repair is on, and no others: at ONE none, at QUORUM the "
        + "two nearest, at ALL each. What nobody reads stays as it is.",
      isExplained: false)
  }

  static func antiEntropy(_ draw: inout CardDraw) throws -> CardDraft? {
    let all = draw.number(6...12)
    let missed = draw.number(2...(all - 2))
    let keys = (0..<all).map { "k\($0)" }
    let cure = draw.pick(["set anti-entropy 10s", "", "repair", ""])
    let span = draw.pick([30, 60, 300])
    let lines =
      ["cluster us-east-1:3 rf=3", "set hints off"] + keys.map { "write \($0) old at ALL" } + ["crash us3", "run 3s"]
      + keys.prefix(missed).map { "write \($0) new at QUORUM" } + ["restart us3", "run 3s"]
      + (cure.isEmpty ? [] : [cure]) + ["run \(span)s"]
    let played = try CardScene(lines)
    let equal = keys.indices.count { played.text("value(us3, k\($0))") == ($0 < missed ? "new" : "old") }
    return CardDraft(
      story: "us3 has missed \(missed) of \(all) keys' newest values. No hints are kept, and nobody reads.",
      scene: lines,
      question: "Of how many of the \(all) keys does us3 hold the newest value at the end?", right: "\(equal)",
      wrong: [
        (.mendsItself, "\(all)"), (.nothingMends, "\(all - missed)"), (.comesBackEmpty, "0"),
        (.itIsChance, "that is left to chance"),
      ],
      rule: cure.isEmpty
        ? "Without hints, readers or anti-entropy nobody compares the copies: what us3 missed it goes on missing."
        : "Anti-entropy compares hash trees of all keys and streams what differs, whether anybody reads it or not.",
      isExplained: false)
  }

  static func tombstones(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, _) = draw.names()
    let grace = draw.pick([60, 120])
    let away = draw.pick([20, 20, 2 * grace])
    let isRepaired = draw.below(3) == 0
    let lines =
      [
        "cluster us-east-1:3 rf=3", "set hints off", "set tombstone-grace \(grace)s", "write \(key) \(old) at ALL",
        "crash us3", "run 3s", "delete \(key) at QUORUM", "run \(away)s", "restart us3", "run 3s",
      ] + (isRepaired ? ["repair"] : []) + ["run \(2 * grace)s", "read \(key) at ALL via us1"]
    let value = try CardScene(lines).text("last.value")
    return CardDraft(
      story: "us3 is down while a key is deleted, and comes back. Tombstones are purged after \(grace) s.",
      scene: lines,
      question: "What does the read return?", right: value == old ? "`\(old)`: it is back" : "nothing: it is deleted",
      wrong: [
        (.deletedIsGone, "nothing: it is deleted"), (.alwaysStale, "`\(old)`: it is back"),
        (.readsWait, "an error: the copies don't agree"), (.itIsChance, "either: that is left to chance"),
      ],
      rule: "A tombstone hides the value only while it is there. A copy that hasn't got it before the grace has passed "
        + "brings the value back.")
  }

  static func expiry(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, _) = draw.names()
    let life = draw.pick([10, 20, 30])
    let skew = draw.pick([-1, 1]) * draw.number(3...(life - 4))
    let asked = draw.pick([1, 2])
    let wait = draw.number(2...(life + 8))
    func lines(skew: Int) -> [String] {
      [
        "cluster us-east-1:3 rf=3", "write \(key) \(old) ttl \(life)s at ALL via us3", "skew us1 by \(skew)s",
        "run \(wait)s", "read \(key) at ONE via us\(asked)",
      ]
    }
    let value = try CardScene(lines(skew: skew)).text("last.value")
    let straight = try CardScene(lines(skew: 0)).text("last.value")
    // Half of the questions are about a clock that decides.
    guard value != straight || asked == 2 else { return nil }
    let (there, gone) = ("`\(old)`", "nothing: it has expired")
    return CardDraft(
      story: "A value lives for \(life) s. The clock of us1 is \(skew.magnitude) s \(skew < 0 ? "behind" : "ahead").",
      scene: lines(skew: skew), question: "What does the read return?", right: value == old ? there : gone,
      wrong: [
        (.clocksAgree, straight == old ? there : gone), (.alwaysStale, there), (.ackedIsSafe, there),
        (.deletedIsGone, gone), (.readsWait, "an error: the copies don't agree"),
        (.itIsChance, "either: that is left to chance"),
      ],
      rule:
        "Whether a copy has expired is judged by the clock of the replica that looks at it, not by the time that has passed."
    )
  }
}
