import Language
import Testing

@testable import Analysis
@testable import Workbench

/// Figures: how they are read, measured and judged.
@Suite struct CalibrationTests {
  private static let workloads = "workloads:\n  w: |\n    write x 1\nfigures:\n"

  private func figure(_ fields: String) throws -> Figure {
    let text = Self.workloads + "  - name: f\n    unit: ms\n    workload: w\n" + fields
    return try #require(try FigureReader.read(text).figures.first)
  }

  /// How a figure is judged in a session in which `script` was played.
  private func row(_ fields: String, after script: String) throws -> Calibration.Row {
    try Calibration.Row(try figure(fields), in: try play(script).session)
  }

  // MARK: Reading

  @Test(arguments: [
    ("    fact: last.latency", "there is nothing to compare this figure with"),
    ("    stated: [2, 1]\n    fact: last.latency", "`stated` goes from low to high"),
    ("    stated: [3]\n    fact: last.latency", "`stated` is a number, [LOW, HIGH] or null"),
    ("    stated: [1, 3]\n    tolerance: [0, 4]\n    because: r\n    fact: last.latency", "not for a band"),
    ("    stated: 3\n    tolerance: [0, 4]\n    fact: last.latency", "a `tolerance` says `because` of what"),
    ("    stated: 3\n    tolerance: [4, 5]\n    because: r\n    fact: last.latency", "leaves the figure itself out"),
    ("    stated: 3\n    because: r\n    fact: last.latency", "`because` says why a `tolerance`"),
    ("    stated: 3\n    outside: o\n    by-construction: c\n    fact: last.latency", "by construction isn't outside"),
    ("    stated: [a, 1]\n    fact: last.latency", "this is a number or null"),
    ("    published: [0, 1]\n    fact: last.latency", "what was published has a `source`"),
    (
      "    stated: [0, 1]",
      "a figure has a `fact`, a `lag`, a `bill-above`, `pairs: fresh then stale`, or is `incomparable`"
    ),
    ("    stated: [0, 1]\n    bill-above: two copies", "a bill is above that of `one copy`, `one region`, `databases`"),
    ("    incomparable: costs aren't measured", "what isn't comparable has no workload"),
    ("    stated: [0, 1]\n    fact: last.latency\n    measured: 3", "no `measured`"),
  ]) func whatIsWrongWithAFigureIsSaid(fields: String, message: String) {
    #expect { try figure(fields) } throws: { ($0 as? YAMLProblem)?.message.contains(message) == true }
  }

