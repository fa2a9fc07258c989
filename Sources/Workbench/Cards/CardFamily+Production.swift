import Kernel
import Language

/// Questions of the sixth act: what production systems add.
extension CardFamily {
  static func conditional(_ draw: inout CardDraw) throws -> CardDraft? {
    let key = draw.pick(["seat-12A", "lock", "room-7"])
    let level = draw.pick(["LOCAL_SERIAL", "LOCAL_SERIAL", "SERIAL"])
    let isElsewhere = draw.below(4) > 0
    let gap = level == "SERIAL" ? draw.pick([1_500, 3_000]) : draw.pick([10, 20, 50, 2_000])
    let place = isElsewhere ? "eu-west-1" : "us-east-1"
    let lines = [
      "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 rf=3",
      "async write \(key) ann if absent at \(level) in us-east-1", "run \(gap)ms",
      "async write \(key) bob if absent at \(level) in \(place)", "await",
    ]
    let played = try CardScene(lines)
    let told = (played.holds("op(1).applied"), played.holds("op(2).applied"))
    func words(_ told: (Bool, Bool)) -> String {
      switch told {
      case (true, true): "both"
      case (true, false): "ann alone"
      case (false, true): "bob alone"
      case (false, false): "neither"
      }
    }
    return CardDraft(
      story: "Two want the same, the second \(gap) ms later, each only if nobody has it.", scene: lines,
      question: "Who is told that it is theirs?", right: words(told),
      wrong: [
        (.localIsGlobal, "ann alone"), (.clocksAgree, "bob alone"), (.everybodyMustAnswer, "neither"),
        (.bothAreKept, "both"),
      ],
      rule:
        "SERIAL lets a majority of all owners decide, LOCAL_SERIAL one of the coordinator's region: each region has a "
        + "majority of its own. What has come over by then is seen.",
      isExplained: false)
  }

