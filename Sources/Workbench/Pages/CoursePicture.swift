import Kernel
import Language

/// The course of a scenario on one axis of time: throughput, stale reads, what owners lacked, and the faults.
struct CoursePicture {
  private static let width = 960.0
  private static let (left, plot) = (190.0, 750.0)
  private static let (gap, bar) = (22.0, 20.0)
  /// How many faults have a bar of their own.
  private static let shownFaults = 30

  typealias Fault = (title: String, from: TimeSpan, to: TimeSpan)

  private let course: ScenarioCourse
  private let faults: [Fault]

  init(_ course: ScenarioCourse, _ faults: [Fault]) {
    self.course = course
    self.faults = faults.enumerated().sorted { ($0.element.from, $0.offset) < ($1.element.from, $1.offset) }
      .map(\.element)
  }

  /// One row of the picture, by what is said of it.
  private enum Band: String {
    case operations, stale = "stale reads", behind, owed

    var height: Double {
      switch self {
      case .operations: 96
      case .stale, .behind: 60
      case .owed: 70
      }
    }
  }

  private var bands: [Band] {
    [.operations] + (hasReads ? [.stale] : []) + (longest > .zero ? [.behind] : []) + [.owed]
  }

  /// How much of it there is at most.
  private func most(of band: Band) -> String {
    switch band {
    case .operations: "at most \(rate(most))"
    case .stale: mostStale == 0 ? "none" : "at most \(rate(mostStale))"
    case .behind: "at most \(Quantity.figure(longest))"
    case .owed: oldest > .zero ? "at most \(Quantity.figure(oldest))" : "nothing seen"
    }
  }

  private var seconds: Double { Double(course.width.microseconds) / 1_000_000 }
  private var most: Int { course.stretches.map(\.ended).max() ?? 0 }
  private var mostStale: Int { course.stretches.map(\.stale).max() ?? 0 }
  private var longest: TimeSpan { course.stretches.map(\.staleness).max() ?? .zero }
  private var oldest: TimeSpan { course.samples.map(\.oldest).max() ?? .zero }
  private var hasReads: Bool { course.stretches.contains { $0.reads > 0 } }

  private func rate(_ count: Int) -> String { "\(Quantity.figure(Double(count) / seconds)) a second" }

  private func x(_ span: TimeSpan) -> Double {
    Self.left + Self.plot * Double(span.microseconds) / Double(max(1, course.end.microseconds))
  }

  /// What is said below it.
  var caption: String {
    let stale =
      !hasReads ? "" : " Stale reads missed an acknowledged write; behind: how long the first one missed had been so."
    return """
      Operations by when they ended, in stretches of \(Quantity.text(course.width)): answered below, not ok above.\(stale) \
      Owed: the age of the oldest write that some owner lacked. The dashed line: all is undone.
      """
  }

  /// The picture.
  func drawing(title: String) -> SVGDrawing {
    let shown = faults.prefix(Self.shownFaults)
    let faultHeight = Double(max(1, shown.count + (faults.count > shown.count ? 1 : 0))) * Self.bar
    let bottom = 14 + bands.reduce(0) { $0 + $1.height + Self.gap } + faultHeight
    var drawing = SVGDrawing(width: Self.width, height: bottom + 30, title: title, description: description)
    drawGrid(to: bottom, in: &drawing)
    var top = 14.0
    for band in bands {
      label(band.rawValue, most(of: band), top, in: &drawing)
      drawing.rect(Self.left, top, Self.plot, band.height, .lane, opacity: 0.6)
      draw(band, top, in: &drawing)
      top += band.height + Self.gap
    }
    drawFaults(Array(shown), top, in: &drawing)
    drawing.upright(x(course.undone), from: 8, to: bottom, .ink, isDashed: true)
    return drawing
  }

  private func label(_ name: String, _ most: String, _ top: Double, in drawing: inout SVGDrawing) {
    drawing.text(name, 8, top + 14, size: 14, bold: true)
    drawing.text(most, 8, top + 32, .muted, size: 12.5)
  }

  private func draw(_ band: Band, _ top: Double, in drawing: inout SVGDrawing) {
    switch band {
    case .operations: drawOperations(band, top, in: &drawing)
    case .stale:
      drawBars(band, top, .stale, in: &drawing) { Double($0.stale) / Double(max(1, mostStale)) }
    case .behind:
      drawBars(band, top, .stale, in: &drawing) {
        Double($0.staleness.microseconds) / Double(max(1, longest.microseconds))
      }
    case .owed: drawOwed(band, top, in: &drawing)
    }
  }

  /// Where a stretch begins and how wide it is.
  private func place(_ index: Int) -> (x: Double, width: Double) {
    let start = TimeSpan(microseconds: Int64(index) * course.width.microseconds)
    let end = min(TimeSpan(microseconds: Int64(index + 1) * course.width.microseconds), course.end)
    return (x(start), max(1, x(end) - x(start) - 1))
  }

  private func drawOperations(_ band: Band, _ top: Double, in drawing: inout SVGDrawing) {
    for (index, stretch) in course.stretches.enumerated() where stretch.ended > 0 {
      let (start, width) = place(index)
      let scale = band.height / Double(max(1, most))
      let answered = scale * Double(stretch.answered)
      if stretch.answered > 0 { drawing.rect(start, top + band.height - answered, width, answered, .answered) }
      guard stretch.ended > stretch.answered else { continue }
      // What is seldom is seen all the same.
      let refused = max(2, scale * Double(stretch.ended - stretch.answered))
      drawing.rect(start, max(top, top + band.height - answered - refused), width, refused, .blocked)
    }
  }

