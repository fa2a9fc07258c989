import Insight
import Kernel
import Replication

/// A promise about a history that `check` judges.
public enum Guarantee: String, CaseIterable, Hashable, Sendable {
  case linearizable, causal
  case consistentPrefix = "consistent-prefix"
  case readYourWrites = "read-your-writes"
  case monotonicReads = "monotonic-reads"
  case monotonicWrites = "monotonic-writes"
  case writesFollowReads = "writes-follow-reads"
  case boundedStaleness = "bounded-staleness"
  case eventual

  /// Whether it is a promise to each session, so that one client's can be judged.
  public var isOfSessions: Bool {
    switch self {
    case .consistentPrefix, .readYourWrites, .monotonicReads, .monotonicWrites, .writesFollowReads: true
    case .linearizable, .causal, .boundedStaleness, .eventual: false
    }
  }

  /// What it promises, in a few words.
  public var summary: String {
    switch self {
    case .linearizable: "each key behaves as if there were one copy"
    case .causal: "causes are seen before effects"
    case .consistentPrefix: "whoever has seen an answer finds the question"
    case .readYourWrites: "a session's reads see its own writes"
    case .monotonicReads: "a session never sees time go back"
    case .monotonicWrites: "a session's writes are ranked as it issued them"
    case .writesFollowReads: "a write is ranked after what its session had read"
    case .boundedStaleness: "no answer lags by more than the bound"
    case .eventual: "replicas that have received the same hold the same"
    }
  }
}

/// What a bounded staleness must not exceed.
public struct StalenessBound: Hashable, Sendable {
  /// How many acknowledged writes an answer may miss; nil: any number.
  public var versions: Int?
  /// For how long the first of them may have been acknowledged; nil: for ever.
  public var time: TimeSpan?

  /// A bound.
  public init(versions: Int? = nil, time: TimeSpan? = nil) {
    self.versions = versions
    self.time = time
  }
}

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
