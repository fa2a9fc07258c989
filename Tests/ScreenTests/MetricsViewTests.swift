import Kernel
import Replication
import TestSupport
import Testing
import Workbench

@testable import Analysis
@testable import Language
@testable import Screen

/// The service levels: what a smaller pane shows, a larger one shows, too.
@Suite struct MetricsViewTests {
  private static func busy(_ dice: inout Dice) -> String {
    """
    load \(dice.pick([20, 200]))/s for 10s keys 20 write \(dice.pick([10, 50, 100]))% at \(dice.pick(["ONE", "LOCAL_QUORUM", "ALL"]))
    run \(dice.roll(1...3))s
    cut us-east-1 eu-west-1
    run \(dice.roll(1...3))s
    \(dice.chance(50) ? "heal" : "repair")
    run 1s
    """
  }

  /// The rows of the pane of the service levels.
  private static func pane(_ model: ScreenModel) throws -> [String] {
    let frame = ScreenView.render(model)
    let hit = try #require(frame.sight.hits.last { $0.target == .pane(.metrics) })
    return (hit.rect.y..<hit.rect.bottom).map { y in
      String((hit.rect.x..<hit.rect.right).map { frame[$0, y].glyph })
    }
  }

  /// The facts of a row that some line of the pane shows, beside the row's name.
  private static func shows(_ row: ServiceReport.Row, _ fact: String, in lines: [String]) -> Bool {
    lines.contains { $0.contains(row.name.prefix(10)) && $0.contains(fact) }
  }

  @Test(arguments: 1...6) func largerNeverShowsLess(seed: Int) throws {
    var dice = Dice(seed: seed)
    var model = try stage(Self.busy(&dice), size: Size(columns: 80, rows: 24))
    model.press(.escape)
    model.focus = .metrics
    let rows = ServiceReport(columns: 30, in: model.session.timeline).rows
    for (size, isZoomed) in [
      ((80, 24), true), ((120, 40), false), ((120, 40), true), ((200, 60), false), ((200, 60), true),
    ] {
      _ = model.update(.resize(Size(columns: size.0, rows: size.1)))
      model.isZoomed = isZoomed
      let lines = try Self.pane(model)
      let what: Comment = "seed \(seed), \(size), zoomed \(isZoomed)\n\(lines.joined(separator: "\n"))"
      for row in rows {
        #expect(Self.shows(row, row.objective, in: lines), what)
        #expect(Self.shows(row, row.status.word, in: lines), what)
        #expect(Self.shows(row, row.value, in: lines), what)
      }
      let hasChart = lines.contains { $0.contains("┤") && $0.contains("SLO") }
      #expect(hasChart == rows[0].course.contains { $0 != nil }, what)
    }
  }

  @Test(arguments: [(40, 10), (52, 15), (60, 18), (79, 23)]) func theSmallestPaneShowsObjectiveAndStatus(
    columns: Int, rows: Int
  ) throws {
    var dice = Dice(seed: columns)
    var model = try stage(Self.busy(&dice), size: Size(columns: columns, rows: rows))
    model.press(.escape)
    model.focus = .metrics
    let lines = try Self.pane(model)
    for row in ServiceReport(columns: 30, in: model.session.timeline).rows {
      #expect(Self.shows(row, row.objective, in: lines))
      #expect(Self.shows(row, String(row.status.words.prefix(1)), in: lines))
    }
  }

  @Test func theShapeOfACourseIsTheSameAtAnyWidth() throws {
    var dice = Dice(seed: 3)
    var model = try stage(Self.busy(&dice), size: Size(columns: 80, rows: 24))
    model.press(.escape)
    model.focus = .metrics
    model.isZoomed = true
    let bars = Set("▁▂▃▄▅▆▇█·")
    func sparks() throws -> [String] {
      try Self.pane(model).filter { $0.contains("0–") }.map { line in
        String(line.split(separator: " ").first { $0.count == LevelTable.bars && $0.allSatisfy(bars.contains) } ?? "")
      }
    }
    let narrow = try sparks()
    #expect(narrow.count == 5 && !narrow.contains(""))
    for columns in [100, 120, 200] {
      _ = model.update(.resize(Size(columns: columns, rows: 40)))
      #expect(try sparks() == narrow)
    }
    #expect(model.shows("a bar is"))
  }

  @Test func aSchemeIsAskedForWhatItHas() {
    var bare = SchemeName.leaderless.specification
    #expect(FactCatalog.numeric(under: bare).contains { $0.name == "hints.pending" })
    #expect(!FactCatalog.numeric(under: bare).contains { $0.name == "stream.expired" })
    bare.features = []
    let names = FactCatalog.numeric(under: bare).map(\.name)
    #expect(!names.contains { $0.hasPrefix("hints.") || $0.hasPrefix("repairs.") || $0.hasPrefix("merkle.") })
    #expect(names.contains("reads.stale"))
  }

  @Test(arguments: 1...200) func figuresHaveThreeSignificantDigits(seed: Int) {
    var dice = Dice(seed: seed)
    let magnitude = (0..<dice.roll(0...9)).reduce(Int64(1)) { product, _ in product * 10 }
    let span = TimeSpan(microseconds: dice.roll(1...9_999) * magnitude / 10 + 1)
    let text = Quantity.figure(span)
    let number = text.prefix { $0 != " " }
    let digits = number.filter(\.isNumber).drop { $0 == "0" }
    #expect(digits.count == 3 || digits.count > 3 && !number.contains("."), "\(text)")
    let units = ["ms": 1e3, "s": 1e6, "min": 60e6, "h": 3_600e6]
    let unit = units[String(text.split(separator: " ")[1])] ?? 0
    let shown = (Double(String(number)) ?? 0) * unit
    #expect(abs(shown - Double(span.microseconds)) <= Double(span.microseconds) * 0.0051, "\(text)")
  }

  @Test func aShareIsAllOrNothingOnlyIfItIs() {
    #expect(Quantity.figure(share: 1) == "100%" && Quantity.figure(share: 0) == "0%")
    #expect(Quantity.figure(share: 0.99996) == "99.996%" && Quantity.figure(share: 0.9996) == "99.96%")
    #expect(Quantity.figure(share: 0.0625) == "6.25%" && Quantity.figure(share: 0.5) == "50.0%")
    #expect(Quantity.figure(share: 0.00001) == "0.00100%")
    #expect(Quantity.figure(.milliseconds(181)) == "181 ms" && Quantity.figure(.zero) == "0 ms")
  }
}
