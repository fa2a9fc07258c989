/// A belief about replicated stores that people hold, and that their stores don't.
///
/// The wrong choices of a ``Card`` come from these alone: whoever chooses one can be told what is true instead.
public enum Misconception: String, CaseIterable, Codable, Hashable, Sendable {
  case ackedIsEverywhere = "acked-is-everywhere"
  case levelIsCopies = "level-is-copies"
  case everybodyMustAnswer = "everybody-must-answer"
  case oneIsEnough = "one-is-enough"
  case majorityDecides = "majority-decides"
  case sumIsEnough = "sum-is-enough"
  case failedIsUndone = "failed-is-undone"
  case deadAreWaitedFor = "dead-are-waited-for"
  case silenceIsKnown = "silence-is-known"
  case onlyOneWay = "only-one-way"
  case readsWait = "reads-wait"
  case alwaysStale = "always-stale"
  case itIsChance = "it-is-chance"
  case mendsItself = "mends-itself"
  case nothingMends = "nothing-mends"
  case comesBackEmpty = "comes-back-empty"
  case deletedIsGone = "deleted-is-gone"
  case clocksAgree = "clocks-agree"
  case ackedIsSafe = "acked-is-safe"
  case bothAreKept = "both-are-kept"
  case oneAlwaysWins = "one-always-wins"
  case storeKnowsMe = "store-knows-me"
  case guaranteesAreOne = "guarantees-are-one"
  case localIsGlobal = "local-is-global"
  case cutsAreTwoWay = "cuts-are-two-way"
  case cachesAreTold = "caches-are-told"
  case leadersAreReplaced = "leaders-are-replaced"

  /// The belief, in one sentence.
  public var title: String { words.title }

  /// What is true instead, in a sentence or two.
  public var truth: String { words.truth }

  private var words: (title: String, truth: String) {
    switch self {
    case .ackedIsEverywhere:
      (
        "Acknowledged means that every copy has it.",
        "An acknowledgement says that as many copies have it as the level asks for. The others get it later."
      )
    case .levelIsCopies:
      (
        "The level says how many copies are written.",
        "A write is sent to every owner at any level. The level says for how many answers somebody waits."
      )
    case .everybodyMustAnswer:
      (
        "Every copy has to answer.",
        "As many have to answer as the level asks for. At every level but ALL the slowest of the rest may be slow or dead."
      )
    case .oneIsEnough:
      (
        "The nearest living copy is enough.",
        "That is so at ONE. A higher level waits for the slowest of as many answers as it asks for, and fails without them."
      )
    case .majorityDecides:
      (
        "A majority decides, whatever the level.",
        "Only QUORUM and its like ask a majority. What a write waits for, and whom a read asks, is what their levels say."
      )
    case .sumIsEnough:
      (
        "R + W = N is enough.",
        "Those that a write has reached and those that a read asks must have one in common for sure: R + W > N."
      )
    case .failedIsUndone:
      (
        "What failed has not happened.",
        "A timeout says that too few answers came. Nobody takes the write back from the copies that have it."
      )
    case .deadAreWaitedFor:
      (
        "The dead are waited for.",
        "A coordinator that believes too few copies alive refuses at once; one that believes enough alive needs no others."
      )
    case .silenceIsKnown:
      (
        "Who is silent is known to be dead.",
        "Slow, cut off and dead look alike from outside. Until a failure detector has noticed, answers are waited for in vain."
      )
    case .onlyOneWay:
      (
        "An answer takes one way.",
        "The question has to go there, and the answer to come back: a round trip."
      )
    case .readsWait:
      (
        "A read waits until the copies agree.",
        "A read answers with the best of what those hold who were asked. That others hold something else keeps nobody waiting."
      )
    case .alwaysStale:
      (
        "An eventually consistent store may always answer with something old.",
        "Not where whom a read asks overlaps with whom the write has reached: R + W > N, or a session's guarantee."
      )
    case .itIsChance:
      (
        "What is answered is chance.",
        "It follows from who is asked, and from what has reached them by then. With these delays there is one outcome."
      )
    case .mendsItself:
      (
        "A copy that comes back catches up by itself.",
        "Somebody has to bring what it missed: hints while they are kept, a read that asks it, or anti-entropy."
      )
    case .nothingMends:
      (
        "What a copy has missed it never gets.",
        "Hints, reads that ask it and anti-entropy bring it what it missed, each within its limits."
      )
    case .comesBackEmpty:
      (
        "A copy that was down comes back empty.",
        "A crash costs the memory, not the disk: it comes back with what it held."
      )
    case .deletedIsGone:
      (
        "What is deleted is gone for good.",
        "A delete is a write, a tombstone. Copies that miss it keep the value, and bring it back once tombstones are purged."
      )
    case .clocksAgree:
      (
        "Clocks agree, so that the later write wins.",
        "What wins is the higher timestamp, by the clock of whoever gave it. Clocks differ, and nobody asks when it really was."
      )
    case .ackedIsSafe:
      (
        "What was acknowledged stays.",
        "Acknowledged says who has stored it. Another write that never saw it can beat it, and its copies can be lost."
      )
    case .bothAreKept:
      (
        "What is in conflict is kept, all of it.",
        "Only concurrent versions are kept, and only where the key keeps siblings; registers keep one, and so does a merge."
      )
    case .oneAlwaysWins:
      (
        "Of concurrent updates one wins, and the others are lost.",
        "Last-write-wins does that. Siblings keep concurrent versions, and counters and sets merge them."
      )
    case .storeKnowsMe:
      (
        "The store shows me what I wrote.",
        "A store knows nobody: without a session's guarantee, or a level that overlaps, another copy may lack one's own write."
      )
    case .guaranteesAreOne:
      (
        "A session has all its guarantees, or none.",
        "They are four, and each can be kept while another is broken (Terry et al., 1994)."
      )
    case .localIsGlobal:
      (
        "A majority here is a majority everywhere.",
        "LOCAL_QUORUM and LOCAL_SERIAL ask one region. What other regions hold, or decide, they don't know."
      )
    case .cutsAreTwoWay:
      (
        "A link works both ways or not at all.",
        "Links fail one way, too: the request arrives, and its answer doesn't."
      )
    case .cachesAreTold:
      (
        "A cache is as new as its database.",
        "A cache serves what it holds until somebody tells it, or its entry expires; both come later than the write, or never."
      )
    case .leadersAreReplaced:
      (
        "A leader that is lost is replaced at once.",
        "Nobody may lead before the lease of the old one is over: it could still be serving where nobody sees it."
      )
    }
  }
}
