import Kernel

/// A token of a condition or a distribution, where parentheses, commas and operators stand for themselves.
struct Token: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case word, quoted, symbol
  }

  let kind: Kind
  let text: String
  let span: SourceSpan

  func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
  func isKeyword(_ keyword: String) -> Bool { kind == .word && text.lowercased() == keyword }
}

/// Tokens, and the distributions that are made of them.
extension CommandReader {
  private static let symbols = ["==", "!=", "<=", ">=", "<", ">", "=", "(", ")", ","]

  /// The next token without taking it.
  func peekToken() throws -> Token? { try scanToken()?.token }

  /// Takes the next token.
  mutating func takeToken(_ expectation: Expectation) throws -> Token {
    note(expectation)
    guard let (token, end) = try scanToken() else { throw unexpected(nil) }
    advance(to: end)
    return token
  }

  /// Takes a symbol if it is next.
  mutating func optionalSymbol(_ symbol: String) throws -> Bool {
    guard let (token, end) = try scanToken(), token.isSymbol(symbol) else { return false }
    advance(to: end)
    return true
  }

  /// Takes a symbol.
  mutating func symbol(_ symbol: String) throws {
    note(.other("`\(symbol)`"))
    guard try optionalSymbol(symbol) else { throw unexpectedToken(try peekToken()) }
  }

  /// The error that something else should stand at the present position.
  func unexpectedToken(_ token: Token?) -> LanguageError {
    let span = token?.span ?? SourceSpan(start: characters.count, length: 1)
    let candidates = expectations.flatMap { context.candidates(for: $0) }
    return LanguageError(.expected(expectations, found: token?.text), at: span, candidates: candidates)
  }

  private func scanToken() throws -> (token: Token, end: Int)? {
    var index = position
    while index < characters.count, characters[index].isWhitespace { index += 1 }
    guard index < characters.count, characters[index] != "#" else { return nil }
    if characters[index] == "\"" {
      let (word, end) = try scanQuoted(from: index)
      return (Token(kind: .quoted, text: word.text, span: word.span), end)
    }
    for symbol in Self.symbols where characters[index...].starts(with: symbol) {
      let span = SourceSpan(start: index, length: symbol.count)
      return (Token(kind: .symbol, text: symbol, span: span), index + symbol.count)
    }
    var end = index
    while end < characters.count, !characters[end].isWhitespace, !isSymbolStart(end) { end += 1 }
    let span = SourceSpan(start: index, length: end - index)
    return (Token(kind: .word, text: String(characters[index..<end]), span: span), end)
  }

  private func isSymbolStart(_ index: Int) -> Bool {
    switch characters[index] {
    case "(", ")", ",", "=", "<", ">", "\"": true
    case "!": index + 1 < characters.count && characters[index + 1] == "="
    default: false
    }
  }

  // MARK: Distributions

  /// Takes a delay: a duration, `mean~deviation`, or a distribution with its parameters in parentheses.
  package mutating func distribution() throws -> Delay {
    let token = try takeToken(.distribution)
    guard token.kind == .word else {
      throw LanguageError(.expected([.distribution], found: token.text), at: token.span)
    }
    if try optionalSymbol("(") {
      let delay = try parameters(of: token)
      try symbol(")")
      return delay
    }
    let parts = token.text.split(separator: "~", omittingEmptySubsequences: false)
    if parts.count == 2 {
      return .normal(mean: try delay(String(parts[0]), token), deviation: try delay(String(parts[1]), token))
    }
    return .fixed(try delay(token.text, token))
  }

