import Kernel
import Replication

/// Reads conditions: `not` binds before `and`, `and` before `or`.
extension CommandReader {
  /// How many facts one condition may compare.
  private static let mostFacts = 1_000

  /// Takes a condition.
  mutating func condition() throws -> Condition {
    var condition = try conjunction()
    while try connective("or") { condition = .or(condition, try conjunction()) }
    return condition
  }

  /// Takes a condition, and says how it is written.
  mutating func conditionWithText() throws -> (condition: Condition, text: String) {
    let start = position
    let condition = try condition()
    let words = characters[start..<position].split(whereSeparator: \.isWhitespace)
    return (condition, words.map { String($0) }.joined(separator: " "))
  }

  private mutating func conjunction() throws -> Condition {
    var condition = try negation()
    while try connective("and") { condition = .and(condition, try negation()) }
    return condition
  }

  private mutating func connective(_ word: String) throws -> Bool {
    note(.keyword(word))
    guard let token = try peekToken(), token.isKeyword(word) else { return false }
    _ = try takeToken(.keyword(word))
    return true
  }

  private mutating func negation() throws -> Condition {
    note(.condition)
    if try peekToken()?.isKeyword("not") == true {
      _ = try takeToken(.condition)
      return .not(try nested { try $0.negation() })
    }
    if try optionalSymbol("(") {
      let condition = try nested { try $0.condition() }
      try symbol(")")
      return condition
    }
    return try comparison()
  }

  private mutating func comparison() throws -> Condition {
    let start = try peekToken()?.span ?? SourceSpan(start: position, length: 1)
    facts += 1
    guard facts <= Self.mostFacts else { throw refused("a condition compares at most 1,000 facts", start) }
    let (fact, unit) = try fact()
    for comparison in Condition.Comparison.allCases { note(.other("`\(comparison.rawValue)`")) }
    guard let token = try peekToken(),
      let comparison = Condition.Comparison(rawValue: token.kind == .quoted ? "" : token.text.lowercased())
    else {
      guard unit == nil || unit == .truth else {
        throw try uncompared(fact, unit, at: start)
      }
      return .fact(fact)
    }
    _ = try takeToken(.condition)
    return .comparison(fact, comparison, try operand(for: fact, unit, comparison))
  }

  /// That a fact which is neither true nor false stands alone, or has a sign behind it that compares nothing.
  private mutating func uncompared(_ fact: Fact, _ unit: FactUnit?, at span: SourceSpan) throws -> LanguageError {
    let next = try peekToken()
    if let next, next.text == "=" {
      return LanguageError(.refused("= compares nothing; `\(fact.text) == …` does"), at: next.span)
    }
    let example: String =
      switch unit {
      case .number, .share: "> 0"
      case .duration: "> 10ms"
      case .text, .truth, nil: ClosedValues(of: fact, unit, in: context)?.words.first.map { "== \($0)" } ?? "== WORD"
      }
    return refused("a \(unit?.rawValue ?? "value") must be compared, for example `\(fact.text) \(example)`", span)
  }

  /// What stands on the right: another fact, or a word; it must be of the fact's kind where that is known.
  private mutating func operand(
    for fact: Fact, _ unit: FactUnit?, _ comparison: Condition.Comparison
  ) throws -> Condition.Operand {
    let before = self
    let token = try takeToken(.value)
    let isCall = try token.kind == .word && peekToken()?.isSymbol("(") == true
    if token.kind == .word, isCall || token.text.contains(".") && FactCatalog.named(token.text.lowercased()) != nil {
      self = before
      return .fact(try self.fact().fact)
    }
    guard token.kind != .symbol else {
      throw LanguageError(.expected([.value], found: token.text), at: token.span)
    }
    let isNumber = Condition.Operand.number(token.text) != nil
    let isDuration = Quantity.duration(token.text) != nil
    let isNone = token.text == "none"
    let isOrder = comparison != .equal && comparison != .notEqual && comparison != .contains
    switch unit {
    case .duration where !isDuration && !isNone:
      throw LanguageError(.expected([.duration], found: token.text), at: token.span)
    case .number where !isNumber && !isNone, .share where !isNumber && !isNone:
      throw LanguageError(.expected([.number], found: token.text), at: token.span)
    case .truth where isOrder:
      throw refused("true and false have no order; compare with == or !=", token.span)
    default:
      break
    }
    if comparison != .contains, !isNone, let closed = ClosedValues(of: fact, unit, in: context),
      !closed.words.contains(token.text)
    {
      throw LanguageError(.unknownName(closed.kind, token.text), at: token.span, candidates: closed.words)
    }
    if comparison == .equal || comparison == .notEqual { try checkValue(token, of: fact) }
    return .literal(token.text)
  }

