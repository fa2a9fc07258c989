import Language

/// What came of judging one guarantee.
public struct GuaranteeReport: Hashable, Sendable {
  /// What was found.
  public enum Finding: Hashable, Sendable {
    /// It was kept, with a remark.
    case kept(String)
    /// It was broken: by these operations, in this way.
    case broken([Int], String)
    /// It can't be told yet, or would take too long to tell.
    case undecided(String)
    /// Nothing was seen that a verdict could rest on, or something was left out: never counted as kept.
    case notJudged(String)
  }

  /// Which.
  public let guarantee: Guarantee
  /// What was found.
  public let finding: Finding
  /// The operations of the witness, each in a line.
  public let witness: [String]

  /// Whether it was kept; nil if that is undecided, or wasn't judged.
  @inline(never) public var isHeld: Bool? {
    // Not inlined: the optimizer of Swift 6.3.1 stumbles over this switch where it is followed by `map`.
    switch finding {
    case .kept: true
    case .broken: false
    case .undecided, .notJudged: nil
    }
  }

  /// Whether it wasn't judged.
  public var isNotJudged: Bool { if case .notJudged = finding { true } else { false } }

  /// The numbers of the operations of the witness; none where none shows it.
  public var operations: [Int] { if case .broken(let operations, _) = finding { operations } else { [] } }

  /// The lines that `check` prints.
  public var lines: [String] {
    let name = TextWidth.pad(guarantee.rawValue, 20)
    switch finding {
    case .kept(let remark): return ["✓ \(name)  \(remark.isEmpty ? guarantee.summary : remark)"]
    case .undecided(let reason): return ["· \(name)  undecided: \(reason)"]
    case .notJudged(let reason): return ["– \(name)  not judged: \(reason)"]
    case .broken(_, let reason): return ["✗ \(name)  \(reason)"] + witness.map { "    \($0)" }
    }
  }

  /// The same, each broken so that it takes at most that many cells, and what follows stands below its text.
  ///
  /// - Parameter limit: how many of the lines are wanted; nil: all.
  public func lines(width: Int, first limit: Int? = nil) -> [String] {
    lines.prefix(limit ?? .max).enumerated().flatMap { index, line in
      TextWrap.hanging(line, width: width, indent: index == 0 ? 24 : 6)
    }
  }

  /// The line of `run --json`.
  public var json: String {
    let (held, witness): (JSONText, [Int]) =
      switch finding {
      case .kept: (.boolean(true), [])
      case .broken(let witness, _): (.boolean(false), witness)
      case .undecided: (.string("undecided"), [])
      case .notJudged: (.null, [])
      }
    return JSONText.object([
      .init("kind", .string("check")), .init("guarantee", .string(guarantee.rawValue)), .init("held", held),
      .init("witness", .array(witness.map { .integer(Int64($0)) })),
    ]).text
  }
}
