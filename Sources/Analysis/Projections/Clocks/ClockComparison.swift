import Insight
import Kernel
import Language
import Replication

/// Two versions of a key side by side: writer by writer, and what follows from it.
public struct ClockComparison: Hashable, Sendable {
  /// What both know of one writer.
  public struct Component: Hashable, Sendable {
    /// The writer.
    public let writer: String
    /// How many of its updates the first version includes.
    public let first: UInt32
    /// How many the other includes.
    public let second: UInt32
    /// Whether it decides: the update that made either version is among the ones that the other might include.
    public let isDecisive: Bool

    /// How the first stands to the other.
    public var sign: String { first == second ? "=" : first < second ? "<" : ">" }
  }

  /// How the first version stands to the other.
  public enum Standing: String, Hashable, Sendable {
    case equal, before, after, concurrent

    /// As a sign.
    public var sign: String {
      switch self {
      case .equal: "="
      case .before: "<"
      case .after: ">"
      case .concurrent: "‖"
      }
    }
  }

  /// Writer by writer.
  public let components: [Component]
  /// How the first version stands to the other.
  public let standing: Standing
  /// Why, in a sentence.
  public let reason: String
  /// What becomes of the two where they meet, in a sentence.
  public let consequence: String

  init(
    _ first: ClocksReport.Version, _ second: ClocksReport.Version, writers: [String], key: KeyID, in cluster: Cluster
  ) {
    let relation = cluster.catalogue.relation(first.id, second.id)
    let dots = [first, second].map { $0.dot.split(separator: ":").first.map(String.init) ?? "" }
    let components = writers.indices.map { index in
      Component(
        writer: writers[index], first: first.counters[index], second: second.counters[index],
        isDecisive: dots.contains(writers[index]))
    }.filter { $0.first > 0 || $0.second > 0 }
    self.components = components
    standing = Standing(rawValue: relation.rawValue) ?? .equal
    reason = Self.reason(relation, first, second, components)
    consequence = Self.consequence(relation, first, second, key, cluster)
  }

  // MARK: Why

  private static func reason(
    _ relation: Relation, _ first: ClocksReport.Version, _ second: ClocksReport.Version, _ components: [Component]
  ) -> String {
    switch relation {
    case .equal:
      return first.number == second.number
        ? "The same version." : "Equal: every counter is the same, so both have seen the same updates."
    case .before:
      return "Before: \(knowledge(of: second, about: first, components.map { ($0.writer, $0.second, $0.first) }))"
    case .after:
      return "After: \(knowledge(of: first, about: second, components.map { ($0.writer, $0.first, $0.second) }))"
    case .concurrent:
      let leads = [components.filter { $0.first > $0.second }, components.filter { $0.first < $0.second }]
      guard let ahead = leads[0].first, let behind = leads[1].first else {
        // A dot without its context: the counters don't tell, what its writer had seen does.
        return
          "Concurrent: \(name(of: first)) is \(first.dot) and \(name(of: second)) is \(second.dot); the counters look ordered, "
          + "but neither's writer had seen the other: each dot lies outside the other's context."
      }
      return
        "Concurrent: neither had seen the other. \(name(of: first)) leads at \(ahead.writer) (\(ahead.first) > \(ahead.second)), "
        + "\(name(of: second)) leads at \(behind.writer) (\(behind.second) > \(behind.first))."
    }
  }

  /// Why the one that knows the other comes after it.
  private static func knowledge(
    of later: ClocksReport.Version, about earlier: ClocksReport.Version,
    _ counters: [(writer: String, later: UInt32, earlier: UInt32)]
  ) -> String {
    let ahead = counters.filter { $0.later > $0.earlier }
    let lead = ahead.prefix(3).map { "\($0.writer) \($0.later) > \($0.earlier)" }.joined(separator: ", ")
    let seen =
      earlier.dot.isEmpty ? "all that \(name(of: earlier)) is made of" : "\(name(of: earlier)) (\(earlier.dot))"
    let rest = lead.isEmpty ? "" : "; no counter of it is lower, and \(lead)"
    let maker = later.dot.isEmpty ? "\(name(of: later)) has taken in" : "whoever made \(name(of: later)) had seen"
    return "\(maker) \(seen)\(rest)."
  }