  // MARK: Facts

  /// Takes a fact, and says what kind of value it has where that is known.
  package mutating func fact() throws -> (fact: Fact, unit: FactUnit?) {
    let token = try takeToken(.fact)
    guard token.kind == .word else { throw LanguageError(.expected([.fact], found: token.text), at: token.span) }
    let name = token.text.lowercased()
    switch name {
    case "op": return try operationFact()
    case "ever":
      try symbol("(")
      let condition = try nested { try $0.condition() }
      try symbol(")")
      return (.ever(condition), .truth)
    case "guarantee": return (try guaranteeFact(), .truth)
    case "predicted":
      guard context.has(.quorums) else { throw foreignFact("predicted", at: token.span) }
      let predicted = try predicted()
      return (.predicted(predicted), PredictedFact.unit(predicted.name))
    case "count":
      try symbol("(")
      return (.count(try filters()), .number)
    case "latency":
      return (try latencyFact(), .duration)
    default:
      guard let specification = FactCatalog.named(name) else {
        throw LanguageError(
          .unknownName(.fact, token.text), at: token.span, candidates: context.candidates(for: .fact))
      }
      guard context.knows(specification) else { throw foreignFact(name, at: token.span) }
      return (.named(name, try arguments(specification)), specification.unit)
    }
  }

  /// That a fact means nothing under the scheme, with the list of those that do.
  private func foreignFact(_ name: String, at span: SourceSpan) -> LanguageError {
    LanguageError(
      .refused(
        "the replication scheme \(context.scheme.rawValue) has no fact \(name); it has: \(context.factNames.joined(separator: ", "))"
      ),
      at: span)
  }

  private mutating func guaranteeFact() throws -> Fact {
    try symbol("(")
    let token = try takeToken(.other("a guarantee"))
    guard let guarantee = Guarantee(rawValue: token.text.lowercased()) else {
      throw LanguageError(
        .unknownName(.other("a guarantee"), token.text), at: token.span,
        candidates: Guarantee.allCases.map(\.rawValue))
    }
    guard try optionalSymbol(",") else {
      try symbol(")")
      return .guarantee(guarantee, nil)
    }
    let name = try takeToken(.client)
    guard guarantee.isOfSessions else {
      throw LanguageError(
        .refused("\(guarantee.rawValue) is promised to everybody at once, not to one client"), at: name.span)
    }
    let client = ClientName(try subject(.client, name, isKnown: context.knowsClient(name.text)))
    try symbol(")")
    return .guarantee(guarantee, client)
  }

  private mutating func operationFact() throws -> (fact: Fact, unit: FactUnit?) {
    try symbol("(")
    let token = try takeToken(.wholeNumber)
    guard let number = Int(token.text), number != 0 else {
      throw LanguageError(.expected([.wholeNumber], found: token.text), at: token.span)
    }
    try symbol(")")
    let field = try takeToken(.other("a field such as .latency"))
    let name = String(field.text.drop { $0 == "." })
    guard field.text.hasPrefix("."), let unit = OperationField.units[name] else {
      throw LanguageError(
        .unknownName(.other("a field of an operation"), name), at: field.span,
        candidates: OperationField.units.keys.sorted())
    }
    return (.operation(number, field: name), unit)
  }

