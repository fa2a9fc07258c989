import Insight

/// What the checkers say of a history: each promise by its name, and impossible answers.
public struct HistoryVerdicts: Sendable {
  /// The promises, in the order in which they are told.
  public let verdicts: [(name: String, verdict: Verdict)]
  /// The answers that no store can have given.
  public let anomalies: [RegisterHistory.Anomaly]
  private let file: HistoryFile

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

  /// Whether everything was kept, and nothing is impossible.
  public var areAllHeld: Bool { anomalies.isEmpty && verdicts.allSatisfy(\.verdict.isHeld) }

  /// The one object of `verify --json`.
  public var json: String {
    var witnesses: [JSONText.Field] = []
    for (name, verdict) in verdicts {
      guard case .broken(let witness, let reason) = verdict else { continue }
      witnesses.append(
        .init(
          name,
          .object([
            .init("key", .optional(witness.first.map(key))), .init("reason", .string(reason)),
            .init("lines", .array(witness.map { .integer(Int64(file.lines[$0].number)) })),
            .init("operations", .array(witness.map { .string(file.lines[$0].text) })),
          ])))
    }
    let impossible = anomalies.map { anomaly in
      JSONText.object([
        .init("line", .integer(Int64(file.lines[anomaly.read].number))), .init("key", .string(key(anomaly.read))),
        .init("operation", .string(file.lines[anomaly.read].text)), .init("reason", .string(anomaly.reason.rawValue)),
      ])
    }
    return JSONText.object(
      verdicts.map { .init($0.name, .boolean($0.verdict.isHeld)) }
        + [.init("anomalies", .array(impossible)), .init("witness", .object(witnesses))]
    ).text
  }

  /// The same for people.
  public var lines: [String] {
    var lines = verdicts.flatMap { name, verdict -> [String] in
      let title = TextWidth.pad(name, 20)
      guard case .broken(let witness, let reason) = verdict else { return ["✓ \(title)  held"] }
      let place = witness.first.map { "key \(Printable.escaped(key($0))): " } ?? ""
      return ["✗ \(title)  \(place)\(reason)"] + witness.map(told)
    }
    for anomaly in anomalies {
      lines += ["✗ \(TextWidth.pad("anomaly", 20))  \(anomaly.reason.rawValue)", told(anomaly.read)]
    }
    if !file.otherKeys.isEmpty {
      let names = file.otherKeys.prefix(5).map(Printable.escaped).joined(separator: ", ")
      let more = file.otherKeys.count > 5 ? " and \(file.otherKeys.count - 5) more" : ""
      lines.append("  not judged, since more than reads and writes was done to them: \(names)\(more)")
    }
    return lines
  }

  private func key(_ operation: Int) -> String { file.keys[file.history.operations[operation].key] }

  private func told(_ operation: Int) -> String {
    let (number, text) = file.lines[operation]
    return "    line \(TextWidth.padLeft(String(number), 6))  \(Printable.escaped(text))"
  }
}
