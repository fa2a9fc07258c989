import Insight
import Kernel
import Language
import Replication

/// All alerts: how they stand, when they fired and cleared, how long after the cause, and which were false or missing.
public struct AlertReport: Sendable {
  /// One time that it fired.
  public struct Firing: Sendable {
    /// When, until when, and who was told.
    public let firing: AlertFiring
    /// What began before: a fault, or the first bad event; nil if the alert is false.
    public let cause: (at: Instant, text: String)?
    /// Whether it had fired for that cause before.
    public let isAgain: Bool
    /// How long after the cause it fired; nil if it is false.
    public var delay: TimeSpan? { cause.map { firing.fired - $0.at } }
  }

  /// One alert.
  public struct Row: Sendable {
    /// Its name.
    public let name: String
    /// How urgent it is.
    public let severity: AlertSeverity
    /// How it stands.
    public let state: AlertState
    /// Since when, where it fires or is pending.
    public let since: Instant?
    /// When it fires, in words.
    public let rule: String
    /// Each time that it fired.
    public let firings: [Firing]
    /// How many breaches came and went without it.
    public let missed: Int
    /// Whether it is one's own.
    public let isOwn: Bool

    /// How often somebody was called: what fires again before it has been quiet for a while is one page.
    public var pages: Int { firings.count(where: \.firing.isNewPage) }

    /// How often it fired for nothing.
    public var falseAlarms: Int { firings.count { $0.cause == nil } }
  }

  /// The alerts: one's own first, then those of the indicators.
  public let rows: [Row]
  private let now: Instant

  /// Those of a session that counts indicators over windows.
  public init(_ timeline: Timeline) {
    let (world, truth) = (timeline.world, AlertTruth(timeline))
    let board = world.board
    now = timeline.now
    let settings = world.cluster.environment.settings.operating
    func firings(_ name: String) -> [Firing] {
      var causes: Set<Instant> = []
      return board.firings.filter { $0.alert == name }.map { firing in
        let cause = truth.cause(of: firing)
        let isAgain = cause.map { !causes.insert($0.at).inserted } ?? false
        return Firing(firing: firing, cause: cause.map { ($0.at, $0.text) }, isAgain: isAgain)
      }
    }
    func row(_ name: String, _ severity: AlertSeverity, _ rule: String, isOwn: Bool) -> Row {
      let state = board.state(of: name) ?? .ok
      let firings = firings(name)
      let since = state == .firing ? firings.last?.firing.fired : board.standing(of: name)?.since
      return Row(
        name: name, severity: severity, state: state, since: since, rule: rule, firings: firings,
        missed: truth.missed(by: name).count, isOwn: isOwn)
    }
    let own = board.rules.map { standing in
      let rule = standing.rule
      let span = rule.span == .zero ? "" : " for \(Quantity.text(rule.span))"
      return row(rule.name, rule.severity, rule.text + span, isOwn: true)
    }
    let others = BurnAlert.all.filter { alert in
      alert.indicator.isOffered(by: world.cluster.scheme) && !board.isOff(alert.name)
    }
    rows =
      own + others.map { row($0.name, $0.rule.severity, $0.words(settings), isOwn: false) }
  }

  /// The table that `show alerts` prints.
  public var lines: [String] {
    let told = rows.filter { $0.isOwn || !$0.firings.isEmpty || $0.missed > 0 }
    var table = [["alert", "", "state", "fired", "cleared", "after the cause", "cause"]]
    for row in told {
      let state = row.state.words + (row.since.map { " since \(Self.text($0))" } ?? "")
      if row.firings.isEmpty { table.append([row.name, row.severity.rawValue, state, "never"]) }
      for (place, firing) in Self.told(row.firings).enumerated() {
        let head = place == 0 ? [row.name, row.severity.rawValue, state] : ["", "", ""]
        guard let firing else {
          table.append(head + ["…"])
          continue
        }
        table.append(
          head + [
            Self.text(firing.firing.fired), firing.firing.cleared.map(Self.text) ?? "fires still",
            firing.isAgain ? "again" : firing.delay.map { Quantity.figure($0) } ?? "false alarm",
            firing.cause.map { firing.isAgain ? "" : "\(Printable.escaped($0.text)), \(Self.text($0.at))" }
              ?? "no indicator was bad",
          ])
      }
    }
    let quiet = rows.count - told.count
    var lines = told.isEmpty ? [] : Listing.table(table, right: [3, 4, 5])
    lines += told.flatMap(notes)
    if quiet > 0 {
      let others = told.isEmpty ? "alerts" : "other alerts"
      lines.append("\(quiet) \(others) never fired, and missed nothing; `show slo` has the windows that they watch.")
    }
    return lines
  }

