import Kernel
import TestSupport
import Testing

@testable import Analysis
@testable import Replication
@testable import Workbench

/// Random posts, readers, paths and faults: what was acknowledged is read by its author at once and by all who follow in the end, in
/// order, and with idempotency keys once. As many seeds as `SOAK_SEEDS` says.
@Suite("Random timelines behind random client paths") struct TimelineSoakTests {
  @Test("lose nothing that was acknowledged, keep their order, and with idempotency keys have nothing twice")
  func soak() throws {
    var (again, twice, readings) = (0, 0, 0)
    for seed in 1...(SoakSeeds.wanted ?? 100) {
      let script = RandomTimelines(seed: seed)
      let played = try play(script.text, seed: UInt64(seed))
      for (fault, what) in try faults(script, played) where fault {
        Issue.record("seed \(seed): \(what)\n\(script.text)")
      }
      again += played.operations.count { $0.kind == .write && $0.attempts > 1 && script.hasKeys }
      twice += played.session.cluster.timelines.tally.twice
      readings += played.operations.count { $0.kind == .timeline && $0.attempts > 1 && $0.outcome == .ok }
    }
    #expect(again > 0 && twice > 0 && readings > 0, "nothing of what could go wrong was tried")
  }

  @Test("end the same however often they are played", arguments: [2, 7, 18, 28])
  func deterministic(_ seed: Int) throws {
    let script = RandomTimelines(seed: seed).text
    let first = try play(script, seed: UInt64(seed)).session.cluster
    let second = try play(script, seed: UInt64(seed), keyframeSpacing: 7).session.cluster
    #expect(first.fingerprint == second.fingerprint)
  }

  /// What must not be, each with whether it is.
  private func faults(_ script: RandomTimelines, _ played: Played) throws -> [(Bool, String)] {
    let posts = played.operations.filter { $0.kind == .write }
    let readings = played.operations.filter { $0.kind == .timeline && $0.outcome == .ok }
    var faults: [(Bool, String)] = []
    for reading in readings {
      let entries = (reading.records ?? []).map(Entry.init)
      let own = posts.filter {
        $0.outcome == .ok && $0.end <= reading.start && $0.key.hasPrefix("\(reading.user ?? "").")
      }
      for post in own {
        faults.append((!entries.contains { $0.key == post.key }, "op \(reading.id) lacks its reader's own \(post.key)"))
      }
      for (later, earlier) in zip(entries, entries.dropFirst()) where later.author == earlier.author {
        let isInOrder = later.copy > 1 || earlier.copy > 1 || later.number > earlier.number
        faults.append((!isInOrder, "op \(reading.id) has \(earlier.key) above \(later.key)"))
      }
      for post in posts {
        let copies = entries.count { $0.key == post.key }
        let most = script.hasKeys ? 1 : post.attempts
        faults.append((copies > most, "op \(reading.id) has \(post.key) \(copies) times"))
        let isHarmless = ![.ok, .timeout, .failure].contains(post.outcome)
        faults.append((copies > 0 && isHarmless, "op \(reading.id) has \(post.key), which was \(post.outcome)"))
      }
    }
    // The last readings are those of each user in turn, when all is well.
    for (user, reading) in zip(RandomTimelines.users, readings.suffix(RandomTimelines.users.count)) {
      let entries = (reading.records ?? []).map(Entry.init)
      let owed = posts.filter { post in
        post.outcome == .ok && script.follows.contains { $0.follower == user && $0.isOwed(post.key) }
      }
      for post in owed {
        faults.append((!entries.contains { $0.key == post.key }, "in the end \(user) lacks \(post.key)"))
      }
      faults.append((reading.user != user || !reading.lacks.isEmpty, "in the end \(user) lacks \(reading.lacks)"))
    }
    let cluster = played.session.cluster
    for user in cluster.timelines.users {
      for cache in user.caches {
        let isInOrder = zip(cache, cache.dropFirst()).allSatisfy { $0 < $1 }
        faults.append((!isInOrder, "the cached timeline of \(user.name) has lost its order"))
      }
    }
    faults.append((script.hasKeys && cluster.timelines.tally.twice > 0, "something is there twice in spite of its key"))
    faults.append((cluster.fanOutBacklog(in: nil) > 0, "inserts are left to make"))
    return faults
  }
}

/// A line of a timeline: a post's key, the how manyth copy of it this is, and its text.
private struct Entry {
  let author: Substring
  let number: Int
  let copy: Int

  init(_ line: String) {
    let parts = line.split(separator: " ")[0].split(separator: "#")
    let words = parts[0].split(separator: ".")
    (author, number) = (words[0], Int(words[2]) ?? 0)
    copy = parts.count > 1 ? Int(parts[1]) ?? 0 : 1
  }

  var key: String { "\(author).post.\(number)" }
}

/// A script of users who follow, post and read, on a random path with random faults; at the end all is healed, and each reads.
private struct RandomTimelines {
  /// Somebody follows an author, who had made so many posts by then.
  struct Follow {
    let follower: String
    let author: String
    let made: Int

    /// Whether a post was made since.
    func isOwed(_ key: String) -> Bool {
      let post = Entry(key)
      return post.author == author && post.number > made
    }
  }

