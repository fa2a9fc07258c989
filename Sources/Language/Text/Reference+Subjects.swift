import Replication

/// What else than commands and whole lists can be asked about by name: each setting, fact and level.
extension Reference {
  /// The width into which texts are broken: what fits where they lie over a screen of 80 columns.
  static let width = 74

  /// Every name that `help` knows, for suggestions where a word is none of them.
  package static var names: [String] {
    CommandCatalog.all.map(\.name) + Topic.allCases.map(\.rawValue) + SettingCatalog.all.map(\.name.rawValue)
      + FactCatalog.all.map(\.name) + FactCatalog.special.map { word($0.usage) }
      + ConsistencyLevel.allCases.compactMap(\.name) + SchemeName.allCases.map(\.rawValue)
  }

  /// What is nearest to a word that `help` doesn't know; nil if nothing is near.
  public static func nearest(to word: String) -> String? { NearestWord.to(word, among: names + ProfileCatalog.names) }

  /// What is to be said of a word that `help` doesn't know: what is nearest, or which names tell of something by that word.
  ///
  /// - Parameter help: how somebody asks about a name.
  public static func unknown(_ word: String, asking help: String) -> String {
    let known = "there is no command, setting, fact, level, scheme or profile `\(Printable.escaped(word))`"
    if let nearest = nearest(to: word) { return "\(known); did you mean `\(nearest)`?" }
    let names = telling(of: word)
    guard !names.isEmpty else { return "\(known); `\(help)` lists the commands" }
    return "\(known); of that tell \(names.map { "`\(help) \($0)`" }.joined(separator: ", "))"
  }

  /// The names of commands, settings, facts and schemes whose words have one that begins alike: at most four.
  private static func telling(of word: String) -> [String] {
    let stem = word.lowercased().prefix(max(4, word.count - 3))
    guard stem.count >= 4, stem.allSatisfy(\.isLetter) else { return [] }
    let texts =
      SchemeName.allCases.map { ($0.rawValue, [$0.specification.summary]) }
      + SettingCatalog.all.map { ($0.name.rawValue, [$0.summary]) }
      + CommandCatalog.all.filter { $0.name != "set" }.map { command in
        (command.name, [command.summary, command.details] + command.schemeUses.map(\.use.details))
      } + FactCatalog.all.map { ($0.name, [$0.summary]) }
    var names: [String] = []
    for (name, words) in texts where !names.contains(name) {
      let isTold = words.contains { text in
        text.lowercased().split { !$0.isLetter }.contains { $0.hasPrefix(stem) }
      }
      if isTold { names.append(name) }
    }
    return Array(names.prefix(4))
  }

  /// Whether `help` knows a word.
  public static func knows(_ word: String) -> Bool {
    CommandCatalog.named(word) != nil || Topic(named: word) != nil || subject(word) != nil
      || ProfileCatalog.page(of: word) != nil
  }

  /// All about a setting, a fact or a level; nil if there is none of that name.
  ///
  /// - Parameter isOfSet: whether `set` stands before it: then only settings come into question.
  package static func subject(_ name: String, isOfSet: Bool = false) -> [String]? {
    let lower = name.lowercased()
    if let setting = SettingCatalog.all.first(where: { $0.name.rawValue == lower }) { return lines(of: setting) }
    guard !isOfSet else { return nil }
    if let fact = FactCatalog.named(name) ?? FactCatalog.named(lower) {
      return block(fact.usage, fact.summary, ["Its value: \(fact.unit.rawValue). It costs: \(fact.cost.rawValue)."])
    }
    if let special = FactCatalog.special.first(where: { word($0.usage) == lower }) {
      return block(special.usage, special.summary, ["It costs: \(special.cost.rawValue)."])
    }
    if let scheme = SchemeName(rawValue: lower) { return lines(of: scheme) }
    return ConsistencyLevel.allCases.first { $0.name?.lowercased() == lower }.map { lines(of: $0) }
  }

  /// The name of a fact with a form of its own.
  private static func word(_ usage: String) -> String { String(usage.prefix { $0 != "(" }) }

  private static func block(_ title: String, _ summary: String, _ rest: [String]) -> [String] {
    wrap(title, width) + [""] + wrap(summary, width) + rest.flatMap { wrap($0, width) }
  }

  private static func lines(of setting: SettingSpecification) -> [String] {
    let schemes = SchemeName.allCases.filter { $0.specification.has(setting.name) }
    let isEverywhere = schemes.count == SchemeName.allCases.count
    return block(
      "set \(setting.name.rawValue) \(setting.usage)", setting.summary,
      ["Default: \(setting.standard).", setting.source]
        + (isEverywhere ? [] : ["Scheme: \(schemes.map(\.rawValue).joined(separator: ", "))."]))
  }

  private static func lines(of level: ConsistencyLevel) -> [String] {
    block("at \(level.name ?? "")", level.summary, [uses(of: level)])
  }

  /// Under which schemes a level can be asked for, and of what.
  public static func uses(of level: ConsistencyLevel) -> String {
    let uses = SchemeName.allCases.compactMap { scheme -> String? in
      let specification = scheme.specification
      let sides = [
        (specification.readLevels.all, "reads"), (specification.writeLevels.all, "writes"),
        (specification.conditionLevels?.all ?? [], "conditional writes"),
      ].filter { $0.0.contains(level) }.map(\.1)
      return sides.isEmpty ? nil : "\(scheme.rawValue): \(sides.joined(separator: ", "))"
    }
    return "For \(uses.joined(separator: "; "))."
  }
}

extension ConsistencyLevel {
  /// What it asks for, in a sentence.
  public var summary: String {
    switch self {
    case .any:
      "One answer, or a hint that the coordinator keeps for an owner that is down: nobody may be able to read it yet."
    case .one: "One copy's answer, of any region."
    case .two: "Two copies' answers, of any region."
    case .three: "Three copies' answers, of any region."
    case .localOne: "One copy's answer, of the coordinator's region."
    case .quorum: "The answers of most copies of all regions together."
    case .localQuorum: "The answers of most copies of the coordinator's region."
    case .eachQuorum: "The answers of most copies of each region."
    case .all: "The answers of all copies."
    case .serial:
      "A transaction among the copies of all regions (Paxos): most of them agree on one order of conditional writes."
    case .localSerial: "A transaction among the copies of the coordinator's region (Paxos)."
    case .fixed: "What the scheme always does."
    case .eventual: "Any copy of the region, by lot: it may be behind its leader."
    case .strong: "The leader of the key's partition, with all that it has committed."
    case .acks0: "The producer waits for nobody: it is acknowledged as it is sent, whatever becomes of it."
    case .acks1: "The leader has appended it; its followers may not have it yet."
    case .acksAll: "All that are in sync have it, and they are at least `min-insync`."
    case .committed: "The leader's answer, up to its high watermark."
    case .follower: "The answer of a follower in sync, up to the high watermark that it knows."
    case .cached: "The caches' answer: the follower tier's, else the leader cache's, else the database's."
    case .critical: "The primary's database, past all caches; nothing is filled."
    }
  }
}
