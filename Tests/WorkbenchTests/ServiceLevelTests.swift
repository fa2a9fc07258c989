import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Insight
@testable import Workbench

/// Service levels: thresholds, which is the worst, and what each says.
@Suite struct ServiceLevelTests {
  private func report(_ script: String) throws -> ServiceReport {
    ServiceReport(columns: 40, in: try play(script, keepsTrace: true).session.timeline)
  }

  @Test(
    "contract §5.6 · objective, warning and critical",
    arguments: [
      (ServiceIndicator.replicationLag, 900_000.0, 1_000_000.0, 2_000_001.0, 5_000_001.0),
      (.convergence, 499_999, 500_000, 1_000_001, 3_000_001), (.conflictRate, 0.0009, 0.005, 0.0051, 0.0101),
      (.staleReads, 0.049, 0.1, 0.101, 0.21), (.antiEntropy, 0.991, 0.95, 0.949, 0.89),
    ])
  func thresholds(_ indicator: ServiceIndicator, met: Double, missed: Double, warning: Double, critical: Double) {
    #expect(ServiceLevel(indicator, met).status == .met)
    #expect(ServiceLevel(indicator, missed).status == .missed)
    #expect(ServiceLevel(indicator, warning).status == .warning)
    #expect(ServiceLevel(indicator, critical).status == .critical)
    #expect(ServiceLevel(indicator, nil).status == .unknown)
  }

