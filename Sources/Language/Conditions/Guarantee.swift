import Kernel

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

  /// Whether it is about the order of what registers held, so that it has nothing to say of other data.
  public var isOfRegisters: Bool {
    switch self {
    case .linearizable, .causal, .consistentPrefix, .readYourWrites, .monotonicReads, .monotonicWrites,
      .writesFollowReads:
      true
    case .boundedStaleness, .eventual: false
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
