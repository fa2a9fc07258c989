import Kernel
import TestSupport
import Testing

@testable import Replication

extension Lattice {
  fileprivate func merged(with other: Self) -> Self {
    var result = self
    result.merge(other)
    return result
  }

  /// Whether it has taken in all of the other.
  fileprivate func includes(_ other: Self) -> Bool { merged(with: other) == self }
}

/// What makes replicas agree in whatever order they hear of updates: `semantics.md` §6, §10.10.
@Suite struct LatticeTests {
  /// A copy of a key with a name of its own, which gives its updates their dots.
  private struct Copy {
    let writer: ReplicaID
    var state: KeyState
    var counter: UInt32 = 0

    init(_ form: ValueForm, _ writer: Int) {
      self.writer = ReplicaID(writer)
      state = KeyState(key: KeyID(0), form: form)
    }

    mutating func apply(_ update: Update, context: VersionVector? = nil) {
      counter += 1
      state.apply(update, context: context, dot: VectorEntry(writer: writer, counter: counter))
    }
  }

  private static let forms = ValueForm.allCases.filter { $0 != .lastWriterWins }

  /// An update that such a key takes.
  private func update(_ form: ValueForm, _ dice: inout Dice) -> Update {
    let item = ItemID(dice.roll(below: 5))
    switch form {
    case .counter: return .increment(Int64(dice.roll(below: 9)) - 4)
    case .growCounter: return .increment(Int64(dice.roll(below: 5)) + 1)
    case .growSet: return .add(item)
    case .row:
      let timestamp = Int64(dice.roll(below: 6))
      if dice.roll(below: 5) == 0 { return .clear(Row.Deletion(timestamp: timestamp, at: Int64(dice.roll(below: 3)))) }
      let value = dice.roll(below: 4) == 0 ? nil : "v\(dice.roll(below: 3))"
      let death = value == nil || dice.roll(below: 3) == 0 ? Int64(dice.roll(below: 3)) : nil
      return .cell(Row.Cell(column: "c\(dice.roll(below: 3))", value: value, timestamp: timestamp, death: death))
    case .twoPhaseSet, .orSet: return dice.roll(below: 3) == 0 ? .remove(item) : .add(item)
    default: return dice.roll(below: 6) == 0 ? .write(.none) : .write(item)
    }
  }

  /// Three copies after random updates and merges.
  private func copies(_ form: ValueForm, seed: Int) -> [KeyState] {
    var dice = Dice(seed: seed)
    var copies = (0..<3).map { Copy(form, $0) }
    for _ in 0..<14 {
      let (index, other) = (dice.roll(below: 3), dice.roll(below: 3))
      if dice.roll(below: 3) == 0 {
        copies[index].state.merge(copies[other].state)
      } else {
        let context = form.takesContext ? (dice.roll(below: 2) == 0 ? VersionVector() : copies[other].state.seen) : nil
        copies[index].apply(update(form, &dice), context: context)
      }
    }
    return copies.map(\.state)
  }

  private func merged(_ states: [KeyState]) -> KeyState {
    states.dropFirst().reduce(into: states[0]) { $0.merge($1) }
  }

  /// The laws that any three values of a lattice keep; the name of the first that they don't.
  private func brokenLaw<Value: Lattice>(_ a: Value, _ b: Value, _ c: Value) -> String? {
    if a.merged(with: b) != b.merged(with: a) { return "commutative" }
    if a.merged(with: b).merged(with: c) != a.merged(with: b.merged(with: c)) { return "associative" }
    if a.merged(with: a) != a { return "idempotent" }
    return a.merged(with: b).includes(a) && a.merged(with: b).includes(b) ? nil : "an upper bound"
  }

  @Test(arguments: forms) func whatAKeyHoldsKeepsTheLaws(form: ValueForm) {
    // One plain vector for all siblings is no lattice: that is its fault, and why dots were added.
    guard form != .plainSiblings else { return }
    for seed in 1...60 {
      let states = copies(form, seed: seed)
      #expect(brokenLaw(states[0], states[1], states[2]) == nil, "seed \(seed)")
    }
  }

  @Test func theirPartsKeepTheLaws() {
    for seed in 1...100 {
      var dice = Dice(seed: seed + 3_000)
      let vectors = (0..<3).map { _ in
        VersionVector(
          (0..<4).map { VectorEntry(writer: ReplicaID($0), counter: UInt32(dice.roll(below: 3))) })
      }
      #expect(brokenLaw(vectors[0], vectors[1], vectors[2]) == nil, "seed \(seed)")
      var amounts = [Amounts(), Amounts(), Amounts()]
      var elements = [Elements(), Elements(), Elements()]
      for _ in 0..<12 {
        amounts[dice.roll(below: 3)].add(UInt64(dice.roll(below: 4)), at: ReplicaID(dice.roll(below: 3)))
        let item = ItemID(dice.roll(below: 4))
        if dice.roll(below: 3) == 0 {
          elements[dice.roll(below: 3)].remove(item)
        } else {
          elements[dice.roll(below: 3)].add(item)
        }
      }
      #expect(brokenLaw(amounts[0], amounts[1], amounts[2]) == nil, "seed \(seed)")
      #expect(brokenLaw(elements[0], elements[1], elements[2]) == nil, "seed \(seed)")
    }
  }

  @Test(arguments: forms) func anUpdateOnlyEverMovesUp(form: ValueForm) {
    guard form != .plainSiblings else { return }
    for seed in 1...60 {
      var dice = Dice(seed: seed + 1_000)
      let before = copies(form, seed: seed)[0]
      var after = before
      let dot = VectorEntry(writer: ReplicaID(0), counter: before.seen.counter(of: ReplicaID(0)) + 1)
      after.apply(update(form, &dice), context: form.takesContext ? before.seen : nil, dot: dot)
      #expect(merged([before, after]) == after, "seed \(seed)")
    }
  }

