import Analysis
import Insight
import Kernel
import Language
import Replication

/// A drill that is being played: its cluster, what happens by itself, and what whoever is on duty does meanwhile.
///
/// Time runs forward only, and stops when an alarm or a ticket comes in. Until the end nobody is told what goes on.
public struct DrillPlay: Sendable {
  /// What a guess costs: so long later the cause counts as named.
  public static let costOfAGuess = TimeSpan.seconds(600)

  /// The drill.
  public let drill: Drill
  /// Its cluster.
  public package(set) var session: Session
  /// What came in and what was done, oldest first.
  public private(set) var journal: [DrillEntry] = []
  private(set) var watch: DrillWatch
  private var next = 0
  /// Operations of the scene, which nobody on duty has asked for.
  private var hidden: Set<Int> = []
  /// Settings that were changed by hand: the scene leaves them alone from then on.
  private var taken: Set<String> = []

  /// A drill from its beginning.
  ///
  /// - Throws: a ``Diagnostic`` if its scene can't be set.
  public init(_ drill: Drill, seed: UInt64 = 1) throws {
    self.drill = drill
    session = Session(seed: seed, isTracing: true)
    try session.carryOut(drill.setUp)
    // Burn rates and alerts are counted from the beginning, or not at all.
    if drill.asksOfService(session.names(isPrompt: false)) { session.timeline.watch() }
    // Who was on duty had the alarms of the drill, and no others.
    let scheme = session.cluster.scheme
    let others = BurnAlert.all.filter { $0.indicator.isOffered(by: scheme) }
    try session.carryOut(
      others.enumerated().map { SourceLine(file: "alarms", number: $0 + 1, text: "alert \($1.name) off") })
    hidden = Set(0...session.latestNumber)
    session.timeline.conceal(since: 0)
    watch = DrillWatch(drill, session)
  }

  /// What was changed by hand.
  var changes: [DrillEntry] {
    journal.filter { if case .changed = $0.kind { true } else { false } }
  }

  /// Whether it has come to its end.
  public var isOver: Bool { session.now >= drill.end }

  /// Whether a refused command asks for something that a drill hasn't got; nil if it can be carried out.
  private func refusal(of command: Command) -> String? {
    if command.beginsCluster { return "in a drill there is this cluster and no other" }
    switch command.traits.domain {
    case .history: return "in a drill time runs forward only; nothing can be taken back"
    case .file: return "in a drill nothing is written but the post-mortem page (`--postmortem FILE`)"
    case .stage: return "that is for the screen; line by line there is none"
    case .cluster, .question: break
    }
    switch command {
    case .seed, .fixSeed, .step, .play, .undo, .redo: return "in a drill time runs by `run`"
    case .expect: return "in a drill nothing is expected; `cause` names what you think"
    default: return nil
    }
  }

  // MARK: What is done

  /// Carries out a line of whoever is on duty, and lets the time pass that it takes.
  ///
  /// - Returns: what came in meanwhile.
  /// - Throws: a ``Diagnostic`` if it is wrong, or can't be carried out; nothing has changed then.
  public mutating func take(_ line: SourceLine, report: (SessionEvent) -> Void) throws -> [DrillEntry] {
    let start = journal.count
    if var goal = try begin(line, report: report) {
      while pursue(&goal, until: .end, atMost: .max, report: report) == .ongoing {}
    }
    return journal[start...].filter(\.isNews)
  }

