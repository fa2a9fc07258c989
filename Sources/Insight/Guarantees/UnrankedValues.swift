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

  init(_ guarantee: SessionOrder, _ steps: SessionSteps, _ writers: KeyWriters, _ history: RegisterHistory) {
    (self.guarantee, self.steps, self.history) = (guarantee, steps, history)
    let all = steps.numbers
    let areReadsAsked = guarantee.isObligedRead || guarantee.isObligingRead
    // Only what somebody has written or found plays a part.
    var written = all.filter { history.operations[$0].mayHaveWritten }
    if areReadsAsked {
      for value in Set(all.compactMap { history.operations[$0].found }) { written += writers.of(value) }
    }
    written.sort()
    for number in written where self.written[number] == nil {
      self.written[number] = valueCount
      valueCount += 1
    }
    guard areReadsAsked else { return }
    for session in steps.sessions {
      for number in session.begun {
        let operation = history.operations[number]
        guard let value = operation.found else { continue }
        var values = writers.of(value).reversed().compactMap { writer in
          writer != number && history.operations[writer].invoked < operation.ended ? self.written[writer] : nil
        }
        if value == 0 { values.append(0) }
        if values.count == 1 { found[number] = values[0] } else { ambiguous.append((number, values)) }
      }
    }
  }

  /// Whether there is an order that keeps the guarantee; nil if the budget ran out.
  var isKept: Bool? {
    // What nobody can mistake must do by itself.
    guard isKept(by: found) else { return false }
    guard !ambiguous.isEmpty else { return true }
    return isKeptByAny
  }

  /// Tries what may have been read, one after another; nil if the budget ran out.
  private var isKeptByAny: Bool? {
    // All at once, the latest writes: mostly that will do.
    var chosen = found
    for (number, values) in ambiguous { chosen[number] = values.first }
    if isKept(by: chosen) { return true }
    var tried = 0
    var choices = [0]
    chosen = found
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
      if choices.count == ambiguous.count { return true }
      choices.append(0)
    }
    return false
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

  /// The demands; also what an operation follows, if that is asked.
  private func graph(_ found: [Int: Int], of last: Int? = nil, _ follows: inout (from: [Int], to: Int)?) -> ValueGraph {
    var graph = ValueGraph(values: valueCount)
    for session in steps.sessions {
      var frontier: Int?
      session.walk(in: history) { number in
        let operation = history.operations[number]
        var own: Int?
        for half in operation.halves {
          guard let value = value(of: half, number, found) else { continue }
          if guarantee.isObliged(half) {
            if let frontier { graph.link(frontier, value, by: number) }
            if let own { graph.link(own, value, by: number) }
            if number == last { follows = ([frontier, own].compactMap { $0 }, value) }
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

  private func graph(_ found: [Int: Int]) -> ValueGraph {
    var follows: (from: [Int], to: Int)?
    return graph(found, &follows)
  }

  /// The fewest demands that go round in a circle by way of what an operation follows, sorted; nil if none do, whatever
  /// was read of several writes.
  func shortestCircle(of last: Int) -> [Int]? {
    var follows: (from: [Int], to: Int)?
    let graph = graph(found, of: last, &follows)
    guard let (origins, value) = follows else { return nil }
    let ways = origins.compactMap { graph.operations(from: value, to: $0) }
    return ways.min { $0.isSmaller(than: $1) }.map { Set($0 + [last]).sorted() }
  }
}