  private static func name(of version: ClocksReport.Version) -> String {
    TextWidth.fit(version.value, 24)
  }

  // MARK: What becomes of them

  private static func consequence(
    _ relation: Relation, _ first: ClocksReport.Version, _ second: ClocksReport.Version, _ key: KeyID,
    _ cluster: Cluster
  ) -> String {
    if first.number == second.number { return "" }
    if cluster.scheme.features.contains(.logs) { return succession(first, second, cluster) }
    let form = cluster.environment.form(of: key)
    guard form == .lastWriterWins else { return merging(relation, first, second, form) }
    let isFirst = cluster.catalogue.wins(first.id, over: second.id)
    let (winner, loser) = isFirst ? (first, second) : (second, first)
    let stamps = "\(winner.timestamp ?? 0) µs against \(loser.timestamp ?? 0) µs"
    let isKnown = relation == .before && !isFirst || relation == .after && isFirst
    let tie = winner.timestamp == loser.timestamp
    if cluster.scheme.precedence == .log {
      return
        "\(name(of: winner)) stands later in the log that copies follow, and replaces \(name(of: loser)) where they meet."
    }
    let verdict =
      tie
      ? "Both have the timestamp \(winner.timestamp ?? 0) µs; the tie goes to \(name(of: winner))"
      : "The last writer wins: \(name(of: winner)), \(stamps)"
    switch relation {
    case .equal: return ""
    case .concurrent: return "\(verdict). \(name(of: loser)) is given up wherever the two meet, unseen."
    case .before, .after:
      return isKnown
        ? "\(verdict). It replaces what it had seen."
        : "\(verdict), though \(name(of: loser)) was made later, knowing it: a clock was wrong."
    }
  }

  /// In a log the place decides, and no timestamp.
  private static func succession(
    _ first: ClocksReport.Version, _ second: ClocksReport.Version, _ cluster: Cluster
  ) -> String {
    let catalogue = cluster.catalogue
    func place(_ version: ClocksReport.Version, _ position: LogPosition) -> String {
      "\(name(of: version)) at offset \(position.offset), epoch \(position.epoch)"
    }
    guard let one = catalogue.position(of: first.id), let other = catalogue.position(of: second.id) else {
      let missing = catalogue.position(of: first.id) == nil ? first : second
      return "No leader has appended \(name(of: missing))."
    }
    guard catalogue.home(of: first.id) == catalogue.home(of: second.id) else {
      return "Each stands in the log of its own region: the two never meet."
    }
    let isFirst = (one.epoch, one.offset) > (other.epoch, other.offset)
    let (later, earlier) =
      isFirst ? (place(first, one), place(second, other)) : (place(second, other), place(first, one))
    return "In a log the later place counts, by epoch and offset, and no timestamp: \(later), \(earlier)."
  }

  private static func merging(
    _ relation: Relation, _ first: ClocksReport.Version, _ second: ClocksReport.Version, _ form: ValueForm
  ) -> String {
    let (older, newer) = relation == .after ? (second, first) : (first, second)
    switch relation {
    case .equal: return "Nothing is left to merge."
    case .before, .after: return "Where they meet, \(name(of: newer)) stays: it has taken in \(name(of: older))."
    case .concurrent:
      switch form {
      case .counter, .growCounter:
        return "Where they meet, each replica's larger amount counts: nothing is counted twice."
      case .growSet, .twoPhaseSet: return "Where they meet, the sets of additions and of removals are united."
      case .orSet: return "Where they meet, an element stays unless the side without it had seen its addition."
      case .row: return "Where they meet, each column's later write stays; a delete of the row hides what is older."
      case .plainSiblings: return "Where they meet, all values of both stay, side by side."
      case .siblings, .mvRegister, .lastWriterWins:
        return "Where they meet, every value stays that the other side had not seen: siblings."
      }
    }
  }
}
