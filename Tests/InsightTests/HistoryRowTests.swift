import Kernel
import Replication
import TestSupport
import Testing

@testable import Insight

/// What a history keeps in brief, and that nothing is lost by it.
@Suite struct HistoryRowTests {
  private func operation(_ number: Int, _ dice: inout Dice) -> Operation {
    let began = Instant(microseconds: dice.roll(0...1 << 40))
    let beganAt = dice.roll(0...1 << 33)
    var operation = Operation(
      id: OperationID(number), key: KeyID(dice.roll(0...1_000)), value: ValueID(dice.roll(0...1_000)),
      client: ClientID(dice.roll(0...3)), region: RegionID(dice.roll(0...3)),
      kind: dice.pick(OperationKind.allCases), level: dice.pick(ConsistencyLevel.allCases), isLoad: dice.chance(50),
      began: began, beganAt: beganAt)
    operation.end(
      dice.pick(Outcome.allCases), at: began + TimeSpan(microseconds: dice.roll(0...1 << dice.roll(1...35))),
      beganAt + dice.roll(0...1 << dice.roll(1...35)), VersionID(dice.roll(0...1_000)), VectorID(dice.roll(0...1_000)),
      by: ReplicaID(dice.roll(0...1_023)), required: dice.roll(0...1_024), received: dice.roll(0...1_024),
      reading: dice.chance(10) ? 0 : began.microseconds + dice.roll(-(1 << 34)...1 << 34))
    return operation
  }

  @Test(arguments: 1...10) func anEntryIsTheSameHoweverItIsKept(seed: Int) throws {
    var dice = Dice(seed: seed)
    var history = History()
    var expected: [(operation: Operation, behind: Int32, messages: UInt32, bytes: UInt32)] = []
    for number in 0..<300 {
      let operation = operation(number, &dice)
      let behind: Int32 = dice.roll(0...1 << dice.roll(0...20))
      let costs = (0..<dice.roll(0...3)).map { _ in
        (messages: UInt32(dice.roll(0...40_000)), bytes: dice.roll(0...1_000))
      }
      let early = dice.roll(0...costs.count)
      for cost in costs.prefix(early) {
        history.setCost(operation.id, messages: cost.messages, bytes: UInt32(cost.bytes))
      }
      #expect(history[operation.id] == nil, "it has not ended")
      history.add(operation, versionsBehind: behind)
      for cost in costs.dropFirst(early) {
        history.setCost(operation.id, messages: cost.messages, bytes: UInt32(cost.bytes))
      }
      expected.append(
        (operation, behind, costs.reduce(0) { $0 + $1.messages }, UInt32(costs.reduce(0) { $0 + $1.bytes })))
    }
    #expect(history.count == 300 && history.end == 300)
    for (operation, behind, messages, bytes) in expected {
      let entry = try #require(history[operation.id])
      #expect(String(describing: entry.operation) == String(describing: operation), "seed \(seed)")
      #expect(entry.versionsBehind == behind && entry.messages == messages && entry.bytes == bytes, "seed \(seed)")
    }
  }

  @Test func aRowIsAWordOfACache() {
    #expect(MemoryLayout<HistoryRow>.stride <= 64)
    #expect(MemoryLayout<HistoryRow?>.stride <= 64)
  }
}
