import Kernel

/// An exam: twelve cards and three design tasks, all of them drawn from one seed.
public struct Exam: Hashable, Sendable {
  /// How many cards there are.
  public static let cardCount = 12
  /// How many tasks there are.
  public static let taskCount = 3
  /// Under how many seeds each answer to a task is played.
  public static let hiddenSeeds = 200
  /// What a card is worth, in points.
  public static let cardPoints = 1
  /// What a task is worth, in points.
  public static let taskPoints = 4
  /// How many points there are.
  public static let most = cardCount * cardPoints + taskCount * taskPoints

  /// What it was drawn from.
  public let seed: UInt64
  /// The cards, each of another family.
  public let cards: [Card]
  /// The tasks, each of another kind.
  public let tasks: [ExamTask]

  /// The exam of a seed.
  public init(seed: UInt64) {
    self.seed = seed
    var draw = CardDraw(seed: seed, owner: 1 << 40)
    let families = draw.mixed(CardFamily.allCases).prefix(Self.cardCount)
    let kinds = draw.mixed(ExamTaskKind.allCases).prefix(Self.taskCount)
    cards = families.sorted { $0.number < $1.number }.map { Card($0, seed: seed) }
    tasks = kinds.sorted { $0.number < $1.number }.map { kind in
      var draw = CardDraw(seed: seed, owner: 2 << 40 | UInt64(kind.number))
      return kind.task(&draw)
    }
  }

  /// The seed of a student's exam.
  ///
  /// - Parameter group: the class's number, so that the same name has another exam in another class.
  public static func seed(of student: String, group: UInt64) -> UInt64 {
    var seed = group
    for scalar in student.unicodeScalars {
      seed = Randomness(seed: seed).word(.experiment, owner: UInt64(scalar.value), number: 0)
    }
    // Short enough to be read out.
    return seed % 1_000_000_000
  }

  /// The seeds under which a task is judged; nobody sees them before.
  func seeds(ofTask index: Int) -> [UInt64] {
    let randomness = Randomness(seed: seed)
    return (0..<Self.hiddenSeeds).map {
      randomness.word(.experiment, owner: 3 << 40 | UInt64(index), number: UInt64($0)) >> 1
    }
  }

  /// A number that stands for all its questions: another version of the program may draw others.
  public var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func take(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xFF) &* 0x100_0000_01b3
    }
    for card in cards { (card.scene + [card.question] + card.choices.map(\.words)).forEach(take) }
    for task in tasks { (task.scene + task.sealed + task.demands.map(\.condition)).forEach(take) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
