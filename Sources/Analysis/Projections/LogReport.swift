import Insight
import Kernel
import Language
import Replication

/// One line of the log: what happened when, where, and what came of it.
public struct LogLine: Hashable, Sendable, Identifiable {
  /// How much it matters: it decides the line's glyph and colour.
  public enum Weight: Hashable, Sendable {
    /// A message arrived, and the like.
    case plain
    /// Somebody gave a command.
    case command
    /// An operation ended well.
    case good
    /// Something is amiss, but may yet turn out well.
    case warning
    /// Something went wrong.
    case bad
    /// A copy was brought level.
    case repair
  }

  /// Which record of the history it tells, from 0; it stays the same, whatever the history forgets.
  public let number: Int
  /// When.
  public let at: Instant
  /// The operation that it is about; nil if it is about none.
  public let operation: Int?
  /// Where, such as `us1 → eu2`; empty for a command.
  public let place: String
  /// What.
  public let text: String
  /// What came of it, such as `stale read`; mostly empty.
  public let outcome: String
  /// How much it matters.
  public let weight: Weight

  /// Its number.
  public var id: Int { number }
}

/// The latest things that happened, in words.
public enum LogReport {
  /// At most `count` lines that end with a record of that number, or the latest, oldest first.
  ///
  /// Only what is shown is put into words: the history behind it may be long.
  public static func lines(_ count: Int, upTo last: Int? = nil, in timeline: Timeline) -> [LogLine] {
    let trace = timeline.world.observer.trace
    var lines: [LogLine] = []
    var index = last.map { max(0, min(trace.count, $0 + 1 - trace.dropped)) } ?? trace.count
    while index > 0, lines.count < count {
      index -= 1
      if let line = line(for: trace[index], number: trace.dropped + index, in: timeline) { lines.append(line) }
    }
    return lines.reversed()
  }

  /// The number of the line that stands that many rows after another, or as far as there are any.
  ///
  /// - Parameter number: where to begin; nil: at the latest line, which is what it comes to where `rows` is 0 or more.
  /// - Returns: nil if there is no line.
  public static func number(_ rows: Int, after number: Int?, in timeline: Timeline) -> Int? {
    let trace = timeline.world.observer.trace
    var found: Int?
    var rest = abs(rows)
    var index = number.map { max(-1, min(trace.count, $0 - trace.dropped)) } ?? trace.count
    let indices = 0..<trace.count
    if indices.contains(index), line(for: trace[index], number: index, in: timeline) != nil {
      found = index
    } else if number == nil || rows < 0 {
      rest += 1
    }
    let step = number == nil || rows < 0 ? -1 : 1
    while rest > 0, indices.contains(index + step) {
      index += step
      guard line(for: trace[index], number: index, in: timeline) != nil else { continue }
      (found, rest) = (index, rest - 1)
    }
    return found.map { $0 + trace.dropped }
  }

  /// How much of all that is recorded lies before a line or at it, from 0 to 100.
  public static func percent(before number: Int, in timeline: Timeline) -> Int {
    let trace = timeline.world.observer.trace
    return max(0, min(100, 100 * (number - trace.dropped + 1) / max(1, trace.count)))
  }

