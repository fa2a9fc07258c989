import Insight
import Kernel
import Replication

/// Reads what is decided about alerts.
extension CommandReader {
  /// Takes an alert's name, and what becomes of it.
  mutating func alert() throws -> Command {
    let word = try take(.other("an alert"))
    guard !word.isQuoted, word.text.isName else {
      throw refused("an alert's name is made of letters, digits, `-`, `_` and `.`", word.span)
    }
    let isKnown = context.knowsAlert(word.text)
    let forms = ["when"] + (isKnown ? ["off", "acknowledged", "escalate"] : [])
    guard let form = try optionalKeyword(forms) else {
      if !isKnown, let next = try peek(), ["off", "acknowledged", "escalate"].contains(next.text.lowercased()) {
        throw unknownAlert(word)
      }
      throw unexpected(try peek())
    }
    switch form {
    case "off": return .operating(.off(word.text))
    case "acknowledged": return .operating(.acknowledged(word.text))
    case "escalate": return .operating(.escalation(of: word.text, try escalation()))
    default: return .operating(.rule(try rule(named: word)))
    }
  }

  private mutating func rule(named word: Word) throws -> AlertRule {
    if BurnAlert(named: word.text) != nil {
      throw refused(
        "`\(word.text)` is an alert that every cluster has, `show alerts` tells of it; take another name", word.span)
    }
    let start = try peekToken()?.span ?? word.span
    let (condition, text) = try conditionWithText()
    if let reason = condition.reasonAgainstAlert(named: word.text) { throw refused(reason, start) }
    var span = TimeSpan.zero
    var severity = AlertSeverity.page
    var escalation: Escalation?
    var rest = ["for", "severity", "escalate"]
    while let clause = try optionalKeyword(rest) {
      rest.removeAll { $0 == clause }
      switch clause {
      case "for": span = try duration()
      case "severity":
        severity = AlertSeverity(rawValue: try keyword(AlertSeverity.allCases.map(\.rawValue))) ?? .page
      default: escalation = try self.escalation()
      }
    }
    return AlertRule(
      name: word.text, condition: condition, text: text, span: span, severity: severity, escalation: escalation)
  }

  private mutating func escalation() throws -> Escalation {
    _ = try keyword("after")
    let span = try positiveDuration()
    _ = try keyword("to")
    return Escalation(after: span, receiver: try take(.text).text)
  }

  /// Takes an alert, and what is done when it fires.
  mutating func remedy() throws -> Command {
    let alert = try knownAlert()
    let form = try keyword("do", "after", "off")
    if form == "off" { return .operating(.noRemedy(alert)) }
    var delay = TimeSpan.zero
    if form == "after" {
      delay = try duration()
      _ = try keyword("do")
    }
    let word = try peek()
    let start = position
    let command = try nested { try CommandParser.embedded(&$0) }
    if let reason = command.reasonAgainstRemedy {
      throw refused(reason, word?.span ?? SourceSpan(start: start, length: 1))
    }
    let words = characters[start..<position].split(whereSeparator: \.isWhitespace)
    return .operating(
      .remedy(
        Remedy(
          alert: alert, delay: delay, command: command,
          text: words.map { String($0) }.joined(separator: " "))))
  }

  /// Whether an alert stands here, and what is done when it fires: not a condition that begins with a word like it.
  func isAtRemedy() throws -> Bool {
    var ahead = self
    guard let word = try ahead.peek(), !word.isQuoted, context.knowsAlert(word.text) else { return false }
    _ = try ahead.take(.other("an alert"))
    return try ahead.peek().map { ["do", "after"].contains($0.text.lowercased()) } ?? false
  }

  /// Takes the name of an alert that there is.
  mutating func knownAlert() throws -> String {
    let word = try take(.other("an alert"))
    guard !word.isQuoted, context.knowsAlert(word.text) else { throw unknownAlert(word) }
    return word.text
  }

