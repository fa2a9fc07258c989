import Kernel
import Replication

/// Watches a service: events of its indicators, over windows, and the alerts on how fast their budgets burn.
///
/// It is there only where somebody asks for it. An event is judged once, at the first instant at which its verdict can't change:
/// a copy when it is stored within 1 s, or else when it is overdue, 1 µs after that second; so a cut is seen while it lasts, not when
/// what it held up arrives. A copy that something newer replaced in time is none. Alerts are judged at each event and at each
/// instant at which an event leaves a window, and so change at instants that arithmetic gives, however time is played.
public struct ServiceWatch: Sendable {
  /// An alert fires or clears.
  public struct Change: Hashable, Sendable {
    /// Which.
    public let alert: BurnAlert
    /// When.
    public let at: Instant
    /// Whether it fires.
    public let isFiring: Bool
  }

  /// A stretch in which an indicator misses its objective, counted over a 720th of the period: what really was bad, whether or not
  /// an alert told of it.
  public struct Breach: Hashable, Sendable {
    /// Of what.
    public let indicator: Indicator
    /// When the first of what is bad in it had begun: the operation, or the write whose copy is late.
    public let began: Instant
    /// When that was judged to be bad.
    public let judged: Instant
    /// When the objective was met again, or nothing was left to judge; nil while it isn't.
    public internal(set) var ended: Instant?
  }

  /// One indicator.
  private struct Line: Sendable {
    var run = EventRun()
    var windows: [EventWindow] = []
    var isFiring = [false, false, false]
    /// Which of the breaches goes on.
    var breach: Int?
    /// When the next event leaves a window.
    var expiry = Int64.max
  }

  /// Alerts that fired or cleared, in that order.
  public private(set) var changes: [Change] = []
  /// What was bad, in the order in which it came to be so.
  public private(set) var breaches: [Breach] = []
  /// What is promised.
  public private(set) var settings = OperatingSettings()
  private var lines = Array(repeating: Line(), count: Indicator.allCases.count)
  private var lags = SpanRun()
  private var convergences = SpanRun()
  /// Up to when all has been judged, in microseconds.
  private(set) var now: Int64 = 0
  /// How many copies are overdue now that somebody could send.
  private var overdue = 0
  /// What was accepted and is to be judged.
  var due = DueVerdicts()

  /// The lengths of the windows, each once, in minutes of a period of 30 days.
  private static let lengths: [Int64] = [5, 60, 30, 360, 4_320]
  private static let places = BurnRule.allCases.map { rule in
    (long: place(rule.longMinutes), short: place(rule.shortMinutes))
  }
  private static let hour = place(60)

  private static func place(_ minutes: Int64) -> Int {
    guard let place = lengths.firstIndex(of: minutes) else { preconditionFailure("no window of \(minutes) minutes") }
    return place
  }

  init() { open() }

  private mutating func open() {
    for index in lines.indices {
      lines[index].windows = Self.lengths.map { minutes in
        EventWindow(settings.window(minutesOf30Days: minutes), over: lines[index].run, at: now)
      }
      lines[index].expiry = lines[index].windows.map { $0.expiry(in: lines[index].run) }.min() ?? .max
    }
  }

  // MARK: Events

  /// The next instant at which an event leaves a window, in microseconds.
  var expiry: Int64 { lines.reduce(.max) { min($0, $1.expiry) } }

  /// Takes over what is promised from now on.
  mutating func promise(_ settings: OperatingSettings) {
    guard settings != self.settings else { return }
    self.settings = settings
    open()
    for indicator in Indicator.allCases { judge(indicator) }
  }

  /// Lets what has left a window by an instant go, and judges anew; no event leaves any earlier than ``expiry``.
  mutating func pass(to instant: Int64) {
    guard instant >= now else { return }
    now = instant
    for indicator in Indicator.allCases where lines[indicator.index].expiry <= instant { judge(indicator) }
  }

  /// Takes in events that are judged now.
  ///
  /// - Parameter began: when it had begun, if it is bad.
  mutating func add(_ indicator: Indicator, isBad: Bool, began: Int64, count: Int = 1) {
    guard count > 0 else { return }
    lines[indicator.index].run.add(isBad: isBad, at: now, began: began, count: count)
    judge(indicator)
  }

  /// Takes in that more copies are overdue, or fewer.
  mutating func addOverdue(_ count: Int) {
    overdue += count
    if overdue == 0 { judge(.lag) }
  }

  /// Takes in how long a copy took.
  mutating func addLag(_ span: Int64) { lags.add(span, at: now) }

