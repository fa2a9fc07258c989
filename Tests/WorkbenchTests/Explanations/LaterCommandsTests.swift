import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// What `why` proposes is tried with all that was commanded while the operation went on: what came later may be what it waited for.
@Suite("What would have helped, in a queue") struct LaterCommandsTests {
  /// Operation 5, a read that waits behind one that is being served, and behind what is asked of some replicas after it, as the
  /// latest is served first.
  private static func explanation(crowding replicas: [String]) throws -> Explanation {
    let earlier = ["us1", "us2", "us3"].map { "async read k at ONE via \($0)" }
    let later = (0..<12).flatMap { _ in replicas.map { "async read k at ONE via \($0)" } }
    let played = try play(
      """
      cluster us-east-1:3
      write k v at ALL
      run 5s
      set processing-time 100ms
      set shed lifo
      set read-timeout 450ms
      \((earlier + ["async read k at ONE via us1"] + later).joined(separator: "\n"))
      await
      """)
    #expect(played[5]?.outcome == .timeout)
    return try #require(Explanation(of: 5, in: played.session.timeline))
  }

  @Test("a remedy isn't claimed that helps only where nothing came later, nor that nothing would have helped")
  func notClaimed() throws {
    let explanation = try Self.explanation(crowding: ["us1", "us2", "us3"])
    #expect(explanation.remedies.isEmpty, "\(explanation.remedies.map(\.change))")
    #expect(!explanation.chapters.contains { $0.heading.hasPrefix("What would have been answered") })
  }

  @Test("one that helps in spite of it is") func claimed() throws {
    let explanation = try Self.explanation(crowding: ["us1"])
    #expect(explanation.remedies.map(\.change) == ["via us2"])
  }
}
