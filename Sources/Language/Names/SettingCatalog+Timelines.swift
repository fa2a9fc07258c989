import Kernel
import Replication

extension SettingCatalog {
  /// Those of timelines into which posts are inserted.
  static let ofTimelines: [SettingSpecification] = [
    SettingSpecification(
      name: .fanoutBudget, usage: "RATE", standard: "350000/s",
      summary: "How many inserts into timelines a region's daemon makes for all posts together, which share it evenly.",
      source: "Twitter 2012: 30 thousand million a day, which is 347000/s."
    ) { .timelines(.budget(try $0.insertRate())) },
    SettingSpecification(
      name: .fanoutRate, usage: "RATE", standard: "100000/s",
      summary: "How many of them it makes for one post.",
      source: "Twitter 2012: up to 5 minutes to 31 million followers, which is 103000/s."
    ) { .timelines(.rate(try $0.insertRate())) },
    SettingSpecification(
      name: .pullAbove, usage: "N | off", standard: "off",
      summary:
        "Above how many followers of their author posts are not inserted but read from the store with each timeline.",
      source: "Twitter 2012 was moving there for its largest accounts; it named no number."
    ) { reader in
      if try reader.optionalKeyword("off") != nil { return .timelines(.pullAbove(nil)) }
      return .timelines(.pullAbove(try reader.wholeNumber(0...1_000_000_000)))
    },
    SettingSpecification(
      name: .timelineCap, usage: "N", standard: "800",
      summary: "How many posts a timeline keeps; the oldest go.", source: "Twitter 2012: 800."
    ) { .timelines(.cap(try $0.wholeNumber(1...100_000))) },
    SettingSpecification(
      name: .timelineSnapshot, usage: "on | off", standard: "off",
      summary: """
        Whether posts that a timeline has read from the store are inserted into the cached timeline from which it was read: what was \
        shown there stays, also when the replica that is asked next is behind.
        """,
      source: "None: a cure for merges that go backwards."
    ) { .timelines(.snapshot(try $0.keyword("on", "off") == "on")) },
  ]
}

extension CommandReader {
  /// Takes how many inserts a second a daemon makes.
  fileprivate mutating func insertRate() throws -> Int {
    let word = try peek()
    let (count, per) = try rate()
    let scaled = Int64(count).multipliedReportingOverflow(by: 1_000_000)
    let perSecond = scaled.overflow ? 0 : scaled.partialValue / per.microseconds
    guard (1...1_000_000_000).contains(perSecond) else {
      throw refused("a daemon makes from 1/s to 1000000000/s inserts", word?.span ?? SourceSpan(start: 0, length: 1))
    }
    return Int(perSecond)
  }
}
