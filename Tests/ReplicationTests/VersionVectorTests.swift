import Kernel
import TestSupport
import Testing

@testable import Replication

/// Version vectors: relation, merge, and the pool that keeps them in few words (`semantics.md` §10.9, I08).
@Suite struct VersionVectorTests {
  private struct Vectors: Decodable {
    struct Pair: Decodable {
      let id: String
      let a: [String: UInt32]
      let b: [String: UInt32]
      let relation: String
      let merge: [String: UInt32]
    }

    let pairs: [Pair]
  }

  private func entries(_ counters: [String: UInt32]) throws -> [VectorEntry] {
    try counters.filter { $0.value > 0 }.map { name, counter in
      VectorEntry(writer: ReplicaID(try #require(Int(name.dropFirst()))), counter: counter)
    }.sorted { $0.writer < $1.writer }
  }

  private func relation(_ a: VectorID, _ b: VectorID, in pool: VectorPool) -> Relation {
    switch (pool.covers(a, b), pool.covers(b, a)) {
    case (true, true): .equal
    case (true, false): .after
    case (false, true): .before
    case (false, false): .concurrent
    }
  }

  @Test func pairsStandToEachOtherAndMergeAsComputedElsewhere() throws {
    let pairs = try fixture("version-vectors", as: Vectors.self).pairs
    #expect(pairs.count == 100)
    var pool = VectorPool()
    for pair in pairs {
      let (a, b) = (pool.add(try entries(pair.a)), pool.add(try entries(pair.b)))
      #expect(relation(a, b, in: pool).rawValue == pair.relation, "\(pair.id)")
      let opposite = ["before": "after", "after": "before"][pair.relation] ?? pair.relation
      #expect(relation(b, a, in: pool).rawValue == opposite, "\(pair.id), the other way round")
      for merged in [pool.merge(a, b), pool.merge(b, a)] {
        #expect(pool.entries(of: merged) == (try entries(pair.merge)), "\(pair.id)")
      }
    }
  }

  @Test func I08_vectorsThatEachLackSomethingAreConcurrentAndALongerOneDescends() {
    var pool = VectorPool()
    func vector(_ a: UInt32, _ b: UInt32) -> VectorID {
      pool.add([(0, a), (1, b)].filter { $0.1 > 0 }.map { VectorEntry(writer: ReplicaID($0.0), counter: $0.1) })
    }
    let (first, second) = (vector(2, 1), vector(1, 2))
    #expect(relation(first, second, in: pool) == .concurrent)
    let (short, long) = (vector(2, 0), vector(2, 1))
    #expect(relation(short, long, in: pool) == .before)
    #expect(relation(long, short, in: pool) == .after)
    #expect(relation(.none, short, in: pool) == .before)
    #expect(relation(.none, .none, in: pool) == .equal)
  }

  /// The pool keeps most vectors as a step from an earlier one; whoever asks sees the whole vector all the same.
  @Test(arguments: 1...20) func thePoolAnswersAsPlainDictionariesWould(seed: Int) {
    var dice = Dice(seed: seed)
    var pool = VectorPool()
    var known: [(id: VectorID, plain: [Int: UInt32])] = [(.none, [:])]
    for _ in 0..<200 {
      let (id, plain) = known[dice.roll(below: known.count)]
      if dice.roll(below: 3) > 0 {
        let writer = dice.roll(below: 12)
        var next = plain
        next[writer, default: 0] += UInt32(1 + dice.roll(below: 3))
        known.append((pool.extend(id, writer: ReplicaID(writer), counter: next[writer, default: 0]), next))
      } else {
        let (other, otherPlain) = known[dice.roll(below: known.count)]
        known.append((pool.merge(id, other), plain.merging(otherPlain) { max($0, $1) }))
      }
    }
    for (id, plain) in known {
      let entries = plain.sorted { $0.key < $1.key }.map { VectorEntry(writer: ReplicaID($0.key), counter: $0.value) }
      #expect(pool.entries(of: id) == entries, "seed \(seed)")
      #expect(pool.length(id) == entries.count, "seed \(seed): the length of \(entries)")
      for writer in 0..<13 {
        #expect(pool.counter(of: ReplicaID(writer), in: id) == plain[writer, default: 0], "seed \(seed)")
      }
    }
    for _ in 0..<300 {
      let ((a, first), (b, second)) = (known[dice.roll(below: known.count)], known[dice.roll(below: known.count)])
      #expect(pool.covers(a, b) == second.allSatisfy { first[$0.key, default: 0] >= $0.value }, "seed \(seed)")
    }
  }

  @Test(arguments: 1...10) func mergingIsALeastUpperBound(seed: Int) {
    var dice = Dice(seed: seed)
    var pool = VectorPool()
    func random() -> VectorID {
      let writers = (0..<6).filter { _ in dice.roll(below: 2) == 0 }
      return pool.add(writers.map { VectorEntry(writer: ReplicaID($0), counter: UInt32(1 + dice.roll(below: 4))) })
    }
    for _ in 0..<50 {
      let (a, b, c) = (random(), random(), random())
      func plain(_ id: VectorID) -> [VectorEntry] { pool.entries(of: id) }
      let (ab, ba) = (pool.merge(a, b), pool.merge(b, a))
      #expect(plain(ab) == plain(ba))
      #expect(plain(pool.merge(ab, c)) == plain(pool.merge(a, pool.merge(b, c))))
      #expect(plain(pool.merge(ab, b)) == plain(ab))
      #expect(pool.covers(ab, a) && pool.covers(ab, b))
      let above = pool.merge(pool.merge(a, b), c)
      #expect(pool.covers(above, ab), "a vector above both is above their merge")
    }
  }
}
