import Kernel
import Workbench

/// The first five commands, offered one after another to somebody who has just arrived.
public struct Tutorial: Hashable, Sendable {
  /// One command that is offered, and why.
  public struct Step: Hashable, Sendable {
    /// The command.
    public let command: String
    /// One sentence.
    public let sentence: String
  }

  static let steps = [
    Step(command: "write cart milk at ALL", sentence: "Enter: write it, wait for all replicas"),
    Step(command: "write cart eggs at ONE", sentence: "Enter: change it, wait for one replica only"),
    Step(command: "read cart at ONE in eu-west-1", sentence: "Enter: are the eggs in Europe yet?"),
    Step(command: "read cart at QUORUM in eu-west-1", sentence: "Enter: ask a majority, 5 of 9"),
    Step(command: "back 20", sentence: "Enter: go back in time by 20 events"),
  ]

  private var position = 0

  /// A tutorial from its first step on.
  public init() {}

  /// The step that is offered; nil once all were taken, or somebody didn't want any more.
  public var step: Step? { position < Self.steps.count ? Self.steps[position] : nil }

  /// Takes note of a command: if it is the one on offer, the next one follows.
  mutating func follow(_ command: String) {
    if command == step?.command { position += 1 }
  }

  /// Offers nothing any more.
  mutating func end() { position = Self.steps.count }
}