  static func hedging(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, _, new) = draw.names()
    let slow = draw.number(40...120, by: 10)
    let wait = draw.number(5...20, by: 5)
    let level = draw.pick(["ONE", "ONE", "QUORUM", "ALL"])
    func lines(_ wait: String, slow: Int) -> [String] {
      [
        "cluster us-east-1:3 rf=3", "write \(key) \(new) at ALL", "slow us1 by \(slow)ms", "set hedge \(wait)",
        "read \(key) at \(level) in us-east-1",
      ]
    }
    let scene = lines("\(wait)ms", slow: slow)
    let right = try CardScene(scene).latency
    return CardDraft(
      story:
        "What is sent to us1, the nearest, takes \(slow) ms longer. After \(wait) ms without an answer a client asks the "
        + "next coordinator, too.",
      scene: scene, question: "After how long is the read answered?", right: Quantity.figure(right),
      wrong: [
        (.everybodyMustAnswer, Quantity.figure(try CardScene(lines("off", slow: slow)).latency)),
        (.oneIsEnough, Quantity.figure(try CardScene(lines("off", slow: 0)).latency)),
        (.onlyOneWay, Quantity.figure(.milliseconds(Int64(wait)))),
        (.deadAreWaitedFor, Quantity.figure(TimeSpan(microseconds: right.microseconds + Int64(slow) * 1_000))),
        (.itIsChance, "that is left to chance"),
      ],
      rule:
        "The first answer counts: the wait, and then what the second coordinator needs. At a level that needs us1 the "
        + "second one waits for it, too.")
  }

  static func cache(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let isOff = draw.below(3) == 0
    let level = draw.pick(["CACHED", "CACHED", "CACHED", "CRITICAL"])
    let isFilled = draw.below(4) > 0
    let wait = draw.pick([0, 10, 200, 2_000])
    let lines =
      ["cluster us-east-1:4 eu-west-1:4 scheme=primary-cache"] + (isOff ? ["set invalidation off"] : [])
      + ["write \(key) \(old) in us-east-1", "run 2s"]
      + (isFilled ? ["read \(key) at CACHED in eu-west-1"] : []) + ["write \(key) \(new) in us-east-1"]
      + (wait > 0 ? ["run \(wait)ms"] : []) + ["read \(key) at \(level) in eu-west-1"]
    let value = try CardScene(lines).text("last.value")
    let (older, newer) = ("`\(old)`", "`\(new)`")
    return CardDraft(
      story: "The database of us-east-1 takes all writes; eu-west-1, 40 ms away, has a copy and caches before it"
        + "\(isOff ? ", which nobody tells of writes" : ""). \(isFilled ? "The key is in its caches." : "The key isn't in its caches.")",
      scene: lines, question: "What does the read return?", right: value == new ? newer : older,
      wrong: [
        (.cachesAreTold, newer), (.alwaysStale, older),
        (.readsWait, "`\(new)`, after it has waited for the caches"), (.itIsChance, "either: that is left to chance"),
      ],
      rule:
        "CACHED is answered by what the cache holds, or fills from its region's copy. It stays until an invalidation "
        + "comes, behind the row; CRITICAL asks the primary's region.")
  }

  static func log(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let level = draw.pick(["ACKS_1", "ACKS_1", "ACKS_ALL"])
    let isBehind = draw.below(3) > 0
    let insync = level == "ACKS_ALL" && draw.flag() ? 1 : 2
    var lines = [
      "cluster us-east-1:3 rf=3 scheme=log", "set partitions 1", "set min-insync \(insync)",
      "write \(key) \(old) at ACKS_ALL", "run 2s",
    ]
    if isBehind { lines += ["cut us1 us2", "cut us1 us3"] }
    lines.append("write \(key) \(new) at \(level)")
    if isBehind { lines.append("heal") }
    lines += ["crash us1", "run 60s", "read \(key) via us2"]
    let played = try CardScene(lines)
    guard played.outcome == "ok" else { return nil }
    let acknowledged = played.text("op(2).outcome") == "ok"
    return CardDraft(
      story:
        "us1 leads the key's partition of a log. \(isBehind ? "Its followers are cut off while it is written; the" : "The") "
        + "second write \(acknowledged ? "is acknowledged" : "isn't acknowledged in time"); then us1 dies.",
      scene: lines, question: "What does the read return, once somebody else leads?",
      right: played.text("last.value") == new ? "`\(new)`" : "`\(old)`",
      wrong: [
        (.ackedIsSafe, "`\(new)`"), (.failedIsUndone, "`\(old)`"),
        (.comesBackEmpty, "nothing: a new leader begins a new log"),
        (.everybodyMustAnswer, "nothing: it is unavailable without us1"),
        (.itIsChance, "either: that is left to chance"),
      ],
      rule:
        "ACKS_1 is answered as soon as the leader has the record. What a follower in sync had fetched the next leader has; "
        + "what none had is gone with the old one.")
  }

  static func lease(_ draw: inout CardDraw) throws -> CardDraft? {
    let (key, old, new) = draw.names()
    let lease = draw.pick([2, 5, 10])
    let wait = draw.pick([200, 1_500, 3_000, 8_000, 15_000])
    let operation = draw.pick(["write \(key) \(new)", "read \(key) at STRONG", "read \(key) at EVENTUAL"])
    let lines = [
      "cluster us-east-1:3 eu-west-1:3 scheme=streams", "set lease \(lease)s", "write \(key) \(old)", "run 10s",
      "kill-leader \(key)", "run \(wait)ms", operation,
    ]
    let played = try CardScene(lines)
    let outcomes = [
      "ok": "it is answered", "unavailable": "it is refused at once: nobody may serve it",
      "timeout": "the time for it runs out",
    ]
    guard let right = outcomes[played.outcome] else { return nil }
    return CardDraft(
      story: "In each region a leader serves a key's partition, under a lease of \(lease) s. It dies; \(wait) ms later "
        + "somebody asks.",
      scene: lines, question: "What becomes of the last operation?", right: right,
      wrong: [
        (.leadersAreReplaced, outcomes["ok"] ?? ""), (.everybodyMustAnswer, outcomes["unavailable"] ?? ""),
        (.deadAreWaitedFor, outcomes["timeout"] ?? ""),
        (.localIsGlobal, "the leader of eu-west-1 takes it over"),
      ],
      rule:
        "Nobody leads before the old lease has run out, however soon the death was noticed. Only EVENTUAL reads need no leader."
    )
  }
}