  private func unknownAlert(_ word: Word) -> LanguageError {
    LanguageError(
      .unknownName(.other("an alert"), word.text), at: word.span,
      candidates: context.candidates(for: .other("an alert")))
  }

  /// Takes what a fact about a service is asked about, within parentheses.
  mutating func operatingArgument(_ form: FactSpecification.ArgumentForm) throws -> Fact.Argument {
    switch form {
    case .alert:
      let token = try takeToken(.other("an alert"))
      guard token.kind == .word, context.knowsAlert(token.text) else {
        throw LanguageError(
          .unknownName(.other("an alert"), token.text), at: token.span,
          candidates: context.candidates(for: .other("an alert")))
      }
      return .alert(token.text)
    case .span:
      let token = try takeToken(.duration)
      guard token.kind == .word, let span = Quantity.duration(token.text) else {
        throw LanguageError(.expected([.duration], found: token.text), at: token.span)
      }
      guard span > .zero else {
        throw LanguageError(.refused("a window is longer than 0"), at: token.span)
      }
      return .span(span)
    case .indicator, .key, .replica, .region, .operation, .client, .user, .component, .setting:
      let token = try takeToken(.other("an indicator"))
      guard token.kind == .word, let indicator = Indicator(rawValue: token.text.lowercased()) else {
        throw LanguageError(
          .unknownName(.other("an indicator"), token.text), at: token.span,
          candidates: Indicator.allCases.map(\.rawValue))
      }
      return .indicator(indicator)
    }
  }

  /// Takes an indicator, what is promised of it, and perhaps what a window without events means.
  mutating func objective() throws -> Setting {
    let name = try keyword(Indicator.allCases.map(\.rawValue))
    guard let indicator = Indicator(rawValue: name) else { throw unexpected(try peek()) }
    let word = try peek()
    let target = try percentage()
    guard (1...999_999).contains(target.millionths) else {
      throw refused(
        "an objective is above 0% and below 100%: of 100% no event may be bad, and any budget is used up at once",
        word?.span ?? SourceSpan(start: 0, length: 1))
    }
    var missing: MissingData?
    if try optionalKeyword("missing") != nil {
      missing = MissingData(rawValue: try keyword(MissingData.allCases.map(\.rawValue)))
    }
    return .operating(.objective(indicator, target: target, missing: missing))
  }
}

extension Condition {
  /// Why no alert can be judged by it; nil if one can.
  fileprivate func reasonAgainstAlert(named name: String) -> String? {
    for fact in facts {
      switch fact {
      case .ever: return "an alert is about the present: `ever` looks back, and would never clear"
      case .named("commands", _): return "an alert can't count commands: it is judged between them, too"
      case .named("alert", [.alert(name)]): return "`\(name)` can't wait for itself"
      case .named, .operation, .predicted, .guarantee, .count, .latency: continue
      }
    }
    return nil
  }
}

extension Command {
  /// Why it can't be a remedy; nil if it can.
  fileprivate var reasonAgainstRemedy: String? {
    switch self {
    case .input(.setUp), .input(.reseed), .profile, .seed, .fixSeed:
      "a remedy works on the cluster that there is, and can't put another in its place"
    case .input, .killLeader, .moveLeader, .operate, .repair: nil
    case .await, .step, .run, .runUntil, .back, .goto, .gotoEvent, .play, .undo, .redo, .fork, .switchTo:
      "a remedy takes no time and goes nowhere in time; `after DURATION` before `do` says how long it takes"
    case .operating, .speed, .show, .predict, .why, .whyNot, .branches, .diff, .whatIf, .check, .say, .beat, .mark,
      .note, .view, .focus, .select, .zoom, .expect, .source, .help, .save, .share, .export, .messages, .quit,
      .breakpoint, .trial, .poll:
      "a remedy changes the cluster, such as `set stream-capacity 900/s`, `heal`, `restart us1` or `stop loads`"
    }
  }
}
