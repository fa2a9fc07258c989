/// What a command is like, for all who treat commands alike: no list of commands stands anywhere else.
public struct CommandTraits: Hashable, Sendable {
  /// What a command acts on.
  public enum Domain: Hashable, Sendable {
    /// The cluster and its time.
    case cluster
    /// The branches of its history, and where in them somebody stands.
    case history
    /// Nothing: it answers.
    case question
    /// What is shown and said.
    case stage
    /// Files.
    case file
  }

  /// What it acts on.
  public let domain: Domain
  /// Whether `undo` takes it back and the fact `commands` counts it: it changes the cluster or lets time run.
  public let isAction: Bool
  /// Whether a session that is kept needs it to be had again.
  public let isKept: Bool
  /// Whether `async` before it lets it begin without the time that it takes.
  public let canBeAsync: Bool

  init(_ domain: Domain, isAction: Bool = false, isKept: Bool = false, canBeAsync: Bool = false) {
    self.domain = domain
    self.isAction = isAction
    self.isKept = isKept
    self.canBeAsync = canBeAsync
  }
}

extension Command {
  /// What it is like.
  public var traits: CommandTraits {
    switch self {
    case .killLeader, .moveLeader: CommandTraits(.cluster, isAction: true, isKept: true)
    case .operate, .repair: CommandTraits(.cluster, isAction: true, isKept: true, canBeAsync: true)
    case .input, .profile, .seed, .operating, .fixSeed, .await, .step, .run, .runUntil:
      CommandTraits(.cluster, isAction: true, isKept: true)
    case .back, .goto, .gotoEvent, .fork, .switchTo: CommandTraits(.history, isAction: true, isKept: true)
    case .play, .undo, .redo: CommandTraits(.history, isKept: true)
    case .show, .predict, .why, .whyNot, .branches, .diff, .whatIf, .check, .help, .share, .trial, .poll:
      CommandTraits(.question)
    // What was expected is part of what a session says.
    case .expect: CommandTraits(.question, isKept: true)
    case .speed, .say, .beat, .mark, .note, .view, .focus, .select, .zoom: CommandTraits(.stage, isKept: true)
    case .breakpoint, .messages, .quit: CommandTraits(.stage)
    case .source: CommandTraits(.file, isKept: true)
    case .save, .export: CommandTraits(.file)
    }
  }
}
