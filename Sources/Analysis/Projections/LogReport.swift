import Insight
import Kernel
import Language
import Replication

/// One line of the log: what happened when, where, and what came of it.
public struct LogLine: Hashable, Sendable {
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

  /// When.
  public let at: Instant
  /// Where, such as `us1 → eu2`; empty for a command.
  public let place: String
  /// What.
  public let text: String
  /// What came of it, such as `stale read`; mostly empty.
  public let outcome: String
  /// How much it matters.
  public let weight: Weight
}

/// The latest things that happened, in words.
public enum LogReport {
  /// The lines before the last `skipped` ones, at most `count` of them, oldest first.
  ///
  /// Only what is shown is put into words: the history behind it may be long.
  public static func lines(_ count: Int, skipping skipped: Int = 0, in timeline: Timeline) -> [LogLine] {
    let trace = timeline.world.observer.trace
    var lines: [LogLine] = []
    var passed = 0
    var index = trace.count
    while index > 0, lines.count < count {
      index -= 1
      guard let line = line(for: trace[index], in: timeline) else { continue }
      if passed < skipped { passed += 1 } else { lines.append(line) }
    }
    return lines.reversed()
  }

  private static func line(for record: Record, in timeline: Timeline) -> LogLine? {
    let cluster = timeline.cluster
    let names = cluster.topology
    func make(_ place: String, _ text: String, _ outcome: String = "", _ weight: LogLine.Weight = .plain) -> LogLine {
      LogLine(at: record.at, place: place, text: text, outcome: outcome, weight: weight)
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
      return make(report.coordinator ?? "nobody", report.request, report.shortOutcome, report.weight)
    case .hinted(let version, let replica, let target):
      let text = "keeps a hint for \(names.name(of: target)): \(MessageText.assignment(of: version, cluster))"
      return make(names.name(of: replica), text, "hint", .warning)
    case .hintExpired(let version, let replica, let target):
      let whose = replica == target ? "a hint" : "its hint for \(names.name(of: target))"
      let text = "drops \(whose), too old: \(MessageText.assignment(of: version, cluster))"
      return make(names.name(of: replica), text, "grace over", .warning)
    case .reaped(let version, let replica):
      return make(names.name(of: replica), "reaps a tombstone: \(MessageText.assignment(of: version, cluster))", "gone")
    case .liveness(let replica, let status):
      let isUp = status == .running
      return make(names.name(of: replica), "is \(isUp ? "running" : status.rawValue)", "", isUp ? .good : .bad)
    case .wiped(let replica):
      return make(names.name(of: replica), "has lost its disk", "", .bad)
    case .noticed(let coordinator, let replica, let isAlive):
      let text = "\(isAlive ? "can reach" : "can't reach") \(names.name(of: replica))"
      return make(names.name(of: coordinator), text, isAlive ? "" : "noticed", isAlive ? .good : .warning)
    case .delivered(let message, let departed):
      let route = MessageText.route(.message(message), cluster)
      let took = Quantity.milliseconds((record.at - departed).microseconds, decimals: 1)
      return make(route, MessageText.contents(message, cluster), "after \(took)")
    case .lost(let message, let loss, _):
      let route = MessageText.route(.message(message), cluster)
      return make(route, MessageText.contents(message, cluster), "lost: \(loss.words)", .bad)
    case .clientMessageLost(let operation):
      return make("client", "a message of op \(operation.index) is lost", "lost", .bad)
    case .lacked(let operation, let replica, let origin):
      let text = "lacks what op \(operation.index)'s session knows by op \(origin.index)"
      return make(names.name(of: replica), text, "asks on", .warning)
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