  private mutating func arguments(_ specification: FactSpecification) throws -> [Fact.Argument] {
    var result: [Fact.Argument] = []
    var forms = specification.arguments
    if forms.isEmpty {
      guard !specification.alsoOf.isEmpty, try optionalSymbol("(") else { return [] }
      forms = specification.alsoOf
    } else {
      try symbol("(")
    }
    let optional = specification.arguments.isEmpty ? [] : specification.alsoOf
    for (index, form) in (forms + optional).enumerated() {
      if index >= forms.count {
        guard try optionalSymbol(",") else { break }
      } else if index > 0 {
        try symbol(",")
      }
      switch form {
      case .key:
        let token = try takeToken(.key)
        guard token.kind != .symbol else { throw LanguageError(.expected([.key], found: token.text), at: token.span) }
        result.append(.key(KeyName(token.text)))
      case .replica:
        let token = try takeToken(.replica)
        let isKnown = token.kind == .word && context.knowsReplica(token.text)
        result.append(.replica(ReplicaName(try subject(.replica, token, isKnown: isKnown))))
      case .region:
        let token = try takeToken(.region)
        let isKnown = token.kind == .word && context.knowsRegion(token.text)
        result.append(.region(RegionName(try subject(.region, token, isKnown: isKnown))))
      case .client:
        let token = try takeToken(.client)
        result.append(.client(ClientName(try subject(.client, token, isKnown: context.knowsClient(token.text)))))
      case .user:
        let token = try takeToken(.user)
        guard token.kind != .symbol else { throw LanguageError(.expected([.user], found: token.text), at: token.span) }
        result.append(.user(UserName(token.text)))
      case .component:
        let token = try takeToken(.other("a part of the bill"))
        guard let component = CostComponent(rawValue: token.text.lowercased()) else {
          throw LanguageError(
            .unknownName(.other("a part of the bill"), token.text), at: token.span,
            candidates: CostComponent.allCases.map(\.rawValue))
        }
        result.append(.component(component))
      case .operation:
        let token = try takeToken(.keyword("op"))
        guard token.isKeyword("op") else {
          throw LanguageError(.expected([.keyword("op")], found: token.text), at: token.span)
        }
        let number = try takeToken(.wholeNumber)
        guard let value = Int(number.text), value != 0 else {
          throw LanguageError(.expected([.wholeNumber], found: number.text), at: number.span)
        }
        result.append(.operation(value))
      case .setting: result.append(.setting(try settingArgument()))
      case .indicator, .span, .alert: result.append(try operatingArgument(form))
      }
    }
    try symbol(")")
    return result
  }

  /// The name that a token is, of somebody in a cluster that the condition may be judged in.
  private func subject(_ expectation: Expectation, _ token: Token, isKnown: Bool) throws -> String {
    if isKnown { return token.text }
    throw LanguageError(
      .unknownName(expectation, token.text), at: token.span, candidates: context.candidates(for: expectation))
  }

  private mutating func latencyFact() throws -> Fact {
    try symbol("(")
    let token = try takeToken(.other("p50 … p999, max or mean"))
    guard let measure = Fact.Measure(rawValue: token.text.lowercased()) else {
      throw LanguageError(
        .unknownName(.other("a measure of latency"), token.text), at: token.span,
        candidates: Fact.Measure.allCases.map(\.rawValue))
    }
    _ = try optionalSymbol(",")
    return .latency(measure, try filters())
  }

  /// Takes filters up to the closing parenthesis.
  private mutating func filters() throws -> [Fact.Filter] {
    var filters: [Fact.Filter] = []
    while try !optionalSymbol(")") {
      if !filters.isEmpty { _ = try optionalSymbol(",") }
      filters.append(try filter())
    }
    return filters
  }

  private mutating func filter() throws -> Fact.Filter {
    let token = try takeToken(.filter)
    let name = token.text.lowercased()
    if let kind = OperationKind(rawValue: name) { return .kind(kind) }
    if let outcome = Outcome(rawValue: name) { return .outcome(outcome) }
    switch name {
    case "stale": return .stale(true)
    case "fresh": return .stale(false)
    case "load": return .load(true)
    case "level", "client", "key", "outcome", "coordinator":
      try symbol("=")
      return try filter(name, try takeToken(.value))
    default:
      throw LanguageError(.unknownName(.filter, token.text), at: token.span, candidates: FactCatalog.filterWords)
    }
  }

  private mutating func filter(_ name: String, _ token: Token) throws -> Fact.Filter {
    switch name {
    case "level":
      if let level = level(token.text) { return .level(level) }
      throw LanguageError(
        .unknownName(.level, token.text), at: token.span, candidates: context.candidates(for: .level))
    case "outcome":
      if let outcome = Outcome(rawValue: token.text.lowercased()) { return .outcome(outcome) }
      throw LanguageError(
        .unknownName(.other("an outcome"), token.text), at: token.span, candidates: Outcome.allCases.map(\.rawValue))
    case "client":
      return .client(ClientName(try subject(.client, token, isKnown: context.knowsClient(token.text))))
    case "coordinator":
      return .coordinator(
        ReplicaName(try subject(.replica, token, isKnown: context.knowsReplica(token.text))))
    default:
      return .key(KeyName(token.text))
    }
  }
}

extension Fact {
  /// The fact as it is written, without its arguments.
  package var text: String {
    switch self {
    case .named(let name, _): name
    case .operation(let number, let field): "op(\(number)).\(field)"
    case .ever: "ever(…)"
    case .count: "count(…)"
    case .latency(let measure, _): "latency(\(measure.rawValue) …)"
    case .guarantee(let guarantee, _): "guarantee(\(guarantee.rawValue))"
    case .predicted(let predicted): "predicted(\(predicted.name))"
    }
  }
}