  /// Carries out a line of whoever is on duty, but for the time that `run` takes.
  ///
  /// - Returns: what `run` lets time run for; nil: nothing is left to do.
  /// - Throws: a ``Diagnostic`` if it is wrong, or can't be carried out; nothing has changed then.
  public mutating func begin(_ line: SourceLine, report: (SessionEvent) -> Void) throws -> Goal? {
    do {
      guard let command = try CommandParser.parse(line.text, in: session.names(isPrompt: true)) else { return nil }
      let refused = isOver && command.traits.domain == .cluster ? "it is over; `score` shows the sheet" : nil
      if let refusal = refused ?? refusal(of: command) { throw LanguageError(.refused(refusal), at: line.whole) }
      let isTroubled = watch.shows(symptomOf: drill, in: session)
      let now = session.now
      switch command {
      case .run(let span): return .instant(min(now + span, drill.end))
      case .runUntil(let condition, within: let span, text: let text):
        return .condition(condition, by: min(now + span, drill.end), text: text, line: line)
      default:
        let goal = try session.begin(command, from: line, report: report)
        note(command, line, at: now, isTroubled)
        if var goal {
          while advance(&goal, until: .end, atMost: .max, stops: false, report) == .ongoing {}
        }
        return nil
      }
    } catch let error as LanguageError {
      throw Diagnostic(error, in: line)
    }
  }

  private mutating func note(_ command: Command, _ line: SourceLine, at now: Instant, _ isTroubled: Bool) {
    let words = line.words
    let kind: DrillEntry.Kind? =
      switch command {
      case .operate, .repair: worth(of: words).map { .changed($0.worth) } ?? .asked
      case .await: .asked
      case .help, .branches: nil
      default:
        command.traits.domain == .question
          ? .looked(isTelling: isTroubled && isTelling(words)) : .changed(worth(of: words)?.worth)
      }
    if let kind { journal.append(DrillEntry(at: now, kind, words)) }
    if let setting = Self.setting(in: words) { taken.insert(setting) }
  }

  /// Whether what a command looks at shows the trouble.
  private func isTelling(_ words: String) -> Bool {
    drill.causes.contains { $0.proof.looked.contains { Self.begins(words, with: $0) } }
  }

  /// The three lags of each two regions, side by side: what arrives, what has not arrived, and how long that takes.
  ///
  /// - Returns: a table, or nothing where there is one region.
  public mutating func lags() -> [String] {
    let isTroubled = watch.shows(symptomOf: drill, in: session)
    journal.append(DrillEntry(at: session.now, .looked(isTelling: isTroubled && isTelling("lags")), "lags"))
    let topology = session.cluster.topology
    let dials = ["lag.delivered", "lag.oldest", "lag.drain"]
    var rows = [["from", "to"] + dials]
    for from in topology.regionIDs.map(topology.name(of:)) {
      for to in topology.regionIDs.map(topology.name(of:)) where to != from {
        rows.append([from, to] + dials.map { text(of: "\($0)(\(from), \(to))") })
      }
    }
    return rows.count > 1 ? Listing.table(rows, right: [2, 3, 4]) : []
  }

  private func text(of fact: String) -> String {
    var reader = CommandReader(fact, context: session.names(isPrompt: false))
    guard let fact = try? reader.fact().fact else { return "–" }
    let value = session.facts.value(fact)
    if case .duration(let span) = value { return Quantity.figure(TimeSpan(microseconds: span)) }
    return value.text
  }

  /// What the drill says of a command; nil if nothing.
  func worth(of words: String) -> DrillMitigation? { drill.mitigations.first { Self.begins(words, with: $0.command) } }

  /// Whether a command begins with the words of another.
  static func begins(_ words: String, with start: String) -> Bool { words == start || words.hasPrefix(start + " ") }

  private static func setting(in words: String) -> String? {
    let parts = words.split(separator: " ")
    return parts.count > 1 && parts[0] == "set" ? String(parts[1]) : nil
  }

  /// Names a cause by its number, from 1, and the operation that shows it.
  ///
  /// - Returns: what came of it; nil if there is no such cause.
  public mutating func name(_ number: Int, because operation: Int?) -> DrillEntry? {
    guard let position = drill.causes.index(ofNumber: number) else { return nil }
    let cause = drill.causes[position]
    let kind: DrillEntry.Kind = !cause.isRight ? .wrong : isProven(cause.proof, by: operation) ? .named : .unproven
    let proof = operation.map { " because of operation \($0)" } ?? ""
    let entry = DrillEntry(at: session.now, kind, "\(cause.words)\(proof)")
    journal.append(entry)
    return entry
  }

