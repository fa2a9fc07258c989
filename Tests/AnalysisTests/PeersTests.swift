import Foundation
import Insight
import Testing

@testable import Analysis
@testable import Language

/// Histories of others, with the verdicts that others have published: `vectors/peers`.
@Suite struct PeersTests {
  struct Expected: Decodable, Sendable {
    let linearizable: Bool?
    let wanted: String?
  }

  private static func data(_ name: String) throws -> Data {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/peers/\(name)", withExtension: nil))
    return try Data(contentsOf: url)
  }

  static let expected = (try? JSONDecoder().decode([String: Expected].self, from: data("expected.json"))) ?? [:]
  static let judged = expected.filter { $0.value.linearizable != nil }.keys.sorted()

  @Test func thereAreHistories() { #expect(Self.expected.count == 172 && Self.judged.count == 153) }

  @Test(arguments: judged) func aHistoryGetsThePublishedVerdict(name: String) throws {
    let verdicts = HistoryVerdicts(try HistoryFile(try Self.data(name), file: name))
    let isLinearizable = Self.expected[name]?.linearizable == true
    let verdict = verdicts.verdicts[0].verdict
    #expect(verdict.isHeld == isLinearizable && verdict.isBroken == !isLinearizable)
  }

  @Test(arguments: expected.filter { $0.value.wanted != nil }.keys.sorted())
  func anOddFileIsTakenOrRefusedAsItShould(name: String) throws {
    let wanted = try #require(Self.expected[name]?.wanted)
    if wanted.hasPrefix("65"), !wanted.contains("nothing to judge") {
      let error = #expect(throws: Diagnostic.self) { try HistoryFile(try Self.data(name), file: name) }
      #expect((1...2).contains(error?.line.number ?? 0))
      if wanted.contains("txn") { #expect(error?.message.contains("`txn`") == true) }
      return
    }
    let verdicts = HistoryVerdicts(try HistoryFile(try Self.data(name), file: name))
    switch verdicts.outcome {
    case .kept: #expect(!wanted.contains("exit 1") && !wanted.hasPrefix("65"))
    case .broken: #expect(wanted.contains("exit 1") || name.hasSuffix("r_w.jsonl"))
    case .nothing: #expect(wanted.hasPrefix("65"))
    }
    if name.contains("nem") { #expect(verdicts.lines.last?.contains("of a nemesis") == true) }
  }
}
