import Language

/// Questions of the third act: time, causality and conflict.
extension CardFamily {
  private static let three = "cluster us-east-1:1 eu-west-1:1 ap-south-1:1 rf=1"

  static func lastWriter(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, first, second) = draw.names()
    let skew = draw.pick([-1, -1, 1]) * draw.number(2...9)
    let gap = draw.number(1...12)
    let level = draw.pick(["QUORUM", "ALL"])
    let lines = [
      three, "skew eu1 by \(skew)s", "write \(key) \(first) at \(level) in us-east-1", "run \(gap)s",
      "write \(key) \(second) at \(level) in eu-west-1", "run 1s", "read \(key) at ALL in us-east-1",
    ]
    let value = try CardScene(lines).text("last.value")
    return CardDraft(
      story: "Three regions with a copy each; the last writer wins. The clock of eu1 is \(skew.magnitude) s "
        + "\(skew < 0 ? "behind" : "ahead"). Both writes are acknowledged.",
      scene: lines, question: "What does the read return?", right: value == first ? "`\(first)`" : "`\(second)`",
      wrong: [
        (.clocksAgree, "`\(second)`"), (.ackedIsSafe, "`\(first)`"), (.bothAreKept, "both"),
        (.itIsChance, "one of the two: that is left to chance"),
      ],
      rule:
        "The higher timestamp wins, and each comes from the clock of the write's coordinator: eu1's write bears a time "
        + "\(skew.magnitude) s too \(skew < 0 ? "low" : "high"), and came \(gap) s later.")
  }

  static func relation(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, first, second) = draw.names()
    let hasRead = draw.flag()
    let isCut = !hasRead && draw.flag()
    let gap = draw.pick([1, 5, 10, 60])
    let lines =
      [three, "set conflict siblings"] + (isCut ? ["cut us-east-1 eu-west-1"] : [])
      + ["write \(key) \(first) at ONE in us-east-1", "run \(gap)s"]
      + (hasRead ? ["read \(key) at ALL in eu-west-1"] : [])
      + ["write \(key) \(second) at ONE in eu-west-1"] + (isCut ? ["heal"] : []) + ["run 5s"]
    let isConcurrent = try CardScene(lines).number("siblings(ap1, \(key))") == 2
    let concurrent = "they are concurrent: both are kept"
    let after = "`\(second)` is after `\(first)`, and replaces it"
    return CardDraft(
      story: "The key keeps siblings. `\(second)` is written \(gap) s after `\(first)`, in another region.",
      scene: lines,
      question: "How do the two versions stand to one another?", right: isConcurrent ? concurrent : after,
      wrong: [
        (.clocksAgree, after), (.bothAreKept, concurrent), (.ackedIsSafe, "`\(first)` was first, and stays"),
        (.oneAlwaysWins, "they are concurrent: the one with the higher timestamp is kept"),
      ],
      rule: "A version is after another if its writer had seen that one. However much later it was written: who hadn't "
        + "seen it wrote concurrently.",
      isExplained: false)
  }

  static func siblings(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, first, _) = draw.names()
    let sides = draw.pick([2, 3])
    let rounds = draw.number(1...2)
    let ending = draw.pick(["", "blind", "seen"])
    let places = ["us-east-1", "eu-west-1", "ap-south-1"].prefix(sides)
    var lines = [
      three, "set conflict siblings", "write \(key) \(first) at ALL in us-east-1",
    ]
    lines += places.map { "read \(key) at ALL in \($0)" } + ["isolate us-east-1", "isolate eu-west-1"]
    for round in 1...rounds { lines += places.map { "write \(key) \($0.prefix(2))\(round) at ONE in \($0)" } }
    lines += ["heal", "run 10s"]
    switch ending {
    case "blind": lines.append("write \(key) x blind at ALL in eu-west-1")
    case "seen": lines += ["read \(key) at ALL in eu-west-1", "write \(key) x at ALL in eu-west-1"]
    case _: break
    }
    lines.append("read \(key) at ALL in us-east-1")
    let right = try CardScene(lines).number("last.siblings")
    let written = sides * rounds + (ending.isEmpty ? 0 : 1)
    return CardDraft(
      story: "The key keeps siblings, and each writer's later write replaces what it had seen.", scene: lines,
      question: "How many versions does the last read return?", right: "\(right)",
      wrong: [
        (.oneAlwaysWins, "1"), (.bothAreKept, "\(written)"), (.ackedIsSafe, "\(written + 1)"),
        (.itIsChance, "that is left to chance"), (.readsWait, "none: it fails until somebody merges"),
      ],
      rule:
        "A write replaces what its writer had seen, and no more. What nobody has seen stays as a sibling; blind writes "
        + "have seen nothing, and a write after a read replaces all that was read.",
      isExplained: false)
  }

  static func counter(_ draw: inout CardDraw) throws -> CardDraft? {
    let key = draw.pick(["stock", "likes", "seats"])
    let (start, here, there) = (draw.number(1...9), draw.number(2...9), draw.number(2...9))
    let isCounter = draw.below(3) > 0
    let skip = draw.pick([1, 3])
    let lines: [String] =
      isCounter
      ? [
        three, "type \(key) counter", "increment \(key) by \(start) at ALL in us-east-1", "cut us-east-1 eu-west-1",
        "increment \(key) by \(here) at ONE in us-east-1", "run \(skip)s",
        "increment \(key) by \(there) at ONE in eu-west-1",
      ]
      : [
        three, "write \(key) \(start) at ALL in us-east-1", "cut us-east-1 eu-west-1",
        "write \(key) \(start + here) at ONE in us-east-1", "run \(skip)s",
        "write \(key) \(start + there) at ONE in eu-west-1",
      ]
    let rest = ["heal", "run 10s", "read \(key) at ALL in us-east-1"]
    let right = try CardScene(lines + rest).text("last.value")
    guard here != there else { return nil }
    return CardDraft(
      story: isCounter
        ? "A counter stands at \(start). While a link is cut, one side adds \(here), the other \(there)."
        : "A register holds \(start). While a link is cut, one side has read it and adds \(here), the other adds \(there).",
      scene: lines + rest, question: "What does the read return?", right: right,
      wrong: [
        (.oneAlwaysWins, "\(start + there)"), (.ackedIsSafe, "\(start + here)"),
        (.bothAreKept, isCounter ? "\(start + here) and \(start + there)" : "\(start + here + there)"),
        (.mendsItself, isCounter ? "\(2 * start + here + there)" : "\(start)"),
      ],
      rule: isCounter
        ? "A counter keeps apart what each replica has added, and merges by the larger of each: nothing is lost, nothing counts twice."
        : "To a register a sum is a value like any other: the later timestamp wins, and what the other side added is gone.",
      isExplained: false)
  }

  static func set(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, item, _) = draw.names()
    let type = draw.pick(["or-set", "or-set", "2p-set"])
    let removesLast = draw.flag()
    let operations = ["add \(key) \(item) at ONE in us-east-1", "remove \(key) \(item) at ONE in eu-west-1"]
    let order = removesLast ? operations : Array(operations.reversed())
    let lines =
      [three, "type \(key) \(type)", "add \(key) \(item) at ALL in us-east-1", "cut us-east-1 eu-west-1", order[0]]
      + ["run 2s", order[1], "heal", "run 10s", "read \(key) at ALL in us-east-1"]
    let isIn = try CardScene(lines).text("last.value").contains(item)
    let (present, gone) = ("`\(item)` is in it", "`\(item)` is not in it")
    return CardDraft(
      story:
        "An \(type) (\(type == "or-set" ? "observed-remove" : "two-phase") set) has `\(item)`. While a link is cut, "
        + "it is added again on one side and removed on the other.",
      scene: lines, question: "What does the read return?", right: isIn ? present : gone,
      wrong: [
        (.clocksAgree, removesLast ? gone : present), (.deletedIsGone, gone), (.oneAlwaysWins, present),
        (.bothAreKept, "a conflict: somebody has to choose"), (.itIsChance, "either: that is left to chance"),
      ],
      rule: type == "or-set"
        ? "From an or-set only those additions are removed that the remover had seen: a concurrent one wins."
        : "From a 2p-set an element is removed once and for all, whoever adds it when.",
      isExplained: false)
  }
}
