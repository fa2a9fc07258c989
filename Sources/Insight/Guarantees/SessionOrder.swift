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
    var earliest: Break?
    var isUndecided = false
    // What found something impossible may have written nevertheless.
    let all = history.judged(without: [])
    for (key, numbers) in history.judged(without: anomalies).enumerated() where !numbers.isEmpty {
      let steps = SessionSteps(numbers, in: history, of: sessions)
      let found: Finding
      if let order = history.orders[key] {
        found = ranked(steps, history, order)
      } else {
        found = UnrankedValues(self, steps, all[key], history).finding
      }
      switch found {
      case .kept: break
      case .undecided: isUndecided = true
      case .broken(let new): if new.end < earliest?.end ?? .max { earliest = new }
      }
    }
    if let earliest {
      return .broken(
        witness: earliest.operations,
        reason: reason + (earliest.isOfAnyOrder ? ", in whatever order the values came" : ""))
    }
    if isUndecided {
      return .undecided(reason: "values repeat, and too many writes may be the ones that were read")
    }
    return history.concluded(.held, on: isObligedRead ? .reads : .writes, of: sessions)
  }

  /// What breaks a guarantee.
  struct Break {
    /// When the last of its operations ended.
    let end: Int
    /// The operations, in the order of their invocations.
    let operations: [Int]
    /// Whether no order of the values would do.
    let isOfAnyOrder: Bool
  }

  /// What came of looking at one key.
  enum Finding {
    case kept
    case undecided
    case broken(Break)
  }

  /// The ranks that a found value may have, and that a written one may, in a stated order.
  private struct Ranks {
    private var ranks: [Int: [Int]] = [:]

    init(_ order: [Int]) { for (rank, value) in order.enumerated() { ranks[value, default: []].append(rank) } }

    func range(_ value: Int, isFound: Bool) -> (least: Int, most: Int)? {
      let known = ranks[value]
      if value == 0, isFound { return (-1, known?.last ?? -1) }
      guard let known, let first = known.first, let last = known.last else { return nil }
      return (first, last)
    }

    /// The least rank of a value that isn't below a bound.
    func least(_ value: Int, isFound: Bool, from bound: Int) -> Int? {
      if value == 0, isFound, bound <= -1 { return -1 }
      return ranks[value]?.first { $0 >= bound }
    }
  }

  private func ranked(_ steps: SessionSteps, _ history: RegisterHistory, _ order: [Int]) -> Finding {
    let ranks = Ranks(order)
    var earliest: Break?
    for session in steps.sessions {
      /// What has been taken in so far: the highest rank, and each that raised it.
      var raised: [(rank: Int, number: Int)] = []
      var chosen: [Int: Int] = [:]
      session.walk(in: history) { number in
        // It begins.
        let operation = history.operations[number]
        let bound = raised.last?.rank ?? -2
        var own = bound
        for half in operation.halves where isObliged(half) || isObliging(half) {
          guard let range = ranks.range(half.value, isFound: half.isFound) else { continue }
          if isObliged(half), range.most < own {
            let obliging = raised.first { $0.rank > range.most }?.number ?? number
            if operation.ended < earliest?.end ?? .max {
              let operations = obliging == number ? [number] : [obliging, number]
              earliest = Break(end: operation.ended, operations: operations, isOfAnyOrder: false)
            }
            continue
          }
          guard isObliging(half) else { continue }
          // The least that will do leaves most room to what comes later.
          let rank =
            isObliged(half)
            ? ranks.least(half.value, isFound: half.isFound, from: own) ?? range.least : range.least
          chosen[number] = max(chosen[number] ?? -2, rank)
          if !isObligedRead, isObligingRead { own = max(own, rank) }
        }
      } ended: { number in
        if let rank = chosen[number], rank > raised.last?.rank ?? -2 { raised.append((rank, number)) }
      }
    }
    return earliest.map { .broken($0) } ?? .kept
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

/// What each session did to one key, and had acknowledged.
struct SessionSteps {
  /// One session's operations in the order in which they began, and in that in which they ended.
  struct Session {
    let begun: [Int]
    let ended: [Int]

    /// Walks through in real time: whatever ended before an operation began is told of before it.
    func walk(in history: RegisterHistory, begins: (Int) -> Void, ended tell: (Int) -> Void) {
      var next = 0
      for number in begun {
        while next < ended.count, history.operations[ended[next]].precedes(history.operations[number]) {
          tell(ended[next])
          next += 1
        }
        begins(number)
      }
    }
  }

  private(set) var sessions: [Session] = []

  init(_ numbers: [Int], in history: RegisterHistory, of wanted: Set<Int>?) {
    var places: [Int: Int] = [:]
    var begun: [[Int]] = []
    for number in numbers where history.operations[number].ending == .ok {
      let session = history.operations[number].session
      guard wanted?.contains(session) ?? true else { continue }
      if places[session] == nil {
        places[session] = begun.count
        begun.append([])
      }
      begun[places[session] ?? 0].append(number)
    }
    sessions = begun.map { numbers in
      var isInOrder = true
      for (one, next) in zip(numbers, numbers.dropFirst())
      where !history.operations[one].precedes(history.operations[next]) {
        isInOrder = false
        break
      }
      let ended =
        isInOrder ? numbers : numbers.sorted { history.operations[$0].ended < history.operations[$1].ended }
      return Session(begun: numbers, ended: ended)
    }
  }
}
