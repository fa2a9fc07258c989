import Insight
import Kernel
import Language
import Replication

/// Two branches of time side by side, as they stand: where they parted, and what differs.
public struct BranchComparison: Sendable {
  /// One line of the comparison.
  public struct Row: Hashable, Sendable {
    /// What is compared.
    public let name: String
    /// What the first branch has.
    public let first: String
    /// What the second has.
    public let second: String

    /// Whether they differ.
    public var differs: Bool { first != second }
  }

  /// How many keys are listed at most.
  private static let listedKeys = 12

  /// The branches' names.
  public let names: (first: String, second: String)
  /// Where they parted, in a sentence.
  public let parting: [String]
  /// Numbers that differ, and the time.
  public let facts: [Row]
  /// The copies of each key on which they differ.
  public let keys: [(name: String, copies: [Row])]
  /// How many more keys differ.
  public let moreKeys: Int

  /// Compares two branches by name; nil if there is none of one of the names.
  public init?(_ first: String, _ second: String, in timeline: Timeline) {
    var (one, other) = (timeline, timeline)
    guard one.switchTo(first), other.switchTo(second) else { return nil }
    names = (first, second)
    parting = Self.parting(one.branches[one.current], other.branches[other.current])
    let worlds = (one.world, other.world)
    let contexts = (
      FactContext(worlds.0, commands: 0, predictions: PredictionMemo()),
      FactContext(worlds.1, commands: 0, predictions: PredictionMemo())
    )
    let schemes = [worlds.0, worlds.1].map(\.cluster.scheme)
    let isOnPath = [contexts.0, contexts.1].contains { $0.cluster.environment.hasClientPath }
    let compared = FactCatalog.all.filter { fact in
      fact.arguments.isEmpty && fact.name != "commands" && (isOnPath || !fact.isOfPath) && !fact.isOfCost
        && schemes.allSatisfy { fact.isMeaningful(under: $0) }
    }
    let rows = compared.map { fact in
      func text(_ context: FactContext) -> String {
        fact.name == "time"
          ? Quantity.milliseconds(context.cluster.now.microseconds) : MetricText.text(fact, in: context)
      }
      return Row(name: fact.name, first: text(contexts.0), second: text(contexts.1))
    }
    facts = rows.filter { $0.differs || $0.name == "time" }
    let (left, right) = (worlds.0.cluster, worlds.1.cluster)
    var known: [String] = []
    for cluster in [left, right] {
      for key in cluster.catalogue.names.keys {
        let name = cluster.catalogue.names.name(of: key)
        if !known.contains(name), known.count < 1_000 { known.append(name) }
      }
    }
    var differing: [(name: String, copies: [Row])] = []
    for name in known {
      let copies = Self.rows(CopyReport.copies(of: name, in: left), CopyReport.copies(of: name, in: right))
      if copies.contains(where: \.differs) { differing.append((name, copies)) }
    }
    keys = Array(differing.prefix(Self.listedKeys))
    moreKeys = differing.count - keys.count
  }

  private static func rows(_ first: [CopyReport], _ second: [CopyReport]) -> [Row] {
    var places = first.map(\.replica)
    for copy in second where !places.contains(copy.replica) { places.append(copy.replica) }
    return places.map { place in
      func value(_ copies: [CopyReport]) -> String { copies.first { $0.replica == place }?.shownValue ?? "–" }
      return Row(name: place, first: value(first), second: value(second))
    }
  }

  /// The first thing that was told one branch and not the other; without one, the last event that both have seen.
  static func parting(_ first: Timeline.Branch, _ second: Timeline.Branch) -> [String] {
    func isSame(_ one: Timeline.TimedInput, _ other: Timeline.TimedInput) -> Bool {
      one.position == other.position && one.time == other.time && one.input == other.input
    }
    let common = zip(first.inputs, second.inputs).prefix { isSame($0, $1) }.count
    let next = (first.inputs.dropFirst(common).first, second.inputs.dropFirst(common).first)
    func words(_ branch: Timeline.Branch, _ input: Timeline.TimedInput?) -> String {
      let what = input.map { "\(Printable.escaped($0.text)) at \(Quantity.milliseconds($0.time.microseconds))" }
      return "  \(branch.name): \(what ?? "no further command")"
    }
    let positions = [next.0?.position, next.1?.position].compactMap { $0 }
    let parted = positions.min() ?? min(first.tip.position, second.tip.position)
    let isOne = next.0 == nil && next.1 == nil
    let sentence =
      isOne && first.tip.position == second.tip.position
      ? "They have not parted: both have seen the same \(CountedNoun("event").text(parted))."
      : "They parted after event \(parted):"
    return isOne ? [sentence] : [sentence, words(first, next.0), words(second, next.1)]
  }

  /// The comparison as a table; `≠` marks what differs.
  public var lines: [String] {
    func cells(_ row: Row, indent: String = "") -> [String] {
      [row.differs ? "≠" : "", indent + row.name, TextWidth.fit(row.first, 26), TextWidth.fit(row.second, 26)]
    }
    var rows = [["", "", names.first, names.second]] + facts.map { cells($0) }
    for key in keys {
      rows.append(["", Printable.escaped(key.name), "", ""])
      rows += key.copies.map { cells($0, indent: "  ") }
    }
    let more = moreKeys > 0 ? ["… and \(CountedNoun("more key").text(moreKeys))"] : []
    let none = keys.isEmpty ? ["All copies of all keys are the same on both."] : []
    return parting + [""] + Listing.table(rows) + more + none
  }
}
