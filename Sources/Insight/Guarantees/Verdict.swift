/// What a checker says of a history.
public enum Verdict: Sendable, Equatable {
  /// The guarantee was kept by everything that was looked at, and nothing was left out.
  case held
  /// It was broken: by these operations, for this reason.
  case broken(witness: [Int], reason: String)
  /// It would take too long to tell.
  case undecided(reason: String)
  /// Nothing was seen that a verdict could rest on, or something was left out. That is never counted as kept.
  case notJudged(reason: String)

  /// Whether it was kept.
  public var isHeld: Bool { self == .held }

  /// Whether it was broken.
  public var isBroken: Bool { if case .broken = self { true } else { false } }

  /// Whether nothing can be said, since nothing was seen or something was left out.
  public var isNotJudged: Bool { if case .notJudged = self { true } else { false } }
}

/// Why the checkers of registers leave a key out of their judgement.
public enum LeftOut: String, CaseIterable, Sendable {
  case dataType = "it holds a counter or a set, and only registers are judged"
  case row = "it holds a row, whose columns are written one by one, and only registers are judged"
  case expiring = "a value written to it expires, which no operation tells of"
  case mirrored = "what it holds was mirrored from another region, where it was written under another name"
  case siblings = "reads of it answered several values side by side, and a register has one"
}
