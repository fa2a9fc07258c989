import Replication

/// The fact `setting(NAME)`, and what it can be compared with.
extension CommandReader {
  /// Takes the name of a setting that means something under the scheme.
  mutating func settingArgument() throws -> SettingName {
    let token = try takeToken(.setting)
    guard token.kind == .word, let setting = SettingCatalog.named(token.text), context.has(setting: setting.name) else {
      throw LanguageError(
        .unknownName(.setting, token.text), at: token.span, candidates: context.candidates(for: .setting))
    }
    return setting.name
  }

  /// Throws where a setting is compared with what it can't be: such a condition would never hold, and nobody would learn why.
  func checkValue(_ token: Token, of fact: Fact) throws {
    guard case .named("setting", let arguments) = fact, case .setting(let name)? = arguments.first,
      let specification = SettingCatalog.named(name.rawValue)
    else { return }
    var reader = CommandReader(token.text, context: context)
    do {
      _ = try specification.parse(&reader)
      try reader.end()
    } catch is LanguageError {
      throw LanguageError(
        .refused("`\(name.rawValue)` is never `\(token.text)`; it takes \(specification.usage)"), at: token.span)
    }
  }
}