  @Test func aFigureNamesOneOfItsWorkloads() {
    let text =
      Self.workloads + "  - name: f\n    unit: ms\n    workload: v\n    stated: [0, 1]\n    fact: last.latency\n"
    #expect { try FigureReader.read(text) } throws: { error in
      (error as? YAMLProblem)?.message == "`workload` names one of [\"w\"]" && (error as? YAMLProblem)?.line == 7
    }
  }

  /// Nine copies are 800 % more than one; three regions 200 % more than one, and what they send each other on top; three caches
  /// before each database 300 % more than databases alone, where bytes cost next to nothing.
  @Test(arguments: [
    ("one copy", "write x 1 at ALL", 800.0..<800.001), ("one region", "write x 1 at ALL\nrun 1s", 200.000001..<201),
    ("one region", "cluster us-east-1:3\nwrite x 1 at ALL", 0..<0.001),
    ("databases", "cluster a:4 b:4 scheme=primary-cache\nwrite x 1\nrun 1s", 299.9..<300),
  ]) func aBillIsHeldAgainstALesserOne(lesser: String, script: String, percent: Range<Double>) throws {
    let played = try play(script)
    let bill = try #require(Figure.LesserBill(rawValue: lesser))
    let above = try #require(played.session.billAbove(bill))
    #expect(percent.contains(above * 100), "\(above * 100)")
  }

  // MARK: Judging

  @Test func whatLiesWithinAllThatWasGivenIsInside() throws {
    let row = try row(
      "    stated: [1, 5]\n    published: [null, 2]\n    source: s\n    fact: last.latency", after: "write x 1")
    #expect(row.measured == 1 && row.verdict == .inside && row.isExplained)
  }

  @Test func whatLiesOutsideNamesTheColumn() throws {
    let row = try row("    stated: [2, 5]\n    predicted: [null, 2]\n    fact: last.latency", after: "write x 1")
    #expect(row.verdict == .outside(of: ["stated"]) && !row.isExplained)
    let explained = try self.row("    stated: [2, 5]\n    outside: it is\n    fact: last.latency", after: "write x 1")
    #expect(explained.verdict == .outside(of: ["stated"]) && explained.isExplained)
  }

  @Test func aSingleFigureIsNoBand() throws {
    let exact = try row("    stated: 1\n    fact: last.latency", after: "write x 1")
    #expect(exact.verdict == .inside && exact.figure.stated == Figure.Bounds(exactly: 1))
    #expect(exact.figure.tolerance == nil)
    let other = "    published: 1.1\n    source: s\n    outside: o\n    fact: last.latency"
    #expect(try row(other, after: "write x 1").verdict == .outside(of: ["published"]))
  }

  @Test func aSingleFigureIsInsideItsTolerance() throws {
    let fields = "    published: 1.1\n    source: s\n    tolerance: [0.9, 1.3]\n    because: a fifth either way\n"
    let row = try row("\(fields)    fact: last.latency", after: "write x 1")
    #expect(row.verdict == .inside && row.figure.published == Figure.Bounds(exactly: 1.1))
    #expect(row.figure.accepted(row.figure.published) == Figure.Bounds(low: 0.9, high: 1.3))
  }

  @Test func whatCouldBeNothingElseIsNotCountedAsInside() throws {
    let row = try row("    stated: [1, 5]\n    by-construction: it is set\n    fact: last.latency", after: "write x 1")
    #expect(row.verdict == .byConstruction && row.isExplained)
    let fields = "    stated: 9\n    by-construction: it is set\n    fact: last.latency"
    let missed = try self.row(fields, after: "write x 1")
    #expect(missed.verdict == .outside(of: ["stated"]) && !missed.isExplained)
  }

  @Test func whatWasNotMeasuredIsNotInside() throws {
    let row = try row("    stated: [null, 5]\n    fact: convergence.p99", after: "run 1s")
    #expect(row.measured == nil && row.verdict == .outside(of: ["stated"]))
  }

  @Test func aFactIsTakenInTheFiguresUnit() throws {
    let session = try play("write x 1 at ALL\nread x\nrun 2s").session
    func measured(_ fact: String, _ unit: Figure.Unit, over: String? = nil, minus: Double = 0, times: Double = 1) throws
      -> Double?
    {
      try session.measured(.fact(fact, over: over, minus: minus, times: times), in: unit)
    }
    #expect(try measured("op(1).latency", .milliseconds) == 181)
    #expect(try measured("op(1).latency", .seconds, minus: 0.1, times: 10).map { ($0 * 1_000).rounded() } == 810)
    #expect(try measured("availability", .percent) == 100)
    #expect(try measured("converged", .truth) == 1)
    #expect(try measured("reads.total", .count, over: "writes.acked") == 1)
    #expect(try measured("last.value", .count) == nil)
    #expect(try measured("reads.total", .count, over: "faults") == nil)
  }

  @Test func readsThatGoBackInTimeAreCountedInPairs() throws {
    let session = try play(
      """
      client alice in us-east-1
      cut us1 us3
      write x 1 at ONE as alice via us1
      read x as alice via us1
      read x as alice via us3
      read x as alice via us1
      read x as alice via us3
      read y as alice via us1
      """
    ).session
    // Of three pairs of reads of x two turn from fresh to stale; one read of y is no pair.
    #expect(try session.measured(.freshThenStale, in: .percent).map { $0.rounded() } == 67)
    #expect(try play("read x").session.measured(.freshThenStale, in: .percent) == nil)
  }

  // MARK: What is shipped

  @Test func whatIsShippedCanBeRead() throws {
    let profiles = try Profile.all()
    let tables = profiles.filter { !$0.isSystem }.map(\.name)
    #expect(profiles.count == 9 && tables == ["factors", "spectrum"])
    for profile in profiles {
      #expect(profile.title != profile.name && !profile.page.isEmpty)
      for workload in profile.table.workloads {
        #expect(profile.table.figures.contains { $0.workload == workload.name }, "\(profile.name): \(workload.name)")
      }
      // A command can't be broken; all else can.
      let commands = Set((profile.setUp ?? "").split(separator: "\n").filter { !$0.hasPrefix("#") }.map { "    \($0)" })
      for line in profile.lines where !commands.contains(line) {
        #expect(TextWidth.of(line) <= 80, "\(profile.name): \(line)")
      }
      if profile.isSystem {
        let page = profile.page.joined(separator: "\n")
        for part in ["The mechanism", "What is not", "What was traded for what", "Sources"] {
          #expect(page.contains(part), "\(profile.name) lacks `\(part)`")
        }
      }
    }
  }

  @Test func theListFitsATerminal() throws {
    for line in Profile.list(try Profile.all()) { #expect(TextWidth.of(line) <= 80, "\(line)") }
  }

  /// A figure that two columns would give as a band of no width is given as what it is: one figure.
  @Test func whatWasGivenAsOneFigureIsShownAsOne() throws {
    for figure in try Profile.all().flatMap(\.table.figures) where figure.workload != nil {
      for given in [figure.stated, figure.published].compactMap({ $0 }) where given.isSingle {
        #expect(figure.accepted(given)?.contains(given.low ?? 0) == true, "\(figure.name)")
      }
    }
  }

  /// What a page says that one can try does what it says: it can be carried out, and what it expects holds.
  @Test func whatAPageOffersToTryCanBeTried() throws {
    for profile in try Profile.all() where profile.isSystem {
      let lines = profile.page.map { String($0.drop { $0 == " " }) }
      let starts = lines.indices.filter { lines[$0] == "profile \(profile.name)" }
      #expect(!starts.isEmpty, "\(profile.name)")
      for start in starts {
        let script = lines[start...].prefix { !$0.isEmpty }
        #expect(profile.page[start].hasPrefix("    ") && script.count > 3)
        let played = try play(script.joined(separator: "\n"))
        let failed = played.expectations.filter { !$0.isHeld }.map(\.condition)
        #expect(!played.expectations.isEmpty && failed.isEmpty, "\(profile.name): \(failed)")
      }
    }
  }

  @Test func aCalibrationIsTheSameEachTime() throws {
    let profiles = try Profile.all().filter { $0.name == "twitter-timeline" || $0.name == "uber-metrics" }
    let first = try Calibration.run(profiles)
    #expect(try Calibration.run(profiles).flatMap(\.json) == first.flatMap(\.json))
    for line in first.flatMap(\.lines) { #expect(TextWidth.of(line) <= 80, "\(line)") }
    let constructed = first.flatMap(\.rows).count { $0.verdict == .byConstruction }
    #expect(constructed > 0)
    #expect(Calibration.summary(of: first).contains("\(constructed) inside by construction"))
    let lines: [String] = first.flatMap { $0.json }
    let noted = lines.filter { $0.contains("\"note\":\"by construction: ") }
    #expect(noted.count == constructed)
    #expect(first.map(\.profile.name) == profiles.map(\.name))
    #expect(first.flatMap(\.rows).map(\.figure) == profiles.flatMap(\.table.figures))
  }
}