  static let users = ["ann", "bob", "cat", "dan"]
  private static let regions = ["us-east-1", "eu-west-1", "ap-south-1"]
  private static let replicas = ["us1", "us2", "us3", "eu1", "eu2", "eu3", "ap1", "ap2", "ap3"]
  private static let policies = [
    "standard-2026", "standard-2020", "3 base 10ms cap 100ms", "5 base 50ms cap 1s jitter none",
    "2 base 1ms cap 1ms budget 60",
  ]

  private var dice: Dice
  private let isLeaderless: Bool
  let hasKeys: Bool
  private(set) var follows: [Follow] = []
  private var made: [String: Int] = [:]
  private var lines: [String] = []

  var text: String { lines.joined(separator: "\n") + "\n" }

  init(seed: Int) {
    dice = Dice(seed: seed)
    (isLeaderless, hasKeys) = (dice.chance(60), dice.chance(50))
    if !isLeaderless { lines.append("cluster us-east-1:3 eu-west-1:3 ap-south-1:3 scheme=streams") }
    if hasKeys { lines.append("set idempotency-keys on") }
    if dice.chance(80) { lines.append("set retries \(dice.pick(Self.policies))") }
    if dice.chance(40) { lines.append("set dns-ttl \(dice.pick(["1s", "10s"]))") }
    if dice.chance(40) { lines.append("set health-check 1s failures \(dice.roll(1...3))") }
    if dice.chance(30) { lines.append("set balancer-check 2s failures 2") }
    if dice.chance(30) { lines.append("set throttle \(dice.pick(["5/s burst 3", "50/s"]))") }
    if dice.chance(30) { lines.append("set breaker 50% of \(dice.pick(["2", "6"])) open 2s trials 2") }
    if dice.chance(40) { lines.append("set hedge \(dice.pick(["1ms", "60ms"]))") }
    if dice.chance(30) { lines.append("set edge-ttl 500ms") }
    if dice.chance(30) { lines.append("set routing \(dice.pick(["sticky", "fresh"]))") }
    if dice.chance(30) { lines.append("set gateway-delay exponential(5ms)") }
    if dice.chance(50) { lines.append("set write-timeout \(dice.pick(["30ms", "150ms", "1s"]))") }
    if dice.chance(40) { lines.append("set read-timeout \(dice.pick(["2ms", "100ms", "1s"]))") }
    if dice.chance(30) { lines.append("set pull-above \(dice.roll(0...3))") }
    if dice.chance(30) { lines.append("set timeline-snapshot on") }
    lines.append("set fanout-rate \(dice.pick(["5", "50", "1000"]))/s")
    for (index, user) in Self.users.enumerated() {
      follow(user, Self.users[(index + 1) % Self.users.count], in: dice.pick(Self.regions))
    }
    for _ in 0..<40 { lines.append(contentsOf: command()) }
    recover()
  }

  private mutating func follow(_ follower: String, _ author: String, in region: String?) {
    let isKnown = follows.contains { $0.follower == follower && $0.author == author }
    guard follower != author, !isKnown else { return }
    follows.append(Follow(follower: follower, author: author, made: made[author] ?? 0))
    lines.append("follow \(follower) \(author)\(region.map { " in \($0)" } ?? "")")
  }

  private mutating func command() -> [String] {
    let region = dice.pick(Self.regions)
    let other = dice.pick(Self.regions.filter { $0 != region })
    let replica = dice.pick(Self.replicas)
    let user = dice.pick(Self.users)
    let async = dice.chance(50) ? "async " : ""
    switch dice.roll(1...24) {
    case ...8:
      made[user, default: 0] += 1
      let level = isLeaderless ? " at \(dice.pick(["LOCAL_QUORUM", "QUORUM", "EACH_QUORUM", "ALL"]))" : ""
      return ["\(async)post \(user) news\(level)"]
    case ...12: return ["\(async)timeline \(user)\(dice.chance(30) ? " in \(region)" : "")"]
    case 13:
      follow(user, dice.pick(Self.users), in: nil)
      return []
    case 14: return ["followers \(user) \(dice.roll(1...20))"]
    case 15, 16: return ["run \(dice.pick(["3ms", "80ms", "1s", "5s"]))"]
    case 17: return ["cut \(region) \(other)"]
    case 18: return ["isolate \(dice.pick([region, replica]))"]
    case 19, 20: return ["heal"]
    case 21: return ["crash \(dice.pick([region, replica]))"]
    case 22, 23: return ["restart \(dice.pick([region, region, replica]))"]
    default: return ["slow \(region) \(other) by \(dice.pick(["0ms", "100ms"]))"]
    }
  }

  private mutating func recover() {
    lines += ["heal"] + Self.regions.map { "restart \($0)" }
    lines += ["set throttle off", "set breaker off", "set edge-ttl off", "set dns-ttl off", "set balancer-check off"]
    lines += ["set retries none", "set hedge off", "set write-timeout 2s", "set read-timeout 5s", "await", "run 60s"]
    if isLeaderless { lines += ["repair", "run 10s"] }
    lines += ["run until converged and fanout.backlog == 0 within 600s"]
    lines += Self.users.map { "timeline \($0)" }
  }
}