  private mutating func parameters(of name: Token) throws -> Delay {
    switch name.text.lowercased() {
    case "uniform":
      let low = try delayParameter()
      try symbol(",")
      let span = try peekToken()?.span ?? name.span
      let high = try delayParameter()
      guard low <= high else { throw refused("uniform(a, b) needs a ≤ b", span) }
      return .uniform(low, high)
    case "exponential":
      return try exponential()
    case "pareto":
      let scale = try delayParameter()
      try symbol(",")
      let token = try takeToken(.number)
      guard token.kind == .word, let shape = Quantity.scaled(token.text, by: Delay.shapeUnit) else {
        throw LanguageError(.expected([.number], found: token.text), at: token.span)
      }
      guard scale > .zero, shape >= 655, shape <= 1_000 * Delay.shapeUnit else {
        throw refused("pareto(scale, shape) needs a scale above 0 and a shape from 0.01 to 1000", token.span)
      }
      return .pareto(scale: scale, shape: shape)
    case "mix":
      return try mixture()
    case "empirical":
      var samples = [try delayParameter()]
      while try optionalSymbol(",") { samples.append(try delayParameter()) }
      return .empirical(samples)
    default:
      throw LanguageError(
        .unknownName(.other("a distribution"), name.text), at: name.span,
        candidates: ["uniform", "exponential", "pareto", "mix", "empirical"])
    }
  }

  private mutating func exponential() throws -> Delay {
    let token = try takeToken(.other("a mean such as 5ms, or rate=0.2/ms"))
    guard token.isKeyword("rate") else {
      let mean = try delay(token.text, token)
      guard mean > .zero else { throw refused("an exponential delay needs a mean above 0", token.span) }
      return .exponential(meanNanoseconds: mean.microseconds * 1_000)
    }
    try symbol("=")
    let rate = try takeToken(.other("a rate such as 0.2/ms"))
    let parts = rate.text.split(separator: "/", omittingEmptySubsequences: false)
    let units: [String: Double] = ["us": 1e3, "ms": 1e6, "s": 1e9]
    guard parts.count == 2, let number = Double(parts[0]), let unit = units[String(parts[1])] else {
      throw LanguageError(.expected([.other("a rate such as 0.2/ms")], found: rate.text), at: rate.span)
    }
    let mean = unit / number
    guard number > 0, mean >= 1, mean <= Double(Delay.longestParameter.microseconds) * 1_000 else {
      throw refused("the mean of a delay is above 0 and at most a day", rate.span)
    }
    return .exponential(meanNanoseconds: Int64(mean))
  }

  private mutating func mixture() throws -> Delay {
    var components: [Delay.Component] = []
    repeat {
      let token = try takeToken(.other("a weight such as 0.4"))
      let isShare = token.text.hasSuffix("%")
      let digits = isShare ? String(token.text.dropLast()) : token.text
      guard token.kind == .word, let weight = Quantity.scaled(digits, by: isShare ? 10_000 : 1_000_000) else {
        throw LanguageError(.expected([.other("a weight such as 0.4")], found: token.text), at: token.span)
      }
      guard weight > 0, weight <= 1_000_000_000, components.count < 64 else {
        throw refused("a mixture has at most 64 parts with weights above 0 and up to 1000", token.span)
      }
      // A mixture within a mixture is one mixture, with the weights multiplied.
      let inner = try nested { try $0.distribution() }
      guard case .mixture(let parts) = inner else {
        components.append(.init(weight: UInt64(weight), delay: inner))
        continue
      }
      let total = parts.reduce(0) { $0 + $1.weight }
      for part in parts {
        let share = UInt64(weight).multipliedFullWidth(by: part.weight)
        components.append(.init(weight: max(1, total.dividingFullWidth(share).quotient), delay: part.delay))
      }
    } while try optionalSymbol(",")
    return .mixture(components)
  }

  private mutating func delayParameter() throws -> TimeSpan {
    let token = try takeToken(.duration)
    return try delay(token.text, token)
  }

  private func delay(_ text: String, _ token: Token) throws -> TimeSpan {
    guard token.kind == .word, let span = Quantity.duration(text) else {
      throw LanguageError(.expected([.distribution], found: token.text), at: token.span)
    }
    guard span >= .zero, span <= Delay.longestParameter else {
      throw refused("a delay is from 0ms to \(Quantity.text(Delay.longestParameter))", token.span)
    }
    return span
  }
}
