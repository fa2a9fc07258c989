@testable import Workbench

/// Somebody who answers exams, and what they believe.
enum AnsweringPolicy {
  /// Answers as the runs do, and designs as the lessons teach.
  case taught
  /// Holds one misconception: chooses what it says wherever it is offered, and elsewhere guesses. Designs as it would.
  case mistaken(Misconception)

  func choice(on card: Card, number: Int) -> Int {
    switch self {
    case .taught: return card.answer
    case .mistaken(let belief):
      if let choice = card.choices.firstIndex(where: { $0.misconception == belief }) { return choice }
      var draw = CardDraw(seed: card.seed, owner: UInt64(900 + number))
      return draw.below(card.choices.count)
    }
  }

  func design(for kind: ExamTaskKind) -> [String] {
    switch self {
    case .taught: Self.taughtDesign(for: kind)
    case .mistaken(let belief): Self.design(of: belief, for: kind)
    }
  }

  private static func taughtDesign(for kind: ExamTaskKind) -> [String] {
    switch kind {
    case .oneDown, .farAway: ["writes at QUORUM", "reads at QUORUM"]
    case .regionGone: ["writes at QUORUM"]
    case .longOutage: ["set anti-entropy 20s"]
    case .ownPosts: ["writes at LOCAL_QUORUM", "reads at LOCAL_ONE", "guarantee ann read-your-writes"]
    case .wrongClock: ["set conflict siblings", "writes at QUORUM", "reads at QUORUM"]
    case .slowCopy: ["set speculative-retry 6ms"]
    }
  }

  /// What somebody would set who holds a belief; where it says nothing about the task, all is left as it is.
  private static func design(of belief: Misconception, for kind: ExamTaskKind) -> [String] {
    func levels(_ writes: String, _ reads: String) -> [String] {
      switch kind {
      case .oneDown, .farAway, .ownPosts, .wrongClock: ["writes at \(writes)", "reads at \(reads)"]
      case .regionGone: ["writes at \(writes)"]
      case .longOutage, .slowCopy: []
      }
    }
    switch belief {
    case .everybodyMustAnswer, .readsWait, .failedIsUndone, .guaranteesAreOne: return levels("ALL", "ALL")
    case .levelIsCopies, .bothAreKept: return levels("ALL", "ONE")
    case .alwaysStale: return levels("ONE", "ALL")
    case .localIsGlobal:
      // In one region what is local is global.
      return kind == .oneDown || kind == .farAway ? [] : levels("LOCAL_QUORUM", "LOCAL_QUORUM")
    case .sumIsEnough: return levels("TWO", "ONE")
    case .nothingMends: return kind == .longOutage ? ["set read-repair blocking"] : levels("ALL", "ALL")
    case .deadAreWaitedFor, .silenceIsKnown:
      return kind == .longOutage ? ["set failure-detector oracle"] : levels("ONE", "ONE")
    case .clocksAgree: return kind == .wrongClock ? ["set conflict lww", "writes at ALL"] : levels("ONE", "ONE")
    case .ackedIsEverywhere, .oneIsEnough, .majorityDecides, .onlyOneWay, .itIsChance, .mendsItself, .comesBackEmpty,
      .deletedIsGone, .ackedIsSafe, .oneAlwaysWins, .storeKnowsMe, .cutsAreTwoWay, .cachesAreTold, .leadersAreReplaced:
      return levels("ONE", "ONE")
    }
  }
}
