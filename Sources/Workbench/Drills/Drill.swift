import Kernel
import Language

/// An incident to be worked through: what happens by itself, what is seen of it, and what there is to choose from.
public struct Drill: Sendable {
  /// Its name: that of its folder, such as `black-friday`.
  public let name: String
  /// What it is called.
  public let title: String
  /// What it is about, in one sentence that gives nothing away.
  public let summary: String
  /// What somebody is told who comes on duty, paragraph by paragraph.
  public let story: [String]
  /// What time of day it is at virtual time 0.
  public let clock: DrillClock
  /// Where it ends.
  public let end: Instant
  /// How often alarms and tickets look at their conditions.
  public let interval: TimeSpan
  /// When the cause began.
  public let onset: Instant
  /// By what it shows that there is trouble.
  public let symptom: DrillSign
  /// Rules that page somebody.
  public let alarms: [DrillAlarm]
  /// What others write in.
  public let tickets: [DrillTicket]
  /// What to look at, and with which command.
  public let checklist: [DrillCheck]
  /// Causes to choose from.
  public let causes: [DrillCause]
  /// What can be done about it, as far as something is to be said of that.
  public let mitigations: [DrillMitigation]
  /// What harm costs.
  public let price: DrillPrice
  /// What happened in the original.
  public let original: DrillOriginal
  /// Figures of the run that nobody touched, beside those of the original.
  public let figures: [DrillFigure]
  /// The commands that make the cluster, before anything happens.
  let setUp: [SourceLine]
  /// What happens by itself, in the order of its instants.
  let scene: [DrillStep]
  /// Lines as somebody types them who knows what to do.
  public let solution: [String]
}

/// A command of a scene, and when it is carried out.
struct DrillStep: Hashable, Sendable {
  let at: Instant
  let line: SourceLine
}

/// What shows that something is so: a condition, or a share of the operations that have ended since the last look.
public enum DrillSign: Hashable, Sendable {
  /// What a share is of.
  public enum Kind: String, CaseIterable, Sendable {
    /// Operations that ended otherwise than ok ÷ operations that ended.
    case failed
    /// Stale reads ÷ reads that were answered.
    case stale
  }

  /// A condition, as `expect` takes it.
  case condition(Condition)
  /// A share since the last look, from 0 to 1, that is exceeded.
  case share(Kind, above: Double)
}

/// A rule that pages whoever is on duty.
public struct DrillAlarm: Hashable, Sendable {
  /// What it is called.
  public let name: String
  /// What it watches.
  public let sign: DrillSign
  /// For how long that has to be so, at each look, before it fires.
  public let span: TimeSpan
  /// What it says.
  public let words: String
}

/// What somebody writes in.
public struct DrillTicket: Hashable, Sendable {
  /// When it comes.
  public enum Due: Hashable, Sendable {
    case at(Instant)
    /// At the first look at which it is so.
    case when(DrillSign)
  }

  /// Who.
  public let sender: String
  /// When.
  public let due: Due
  /// What.
  public let words: String
}

/// Something on the checklist.
public struct DrillCheck: Hashable, Sendable {
  /// When it is to be done, such as `first 5 minutes`.
  public let phase: String
  /// Whether it is about what puts things right: it would give away what is wrong, and is shown once that has been named.
  public let isRemedy: Bool
  /// What is to be found out.
  public let question: String
  /// The command that looks at it.
  public let command: String
}

/// A cause to choose.
public struct DrillCause: Hashable, Sendable {
  /// What it says.
  public let words: String
  /// Whether it is the one.
  public let isRight: Bool
  /// Why it is, or isn't.
  public let reason: String
  /// What proves it; all of it has to be there.
  public let proof: DrillProof
}

/// What has to be shown of a cause before it counts as found.
public struct DrillProof: Hashable, Sendable {
  /// A condition on an operation that is named, which it calls `op(N)`; nil if none is needed.
  public let operation: String?
  /// Commands of which one must have been asked while the trouble showed; empty if none is needed.
  public let looked: [String]
  /// What it takes, in words, without saying what comes out.
  public let words: String
}

/// What can be done, and what it is worth.
public struct DrillMitigation: Hashable, Sendable {
  /// What a command is worth.
  public enum Worth: String, CaseIterable, Sendable { case right, useless, harmful }

  /// The beginning of the command, such as `set stream-capacity`.
  public let command: String
  /// What it is worth.
  public let worth: Worth
  /// Why.
  public let reason: String
}

/// What harm costs: made up, so that runs can be compared.
public struct DrillPrice: Hashable, Sendable {
  /// A read that was answered with what is no longer so, in dollars.
  public let stale: Int
  /// An operation that failed.
  public let failed: Int
  /// An acknowledged write that is lost.
  public let lost: Int
  /// A minute in which the trouble shows.
  public let trouble: Int
  /// What one operation of the drill stands for, and why it costs that much.
  public let words: String
}

/// What happened once.
public struct DrillOriginal: Hashable, Sendable {
  /// In words, paragraph by paragraph.
  public let story: [String]
  /// From the cause to when it was noticed; nil where nobody tells.
  public let detected: TimeSpan?
  /// From the cause to when it was understood.
  public let named: TimeSpan?
  /// From the cause to when all was well.
  public let recovered: TimeSpan?
  /// What was lost, in words; nil where nobody tells.
  public let loss: String?
  /// Where that can be read.
  public let sources: [String]
  /// What of it is modelled here.
  public let modelled: [String]
  /// What isn't.
  public let leftOut: [String]
}

/// A figure of the original, and how it is read here.
public struct DrillFigure: Hashable, Sendable {
  /// What is read.
  public enum Measure: Hashable, Sendable {
    /// A fact at an instant, as a duration in seconds, a share in percent or a number.
    case fact(String, at: Instant)
    /// From the cause to the end of the trouble, in seconds.
    case recovery
    /// From the cause to when somebody was told, in seconds.
    case detection
  }

  /// What it is.
  public let name: String
  /// In what it is given, such as `s`.
  public let unit: String
  /// What the original's was; nil where there is none.
  public let published: Double?
  /// From where to where it counts as the same; nil where nothing was published that can be compared.
  public let bounds: ClosedRange<Double>?
  /// How it is read.
  public let measure: Measure
}
