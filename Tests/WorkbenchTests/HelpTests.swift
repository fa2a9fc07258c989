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

  @Test("suggests the nearest name") func nearest() {
    #expect(Reference.nearest(to: "dns-tll") == "dns-ttl" && Reference.nearest(to: "fanout.backlg") == "fanout.backlog")
    #expect(Reference.nearest(to: "local_quorun") == "LOCAL_QUORUM")
  }
}
