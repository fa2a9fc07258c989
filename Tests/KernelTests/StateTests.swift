import Kernel
import TestSupport
import Testing

private struct Row: DenseID {
  let index: Int
  init(_ index: Int) { self.index = index }
}

@Suite struct PagedTableTests {
  @Test func whatWasNeverWrittenIsVacant() {
    var table = PagedTable<Row, Int>(vacant: -1, pageSize: 4)
    #expect(table[Row(100)] == -1)
    table[Row(5)] = 7
    #expect(table[Row(4)] == -1)
    #expect(table[Row(5)] == 7)
    #expect(table.count == 6)
  }

  @Test func aCopySharesNoFate() {
    var table = PagedTable<Row, Int>(vacant: 0, pageSize: 4)
    for value in 0..<10 { table.append(value) }
    var copy = table
    copy[Row(3)] = 99
    table.append(10)
    #expect(table[Row(3)] == 3)
    #expect(copy[Row(3)] == 99)
    #expect(copy.count == 10)
    #expect(table.count == 11)
  }
}

@Suite struct SparseTableTests {
  @Test(arguments: [true, false]) func whatWasNeverWrittenIsVacant(isFull: Bool) {
    var table = SparseTable<Row, Int>(vacant: -1, isFull: isFull)
    #expect(table[Row(100)] == -1)
    for index in [70, 5, 64, 127, 63, 0, 4_000] { table[Row(index)] = index * 10 }
    for index in [0, 5, 63, 64, 70, 127, 4_000] { #expect(table[Row(index)] == index * 10) }
    for index in [1, 62, 65, 126, 128, 3_999, 4_001, 9_000] { #expect(table[Row(index)] == -1) }
    if !isFull { #expect(table.ids.map(\.index) == [0, 5, 63, 64, 70, 127, 4_000]) }
    #expect(table.emptied.ids.isEmpty && table.emptied[Row(5)] == -1)
  }

  @Test(arguments: [true, false]) func aCopySharesNoFate(isFull: Bool) {
    var table = SparseTable<Row, Int>(vacant: 0, isFull: isFull)
    for index in stride(from: 0, to: 200, by: 3) { table[Row(index)] = index }
    var copy = table
    copy[Row(3)] = 99
    copy[Row(4)] = 98
    table[Row(5)] = 97
    #expect(table[Row(3)] == 3 && table[Row(4)] == 0 && table[Row(5)] == 97)
    #expect(copy[Row(3)] == 99 && copy[Row(4)] == 98 && copy[Row(5)] == 0)
  }
}

@Suite struct SlabTests {
  @Test func slotsAreUsedAgain() {
    var slab = Slab<String>()
    let first = slab.insert("a")
    let second = slab.insert("b")
    slab.remove(first)
    #expect(!slab.contains(first))
    #expect(slab.insert("c") == first)
    #expect(slab[first] == "c")
    #expect(slab[second] == "b")
    #expect(Array(slab.slots) == [first, second])
  }
}

@Suite struct ReplicaSetTests {
  @Test(arguments: [0, 1, 63, 64, 127, 128, 200, 255, 256, 511, 1_023]) func holdsEveryReplicaOfTheLargestCluster(
    index: Int
  ) {
    var set = ReplicaSet()
    let inserted = set.insert(ReplicaID(index))
    let again = set.insert(ReplicaID(index))
    #expect(inserted && !again)
    #expect(set.contains(ReplicaID(index)))
    #expect(Array(set) == [ReplicaID(index)])
    #expect(set.remove(ReplicaID(index)) == true)
    #expect(set.isEmpty)
  }

  @Test func algebra() {
    let left = ReplicaSet([1, 70, 200].map(ReplicaID.init))
    let right = ReplicaSet([70, 255].map(ReplicaID.init))
    #expect(Array(left.union(right)).map(\.index) == [1, 70, 200, 255])
    #expect(Array(left.intersection(right)).map(\.index) == [70])
    #expect(Array(left.subtracting(right)).map(\.index) == [1, 200])
  }
}

@Suite struct NodeClockTests {
  @Test func timestampsOfOneReplicaNeverRepeatEvenWhenItsClockStepsBack() {
    var clock = NodeClock()
    let now = Instant(microseconds: 1_000)
    let first = clock.timestamp(at: now)
    let second = clock.timestamp(at: now)
    clock.set(skew: .seconds(-5), driftPerSecond: 0, at: now)
    #expect((first, second, clock.timestamp(at: now)) == (1_000, 1_001, 1_002))
  }

  @Test func skewIsAddedAndDriftGrowsFromTheMomentItBegan() {
    var clock = NodeClock()
    clock.set(skew: .milliseconds(250), driftPerSecond: 100, at: Instant(microseconds: 1_000_000))
    #expect(clock.reading(at: Instant(microseconds: 1_000_000)) == 1_250_000)
    #expect(clock.reading(at: Instant(microseconds: 11_000_000)) == 11_251_000)
    clock.set(skew: .zero, driftPerSecond: -1_000_000, at: .start)
    #expect(clock.reading(at: .end) == 0)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>) func theInstantOfAReadingIsTheFirstThatShowsAsMuch(seed: UInt64) {
    let randomness = Randomness(seed: seed)
    for number in 0..<300 {
      let draw = randomness.draw(.workload, owner: 0, number: UInt64(number))
      let other = randomness.draw(.workload, owner: 1, number: UInt64(number))
      var clock = NodeClock()
      let drift = [0, 50, -50, 1_000_000, -999_999, -1_000_000][Int(draw.below(6))]
      let skew = TimeSpan(microseconds: Int64(other.below(20_000_000)) - 10_000_000)
      clock.set(skew: skew, driftPerSecond: Int64(drift), at: Instant(microseconds: 1_000))
      let now = Instant(microseconds: 2_000)
      let target = Int64(other.below(30_000_000)) - 5_000_000
      guard let found = clock.instant(ofReading: target, from: now) else {
        #expect(drift == -1_000_000, "seed \(seed), number \(number)")
        continue
      }
      #expect(found >= now && clock.reading(at: found) >= target, "seed \(seed), number \(number)")
      let before = Instant(microseconds: found.microseconds - 1)
      #expect(found == now || clock.reading(at: before) < target, "seed \(seed), number \(number)")
    }
  }
}

@Suite struct FingerprintTests {
  @Test func theOrderOfTheWordsMatters() {
    var left = Fingerprint()
    var right = Fingerprint()
    left.fold(1)
    left.fold(2)
    right.fold(2)
    right.fold(1)
    #expect(left != right)
    #expect(left.description.count == 16)
  }

  @Test func textsAreFoldedWithTheirLength() {
    var left = Fingerprint()
    var right = Fingerprint()
    left.fold("a\0")
    right.fold("a")
    #expect(left != right)
  }

  @Test(arguments: 1...30) func itIsASetLikeAnyOther(seed: Int) {
    var dice = Dice(seed: seed)
    let limit = dice.pick([64, 65, 200, 256, 1_024])
    func draw() -> Set<Int> { Set((0..<dice.roll(0...40)).map { _ in dice.roll(below: limit) }) }
    func made(_ members: Set<Int>) -> ReplicaSet { ReplicaSet(members.map(ReplicaID.init)) }
    for _ in 0..<50 {
      let (left, right) = (draw(), draw())
      var set = made(left)
      for (result, expected) in [
        (set, left), (set.union(made(right)), left.union(right)),
        (set.intersection(made(right)), left.intersection(right)),
        (set.subtracting(made(right)), left.subtracting(right)),
      ] {
        #expect(result.map(\.index) == expected.sorted(), "seed \(seed)")
        #expect(result.count == expected.count && result.isEmpty == expected.isEmpty, "seed \(seed)")
        #expect(result == made(expected) && Set([result, made(expected)]).count == 1, "seed \(seed)")
      }
      for member in right {
        let isThere = left.contains(member)
        #expect(set.contains(ReplicaID(member)) == isThere, "seed \(seed)")
        #expect(set.remove(ReplicaID(member)) == isThere, "seed \(seed)")
      }
      #expect(set == made(left.subtracting(right)), "seed \(seed)")
      #expect((set == made(right)) == (left.subtracting(right) == right), "seed \(seed)")
    }
  }
}
