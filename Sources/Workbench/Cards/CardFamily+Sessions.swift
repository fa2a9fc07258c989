import Kernel
import Language

/// Questions of the fourth act: sessions and geography.
extension CardFamily {
  private static let three = "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 rf=3"

  static func session(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let isPromised = draw.flag()
    let writes = draw.pick(["LOCAL_ONE", "LOCAL_QUORUM", "QUORUM", "ALL"])
    let reads = draw.pick(["LOCAL_ONE", "LOCAL_QUORUM", "QUORUM"])
    let place = draw.pick(["eu1", "ap1"])
    let who = draw.pick(["ann", "bob", "eve"])
    // With `via` the one replica is the only one that may be asked at a local level; the session can go elsewhere without.
    let lines =
      [three, "client \(who) in us-east-1"]
      + (isPromised ? ["guarantee \(who) read-your-writes"] : [])
      + [
        "write \(key) \(old) at ALL as \(who)", "write \(key) \(new) at \(writes) as \(who)",
        "read \(key) at \(reads) as \(who) via \(place)",
      ]
    let played = try CardScene(lines)
    let (older, newer) = ("`\(old)`", "`\(new)`")
    guard played.outcome == "ok" else { return nil }
    return CardDraft(
      story: "\(who) writes at home in us-east-1, and reads through another region right away"
        + "\(isPromised ? "; read-your-writes is promised to the session" : "").",
      scene: lines, question: "What does \(who) read?", right: played.text("last.value") == new ? newer : older,
      wrong: [
        (isPromised ? .ackedIsEverywhere : .storeKnowsMe, newer), (.alwaysStale, older),
        (.readsWait, "nothing: it fails until the copies agree"), (.itIsChance, "either: that is left to chance"),
      ],
      rule:
        "Without a promise it is the levels that decide: do those that are asked overlap with those written? With it, a "
        + "replica that lacks what the session wrote doesn't serve it.")
  }

  static func guarantees(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let isHers = draw.flag()
    let order = draw.pick([[1, 3], [3, 1], [3], [3, 3], [1, 2]])
    let far = draw.number(60...120, by: 10)
    let writer = isHers ? "ann" : "us-east-1"
    let lines =
      [
        "cluster us-east-1:3 rf=3", "link us1 us3 \(far)ms", "link us2 us3 \(far)ms", "client ann in us-east-1",
        "write \(key) \(old) at ALL as \(writer)", "write \(key) \(new) at QUORUM as \(writer) via us1",
      ] + order.map { "read \(key) at ONE as ann via us\($0)" }
    let played = try CardScene(lines)
    func isBroken(_ name: String) -> Bool { played.text("guarantee(\(name), ann)") == "false" }
    let broken = (own: isBroken("read-your-writes"), back: isBroken("monotonic-reads"))
    func words(_ own: Bool, _ back: Bool) -> String {
      switch (own, back) {
      case (false, false): "neither"
      case (true, false): "read-your-writes alone"
      case (false, true): "monotonic reads alone"
      case (true, true): "both"
      }
    }
    return CardDraft(
      story: "us3 is \(far) ms away from the others. \(isHers ? "ann" : "Somebody else") writes, and ann reads.",
      scene: lines, question: "Which of ann's two guarantees is broken: read-your-writes, monotonic reads?",
      right: words(broken.own, broken.back),
      wrong: [
        (.storeKnowsMe, words(false, false)), (.guaranteesAreOne, words(true, true)),
        (.alwaysStale, words(true, false)), (.clocksAgree, words(false, true)),
      ],
      rule: "Read-your-writes is about what she wrote herself; monotonic reads about an answer that is older than one "
        + "before it. Each can be broken without the other.",
      isExplained: false)
  }

  /// Delays between the three regions, drawn.
  private static func links(_ draw: inout CardDraw) -> [String] {
    let (near, far, other) = (draw.number(20...50, by: 5), draw.number(70...120, by: 5), draw.number(60...110, by: 5))
    return [
      "link us-east-1 eu-west-1 \(near)ms", "link us-east-1 ap-south-1 \(far)ms",
      "link eu-west-1 ap-south-1 \(other)ms",
    ]
  }

