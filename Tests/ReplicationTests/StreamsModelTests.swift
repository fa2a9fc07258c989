import Kernel
import TestSupport
import Testing

@testable import Replication

/// The rules of the scheme on a page, played without servers, messages or queues, and compared with the cluster on random
/// histories: when an update reaches its leader, what it is stamped with, when it is durable, when it is seen where.
private struct StreamsModel {
  struct Write {
    let value: String
    let stamp: Int64
    let region: Int
    /// Beats another one of the same item: the later stamp wins, and of equal ones the first region.
    func beats(_ other: Write?) -> Bool { other.map { (stamp, -region) > ($0.stamp, -$0.region) } ?? true }
  }

  /// A record of a partition's log in a region: when its leader appended it; most copies have it a millisecond later.
  struct LogEntry {
    let key: String
    let write: Write
    let appended: Int64
    var committed: Int64 { appended + 1_000 }
  }

  static let delays: [[Int64]] = [[0, 40_000, 90_000], [40_000, 0, 60_000], [90_000, 60_000, 0]]
  /// By region and partition.
  var logs: [[[LogEntry]]] = Array(repeating: Array(repeating: [], count: 4), count: 3)
  /// What a stream will bring: it is appended over there once its time has come.
  var coming: [(at: Int64, region: Int, partition: Int, key: String, write: Write)] = []
  /// While messages between these two regions don't pass.
  var cut: (first: Int, second: Int, from: Int64, to: Int64)?

  private func arrival(from: Int, to: Int, sent: Int64) -> Int64 {
    let delay = Self.delays[from][to]
    guard let cut, [cut.first, cut.second].contains(from), [cut.first, cut.second].contains(to) else {
      return sent + delay
    }
    // What is on its way when the cut comes is sent again when it ends.
    return sent + delay < cut.from || sent >= cut.to ? sent + delay : cut.to + delay
  }

  private mutating func append(_ key: String, _ write: Write, _ region: Int, _ partition: Int, at: Int64) {
    logs[region][partition].append(LogEntry(key: key, write: write, appended: at))
  }

  mutating func pass(until now: Int64) {
    while let next = coming.indices.min(by: { coming[$0].at < coming[$1].at }), coming[next].at <= now {
      let change = coming.remove(at: next)
      append(change.key, change.write, change.region, change.partition, at: change.at)
    }
  }

  /// The newest of an item in a region's log, by when it counts.
  func newest(_ key: String, _ region: Int, _ partition: Int, by isThere: (LogEntry) -> Bool) -> Write? {
    var newest: Write?
    for entry in logs[region][partition] where entry.key == key && isThere(entry) && entry.write.beats(newest) {
      newest = entry.write
    }
    return newest
  }

  /// Updates an item; returns whether that is done, and when its leader can say so.
  mutating func write(
    _ value: String, to key: String, _ region: Int, _ partition: Int, at now: Int64, if condition: WriteCondition?
  ) -> (isApplied: Bool, answered: Int64) {
    pass(until: now)
    let tip = newest(key, region, partition) { _ in true }
    let isMet =
      switch condition {
      case nil: true
      case .absent: tip == nil
      case .equals(let text): tip?.value == text
      }
    guard isMet else { return (false, max(now, logs[region][partition].last?.committed ?? 0)) }
    let write = Write(value: value, stamp: max(now, (tip?.stamp ?? .min) &+ (tip == nil ? 0 : 1)), region: region)
    append(key, write, region, partition, at: now)
    for other in 0..<3 where other != region {
      coming.append((arrival(from: region, to: other, sent: now + 1_000), other, partition, key, write))
    }
    return (true, now + 1_000)
  }
}

@Suite struct StreamsModelTests {
  /// An operation, and what the model says of it.
  private struct Expected {
    let id: OperationID
    let outcome: String
    let latency: Set<Int64>
    let values: Set<String?>
  }

  @Test(arguments: 0..<25) func itDoesWhatTheRulesSay(batch: Int) {
    for seed in UInt64(batch * 12)..<UInt64(batch * 12 + 12) { compare(seed: seed) }
  }

