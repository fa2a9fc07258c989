import Kernel
import TestSupport
import Testing

@testable import Replication

/// Which of two versions is kept: `semantics.md` §5.1 and §10.8.
@Suite struct LastWriterWinsTests {
  /// Versions of one key, none of which knows another.
  private struct Shelf {
    var catalogue = Catalogue()

    /// A value, or a tombstone.
    mutating func put(_ text: String?, at timestamp: Int64, by writer: Int = 0, number: UInt32 = 1) -> VersionID {
      let key = catalogue.names.intern(key: "cart")
      let value = text.map { catalogue.names.intern(value: $0) } ?? .none
      let vector = catalogue.vectors.add([VectorEntry(writer: ReplicaID(writer), counter: number)])
      let version = catalogue.add(
        Version(
          timestamp: timestamp, accepted: .start, key: key, operation: .none, payload: value.raw, context: .none,
          vector: vector, counter: number, bytes: 0, writer: ReplicaID(writer), isTombstone: text == nil,
          isState: false, isExpiring: false, stamp: .coordinatorClock))
      if text == nil { catalogue.setDeath(of: version, at: timestamp) }
      return version
    }

    func winner(_ a: VersionID, _ b: VersionID) -> VersionID? {
      switch (catalogue.wins(a, over: b), catalogue.wins(b, over: a)) {
      case (true, false): a
      case (false, true): b
      default: nil
      }
    }
  }

  @Test func H01_atEqualTimestampsTheLargerValueWins() {
    var shelf = Shelf()
    let (a, b) = (shelf.put("a", at: 10), shelf.put("b", at: 10, by: 1))
    #expect(shelf.winner(a, b) == b)
  }

  @Test func H02_atEqualTimestampsATombstoneWins() {
    var shelf = Shelf()
    let (value, tombstone) = (shelf.put("zzz", at: 10, by: 1), shelf.put(nil, at: 10))
    #expect(shelf.winner(value, tombstone) == tombstone)
  }

  @Test func H03_aLaterValueWinsOverATombstone() {
    var shelf = Shelf()
    let (value, tombstone) = (shelf.put("a", at: 11), shelf.put(nil, at: 10, by: 1))
    #expect(shelf.winner(value, tombstone) == value)
  }

  @Test func H08_valuesAreComparedAsUnsignedBytes() {
    var shelf = Shelf()
    // U+0080 begins with the byte 0xC2, U+007F is the byte 0x7F: signed, it would be the other way round.
    let (high, low) = (shelf.put("\u{80}", at: 10), shelf.put("\u{7F}", at: 10, by: 1))
    #expect(shelf.winner(high, low) == high)
    let (long, short) = (shelf.put("ab", at: 10), shelf.put("a", at: 10, by: 1))
    #expect(shelf.winner(long, short) == long)
  }

  @Test func aLaterTimestampWinsWhateverTheValue() {
    var shelf = Shelf()
    let (early, late) = (shelf.put("z", at: -5, by: 2), shelf.put("a", at: -4))
    #expect(shelf.winner(early, late) == late)
  }

  @Test func equalValuesAtEqualTimestampsAreToldApartByTheirDots() {
    var shelf = Shelf()
    let (a, b) = (shelf.put("x", at: 10, by: 0), shelf.put("x", at: 10, by: 1))
    #expect(shelf.winner(a, b) == b)
    let (first, second) = (shelf.put(nil, at: 10, by: 3, number: 1), shelf.put(nil, at: 10, by: 3, number: 2))
    #expect(shelf.winner(first, second) == second)
  }

  /// If the order weren't total, replicas that heard of the same versions could keep different ones for ever (H14).
  @Test(arguments: 1...10) func theOrderIsTotal(seed: Int) {
    var dice = Dice(seed: seed)
    var shelf = Shelf()
    var versions: [VersionID] = []
    for number in 0..<30 {
      let text = dice.roll(below: 4) == 0 ? nil : ["a", "b", "ab", "é", "", "\u{80}"][dice.roll(below: 6)]
      versions.append(
        shelf.put(text, at: Int64(dice.roll(below: 3)), by: dice.roll(below: 3), number: UInt32(number + 1)))
    }
    for a in versions {
      #expect(!shelf.catalogue.wins(a, over: a))
      for b in versions where a != b {
        #expect(shelf.winner(a, b) != nil, "seed \(seed): neither or both of \(a) and \(b)")
        for c in versions where shelf.catalogue.wins(a, over: b) && shelf.catalogue.wins(b, over: c) {
          #expect(shelf.catalogue.wins(a, over: c), "seed \(seed): not transitive")
        }
      }
    }
  }

  /// H01 and H02 on replicas: two regions hear of the two versions in opposite orders.
  @Test(arguments: [["a", "b", "b"], ["b", "a", "b"], ["zzz", nil, nil], [nil, "zzz", nil]])
  func everyReplicaKeepsTheSameInWhateverOrderItHears(values: [String?]) throws {
    let (first, second, kept) = (values[0], values[1], values[2])
    var cluster = Cluster()
    for (value, client) in [(first, 0), (second, 1)] {
      cluster.apply(
        .operate(
          OperationPlan(
            kind: value == nil ? .delete : .write, key: "cart", value: value, level: .all, client: ClientID(client),
            timestamp: 10)))
    }
    while cluster.step() {}
    let key = try #require(cluster.catalogue.names.key(named: "cart"))
    for replica in cluster.replicas.elements {
      let version = cluster.catalogue.version(cluster.replicas.cell(key, at: replica.id).version)
      #expect(version.isTombstone == (kept == nil))
      if let kept { #expect(cluster.catalogue.names.text(of: version.value) == kept) }
    }
    #expect(cluster.isConverged)
  }
}
