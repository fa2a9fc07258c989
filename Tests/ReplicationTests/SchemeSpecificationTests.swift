import Testing

@testable import Replication

/// What a replication scheme says of itself, whichever it is.
@Suite struct SchemeSpecificationTests {
  /// A scheme whose reads and writes have no level in common.
  private let apart = SchemeSpecification(
    summary: "", readLevels: LevelChoice([.one, .two], standard: .one),
    writeLevels: LevelChoice([.any, .all], standard: .all), ladder: [])

  @Test func aLevelThatOnlyOneSideHasLeavesTheOtherAtItsDefault() {
    #expect(apart.pair(naming: .any) == LevelPair(write: .any, read: .one))
    #expect(apart.pair(naming: .two) == LevelPair(write: .all, read: .two))
    #expect(SchemeSpecification.leaderless.pair(naming: .quorum) == nil, "both sides have it")
  }

  @Test func aPairIsNamedByWhatHasAName() {
    #expect(LevelPair(write: .quorum, read: .quorum).name == "QUORUM")
    #expect(LevelPair(write: .all, read: .one).name == "ALL/ONE")
    #expect(LevelPair(write: .fixed, read: .one).name == "ONE")
    #expect(LevelPair(write: .fixed, read: .fixed).name.isEmpty)
  }

  @Test func aSettingIsEverySchemesOrItsOwn() {
    #expect(SettingName.general.allSatisfy(apart.has) && !apart.has(.hints))
    #expect(SchemeSpecification.log.has(.minInSync) && !SchemeSpecification.log.has(.hints))
    for name in SettingName.allCases {
      #expect(SchemeName.allCases.contains { $0.specification.has(name) }, "\(name.rawValue) is nobody's")
    }
  }
}
