import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What `help` knows by name: commands, settings, facts and levels.
@Suite("Help") struct HelpTests {
  @Test("tells of every setting, with and without `set`, of every fact and of every level") func names() {
    for setting in SettingCatalog.all.map(\.name.rawValue) {
      #expect(
        Reference.help(setting).first?.hasPrefix("set \(setting)") == true || CommandCatalog.named(setting) != nil)
      #expect(Reference.help("set \(setting)").first?.hasPrefix("set \(setting)") == true)
    }
    for fact in FactCatalog.all.map(\.name) where CommandCatalog.named(fact) == nil {
      #expect(Reference.help(fact).count < 12 && Reference.knows(fact), "\(fact)")
    }
    for fact in ["op", "ever", "count", "latency", "guarantee", "predicted"] {
      #expect(Reference.knows(fact), "\(fact)")
    }
    for level in ConsistencyLevel.allCases.compactMap(\.name) {
      #expect(Reference.help(level).first == "at \(level)" && Reference.help(level).last?.contains("For ") == true)
    }
  }

  @Test("fits into 80 columns, whatever is asked") func width() {
    let texts = Reference.names.map { Reference.help($0) } + [Reference.help("settings"), Reference.help("set")]
    for line in texts.joined() where !Reference.facts.contains(line) {
      #expect(TextWidth.of(line) <= 80, "\(line)")
    }
  }

  @Test("knows the scheme in use: what is shown is accepted there", arguments: SchemeName.allCases)
  func examples(scheme: SchemeName) throws {
    var names = NameContext.standard
    let regions = "us-east-1:3 eu-west-1:3 ap-south-1:3"
    names.follow(try #require(try CommandParser.parse("cluster \(regions) scheme=\(scheme.rawValue)", in: names)))
    names.isPrompt = true
    var count = 0
    for command in CommandCatalog.all {
      let help = Reference.help(command.name, under: scheme)
      guard let start = help.firstIndex(of: "Examples:") else { continue }
      for example in help[(start + 1)...].prefix(while: { $0.hasPrefix("  ") }) {
        #expect(throws: Never.self, "\(example)") { try #require(try CommandParser.parse(example, in: names)) }
        count += 1
      }
    }
    #expect(count > 40)
    for name in ["write", "read", "delete", "load"] {
      let help = Reference.help(name, under: scheme)
      #expect(help.contains("Examples:"), "\(name)")
      let levels = ConsistencyLevel.allCases.compactMap(\.name)
      let own =
        scheme.specification.readLevels.all + scheme.specification.writeLevels.all
        + (scheme.specification.conditionLevels?.all ?? [])
      for word in help.joined(separator: " ").split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
      where levels.contains(String(word)) {
        #expect(own.contains { $0.name == String(word) }, "\(word) is no level under \(scheme)")
      }
    }
  }

  @Test("tells of schemes, levels and profiles, and where a word is told of that is no name") func topics() {
    for scheme in SchemeName.allCases {
      let help = Reference.help(scheme.rawValue)
      #expect(Reference.knows(scheme.rawValue) && help.contains { $0.contains("scheme=\(scheme.rawValue)") })
      for setting in scheme.specification.settings {
        #expect(help.joined(separator: " ").contains(setting.rawValue), "\(setting)")
      }
      #expect(Reference.help("schemes").contains(scheme.rawValue) && Reference.help("scheme").contains(scheme.rawValue))
      let levels = Reference.help("levels", under: scheme)
      for level in scheme.specification.readLevels.all.names { #expect(levels.contains(level)) }
    }
    for profile in ProfileCatalog.names { #expect(Reference.knows(profile) && Reference.help(profile).count > 10) }
    #expect(Reference.unknown("promotion", asking: "help").contains("; of that tell `help "))
    #expect(Reference.unknown("strems", asking: "help").hasSuffix("did you mean `streams`?"))
    #expect(Reference.unknown("xyzzyx", asking: "help").hasSuffix("`help` lists the commands"))
    let settings = Reference.help("settings", under: .streams)
    let (own, general) = (
      settings.firstIndex { $0.hasPrefix("stream-capacity") } ?? .max,
      settings.firstIndex { $0.hasPrefix("read-timeout") } ?? 0
    )
    #expect(own < general)
  }

  @Test("says where a scheme lacks a command, and what does the same there") func lacking() {
    let help = Reference.help("kill-leader", under: .primaryCache).joined(separator: " ")
    #expect(help.contains("primary-cache has no leaders of partitions"))
    #expect(help.contains("`crash` the primary's database"))
  }

  @Test("suggests the nearest name") func nearest() {
    #expect(Reference.nearest(to: "dns-tll") == "dns-ttl" && Reference.nearest(to: "fanout.backlg") == "fanout.backlog")
    #expect(Reference.nearest(to: "local_quorun") == "LOCAL_QUORUM")
  }
}