  private func isProven(_ proof: DrillProof, by operation: Int?) -> Bool {
    let hasLooked = proof.looked.isEmpty || journal.contains { $0.kind == .looked(isTelling: true) }
    guard hasLooked, let condition = proof.operation else { return hasLooked }
    guard let operation, session.operation(numbered: operation) != nil else { return false }
    let text = "expect \(condition.replacing("op(N)", with: "op(\(operation))"))"
    guard case .expect(let asked, _)? = try? CommandParser.parse(text, in: session.names(isPrompt: false)) else {
      return false
    }
    return session.facts(for: asked).holds(asked)
  }

  // MARK: Time

  /// Lets time run to the end, whatever comes in.
  public mutating func finish() { run(to: drill.end) }

  /// Lets time run to an instant, whatever comes in.
  mutating func run(to instant: Instant) {
    guard instant > session.now, !isOver else { return }
    var goal = Goal.instant(min(instant, drill.end))
    while advance(&goal, until: .end, atMost: .max, stops: false, { _ in }) == .ongoing {}
  }

  /// Plays towards a goal, up to an instant and for at most that many events, and stops when somebody is called.
  public mutating func pursue(
    _ goal: inout Goal, until limit: Instant, atMost count: Int, report: (SessionEvent) -> Void
  ) -> GoalProgress {
    advance(&goal, until: limit, atMost: count, stops: true, report)
  }

  /// Which alarms fire.
  public var firingAlarms: [String] { watch.firing(drill) }

  /// What a fact is worth now: a duration in seconds, a share in percent where that is its unit; nil where it has no value.
  func value(of fact: String, unit: String) -> Double? {
    var reader = CommandReader(fact, context: session.names(isPrompt: false))
    guard let fact = try? reader.fact().fact else { return nil }
    switch session.facts.value(fact) {
    case .duration(let span): return Double(span) / (unit == "ms" ? 1_000 : unit == "min" ? 60_000_000 : 1_000_000)
    case .number(let number): return unit == "%" ? number * 100 : number
    case .none, .boolean, .text: return nil
    }
  }

  /// Plays towards a goal. What happens by itself happens at its instants; at each look alarms and tickets may come in.
  private mutating func advance(
    _ goal: inout Goal, until limit: Instant, atMost count: Int, stops: Bool, _ report: (SessionEvent) -> Void
  ) -> GoalProgress {
    var fired: [DrillEntry] = []
    while true {
      let due = next < drill.scene.count ? drill.scene[next].at : .end
      let bound = min(due, watch.next, drill.end, limit)
      let progress = session.pursue(&goal, until: bound, atMost: count) { event in
        if case .alerted(let alert) = event, alert.kind == .fired {
          fired.append(DrillEntry(at: alert.at, .paged(alert.alert), alert.text))
        }
        if case .operation(let operation) = event, hidden.contains(operation.id) { return }
        report(event)
      }
      if session.now >= due { happen() }
      var isCalled = !fired.isEmpty
      journal += fired
      fired = []
      if session.now >= watch.next {
        let entries = watch.look(drill, session)
        journal += entries
        isCalled = isCalled || entries.contains(where: \.isCall)
      }
      if progress != .ongoing { return progress }
      if isOver { return .reached }
      if stops, isCalled { return .stopped }
      // All events that were asked for have been played, or it is that instant.
      if session.now < bound || session.now >= limit { return .ongoing }
    }
  }

  /// What is due by itself now, but for settings that somebody has taken in hand.
  private mutating func happen() {
    while next < drill.scene.count, drill.scene[next].at <= session.now {
      let line = drill.scene[next].line
      next += 1
      if let setting = Self.setting(in: line.words), taken.contains(setting) { continue }
      // What can't be carried out any more, since somebody did something else, is left out.
      let (before, position) = (session.latestNumber, session.timeline.position)
      try? session.carryOut([line])
      session.timeline.conceal(since: position)
      hidden.formUnion((before..<session.latestNumber).map { $0 + 1 })
    }
  }

  /// What has been done, as a script that does it again.
  public var script: [String] {
    var copy = session
    copy.letGo()
    return copy.kept().lines
  }
}
