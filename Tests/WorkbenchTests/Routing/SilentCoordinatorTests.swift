import Foundation
import Insight
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// What is said of a coordinator that was asked and never took the request up, or that could not be asked.
@Suite struct SilentCoordinatorTests {
  private static let operations = [
    "read k at TWO", "write k v at ONE", "delete k at ALL", "write k v at SERIAL if absent", "read k at SERIAL",
    "read k at EACH_QUORUM", "add s e at QUORUM", "increment n by 1 at QUORUM", "write k v at ANY",
  ]
  private static let types = "type s or-set\ntype n counter\n"

  private func why(_ played: Played) throws -> String {
    try #require(Explanation(of: played.last.id, in: played.session.timeline)).lines(width: 500).joined(separator: "\n")
  }

  /// The request is on its way for half a millisecond; what then keeps it from being taken up has nothing to do with copies.
  @Test(arguments: operations, ["cut us-east-1 eu-west-1", "crash eu1", "pause eu1"])
  func whoNeverTookTheRequestUpIsSaidNotToHaveAnswered(operation: String, fault: String) throws {
    let played = try play("\(Self.types)async \(operation) in us-east-1 via eu1\n\(fault)\nawait")
    let report = played.last
    #expect((report.outcome, report.coordinator) == (.timeout, "eu1"))
    #expect(report.shortfall == "eu1 did not answer")
    let said = [
      report.result, report.shortOutcome, report.sentence(in: played.session.timeline.world),
      TextReport(isColored: false).lines(for: .operation(report)).map(\.text).joined(separator: "\n"),
    ]
    for text in said { #expect(text.contains("eu1") && !text.contains("0 of 0"), "\(text)") }
    let text = try why(played)
    #expect(text.contains("eu1 did not answer"), "\(text)")
    #expect(!text.contains("came in time"), "\(text)")
    #expect(text.contains(fault), "\(text)")
  }

  /// One that crashed over it had asked, and what it was told is gone with it.
  @Test(arguments: ["write k v at ALL", "read k at ALL", "delete k at QUORUM", "add s e at ALL"])
  func whoCrashedOverItHadAsked(operation: String) throws {
    let played = try play("\(Self.types)async \(operation) in us-east-1 via eu1\nrun 45ms\ncrash eu1\nawait")
    #expect(played.last.shortfall == "eu1 did not answer")
    let text = try why(played)
    #expect(text.contains("eu1, which coordinated, had stopped: `crash eu1`") && !text.contains("0 of 0"), "\(text)")
  }

  /// What others answered waits for a coordinator that was paused: it is not they who kept the client waiting.
  @Test(arguments: ["read k at ALL", "write k v at ALL", "delete k at ALL"])
  func whoWasPausedOverItKeepsAnswersWaiting(operation: String) throws {
    let text = try why(try play("async \(operation) in us-east-1 via eu1\nrun 45ms\npause eu1\nawait"))
    #expect(text.contains("eu1, which coordinated, was paused: `pause eu1`"), "\(text)")
    #expect(!text.contains("had not got to it"), "\(text)")
  }

  /// One that did take it up counts the answers that it had.
  @Test func whoTookItUpCountsItsAnswers() throws {
    let played = try play("cut us-east-1 eu-west-1\ncut us-east-1 ap-south-1\nwrite k v at ALL")
    #expect(played.last.shortfall == "3 of 9 answered")
  }

  /// Nobody but the one named by `via` came into question: of the others nothing is said that isn't so.
  @Test(arguments: operations, ["cut us-east-1 eu-west-1", "crash eu1", "pause eu1"])
  func whoCannotReachTheOneItNamesIsToldOfThatOneOnly(operation: String, fault: String) throws {
    let played = try play("\(Self.types)\(fault)\n\(operation) in us-east-1 via eu1")
    #expect((played.last.outcome, played.last.coordinator) == (.unavailable, nil))
    #expect(played.last.shortfall == "cannot reach eu1")
    let text = try why(played)
    let reasons = try #require(text.components(separatedBy: "Why it could not be reached\n").last)
    let reason = try #require(reasons.split(separator: "\n").first)
    #expect(text.contains("as `via eu1` says, and cannot reach it"), "\(text)")
    #expect(reason.contains("eu1: ") && reason.contains(fault) && !reason.contains("us2"), "\(text)")
  }
}
