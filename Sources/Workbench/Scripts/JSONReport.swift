import Analysis
import Kernel
import Language
import Replication

/// The JSON Lines of `run --json`.
public enum JSONReport {
  /// The lines of an event, of which some have none.
  public static func lines(for event: SessionEvent) -> [String] {
    if case .checked(let reports, _) = event { return reports.map(\.json) }
    if case .alerts(let report) = event { return report.json }
    if case .answered(_, let json) = event { return json }
    return line(for: event).map { [$0] } ?? []
  }

  private static func line(for event: SessionEvent) -> String? {
    switch event {
    case .operation(let operation): JSONText.object(fields(of: operation)).text
    case .expectation(let report):
      JSONText.object([
        .init("kind", .string("expect")), .init("file", .string(report.line.file)),
        .init("line", .integer(Int64(report.line.number))), .init("condition", .string(report.condition)),
        .init("held", .boolean(report.isHeld)),
      ]).text
    case .said(let text): JSONText.object([.init("kind", .string("say")), .init("text", .string(text))]).text
    case .repaired(let summary): summary.json.text
    case .alerted(let event): event.json.text
    case .shared(let token):
      JSONText.object([
        .init("kind", .string("share")), .init("token", .string(token.text)),
        .init("fingerprint", .string(token.fingerprint)),
      ]).text
    case .marked, .outcome, .shown, .answered, .explained, .checked, .alerts, .traced: nil
    }
  }

  /// The line that stands once, last.
  public static func endLine(of session: Session) -> String {
    JSONText.object([
      .init("kind", .string("end")), .init("time", .integer(session.cluster.now.microseconds)),
      .init("events", .integer(Int64(session.timeline.position))),
      .init("converged", .boolean(session.cluster.isConverged)),
      .init("fingerprint", .string(session.cluster.fingerprint.description)),
      .init(
        "expectations",
        .object([
          .init("held", .integer(Int64(session.expectations.held))),
          .init("failed", .integer(Int64(session.expectations.failed))),
        ])),
      .init("metrics", metrics(of: session)),
    ]).text
  }

  /// Every numeric fact that asks for nothing, durations in microseconds.
  static func metrics(of session: Session) -> JSONText {
    let facts = session.facts
    return .object(
      FactCatalog.numeric(in: session.cluster).map { .init($0.name, value(facts.value(.named($0.name, [])))) }
    )
  }

  private static func fields(of operation: OperationReport) -> [JSONText.Field] {
    // Where values stand side by side there is no one value, but a list of them.
    let values: [JSONText.Field] = operation.values.map { [.init("values", .array($0.map { .string($0) }))] } ?? []
    let applied: [JSONText.Field] = operation.applied.map { [.init("applied", .boolean($0))] } ?? []
    let remarks: [JSONText.Field] =
      operation.kind != .timeline
      ? []
      : [.init("user", .optional(operation.user))]
        + TimelineRemark.Kind.allCases.map { kind in
          .init(kind.rawValue, .array(operation.lacks.filter { $0.kind == kind }.map { .string($0.post) }))
        }
    let path: [JSONText.Field] = [
      .init("attempts", .integer(Int64(operation.attempts))), .init("servedBy", .optional(operation.servedBy)),
      .init("reason", .optional(operation.shortfall)),
    ]
    return [
      .init("kind", .string("operation")), .init("id", .integer(Int64(operation.id))),
      .init("operation", .string(operation.kind.rawValue)),
      .init("key", !operation.kind.hasKey ? .null : .string(operation.key)),
      .init("level", operation.level.name.map { .string($0) } ?? .null), .init("client", .string(operation.client)),
      .init("coordinator", .optional(operation.coordinator)), .init("start", .integer(operation.start.microseconds)),
      .init("end", .integer(operation.end.microseconds)), .init("outcome", .string(operation.outcome.rawValue)),
      .init("value", .optional(operation.values == nil ? operation.value : nil)),
      .init("siblings", .optional(operation.siblings)),
      .init("stale", operation.isStale.map { .boolean($0) } ?? .null),
      .init("versionsBehind", .optional(operation.versionsBehind)),
    ] + values + applied + (operation.tellsOfPath ? path : []) + remarks
  }

  private static func value(_ value: FactValue) -> JSONText {
    switch value {
    case .none: .null
    case .boolean(let value): .boolean(value)
    case .number(let value): .number(value)
    case .duration(let value): .integer(value)
    case .text(let value): .string(value)
    }
  }
}
