import Kernel
import Replication

/// What a level asks for, in figures to be put into words: `5 of 9`, or more than there is.
package struct LevelNeed {
  /// The level's name.
  package let level: String
  /// How many answers it needs, such as `5`, or `2 + 2 + 2`.
  package let required: String
  /// Those counted, such as `1 answer`.
  package let answers: String
  /// And of how many copies that there should be, such as `5 of 9`.
  package let share: String
  /// The noun for so many of its answers, as in `1 of 1 answer`.
  package let noun: String
  /// The only region whose answers count; nil: all count.
  package let region: RegionID?
  /// Whether it needs more than a key has copies, so that it can never be met.
  package let isBeyondCopies: Bool
  /// How many copies a key really has where they count, such as `of a key with 1 copy`.
  package let copies: String

  /// Whether a hint will do where no owner answers.
  package let acceptsHint: Bool

  /// What a level needs of a coordinator in a region.
  package init(_ quorum: Quorum, in cluster: Cluster, region: RegionID) {
    let factors = cluster.plan.regions.map(\.factor)
    let there = cluster.plan.regions.map { min($0.factor, $0.replicas) }
    let (scope, isLocal) = (quorum.requirement.scope, quorum.requirement.scope == .local)
    level = quorum.level.name ?? ""
    acceptsHint = quorum.requirement.acceptsHint
    self.region = isLocal ? region : nil
    let isSummed = scope == .eachRegion
    required = isSummed ? quorum.perRegion.map(String.init).joined(separator: " + ") : "\(quorum.required)"
    answers = isSummed ? "\(required) answers" : CountedNoun("answer").text(quorum.required)
    // A transaction counts its participants as they are, every other level as they should be.
    let counted = quorum.requirement.isSerial ? there : factors
    let total = isLocal ? counted[region.index] : counted.reduce(0, +)
    share = "\(required) of \(total)"
    noun = CountedNoun("answer").form(total)
    let present = isLocal ? there[region.index] : there.reduce(0, +)
    isBeyondCopies = isSummed ? zip(quorum.perRegion, there).contains { $0 > $1 } : quorum.required > present
    copies = "of a key with \(present == 1 ? "1 copy" : present == 0 ? "no copy" : "\(present) copies")"
  }
}