  @Test func theWorstStandsFirst() throws {
    let report = try report(
      """
      write cart milk at ALL
      write cart eggs at ONE
      read cart at ONE in eu-west-1
      """)
    #expect(report.rows[0].name == "stale reads" && report.rows[0].status == .critical)
    #expect(
      report.rows[0].sentence
        == "1 of 1 reads missed an acknowledged write, 1 of them in eu-west-1: above the critical threshold of 20%.")
    #expect(report.rows[0].value == "1 of 1", "nobody should read 100 % out of one")
    #expect(report.rows.last?.status == .unknown)
  }

  private func row(_ name: ServiceIndicator, _ script: String) throws -> ServiceReport.Row {
    try #require(try report(script).rows.first { $0.name == name.rawValue })
  }

  @Test("a write that only stand-ins had, and lost, was never with its owners", arguments: ["crash", "cut"])
  func whatWasLostBeforeItSpreadIsNotMet(fault: String) throws {
    let before = "cluster a:5 rf=3\nset sloppy-quorum on\nset failure-detector oracle\nwrite cart old at ALL\nrun 1s\n"
    let cluster = try play(before).session.cluster
    let owners = cluster.owners(toAgreeOn: KeyID(0)).flatMap { $0 }
    let others = cluster.topology.replicaIDs.filter { !owners.contains($0) }
    func names(_ replicas: [ReplicaID]) -> [String] { replicas.map { cluster.topology.name(of: $0) } }
    let faults = names(owners).flatMap { owner in
      fault == "crash" ? ["crash \(owner)"] : names(others).map { "cut \(owner) \($0)" }
    }
    let write =
      before + (faults + ["write cart new at ONE via \(names(others)[0])", "run 10s"]).joined(separator: "\n")
    #expect(try row(.convergence, write).status == .critical, "no owner has it yet")
    let wiped = write + names(others).map { "\nwipe \($0)" }.joined() + "\nrun 10s"
    let lost = try row(.convergence, wiped)
    #expect(lost.status == ServiceReport.Status.missed)
    #expect(
      lost.sentence.hasPrefix("1 of 2 versions were with every live owner; 1 was lost before"), "\(lost.sentence)")
  }

  @Test("what no owner ran to take in has not converged until one has it, and that takes as long as it takes")
  func whatComesBackLateIsLate() throws {
    let script = """
      cluster a:5 rf=3
      set sloppy-quorum on
      set failure-detector oracle
      write cart old at ALL
      run 1s
      crash a2
      crash a3
      crash a4
      write cart new at ONE via a1
      run 1m
      restart a2
      run 20s
      expect holds(a2, op 2)
      """
    let late = try row(.convergence, script)
    #expect(late.status == .critical && late.sentence.hasPrefix("All 2 versions were with every live owner"))
    let gone = "\nwipe a2\nwipe a1\nwipe a5\nrestart a2\nrestart a3\nrestart a4\nrun 1m\nexpect writes.lost == 1"
    #expect(try row(.convergence, script + gone).status == .critical, "it had come late before it was lost")
  }

  @Test("where the only owner that had it went before another came, it was never with every live owner")
  func whoHadItIsGone() throws {
    let script = """
      cluster a:3 rf=3
      set hints off
      isolate a1
      write cart new at ONE via a1
      wipe a1
      crash a2
      crash a3
      heal
      restart a2
      restart a3
      restart a1
      run 1m
      expect writes.lost == 1
      """
    let lost = try row(.convergence, script)
    #expect(lost.status == ServiceReport.Status.missed, "\(lost.sentence)")
    let back = try row(
      .convergence, script.replacing("wipe a1", with: "crash a1").replacing("lost == 1", with: "lost == 0"))
    #expect(back.status != .met && back.status != .unknown, "\(back.sentence)")
  }

  @Test func missingCopiesCount() throws {
    let cut = "cut us-east-1 eu-west-1\ncut us-east-1 ap-south-1\nwrite cart milk"
    let fresh = try row(.replicationLag, cut)
    #expect(fresh.status == .undecided && fresh.value == "≥ 0.500 ms")
    #expect(
      fresh.sentence
        == "3 of 9 copies were stored; 6 are missing, the oldest for 0.500 ms: whether the objective, p99 < 1s, is met "
        + "can't be said yet.")
    for (span, status) in [("900ms", ServiceReport.Status.undecided), ("1500ms", .missed), ("3s", .warning)] {
      #expect(try row(.replicationLag, "\(cut)\nrun \(span)").status == status, "\(span)")
    }
    let late = try row(.replicationLag, "\(cut)\nrun 60s")
    #expect(late.status == .critical && late.value.hasPrefix("≥ 60"))
    #expect(late.sentence.contains("3 of 9 copies were stored; 6 are missing, the oldest for 60.0 s"))
    let healed = try row(.replicationLag, "\(cut)\nrun 60s\nheal\nrun 60s")
    #expect(healed.status == .critical && healed.sentence.hasPrefix("All 9 copies were stored within"))
  }

  @Test func ninetyNineOfAHundredCopiesThereAreNotAllIfSixAreMissing() throws {
    // 102 writes have 918 copies due; one region's six of the last two are missing, less than 1 of 100.
    let many = "load 100/s for 1s write 100% at ALL\nrun 2s\n"
    let few = try row(.replicationLag, many + "cut us-east-1 eu-west-1\nwrite a b\nwrite c d\nrun 10s")
    #expect(few.status == .met && few.value == "90.0 ms")
    #expect(
      few.sentence.contains("copies were stored within 90.0 ms of being accepted; 6 are missing, the oldest for 10.0 s")
    )
    let more = try row(
      .replicationLag, many + "cut us-east-1 eu-west-1\n" + (1...5).map { "write a\($0) b\n" }.joined() + "run 10s")
    #expect(more.status == .critical && more.sentence.contains("15 are missing, the oldest for 10"))
  }

  @Test func whatHasNeverConvergedCountsAsNotConverged() throws {
    let row = try row(.convergence, "cut us-east-1 eu-west-1\nwrite cart milk\nrun 10s")
    #expect(row.status == .critical && row.value == "≥ 10.0 s")
    #expect(
      row.sentence
        == "0 of 1 version was with every live owner; 1 is missing, for 10.0 s: above the critical threshold of 3s.")
    let pending = try play("cut us-east-1 eu-west-1\nwrite cart milk\nrun 10s\nwrite other x in ap-south-1\nrun 1s")
    #expect(try pending.fact("convergence.p50") == "90ms" && pending.fact("convergence.p99") == "none")
    #expect(try pending.fact("lag.p99") == "none")
  }

  @Test func nothingMeasuredIsNoData() throws {
    for row in try report("").rows { #expect(row.status == .unknown && row.value == "–" && row.strain == nil) }
    let words = try play("show slo").shown
    #expect(words.count { $0.contains("· no data") } == Indicator.allCases.count)
  }

  @Test func showPrintsThemWithTheirThresholds() throws {
    let shown = try play("write cart milk at ALL\nshow slo").shown
    #expect(shown[0].hasPrefix("indicator") && shown[0].contains("objective") && shown[0].contains("whole run"))
    #expect(shown.contains { $0.hasPrefix("lag ") && $0.contains("90.0 ms  ● ok") })
    #expect(shown.contains { $0.hasPrefix("anti-entropy ") && $0.contains("< 95%") && $0.contains("no data") })
    #expect(shown.contains("  Stale reads: no read has been answered yet."))
  }

  @Test func theCourseShowsWhenItHappened() throws {
    let report = try report(
      """
      load 50/s for 10s keys 20 write 50% at LOCAL_QUORUM
      run 5s
      isolate ap-south-1
      run 5s
      """)
    let course = try #require(report.rows.first { $0.name == "stale reads" }).course
    func mean(_ values: ArraySlice<Double?>) -> Double {
      let known = values.compactMap { $0 }
      return known.reduce(0, +) / Double(max(1, known.count))
    }
    #expect(mean(course.prefix(course.count / 2)) < mean(course.suffix(course.count / 2)))
    #expect(course.count <= 40)
    #expect(report.faults == [ServiceReport.Mark(at: Instant(microseconds: 5_000_000), text: "isolate ap-south-1")])
  }

  @Test func aSessionWithoutAScreenKeepsNoCourse() throws {
    let session = try play("write cart milk at ALL").session
    #expect(session.world.observer.trends == nil)
    #expect(ServiceReport(columns: 40, in: session.timeline).rows.allSatisfy { $0.course.isEmpty })
  }

  @Test func goingBackTakesTheCourseAlong() throws {
    let script = "write cart milk at ALL\nread cart at ONE"
    let once = try report(script)
    let again = try report("\(script)\nwrite cart eggs at ONE\nread cart at ONE in eu-west-1\ngoto 182.001ms")
    #expect(once.rows.map(\.value) == again.rows.map(\.value) && once.rows.map(\.course) == again.rows.map(\.course))
  }
}

/// Spans by stretches of time, in bins of a quarter of a doubling.
@Suite struct SpanSeriesTests {
  @Test(arguments: [0, 1, 3, 4, 5, 7, 8, 9, 100, 1_000, 90_500, 1 << 32] as [Int64])
  func aSpanLiesInABinThatIsAtMostAQuarterTooLarge(span: Int64) {
    let end = SpanSeries.end(of: SpanSeries.bin(of: span))
    #expect(end >= span && Double(end) <= Double(span) * 1.25 + 1)
  }

  @Test func endsAscend() {
    for bin in 1..<120 { #expect(SpanSeries.end(of: bin) > SpanSeries.end(of: bin - 1)) }
  }
}
