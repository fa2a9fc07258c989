import Insight
import TestSupport

/// Small histories at random, and what the checkers' promises mean, by trying everything.
struct SmallHistory {
  var dice: Dice

  init(seed: Int) { dice = Dice(seed: seed) }

  /// Operations of four processes of two sessions on one register: reads, writes, deletes and compare-and-sets, values
  /// that repeat, and ends of every kind.
  ///
  /// - Parameter values: how many values there are beside none; nil: each write has its own.
  mutating func make(steps: Int, values: Int?, withConditions: Bool = true) -> RegisterHistory {
    var history = RegisterHistory()
    var open: [Int: Int] = [:]
    var written = 0
    for place in 0..<(4 + dice.roll(below: steps)) {
      let process = dice.roll(below: 4)
      if let number = open.removeValue(forKey: process) {
        end(&history, number, at: place, upTo: values ?? written)
        continue
      }
      var function = RegisterHistory.Function.read
      var value = 0
      if dice.roll(below: 100) < 55, values != nil || written < 4 {
        written += 1
        value = values.map { dice.roll(below: $0 + 1) } ?? written
        let isConditional = withConditions && values != nil && dice.roll(below: 3) == 0
        function = isConditional ? .compareAndSet(expected: dice.roll(below: (values ?? 0) + 1)) : .write
      }
      open[process] = history.append(
        .init(process: process, session: process / 2, key: 0, function, value: value, invoked: place))
    }
    return history
  }

  private mutating func end(_ history: inout RegisterHistory, _ number: Int, at place: Int, upTo values: Int) {
    var ending = RegisterHistory.Ending.ok
    switch (history.operations[number].function, dice.roll(below: 10)) {
    case (.read, 0), (.write, 0...1), (.compareAndSet, 0...1): ending = .unknown
    case (.write, 2): ending = .failed
    case (.compareAndSet, 2...5): ending = .refuted
    default: break
    }
    history.end(number, ending, value: dice.roll(below: values + 1), at: place)
  }

  /// Whether some order of the operations that respects time explains everything that was found.
  static func isLinearizable(_ operations: [RegisterHistory.Operation]) -> Bool {
    func search(_ rest: [RegisterHistory.Operation], _ value: Int) -> Bool {
      if rest.allSatisfy({ $0.ending == .unknown }) { return true }
      for (index, operation) in rest.enumerated() where !rest.contains(where: { $0.precedes(operation) }) {
        var next = value
        switch (operation.function, operation.ending) {
        case (.read, _): if operation.value != value { continue }
        case (.write, _): next = operation.value
        case (.compareAndSet(let expected), .refuted): if expected == value { continue }
        case (.compareAndSet(let expected), _):
          guard expected == value else { continue }
          next = operation.value
        }
        var others = rest
        others.remove(at: index)
        if search(others, next) { return true }
      }
      return false
    }
    return search(operations.filter { $0.ending != .failed && !($0.isRead && $0.ending != .ok) }, 0)
  }

  /// The operations that were answered, and possibly so.
  static func answered(_ history: RegisterHistory) -> [Int] {
    let impossible = Set(history.anomalies.map(\.read))
    return history.operations.indices.filter { history.operations[$0].ending == .ok && !impossible.contains($0) }
  }

  /// Whether some ranking of all writes, and some choice of what was read of several, keeps every demand of a guarantee.
  ///
  /// - Parameter only: the operations that demand anything; nil: all that were answered.
  static func canBeKept(_ history: RegisterHistory, obligingRead: Bool, obligedRead: Bool, only: [Int]? = nil) -> Bool {
    let answered = only ?? answered(history)
    let writers = history.operations.indices.filter { history.operations[$0].mayHaveWritten }
    func rankings(_ rest: [Int]) -> [[Int]] {
      rest.isEmpty ? [[]] : rest.flatMap { first in rankings(rest.filter { $0 != first }).map { [first] + $0 } }
    }
    return rankings(writers).contains { ranking in
      let ranks = Dictionary(uniqueKeysWithValues: ranking.enumerated().map { ($0.element, $0.offset) })
      /// The ranks that a read's value may have.
      func choices(_ number: Int) -> [Int] {
        let read = history.operations[number]
        let of = writers.filter {
          $0 != number && history.operations[$0].value == read.found && history.operations[$0].invoked < read.ended
        }
        return of.compactMap { ranks[$0] } + (read.found == 0 ? [-1] : [])
      }
      func keeps(_ found: [Int: Int]) -> Bool {
        func rank(_ number: Int, _ isRead: Bool) -> Int? { isRead ? found[number] : ranks[number] }
        for later in answered {
          let operation = history.operations[later]
          if obligingRead, !obligedRead, !operation.isRead, let one = found[later], let two = ranks[later], two < one {
            return false
          }
          guard let obliged = rank(later, obligedRead) else { continue }
          for earlier in answered where history.operations[earlier].precedes(operation) {
            guard history.operations[earlier].session == operation.session,
              let obliging = rank(earlier, obligingRead)
            else { continue }
            if obliged < obliging { return false }
          }
        }
        return true
      }
      func assign(_ rest: ArraySlice<Int>, _ found: [Int: Int]) -> Bool {
        guard let number = rest.first else { return keeps(found) }
        return choices(number).contains { rank in
          var found = found
          found[number] = rank
          return assign(rest.dropFirst(), found)
        }
      }
      return assign(answered.filter { history.operations[$0].found != nil }[...], [:])
    }
  }
}
