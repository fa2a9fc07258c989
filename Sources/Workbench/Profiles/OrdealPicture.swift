import Kernel
import Language

/// How profiles fared, as a picture in SVG: a lane each on one axis of time, the cut across those that it parts, and the
/// figures at the right. It is readable on light and on dark ground, has no scripts, and says in words what it shows.
public struct OrdealPicture: Sendable {
  private static let width = 1_240.0
  private static let (left, plot, plotWidth) = (28.0, 236.0, 508.0)
  private static let (top, lane, gap, track) = (150.0, 50.0, 12.0, 32.0)
  /// The columns of figures: what they are called, and where they end.
  private static let columns: [(name: String, end: Double)] = [
    ("blocked", 812), ("stale", 872), ("behind", 944), ("beaten", 1_010), ("lost", 1_056), ("agreed", 1_124),
    ("moved", 1_212),
  ]

  private let ordeal: Ordeal
  private let results: [OrdealResult]
  /// How much time the axis shows, in seconds.
  private let span: Double
  /// How long a bar is, in seconds.
  private let step: Double
  /// The most stale reads, and the most blocked operations, in one bar of any lane.
  private let most: (stale: Int, blocked: Int)

  /// A picture of what became of profiles.
  public init(_ ordeal: Ordeal, _ results: [OrdealResult]) {
    (self.ordeal, self.results) = (ordeal, results)
    let healed = Self.seconds(ordeal.cutRange.upperBound)
    let ends = results.compactMap { $0.stretches.last.map { Self.seconds($0.start + Ordeal.stretch) } }
    let busy = results.flatMap(\.stretches).filter { $0.ended > 0 }.map { Self.seconds($0.start + Ordeal.stretch) }
    // Who agrees late, or never, doesn't take the room of all others.
    let end = max(busy.max() ?? 0, healed, min(ends.max() ?? 0, 2 * healed)) + 2
    span = end.rounded(.up)
    let step = max(1, (span / 60).rounded(.up))
    self.step = step
    let bars = results.flatMap { Self.bars(of: $0, each: step) }
    most = (bars.map(\.stale).max() ?? 0, bars.map(\.blocked).max() ?? 0)
  }

  private static func seconds(_ instant: Instant) -> Double { Double(instant.microseconds) / 1_000_000 }

  private func x(_ seconds: Double) -> Double { Self.plot + Self.plotWidth * min(seconds, span) / span }

  private var height: Double { Self.top + Double(results.count) * (Self.lane + Self.gap) + 132 }

  /// The picture, as the lines of an SVG document.
  public var lines: [String] {
    var drawing = SVGDrawing(width: Self.width, height: height, title: title, description: description)
    drawing.text(title, Self.left, 42, size: 22, bold: true)
    drawing.text("The load on each: \(ordeal.workload)", Self.left, 68, .muted)
    drawing.text("The cut: \(cutWords)", Self.left, 88, .muted)
    drawLegend(in: &drawing)
    drawGrid(in: &drawing)
    for column in Self.columns { drawing.text(column.name, column.end, Self.top - 12, .muted, size: 12, .end) }
    for (place, result) in results.enumerated() {
      draw(result, at: Self.top + Double(place) * (Self.lane + Self.gap), in: &drawing)
    }
    let foot = height - 84
    for (place, line) in Self.notes.enumerated() {
      drawing.text(line, Self.left, foot + 18 * Double(place), .muted, size: 12)
    }
    return drawing.lines
  }

  private var title: String { "\(CountedNoun("system").text(results.count)), one load, one cut" }

  private var cutWords: String {
    let range = ordeal.cutRange
    return "\(ordeal.cut.first) and \(ordeal.cut.second) don't reach each other from "
      + "\(Quantity.text(range.lowerBound - .start)) to \(Quantity.text(range.upperBound - .start))"
  }

  /// All that it shows, in words.
  private var description: String {
    results.map { result in
      let agreed = result.agreed.map { "all agreed \(Quantity.figure($0)) after the cut was healed" } ?? "never agreed"
      return "\(result.profile): \(CountedNoun("operation").text(result.blocked)) blocked, "
        + "\(CountedNoun("stale read").text(result.count(.stale))), "
        + "\(result.behind.map(Quantity.figure) ?? "nothing") behind as the cut was healed, "
        + "\(CountedNoun("acknowledged write").text(result.count(.overwritten))) beaten, "
        + "\(result.count(.lost)) lost, \(agreed), \(Quantity.size(result.count(.bytes))) moved between regions. "
        + "\(result.effect.map { "The cut: \($0.sentence)." } ?? "")"
    }.joined(separator: " ")
  }

  private static let notes = [
    "Blocked: operations that were refused or not answered in time. Stale: reads that missed an acknowledged write.",
    "Behind: age of the oldest write that some owner lacked as the cut was healed. "
      + "Beaten: acknowledged writes that lost to one that hadn't seen them.",
    "Lost: acknowledged writes that nobody holds. Agreed: how long after the cut was healed all did. "
      + "Moved: bytes between regions.",
    "`eventually profiles --compare --script NAME` prints the run of a lane as a script that expects its figures.",
  ]
}

extension OrdealPicture {
  /// A stretch of a lane.
  private struct Bar {
    let start: Double
    var ended = 0
    var answered = 0
    var stale = 0
    var blocked: Int { ended - answered }
  }