  /// How many times of one alert are listed at most.
  private static let mostFirings = 4

  /// The first times that it fired and the latest, with nil for those between.
  private static func told(_ firings: [Firing]) -> [Firing?] {
    firings.count <= mostFirings
      ? firings : firings.prefix(2).map(Optional.some) + [nil] + firings.suffix(2).map(Optional.some)
  }

  private func notes(of row: Row) -> [String] {
    var words: [String] = []
    if row.firings.count > Self.mostFirings {
      let spans = row.firings.map { ($0.firing.cleared ?? now) - $0.firing.fired }
      let whole = spans.reduce(TimeSpan.zero) { TimeSpan(microseconds: $0.microseconds + $1.microseconds) }
      let pages = CountedNoun(row.severity.rawValue).text(row.pages)
      words.append("\(pages): it fired \(row.firings.count) times, for \(Quantity.figure(whole)) in all")
    }
    if row.falseAlarms > 0 { words.append(CountedNoun("false alarm").text(row.falseAlarms)) }
    if row.missed > 0 {
      let stretches = CountedNoun("stretch", "stretches").text(row.missed)
      words.append("\(stretches) below the objective came and went without it")
    }
    for firing in Self.told(row.firings).compactMap({ $0 }) {
      words += firing.firing.told.map { "\(Printable.escaped($0.receiver)) was told at \(Self.text($0.at))" }
      if let at = firing.firing.acknowledged { words.append("acknowledged at \(Self.text(at))") }
    }
    return words.isEmpty ? [] : ["\(row.name): \(words.joined(separator: "; "))"]
  }

  private static func text(_ instant: Instant) -> String { Quantity.milliseconds(instant.microseconds) }

  /// How many fire and fired, in a few words.
  public var summary: String {
    let firing = rows.count { $0.state == .firing }
    let pages = rows.reduce(0) { $0 + ($1.severity == .page ? $1.pages : 0) }
    let tickets = rows.reduce(0) { $0 + ($1.severity == .ticket ? $1.pages : 0) }
    let told = "\(CountedNoun("page").text(pages)) and \(CountedNoun("ticket").text(tickets)) in all"
    return "\(CountedNoun("fires", "fire").text(firing)) now, \(told)"
  }

  /// The same as JSON, an alert a line; instants and spans in microseconds.
  public var json: [String] {
    rows.map { row in
      JSONText.object([
        .init("kind", .string("alert-state")), .init("alert", .string(row.name)),
        .init("severity", .string(row.severity.rawValue)), .init("rule", .string(row.rule)),
        .init("state", .string(row.state.rawValue)), .init("since", row.since.json),
        .init("pages", .integer(Int64(row.pages))), .init("false", .integer(Int64(row.falseAlarms))),
        .init("missed", .integer(Int64(row.missed))),
        .init("firings", .array(row.firings.map(\.json))),
      ]).text
    }
  }
}

extension AlertReport.Firing {
  fileprivate var json: JSONText {
    .object([
      .init("pending", .integer(firing.pending.microseconds)), .init("fired", .integer(firing.fired.microseconds)),
      .init("cleared", firing.cleared.json), .init("acknowledged", firing.acknowledged.json),
      .init("true", .boolean(cause != nil)), .init("cause", cause.map { .string($0.text) } ?? .null),
      .init("again", .boolean(isAgain)), .init("causeAt", (cause?.at).json),
      .init("delay", delay.map { .integer($0.microseconds) } ?? .null),
      .init(
        "told",
        .array(
          firing.told.map {
            .object([.init("to", .string($0.receiver)), .init("at", .integer($0.at.microseconds))])
          })),
    ])
  }
}

extension Instant? {
  fileprivate var json: JSONText { map { .integer($0.microseconds) } ?? .null }
}

extension AlertState {
  /// How it stands, after its glyph.
  var words: String {
    switch self {
    case .ok: "● ok"
    case .pending: "▲ pending"
    case .firing: "✗ FIRING"
    }
  }
}

extension BurnAlert {
  /// When it fires, such as `burn(lag, 5s) > 14.4 and burn(lag, 416667us) > 14.4`: a condition that a rule of one's own could have.
  package func words(_ settings: OperatingSettings) -> String {
    let windows = [rule.longMinutes, rule.shortMinutes].map { settings.window(minutesOf30Days: $0) }
    let factor = Quantity.number(Double(rule.tenths) / 10)
    return windows.map { "burn(\(indicator.rawValue), \(Quantity.text($0))) > \(factor)" }.joined(separator: " and ")
  }
}