  private func compare(seed: UInt64) {
    var (cluster, model, dice) = (Cluster.streams(seed: seed), StreamsModel(), Dice(seed: Int(seed)))
    cluster.isScrutinized = false
    let keys = (0..<5).map { "k\($0)" }
    var (now, expected): (Int64, [Expected]) = (1_000, [])
    let (first, second) = [(0, 1), (0, 2), (1, 2)][dice.roll(below: 3)]
    let from = Int64(20_000 + dice.roll(below: 100_000))
    model.cut = dice.roll(below: 3) == 0 ? nil : (first, second, from, from + Int64(5_000 + dice.roll(below: 150_000)))
    var isCut = false
    for number in 0..<40 {
      // Odd microseconds, so that no two things happen at once.
      now += 2 * Int64(dice.roll(below: 4_000)) + 14
      if let cut = model.cut {
        if !isCut, cut.from <= now {
          cluster.pass(until: Instant(microseconds: cut.from))
          cluster.cut([Cluster.us, Cluster.eu, Cluster.ap][first], [Cluster.us, Cluster.eu, Cluster.ap][second])
          isCut = true
        }
        if isCut, cut.to <= now {
          cluster.pass(until: Instant(microseconds: cut.to))
          cluster.healAll()
        }
      }
      cluster.pass(until: Instant(microseconds: now))
      let (key, region, server) = (keys[dice.roll(below: 5)], dice.roll(below: 3), dice.roll(below: 3))
      let partition = cluster.environment.placement.partition(ofKey: key)
      let via = region * 3 + server
      let away: Int64 = server == partition % 3 ? 0 : 500
      let atLeader = now + 500 + away
      switch dice.roll(below: 4) {
      case 0, 1:
        let condition: WriteCondition? =
          switch dice.roll(below: 4) {
          case 0: .absent
          case 1: .equals("v\(max(0, number - 1 - dice.roll(below: 6)))")
          default: nil
          }
        let id = cluster.write("v\(number)", to: key, at: .fixed, via: via, if: condition)
        let done = model.write("v\(number)", to: key, region, partition, at: atLeader, if: condition)
        expected.append(
          Expected(
            id: id, outcome: done.isApplied ? "applied" : "unmet", latency: [done.answered + away + 500 - now],
            values: []))
      case 2:
        let id = cluster.read(key, at: .strong, via: via)
        model.pass(until: atLeader)
        let value = model.newest(key, region, partition) { $0.committed <= atLeader }?.value
        expected.append(Expected(id: id, outcome: "read", latency: [1_000 + 2 * away], values: [value]))
      default:
        let id = cluster.read(key, at: .eventual, via: via)
        model.pass(until: now + 1_000)
        // Its own copy at once, another a hop later; a follower has a record half a millisecond after its leader, and applies it
        // five later.
        let values = (0..<3).map { copy -> String? in
          let at = now + 500 + (copy == server ? 0 : 500)
          let isLeader = copy == partition % 3
          return model.newest(key, region, partition) {
            isLeader ? $0.committed <= at : $0.appended + 5_500 <= at
          }?.value
        }
        expected.append(Expected(id: id, outcome: "read", latency: [1_000, 2_000], values: Set(values)))
      }
      now += 1
    }
    cluster.pass(.seconds(3))
    if isCut { cluster.healAll() }
    cluster.pass(.seconds(1))
    for expectation in expected {
      guard let end = cluster.end(of: expectation.id) else {
        Issue.record("seed \(seed): operation \(expectation.id.raw) has not ended")
        continue
      }
      let outcome = end.kind == .read ? "read" : end.applied == false ? "unmet" : "applied"
      #expect(end.outcome == .ok && outcome == expectation.outcome, "seed \(seed), operation \(end.id.raw)")
      #expect(
        expectation.latency.contains(end.latency.microseconds),
        "seed \(seed), operation \(end.id.raw): \(end.latency.microseconds), not \(expectation.latency)")
      if end.kind == .read {
        #expect(expectation.values.contains(cluster.text(of: end.version)), "seed \(seed), operation \(end.id.raw)")
      }
    }
    model.pass(until: .max)
    for key in keys {
      let partition = cluster.environment.placement.partition(ofKey: key)
      for region in 0..<3 {
        let value = model.newest(key, region, partition) { _ in true }?.value
        for server in 0..<3 { #expect(cluster.held(key, by: region * 3 + server) == value, "seed \(seed), \(key)") }
      }
    }
  }
}
