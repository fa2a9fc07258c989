import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// A replica counts on its own copy, whatever has happened to it and whatever the others think of it by now.
@Suite struct SelfTrustTests {
  static let detectors = [
    "set failure-detector oracle", "set failure-detector after 100ms", "set failure-detector after 1s",
    "set failure-detector after 10s", "set failure-detector phi", "set gossip 500ms\nset failure-detector after 1s",
    "set failure-detector phi\nrun 1s\nset failure-detector after 1s",
  ]

  /// What happens to us1, and how it ends.
  static let faults = [
    ("crash us1", "restart us1"), ("pause us1", "resume us1"), ("wipe us1", "restart us1"),
    ("crash us-east-1", "restart us-east-1"), ("cut us1 us-east-1", "heal"), ("destroy us-east-1", "restart us-east-1"),
    ("hold us1 us2", "release us1 us2"), ("slow us1 by 3s", "slow us1 by 0ms"), ("skew us1 by 20s", "skew us1 by 0s"),
    ("crash us1", "restart us1\npause us1\nrun 2s\nresume us1"),
  ]

  private static let clusters = [
    "cluster us-east-1:1 rf=1", "cluster us-east-1:3 rf=3", "cluster us-east-1:3 eu-west-1:2",
  ]

  /// Every fault that a cluster can have, under every detector, noticed for long or not at all.
  @Test(arguments: detectors, clusters) func afterAnyFaultItStillStoresWhatItCoordinates(
    detector: String, cluster: String
  ) throws {
    let isAlone = cluster.contains(":1 ")
    for (fault, end) in Self.faults where !isAlone || !fault.contains("us2") && !fault.contains("cut") {
      for (outage, rest) in [("2s", "0ms"), ("2s", "3s"), ("30s", "0ms"), ("30s", "40s")] {
        let played = try play(
          """
          \(cluster)
          \(detector)
          type likes counter
          run 3s
          \(fault)
          run \(outage)
          \(end)
          run \(rest)
          write k v at ONE via us1
          increment likes via us1
          read k at ONE via us1
          """)
        let story = "\(cluster); \(detector); \(fault); run \(outage); \(end); run \(rest)"
        #expect(try played.holds("not suspects(us1, us1)"), "\(story)")
        #expect(played.operations.map(\.outcome) == [.ok, .ok, .ok], "\(story)")
        #expect(try played.holds("value(us1, k) == v and value(us1, likes) == 1 and last.value == v"), "\(story)")
        #expect(
          !played.session.cluster.hints(of: ReplicaID(0)).pending.contains { $0.target.index == 0 }, "\(story)")
      }
    }
  }

  @Test(arguments: detectors) func aTransactionCountsItsCoordinatorsOwnVote(detector: String) throws {
    for (fault, end) in [("crash us1", "restart us1"), ("pause us1", "resume us1"), ("wipe us1", "restart us1")] {
      let played = try play(
        """
        cluster us-east-1:1 rf=1
        \(detector)
        \(fault)
        run 5s
        \(end)
        write k v if absent at SERIAL
        write k w if value == v at LOCAL_SERIAL
        read k at SERIAL
        """)
      #expect(played.operations.map(\.outcome) == [.ok, .ok, .ok], "\(detector); \(fault)")
      #expect(played.last.value == "w", "\(detector); \(fault)")
    }
  }

  /// With two of three dead a quorum isn't there; but the third counts itself.
  @Test func aRefusalCountsTheCoordinatorAsAlive() throws {
    let played = try play(
      """
      cluster us-east-1:3 rf=3
      crash us-east-1
      run 2s
      restart us1
      write k v at QUORUM
      write k v at ANY
      """)
    #expect((played[1]?.outcome, played[1]?.required, played[1]?.received) == (.unavailable, 2, 1))
    #expect(try played.holds("value(us1, k) == v and hints.pending == 2"))
  }

  @Test func whatIfAndForecastCountOnItToo() throws {
    let played = try play("cluster us-east-1:1 rf=1\ncrash us1\nrun 2s\nrestart us1\nwhatif write k v")
    #expect(played.shown.filter { $0.contains("✗") }.allSatisfy { $0.hasPrefix("TWO") || $0.hasPrefix("THREE") })
    let forecast = try #require(Forecast("write k v at ALL", in: played.session))
    #expect(forecast.answerers == ["us1"])
    guard case .answered = forecast.ending else {
      Issue.record("\(forecast.ending)")
      return
    }
  }
}