  static func regions(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, _, new) = draw.names()
    let setUp = [three] + links(&draw)
    let level = draw.pick(["LOCAL_QUORUM", "QUORUM", "QUORUM", "EACH_QUORUM", "ALL"])
    let place = draw.pick(["us-east-1", "us-east-1", "ap-south-1"])
    func span(at level: String) throws -> TimeSpan {
      try CardScene(setUp + ["write \(key) \(new) at \(level) in \(place)"]).latency
    }
    let right = try span(at: level)
    return CardDraft(
      story: "Three regions with three copies each; inside a region it is 0.5 ms one way.",
      scene: setUp + ["write \(key) \(new) at \(level) in \(place)"],
      question: "After how long is the client answered?", right: Quantity.figure(right),
      wrong: [
        (.everybodyMustAnswer, Quantity.figure(try span(at: "ALL"))),
        (.localIsGlobal, Quantity.figure(try span(at: "LOCAL_QUORUM"))),
        (.majorityDecides, Quantity.figure(try span(at: "QUORUM"))),
        (.onlyOneWay, Quantity.figure(TimeSpan(microseconds: (right.microseconds + 1_000) / 2))),
        (.itIsChance, "that is left to chance"),
      ],
      rule:
        "LOCAL_QUORUM stays at home. QUORUM, five of nine here, needs the nearest other region; EACH_QUORUM a majority in "
        + "the farthest, too, and ALL its last copy.")
  }

  static func lostRegion(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let level = draw.pick(["ONE", "LOCAL_QUORUM", "LOCAL_QUORUM", "QUORUM", "EACH_QUORUM"])
    let wait = draw.pick([0, 0, 10, 300])
    let lines =
      [three] + links(&draw)
      + ["write \(key) \(old) at ALL in us-east-1", "write \(key) \(new) at \(level) in us-east-1"]
      + (wait > 0 ? ["run \(wait)ms"] : []) + ["destroy us-east-1", "run 5s", "read \(key) at QUORUM in eu-west-1"]
    let played = try CardScene(lines)
    let words = ["ok": played.text("last.value") == new ? "`\(new)`" : "`\(old)`: `\(new)` is lost"]
    guard let right = words[played.outcome] else { return nil }
    return CardDraft(
      story: "Both writes are acknowledged. Then all disks of us-east-1 are lost, and what was on its way from there.",
      scene: lines, question: "What does the read return?", right: right,
      wrong: [
        (level == "LOCAL_QUORUM" ? .localIsGlobal : .ackedIsSafe, "`\(new)`"),
        (.alwaysStale, "`\(old)`: `\(new)` is lost"),
        (.everybodyMustAnswer, "nothing: it is unavailable without that region"),
        (.itIsChance, "either: that is left to chance"),
      ],
      rule: "A level that is content with its own region acknowledges what no other has. What had left and arrived "
        + "elsewhere by then survives.")
  }

  static func cutLink(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let level = draw.pick(["LOCAL_ONE", "LOCAL_QUORUM", "QUORUM", "ALL"])
    let isNoticed = draw.flag()
    let isWhole = draw.flag()
    let cut = isWhole ? "isolate eu-west-1" : "cut us-east-1 eu-west-1"
    let lines =
      [three, "write \(key) \(old) at ALL", cut, "write \(key) \(new) at LOCAL_QUORUM in us-east-1"]
      + (isNoticed ? ["run 3s"] : []) + ["read \(key) at \(level) in eu-west-1"]
    let played = try CardScene(lines)
    let outcomes = [
      "ok": played.text("last.value") == new ? "`\(new)`" : "`\(old)`, the older value",
      "unavailable": "nothing: it is refused at once", "timeout": "nothing: the time for it runs out",
    ]
    guard let right = outcomes[played.outcome] else { return nil }
    return CardDraft(
      story:
        "Three regions with three copies each, and \(isWhole ? "eu-west-1 is cut off from both others" : "one link between them is cut"). "
        + "Coordinators notice that after 1 s.",
      scene: lines, question: "What does the read in eu-west-1 return?", right: right,
      wrong: [
        (.localIsGlobal, "`\(new)`"), (.alwaysStale, "`\(old)`, the older value"),
        (isNoticed ? .everybodyMustAnswer : .silenceIsKnown, "nothing: it is refused at once"),
        (.deadAreWaitedFor, "nothing: the time for it runs out"),
      ],
      rule:
        "LOCAL levels ask their own region, which knows nothing of the write. QUORUM needs five of nine, ALL each: it "
        + "fails where it can't reach them, at once if that is known.")
  }

  static func oneWay(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let isAnswerCut = draw.below(3) > 0
    let level = draw.pick(["QUORUM", "ALL", "ONE"])
    let lines = [
      "cluster us-east-1:3 rf=3", "set hints off", "write \(key) \(old) at ALL", "crash us3", "run 3s",
      isAnswerCut ? "cut us2 -> us1" : "cut us1 -> us2", "write \(key) \(new) at \(level) via us1",
    ]
    let played = try CardScene(lines)
    let has = played.text("value(us2, \(key))") == new
    let outcomes = [
      "ok": "is acknowledged", "unavailable": "is refused at once", "timeout": "runs out of time",
    ]
    guard let outcome = outcomes[played.outcome] else { return nil }
    func words(_ outcome: String, _ has: Bool) -> String { "it \(outcome), and us2 has \(has ? "" : "not ")got it" }
    return CardDraft(
      story: "us3 is down. Of the link between us1 and us2 one direction fails.", scene: lines,
      question: "What becomes of the write?", right: words(outcome, has),
      wrong: [
        (.cutsAreTwoWay, words(outcome, false)), (.oneIsEnough, words("is acknowledged", true)),
        (.silenceIsKnown, words("is refused at once", false)), (.failedIsUndone, words("runs out of time", false)),
        (.onlyOneWay, words("runs out of time", true)), (.ackedIsEverywhere, words("is acknowledged", has)),
      ],
      rule:
        "Request and answer go different ways. Where the answer is lost the copy has it, and the coordinator doesn't know."
    )
  }
}
