import Kernel
import Testing

@testable import Insight
@testable import Workbench

/// Service levels: thresholds, which is the worst, and what each says.
@Suite struct ServiceLevelTests {
  private func report(_ script: String) throws -> ServiceReport {
    ServiceReport(columns: 40, in: try play(script, keepsTrace: true).session)
  }

  @Test(
    "systems.md §4 · objective, warning and critical",
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

  @Test func theWorstStandsFirstAndSaysWhatItCosts() throws {
    let report = try report(
      """
      write cart milk at ALL
      write cart eggs at ONE
      read cart at ONE in eu-west-1
      """)
    #expect(report.rows[0].name == "stale reads" && report.rows[0].status == .critical)
    #expect(
      report.rows[0].sentence
        == "1 of 1 reads missed an acknowledged write, 1 of them in eu-west-1: above the critical threshold of 20%. "
        + "It costs: inconsistent experience.")
    #expect(report.rows.last?.status == .unknown)
  }

  @Test func showPrintsThemWithTheirThresholds() throws {
    let shown = try play("write cart milk at ALL\nshow slo").shown
    #expect(shown[0].split(separator: " ") == ["indicator", "now", "objective", "warning", "critical"])
    #expect(shown.contains { $0.contains("replication lag") && $0.contains("90ms") && $0.hasSuffix("● met") })
    #expect(shown.contains { $0.contains("anti-entropy success") && $0.contains("< 95%") && $0.hasSuffix("no data") })
    #expect(shown.contains("Stale reads: no read has been answered yet."))
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
    #expect(ServiceReport(columns: 40, in: session).rows.allSatisfy { $0.course.isEmpty })
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
