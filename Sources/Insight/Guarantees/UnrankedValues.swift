/// What a session guarantee asks of the values of one key for which no order is stated: is there any order that keeps it?
///
/// Demands are edges from what must not be later to what must not be earlier. Between what a session's operations oblige to
/// and each obliged one stands a node for "all of them so far", so that there are no more edges than operations.
struct UnrankedValues {
  private let guarantee: SessionOrder
  private let steps: SessionSteps
  private let history: RegisterHistory
  /// The values that an operation's halves are about; those that may have been read of several writes are missing.
  private var found: [Int: Int] = [:]
  private var written: [Int: Int] = [:]
  /// What may have been read of several writes, with those, the latest first.
  private var ambiguous: [(number: Int, values: [Int])] = []
  private var valueCount = 1

  /// How many ways to say which writes were read are tried, at most.
  private static let budget = 500

  init(_ guarantee: SessionOrder, _ steps: SessionSteps, _ numbers: [Int], _ history: RegisterHistory) {
    (self.guarantee, self.steps, self.history) = (guarantee, steps, history)
    var writers: [Int: [Int]] = [:]
    for number in numbers where history.operations[number].mayHaveWritten {
      written[number] = valueCount
      writers[history.operations[number].value, default: []].append(number)
      valueCount += 1
    }
    guard guarantee.isObligedRead || guarantee.isObligingRead else { return }
    for session in steps.sessions {
      for number in session.begun {
        let operation = history.operations[number]
        guard let value = operation.found else { continue }
        var values = (writers[value] ?? []).reversed().compactMap { writer in
          writer != number && history.operations[writer].invoked < operation.ended ? written[writer] : nil
        }
        if value == 0 { values.append(0) }
        if values.count == 1 { found[number] = values[0] } else { ambiguous.append((number, values)) }
      }
    }
  }

  var finding: SessionOrder.Finding {
    // What nobody can mistake must do by itself.
    guard isKept(by: found) else { return .broken(earliestBreak(found)) }
    guard !ambiguous.isEmpty else { return .kept }
    var tried = 0
    return assigned(found, from: 0, &tried) ?? .undecided
  }

  /// Tries what may have been read, one after another; nil if the budget ran out.
  private func assigned(_ first: [Int: Int], from start: Int, _ tried: inout Int) -> SessionOrder.Finding? {
    // All at once, the latest writes: mostly that will do.
    var latest = first
    for (number, values) in ambiguous { latest[number] = values.first }
    if isKept(by: latest) { return .kept }
    var choices = [0]
    var chosen = first
    while let choice = choices.last {
      let (number, values) = ambiguous[choices.count - 1]
      guard choice < values.count else {
        chosen[number] = nil
        choices.removeLast()
        if !choices.isEmpty { choices[choices.count - 1] += 1 }
        continue
      }
      tried += 1
      guard tried <= Self.budget else { return nil }
      chosen[number] = values[choice]
      guard isKept(by: chosen) else {
        choices[choices.count - 1] += 1
        continue
      }
      if choices.count == ambiguous.count { return .kept }
      choices.append(0)
    }
    return .broken(earliestBreak(latest))
  }

  /// Whether some order keeps all demands.
  private func isKept(by found: [Int: Int]) -> Bool {
    isKeptInOrderOfIssue(by: found) || !graph(found).hasCircle
  }

  /// Whether the order in which the writes were issued will do, which is soon seen and mostly so.
  private func isKeptInOrderOfIssue(by found: [Int: Int]) -> Bool {
    var isKept = true
    for session in steps.sessions where isKept {
      var highest = 0
      session.walk(in: history) { number in
        var own = highest
        for half in history.operations[number].halves {
          guard let value = value(of: half, number, found) else { continue }
          if guarantee.isObliged(half), value < own { isKept = false }
          if guarantee.isObliging(half) { own = max(own, value) }
        }
      } ended: { number in
        for half in history.operations[number].halves where guarantee.isObliging(half) {
          if let value = value(of: half, number, found) { highest = max(highest, value) }
        }
      }
    }
    return isKept
  }

  private func value(of half: RegisterHistory.Half, _ number: Int, _ found: [Int: Int]) -> Int? {
    half.isFound ? found[number] : written[number]
  }

  /// The demands of what had ended by some place; also, if that is asked, what the operation that ended there follows.
  private func graph(_ found: [Int: Int], by end: Int = .max, last: inout (from: [Int], to: Int)?) -> ValueGraph {
    var graph = ValueGraph(values: valueCount)
    for session in steps.sessions {
      var frontier: Int?
      session.walk(in: history) { number in
        let operation = history.operations[number]
        guard operation.ended <= end else { return }
        var own: Int?
        for half in operation.halves {
          guard let value = value(of: half, number, found) else { continue }
          if guarantee.isObliged(half) {
            if let frontier { graph.link(frontier, value, by: number) }
            if let own { graph.link(own, value, by: number) }
            if operation.ended == end { last = ([frontier, own].compactMap { $0 }, value) }
          }
          // What it found itself obliges what it writes; of the same kind it has only one.
          if guarantee.isObliging(half) { own = value }
        }
      } ended: { number in
        for half in history.operations[number].halves where guarantee.isObliging(half) {
          guard let value = value(of: half, number, found) else { continue }
          let next = graph.addNode()
          if let frontier { graph.link(frontier, next, by: nil) }
          graph.link(value, next, by: number)
          frontier = next
        }
      }
    }
    return graph
  }

  private func graph(_ found: [Int: Int], by end: Int = .max) -> ValueGraph {
    var last: (from: [Int], to: Int)?
    return graph(found, by: end, last: &last)
  }

  /// The fewest operations of the earliest ending from which on no order will do.
  private func earliestBreak(_ found: [Int: Int]) -> SessionOrder.Break {
    let ends = steps.sessions.flatMap(\.ended).map { history.operations[$0].ended }.sorted()
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if graph(found, by: ends[middle]).hasCircle { high = middle } else { low = middle + 1 }
    }
    var last: (from: [Int], to: Int)?
    let graph = graph(found, by: ends[low], last: &last)
    let number = steps.sessions.lazy.flatMap(\.ended).first { history.operations[$0].ended == ends[low] } ?? 0
    let ways = (last?.from ?? []).compactMap { graph.operations(from: last?.to ?? 0, to: $0) }
    let shortest = ways.min { $0.isSmaller(than: $1) } ?? []
    return SessionOrder.Break(
      end: ends[low], operations: Set(shortest + [number]).sorted(), isOfAnyOrder: true)
  }
}
