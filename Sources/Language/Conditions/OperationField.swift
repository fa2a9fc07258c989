/// The fields of an operation's line, by the names that JSON and `op(N).FIELD` use.
package enum OperationField {
  static let units: [String: FactUnit] = [
    "id": .number, "operation": .text, "key": .text, "level": .text, "client": .text, "coordinator": .text,
    "start": .duration, "end": .duration, "latency": .duration, "outcome": .text, "value": .text,
    "siblings": .number, "stale": .truth, "versionsBehind": .number, "applied": .truth, "messages": .number,
    "bytes": .number, "retries": .number, "waited": .duration, "attempts": .number, "servedBy": .text, "reason": .text,
  ]
}
