import Replication
import Testing

@testable import Language

/// What the command language takes of a replication scheme.
@Suite struct SchemeTests {
  private func refusal(_ command: String) -> String? {
    do {
      _ = try CommandParser.parse(command, in: .standard)
      return nil
    } catch { return "\(error)" }
  }

  @Test func aClusterNamesItsScheme() throws {
    for text in ["cluster a:3 scheme=leaderless", "cluster a:3 rf=3 scheme=leaderless"] {
      guard case .input(.setUp(let plan))? = try CommandParser.parse(text, in: .standard) else {
        Issue.record("\(text) sets nothing up")
        continue
      }
      #expect(plan.scheme == .leaderless && plan.regions.map(\.factor) == [3])
    }
  }

  @Test(arguments: ["cluster a:3 scheme=paxos", "cluster a:3 scheme=", "cluster a:3 scheme=Leaderless"])
  func anUnknownSchemeIsRefusedWithTheListOfThoseThereAre(command: String) throws {
    let reason = try #require(refusal(command))
    for scheme in SchemeName.allCases { #expect(reason.contains(scheme.rawValue)) }
  }

  @Test(arguments: [
    "cluster scheme=leaderless", "cluster a:3 scheme=leaderless rf=3", "cluster a:3 scheme=leaderless b:3",
  ])
  func aSchemeStandsLast(command: String) { #expect(refusal(command) != nil) }

  @Test func whoeverAsksForWhatAnotherSchemeHasIsToldWhich() throws {
    let cluster = Cluster(
      ClusterPlan(regions: [ClusterPlan.Region(name: "a", replicas: 3, factor: 3)], scheme: .log), seed: 1)
    let context = NameContext(cluster: cluster)
    for (command, end) in [
      ("follow bob alice", "has no timelines, and so no `follow`; leaderless and streams do"),
      ("flush all", "has no caches, and so no `flush`; primary-cache does"),
    ] {
      let error = #expect(throws: LanguageError.self) { try CommandParser.parse(command, in: context) }
      #expect("\(try #require(error))".contains(end), "\(String(describing: error))")
    }
  }

  @Test func everySettingMeansSomethingUnderSomeScheme() {
    for setting in SettingName.allCases {
      #expect(SchemeName.allCases.contains { $0.specification.has(setting) }, "\(setting)")
      #expect(SettingCatalog.named(setting.rawValue)?.name == setting)
    }
    #expect(SettingCatalog.all.count == SettingName.allCases.count)
  }

  @Test func whatHoldsWhereNothingIsSaidIsOneOfTheChoices() {
    for scheme in SchemeName.allCases.map(\.specification) {
      for choice in [scheme.readLevels, scheme.writeLevels, scheme.conditionLevels ?? .none] {
        #expect(choice.all.contains(choice.standard))
        #expect(Set(choice.all).count == choice.all.count)
      }
      #expect(!scheme.ladder.isEmpty)
      for pair in scheme.ladder {
        #expect(scheme.writeLevels.all.contains(pair.write) && scheme.readLevels.all.contains(pair.read))
      }
    }
  }

  @Test func aLevelIsOfReadsOrOfWritesAsItsSchemeSays() {
    for scheme in SchemeName.allCases {
      let specification = scheme.specification
      for level in ConsistencyLevel.allCases {
        guard let name = level.name else { continue }
        let allowed = (
          read: specification.readLevels.all.contains(level), write: specification.writeLevels.all.contains(level)
        )
        let cluster = Cluster(
          ClusterPlan(regions: [ClusterPlan.Region(name: "a", replicas: 3, factor: 3)], scheme: scheme), seed: 1)
        let context = NameContext(cluster: cluster)
        #expect(((try? CommandParser.parse("read k at \(name)", in: context)) != nil) == allowed.read, "\(name)")
        #expect(((try? CommandParser.parse("write k v at \(name)", in: context)) != nil) == allowed.write, "\(name)")
      }
    }
  }
}
