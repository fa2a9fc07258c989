import Language

/// Calibrations as tables of text, and as JSON Lines.
extension Calibration {
  /// How wide prose is.
  private static let width = 80

  /// A heading, a row a figure, and below what there is to say of each; in lines of at most 80 columns.
  public var lines: [String] {
    let predicts = rows.contains { $0.figure.prediction != nil }
    let gives = rows.contains { $0.figure.stated != nil || $0.figure.published != nil }
    let header = (gives ? ["stated", "published"] : []) + (predicts ? ["predicted"] : []) + ["measured here"]
    let cells = rows.map { row in
      let (figure, unit) = (row.figure, row.figure.unit)
      return (gives ? [unit.text(figure.stated), unit.text(figure.published)] : [])
        + (predicts ? [row.predictedText] : []) + [row.measuredText]
    }
    let columns = Listing.table([header] + cells)
    let rest = columns.map { TextWidth.of($0) }.max() ?? 0
    let longest = (rows.map { TextWidth.of($0.figure.name) } + [6]).max() ?? 0
    let room = min(longest, max(16, Self.width - rest - 4))
    var lines = [profile.heading, "", "  \(TextWidth.pad("figure", room))  \(columns[0])"]
    var group: String?
    for (row, column) in zip(rows, columns.dropFirst()) {
      if row.figure.group != group, let heading = row.figure.group {
        lines += [""] + TextWrap.lines(heading, width: Self.width - 2).map { "  \($0)" }
      }
      group = row.figure.group
      // A long name goes on below, beside nothing.
      for (place, piece) in TextWrap.lines(row.figure.name, width: room).enumerated() {
        lines.append(place == 0 ? "\(row.sign) \(TextWidth.pad(piece, room))  \(column)" : "  \(piece)")
      }
    }
    let remarks = rows.filter { !$0.remark.isEmpty }.flatMap { row in
      TextWrap.lines("\(row.figure.name): \(row.remark)", width: Self.width - 2).enumerated().map {
        ($0.offset == 0 ? "\(row.sign) " : "  ") + $0.element
      }
    }
    let isConstructed = rows.contains { $0.verdict == .byConstruction }
    let key = "● inside  ✗ outside  – not comparable" + (isConstructed ? "  ○ by construction" : "")
    return lines + ["", key, ""] + remarks
  }

  /// A line a figure.
  public var json: [String] { rows.map { $0.json(profile: profile.name) } }

  /// How many figures lie inside, how many outside, how many could be nothing else, and how many can't be compared.
  public static func summary(of calibrations: [Calibration]) -> String {
    let rows = calibrations.flatMap(\.rows)
    let inside = rows.count { $0.verdict == .inside }
    let constructed = rows.count { $0.verdict == .byConstruction }
    let incomparable = rows.count { $0.verdict == .notComparable }
    let outside = rows.count - inside - constructed - incomparable
    let unexplained = rows.count { !$0.isExplained }
    return
      "\(CountedNoun("figure").text(rows.count)): \(inside) inside, \(outside) outside, "
      + "\(constructed) inside by construction, \(incomparable) not comparable; "
      + (unexplained == 0 ? "each that isn't inside says why" : "\(unexplained) unexplained")
  }
}

extension Calibration.Row {
  fileprivate var sign: String {
    switch verdict {
    case .inside: "●"
    case .byConstruction: "○"
    case .outside: "✗"
    case .notComparable: "–"
    }
  }

  /// What was measured, in as many digits as it takes to see on which side of a bound it lies.
  fileprivate var measuredText: String {
    guard let measured else { return "–" }
    let text = figure.unit.text(measured)
    guard case .outside = verdict else { return text }
    let limits = [figure.stated, figure.published, predicted].compactMap { figure.accepted($0) }
    let isAmbiguous = limits.flatMap { [$0.low, $0.high] }.contains { $0.map(figure.unit.text) == text }
    return isAmbiguous
      ? figure.unit.text(Figure.Bounds(exactly: (measured * 1_000).rounded() / 1_000)) : text
  }

