extension CommandParser {
  /// The condition that a text states.
  ///
  /// - Throws: a ``LanguageError`` if it states none, or more than that.
  package static func condition(_ text: String, in context: NameContext) throws -> Condition {
    var reader = CommandReader(text, context: context)
    let condition = try reader.condition()
    try reader.end()
    return condition
  }
}