  /// What a lane is made of: bars in which any operation ended.
  private static func bars(of result: OrdealResult, each step: Double) -> [Bar] {
    var bars: [Bar] = []
    for stretch in result.stretches {
      let start = (seconds(stretch.start) / step).rounded(.down) * step
      if bars.last?.start != start { bars.append(Bar(start: start)) }
      bars[bars.count - 1].ended += stretch.ended
      bars[bars.count - 1].answered += stretch.answered
      bars[bars.count - 1].stale += stretch.stale
    }
    return bars.filter { $0.ended > 0 }
  }

  private func drawLegend(in drawing: inout SVGDrawing) {
    let unit = step == 1 ? "a second" : "in \(Quantity.number(step)) s"
    let entries: [(paint: SVGDrawing.Paint, words: String, width: Double)] = [
      (.answered, "answered", 78), (.stale, "stale reads, from below; at most \(most.stale) \(unit)", 254),
      (.blocked, "blocked, from above; at most \(most.blocked) \(unit)", 244),
      (.owed, "copies differ, until all agree ◆", 0),
    ]
    var place = Self.left + 208
    for entry in entries {
      drawing.rect(place, 103, 12, 12, entry.paint, radius: 2)
      drawing.text(entry.words, place + 18, 113.5, .muted, size: 12)
      place += entry.width + 18
    }
  }

  /// The axis, and when the cut begins and ends.
  private func drawGrid(in drawing: inout SVGDrawing) {
    let bottom = Self.top + Double(results.count) * (Self.lane + Self.gap)
    let ticks = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600].first { span / $0 <= 10 } ?? 1_200
    for tick in stride(from: 0, through: span, by: ticks) {
      drawing.upright(x(tick), from: Self.top - 4, to: bottom, .grid)
      drawing.text("\(Quantity.number(tick)) s", x(tick), bottom + 14, .muted, size: 12, .middle)
    }
    let ends = [(ordeal.cutRange.lowerBound, "cut"), (ordeal.cutRange.upperBound, "healed")]
    for (instant, word) in ends {
      let place = x(Self.seconds(instant))
      drawing.upright(place, from: Self.top - 8, to: bottom, .cut, isDashed: true)
      drawing.text(word, place, Self.top - 12, .cut, size: 12, .middle, bold: true)
    }
  }

  private func draw(_ result: OrdealResult, at y: Double, in drawing: inout SVGDrawing) {
    drawing.open(named: "\(result.profile): \(result.effect?.sentence ?? "")")
    drawing.text(result.profile, Self.left, y + 17, size: 14, bold: true)
    drawing.text(result.effect?.words ?? "", Self.left, y + 34, .muted, size: 11.5)
    drawing.rect(Self.plot, y, Self.plotWidth, Self.lane, .lane, radius: 4, opacity: 0.72)
    if result.effect?.isTouched ?? false {
      let (begin, heal) = (x(Self.seconds(ordeal.cutRange.lowerBound)), x(Self.seconds(ordeal.cutRange.upperBound)))
      drawing.rect(begin, y, heal - begin, Self.lane, .cut, opacity: 0.12)
    }
    for bar in Self.bars(of: result, each: step) where bar.start < span { draw(bar, at: y + 4, in: &drawing) }
    drawAgreement(of: result, at: y + Self.track + 11, in: &drawing)
    drawFigures(of: result, at: y + 24, in: &drawing)
    drawing.close()
  }

  private func draw(_ bar: Bar, at y: Double, in drawing: inout SVGDrawing) {
    let start = x(bar.start)
    let width = max(1, x(bar.start + step) - start - 1)
    drawing.rect(start, y, width, Self.track, .answered, radius: 1)
    if bar.stale > 0 {
      let height = max(2, 0.62 * Self.track * Double(bar.stale) / Double(max(1, most.stale)))
      drawing.rect(start, y + Self.track - height, width, height, .stale, radius: 1)
    }
    if bar.blocked > 0 {
      let height = max(3, 0.38 * Self.track * Double(bar.blocked) / Double(max(1, most.blocked)))
      drawing.rect(start, y, width, height, .blocked, radius: 1)
    }
  }

  /// From when the cut is healed until all agree.
  private func drawAgreement(of result: OrdealResult, at y: Double, in drawing: inout SVGDrawing) {
    let healed = Self.seconds(ordeal.cutRange.upperBound)
    let end = result.agreed.map { healed + Double($0.microseconds) / 1_000_000 } ?? span
    if end > healed { drawing.rect(x(healed), y - 2, max(1, x(end) - x(healed)), 4, .owed, radius: 1) }
    if result.hasConverged, end < span { drawing.diamond(x(end), y, 5, .owed) }
  }

  private func drawFigures(of result: OrdealResult, at y: Double, in drawing: inout SVGDrawing) {
    let figures: [(text: String, isNothing: Bool, paint: SVGDrawing.Paint)] = [
      ("\(result.blocked)", result.blocked == 0, .blocked),
      ("\(result.count(.stale))", result.count(.stale) == 0, .stale),
      (result.behind.map(Quantity.figure) ?? "–", (result.behind ?? .zero) == .zero, .ink),
      ("\(result.count(.overwritten))", result.count(.overwritten) == 0, .ink),
      ("\(result.count(.lost))", result.count(.lost) == 0, .blocked),
      (result.agreed.map(Quantity.figure) ?? "never", result.agreed == .zero, .owed),
      (Quantity.size(result.count(.bytes)), result.count(.bytes) == 0, .ink),
    ]
    for (column, figure) in zip(Self.columns, figures) {
      let paint = figure.isNothing ? SVGDrawing.Paint.muted : figure.paint
      drawing.text(figure.text, column.end, y, paint, size: 13.5, .end, bold: !figure.isNothing)
    }
  }
}
