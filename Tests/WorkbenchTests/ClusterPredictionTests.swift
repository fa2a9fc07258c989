import Foundation
import Kernel
import Replication
import Testing

@testable import Language
@testable import Workbench

/// Predictions for the present cluster, beside what was observed in it.
@Suite struct ClusterPredictionTests {
  private func shown(_ script: String) throws -> [String] { try play(script).shown }

  private func cells(_ line: String) -> [String] {
    line.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  @Test func whatIsPredictedIsWhatIsObserved() throws {
    let lines = try shown(
      """
      cluster us-east-1:3
      link us-east-1 us-east-1 exponential(5ms)
      set read-repair off
      load 1000/s for 20s keys 200 poisson
      run 30s
      predict
      """)
    #expect(lines[0] == "N = 3, R = 1, W = 1; coordinators in every region")
    let stale = cells(try #require(lines.first { $0.hasPrefix("stale reads") }))
    let shares = stale.dropFirst().compactMap { Double($0.split(separator: " ")[0]) }
    #expect(shares.count == 2 && shares[0] > 0.5 && abs(shares[0] - shares[1]) < 0.5, "\(stale)")
    for row in lines where row.hasPrefix("  ") && row.contains("ms") {
      let values = cells(row).dropFirst()
      #expect(Set(values).count == 1, "a copy of one's own answers at once, and the client is 1 ms away: \(row)")
    }
  }

  @Test func ofOneRegionOnlyWhatWasCoordinatedThereIsObserved() throws {
    let lines = try shown(
      """
      cluster us-east-1:2 eu-west-1:2
      write cart milk at TWO in us-east-1
      run 1s
      read cart at ONE in eu-west-1
      write cart eggs at QUORUM in eu-west-1
      predict w=2 in us-east-1
      """)
    let counts = lines.filter { $0.contains("latency") }.map { cells($0)[1] }
    #expect(counts == ["none", "of 1"], "neither the read nor the other level: \(lines)")
    #expect(lines.contains { $0.hasPrefix("  50 %") && cells($0).suffix(2) == ["2.000 ms", "2.000 ms"] }, "\(lines)")
  }

  @Test func linksOfTheirOwnAndSlowDownsCount() throws {
    let cluster = "cluster us-east-1:1 eu-west-1:1\nlink us-east-1 eu-west-1 40ms\n"
    #expect(try play(cluster).fact("predicted(writeLatency.p50, w=2)") == "80ms")
    #expect(try play(cluster).fact("predicted(consistentAtZero, w=2)") == "1")
    #expect(try play(cluster).fact("predicted(tVisibility.p999)") == "40ms")
    #expect(try play(cluster + "slow us-east-1 eu-west-1 by 10ms").fact("predicted(tVisibility.p999)") == "50ms")
    #expect(try play(cluster).fact("predicted(kStaleness.2)") == "0.75")
    #expect(try play(cluster).fact("predicted(readLatency.p999, r=3)") == "none", "there are only two copies")
    #expect(try play(cluster).holds("predicted(consistentAtZero) > 45% and predicted(consistentAtZero) < 55%"))
  }

  @Test func itChangesNothing() throws {
    let plain = try play("seed 3\nload 100/s for 1s\nrun 5s")
    let asked = try play("seed 3\nload 100/s for 1s\nrun 500ms\npredict r=2 w=8\nrun 4500ms")
    #expect(plain.session.cluster.fingerprint == asked.session.cluster.fingerprint)
    #expect(try asked.fact("commands") == "4")
  }

  @Test func aQuorumThatTheClusterCantHaveIsRefused() throws {
    func message(_ line: String) -> String {
      do {
        _ = try play("cluster us-east-1:3\n\(line)\n")
        return ""
      } catch { return "\(error)" }
    }
    #expect(message("predict n=4").contains("n=4 is out of range: a key has from 1 to 3 copies here"))
    #expect(message("predict r=4").contains("r=4 is out of range: from 1 to 3, the number of copies"))
    #expect(message("predict n=2 w=3").contains("w=3 is out of range: from 1 to 2, the number of copies"))
    #expect(message("predict r=0").contains("0 is out of range: from 1 to 100"))
    #expect(message("predict q=1").contains("`q` means nothing here; there are n=, r= and w="))
    #expect(message("predict cart").contains("such as r=2"))
    #expect(message("expect predicted(readLatency.p98) > 1ms").contains("readLatency.p9"))
  }

  @Test func everyNameIsWorthSomething() throws {
    let played = try play("cluster us-east-1:2")
    for name in PredictedFact.names { #expect(try played.fact("predicted(\(name))") != "none", "\(name)") }
  }

  @Test func aConditionOfAPredictionIsJudgedAfterEveryEventWithoutBeingComputedAnew() throws {
    let played = try play("load 50/s for 1s\nrun until predicted(consistentAtZero) > 99% or time > 900ms\n")
    #expect(played.session.cluster.now.microseconds > 900_000)
  }
}
