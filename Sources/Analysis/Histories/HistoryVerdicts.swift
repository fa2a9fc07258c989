import Insight
import Language

/// What the checkers say of a history: each promise by its name, and impossible answers.
public struct HistoryVerdicts: Sendable {
  /// How the judgement ended.
  public enum Outcome: Sendable {
    /// Something was judged, and all of it was kept.
    case kept
    /// Something is broken or impossible, or could not be decided.
    case broken
    /// There was nothing to judge.
    case nothing
  }

  /// The promises, in the order in which they are told.
  public let verdicts: [(name: String, verdict: Verdict)]
  /// The answers that no store can have given.
  public let anomalies: [RegisterHistory.Anomaly]
  let file: HistoryFile

  /// Judges a history.
  public init(_ file: HistoryFile) {
    self.file = file
    let history = file.history
    let anomalies = history.anomalies
    self.anomalies = anomalies
    verdicts = [
      ("linearizable", Linearizability.judge(history, without: anomalies)),
      ("read-your-writes", ReadYourWrites.judge(history, without: anomalies)),
      ("monotonic-reads", MonotonicReads.judge(history, without: anomalies)),
      ("monotonic-writes", MonotonicWrites.judge(history, without: anomalies)),
      ("writes-follow-reads", WritesFollowReads.judge(history, without: anomalies)),
    ]
  }

  /// Whether something was judged, all of it was kept, and nothing is impossible.
  public var areAllHeld: Bool { outcome == .kept }

  /// How the judgement ended. A history that tells of nothing but faults is complete, and has kept all there was.
  public var outcome: Outcome {
    let isOpen = verdicts.contains { verdict in
      switch verdict.verdict {
      case .broken, .undecided: true
      case .held, .notJudged: false
      }
    }
    if isOpen || !anomalies.isEmpty { return .broken }
    return file.history.isJudgeable || file.history.operations.isEmpty && file.nemesisLines > 0 ? .kept : .nothing
  }

  /// The keys that were left out, each with why.
  var leftOut: [(key: String?, reason: LeftOut)] {
    file.history.leftOut.indices.compactMap { key in
      file.history.leftOut[key].map { (file.name(ofKey: key), $0) }
    }
  }

  /// The one object of `verify --json`.
  public var json: String {
    var witnesses: [JSONText.Field] = []
    var notJudged = leftOut.map { key, reason in
      JSONText.object([.init("key", .optional(key)), .init("why", .string(reason.rawValue))])
    }
    var undecided: [JSONText] = []
    for (name, verdict) in verdicts {
      switch verdict {
      case .held: break
      case .undecided(let reason):
        undecided.append(.object([.init("guarantee", .string(name)), .init("why", .string(reason))]))
      case .notJudged(let reason):
        // Where keys were left out, they say why.
        guard leftOut.isEmpty else { continue }
        notJudged.append(
          .object([.init("key", .null), .init("why", .string(reason)), .init("guarantee", .string(name))]))
      case .broken(let witness, let reason):
        witnesses.append(
          .init(
            name,
            .object([
              .init("key", .optional(witness.first.flatMap(key))), .init("reason", .string(reason)),
              .init("lines", .array(witness.map { .integer(Int64(file.lines[$0])) })),
              .init("operations", .array(witness.map { .string(file.words(of: $0)) })),
            ])))
      }
    }
    let impossible = anomalies.map { anomaly in
      JSONText.object([
        .init("line", .integer(Int64(file.lines[anomaly.read]))), .init("key", .optional(key(anomaly.read))),
        .init("operation", .string(file.words(of: anomaly.read))), .init("reason", .string(anomaly.reason.rawValue)),
      ])
    }
    return JSONText.object(
      verdicts.map { .init($0.name, Self.json($0.verdict)) }
        + [
          .init("anomalies", .array(impossible)), .init("witness", .object(witnesses)),
          .init("notJudged", .array(notJudged)), .init("undecided", .array(undecided)),
          .init("nemesis", .integer(Int64(file.nemesisLines))),
          .init("unknownReads", .integer(Int64(file.unknownReads))),
        ]
    ).text
  }

  private static func json(_ verdict: Verdict) -> JSONText {
    switch verdict {
    case .held: .boolean(true)
    case .broken: .boolean(false)
    case .undecided: .string("undecided")
    case .notJudged: .null
    }
  }

  /// The same for people.
  public var lines: [String] {
    var lines: [String] = []
    for (name, verdict) in verdicts {
      let title = TextWidth.pad(name, 20)
      switch verdict {
      case .held: lines.append("✓ \(title)  held")
      case .undecided(let reason): lines.append("· \(title)  undecided: \(reason)")
      case .notJudged(let reason): lines.append("– \(title)  not judged: \(reason)")
      case .broken(let witness, let reason):
        let place = witness.first.flatMap(key).map { "key \(Printable.escaped($0)): " } ?? ""
        lines.append("✗ \(title)  \(place)\(reason)")
        lines += witness.map(told)
      }
    }
    if restsOnSomeOrder {
      lines.append(
        "  no order is stated: each session guarantee by itself is held if some order of the writes keeps it")
    }
    for anomaly in anomalies {
      lines += ["✗ \(TextWidth.pad("anomaly", 20))  \(anomaly.reason.rawValue)", told(anomaly.read)]
    }
    for (key, reason) in leftOut {
      lines.append("  key \(Printable.escaped(key ?? "(none)")) is not judged: \(reason.rawValue)")
    }
    if file.nemesisLines > 0 {
      lines.append("  \(CountedNoun("line").text(file.nemesisLines)) of a nemesis passed over")
    }
    if file.unknownReads > 0 {
      lines.append("  \(CountedNoun("read").text(file.unknownReads)) of nil taken as unknown")
    }
    return lines
  }

  /// Whether a session guarantee that held may rest on an order of the writes that another one's verdict rules out.
  ///
  /// A linearization is one order that keeps all of them, and so is a stated one.
  private var restsOnSomeOrder: Bool {
    guard let (_, linearizable) = verdicts.first, linearizable != .held else { return false }
    return verdicts.dropFirst().contains { $0.verdict == .held } && file.history.orders.contains { $0 == nil }
  }

  private func key(_ operation: Int) -> String? { file.name(ofKey: file.history.operations[operation].key) }

  private func told(_ operation: Int) -> String {
    let number = TextWidth.padLeft(String(file.lines[operation]), 6)
    return "    line \(number)  \(Printable.escaped(file.words(of: operation)))"
  }
}