  private static func line(for record: Record, number: Int, in timeline: Timeline) -> LogLine? {
    let cluster = timeline.cluster
    let names = cluster.topology
    func make(_ place: String, _ text: String, _ outcome: String = "", _ weight: LogLine.Weight = .plain) -> LogLine {
      LogLine(
        number: number, at: record.at, operation: record.operation(in: cluster)?.index, place: place, text: text,
        outcome: outcome,
        weight: weight)
    }
    switch record.what {
    case .accepted(let version):
      let text = "accepts \(MessageText.assignment(of: version, cluster))"
      let coordinator = cluster.catalogue.version(version).writer.replica
      return make(names.name(of: coordinator), text, cluster.vectorText(of: version))
    case .stored(let version, let replica, .overwrote, let held, _):
      let text = "keeps \(MessageText.assignment(of: version, cluster)), concurrent with"
      return make(names.name(of: replica), text, MessageText.assignment(of: held, cluster), .warning)
    case .stored(let version, let replica, .beaten, let held, _):
      let text = "drops \(MessageText.assignment(of: version, cluster)), concurrent with newer"
      return make(names.name(of: replica), text, MessageText.assignment(of: held, cluster), .warning)
    case .stored(let version, let replica, .applied, _, let kind) where !kind.isWrite:
      let text = "caught up: \(MessageText.assignment(of: version, cluster))"
      return make(
        names.name(of: replica), text,
        kind.leaderless == .stream ? "by sync" : kind.traits.means ?? "",
        .repair)
    case .ended(let operation):
      guard let report = OperationReport(operation, in: timeline.world) else { return nil }
      return make(report.answeredBy, report.request, report.shortOutcome, report.weight)
    case .hinted(let version, let replica, let target):
      let text = "keeps a hint for \(names.name(of: target)): \(MessageText.assignment(of: version, cluster))"
      return make(names.name(of: replica), text, "hint", .warning)
    case .hintExpired(let version, let replica, let target):
      let whose = replica == target ? "a hint" : "its hint for \(names.name(of: target))"
      let text = "drops \(whose), too old: \(MessageText.assignment(of: version, cluster))"
      return make(names.name(of: replica), text, "grace over", .warning)
    case .reaped(let version, let replica):
      return make(names.name(of: replica), "reaps a tombstone: \(MessageText.assignment(of: version, cluster))", "gone")
    case .handedBack(let version, let replica):
      let text = "has handed back what it held in others' places, and gives it up: "
      return make(names.name(of: replica), text + MessageText.assignment(of: version, cluster), "handed back", .good)
    case .liveness(let replica, let status):
      let isUp = status == .running
      return make(names.name(of: replica), "is \(isUp ? "running" : status.rawValue)", "", isUp ? .good : .bad)
    case .promoted(let replica):
      return make(names.name(of: replica), "becomes the primary", "promoted", .warning)
    case .replaced(let change):
      let isOnlyLog = change.isLogOnly
      return make(
        names.name(of: change.replica), change.words(names), isOnlyLog ? "log-only" : "follower",
        isOnlyLog ? .warning : .good)
    case .wiped(let replica):
      return make(names.name(of: replica), "has lost its disk", "", .bad)
    case .noticed(let coordinator, let replica, let isAlive):
      let text = "\(isAlive ? "can reach" : "can't reach") \(names.name(of: replica))"
      return make(names.name(of: coordinator), text, isAlive ? "" : "noticed", isAlive ? .good : .warning)
    case .delivered(let message, let departed):
      let route = MessageText.route(.message(message), cluster)
      let took = Quantity.figure(record.at - departed)
      return make(route, MessageText.contents(message, cluster), "after \(took)")
    case .lost(let message, let loss, _):
      let route = MessageText.route(.message(message), cluster)
      return make(route, MessageText.contents(message, cluster), "lost: \(loss.words)", .bad)
    case .clientMessageLost(let operation):
      return make("client", "a message of op \(operation.index) is lost", "lost", .bad)
    case .lacked(let operation, let replica, let origin):
      let text = "lacks what op \(operation.index)'s session knows by op \(origin.index)"
      return make(names.name(of: replica), text, "asks on", .warning)
    case .retried(let operation):
      return make("client", "op \(operation.index) is tried again", "", .warning)
    case .repaired(let round):
      guard let outcome = cluster.repairs.outcome(ofRound: round),
        outcome.origin != .schedule || outcome.ranges > 0 || !outcome.failures.isEmpty
      else { return nil }
      let summary = RepairSummary(outcome, in: cluster)
      return make("", summary.sentence, "", summary.weight)
    case .input(let position):
      guard let text = timeline.text(ofInputAt: position), !text.isEmpty else { return nil }
      let outcome = timeline.outcome(ofInputAt: position)
      return make("", Printable.escaped(text) + (outcome.isEmpty ? "" : " · \(outcome)"), "", .command)
    case .stored, .began, .closed, .step:
      return nil
    }
  }
}

extension Record.Loss {
  /// Why a message is gone, in words.
  package var words: String {
    switch self {
    case .cut: "link cut"
    case .network: "in the network"
    case .receiverDown: "receiver down"
    case .expired: "too late"
    case .overloaded: "queue full"
    case .dropped: "by hand"
    }
  }
}