  @Test("J14 · any order of merging, with repetitions, ends in the same state", arguments: forms)
  func anyOrder(form: ValueForm) {
    guard form != .plainSiblings else { return }
    for seed in 1...40 {
      let states = copies(form, seed: seed)
      var dice = Dice(seed: seed + 2_000)
      var shuffled = states
      for _ in 0..<8 { shuffled.merge(states[dice.roll(below: 3)], into: dice.roll(below: 3)) }
      for index in shuffled.indices { for state in states { shuffled.merge(state, into: index) } }
      #expect(shuffled.allSatisfy { $0 == merged(states) }, "seed \(seed)")
    }
  }

  /// A register that keeps whatever it heard first of equal timestamps: what the laws are there to find.
  private struct FirstReceived: Lattice {
    var value: String
    let timestamp: Int

    mutating func merge(_ other: FirstReceived) { if other.timestamp > timestamp { self = other } }
  }

  @Test("H14, J15 · a merge that keeps the first received of equal timestamps breaks the law")
  func firstReceived() {
    let (a, b) = (FirstReceived(value: "a", timestamp: 10), FirstReceived(value: "b", timestamp: 10))
    #expect(brokenLaw(a, b, b) == "commutative", "the copies differ for ever")
  }

  @Test("J01 · a g-counter's merge takes the larger amount of each replica") func growCounter() {
    var (a, b) = (Copy(.growCounter, 0), Copy(.growCounter, 1))
    a.apply(.increment(2))
    b.state.merge(a.state)
    a.apply(.increment(1))
    var early = b
    early.apply(.increment(1))
    b.apply(.increment(4))
    #expect(merged([a.state, b.state]).total == 7)
    #expect(merged([a.state, b.state, a.state]).total == 7)
    #expect(merged([a.state, early.state]).total == 4)
  }

  private let x = ItemID(0)

  @Test("J04 · what was removed from a 2p-set stays out") func twoPhase() {
    var copy = Copy(.twoPhaseSet, 0)
    copy.apply(.add(x))
    copy.apply(.remove(x))
    copy.apply(.add(x))
    #expect(copy.state.items.isEmpty)
  }

  @Test("J05 · in a 2p-set a removal beats a concurrent addition") func removeWins() {
    var (a, b) = (Copy(.twoPhaseSet, 0), Copy(.twoPhaseSet, 1))
    a.apply(.add(x))
    b.state.merge(a.state)
    a.apply(.add(x))
    b.apply(.remove(x))
    #expect(merged([a.state, b.state]).items.isEmpty)
  }

  @Test("J06 · in an or-set an addition beats a concurrent removal") func addWins() {
    var (a, b) = (Copy(.orSet, 0), Copy(.orSet, 1))
    a.apply(.add(x))
    b.state.merge(a.state)
    a.apply(.add(x))
    b.apply(.remove(x))
    #expect(merged([a.state, b.state]).items == [x])
  }

  @Test("J07 · the removal of an earlier addition leaves a later one") func laterAddition() {
    var (a, b) = (Copy(.orSet, 0), Copy(.orSet, 1))
    a.apply(.add(x))
    b.state.merge(a.state)
    b.state.removeSilently(x)
    a.apply(.add(x))
    let both = merged([a.state, b.state])
    #expect(both.items == [x] && dots(both) == [[0, 2]])
  }

  @Test("J08 · who has seen an addition and lacks the element has removed it") func seenAndGone() {
    var (a, b) = (Copy(.orSet, 0), Copy(.orSet, 1))
    a.apply(.add(x))
    b.state.merge(a.state)
    b.state.removeSilently(x)
    #expect(merged([a.state, b.state]).items.isEmpty)
  }

  @Test("J09 · a dot that one side has superseded doesn't come back") func superseded() {
    var (left, right) = (Copy(.orSet, 0), Copy(.orSet, 1))
    right.apply(.add(x))
    left.state.merge(right.state)
    left.apply(.add(x))
    #expect(dots(merged([left.state, right.state])) == [[0, 1]])
    #expect(dots(merged([right.state, left.state])) == [[0, 1]])
  }

  @Test("J11 · an mv-register holds concurrent values until somebody who has read them writes") func multiValue() {
    var (a, b) = (Copy(.mvRegister, 0), Copy(.mvRegister, 1))
    a.apply(.write(ItemID(0)))
    b.apply(.write(ItemID(1)))
    a.state.merge(b.state)
    #expect(a.state.items.count == 2)
    a.apply(.write(ItemID(2)))
    b.state.merge(a.state)
    #expect(b.state.items == [ItemID(2)] && b.state.seen.counter(of: ReplicaID(0)) == 2)
  }

  private func dots(_ state: KeyState) -> [[Int]] {
    guard case .dotted(let items) = state.content else { return [] }
    return items.entries.map { [$0.dot.writer.index, Int($0.dot.counter)] }
  }
}

extension [KeyState] {
  fileprivate mutating func merge(_ state: KeyState, into index: Int) { self[index].merge(state) }
}

extension KeyState {
  /// A removal as the vectors have it: without a dot of its own.
  fileprivate mutating func removeSilently(_ item: ItemID) {
    let last = seen.entries.last ?? VectorEntry(writer: ReplicaID(0), counter: 1)
    apply(.remove(item), context: nil, dot: last)
  }
}
