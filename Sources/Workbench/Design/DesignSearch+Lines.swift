import Analysis
import Insight
import Kernel
import Language
import Replication

extension DesignSearch {
  /// What was asked, in words, such as `p99 50ms, 0.1% stale reads, any region lost`.
  var demandText: String {
    var words: [String] = []
    if let p99 = demand.p99 { words.append("99 of 100 operations within \(Quantity.text(p99))") }
    if let stale = demand.stale { words.append("at most \(Quantity.percent(stale)) of reads stale") }
    if let price = demand.price { words.append("at most \(Quantity.dollars(price)) a month") }
    switch demand.survives {
    case .none: break
    case .replica:
      words.append("\(Quantity.percent(DesignDemand.leastAvailability)) answered after any loss of a replica")
    case .region:
      words.append("\(Quantity.percent(DesignDemand.leastAvailability)) answered after any loss of a region")
    }
    return words.isEmpty ? "nothing" : words.joined(separator: ", ")
  }

  /// The front as a table, or what stood in the way.
  public var lines: [String] {
    let tried = refused == 0 ? "" : "; \(refused) others can't be had"
    let heading =
      "Asked: \(demandText). Workload: \(Printable.escaped(run.workload.plain)). "
      + "\(CountedNoun("design").text(points.count)) tried\(tried)."
    guard !front.isEmpty else { return TextWrap.lines(heading, width: 78) + [""] + refusal }
    let rows = front.enumerated().map { place, point in
      let (candidate, figures) = (point.candidate, point.figures)
      return [
        "\(place + 1)", Quantity.dollars(figures.price), DesignDemand.Kind.p99.text(figures.p99),
        Quantity.figure(share: figures.stale), figures.availability.map { Quantity.figure(share: $0) } ?? "–",
        figures.lost.map { "\($0)" } ?? "–", candidate.scheme.rawValue, "\(candidate.copies)", candidate.level,
        candidate.repair, candidate.routing,
      ]
    }
    let header = ["", "a month", "p99", "stale", "after", "lost", "scheme", "n", "level", "repair", "routing"]
    return TextWrap.lines(heading, width: 78) + [""]
      + Listing.table([header] + rows, right: [0, 1, 2, 3, 4, 5, 7]) + [""]
      + TextWrap.lines(legend, width: 78) + again + coarse
  }

  private var legend: String {
    let after =
      demand.survives == .none
      ? ""
      : " after: answered once the worst loss of a \(demand.survives.rawValue) was noticed; lost: acknowledged writes gone."
    return
      "No design is better in all of price, p99, stale reads\(after.isEmpty ? "" : " and after") than one of these."
      + after + " n: copies, or servers of primary-cache, a region. --script N prints one that shows its figures again."
  }

  /// That there are too few reads to tell the share that is allowed from none: where none of n is stale, up to 3 ÷ n may be
  /// (the rule of three, Hanley and Lippman-Hand, *JAMA* 1983).
  private var coarse: [String] {
    let reads = front.map(\.figures.reads).min() ?? 0
    guard let stale = demand.stale, stale > 0, Double(reads) * stale < 3 else { return [] }
    let needed = CountedNoun("read").text(Int((3 / stale).rounded(.up)))
    return TextWrap.lines(
      "▲ \(CountedNoun("read").text(reads)) are too few to tell \(Quantity.percent(stale)) from none; a workload of \(needed) would do.",
      width: 78)
  }

  /// What the points came to under other seeds.
  private var again: [String] {
    front.enumerated().compactMap { place, point -> String? in
      let missed = point.again.contains { !demand.isMet(by: $0) }
      let figures = point.again.map {
        "\(DesignDemand.Kind.p99.text($0.p99)) and \(Quantity.figure(share: $0.stale)) stale"
      }
      guard !figures.isEmpty else { return nil }
      return "\(missed ? "▲" : "●") \(place + 1) under other seeds: \(figures.joined(separator: "; "))"
    }
  }

  /// Which demands nobody met, and who came nearest.
  var refusal: [String] {
    let asked = DesignDemand.Kind.allCases.filter { demand.limit($0) != nil }
    let unmet = asked.filter { kind in !points.contains { demand.excess(kind, of: $0.figures) == 0 } }
    var lines = unmet.flatMap { kind -> [String] in
      guard let limit = demand.limit(kind),
        let nearest = points.min(by: { demand.excess(kind, of: $0.figures) < demand.excess(kind, of: $1.figures) })
      else { return [] }
      let side = kind == .availability ? "at least" : "at most"
      let value = nearest.figures.value(kind).map(kind.text) ?? "nothing"
      return TextWrap.lines(
        "✗ Nobody has \(side) \(kind.text(limit)) \(kind.words). The nearest has \(value): \(nearest.candidate.words).",
        width: 78)
    }
    if unmet.isEmpty {
      lines = TextWrap.lines("✗ Each demand is met by some design, but none meets all of them.", width: 78)
    }
    func total(_ point: Point) -> Double { asked.reduce(0) { $0 + demand.excess($1, of: point.figures) } }
    if asked.count > 1, let nearest = points.min(by: { total($0) < total($1) }) {
      let missed = asked.filter { demand.excess($0, of: nearest.figures) > 0 }.compactMap { kind in
        nearest.figures.value(kind).map { "\(kind.text($0)) \(kind.words)" }
      }
      lines += TextWrap.lines(
        "The nearest to all of them: \(nearest.candidate.words), with \(missed.joined(separator: ", ")).", width: 78)
    }
    return lines
  }

  /// A line a point of the front, then one for the search; dollars a month, microseconds, shares from 0 to 1.
  public var json: [String] {
    front.enumerated().map { json(of: $0.element, number: $0.offset + 1) } + [
      JSONText.object([
        .init("kind", .string("design")), .init("met", .boolean(!front.isEmpty)),
        .init("tried", .integer(Int64(points.count))), .init("refused", .integer(Int64(refused))),
        .init("seed", .string("\(run.seed)")), .init("workload", .string(run.workload.plain)),
        .init("unmet", .array(front.isEmpty ? refusal.map { .string($0) } : [])),
      ]).text
    ]
  }

  private func json(of point: Point, number: Int) -> String {
    let candidate = point.candidate
    let design: [JSONText.Field] = [
      .init("lost", .optional(point.figures.lost)), .init("worst", .optional(point.figures.worst)),
      .init("scheme", .string(candidate.scheme.rawValue)), .init("copies", .integer(Int64(candidate.copies))),
      .init("level", .string(candidate.level)), .init("repair", .string(candidate.repair)),
      .init("routing", .string(candidate.routing)),
      .init("again", .array(point.again.map { .object(Self.fields($0)) })),
    ]
    let head: [JSONText.Field] = [.init("kind", .string("point")), .init("number", .integer(Int64(number)))]
    return JSONText.object(head + Self.fields(point.figures) + design).text
  }

  private static func fields(_ figures: DesignFigures) -> [JSONText.Field] {
    [
      .init("price", .number(figures.price)), .init("p99", .number(figures.p99)),
      .init("stale", .number(figures.stale)),
      .init("availability", figures.availability.map { .number($0) } ?? .null),
    ]
  }
}

extension DesignCandidate {
  /// What it is, in words.
  var words: String {
    let count = scheme == .primaryCache ? CountedNoun("server") : CountedNoun.copies
    let level = level.isEmpty ? "" : " at \(level)"
    return "\(scheme.rawValue) with \(count.text(copies)) a region\(level), repair \(repair), coordinator \(routing)"
  }
}