  private func drawBars(
    _ band: Band, _ top: Double, _ paint: SVGDrawing.Paint, in drawing: inout SVGDrawing,
    _ share: (ScenarioCourse.Stretch) -> Double
  ) {
    for (index, stretch) in course.stretches.enumerated() {
      let part = share(stretch)
      guard part > 0 else { continue }
      let (start, width) = place(index)
      let height = max(2, band.height * min(1, part))
      drawing.rect(start, top + band.height - height, width, height, paint)
    }
  }

  private func drawOwed(_ band: Band, _ top: Double, in drawing: inout SVGDrawing) {
    let scale = band.height / Double(max(1, oldest.microseconds))
    drawing.line(
      course.samples.map { (x($0.at), top + band.height - scale * Double($0.oldest.microseconds)) }, .owed)
    for sample in course.samples where sample.oldest > .zero {
      drawing.disc(x(sample.at), top + band.height - scale * Double(sample.oldest.microseconds), 2, .owed)
    }
  }

  private func drawFaults(_ shown: [Fault], _ top: Double, in drawing: inout SVGDrawing) {
    label("faults", faults.isEmpty ? "none" : "\(faults.count)", top - 4, in: &drawing)
    for (row, fault) in shown.enumerated() {
      let y = top + Double(row) * Self.bar
      drawing.rect(x(fault.from), y, max(2, x(fault.to) - x(fault.from)), Self.bar - 4, .cut, opacity: 0.22)
      drawing.upright(x(fault.from), from: y, to: y + Self.bar - 4, .cut)
      let words = Printable.escaped(fault.title)
      // Where it wouldn't fit behind its beginning it ends at the edge.
      let fits = x(fault.from) + 4 + 6.6 * Double(TextWidth.of(words)) < Self.left + Self.plot
      drawing.text(
        words, fits ? x(fault.from) + 4 : Self.left + Self.plot, y + 12.5, size: 12, fits ? .start : .end)
    }
    guard faults.count > shown.count else { return }
    let y = top + Double(shown.count) * Self.bar + 12.5
    drawing.text("and \(faults.count - shown.count) more", Self.left, y, .muted, size: 12)
  }

  private func drawGrid(to bottom: Double, in drawing: inout SVGDrawing) {
    let end = Double(course.end.microseconds) / 1_000_000
    let steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600]
    let step = steps.first { end / $0 <= 12 } ?? max(1, (end / 12).rounded(.up))
    for tick in stride(from: 0, through: end, by: step) {
      let place = x(TimeSpan(microseconds: Int64((tick * 1_000_000).rounded())))
      drawing.upright(place, from: 8, to: bottom, .grid)
      let anchor: SVGDrawing.Anchor = place > Self.left + Self.plot - 16 ? .end : .middle
      drawing.text("\(Quantity.number(tick, decimals: 2)) s", place, bottom + 18, .muted, size: 12.5, anchor)
    }
  }

  // MARK: Words

  /// All that it shows, in words.
  private var description: String {
    let ended = course.stretches.reduce(0) { $0 + $1.ended }
    let answered = course.stretches.reduce(0) { $0 + $1.answered }
    let stale = course.stretches.reduce(0) { $0 + $1.stale }
    let cuts = faults.map { "\($0.title) from \(Quantity.figure($0.from)) to \(Quantity.figure($0.to))" }
    return """
      \(CountedNoun("operation").text(ended)) ended, \(ended - answered) of them not ok, at most \(rate(most)). \
      \(CountedNoun("stale read").text(stale))\(longest > .zero ? ", at most \(Quantity.figure(longest)) behind" : ""). \
      The oldest write that an owner lacked was at most \(Quantity.figure(oldest)) old. \
      Faults: \(cuts.isEmpty ? "none" : cuts.prefix(Self.shownFaults).joined(separator: "; ")). \
      All is undone at \(Quantity.figure(course.undone)); the scenario is over at \(Quantity.figure(course.end)).
      """
  }

  /// The same as tables.
  func tables(of name: String) -> [PageTable] {
    let rows = course.stretches.enumerated().filter { $0.element.ended > 0 }.map { index, stretch in
      PageTable.Row(
        head: Quantity.text(TimeSpan(microseconds: Int64(index) * course.width.microseconds)),
        cells: [
          .init("\(stretch.answered)", .number), .init("\(stretch.ended - stretch.answered)", .number),
          .init("\(stretch.reads)", .number), .init("\(stretch.stale)", .number),
          .init(stretch.stale > 0 ? Quantity.figure(stretch.staleness) : "–", .number),
        ])
    }
    let samples = course.samples.map { sample in
      PageTable.Row(
        head: Quantity.text(sample.at),
        cells: [.init("\(sample.missing)", .number), .init(Quantity.figure(sample.oldest), .number)])
    }
    let faultRows = faults.map { fault in
      PageTable.Row(
        head: fault.title, cells: [.init(Quantity.text(fault.from), .number), .init(Quantity.text(fault.to), .number)])
    }
    let counted = PageTable(
      caption: "Operations of \(name) that ended in each \(Quantity.text(course.width))",
      columns: [
        .init("From"), .init("Answered", .number), .init("Not ok", .number), .init("Reads", .number),
        .init("Stale", .number), .init("Behind at most", .number),
      ], rows: rows)
    let owed = PageTable(
      caption: "What owners lacked in \(name)",
      columns: [.init("At"), .init("Versions a live owner lacked", .number), .init("Age of the oldest", .number)],
      rows: samples)
    let faultTable = PageTable(
      caption: "Faults of \(name)", columns: [.init("Fault"), .init("From", .number), .init("To", .number)],
      rows: faultRows)
    return [counted, owed, faultTable].filter { !$0.rows.isEmpty }
  }
}