  /// Takes in how long a version took to reach everybody.
  mutating func addConvergence(_ span: Int64) { convergences.add(span, at: now) }

  private mutating func judge(_ indicator: Indicator) {
    let index = indicator.index
    let run = lines[index].run
    var expiry = Int64.max
    for window in lines[index].windows.indices {
      lines[index].windows[window].move(to: now, over: run)
      expiry = min(expiry, lines[index].windows[window].expiry(in: run))
    }
    lines[index].expiry = expiry
    let objective = settings[indicator]
    for rule in BurnRule.allCases {
      let places = Self.places[rule.index]
      let before = lines[index].isFiring[rule.index]
      let long = exceeds(window(places.long, of: index), tenths: rule.tenths, indicator, objective)
      let short = exceeds(window(places.short, of: index), tenths: rule.tenths, indicator, objective)
      let isFiring: Bool
      if let long, let short {
        isFiring = long && short
      } else {
        isFiring = long != false && short != false && objective.missing == .keep && before
      }
      guard isFiring != before else { continue }
      lines[index].isFiring[rule.index] = isFiring
      changes.append(
        Change(alert: BurnAlert(indicator, rule), at: Instant(microseconds: now), isFiring: isFiring))
    }
    note(indicator, objective)
  }

  /// Whether a window burns faster than that; nil where it holds nothing, and that means nothing by itself.
  private func exceeds(
    _ window: BurnWindow, tenths: Int, _ indicator: Indicator, _ objective: Objective
  ) -> Bool? {
    if let answer = window.exceeds(tenths: tenths, objective) { return answer }
    guard objective.missing == .breach else { return nil }
    return indicator == .lag && overdue > 0
  }

  private mutating func note(_ indicator: Indicator, _ objective: Objective) {
    let index = indicator.index
    let hour = window(Self.hour, of: index)
    let isBad = exceeds(hour, tenths: 10, indicator, objective) ?? false
    if let breach = lines[index].breach {
      guard !isBad else { return }
      breaches[breach].ended = Instant(microseconds: now)
      lines[index].breach = nil
    } else if isBad {
      let first = lines[index].run.firstBad(from: lines[index].windows[Self.hour].head)
      lines[index].breach = breaches.count
      let judged = first?.at ?? now
      breaches.append(
        Breach(
          indicator: indicator, began: Instant(microseconds: min(first?.began ?? judged, judged)),
          judged: Instant(microseconds: judged)))
    }
  }

  // MARK: Questions

  private func window(_ place: Int, of index: Int) -> BurnWindow {
    let count = lines[index].run.sum(from: lines[index].windows[place].head)
    return count.whole == 0 ? .empty : .counted(bad: count.bad, whole: count.whole)
  }

  /// What a window of that length says now.
  public func window(_ length: TimeSpan, of indicator: Indicator) -> BurnWindow {
    let run = lines[indicator.index].run
    let count = run.sum(from: run.place(after: now - length.microseconds))
    return count.whole == 0 ? .empty : .counted(bad: count.bad, whole: count.whole)
  }

  /// How fast a window of that length burns what an indicator's objective allows; nil where the window is longer than the period, or
  /// says nothing.
  public func burn(over length: TimeSpan, of indicator: Indicator) -> Double? {
    length <= settings.period ? window(length, of: indicator).burn(settings[indicator]) : nil
  }

  /// All events of an indicator so far.
  public func total(of indicator: Indicator) -> (bad: Int, whole: Int) {
    let sum = lines[indicator.index].run.sum(from: 0)
    return (sum.bad, sum.whole)
  }

  /// How many copies are overdue that somebody could send.
  public var overdueCopies: Int { overdue }

  /// Whether an alert fires now.
  public func isFiring(_ alert: BurnAlert) -> Bool { lines[alert.indicator.index].isFiring[alert.rule.index] }

  /// When the next event of an indicator leaves a window of that length; nil if there is none in it.
  public func expiry(from length: TimeSpan, of indicator: Indicator) -> Instant? {
    let run = lines[indicator.index].run
    let place = run.place(after: now - length.microseconds)
    return place < run.count ? Instant(microseconds: run[place].at + length.microseconds) : nil
  }

  /// The spans of an indicator that were measured in the window of that length.
  func spans(_ length: TimeSpan, of indicator: Indicator) -> Samples {
    switch indicator {
    case .lag: lags.measured(after: now - length.microseconds)
    case .convergence: convergences.measured(after: now - length.microseconds)
    case .conflicts, .staleReads, .antiEntropy, .availability: Samples()
    }
  }
}
