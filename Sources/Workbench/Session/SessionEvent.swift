import Analysis
import Insight
import Kernel
import Language
import Replication

/// What a command brought about, to be shown or written.
public enum SessionEvent: Sendable {
  /// An operation has ended.
  case operation(OperationReport)
  /// A condition was judged.
  case expectation(ExpectationReport)
  /// Somebody says something.
  case said(String)
  /// A chapter begins.
  case marked(String)
  /// A command has been carried out, and its time has passed: what came of it, once for each command.
  case outcome(CommandOutcome)
  /// A repair has ended, or a sync was done.
  case repaired(RepairSummary)
  /// Something was asked for, and this is the answer, line by line.
  case shown([String])
  /// The same, where the answer is one that programs read, too: as JSON Lines.
  case answered([String], json: [String])
  /// It was asked why something is as it is.
  case explained(Explanation)
  /// Guarantees were judged; with the keys that were left out, in words.
  case checked([GuaranteeReport], leftOut: String?)
  /// An alert did something, or a remedy was carried out.
  case alerted(AlertEvent)
  /// How alerts stand was asked.
  case alerts(AlertReport)
  /// This moment as a text that can be passed on.
  case shared(ShareToken)
  /// What happened in the cluster, where somebody keeps a trace.
  case traced([Record], in: Cluster)
}

/// A condition and whether it held.
public struct ExpectationReport: Hashable, Sendable {
  /// Where it was asked.
  public let line: SourceLine
  /// As it was written.
  public let condition: String
  /// Whether it held.
  public let isHeld: Bool
  /// What its facts were worth, where it did not hold.
  public let facts: [String]
  /// When it was judged.
  public let at: Instant
}
