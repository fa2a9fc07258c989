import Replication

/// The reference, generated from the catalogues: what `help`, `eventually commands` and `eventually facts` print.
public enum Reference {
  /// What else than a command can be asked about.
  public enum Topic: String, CaseIterable, Sendable {
    case facts, settings, levels, schemes

    /// The topic of that name; `level` and `scheme` as well, which are no fact's or setting's names.
    init?(named name: String) {
      switch name.lowercased() {
      case "level": self = .levels
      case "scheme": self = .schemes
      case let word:
        guard let topic = Self(rawValue: word) else { return nil }
        self = topic
      }
    }

    /// The words by which topics are asked about.
    static let words = allCases.map(\.rawValue) + ["level", "scheme"]
  }

  /// A list of all commands, or all about one, or about a topic.
  ///
  /// - Parameter scheme: the replication scheme in use, under which commands are what they are, and whose settings and levels are
  ///   listed; nil: those of all.
  public static func help(_ name: String?, under scheme: SchemeName? = nil) -> [String] {
    let settings = settings(under: scheme)
    if let topic = name.flatMap({ Topic(named: $0) }) {
      switch topic {
      case .facts: return facts
      case .settings: return settings
      case .levels: return levels(under: scheme)
      case .schemes: return schemes
      }
    }
    if let page = name.flatMap({ ProfileCatalog.page(of: $0) }) { return page }
    guard let name else { return overview }
    guard let command = CommandCatalog.named(name) else {
      let words = name.split(separator: " ").map(String.init)
      let isOfSet = words.count == 2 && words[0].lowercased() == "set"
      return subject(isOfSet ? words[1] : name, isOfSet: isOfSet) ?? overview
    }
    let use = scheme.map { command.use(under: $0) }
    var lines = (use?.usage ?? command.usage).flatMap(hanging) + [""] + wrap(command.summary, width)
    if !command.aliases.isEmpty { lines.append("Also: \(command.aliases.joined(separator: ", ")).") }
    if let scheme, !command.isOffered(under: scheme), let feature = command.feature {
      return lines + [""]
        + wrap(
          "The replication scheme \(scheme.rawValue) has no \(feature.rawValue), and so no `\(command.name)`"
            + "\(feature.instead(under: scheme)).", width)
    }
    let details = use?.details ?? command.details
    if command.name == "set" {
      lines += [""] + settings
    } else if !details.isEmpty {
      lines += [""] + wrap(details, width)
    }
    lines += examples(use?.examples ?? command.examples)
    guard scheme == nil else { return lines }
    for (scheme, use) in command.schemeUses {
      lines += ["", "Under \(scheme.rawValue):"] + use.usage.flatMap(hanging) + [""] + wrap(use.details, width)
      lines += examples(use.examples)
    }
    return lines
  }

  private static func examples(_ examples: [String]) -> [String] {
    examples.isEmpty ? [] : ["", "Examples:"] + examples.map { "  \($0)" }
  }

  /// All commands with their summaries, chapter by chapter.
  public static var overview: [String] {
    var lines: [String] = []
    for chapter in CommandSpecification.Chapter.allCases {
      let commands = CommandCatalog.all.filter { $0.chapter == chapter }
      guard !commands.isEmpty else { continue }
      if !lines.isEmpty { lines.append("") }
      lines.append(chapter.rawValue)
      for command in commands {
        lines.append("  " + TextWidth.pad(command.name, 12) + command.summary)
      }
    }
    return lines + [
      "", "`eventually commands NAME` explains one; at the prompt, `help NAME`.",
      "`help facts` lists what conditions are made of, `help settings` what `set` knows;",
      "`help schemes` the ways to replicate, `help levels` what stands behind `at`.",
    ]
  }

  /// All facts with their units and what they mean.
  public static var facts: [String] {
    let named = FactCatalog.all.map { [$0.usage, $0.unit.rawValue, $0.cost.rawValue, $0.summary] }
    let special = FactCatalog.special.map { [$0.usage, $0.unit, $0.cost.rawValue, $0.summary] }
    let costs = FactCost.allCases.map { "\($0.rawValue): \($0.summary)" }.joined(separator: "; ")
    return [
      "FACT … compared with == != < <= > >= contains, joined with and, or, not and parentheses.",
      "What a fact costs matters to `run until` and `breakpoint`, which ask after every event.",
      "\(costs). `converged` is asked at one key as long as that key settles it.", "",
    ]
      + Listing.table(named + special)
  }

  /// The settings that have a meaning: a scheme's own first, then those of all.
  private static func settings(under scheme: SchemeName?) -> [String] {
    func lines(_ isWanted: (SettingName) -> Bool) -> [String] {
      SettingCatalog.all.filter { isWanted($0.name) }.flatMap { setting in
        wrap("\(setting.name.rawValue) \(setting.usage)", width)
          + (wrap("default \(setting.standard). \(setting.summary)", width - 4) + wrap(setting.source, width - 4))
          .map { "    \($0)" }
      }
    }
    guard let scheme else { return lines { _ in true } }
    let own = lines { scheme.specification.settings.contains($0) }
    return (own.isEmpty ? [] : ["Settings of the replication scheme \(scheme.rawValue)", ""] + own + [""])
      + ["Settings of all schemes", ""] + lines { SettingName.general.contains($0) }
  }

  /// A usage broken into lines, of which all but the first are indented; one that is indented stays so.
  private static func hanging(_ usage: String) -> [String] {
    let indent = String(usage.prefix { $0 == " " })
    return TextWrap.lines(usage, width: width - max(4, indent.count)).enumerated().map {
      ($0 == 0 ? indent : "    ") + $1
    }
  }

  /// Text broken at blanks into lines of at most that width.
  public static func wrap(_ text: String, _ width: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
      paragraph.isEmpty ? [""] : TextWrap.lines(String(paragraph), width: width)
    }
  }
}
