/// The kinds of design task.
public enum ExamTaskKind: String, CaseIterable, Codable, Hashable, Sendable {
  case oneDown = "one-down"
  case farAway = "far-away"
  case regionGone = "region-gone"
  case longOutage = "long-outage"
  case ownPosts = "own-posts"
  case wrongClock = "wrong-clock"
  case slowCopy = "slow-copy"

  /// Where it stands among all.
  var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// The number of the lesson whose idea it takes.
  public var lesson: Int {
    switch self {
    case .oneDown: 6
    case .farAway: 4
    case .regionGone: 17
    case .longOutage: 9
    case .ownPosts: 15
    case .wrongClock: 11
    case .slowCopy: 23
    }
  }

  /// A task of the kind, with what the draws decide.
  func task(_ draw: inout CardDraw) -> ExamTask {
    switch self {
    case .oneDown: Self.oneDown(&draw)
    case .farAway: Self.farAway(&draw)
    case .regionGone: Self.regionGone(&draw)
    case .longOutage: Self.longOutage(&draw)
    case .ownPosts: Self.ownPosts(&draw)
    case .wrongClock: Self.wrongClock(&draw)
    case .slowCopy: Self.slowCopy(&draw)
    }
  }

  private static let noStale = ExamTask.Demand(words: "no read is stale", condition: "reads.stale == 0")

  private static func availability(_ percent: Int) -> ExamTask.Demand {
    ExamTask.Demand(
      words: "at least \(percent) % of the operations are answered", condition: "availability >= \(percent)%")
  }

  private static func soon(_ what: String, _ share: Int, _ milliseconds: Int) -> ExamTask.Demand {
    ExamTask.Demand(
      words: "\(share) of 100 \(what)s take less than \(milliseconds) ms",
      condition: "latency(p\(share) \(what)) < \(milliseconds)ms")
  }

  private static func oneDown(_ draw: inout CardDraw) -> ExamTask {
    let copies = 3
    let down = draw.number(2...copies)
    var scene = ["cluster us-east-1:\(copies) rf=\(copies)"]
    for replica in 2...copies { scene.append("link us1 us\(replica) \(draw.number(5...12))ms~1ms") }
    return ExamTask(
      kind: .oneDown,
      story:
        "A booking service in one region. Some time after the start us\(down) crashes, and it comes back a second later.",
      scene: scene,
      sealed: [
        "load 80/s for 2500ms write 40% keys 3 poisson at {writes}/{reads}", "run 800ms", "crash us\(down)",
        "run 1200ms",
        "restart us\(down)", "run 2s",
      ],
      levels: [.writes, .reads], commands: [], demands: [noStale, availability(92)])
  }

  private static func farAway(_ draw: inout CardDraw) -> ExamTask {
    let (far, near) = (draw.number(70...100, by: 5), draw.number(20...26))
    return ExamTask(
      kind: .farAway,
      story:
        "Writers go through us1, readers through us2, \(far) ms away. us3 lies between them, and some messages between "
        + "it and us1 are lost.",
      scene: [
        "cluster us-east-1:3 rf=3", "link us1 us2 \(far)ms~2ms", "link us1 us3 \(near)ms~2ms", "link us2 us3 3ms~0.5ms",
        "lose 1% us1 us3",
      ],
      sealed: [
        "load 50/s for 1500ms write 100% keys 3 poisson at {writes} via us1",
        "load 50/s for 1500ms write 0% keys 3 poisson at {reads} via us2", "run 3s",
      ],
      levels: [.writes, .reads], commands: [], demands: [noStale, soon("read", 90, 100), soon("write", 90, 100)])
  }

  private static func regionGone(_ draw: inout CardDraw) -> ExamTask {
    let (near, far) = (draw.number(30...50, by: 5), draw.number(80...110, by: 5))
    let gone = draw.pick(["us-east-1", "eu-west-1"])
    return ExamTask(
      kind: .regionGone,
      story:
        "An order service in three regions with three copies each. Soon after the start all disks of one region are lost.",
      scene: [
        "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 rf=3", "link us-east-1 eu-west-1 \(near)ms",
        "link us-east-1 ap-south-1 \(far)ms", "link eu-west-1 ap-south-1 \(far - 10)ms",
      ],
      sealed: [
        "load 120/s for 1500ms write 100% keys 200 poisson at {writes}", "run 700ms", "destroy \(gone)", "run 4s",
      ],
      levels: [.writes], commands: [],
      demands: [
        .init(words: "no acknowledged write is lost", condition: "writes.lost == 0"), availability(80),
      ])
  }

