import Kernel
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Replication
@testable import Workbench

/// Clients' clocks, and the timestamps that they give (`set timestamps client`).
@Suite struct ClientClockTests {
  private let set = "client alice in us-east-1\nclient bob in us-east-1\nset timestamps client\n"

  @Test func theClientsClockStampsTheWrite() throws {
    try check(
      """
      \(set)skew alice by 10s
      write cart milk at ALL as alice
      write cart eggs at ALL as bob
      read cart at ALL
      expect last.value == milk
      """)
  }

  @Test func theCoordinatorsClockPlaysNoPartThen() throws {
    try check(
      """
      \(set)skew us1 by 10s
      write cart milk at ALL as alice via us1
      write cart eggs at ALL as bob via us2
      read cart at ALL
      expect last.value == eggs
      """)
  }

  @Test func underTheServersClocksAClientsPlaysNone() throws {
    try check(
      """
      client alice in us-east-1
      skew alice by 10s
      write cart milk at ALL as alice
      write cart eggs at ALL
      read cart at ALL
      expect last.value == eggs
      """)
  }

  @Test func aTimestampInTheCommandWins() throws {
    let played = try play("\(set)skew alice by 10s\nwrite cart milk timestamp 7 at ALL as alice")
    let version = played.session.cluster.catalogue.version(VersionID(0))
    #expect(version.timestamp == 7 && version.stamp == .request)
  }

  @Test func aTransactionsTimestampIsItsBallot() throws {
    let played = try play("\(set)skew alice by 10s\nwrite cart milk if absent as alice")
    let version = played.session.cluster.catalogue.version(VersionID(0))
    #expect(version.timestamp < 1_000_000 && version.stamp == .ballot)
  }

  @Test func aLoadIsStampedByItsClients() throws {
    let played = try play("\(set)skew alice by 1h\nload 100/s for 1s write 100% keys 5 as alice\nrun 2s")
    let catalogue = played.session.cluster.catalogue
    let stamps = catalogue.versions.ids.map { catalogue.version($0).timestamp }
    #expect(stamps.count == 100 && stamps.allSatisfy { (3_600_000_000..<3_601_000_000).contains($0) })
  }

  @Test func aRegionsNameMeansItsReplicasAndClientItsClient() throws {
    let played = try play("skew us-east-1 by 1h\nskew client eu-west-1 by 2h")
    let cluster = played.session.cluster
    #expect(cluster.replicas.elements.map(\.clock.skew) == [1, 1, 1, 0, 0, 0, 0, 0, 0].map(TimeSpan.hours))
    #expect(cluster.clients.elements.map(\.clock.skew) == [0, 2, 0].map(TimeSpan.hours))
  }

  @Test func aNameOfAReplicaAndAClientIsRefusedUntilItSaysWhich() throws {
    let error = #expect(throws: Diagnostic.self) { _ = try play("client us1 in eu-west-1\nskew us1 by 1h") }
    #expect(error?.message.contains("`skew client us1 …` means the client") ?? false)
    #expect(error?.message.contains("`skew us-east-1/1 …` the replica") ?? false)
    let played = try play("client us1 in eu-west-1\nskew client us1 by 1h\nskew us-east-1/1 by 2h")
    #expect(played.session.cluster.clients.elements.last?.clock.skew == .hours(1))
    #expect(played.session.cluster.replicas.elements.first?.clock.skew == .hours(2))
  }

  @Test func anUnknownNameIsNoClientEither() throws {
    let error = #expect(throws: Diagnostic.self) { _ = try play("client alice in us-east-1\nskew alicia by 1h") }
    #expect(error?.message == "there is no region, replica or client `alicia`" && error?.suggestion == "alice")
  }

  @Test func aNewClusterHasRightClocks() throws {
    let played = try play("\(set)skew alice by 10s\nskew us1 by 10s\nseed 3")
    #expect(played.session.cluster.clients.elements.allSatisfy { $0.clock == NodeClock() })
    #expect(played.session.cluster.replicas.elements.allSatisfy { $0.clock == NodeClock() })
  }

  @Test func skewingAClientIsAFault() throws {
    try check("client alice in us-east-1\nskew alice by 1s\nskew alice by 0ms\nexpect faults == 1")
  }

  @Test func whyBlamesTheClockThatGaveTheTimestamp() throws {
    let played = try play(
      """
      \(set)skew alice by 10s
      skew us1 by -5s
      write cart milk at ALL as alice
      skew alice by 0ms
      write cart tea at ALL as alice
      write cart eggs at ALL as bob
      """)
    let why = try #require(Explanation(of: 3, in: played.session.timeline)).lines(width: 400).joined(separator: "\n")
    // Alice's clock is right by now; it is her last timestamp that lies ahead.
    #expect(why.contains("tea has one microsecond more than the last timestamp of alice"), "\(why)")
    #expect(!why.contains("bob's clock") && !why.contains("us1's clock"), "\(why)")
    let first = try play("\(set)skew alice by -3s\nwrite cart eggs at ALL as bob\nwrite cart milk at ALL as alice")
    let blame = try #require(Explanation(of: 2, in: first.session.timeline)).lines(width: 400).joined(separator: "\n")
    #expect(
      blame.contains(
        "alice's clock, which stamps its writes (`timestamps client`), ran 3000.000 ms behind: `skew alice by -3s`"),
      "\(blame)")
  }

  @Test(arguments: 0..<40) func timestampsOfAClientAreStrictlyMonotonic(seed: Int) throws {
    var dice = Dice(seed: seed)
    var lines = set.split(separator: "\n").map(String.init)
    var (offset, drift, since, now) = (0, 0, 0, 0)
    var last = Int.min + 1
    var expected: [Int] = []
    for number in 0..<dice.roll(5...30) {
      switch dice.roll(0...3) {
      case 0:
        (offset, drift, since) = (dice.roll(-5_000...5_000) * 1_000, dice.pick([0, 300, -1_000_000]), now)
        lines.append("skew alice by \(offset / 1_000)ms drift \(drift)us")
      case 1:
        let span = dice.pick([0, 1, 1_003, 3_000_017])
        lines.append("run \(span)us")
        now += span
      default:
        last = max(now + offset + (now - since) * drift / 1_000_000, last + 1)
        expected.append(last)
        lines.append("async write k\(number) v at ONE as alice via \(dice.pick(["us1", "us2", "us3"]))")
      }
    }
    let played = try play((lines + ["run 1s"]).joined(separator: "\n"))
    let catalogue = played.session.cluster.catalogue
    let stamps = catalogue.versions.ids.map { catalogue.version($0) }
      .sorted { $0.operation < $1.operation }.map { Int($0.timestamp) }
    #expect(stamps == expected, "seed \(seed)\n\(lines.joined(separator: "\n"))")
    #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed)")
  }
}
