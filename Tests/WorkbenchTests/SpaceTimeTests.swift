import Kernel
import Testing

@testable import Analysis
@testable import Workbench

/// The space-time diagram: events of the trace as rows, and what could have caused what.
@Suite struct SpaceTimeTests {
  private func diagram(
    _ script: String, _ scope: SpaceTimeReport.Scope = .key("cart"), selecting text: String? = nil,
    at replica: String? = nil
  ) throws -> SpaceTimeReport {
    let session = try play(script, keepsTrace: true).session
    let all = session.spaceTime(scope, count: 1_000)
    guard let text else { return all }
    let event = try #require(
      all.events.first { $0.name.text == text && (replica == nil || $0.replicaName == replica) }, "\(text)")
    return session.spaceTime(scope, around: event.name, count: 1_000)
  }

  private func names(_ report: SpaceTimeReport, _ standing: LightCone.Standing) -> Set<String> {
    Set(report.events.filter { $0.standing == standing }.map { "\($0.replicaName) \($0.name.text)" })
  }

  @Test func whatHappensAtOneInstantInOneWayIsOneRow() throws {
    let rows = try diagram("write cart milk at ALL").rows
    #expect(
      rows.map(\.text) == [
        "write cart milk at ALL", "accepts cart = milk", "stores cart = milk", "ack cart = milk", "stores cart = milk",
        "ack cart = milk", "stores cart = milk", "ack cart = milk", "us-east-1: write cart = milk: ok 181 ms",
      ])
    #expect(rows[2].events.map(\.replicaName) == ["us2", "us3"])
    // Two acknowledgements reach their coordinator together: one event of two messages.
    #expect(rows[3].events.map(\.replicaName) == ["us1"] && rows[3].events[0].origins.count == 2)
  }

  @Test func everyArrowBeginsAtAnEvent() throws {
    let report = try diagram("write cart milk at ALL\nread cart at QUORUM in eu-west-1\nread cart at ALL")
    let places = Set(report.events.map { "\($0.name.replica) \($0.name.at.microseconds)" })
    for origin in report.events.flatMap(\.origins) {
      #expect(places.contains("\(origin.replica) \(origin.departed.microseconds)"))
    }
    #expect(report.rows.contains { $0.text == "asks others for cart" })
  }

  @Test(
    arguments: ["leaderless", "streams", "log", "primary-cache"],
    ["", "run 5s\n", "write cart v\n", "write cart v\nrun 5s\nseed 7\n"])
  func ofALaterClusterEverythingIsInTheOrderOfItsOwnTime(scheme: String, before: String) throws {
    let cluster = "cluster us-east-1:3 eu-west-1:3 scheme=\(scheme)\n"
    let report = try diagram("\(before)\(cluster)write cart milk\nrun 1s\nread cart in eu-west-1")
    let times = report.rows.compactMap(\.at)
    #expect(times == times.sorted() && times.first == .start)
    let places = Set(report.events.map { "\($0.name.replica) \($0.name.at.microseconds)" })
    for origin in report.events.filter({ $0.mark != .loss }).flatMap(\.origins) {
      #expect(places.contains("\(origin.replica) \(origin.departed.microseconds)"), "\(origin)")
    }
    // What is drawn differs from seed to seed, and operations go on being counted: what happened does not.
    func beforeTheRead(_ report: SpaceTimeReport) -> [Instant?] {
      report.rows.prefix { $0.text != "read cart in eu-west-1" }.map(\.at)
    }
    let alone = try diagram("\(cluster)write cart milk\nrun 1s\nread cart in eu-west-1")
    #expect(beforeTheRead(report) == beforeTheRead(alone))
  }

  @Test func theConeOfAWriteThatHeardOfTheOther() throws {
    let script = "write cart milk at ALL\nwrite cart eggs at ONE in eu-west-1\nrun 1s"
    let report = try diagram(script, selecting: "accepts cart = eggs")
    #expect(names(report, .past).contains("us1 accepts cart = milk"))
    #expect(names(report, .past).contains("eu1 stores cart = milk"))
    #expect(names(report, .future).contains("ap3 stores cart = eggs"))
    // Mumbai stored the milk, and nothing that it sent since has reached Ireland.
    #expect(names(report, .concurrent).contains("ap1 stores cart = milk"))
  }

  @Test func writesOnBothSidesOfACutAreConcurrent() throws {
    let script = """
      write cart milk at ALL
      cut us-east-1 eu-west-1
      async write cart eggs at ONE in us-east-1
      async write cart jam at ONE in eu-west-1
      run 50ms
      """
    let report = try diagram(script, selecting: "accepts cart = eggs")
    #expect(names(report, .concurrent).contains("eu1 accepts cart = jam"))
    #expect(
      names(report, .future) == [
        "us1 ack cart = eggs", "us2 stores cart = eggs", "us3 stores cart = eggs",
        "us1 write cart = eggs lost: link cut",
      ])
    #expect(report.cone.concurrent == names(report, .concurrent).count)
  }

  @Test func aLostMessageCausesNothing() throws {
    let script = "cut us-east-1 eu-west-1\nwrite cart eggs at ONE\nrun 1s"
    let report = try diagram(script, selecting: "write cart = eggs lost: link cut")
    #expect(names(report, .future).isEmpty)
    #expect(report.selected?.isLostOnItsWay == true && report.selected?.origins.count == 3)
  }

  @Test func aConcurrentVersionThatWinsIsSaidToWin() throws {
    let script = """
      cut us-east-1 eu-west-1
      async write cart eggs at ONE in us-east-1
      run 1ms
      async write cart jam at ONE in eu-west-1
      run 200ms
      """
    let report = try diagram(script)
    let merge = try #require(report.rows.first { $0.events.first?.mark == .merge })
    #expect(merge.text == "keeps cart = jam, drops concurrent cart = eggs" && merge.events[0].replicaName == "ap1")
  }

  @Test func whatIsOnItsWayStandsBelowThePresent() throws {
    let report = try diagram("write cart milk at ONE\nrun 10ms")
    let present = try #require(report.rows.firstIndex { $0.note == .present })
    let coming = report.rows[(present + 1)...]
    #expect(coming.map { $0.at?.microseconds } == [40_500, 90_500])
    #expect(coming.allSatisfy { $0.events.count == 3 && $0.events[0].mark == .prediction })
    let held = try diagram("hold us1 eu1\nwrite cart milk at ONE\nrun 200ms")
    #expect(held.rows.last?.text == "write cart = milk, held" && held.rows.last?.at == nil)
  }

  @Test func onlyTheKeyIsShownUnlessAllIsAskedFor() throws {
    let script = "write cart milk at ONE\nwrite list tea at ONE\ncut us1 eu1"
    #expect(try diagram(script).rows.allSatisfy { !$0.text.contains("list") })
    #expect(try diagram(script).rows.contains { $0.text == "cut us1 eu1" })
    #expect(try diagram(script, .everything).rows.contains { $0.text == "accepts list = tea" })
    #expect(try diagram(script, .key("nothing")).events.isEmpty)
  }

  @Test func whoGoesBackSeesWhatHadBeenByThen() throws {
    let then = try diagram("write cart milk at ONE\nrun 10ms")
    let again = try diagram("write cart milk at ONE\nrun 1s\nwrite cart eggs at ALL\ngoto 11ms")
    #expect(then.rows.filter { $0.note == nil } == again.rows.filter { $0.note == nil })
  }

  @Test func aBusyClusterShowsAWindowAroundWhatIsSelected() throws {
    let script = "load 2000/s for 5s keys 10 at QUORUM\nrun 3s"
    let session = try play(script, keepsTrace: true).session
    let latest = session.spaceTime(.key("k3"), count: 40)
    #expect((30...600).contains(latest.rows.count))
    let first = try #require(latest.events.first)
    let around = session.spaceTime(.key("k3"), around: first.name, count: 40)
    #expect(around.selected?.name == first.name)
    #expect(around.rows.contains { $0.at.map { $0 < first.name.at } ?? false })
  }

  @Test func happenedBeforeIsTransitiveAndNothingIsBeforeItself() {
    // Two lines of two events each, and a message from the first of the one to the second of the other.
    let cone = LightCone(causes: [[], [], [0], [1, 0]])
    #expect(cone.standings(around: 0) == [.selected, .concurrent, .future, .future])
    #expect(cone.standings(around: 1) == [.concurrent, .selected, .concurrent, .future])
    #expect(cone.standings(around: 3) == [.past, .past, .concurrent, .selected])
  }
}
