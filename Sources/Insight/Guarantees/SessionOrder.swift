/// What the four session guarantees have in common: within a session some operations oblige later ones not to be about an
/// older value of the key (Terry et al., *Session Guarantees for Weakly Consistent Replicated Data*, PDIS 1994).
///
/// Where a history states in which order the store came to rank a key's values, that order counts; values that it omits
/// never took effect. Where it doesn't, a guarantee is broken only if no order at all would do. The missing key is
/// before every value.
struct SessionOrder {
  /// Whether it is reads that oblige, or writes.
  let isObligingRead: Bool
  /// Whether it is reads that are obliged, or writes.
  let isObligedRead: Bool
  /// What a broken guarantee is told as.
  let reason: String

  func judge(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) -> Verdict {
    for (key, sessions) in history.sessions(without: anomalies).enumerated() {
      let verdict = history.orders[key].map { ranked(sessions, history, $0) } ?? unranked(sessions, history)
      if !verdict.isHeld { return verdict }
    }
    return .held
  }

  private func ranked(_ sessions: [[Int]], _ history: RegisterHistory, _ order: [Int]) -> Verdict {
    var ranks = [0: -1]
    for (rank, value) in order.enumerated() { ranks[value] = rank }
    for session in sessions {
      var best: (number: Int, rank: Int)?
      for number in session {
        let operation = history.operations[number]
        guard let rank = ranks[operation.value] else { continue }
        if operation.isRead == isObligedRead, let best, rank < best.rank {
          return .broken(witness: [best.number, number], reason: reason)
        }
        if operation.isRead == isObligingRead, rank > best?.rank ?? -2 { best = (number, rank) }
      }
    }
    return .held
  }

  /// Demands are edges from what must not be later to what must not be earlier. Between what a session's operations oblige to
  /// and each obliged one stands a node for "all of them so far", so that there are no more edges than operations.
  private func unranked(_ sessions: [[Int]], _ history: RegisterHistory) -> Verdict {
    var graph = ValueGraph()
    for session in sessions {
      var frontier: Int?
      for number in session {
        let operation = history.operations[number]
        if operation.isRead == isObligedRead, let frontier { graph.link(frontier, operation.value, by: number) }
        if operation.isRead == isObligingRead {
          let next = graph.addNode()
          if let frontier { graph.link(frontier, next, by: nil) }
          graph.link(operation.value, next, by: number)
          frontier = next
        }
      }
    }
    for session in sessions { for number in session { graph.link(0, history.operations[number].value, by: nil) } }
    guard let circle = graph.circle() else { return .held }
    return .broken(witness: circle, reason: reason + ", in whatever order the values came")
  }
}

extension RegisterHistory {
  /// For each key what each process did to it, in its order: answered reads that are possible, and acknowledged writes.
  fileprivate func sessions(without anomalies: [Anomaly]) -> [[[Int]]] {
    judged(without: anomalies).map { numbers in
      var sessions: [[Int]] = []
      var places: [Int: Int] = [:]
      for number in numbers where operations[number].ending == .ok {
        let process = operations[number].process
        if places[process] == nil {
          places[process] = sessions.count
          sessions.append([])
        }
        sessions[places[process] ?? 0].append(number)
      }
      return sessions
    }
  }
}
