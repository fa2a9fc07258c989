import Language

/// What a class has voted on a step's question, as its presenter has counted it.
public struct LessonPoll: Hashable, Sendable {
  /// How many votes a choice can have.
  static let mostVotes = 10_000

  /// How many have voted for each choice, in the order of the choices.
  public let votes: [Int]

  /// The votes of a class; nil where nobody has voted.
  init?(_ votes: [Int]) {
    guard votes.contains(where: { $0 > 0 }) else { return nil }
    self.votes = votes
  }

  /// How many have voted.
  public var all: Int { votes.reduce(0, +) }

  /// The choice with the most votes, from 0: what the class guesses. Of several with as many it is the first.
  var majority: Int { votes.indices.max { (votes[$0], $1) < (votes[$1], $0) } ?? 0 }

  /// The votes beside the choices, as bars, and which of them is right.
  ///
  /// - Parameters:
  ///   - answer: the position of the right choice; nil if nobody knows.
  ///   - width: in columns.
  func lines(_ prediction: LessonPrediction, answer: Int?, width room: Int = 76) -> [String] {
    let most = max(1, votes.max() ?? 1)
    let width = votes.map { "\($0)".count }.max() ?? 1
    var lines = ["The class has voted:"]
    for (index, choice) in prediction.choices.enumerated() where votes.indices.contains(index) {
      let bar = String(repeating: "█", count: (votes[index] * 12 + most - 1) / most)
      let mark = answer.map { $0 == index ? "●" : " " } ?? " "
      let start = "\(mark) \(TextWidth.padLeft("\(votes[index])", width)) \(TextWidth.pad(bar, 12)) \(index + 1)  "
      lines += TextWrap.hanging(start + choice.words, width: room, indent: TextWidth.of(start))
    }
    if let answer, votes.indices.contains(answer) {
      lines.append("Right were \(Quantity.share(votes[answer], of: all)).")
    }
    return lines
  }
}

extension Command {
  /// Whether it is withheld from a class that has yet to guess: it lets something happen, or tells what would.
  var tellsWhatComes: Bool {
    switch traits.domain {
    case .cluster, .history: return true
    case .stage, .file: return false
    case .question:
      // These are about what there is, which the class has to see before it can guess.
      if case .show = self { return false }
      if case .help = self { return false }
      if case .poll = self { return false }
      return self != .branches && self != .share
    }
  }
}
