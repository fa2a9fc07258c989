/// What the four session guarantees have in common: within a session some operations oblige later ones not to be about an
/// older value of the key (Terry et al., *Session Guarantees for Weakly Consistent Replicated Data*, PDIS 1994).
///
/// A session's order is that of real time: an operation is later than what had ended before it began, and what overlaps
/// obliges to nothing. A successful compare-and-set reads what it asked for, and then writes.
///
/// Where a history states in which order the store came to rank a key's values, that order counts; values that it omits
/// never took effect. Where it doesn't, a guarantee is broken only if no order at all would do. The missing key is
/// before every value. What may have been read of several writes of one value is taken as the one that suits.
struct SessionOrder {
  /// Whether it is reads that oblige, or writes.
  let isObligingRead: Bool
  /// Whether it is reads that are obliged, or writes.
  let isObligedRead: Bool
  /// What a broken guarantee is told as.
  let reason: String

  /// Judges a history. The witness is that of the earliest ending that breaks the guarantee.
  ///
  /// - Parameter sessions: whose operations are judged; nil: everybody's.
  func judge(
    _ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly], of sessions: Set<Int>? = nil
  ) -> Verdict {
    var earliest: (end: Int, key: KeyDemands)?
    var isUndecided = false
    // What found something impossible may have written nevertheless.
    let all = history.judged(without: [])
    for (key, numbers) in history.judged(without: anomalies).enumerated() where !numbers.isEmpty {
      let steps = SessionSteps(numbers, in: history, of: sessions)
      let demands = KeyDemands(self, steps, all[key], history, order: history.orders[key])
      switch demands.finding {
      case .kept: break
      case .undecided: isUndecided = true
      case .broken(let end): if end < earliest?.end ?? .max { earliest = (end, demands) }
      }
    }
    if let (end, key) = earliest {
      return .broken(
        witness: key.witness(by: end),
        reason: reason + (key.hasOrder ? "" : ", in whatever order the values came"))
    }
    if isUndecided {
      return .undecided(reason: "values repeat, and too many writes may be the ones that were read")
    }
    // Where nothing obliges, or nothing is obliged, there is nothing that could have been kept.
    let obliged = history.concluded(.held, on: isObligedRead ? .reads : .writes, of: sessions)
    return history.concluded(obliged, on: isObligingRead ? .reads : .writes, of: sessions)
  }

  /// Whether what an operation found, or wrote, obliges later ones.
  func isObliging(_ half: RegisterHistory.Half) -> Bool { half.isFound == isObligingRead }

  /// Whether earlier ones oblige it.
  func isObliged(_ half: RegisterHistory.Half) -> Bool { half.isFound == isObligedRead }
}

extension RegisterHistory {
  /// What an acknowledged operation found, or what it wrote.
  struct Half {
    let isFound: Bool
    let value: Int
  }
}

extension RegisterHistory.Operation {
  /// What it found, and then what it wrote; nothing unless it was acknowledged.
  var halves: [RegisterHistory.Half] {
    guard ending == .ok else { return [] }
    switch function {
    case .read: return [.init(isFound: true, value: value)]
    case .write: return [.init(isFound: false, value: value)]
    case .compareAndSet(let expected):
      return [.init(isFound: true, value: expected), .init(isFound: false, value: value)]
    }
  }
}
