import Insight
import Kernel
import Language
import Replication

/// Service levels over windows that end now: what `show slo` answers.
///
/// What an indicator is now says nothing of the run, and the other way round: both are told, each by its name.
public struct WindowReport: Sendable {
  /// One indicator.
  public struct Row: Sendable {
    /// Which.
    public let indicator: Indicator
    /// Its value in the window of a 720th of the period, with its unit.
    public let value: String
    /// How good that is; nil without events.
    public let grade: WindowLevel.Grade?
    /// How many times too fast its budget burns, over the long windows of page, slow and ticket; nil without events.
    public let burns: [Double?]
    /// Its alerts that fire.
    public let firing: [String]
    /// What is promised.
    public let objective: Objective
    /// Its value over the whole run.
    public let overall: String
  }

  /// The indicators, in their usual order.
  public let rows: [Row]
  /// The lengths of the windows of page, slow and ticket.
  public let windows: [TimeSpan]
  private let period: TimeSpan
  private let sentences: [String]

  /// Those of a session that counts indicators over windows.
  public init(_ timeline: Timeline) {
    let world = timeline.world
    let settings = world.cluster.environment.settings.operating
    let service = world.observer.convergence.service
    let windows = BurnRule.allCases.map { settings.window(minutesOf30Days: $0.longMinutes) }
    let levels = ServiceLevel.all(world.cluster, world.observer)
    let outstanding = Outstanding(world.observer.convergence, in: world.cluster)
    self.windows = windows
    period = settings.period
    sentences = levels.map { ServiceSentence(level: $0, world: world).text }
    rows = Indicator.allCases.filter { $0.isOffered(by: world.cluster.scheme) }.map { indicator in
      let level = service.map { WindowLevel(indicator, over: windows[0], $0, outstanding) }
      let alerts = BurnRule.allCases.map { BurnAlert(indicator, $0).name }
      let tally = world.observer.tally
      return Row(
        indicator: indicator, value: level?.text ?? "–", grade: level?.grade,
        burns: windows.map { service?.window($0, of: indicator).burn(settings[indicator]) },
        firing: alerts.filter { world.board.state(of: $0) == .firing }, objective: settings[indicator],
        overall: levels.first { $0.indicator == indicator.overall }?.valueText
          ?? (tally.ended == 0 ? "–" : Quantity.share(tally.succeeded, of: tally.ended)))
    }
  }

  /// How many alerts of indicators fire.
  public var firingCount: Int { rows.reduce(0) { $0 + $1.firing.count } }

  /// What the windows say of an indicator of the run, in a sentence; nil if there is none of that name.
  public func sentence(of name: String) -> String? {
    guard let row = rows.first(where: { $0.indicator.overall?.rawValue == name }) else { return nil }
    let burns = zip(windows, row.burns).map { window, burn in
      "\(burn.map { Quantity.figure($0) } ?? "–") in \(Quantity.figure(window))"
    }
    let verb = CountedNoun("fires", "fire").form(row.firing.count)
    let firing = row.firing.isEmpty ? "no alert fires" : "\(row.firing.joined(separator: ", ")) \(verb)"
    return "In the last \(Quantity.figure(windows[0])): \(row.value) \(row.grade.words). "
      + "Budget burns: \(burns.joined(separator: ", ")); \(firing)."
  }

  /// The table that `show slo` prints.
  var lines: [String] {
    let heads = ["burn " + windows.map { Quantity.text($0) }.joined(separator: " / ")]
    let names = ["indicator", "last \(Quantity.figure(windows[0]))", "", "objective", "warning", "critical"]
    let table = rows.map { row in
      let (indicator, limits) = (row.indicator, row.indicator.thresholds)
      let sign = indicator.isBetterWhenLarger ? "<" : ">"
      return [
        indicator.rawValue, row.value, row.grade.words, indicator.objectiveText,
        "\(sign) \(indicator.exactText(limits.warning))", "\(sign) \(indicator.exactText(limits.critical))",
        row.burns.map { $0.map { Quantity.figure($0) } ?? "–" }.joined(separator: " / "), row.overall,
        row.firing.joined(separator: ", "),
      ]
    }
    let firing = rows.contains { !$0.firing.isEmpty } ? ["firing"] : []
    let targets = rows.map { row in
      [
        "  \(row.indicator.rawValue)",
        "\(Quantity.percent(Double(row.objective.target.millionths) / 1_000_000)) \(row.indicator.goodEvents)",
        "without data: \(row.objective.missing.rawValue)",
      ]
    }
    return Listing.table([names + heads + ["whole run"] + firing] + table, right: [1, 6, 7])
      + [
        "",
        "Burn: how many times too fast the budget of bad events is spent, of \(Quantity.text(period)) (`set slo-period`).",
        "Objectives (`set objective`), and what alerts make of a window without events:",
      ] + Listing.table(targets) + ["", "For the whole run:"] + sentences.map { "  \($0)" }
  }
}

extension WindowLevel {
  /// The value in few letters.
  var text: String {
    guard let value else { return "–" }
    let words =
      indicator.unit == .duration
      ? Quantity.figure(TimeSpan(microseconds: Int64(value))) : Quantity.figure(share: value)
    return (isAtLeast ? "≥ " : "") + words
  }
}

extension WindowLevel.Grade? {
  /// How good, in a word, after its glyph.
  package var words: String {
    switch self {
    case nil: "· no data"
    case .ok: "● ok"
    case .warning: "▲ WARNING"
    case .critical: "✗ CRITICAL"
    }
  }
}

extension Indicator {
  /// A threshold, which is exactly what it is.
  func exactText(_ value: Double) -> String {
    switch unit {
    case .share: Quantity.percent(value)
    case .duration: Quantity.text(TimeSpan(microseconds: Int64(value)))
    }
  }

  /// What is promised of its value, such as `< 5%`.
  var objectiveText: String {
    let percentile = unit == .duration ? "p99 " : ""
    let sign = self == .availability ? "≥" : isBetterWhenLarger ? ">" : "<"
    return "\(percentile)\(sign) \(exactText(thresholds.objective))"
  }

  /// Which events are good.
  package var goodEvents: String {
    switch self {
    case .lag: "of copies stored within 1s"
    case .convergence: "of versions with every live owner within 500ms"
    case .conflicts: "of stored versions without a conflict"
    case .staleReads: "of answered reads not stale"
    case .antiEntropy: "of repair sessions completed"
    case .availability: "of operations ok"
    }
  }
}