  /// What was expected: bounds, or what a closed form gives and how far off it may be.
  fileprivate var predictedText: String {
    guard case .closedForm(let tolerance) = figure.prediction, let low = predicted?.low, let high = predicted?.high
    else {
      return figure.unit.text(predicted)
    }
    return "\(figure.unit.text((low + high) / 2)) ± \(Quantity.number(tolerance * 100))%"
  }

  /// Why it isn't inside, how the workload is scaled, and what else there is to know.
  fileprivate var remark: String {
    var parts: [String] = []
    switch verdict {
    case .inside: break
    case .byConstruction: parts.append("by construction: \(figure.byConstruction ?? "")")
    case .outside(let columns):
      let reason = measured == nil ? "nothing was measured" : figure.outside ?? "nothing explains it yet"
      parts.append("outside of what was \(columns.joined(separator: " and ")): \(reason)")
    case .notComparable:
      if case .nothing(let reason) = figure.measure { parts.append("not comparable: \(reason)") }
    }
    if let tolerance = figure.tolerance {
      parts.append("inside is \(figure.unit.text(tolerance.bounds)): \(tolerance.reason)")
    }
    if !figure.scale.isEmpty { parts.append("scaled: \(figure.scale)") }
    if !figure.note.isEmpty { parts.append(figure.note) }
    if !figure.source.isEmpty { parts.append("published: \(figure.source)") }
    return parts.joined(separator: ". ") + (parts.isEmpty ? "" : ".")
  }

  fileprivate func json(profile: String) -> String {
    func value(_ bounds: Figure.Bounds?) -> JSONText {
      bounds.map { .array([$0.low, $0.high].map { $0.map { .number($0) } ?? .null }) } ?? .null
    }
    let word: String =
      switch verdict {
      case .inside, .byConstruction: "inside"
      case .outside: "outside"
      case .notComparable: "not-comparable"
      }
    return JSONText.object([
      .init("profile", .string(profile)), .init("figure", .string(figure.name)),
      .init("unit", .string(figure.unit.rawValue)), .init("stated", value(figure.stated)),
      .init("published", value(figure.published)), .init("tolerance", value(figure.tolerance?.bounds)),
      .init("predicted", value(predicted)),
      .init("measured", measured.map { .number($0) } ?? .null), .init("verdict", .string(word)),
      .init("note", .string(remark)),
    ]).text
  }
}

extension Figure.Unit {
  /// A value in the unit, such as `345 ms`.
  func text(_ value: Double) -> String {
    switch self {
    case .truth: value == 0 ? "no" : "yes"
    case .percent: Quantity.figure(value) + "%"
    case .perSecond: Quantity.figure(value) + "/s"
    case .count: Quantity.figure(value)
    case .milliseconds, .seconds, .minutes, .bytes: "\(Quantity.figure(value)) \(rawValue)"
    }
  }

  /// Bounds in the unit, such as `200–500 ms` or `< 400 ms`.
  func text(_ bounds: Figure.Bounds?) -> String {
    func plain(_ value: Double) -> String { Quantity.number(value, decimals: 8) }
    let tail: String =
      switch self {
      case .percent: "%"
      case .perSecond: "/s"
      case .count, .truth: ""
      case .milliseconds, .seconds, .minutes, .bytes: " \(rawValue)"
      }
    switch (bounds?.low, bounds?.high) {
    case (nil, nil): return "–"
    case (let low?, nil): return "≥ \(plain(low))\(tail)"
    case (nil, let high?): return "< \(plain(high))\(tail)"
    case (let low?, let high?):
      if self == .truth { return low == high ? (low == 0 ? "no" : "yes") : "either" }
      return (low == high ? plain(low) : "\(plain(low))–\(plain(high))") + tail
    }
  }
}
