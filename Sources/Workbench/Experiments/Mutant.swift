/// A defect of the model that only `--mutants` can switch on: an experiment that passes with it can't tell right from wrong.
public struct Mutant: Hashable, Sendable {
  /// What it is called.
  public let name: String
  /// What is wrong with it, in a sentence.
  public let summary: String
  /// The commands that make it so, before anything else.
  let commands: [String]
}
