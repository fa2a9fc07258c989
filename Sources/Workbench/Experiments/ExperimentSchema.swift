import Language

/// The shape of an experiment's file as a JSON schema (draft 2020-12), by which editors complete and check; made of the tables
/// that the reader goes by.
public enum ExperimentSchema {
  private static let duration = #"^[0-9]+(\.[0-9]+)?(us|µs|ms|s|m|h|d)$"#
  private static let signedDuration = #"^-?[0-9]+(\.[0-9]+)?(us|µs|ms|s|m|h|d)$"#
  private static let share = #"^[0-9]+(\.[0-9]+)?%?$"#

  /// The schema.
  public static var text: String {
    guard case .object(let fields) = object(.experiment) else { return "{}" }
    return JSONText.object(
      [
        .init("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
        .init("title", .string("An experiment of eventually")),
      ] + fields
    ).text
  }

  private static func object(_ table: FieldTable) -> JSONText {
    .object([
      .init("type", .string("object")), .init("additionalProperties", .boolean(false)),
      .init(
        "required", .array(table.fields.filter(\.isRequired).map { .string($0.key.rawValue) })),
      .init("properties", .object(table.fields.map { .init($0.key.rawValue, schema($0.form, $0.summary)) })),
    ])
  }

  private static func schema(_ form: FieldForm, _ summary: String = "") -> JSONText {
    let about: [JSONText.Field] = summary.isEmpty ? [] : [.init("description", .string(summary))]
    func type(_ name: String, _ more: [JSONText.Field] = []) -> JSONText {
      .object([.init("type", .string(name))] + more + about)
    }
    func pattern(_ pattern: String) -> JSONText { type("string", [.init("pattern", .string(pattern))]) }
    switch form {
    case .text: return type("string")
    case .duration: return pattern(duration)
    case .signedDuration: return pattern(signedDuration)
    case .whole(let range):
      let most: [JSONText.Field] = range.upperBound == .max ? [] : [.init("maximum", .integer(Int64(range.upperBound)))]
      return type("integer", [.init("minimum", .integer(Int64(range.lowerBound)))] + most)
    case .number: return type("number", [.init("exclusiveMinimum", .integer(0))])
    case .share:
      return .object(
        [
          .init("type", .array([.string("string"), .string("number")])), .init("pattern", .string(share)),
        ] + about)
    case .truth: return type("boolean")
    case .choice(let words): return .object([.init("enum", .array(words.map { .string($0) }))] + about)
    case .list(let element, let most):
      return type("array", [.init("items", schema(element)), .init("maxItems", .integer(Int64(most)))])
    case .mapping(let table):
      guard case .object(let fields) = object(table) else { return .null }
      return .object(fields + about)
    case .actions:
      let kinds = ActionKind.allCases.map { kind -> JSONText in
        guard case .object(let fields) = object(.action(kind)) else { return .null }
        return .object(
          fields + [.init("description", .string(kind.specification.summary))])
      }
      return type("array", [.init("items", .object([.init("oneOf", .array(kinds))])), .init("minItems", .integer(1))])
    case .anything: return .object(about)
    }
  }
}
