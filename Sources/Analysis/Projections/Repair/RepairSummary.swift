import Kernel
import Language
import Replication

/// What came of a repair or a sync, in one sentence and as a line of JSON: the same words everywhere.
public struct RepairSummary: Hashable, Sendable {
  /// What it tells of.
  public let outcome: RepairOutcome
  /// The outcome in one sentence, such as `repaired: 3 keys in 4 ranges …; 2 pairs failed: ap3 is dead`.
  public let sentence: String
  /// The line of `run --json`.
  package let json: JSONText

  /// How many pairs of a kind of failure a sentence names.
  private static let named = 3

  /// The summary of an outcome, with the names of its cluster.
  public init(_ outcome: RepairOutcome, in cluster: Cluster) {
    let topology = cluster.topology
    self.outcome = outcome
    switch outcome.origin {
    case .command, .schedule: sentence = Self.sentence(ofRound: outcome, topology)
    case .sync(let from, let to, let bothWays):
      let pair = "\(topology.name(of: from)) \(bothWays ? "⇄" : "→") \(topology.name(of: to))"
      let copies = outcome.copies == outcome.keys ? "" : " on \(Self.count(outcome.copies, "copy", "copies"))"
      let news = outcome.copies == 0 ? "nothing was new" : "\(Self.count(outcome.keys, "key"))\(copies)"
      sentence = "synced \(pair) by hand: \(news), \(Quantity.size(outcome.bytes)) carried"
    }
    json = Self.json(outcome, topology)
  }

  /// How much it matters.
  public var weight: LogLine.Weight {
    if !outcome.failures.isEmpty { return .warning }
    return outcome.copies > 0 ? .repair : .good
  }

  private static func sentence(ofRound outcome: RepairOutcome, _ topology: Topology) -> String {
    guard outcome.pairs > 0 else { return "repaired: nothing, for no two replicas own a key together" }
    let keys = count(outcome.keys, "key")
    var sentence: String
    if outcome.ranges > 0 {
      sentence = "repaired: \(keys) in \(count(outcome.ranges, "range")), \(compared(outcome))"
    } else {
      // Where some pairs failed, nothing is known of those.
      let alike = outcome.failures.isEmpty ? "nothing differed, " : "nothing differed in what was compared: "
      sentence = outcome.completed == 0 ? "repaired: nothing" : "repaired: 0 keys, \(alike)\(compared(outcome))"
    }
    if !outcome.failures.isEmpty { sentence += ", " + failures(of: outcome, topology) }
    return sentence
  }

  private static func compared(_ outcome: RepairOutcome) -> String {
    "\(count(outcome.completed, "pair")) compared, \(Quantity.size(outcome.bytes)) sent"
  }

  /// Such as `2 pairs failed: ap3 is dead`; pairs that failed for one reason stand together.
  private static func failures(of outcome: RepairOutcome, _ topology: Topology) -> String {
    var groups: [(words: String, pairs: [RepairOutcome.Failure])] = []
    for failure in outcome.failures {
      let words = kind(of: failure.reason, topology)
      if let index = groups.firstIndex(where: { $0.words == words }) {
        groups[index].pairs.append(failure)
      } else {
        groups.append((words, [failure]))
      }
    }
    return groups.map { group in
      "\(count(group.pairs.count, "pair")) failed: \(subject(group.pairs, topology))\(group.words)"
    }.joined(separator: "; ")
  }

  /// The pairs, where the reason doesn't name the one replica that it is about.
  private static func subject(_ failures: [RepairOutcome.Failure], _ topology: Topology) -> String {
    switch failures[0].reason {
    case .isDown, .hasCrashed: return ""
    case .isUnreachable, .isSilent:
      let pairs = failures.prefix(named).map { name(of: $0, topology) }.joined(separator: ", ")
      return pairs + (failures.count > named ? " and \(failures.count - named) more " : " ")
    }
  }

  private static func name(of failure: RepairOutcome.Failure, _ topology: Topology) -> String {
    "\(topology.name(of: failure.initiator)) ⇄ \(topology.name(of: failure.partner))"
  }

  private static func kind(of reason: RepairFailure, _ topology: Topology) -> String {
    switch reason {
    case .isDown(let replica, .paused): "\(topology.name(of: replica)) is paused"
    case .isDown(let replica, .crashed), .isDown(let replica, .running): "\(topology.name(of: replica)) is dead"
    case .hasCrashed(let replica): "\(topology.name(of: replica)) crashed meanwhile"
    case .isUnreachable: "can't reach each other"
    case .isSilent: "gave no answer within \(Quantity.text(LeaderlessServer.repairPatience))"
    }
  }

  private static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  private static func json(_ outcome: RepairOutcome, _ topology: Topology) -> JSONText {
    func number(_ value: Int) -> JSONText { .integer(Int64(value)) }
    let failed = outcome.failures.map { failure in
      JSONText.object([
        .init("pair", .array([failure.initiator, failure.partner].map { .string(topology.name(of: $0)) })),
        .init("reason", .string(reason(of: failure, topology))),
      ])
    }
    let what: [JSONText.Field]
    if case .sync(let from, let to, let bothWays) = outcome.origin {
      what = [
        .init("kind", .string("sync")), .init("from", .string(topology.name(of: from))),
        .init("to", .string(topology.name(of: to))), .init("bothWays", .boolean(bothWays)),
        .init("time", .integer(outcome.ended.microseconds)),
      ]
    } else {
      what = [
        .init("kind", .string("repair")), .init("start", .integer(outcome.began.microseconds)),
        .init("end", .integer(outcome.ended.microseconds)), .init("pairs", number(outcome.pairs)),
        .init("completed", number(outcome.completed)), .init("ranges", number(outcome.ranges)),
      ]
    }
    let brought: [JSONText.Field] = [
      .init("keys", number(outcome.keys)), .init("copies", number(outcome.copies)),
      .init("bytes", number(outcome.bytes)),
    ]
    if case .sync = outcome.origin { return .object(what + brought) }
    return .object(what + brought + [.init("failed", .array(failed))])
  }

  private static func reason(of failure: RepairOutcome.Failure, _ topology: Topology) -> String {
    switch failure.reason {
    case .isDown, .hasCrashed: kind(of: failure.reason, topology)
    case .isUnreachable(let replica):
      "\(topology.name(of: failure.initiator)) can't reach \(topology.name(of: replica))"
    case .isSilent(let replica):
      "\(topology.name(of: replica)) gave no answer within \(Quantity.text(LeaderlessServer.repairPatience))"
    }
  }
}

extension RepairFailure {
  /// Why a pair's session failed, in a word or two.
  var shortWords: String {
    switch self {
    case .isDown(_, .paused): "paused"
    case .isDown(_, .crashed), .isDown(_, .running): "dead"
    case .hasCrashed: "crashed"
    case .isUnreachable: "cut off"
    case .isSilent: "no answer"
    }
  }
}