  private static func longOutage(_ draw: inout CardDraw) -> ExamTask {
    let window = draw.pick([20, 30])
    let outage = window + draw.number(20...40, by: 10)
    return ExamTask(
      kind: .longOutage,
      story:
        "us3 is down for \(outage) s and more while orders come in. Hints are kept for outages of up to \(window) s. "
        + "Nobody reads.",
      scene: ["cluster us-east-1:3 rf=3", "set hint-window \(window)s", "set hints on"],
      sealed: [
        "load 30/s for 2s write 100% keys 30 poisson at QUORUM", "run 3s", "crash us3", "run \(outage)s",
        "load 30/s for 2s write 100% keys 30 poisson at QUORUM", "run 4s", "restart us3", "run 90s",
      ],
      levels: [],
      commands: [
        "set hints", "set hint-window", "set anti-entropy", "set read-repair", "set tombstone-grace",
        "set failure-detector",
      ],
      demands: [.init(words: "90 s after it is back all copies are equal", condition: "converged"), availability(95)])
  }

  private static func ownPosts(_ draw: inout CardDraw) -> ExamTask {
    let near = draw.number(30...60, by: 5)
    return ExamTask(
      kind: .ownPosts,
      story: "ann writes and reads posts, now in one region, now in the other, \(near) ms away. She must find her own.",
      scene: [
        "cluster us-east-1:3 eu-west-1:3 ap-south-1:3 rf=3", "link us-east-1 eu-west-1 \(near)ms~1ms",
        "client ann in us-east-1",
      ],
      sealed: [
        "load 60/s for 2s write 20% keys 5 poisson at {writes}/{reads} as ann hop us-east-1 eu-west-1", "run 5s",
      ],
      levels: [.writes, .reads],
      commands: ["guarantee ann", "set coordinator", "set read-repair"],
      demands: [
        .init(words: "she never misses her own post", condition: "guarantee(read-your-writes, ann)"),
        soon("read", 50, near), soon("write", 50, near), availability(99),
      ])
  }

  private static func wrongClock(_ draw: inout CardDraw) -> ExamTask {
    let skew = draw.number(3...9)
    let place = draw.pick(["eu1", "ap1"])
    return ExamTask(
      kind: .wrongClock,
      story: "Three regions with a copy each; the last writer wins. The clock of \(place) is \(skew) s behind.",
      scene: ["cluster us-east-1:1 eu-west-1:1 ap-south-1:1 rf=1", "skew \(place) by -\(skew)s"],
      sealed: ["load 10/s for 4s write 60% keys 4 poisson at {writes}/{reads}", "run 8s"],
      levels: [.writes, .reads],
      commands: ["set conflict", "set timestamps", "set read-repair", "set anti-entropy"],
      demands: [
        .init(
          words: "no acknowledged write is beaten by one that was acknowledged before it began",
          condition: "writes.late-overwritten == 0"), noStale, availability(99),
      ])
  }

  private static func slowCopy(_ draw: inout CardDraw) -> ExamTask {
    let slow = draw.number(50...120, by: 10)
    let limit = draw.pick([25, 30])
    return ExamTask(
      kind: .slowCopy,
      story: "Reads at QUORUM through us1. us2, the nearest other copy, gets everything \(slow) ms late, and stays so.",
      scene: [
        "cluster us-east-1:3 rf=3", "link us1 us2 2ms~0.5ms", "link us1 us3 4ms~0.5ms", "link us2 us3 4ms~0.5ms",
        "load 50/s for 1s write 100% keys 10 at ALL via us1", "run 2s", "slow us2 by \(slow)ms",
      ],
      sealed: ["load 60/s for 3s write 0% keys 10 poisson at QUORUM via us1", "run 4s"],
      levels: [],
      commands: ["set speculative-retry", "set replica-choice", "set hedge", "set coordinator", "set read-repair"],
      demands: [soon("read", 90, limit), availability(99)])
  }
}
