import Kernel
import Language
import Workbench

/// All profiles under one load and one cut, a lane each on one axis of time: who blocked, who answered stale, who lost, when
/// each agreed again. Enter opens a lane as a session, at the selected instant.
enum CompareView: PaneView {
  static let summary = "seven production systems, one load, one cut: who blocked, who was stale, when all agreed"
  static let room = PaneRoom((76, 14), preferred: (124, 34))
  static let keys = [
    PaneKey(.down, "system", "the next system"),
    PaneKey(.right, "time", "a column later; h: earlier"),
    PaneKey(.finish, "open", "play it here up to the selected time; a u for each command takes that back"),
    PaneKey(.inspect, "script", "its figures, and the script that expects them"),
  ]

  static func refresh(_ model: inout ScreenModel) {
    if model.comparison == nil { model.comparison = Comparison(Ordeal(seed: model.session.seed)) }
  }

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    guard let comparison = model.comparison, comparison.problem == nil else {
      let words = model.comparison?.problem ?? "the systems are set up once this view has the focus"
      for (row, line) in TextWrap.lines(words, width: rect.width).enumerated() {
        frame.line(line, row: row, .dim, in: rect)
      }
      return PaneHeading(title: "COMPARE", detail: "")
    }
    CompareLanes(comparison, model.selection, in: rect).render(in: rect, &frame)
    let detail =
      comparison.now.map { "running, \(Quantity.text($0 - .start)) so far" }
      ?? "\(CountedNoun("system").text(comparison.results.count)), one cut"
    return PaneHeading(title: "COMPARE", detail: detail)
  }

  /// The lane that is selected: the first unless somebody chose.
  static func place(in model: ScreenModel) -> Int? {
    guard let results = model.comparison?.results, !results.isEmpty else { return nil }
    return results.firstIndex { $0.profile == model.selection.profile } ?? 0
  }

  /// The instant that is selected: as the cut is healed, unless somebody chose.
  static func instant(in model: ScreenModel) -> Instant {
    model.selection.instant ?? model.comparison?.ordeal.cutRange.upperBound ?? .start
  }
}

extension CompareView {
  static func move(_ model: inout ScreenModel, by rows: Int) {
    guard let results = model.comparison?.results, let place = place(in: model) else { return }
    let last = results.count - 1
    model.selection.profile = results[max(0, min(last, place + max(-last, min(last, rows))))].profile
  }

  static func moveAside(_ model: inout ScreenModel, by columns: Int) {
    guard let comparison = model.comparison else { return }
    // As wide as columns are where there is all the room that they want.
    let strip = OrdealStrip(comparison.results, in: comparison.ordeal, mostColumns: CompareLanes.mostColumns)
    let step = TimeSpan.seconds(Int64(strip.width))
    let last = strip.start(of: strip.columns - 1)
    let columns = max(-strip.columns, min(strip.columns, columns))
    let target = instant(in: model) + TimeSpan(microseconds: step.microseconds * Int64(columns))
    model.selection.instant = max(.start, min(last, target))
  }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    guard let place = place(in: model), let result = model.comparison?.results[place] else {
      model.say("no system could be set up", .warn)
      return []
    }
    let instant = instant(in: model)
    let name = "\(result.profile) at \(Quantity.text(instant - .start))"
    let lines = result.script(upTo: instant).filter { $0 != "seed \(model.session.seed)" }
    var names = model.session.names(isPrompt: false)
    let text = lines.joined(separator: "\n")
    guard let script = try? Script(name, from: HeldScript(name: name, text: text), names: &names) else {
      model.say("this can't be played on the present session", .warn)
      return []
    }
    model.pause()
    model.focus = .map
    return model.goOn(with: script)
  }

  static func inspection(_ model: ScreenModel) -> Inspection? {
    guard let comparison = model.comparison, let place = place(in: model) else { return nil }
    let result = comparison.results[place]
    guard result.values[.converged] != nil else {
      return Inspection(result.profile, ["under way: its figures, and its script, stand here once it is through"])
    }
    return Inspection(
      result.profile,
      [result.effect.map { "The cut: \($0.sentence)." } ?? "", CompareLanes.figures(of: result) + ".", "Its script:"]
        + result.script)
  }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    defer { (model.selection.profile, model.selection.instant) = (nil, nil) }
    return model.selection.profile != nil || model.selection.instant != nil
  }

  static func show(_ match: Int, in model: inout ScreenModel) {
    guard let results = model.comparison?.results, results.indices.contains(match) else { return }
    model.selection.profile = results[match].profile
  }

  static var isLatestLast: Bool { false }

  static func nearestMatch(in model: ScreenModel) -> Int? { place(in: model) }

  static func matches(of text: String, in model: ScreenModel) -> [Int] {
    let results = model.comparison?.results ?? []
    return results.indices.filter { results[$0].profile.contains(ignoringCase: text) }
  }
}
